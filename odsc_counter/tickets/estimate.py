"""How long somebody will probably wait: a range from this centre's own recent events.

Never an invented number: where the hall has not seen enough, or nobody sits at a counter
that could call the person, there is no estimate. What the hall learnt from the days before
is kept in the process for the day, today's pace for a minute; the counters and the queue
are looked at each time.
"""

import math
import threading
import uuid
import weakref
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, current_database
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets.capacity import Hall
from odsc_counter.tickets.forecast import Model
from odsc_counter.tickets.hall_models import HallRules
from odsc_counter.tickets.lifecycle import AT_COUNTER
from odsc_counter.tickets.models import Counter, Ticket
from odsc_counter.tickets.order import in_queue, rules_of
from odsc_counter.tickets.recent_events import (
    hall_of,
    legs_between,
    midnights,
    second_of,
    spells_between,
)
from odsc_counter.tickets.replay import Seat, Waiting, Watch

LEARNS_FROM_DAYS = 28
MOST_LEGS = 3000
"""The latest so many service legs are learnt from: a large hall's week says enough."""
LOOKED_AT_SECONDS = 60
EXACT_BELOW = 10
STEP = 5
"""From ten minutes on the range is told in steps of five."""


@dataclass(frozen=True)
class Range:
    """A wait in whole minutes; it holds the true one in about four of five cases."""

    low_minutes: int
    high_minutes: int


def wait_for(ticket: Ticket, position: int) -> Range | None:
    """How much longer a waiting ticket will wait, from its place in line (1: next).

    None when it does not wait (place 0) or nothing is known. Two light statements, and
    some more once a minute.
    """
    if position < 1:
        return None
    now = clock.now()
    is_priority = bool(ticket.priority) and not (
        ticket.priority_from and ticket.priority_from > now
    )
    asks = Waiting(ticket.service_id, ticket.group_id, is_priority, second_of(now))
    return _ask(asks, position - 1, without=ticket.id)


def wait_if_taken(service_id: int, group_id: uuid.UUID, ahead: int) -> Range | None:
    """How long somebody would wait who takes a number for a service now, with so many ahead."""
    asks = Waiting(service_id, group_id, False, second_of(clock.now()))
    return _ask(asks, ahead)


def rounded(low: float, high: float) -> Range:
    """Seconds as minutes that people can use: exact below ten, in fives above."""
    low_minutes, high_minutes = math.floor(low / 60), math.ceil(high / 60)
    if low_minutes > EXACT_BELOW:
        low_minutes = low_minutes // STEP * STEP
    if high_minutes > EXACT_BELOW:
        high_minutes = -(-high_minutes // STEP) * STEP
    return Range(low_minutes, max(high_minutes, low_minutes + 1))


def forget() -> None:
    """Learn anew at the next question; for tests, and after records were mended."""
    with _learning:
        _memories.clear()


def _ask(asks: Waiting, ahead: int, without: uuid.UUID | None = None) -> Range | None:
    now = clock.now()
    with reading() as session:
        memory = _memory(session, now)
        if memory.model is None:
            return None
        watch = Watch(memory.hall, memory.model.pace, memory.midnight)
        situation = watch.situation(
            second_of(now),
            asks,
            _queue(session, memory, now, without),
            _seats(session),
            memory.today,
            ahead,
        )
    found = memory.model.forecast(situation)
    return None if found is None else rounded(found.low, found.high)


def _queue(
    session: Session, memory: "_Memory", now: datetime, without: uuid.UUID | None
) -> list[Waiting]:
    rows = session.execute(
        select(
            Ticket.id, Ticket.service_id, Ticket.group_id, Ticket.priority, Ticket.rank_at
        ).where(in_queue(memory.rules, memory.day, now))
    )
    return [
        Waiting(service_id, group_id, priority > 0, second_of(rank_at))
        for ticket_id, service_id, group_id, priority, rank_at in rows
        if ticket_id != without
    ]


def _seats(session: Session) -> list[Seat]:
    rows = session.execute(
        select(Counter.id, Counter.clerk_id, Counter.break_since, Ticket.id)
        .outerjoin(
            Ticket,
            (Ticket.centre_id == Counter.centre_id)
            & (Ticket.counter_id == Counter.id)
            & Ticket.state.in_(AT_COUNTER),
        )
        .where(Counter.clerk_id.is_not(None))
    )
    return [
        Seat(counter_id, clerk_id, break_since is None, ticket_id is not None)
        for counter_id, clerk_id, break_since, ticket_id in rows
    ]


def learn(session: Session, hall: Hall, day: date, starts_minute: int = 0) -> Model | None:
    """What a hall has learnt from the weeks before a day; None when that is too little."""
    first, last = day - timedelta(days=LEARNS_FROM_DAYS), day - timedelta(days=1)
    legs = legs_between(session, first, last, MOST_LEGS)
    model = Model(hall, legs, spells_between(session, first, last), midnights(legs, starts_minute))
    return model if model.pace.is_known else None


# -- what is kept in the process


@dataclass
class _Memory:
    """What is known of one hall: before its day, and a moment ago."""

    day: date
    midnight: int
    model: Model | None
    """None: the hall has not seen enough yet."""
    hall: Hall
    rules: HallRules
    today: float
    """How much longer people take today than usually."""
    looked_at: datetime


_memories: weakref.WeakKeyDictionary[Database, dict[int, _Memory]] = weakref.WeakKeyDictionary()
_learning = threading.Lock()


def _memory(session: Session, now: datetime) -> _Memory:
    centre_id = current_scope().centre_id or 0
    kept = _kept(centre_id, now)
    if kept is not None:
        return kept
    # Whoever comes while one is learning waits for what it learns.
    with _learning:
        kept = _kept(centre_id, now)
        if kept is not None:
            return kept
        memory = _look(session, centre_id, now)
        _memories.setdefault(current_database(), {})[centre_id] = memory
    return memory


def _kept(centre_id: int, now: datetime) -> _Memory | None:
    kept = _memories.get(current_database(), {}).get(centre_id)
    fresh_for = timedelta(seconds=LOOKED_AT_SECONDS)
    is_fresh = kept is not None and timedelta() <= now - kept.looked_at < fresh_for
    return kept if is_fresh else None


def _look(session: Session, centre_id: int, now: datetime) -> _Memory:
    starts = session.scalars(select(Centre.day_starts_minute).where(Centre.id == centre_id)).one()
    day = clock.business_day(now, starts)
    rules = rules_of(session)
    hall = hall_of(session, rules)
    before = _memories.get(current_database(), {}).get(centre_id)
    if before is not None and before.day == day:
        model = before.model
    else:
        model = learn(session, hall, day, starts)
    midnight = second_of(clock.start_of_day(day, starts))
    today = _today(session, model, day)
    return _Memory(day, midnight, model, hall, rules, today, now)


def _today(session: Session, model: Model | None, day: date) -> float:
    if model is None:
        return 1.0
    ratio = model.pace.today()
    for leg in legs_between(session, day, day):
        if leg.busy and leg.ended is not None and leg.is_reliable:
            model.pace.note(ratio, leg)
    return ratio.value
