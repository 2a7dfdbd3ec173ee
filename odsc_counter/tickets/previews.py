"""Whom counters and work profiles would call now, and why: so that rules can be understood."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from odsc_counter.platform import clock
from odsc_counter.platform.work import reading
from odsc_counter.tickets.hall_models import HallRules
from odsc_counter.tickets.models import Counter, Ticket
from odsc_counter.tickets.order import (
    FALLBACK,
    Desk,
    desks_of,
    in_calling_order,
    in_order,
    in_queue,
    lane,
    rules_of,
    why,
)
from odsc_counter.tickets.profiles import ProfileRow
from odsc_counter.tickets.queries import QueueRow, queue_rows, today

NO_COUNTER = uuid.UUID(int=0)


@dataclass(frozen=True)
class Preview:
    """Who would be called next, and how many people may be called in all."""

    row: QueueRow
    why: str
    """A word that `words.WHY` explains."""
    place: int | None
    """The place of the rule that speaks for the person; None without rules."""
    helps: bool
    """No rule speaks for them: the counter helps the others."""
    people: int


@dataclass(frozen=True)
class Previews:
    """By key of the profile and of the counter; None where nobody would be called."""

    profiles: Mapping[uuid.UUID, Preview | None]
    counters: Mapping[uuid.UUID, Preview | None]


def previews(profiles: Sequence[ProfileRow]) -> Previews:
    """Whom each profile (as if priority's turn had come) and each counter would call now."""
    now = clock.now()
    with reading() as session:
        rules = rules_of(session)
        waiting = session.scalars(select(Ticket).where(in_queue(rules, today(), now))).all()
        counters = session.scalars(select(Counter)).all()
        desks = {desk.counter_id: desk for desk in desks_of(session, _seats(counters))}
    desks |= {
        one.profile.id: Desk(
            counter_id=NO_COUNTER,
            clerk_id=None,
            since_priority=rules.ordinary_per_priority,
            rules=in_order(one.rules),
            helps_others=one.profile.helps_others,
            skills=frozenset(),
        )
        for one in profiles
    }
    orders = {
        key: in_calling_order(waiting, rules, now, desk.since_priority, desk)
        for key, desk in desks.items()
    }
    rows = queue_rows({order[0].id: order[0] for order in orders.values() if order}.values())
    by_ticket = {row.ticket.id: row for row in rows}
    found = {
        key: _preview(by_ticket[order[0].id], desks[key], rules, now, len(order)) if order else None
        for key, order in orders.items()
    }
    return Previews(
        {one.profile.id: found[one.profile.id] for one in profiles},
        {counter.id: found[counter.id] for counter in counters},
    )


def _seats(counters: Sequence[Counter]) -> list[tuple[Counter, int | None]]:
    return [(counter, counter.clerk_id) for counter in counters]


def _preview(row: QueueRow, desk: Desk, rules: HallRules, now: datetime, people: int) -> Preview:
    place = desk.rank(row.ticket, now)
    return Preview(
        row,
        why(row.ticket, lane(row.ticket, rules, now), desk, rules, now),
        place if desk.rules and place not in (0, FALLBACK) else None,
        place == FALLBACK,
        people,
    )
