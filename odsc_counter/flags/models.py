"""Flags: what the figures say is wrong, who must answer, and from which measure on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.flags.lifecycle import CLOSED
from odsc_counter.platform.columns import AreaEntity, Base, OpenToAreas, Stateful

LIVE = text(f"state <> '{CLOSED}'")


class Flag(Stateful, AreaEntity, Base):
    """A situation that somebody must answer for. It lies in the unit that it is about.

    `place_id` never changes; `holder_id` is the unit whose office must act now: the place
    itself, or one that contains it since the flag was escalated.
    """

    __tablename__ = "flag"
    __table_args__ = (
        CheckConstraint(
            "state in ('open', 'answered', 'snoozed', 'closed')", name="state_known"
        ),
        CheckConstraint("(state = 'snoozed') = (snoozed_until is not null)", name="snooze_ends"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_at_a_time"),
        # One situation has one flag while it lasts, however many sweeps meet it at once.
        Index(
            "uq_flag_live", "place_id", "rule", "subject",
            unique=True, sqlite_where=LIVE, postgresql_where=LIVE,
        ),
        Index("ix_flag_place_id_state", "place_id", "state"),
        Index("ix_flag_place_id_holder_id", "place_id", "holder_id", "state"),
    )  # fmt: skip

    rule: Mapped[str] = mapped_column(String(40))
    """Code of the rule that raised it (see flags.rules)."""
    subject: Mapped[str] = mapped_column(String(80))
    """What of the place it is about, told apart from any other: LA0101, LA0101/MAE/district."""
    about_centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    ministry_id: Mapped[int | None] = mapped_column(ForeignKey("ministry.id"))
    office_level: Mapped[str] = mapped_column(String(10), default="")
    """Of which level the ministry's office is: district, province, nation; empty: no office."""
    holder_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The person in the holder's office who takes care; None: the office as a whole."""
    raised_at: Mapped[datetime]
    raised_on: Mapped[date]
    figures: Mapped[dict[str, Any]]
    """Measured and allowed when it was raised or seen last: counts and days, no person."""
    last_seen_on: Mapped[date]
    """The last day that the situation was found."""
    subsided_on: Mapped[date | None]
    """The first day that it was no longer found; None while it lasts."""
    answer_due_on: Mapped[date]
    """The day by which the holder must have answered."""
    answer: Mapped[str] = mapped_column(String(2000), default="")
    """The last answer; the events keep all of them."""
    promised_on: Mapped[date | None]
    """By when it will be put right, as the answer says."""
    snoozed_until: Mapped[date | None]
    close_reason: Mapped[str] = mapped_column(String(2000), default="")
    closed_at: Mapped[datetime | None]


class FlagRule(OpenToAreas, Base):
    """What one unit has set for a rule. Without a row, what stands above it holds."""

    __tablename__ = "flag_rule"
    __table_args__ = (
        CheckConstraint("threshold between 0 and 1000000", name="threshold_range"),
        CheckConstraint("answer_days between 1 and 60", name="answer_days_range"),
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_on: Mapped[bool]
    threshold: Mapped[int]
    """In the rule's own unit: days, percent, or a count."""
    answer_days: Mapped[int]
    """Working days in which the holder must answer."""
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
