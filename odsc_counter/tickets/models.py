"""Visits, tickets, service legs and counters. Rules, boards and appointments have their own."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from odsc_counter.platform.columns import Base, CentreEntity, CentreOwned, Stateful, centre_fk

NORMAL = 0
PRIORITY = 1
FIRST = 2
"""Who was here before and comes back: after a hold, a detour, or sent to the front."""
APPOINTMENT = "appointment"
PRIORITY_REASONS = ("elderly", "disability", "pregnant", "infant", "monk", "far_village")
"""What a person may claim. An appointment is a reason too, but nobody claims it."""
OPEN_AT_COUNTER = text("state in ('called', 'serving')")
NOT_ENDED = text("state in ('waiting', 'called', 'serving', 'on_hold')")


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
    break_since: Mapped[datetime | None]
    break_reason: Mapped[str | None] = mapped_column(String(16))
    since_priority: Mapped[int] = mapped_column(default=99)
    """Ordinary people called here since the last one with priority: the ratio's memory. A new
    counter begins with priority."""
    version: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class WorkProfile(CentreEntity, Base):
    """Whom a counter calls: ordered rules, and whether it helps all others when none applies."""

    __tablename__ = "work_profile"
    __table_args__ = (UniqueConstraint("centre_id", "name_lo"),)

    name_lo: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    helps_others: Mapped[bool] = mapped_column(default=False)
    """The fallback: when no rule finds anybody, whoever is next in the whole hall."""

    def name(self, language: str) -> str:
        """The name in a language."""
        return self.name_lo if language == "lo" else self.name_en


class WorkRule(CentreEntity, Base):
    """One rule of a profile: people of a group, or for one service, who waited long enough."""

    __tablename__ = "work_rule"
    __table_args__ = (
        centre_fk("profile_id", "work_profile"),
        centre_fk("group_id", "service_group"),
        CheckConstraint("(group_id is null) <> (service_id is null)", name="group_or_service"),
        CheckConstraint("after_minutes >= 0", name="after_not_negative"),
    )

    profile_id: Mapped[uuid.UUID]
    position: Mapped[int]
    """Rules of the same position are one: first come, first served among them."""
    group_id: Mapped[uuid.UUID | None]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    after_minutes: Mapped[int] = mapped_column(default=0)
    """Only people who wait at least so long."""


class CounterProfile(CentreOwned, Base):
    """The profile that a counter works by. A counter without a row calls everybody."""

    __tablename__ = "counter_profile"
    __table_args__ = (
        centre_fk("counter_id", "counter"),
        centre_fk("profile_id", "work_profile"),
    )

    counter_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    profile_id: Mapped[uuid.UUID]


class ClerkSkill(CentreOwned, Base):
    """A service group that a clerk can serve. A clerk without rows serves all groups."""

    __tablename__ = "clerk_skill"
    __table_args__ = (centre_fk("group_id", "service_group"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    group_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class Seat(Base):
    """Where in the nation a clerk sits now: one person sits at one counter, of one centre.

    No centre's table, since a clerk may work at two: `at_centre_id` says where.
    """

    __tablename__ = "seat"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    at_centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    taken_at: Mapped[datetime]


class DeskSpell(CentreEntity, Base):
    """A stretch of time that a clerk spent at a counter, open or on a break."""

    __tablename__ = "desk_spell"
    __table_args__ = (
        centre_fk("counter_id", "counter"),
        Index("ix_desk_spell_day", "centre_id", "day"),
        Index(
            "uq_desk_spell_running",
            "centre_id",
            "counter_id",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )

    counter_id: Mapped[uuid.UUID]
    clerk_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(8))
    """open or break."""
    reason: Mapped[str | None] = mapped_column(String(16))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Visit(CentreEntity, Base):
    """One person's stay in the hall, from the door to the end."""

    __tablename__ = "visit"
    __table_args__ = (CheckConstraint("files > 0", name="files_positive"),)

    arrived_at: Mapped[datetime]
    day: Mapped[date]
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(12))
    """kiosk, counter, api, paper or appointment: how the number was taken."""
    files: Mapped[int] = mapped_column(default=1)
    """Households or files that the person acts for: a village chief may bring ten."""


class Ticket(Stateful, CentreEntity, Base):
    """A number in the queue and what became of it. Its events are the truth: see `timeline`."""

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
        Index(
            "ix_ticket_not_ended",
            "centre_id",
            "state",
            "rank_at",
            sqlite_where=NOT_ENDED,
            postgresql_where=NOT_ENDED,
        ),
        Index("ix_ticket_day", "centre_id", "day", "issued_at"),
        Index("ix_ticket_board", "centre_id", "day", "called_at"),
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
    """The series: the group's letter; the small letter is that of its pre-printed numbers."""
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(12))
    """Letter and number as people read it: A007; P-A07 for a pre-printed one."""
    public_code: Mapped[str] = mapped_column(String(32))
    """Random, for the citizen's own status page; says nothing by itself."""
    language: Mapped[str] = mapped_column(String(2))
    is_paper: Mapped[bool] = mapped_column(default=False)
    """A pre-printed number, entered afterwards."""
    times_unreliable: Mapped[bool] = mapped_column(default=False)
    """Written down by hand or known to be wrong: left out of every average."""
    leg_no: Mapped[int] = mapped_column(default=1)
    """The service leg that the ticket is on."""
    group_id: Mapped[uuid.UUID]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    priority: Mapped[int]
    """NORMAL, PRIORITY or FIRST."""
    priority_reason: Mapped[str | None] = mapped_column(String(16))
    priority_from: Mapped[datetime | None]
    """Before this moment the priority does not count: an appointment's own time."""
    rank_at: Mapped[datetime]
    """The order within a class: the arrival, unless the ticket was sent to the front or back."""
    for_counter_id: Mapped[uuid.UUID | None]
    """Only this counter may call it."""
    for_clerk_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Only this clerk may call it."""
    return_leg_no: Mapped[int | None]
    """After the present leg the person goes back to the counter of that leg."""
    issued_at: Mapped[datetime]
    """The original arrival: no transfer changes it."""
    called_at: Mapped[datetime | None]
    """The latest call."""
    first_called_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    hold_until: Mapped[datetime | None]
    """When a ticket on hold comes back to the queue by itself."""
    ended_at: Mapped[datetime | None]
    counted_at: Mapped[datetime]
    """Up to when the leg's waiting, walking, serving and hold times are summed."""
    call_count: Mapped[int] = mapped_column(default=0)
    print_count: Mapped[int] = mapped_column(default=0)
    counter_id: Mapped[uuid.UUID | None]
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ServiceLeg(CentreOwned, Base):
    """One service of a ticket, timed by itself. The times are whole seconds.

    `queued_at` is None while the leg is only planned; `outcome` is None until it has ended.
    """

    __tablename__ = "service_leg"
    __table_args__ = (
        centre_fk("ticket_id", "ticket"),
        centre_fk("group_id", "service_group"),
        centre_fk("counter_id", "counter"),
        Index("ix_service_leg_day", "centre_id", "day"),
    )

    ticket_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    group_id: Mapped[uuid.UUID]
    queued_at: Mapped[datetime | None]
    first_called_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    counter_id: Mapped[uuid.UUID | None]
    """Where it was called or served last."""
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    waiting_seconds: Mapped[int] = mapped_column(default=0)
    walking_seconds: Mapped[int] = mapped_column(default=0)
    """From the call until the person stood at the counter."""
    serving_seconds: Mapped[int] = mapped_column(default=0)
    hold_seconds: Mapped[int] = mapped_column(default=0)
