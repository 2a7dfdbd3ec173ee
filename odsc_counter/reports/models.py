"""A report's draft, and what became of it: published for good, or withdrawn. Rows never change."""

import uuid
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

from odsc_counter.platform.columns import AppendOnly, AreaEntity, AreaOwned, Base

PUBLISH, WITHDRAW = "publish", "withdraw"
SAID_ONCE = ("place_id", "id", "first_month", "last_month", "drafted_by_id")
VERSION = ("place_id", "first_month", "last_month", "version", "content_hash")


class ReportDraft(AreaEntity, AppendOnly, Base):
    """Somebody proposes to publish a unit's report of a period. It holds no figures yet."""

    __tablename__ = "report_draft"
    __table_args__ = (
        # What a decision repeats of its draft is held to it by this key.
        UniqueConstraint(*SAID_ONCE, name="uq_report_draft_said"),
        CheckConstraint("first_month <= last_month", name="ends_after_it_begins"),
    )

    first_month: Mapped[date]
    """The first day of the first month."""
    last_month: Mapped[date]
    """The first day of the last month."""
    reason: Mapped[str] = mapped_column(String(1000), default="")
    """Why there is another version; empty for a period that has none."""
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    drafted_by_name: Mapped[str] = mapped_column(String(160))


class ReportDecision(AreaOwned, AppendOnly, Base):
    """What became of a draft, said once. A published one is frozen here with its hash."""

    __tablename__ = "report_decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["place_id", "draft_id", "first_month", "last_month", "drafted_by_id"],
            [f"report_draft.{name}" for name in SAID_ONCE],
            name="fk_report_decision_draft",
        ),
        UniqueConstraint(
            "place_id", "first_month", "last_month", "version", name="uq_report_decision_version"
        ),
        UniqueConstraint(*VERSION, name="uq_report_decision_hash"),
        ForeignKeyConstraint(
            ["place_id", "first_month", "last_month", "previous_version", "previous_hash"],
            [f"report_decision.{name}" for name in VERSION],
            name="fk_report_decision_previous",
        ),
        CheckConstraint("verdict in ('publish', 'withdraw')", name="verdict_known"),
        CheckConstraint(
            "verdict = 'withdraw' or decided_by_id <> drafted_by_id", name="published_by_another"
        ),
        CheckConstraint(
            "(verdict = 'publish' and version is not null and content is not null"
            " and content_hash is not null and length(content_hash) = 64)"
            " or (verdict = 'withdraw' and version is null and content is null"
            " and content_hash is null)",
            name="published_is_whole",
        ),
        CheckConstraint(
            "(coalesce(version, 1) = 1 and previous_version is null and previous_hash is null)"
            " or (version > 1 and previous_version = version - 1 and previous_hash is not null)",
            name="versions_in_a_chain",
        ),
    )

    draft_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    first_month: Mapped[date]
    last_month: Mapped[date]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    verdict: Mapped[str] = mapped_column(String(10))
    version: Mapped[int | None]
    """1, 2, … of the unit's reports of this period; so the next three: None when withdrawn."""
    content: Mapped[str | None] = mapped_column(Text)
    """Everything that is published, as canonical JSON (see docs/reports.md)."""
    content_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of `content`, which names the hash of the version before."""
    previous_version: Mapped[int | None]
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_by_name: Mapped[str] = mapped_column(String(160))
