"""A cashier's drawer: opened with a counted float, counted blind, signed off by another person."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
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


class TillSession(Stateful, CentreEntity, Base):
    """A cashier's drawer at a counter, from the counted float to the second person's word."""

    __tablename__ = "till_session"
    __table_args__ = (
        centre_fk("counter_id", "counter"),
        centre_fk("taken_over_from_id", "till_session"),
        CheckConstraint("float_kip >= 0", name="float_not_negative"),
        CheckConstraint(
            "(state = 'open') = (counted_kip is null)"
            " and (counted_kip is null) = (expected_kip is null)"
            " and (counted_kip is null) = (counted_at is null)",
            name="counted",
        ),
        CheckConstraint(
            "(state = 'closed') = (closed_at is not null)"
            " and (state <> 'closed' or counted_kip = expected_kip"
            " or length(difference_reason) >= 5)",
            name="closed",
        ),
        CheckConstraint(
            "signed_off_by_id is null or signed_off_by_id <> cashier_id", name="two_people"
        ),
        Index("ix_till_session_centre_id_day", "centre_id", "day"),
        Index(
            "uq_till_session_open_per_cashier",
            "centre_id",
            "cashier_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "uq_till_session_taken_over_once",
            "centre_id",
            "taken_over_from_id",
            unique=True,
            sqlite_where=text("taken_over_from_id is not null"),
            postgresql_where=text("taken_over_from_id is not null"),
        ),
    )

    cashier_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    counter_id: Mapped[uuid.UUID | None]
    """The counter at which the drawer stands; None for a cash desk that is no counter."""
    day: Mapped[date]
    opened_at: Mapped[datetime]
    float_kip: Mapped[int] = mapped_column(Kip)
    taken_over_from_id: Mapped[uuid.UUID | None]
    """The drawer that its cashier handed over with its money, if it was one."""
    counted_at: Mapped[datetime | None]
    counted_kip: Mapped[int | None] = mapped_column(Kip)
    """What the cashier counted, before being told what should be there."""
    expected_kip: Mapped[int | None] = mapped_column(Kip)
    """What the books said at the count."""
    difference_reason: Mapped[str] = mapped_column(String(300), default="")
    closed_at: Mapped[datetime | None]
    signed_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The second person; None for tills of earlier releases."""


class TillCount(AppendOnly, CentreOwned, Base):
    """One count of a drawer, note by note. A second count is a row of its own."""

    __tablename__ = "till_count"
    __table_args__ = (
        centre_fk("till_session_id", "till_session"),
        CheckConstraint("counted_kip >= 0", name="counted_not_negative"),
    )

    till_session_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    notes: Mapped[dict[str, Any]]
    """How many of each note, by its value in kip: {"50000": 3}."""
    counted_kip: Mapped[int] = mapped_column(Kip)
    expected_kip: Mapped[int] = mapped_column(Kip)
