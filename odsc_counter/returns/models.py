"""A centre's monthly return, version after version, and what the coordinator said of each."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import AppendOnly, AreaOwned, Base, Rollup

APPROVE, SEND_BACK = "approve", "send_back"


class MonthlyReturn(Rollup, AppendOnly, Base):
    """One version of a centre's return of one month, as its manager signed it.

    The area reads it: it holds counts, sums and the words of the centre's staff, and of a
    citizen nothing. Each version names the one before and its hash; what was signed is never
    changed.
    """

    __tablename__ = "monthly_return"
    __table_args__ = (
        UniqueConstraint(
            "centre_id", "month", "version", "content_hash", name="uq_monthly_return_hash"
        ),
        ForeignKeyConstraint(
            ["centre_id", "month", "previous_version", "previous_hash"],
            [
                "monthly_return.centre_id",
                "monthly_return.month",
                "monthly_return.version",
                "monthly_return.content_hash",
            ],
            name="fk_monthly_return_previous",
        ),
        CheckConstraint(
            "(version = 1 and previous_version is null and previous_hash is null)"
            " or (version > 1 and previous_version = version - 1 and previous_hash is not null)",
            name="versions_in_a_chain",
        ),
        CheckConstraint("length(content_hash) = 64", name="is_sealed"),
        CheckConstraint("version = 1 or reason <> ''", name="a_later_version_has_a_reason"),
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, … without gap."""
    previous_version: Mapped[int | None]
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    """Everything that was signed, as canonical JSON (see `content.py`)."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of `content`, which names the hash of the version before."""
    reason: Mapped[str] = mapped_column(String(1000), default="")
    """Why there is another version; empty for the first."""
    signed_at: Mapped[datetime]
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    signed_by_name: Mapped[str] = mapped_column(String(160))


class ReturnReview(AreaOwned, AppendOnly, Base):
    """The coordinator's word on one version, said once. It lies in the centre's own unit."""

    __tablename__ = "return_review"
    __table_args__ = (
        ForeignKeyConstraint(
            ["about_centre_id", "month", "version", "return_hash"],
            [
                "monthly_return.centre_id",
                "monthly_return.month",
                "monthly_return.version",
                "monthly_return.content_hash",
            ],
            name="fk_return_review_of",
        ),
        UniqueConstraint("about_centre_id", "month", "version", name="uq_return_review_said_once"),
        CheckConstraint("verdict in ('approve', 'send_back')", name="verdict_known"),
        CheckConstraint("verdict = 'approve' or words <> ''", name="sent_back_with_words"),
    )

    about_centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    return_hash: Mapped[str] = mapped_column(String(64))
    """The hash of the version that was looked at."""
    verdict: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(1000), default="")
    reviewed_at: Mapped[datetime]
    reviewed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reviewed_by_name: Mapped[str] = mapped_column(String(160))
