"""Statements of the bank and of Lao QR, their lines, and which receipt each line belongs to."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import (
    AppendOnly,
    Base,
    CentreEntity,
    Kip,
    centre_fk,
)

IN_FORCE = text("undone_at is null")
BY_RULE = "rule"
BY_PERSON = "person"


class BankStatement(AppendOnly, CentreEntity, Base):
    """A file that the bank gave out: what moved on one account in some days."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("centre_id", "file_hash", name="uq_bank_statement_file"),
        CheckConstraint("method in ('transfer', 'qr')", name="method_known"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("known_lines >= 0", name="known_lines_not_negative"),
        Index("ix_bank_statement_centre_id_uploaded_at", "centre_id", "uploaded_at"),
    )

    file_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file as it came, in hexadecimal."""
    file_name: Mapped[str] = mapped_column(String(160))
    account_label: Mapped[str] = mapped_column(String(80))
    """What the centre calls the account; lines are told apart within one."""
    method: Mapped[str] = mapped_column(String(12))
    """transfer or qr: which receipts' money arrives there."""
    first_day: Mapped[date]
    last_day: Mapped[date]
    known_lines: Mapped[int]
    """Lines that an earlier statement had brought already; they were left out."""
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class BankStatementLine(AppendOnly, CentreEntity, Base):
    """Money that came into the account (above nought) or left it (below)."""

    __tablename__ = "bank_statement_line"
    __table_args__ = (
        centre_fk("statement_id", "bank_statement"),
        UniqueConstraint("centre_id", "fingerprint", name="uq_bank_statement_line_fingerprint"),
        UniqueConstraint(
            "centre_id", "statement_id", "position", name="uq_bank_statement_line_position"
        ),
        CheckConstraint("amount_kip <> 0", name="amount_not_nought"),
    )

    statement_id: Mapped[uuid.UUID]
    position: Mapped[int]
    day: Mapped[date]
    amount_kip: Mapped[int] = mapped_column(Kip)
    reference: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Account, day, amount, reference, text and which of equal ones it is, as one hash."""


class BankMatch(CentreEntity, Base):
    """A line and the receipt that it belongs to. Once undone the row stands as it is.

    While it is in force, the line belongs to no other receipt and the receipt to no other line.
    """

    __tablename__ = "bank_match"
    __table_args__ = (
        centre_fk("line_id", "bank_statement_line"),
        centre_fk("receipt_id", "receipt"),
        CheckConstraint("made_by in ('rule', 'person')", name="made_by_known"),
        CheckConstraint("made_by = 'rule' or matched_by_id is not null", name="person_named"),
        CheckConstraint(
            "(undone_at is null) = (undo_reason = '')"
            " and (undone_at is null) = (undone_by_id is null)"
            " and (undone_at is null or length(undo_reason) >= 5)",
            name="undone_with_reason",
        ),
        Index(
            "uq_bank_match_line_once", "centre_id", "line_id",
            unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE,
        ),
        Index(
            "uq_bank_match_receipt_once", "centre_id", "receipt_id",
            unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE,
        ),
    )  # fmt: skip

    line_id: Mapped[uuid.UUID]
    receipt_id: Mapped[uuid.UUID]
    made_by: Mapped[str] = mapped_column(String(8))
    """rule: the number of the payment and the amount are the same; person: somebody confirmed."""
    matched_at: Mapped[datetime]
    matched_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who confirmed it, or whose upload the rule went through."""
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undo_reason: Mapped[str] = mapped_column(String(300), default="")
