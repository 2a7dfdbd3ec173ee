"""What ends a day of money: its close, the anchors of its chains, deposits and second words.

Nothing here is ever changed or removed.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.ledger.accounts import BANK, DEPOSIT, QR, SAFE, SETTLEMENT
from odsc_counter.platform.columns import (
    AppendOnly,
    Base,
    CentreEntity,
    CentreOwned,
    Kip,
    Rollup,
    centre_fk,
)

CLOSES = "Z"
"""The series under which the chain of closes itself is anchored."""
SOURCES = (SAFE, BANK, QR)
"""Where money that is deposited or settled comes from."""
DEPOSIT_KINDS = (DEPOSIT, SETTLEMENT)


class DailyClose(AppendOnly, CentreOwned, Base):
    """The end of one day of a centre's cash office: its Z-report, sealed and numbered."""

    __tablename__ = "daily_close"
    __table_args__ = (
        UniqueConstraint("centre_id", "day", name="uq_daily_close_day"),
        CheckConstraint("z_number > 0", name="number_positive"),
    )

    z_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """Without gap from the centre's first close on."""
    day: Mapped[date]
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    body: Mapped[str] = mapped_column(Text)
    """Canonical JSON of all that the Z-report says (`closing.body_of`)."""
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the hash of the close before and the body, in hexadecimal."""
    key_id: Mapped[str] = mapped_column(String(24))
    signature: Mapped[str] = mapped_column(String(88))
    """Ed25519 over the hash by the centre's key, base64."""


class ChainAnchor(AppendOnly, Rollup, Base):
    """Where a chain of a centre stood when its day was closed: what the nation keeps of it."""

    __tablename__ = "chain_anchor"

    day: Mapped[date] = mapped_column(primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    series: Mapped[str] = mapped_column(String(2), primary_key=True)
    """A series of receipts, or `CLOSES` for the chain of closes."""
    last_no: Mapped[int]
    head_hash: Mapped[str] = mapped_column(String(64))
    total_kip: Mapped[int] = mapped_column(Kip)
    """The perpetual total of the series up to there; of the closes, what the day came to."""
    z_number: Mapped[int]
    z_hash: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime]


class Deposit(AppendOnly, CentreEntity, Base):
    """Money brought or sent to whom it is owed, with the bank's paper. Its posting has its id."""

    __tablename__ = "deposit"
    __table_args__ = (
        centre_fk("id", "ledger_posting"),
        UniqueConstraint("centre_id", "slip_reference", name="uq_deposit_slip_reference"),
        CheckConstraint("amount_kip > 0", name="amount_positive"),
        CheckConstraint("kind in ('deposit', 'settlement')", name="kind_known"),
        CheckConstraint("from_account in ('cash:safe', 'bank', 'qr')", name="from_known"),
        CheckConstraint(
            "(kind = 'deposit') = (to_account = 'treasury')", name="treasury_gets_deposits"
        ),
        CheckConstraint("length(slip_reference) >= 3", name="reference_there"),
        Index("ix_deposit_centre_id_deposited_on", "centre_id", "deposited_on"),
    )

    kind: Mapped[str] = mapped_column(String(12))
    from_account: Mapped[str] = mapped_column(String(24))
    to_account: Mapped[str] = mapped_column(String(24))
    amount_kip: Mapped[int] = mapped_column(Kip)
    bank: Mapped[str] = mapped_column(String(120))
    bank_account: Mapped[str] = mapped_column(String(60))
    slip_reference: Mapped[str] = mapped_column(String(60))
    """The number of the bank's or the treasury's own paper."""
    deposited_on: Mapped[date]
    """The date of that paper; the books say it on the posting's day."""
    deposited_by: Mapped[str] = mapped_column(String(160))
    """Who brought the money."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class LedgerApproval(AppendOnly, CentreOwned, Base):
    """A second person's word on a posting that one person alone may not make."""

    __tablename__ = "ledger_approval"
    __table_args__ = (
        centre_fk("posting_id", "ledger_posting"),
        CheckConstraint("posted_by_id <> approved_by_id", name="two_people"),
    )

    posting_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    posted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    approved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
