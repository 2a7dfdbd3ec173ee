"""The books of a centre: postings, each of one or more entries. Nothing here is ever changed.

An entry names the account that is debited and the one that is credited, so the books balance by
construction: there is no row that could hold one side alone.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import (
    AppendOnly,
    Base,
    CentreEntity,
    CentreOwned,
    Kip,
    centre_fk,
)


class LedgerPosting(AppendOnly, CentreEntity, Base):
    """One thing that happened to money, and when. A receipt's posting has the receipt's own id."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        centre_fk("till_session_id", "till_session"),
        CheckConstraint("amount_kip > 0", name="amount_positive"),
        Index("ix_ledger_posting_centre_id_till_session_id", "centre_id", "till_session_id"),
        Index("ix_ledger_posting_centre_id_day", "centre_id", "day"),
    )

    kind: Mapped[str] = mapped_column(String(12))
    """What happened: one of `accounts.KINDS`."""
    till_session_id: Mapped[uuid.UUID | None]
    """The drawer whose cash moved; None where none did."""
    day: Mapped[date]
    """The centre's own day of the posting."""
    posted_at: Mapped[datetime]
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    amount_kip: Mapped[int] = mapped_column(Kip)
    """What the entries come to; no entry can be added beyond it."""
    memo: Mapped[str] = mapped_column(String(300), default="")
    corrects_day: Mapped[date | None]
    """The closed day that a correction speaks of."""


class LedgerEntry(AppendOnly, CentreOwned, Base):
    """An amount that went from one account (credit) to another (debit)."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        centre_fk("posting_id", "ledger_posting"),
        CheckConstraint("amount_kip > 0", name="amount_positive"),
        CheckConstraint("debit_account <> credit_account", name="two_accounts"),
    )

    posting_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    debit_account: Mapped[str] = mapped_column(String(24))
    credit_account: Mapped[str] = mapped_column(String(24))
    amount_kip: Mapped[int] = mapped_column(Kip)
