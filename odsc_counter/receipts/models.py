"""Fee assessments, receipts, tills and the ledger. Nothing here is changed or removed.

A correction is a new row: a void mirrors its sale with the sign turned.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import (
    AppendOnly,
    Base,
    CentreEntity,
    CentreOwned,
    Kip,
    Stateful,
    centre_fk,
)

SALE = "sale"
VOID = "void"
CASH = "cash"


class Assessment(AppendOnly, CentreEntity, Base):
    """What an application owes by the published schedule of its day."""

    __tablename__ = "assessment"
    __table_args__ = (
        centre_fk("application_id", "application"),
        CheckConstraint("total_kip >= 0", name="total_not_negative"),
        Index("ix_assessment_centre_id_application_id", "centre_id", "application_id"),
    )

    application_id: Mapped[uuid.UUID]
    total_kip: Mapped[int] = mapped_column(Kip)
    assessed_at: Mapped[datetime]
    assessed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class AssessmentLine(AppendOnly, CentreOwned, Base):
    """One fee within an assessment, with the words and the law of that day."""

    __tablename__ = "assessment_line"
    __table_args__ = (
        centre_fk("assessment_id", "assessment"),
        CheckConstraint("amount_kip = unit_kip * quantity", name="amount_is_product"),
        CheckConstraint("quantity > 0 and unit_kip >= 0", name="sensible"),
    )

    assessment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    fee_line_id: Mapped[int] = mapped_column(ForeignKey("fee_line.id"))
    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"))
    service_code: Mapped[str] = mapped_column(String(12))
    name_en: Mapped[str] = mapped_column(String(400))
    name_lo: Mapped[str] = mapped_column(String(400))
    legal_basis: Mapped[str] = mapped_column(String(400))
    standing: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int]
    unit_kip: Mapped[int] = mapped_column(Kip)
    amount_kip: Mapped[int] = mapped_column(Kip)


class TillSession(Stateful, CentreEntity, Base):
    """A cashier's drawer from the counted float to the count at the end."""

    __tablename__ = "till_session"
    __table_args__ = (
        CheckConstraint("float_kip >= 0", name="float_not_negative"),
        Index("ix_till_session_centre_id_day", "centre_id", "day"),
        Index(
            "uq_till_session_open_per_cashier",
            "centre_id",
            "cashier_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    cashier_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    day: Mapped[date]
    opened_at: Mapped[datetime]
    float_kip: Mapped[int] = mapped_column(Kip)
    closed_at: Mapped[datetime | None]
    counted_kip: Mapped[int | None] = mapped_column(Kip)
    """What the cashier counted, before being told what should be there."""
    expected_kip: Mapped[int | None] = mapped_column(Kip)


class Receipt(AppendOnly, CentreEntity, Base):
    """A numbered paper for money taken (sale) or given back (void)."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("centre_id", "fiscal_year", "number", name="uq_receipt_number"),
        UniqueConstraint("centre_id", "voids_id", name="uq_receipt_voided_once"),
        UniqueConstraint("centre_id", "public_code", name="uq_receipt_public_code"),
        # An assessment is paid once; a void names the same assessment with its own kind.
        UniqueConstraint("centre_id", "assessment_id", "kind", name="uq_receipt_paid_once"),
        centre_fk("assessment_id", "assessment"),
        centre_fk("application_id", "application"),
        centre_fk("till_session_id", "till_session"),
        centre_fk("voids_id", "receipt"),
        CheckConstraint(
            "(kind = 'sale' and voids_id is null and amount_kip > 0 and approved_by_id is null)"
            " or (kind = 'void' and voids_id is not null and amount_kip < 0"
            " and length(reason) >= 5 and approved_by_id is not null)",
            name="kind",
        ),
        CheckConstraint(
            "method <> 'cash' or kind = 'void' or tendered_kip - change_kip = amount_kip",
            name="change_adds_up",
        ),
        CheckConstraint("tendered_kip >= 0 and change_kip >= 0", name="cash_not_negative"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "approved_by_id is null or approved_by_id <> cashier_id", name="two_people"
        ),
        Index("ix_receipt_centre_id_day", "centre_id", "day"),
        Index("ix_receipt_centre_id_application_id", "centre_id", "application_id"),
    )

    fiscal_year: Mapped[int]
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(40))
    """Centre, fiscal year and number as printed: LA0101-2026-000123."""
    public_code: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(4))
    voids_id: Mapped[uuid.UUID | None]
    assessment_id: Mapped[uuid.UUID]
    application_id: Mapped[uuid.UUID]
    till_session_id: Mapped[uuid.UUID]
    cashier_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    cashier_name: Mapped[str] = mapped_column(String(200))
    payer_name: Mapped[str] = mapped_column(String(160))
    amount_kip: Mapped[int] = mapped_column(Kip)
    method: Mapped[str] = mapped_column(String(12))
    tendered_kip: Mapped[int] = mapped_column(Kip)
    change_kip: Mapped[int] = mapped_column(Kip)
    reason: Mapped[str] = mapped_column(String(300), default="")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[datetime]
    day: Mapped[date]
    body: Mapped[str] = mapped_column(Text)
    """Canonical JSON of all that is printed, values and not ids: what papers are made from."""


class ReceiptLine(AppendOnly, CentreOwned, Base):
    """One fee on a receipt; on a void the amount is negative."""

    __tablename__ = "receipt_line"
    __table_args__ = (
        centre_fk("receipt_id", "receipt"),
        CheckConstraint("amount_kip = unit_kip * quantity", name="amount_is_product"),
    )

    receipt_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    fee_line_id: Mapped[int] = mapped_column(ForeignKey("fee_line.id"))
    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"))
    service_code: Mapped[str] = mapped_column(String(12))
    name_en: Mapped[str] = mapped_column(String(400))
    name_lo: Mapped[str] = mapped_column(String(400))
    legal_basis: Mapped[str] = mapped_column(String(400))
    standing: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int]
    unit_kip: Mapped[int] = mapped_column(Kip)
    amount_kip: Mapped[int] = mapped_column(Kip)


class LedgerEntry(AppendOnly, CentreEntity, Base):
    """One side of a booking. All entries of one receipt sum to nought."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        centre_fk("receipt_id", "receipt"),
        CheckConstraint(
            "debit_kip >= 0 and credit_kip >= 0 and debit_kip * credit_kip = 0", name="one_side"
        ),
        Index("ix_ledger_entry_centre_id_receipt_id", "centre_id", "receipt_id"),
    )

    receipt_id: Mapped[uuid.UUID]
    account: Mapped[str] = mapped_column(String(40))
    """cash, or revenue:<ministry code>."""
    debit_kip: Mapped[int] = mapped_column(Kip)
    credit_kip: Mapped[int] = mapped_column(Kip)
    day: Mapped[date]
