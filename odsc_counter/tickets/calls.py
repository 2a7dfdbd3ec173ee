"""What the hall sees: the latest calls and how many people wait. Read-only, no names."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.work import reading
from odsc_counter.tickets.lifecycle import (
    CLOSED,
)
from odsc_counter.tickets.models import (
    Counter,
    Ticket,
)
from odsc_counter.tickets.order import (
    in_queue,
    rules_of,
)

LISTED_CALLS = 9
"""The call itself, the five before it, and three that may still wait for their announcement."""


@dataclass(frozen=True)
class Call:
    """A number on the board. `id` changes when the same number is called again."""

    id: str
    ticket: str
    counter: int
    called_at: datetime


@dataclass(frozen=True)
class Board:
    """What the hall sees: the latest calls, newest first, and how many people wait."""

    calls: tuple[Call, ...]
    waiting: int


def board(centre: Centre) -> Board:
    """The board of the centre's own day. Three statements, no names."""
    day = clock.business_day(clock.now(), centre.day_starts_minute)
    with reading() as session:
        called = session.execute(
            select(Ticket.label, Ticket.called_at, Counter.number)
            .join(Counter, Counter.id == Ticket.counter_id)
            .where(
                Counter.centre_id == Ticket.centre_id,
                Ticket.day == day,
                Ticket.called_at.is_not(None),
                Ticket.state != CLOSED,
            )
            .order_by(Ticket.called_at.desc(), Ticket.id.desc())
            .limit(LISTED_CALLS)
        ).all()
        waiting = session.scalars(
            select(func.count())
            .select_from(Ticket)
            .where(in_queue(rules_of(session), day, clock.now()))
        ).one()
    calls = tuple(
        # The moment tells a call from the one before: a number is called anew on each leg.
        Call(f"{label}/{at.isoformat()}", label, number, at)
        for label, at, number in called
        if at is not None
    )
    return Board(calls, waiting)
