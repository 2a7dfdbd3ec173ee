"""Fee assessments, receipts and the heads of their chains. Nothing here is changed or removed.

A correction is a new row: a void or a refund mirrors lines of its sale with the sign turned.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.ledger.accounts import CASH_METHOD, QR_METHOD, TRANSFER_METHOD
from odsc_counter.platform.columns import (
    AppendOnly,
    Base,
    CentreEntity,
    CentreOwned,
    Kip,
    centre_fk,
)

SALE = "sale"
VOID = "void"
REFUND = "refund"
KINDS = (SALE, VOID, REFUND)

SERIES_OF = {SALE: "A", VOID: "A", REFUND: "B"}
"""Sales and voids are numbered together, refunds have documents of their own."""

CASH, TRANSFER, QR = CASH_METHOD, TRANSFER_METHOD, QR_METHOD

GENESIS = "0" * 64
"""What stands for the hash before the first receipt of a chain."""


class ChargedLine:
    """What an assessment and a receipt say alike about one fee: the words and law of that day.

    `gross_kip` is unit times quantity, `amount_kip` what is left after the reduction.
    """

    fee_line_id: Mapped[int] = mapped_column(ForeignKey("fee_line.id"))
    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"))
    service_code: Mapped[str] = mapped_column(String(12))
    name_en: Mapped[str] = mapped_column(String(400))
    name_lo: Mapped[str] = mapped_column(String(400))
    legal_basis: Mapped[str] = mapped_column(String(400))
    standing: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int]
    unit_kip: Mapped[int] = mapped_column(Kip)
    gross_kip: Mapped[int] = mapped_column(Kip)
    reduction_kip: Mapped[int] = mapped_column(Kip, default=0)
    amount_kip: Mapped[int] = mapped_column(Kip)
    computation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The rule, what went into it and the schedule's version: how the amount came about."""
    shares: Mapped[list[Any]] = mapped_column(default=list)
    """Who keeps what: [{"to": account, "kip": amount}], which comes to `amount_kip`."""


LINE_CHECKS = (
    ("gross_kip = unit_kip * quantity", "gross_is_product"),
    ("amount_kip = gross_kip - reduction_kip", "amount_is_what_is_left"),
)


class Assessment(AppendOnly, CentreEntity, Base):
    """What an application owes by the published schedule of its day."""

    __tablename__ = "assessment"
    __table_args__ = (
        centre_fk("application_id", "application"),
        CheckConstraint("total_kip >= 0", name="total_not_negative"),
        CheckConstraint(
            "exemption_code = '' or length(exemption_paper) >= 2", name="exemption_has_paper"
        ),
        Index("ix_assessment_centre_id_application_id", "centre_id", "application_id"),
        Index("ix_assessment_centre_id_assessed_at", "centre_id", "assessed_at"),
    )

    application_id: Mapped[uuid.UUID]
    total_kip: Mapped[int] = mapped_column(Kip)
    assessed_at: Mapped[datetime]
    assessed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    exemption_code: Mapped[str] = mapped_column(String(20), default="")
    """The class of people who pay less or nothing; empty for everybody else."""
    exemption_name_en: Mapped[str] = mapped_column(String(160), default="")
    exemption_name_lo: Mapped[str] = mapped_column(String(160), default="")
    exemption_paper: Mapped[str] = mapped_column(String(160), default="")
    """The paper that was seen, with its number."""


class AssessmentLine(AppendOnly, ChargedLine, CentreOwned, Base):
    """One fee within an assessment."""

    __tablename__ = "assessment_line"
    __table_args__ = (
        centre_fk("assessment_id", "assessment"),
        *(CheckConstraint(rule, name=name) for rule, name in LINE_CHECKS),
        CheckConstraint(
            "quantity > 0 and unit_kip >= 0 and reduction_kip >= 0 and amount_kip >= 0",
            name="sensible",
        ),
    )

    assessment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)


class ReceiptSeries(CentreOwned, Base):
    """The head of a chain: its last number, last hash and what it came to since its beginning.

    Held while a receipt is written, so that numbers and hashes follow one another.
    """

    __tablename__ = "receipt_series"

    fiscal_year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    series: Mapped[str] = mapped_column(String(2), primary_key=True)
    last_no: Mapped[int]
    head_hash: Mapped[str] = mapped_column(String(64))
    total_kip: Mapped[int] = mapped_column(Kip)
    """The perpetual total of the year: what all receipts of the series come to."""


class Receipt(AppendOnly, CentreEntity, Base):
    """A numbered paper for money taken (sale) or given back (void, refund)."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("centre_id", "fiscal_year", "series", "number", name="uq_receipt_number"),
        UniqueConstraint("centre_id", "label", name="uq_receipt_label"),
        UniqueConstraint("centre_id", "public_code", name="uq_receipt_public_code"),
        # An assessment is paid once, and that sale voided once.
        Index(
            "uq_receipt_paid_once",
            "centre_id",
            "assessment_id",
            unique=True,
            sqlite_where=text("kind = 'sale'"),
            postgresql_where=text("kind = 'sale'"),
        ),
        Index(
            "uq_receipt_voided_once",
            "centre_id",
            "reverses_id",
            unique=True,
            sqlite_where=text("kind = 'void'"),
            postgresql_where=text("kind = 'void'"),
        ),
        centre_fk("assessment_id", "assessment"),
        centre_fk("application_id", "application"),
        centre_fk("till_session_id", "till_session"),
        centre_fk("reverses_id", "receipt"),
        CheckConstraint(
            "(kind = 'sale' and reverses_id is null and amount_kip > 0"
            " and approved_by_id is null)"
            " or (kind in ('void', 'refund') and reverses_id is not null and amount_kip < 0"
            " and length(reason) >= 5 and approved_by_id is not null)",
            name="kind",
        ),
        CheckConstraint("(kind = 'refund') = (series = 'B')", name="series_of_kind"),
        CheckConstraint("method in ('cash', 'transfer', 'qr')", name="method_known"),
        CheckConstraint(
            "method = 'cash' or kind = 'void' or length(payment_reference) >= 4",
            name="reference_where_no_cash",
        ),
        CheckConstraint(
            "case when method = 'cash' and kind = 'sale' then tendered_kip - change_kip"
            " = amount_kip else tendered_kip = 0 and change_kip = 0 end",
            name="change_adds_up",
        ),
        CheckConstraint("tendered_kip >= 0 and change_kip >= 0", name="cash_not_negative"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "approved_by_id is null or approved_by_id <> cashier_id", name="two_people"
        ),
        Index("ix_receipt_centre_id_day", "centre_id", "day"),
        Index("ix_receipt_centre_id_application_id", "centre_id", "application_id"),
        Index("ix_receipt_centre_id_till_session_id", "centre_id", "till_session_id"),
        Index("ix_receipt_centre_id_reverses_id", "centre_id", "reverses_id"),
        # What the bank's statements are held against.
        Index(
            "ix_receipt_not_cash",
            "centre_id",
            "method",
            "day",
            "kind",
            "payment_reference",
            sqlite_where=text("method <> 'cash'"),
            postgresql_where=text("method <> 'cash'"),
        ),
        # Who sold and voided when, read from the index alone: rows carry their long text.
        Index(
            "ix_receipt_doings",
            "centre_id",
            "day",
            "kind",
            "cashier_id",
            "issued_at",
            "application_id",
        ),
        Index(
            "ix_receipt_taken_back",
            "centre_id",
            "day",
            sqlite_where=text("kind <> 'sale'"),
            postgresql_where=text("kind <> 'sale'"),
        ),
    )

    fiscal_year: Mapped[int]
    series: Mapped[str] = mapped_column(String(2))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(40))
    """Centre, fiscal year, series, number and check digit as printed: LA0101-2026-A-000123-4."""
    public_code: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(6))
    reverses_id: Mapped[uuid.UUID | None]
    """The sale that a void or a refund takes back."""
    assessment_id: Mapped[uuid.UUID]
    application_id: Mapped[uuid.UUID]
    till_session_id: Mapped[uuid.UUID]
    cashier_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    cashier_name: Mapped[str] = mapped_column(String(200))
    payer_name: Mapped[str] = mapped_column(String(160))
    amount_kip: Mapped[int] = mapped_column(Kip)
    method: Mapped[str] = mapped_column(String(12))
    payment_reference: Mapped[str] = mapped_column(String(60), default="")
    """The bank's or the QR payment's own number; empty for cash."""
    tendered_kip: Mapped[int] = mapped_column(Kip)
    change_kip: Mapped[int] = mapped_column(Kip)
    reason: Mapped[str] = mapped_column(String(300), default="")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[datetime]
    day: Mapped[date]
    body: Mapped[str] = mapped_column(Text)
    """Canonical JSON of all that is printed, values and not ids: what papers are made from."""
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the hash before and the body, in hexadecimal."""
    key_id: Mapped[str] = mapped_column(String(24))
    """Whose signature it is; empty for receipts of releases that did not sign."""
    signature: Mapped[str] = mapped_column(String(88))
    """Ed25519 over the hash, base64."""
    seal: Mapped[str] = mapped_column(String(200))
    """The signed summary in the QR code (see receipts.seal)."""


class ReceiptLine(AppendOnly, ChargedLine, CentreOwned, Base):
    """One fee on a receipt; on a void or a refund the amounts are negative."""

    __tablename__ = "receipt_line"
    __table_args__ = (
        centre_fk("receipt_id", "receipt"),
        centre_fk("reverses_id", "receipt"),
        # What is taken back is taken back once, by a void or by a refund.
        UniqueConstraint(
            "centre_id", "reverses_id", "reverses_position", name="uq_receipt_line_reversed_once"
        ),
        *(CheckConstraint(rule, name=name) for rule, name in LINE_CHECKS),
    )

    receipt_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    reverses_id: Mapped[uuid.UUID | None]
    """The sale whose line this one takes back."""
    reverses_position: Mapped[int | None]
