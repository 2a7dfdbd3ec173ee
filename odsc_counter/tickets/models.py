"""Visits, tickets and counters."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from odsc_counter.platform.columns import Base, CentreEntity, CentreOwned, Stateful, centre_fk

NORMAL = 0
PRIORITY = 1
PRIORITY_REASONS = ("elderly", "disability", "pregnant", "infant", "monk", "far_village")
OPEN_AT_COUNTER = text("state in ('called', 'serving')")


class Counter(CentreEntity, Base):
    """A place in the hall where people are served, and who sits at it now."""

    __tablename__ = "counter"
    __table_args__ = (
        UniqueConstraint("centre_id", "number"),
        # One clerk sits at one counter; one counter is claimed by one clerk (one column).
        Index(
            "uq_counter_clerk",
            "centre_id",
            "clerk_id",
            unique=True,
            sqlite_where=text("clerk_id is not null"),
            postgresql_where=text("clerk_id is not null"),
        ),
    )

    number: Mapped[int]
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class CounterGroup(CentreOwned, Base):
    """A service group that a counter serves. A counter without rows serves all groups."""

    __tablename__ = "counter_group"
    __table_args__ = (centre_fk("counter_id", "counter"), centre_fk("group_id", "service_group"))

    counter_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    group_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class Visit(CentreEntity, Base):
    """One person's stay in the hall, from the door to the end."""

    __tablename__ = "visit"

    arrived_at: Mapped[datetime]
    day: Mapped[date]
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(12))
    """kiosk, counter or api: how the number was taken."""


class Ticket(Stateful, CentreEntity, Base):
    """A number in the queue and what became of it."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("centre_id", "day", "letter", "number", name="uq_ticket_number_per_day"),
        UniqueConstraint("centre_id", "public_code", name="uq_ticket_public_code"),
        centre_fk("visit_id", "visit"),
        centre_fk("group_id", "service_group"),
        centre_fk("counter_id", "counter"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "state not in ('called', 'serving') or counter_id is not null", name="has_counter"
        ),
        Index("ix_ticket_queue", "centre_id", "day", "state", "priority", "number"),
        Index(
            "uq_ticket_open_per_counter",
            "centre_id",
            "counter_id",
            unique=True,
            sqlite_where=OPEN_AT_COUNTER,
            postgresql_where=OPEN_AT_COUNTER,
        ),
        Index(
            "uq_ticket_open_per_clerk",
            "centre_id",
            "clerk_id",
            unique=True,
            sqlite_where=OPEN_AT_COUNTER,
            postgresql_where=OPEN_AT_COUNTER,
        ),
    )

    visit_id: Mapped[uuid.UUID]
    day: Mapped[date]
    """The centre's own day."""
    letter: Mapped[str] = mapped_column(String(2))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(12))
    """Letter and number as people read it: A007."""
    public_code: Mapped[str] = mapped_column(String(32))
    """Random, for the citizen's own status page; says nothing by itself."""
    group_id: Mapped[uuid.UUID]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    priority: Mapped[int]
    priority_reason: Mapped[str | None] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    issued_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    """The latest call."""
    first_called_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    call_count: Mapped[int] = mapped_column(default=0)
    counter_id: Mapped[uuid.UUID | None]
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
