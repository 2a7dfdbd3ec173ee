"""Who is called to which counter: next, chosen, again; and what becomes of who does not come."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.acting import act, locked_ticket, own_ticket, refuse_unless_allowed
from odsc_counter.tickets.counters import locked_counter
from odsc_counter.tickets.errors import (
    CallAgainFirst,
    NobodyAtCounter,
    NotAtCounter,
    OnBreak,
    TicketStillOpen,
    TooSoon,
)
from odsc_counter.tickets.lifecycle import AT_COUNTER, ON_HOLD
from odsc_counter.tickets.models import Counter, Ticket
from odsc_counter.tickets.order import (
    ORDINARY,
    URGENT,
    desk_of,
    lane,
    next_statement,
    rules_of,
    why,
)


def call_next(centre: Centre, counter_id: uuid.UUID, clerk_id: int) -> Ticket | None:
    """Call the person who is next for this counter.

    Returns None when nobody waits that the counter serves. Raises NotAtCounter unless the
    clerk sits there, OnBreak, and TicketStillOpen while somebody is in front of them. Two
    counters never get the same person: the row is taken with SKIP LOCKED, or under the
    writer's turn.
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        refuse_unless_ready(work.session, counter, clerk_id)
        bring_back_due(work, now)
        rules = rules_of(work.session)
        desk = desk_of(work.session, counter, clerk_id)
        found = work.session.execute(
            next_statement(desk, rules, day, now)
            .limit(1)
            .with_for_update(skip_locked=True, of=Ticket)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if found is None:
            return None
        ticket, lane_now = found
        reason = why(ticket, lane_now, desk, rules, now)
        _call(work, ticket, counter, clerk_id, "call", now, lane_now=lane_now, why=reason)
    return ticket


def call_chosen(
    centre: Centre, counter_id: uuid.UUID, ticket_id: uuid.UUID, reason: str = ""
) -> Ticket:
    """Call a certain person to a counter, out of turn, in the name of the clerk there.

    Raises NobodyAtCounter, OnBreak, TicketStillOpen, and AlreadyChanged unless they wait.
    """
    now = clock.now()
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        if counter.clerk_id is None:
            raise NobodyAtCounter(number=counter.number)
        refuse_unless_ready(work.session, counter, counter.clerk_id)
        bring_back_due(work, now)
        ticket = locked_ticket(work, ticket_id)
        refuse_unless_allowed(ticket, "call_chosen")
        lane_now = lane(ticket, rules_of(work.session), now)
        clerk_id = counter.clerk_id
        _call(work, ticket, counter, clerk_id, "call_chosen", now, lane_now=lane_now, why=reason)
    return ticket


def _call(
    work: Work,
    ticket: Ticket,
    counter: Counter,
    clerk_id: int,
    verb: str,
    now: datetime,
    *,
    lane_now: int,
    why: str,
) -> None:
    if lane_now == URGENT:
        counter.since_priority = 0
    elif lane_now == ORDINARY:
        counter.since_priority = min(counter.since_priority + 1, 99)
    label = ticket.label  # a failed flush takes the ticket's attributes with it
    try:
        act(
            work,
            ticket,
            verb,
            now,
            counter_id=counter.id,
            clerk_id=clerk_id,
            lane=lane_now,
            why=why,
        )
    except IntegrityError as error:
        if "ticket" in str(error.orig) and "uniq" in str(error.orig).lower():
            raise TicketStillOpen(label=label) from error
        raise


def refuse_unless_ready(session: Session, counter: Counter, clerk_id: int | None) -> None:
    """Raise NotAtCounter, OnBreak or TicketStillOpen unless the clerk can take somebody."""
    if counter.clerk_id != clerk_id:
        raise NotAtCounter
    if counter.break_since is not None:
        raise OnBreak
    refuse_while_open(session, counter.id, clerk_id)


def refuse_while_open(session: Session, counter_id: uuid.UUID | None, clerk_id: int | None) -> None:
    """Raise TicketStillOpen when somebody stands in front of the counter or the clerk."""
    label = session.scalars(
        select(Ticket.label)
        .where(
            Ticket.state.in_(AT_COUNTER),
            or_(Ticket.counter_id == counter_id, Ticket.clerk_id == clerk_id),
        )
        .limit(1)
    ).one_or_none()
    if label is not None:
        raise TicketStillOpen(label=label)


def bring_back_due(work: Work, now: datetime) -> None:
    """Bring back to the queue, at the front, whoever's hold is over."""
    due = work.session.scalars(
        select(Ticket)
        .where(Ticket.state == ON_HOLD, Ticket.hold_until <= now)
        .order_by(Ticket.hold_until, Ticket.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for ticket in due:
        # It came back when its time was up, even if nobody looked at that moment.
        act(work, ticket, "come_back", ticket.hold_until or now)


def recall(ticket_id: uuid.UUID) -> Ticket:
    """Call the same person again; counted.

    Raises AlreadyChanged unless they are called, and TooSoon before the centre's gap between
    two calls is over: people need time to walk.
    """
    now = clock.now()
    with unit_of_work() as work:
        ticket = own_ticket(work, ticket_id)
        refuse_unless_allowed(ticket, "recall")
        _refuse_too_soon(ticket, now, rules_of(work.session).call_gap_seconds)
        act(work, ticket, "recall", now, call=ticket.call_count + 1)
    return ticket


def no_show(ticket_id: uuid.UUID) -> Ticket:
    """The person did not come when called.

    Raises AlreadyChanged unless they are called, CallAgainFirst before they were called as
    often as the centre's rules say, and TooSoon right after the last call.
    """
    now = clock.now()
    with unit_of_work() as work:
        ticket = own_ticket(work, ticket_id)
        refuse_unless_allowed(ticket, "no_show")
        rules = rules_of(work.session)
        if ticket.call_count < rules.no_show_calls:
            raise CallAgainFirst(label=ticket.label, calls=rules.no_show_calls)
        _refuse_too_soon(ticket, now, rules.call_gap_seconds)
        act(work, ticket, "no_show", now)
    return ticket


def _refuse_too_soon(ticket: Ticket, now: datetime, gap_seconds: int) -> None:
    if ticket.called_at is None:
        return
    left = ticket.called_at + timedelta(seconds=gap_seconds) - now
    if left > timedelta(0):
        raise TooSoon(seconds=int(left.total_seconds()) + 1)


def put_back(ticket_id: uuid.UUID, place: str = "age") -> Ticket:
    """Put the person in front of the counter back into the queue.

    `place`: first, last, or by age (their original arrival). Raises AlreadyChanged.
    """
    with unit_of_work() as work:
        ticket = own_ticket(work, ticket_id)
        act(work, ticket, "put_back", clock.now(), place=known_place(place))
    return ticket


PLACES = ("first", "last", "age")


def known_place(place: str) -> str:
    """The place in the queue, if it is one; by age otherwise."""
    return place if place in PLACES else "age"
