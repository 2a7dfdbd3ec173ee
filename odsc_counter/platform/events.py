"""The append-only log: who did what to which record, when, from where.

It is the audit trail and the truth that states and statistics are derived from.
"""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import AppendOnly, AreaEntity, Base, CentreEntity, new_id

if TYPE_CHECKING:
    from odsc_counter.platform.work import Work


class _Entry:
    """What all logs hold."""

    at: Mapped[datetime]
    verb: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(200))
    origin: Mapped[str] = mapped_column(String(64))
    request_id: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]


class Event(AppendOnly, _Entry, CentreEntity, Base):
    """Something that happened in a centre."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("centre_id", "subject_kind", "subject_id", "seq", name="uq_event_seq"),
        Index("ix_event_centre_id_at", "centre_id", "at"),
        # Papers printed again and again are looked for among all events of a period.
        Index(
            "ix_event_print",
            "centre_id",
            "at",
            sqlite_where=text("verb = 'print'"),
            postgresql_where=text("verb = 'print'"),
        ),
    )

    day: Mapped[date]
    """The centre's own day that the event counts to."""
    seq: Mapped[int | None]
    """Place in the subject's life: its version after the event; None outside a lifecycle."""
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str | None] = mapped_column(String(24))
    counter_id: Mapped[uuid.UUID | None]


class AreaEvent(AppendOnly, _Entry, AreaEntity, Base):
    """Something that happened in an office of a district, a province or the nation."""

    __tablename__ = "area_event"
    __table_args__ = (
        UniqueConstraint("place_id", "subject_kind", "subject_id", "seq", name="uq_area_event_seq"),
        Index("ix_area_event_place_id_at", "place_id", "at"),
    )

    seq: Mapped[int | None]
    """Place in the subject's life: its version after the event; None outside a lifecycle."""
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str | None] = mapped_column(String(24))


class NationalEvent(AppendOnly, _Entry, Base):
    """Something that happened in no one's place: accounts, reference data, crossings."""

    __tablename__ = "national_event"
    __table_args__ = (
        Index("ix_national_event_at", "at"),
        # Every page asks whether this installation is a demonstration.
        Index("ix_national_event_verb", "verb"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-19)


LOOKED = "looked"
"""Somebody outside a centre looked into it: an event that changes nothing, so that no figure
has to be counted anew."""

Listener = Callable[["Work", Event], None]
_listeners: list[Listener] = []


def subscribe(listener: Listener) -> Listener:
    """Hear of every event inside its own transaction: how word goes to upper rooms."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def announce(work: "Work", event: Event) -> None:
    """Tell the listeners. Called by `Work.record` alone."""
    for listener in _listeners:
        listener(work, event)
