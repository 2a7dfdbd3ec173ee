"""How a centre runs its hall: rules, notices, boards, recorded voice, appointments."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, CentreEntity, CentreOwned, Stateful, centre_fk
from odsc_counter.tickets.models import PRIORITY_REASONS

AT_FIRST_NUMBER = "at_first_number"
BY_HAND = "by_hand"
DAY_CLOSES = (AT_FIRST_NUMBER, BY_HAND)


class HallRules(CentreOwned, Base):
    """The rules of one hall. A centre without a row goes by the defaults."""

    __tablename__ = "hall_rules"
    __table_args__ = (
        CheckConstraint("ordinary_per_priority between 0 and 20", name="ratio"),
        CheckConstraint("ageing_minutes between 1 and 600", name="ageing"),
        CheckConstraint("no_show_calls between 1 and 9", name="calls"),
        CheckConstraint("call_gap_seconds between 0 and 900", name="gap"),
        CheckConstraint("day_close in ('at_first_number', 'by_hand')", name="day_close"),
    )

    ordinary_per_priority: Mapped[int] = mapped_column(default=2)
    """After each person with priority a counter calls so many ordinary ones; 0: none."""
    ageing_minutes: Mapped[int] = mapped_column(default=45)
    """Who has waited so long counts as having priority: nobody starves."""
    target_wait_minutes: Mapped[int] = mapped_column(default=20)
    """The service level: to be called within so many minutes."""
    no_show_calls: Mapped[int] = mapped_column(default=2)
    """So many calls before somebody counts as a no-show."""
    call_gap_seconds: Mapped[int] = mapped_column(default=20)
    """So long between two calls, and from the last one to the no-show."""
    hold_minutes: Mapped[int] = mapped_column(default=15)
    """How long a hold lasts unless the clerk says otherwise."""
    undo_seconds: Mapped[int] = mapped_column(default=180)
    day_close: Mapped[str] = mapped_column(String(16), default=AT_FIRST_NUMBER)
    """at_first_number: the first number of a day ends what the day before left open.
    by_hand: people keep their place until the manager closes the day."""
    reasons: Mapped[list[Any]] = mapped_column(default=lambda: list(PRIORITY_REASONS))
    """The reasons for priority that this centre grants."""
    kiosk_gives_priority: Mapped[bool] = mapped_column(default=True)
    """Whether people may claim priority at the kiosk themselves."""
    appointment_grace_minutes: Mapped[int] = mapped_column(default=15)
    """Who comes later than that to an appointment waits like everybody else."""
    speaks: Mapped[bool] = mapped_column(default=True)
    """Whether boards speak the calls, where clips are recorded."""
    says_twice: Mapped[bool] = mapped_column(default=True)
    printer_host: Mapped[str] = mapped_column(String(120), default="")
    """An ESC/POS printer on the centre's network; empty: the kiosk's browser prints."""
    printer_port: Mapped[int] = mapped_column(default=9100)
    printer_dots: Mapped[int] = mapped_column(default=576)
    """576 for 80 mm paper, 384 for 58 mm."""


class HallNotice(CentreEntity, Base):
    """A line for the board and the kiosk; it may say that a service is closed."""

    __tablename__ = "hall_notice"

    text_lo: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    closes_service: Mapped[bool] = mapped_column(default=False)
    """No numbers are given for the service while the notice stands."""
    shown_from: Mapped[date]
    shown_until: Mapped[date | None]
    """The last day plus one; None until it is taken down."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    def text(self, language: str) -> str:
        """The words in a language."""
        return self.text_lo if language == "lo" or not self.text_en else self.text_en


class Display(CentreOwned, Base):
    """A board or kiosk that shows itself, and when it was last heard of."""

    __tablename__ = "display"

    device: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Chosen by the device's browser at its first visit; random."""
    kind: Mapped[str] = mapped_column(String(8))
    """board or kiosk."""
    name: Mapped[str] = mapped_column(String(60), default="")
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    is_stale: Mapped[bool] = mapped_column(default=False)
    """The device itself says that it has lost the stream."""
    retired_at: Mapped[datetime | None]
    """Taken out of service by the manager: silence is no alarm any more."""


class VoiceClip(CentreOwned, Base):
    """A recorded piece of an announcement: a digit, a letter, the words around them."""

    __tablename__ = "voice_clip"

    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    clip: Mapped[str] = mapped_column(String(24), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    sound: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class SlotPlan(CentreEntity, Base):
    """When people can come by appointment for a service: a weekday's hours cut into slots."""

    __tablename__ = "slot_plan"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("from_minute >= 0 and to_minute <= 1440", name="within_a_day"),
        CheckConstraint("from_minute < to_minute", name="from_before_to"),
        CheckConstraint("slot_minutes between 5 and 240", name="slot_length"),
        CheckConstraint("places between 1 and 50", name="places"),
    )

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    weekday: Mapped[int]
    """0 is Monday."""
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    """Minutes after local midnight."""
    slot_minutes: Mapped[int]
    places: Mapped[int]
    """How many people one slot takes."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day plus one; None while it holds."""


class Appointment(Stateful, CentreEntity, Base):
    """A place in a slot that somebody took. It holds a telephone number and no name."""

    __tablename__ = "appointment"
    __table_args__ = (
        centre_fk("plan_id", "slot_plan"),
        centre_fk("ticket_id", "ticket"),
        UniqueConstraint("centre_id", "public_code", name="uq_appointment_public_code"),
        UniqueConstraint("centre_id", "day", "short_code", name="uq_appointment_short_code"),
        Index(
            "uq_appointment_place",
            "centre_id",
            "plan_id",
            "slot_at",
            "place",
            unique=True,
            sqlite_where=text("state in ('booked', 'arrived')"),
            postgresql_where=text("state in ('booked', 'arrived')"),
        ),
        Index("ix_appointment_day", "centre_id", "day"),
    )

    plan_id: Mapped[uuid.UUID]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    slot_at: Mapped[datetime]
    day: Mapped[date]
    place: Mapped[int]
    """1 to the plan's places: what the unique index counts."""
    public_code: Mapped[str] = mapped_column(String(32))
    short_code: Mapped[str] = mapped_column(String(6))
    """Six digits to type at the kiosk on that day."""
    phone: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(2))
    files: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(Text, default="")
    booked_at: Mapped[datetime]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """None: by the citizen."""
    ticket_id: Mapped[uuid.UUID | None]
