"""What happens to tickets: issue, call, recall, start, complete, no-show, cancel, close.

Each function is one transaction in the centre's scope. Locks are taken in one order
everywhere: counter, then ticket, then number series.
"""

import secrets
import uuid
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.catalogue.queries import group_of
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.counters import claim_counter, locked_counter, release_counter
from odsc_counter.tickets.errors import (
    AnotherClerksTicket,
    NotAtCounter,
    NotOfferedToday,
    TicketStillOpen,
)
from odsc_counter.tickets.lifecycle import AT_COUNTER, CALLED, LIFECYCLE, SERVING, WAITING
from odsc_counter.tickets.models import (
    NORMAL,
    PRIORITY,
    PRIORITY_REASONS,
    CounterGroup,
    Ticket,
    Visit,
)
from odsc_counter.tickets.queries import CALL_ORDER

__all__ = [
    "call_next",
    "cancel",
    "claim_counter",
    "close_day",
    "complete",
    "issue",
    "no_show",
    "recall",
    "release_counter",
    "start",
]

LANGUAGES = ("lo", "en")
CHANNELS = ("kiosk", "counter", "api")


def issue(
    centre: Centre,
    service_id: int,
    *,
    priority_reason: str | None = None,
    language: str = "lo",
    channel: str = "kiosk",
) -> Ticket:
    """Give a person a number for a service, on the centre's own day.

    Numbers of a letter run 1, 2, 3 … each day, without gap or double. `language` is the
    person's, `channel` says where the number was taken. Raises NotOfferedToday, and
    InvalidInput for a reason, language or channel that nobody knows.
    """
    _refuse_unknown(priority_reason, language, channel)
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        group = group_of(service_id, day)
        if group is None:
            raise NotOfferedToday
        visit = Visit(arrived_at=now, day=day, language=language, channel=channel)
        work.session.add(visit)
        work.session.flush()
        number = take_number(work.session, f"ticket:{group.letter}", day.isoformat())
        ticket = Ticket(
            visit_id=visit.id,
            day=day,
            letter=group.letter,
            number=number,
            label=f"{group.letter}{number:0{group.number_width}d}",
            public_code=secrets.token_urlsafe(12),
            group_id=group.id,
            service_id=service_id,
            priority=PRIORITY if priority_reason else NORMAL,
            priority_reason=priority_reason,
            language=language,
            issued_at=now,
        )
        work.begin(
            ticket,
            LIFECYCLE,
            "issue",
            day=day,
            label=ticket.label,
            service_id=service_id,
            priority_reason=priority_reason,
            channel=channel,
        )
    return ticket


def _refuse_unknown(priority_reason: str | None, language: str, channel: str) -> None:
    wrong = {
        name: value
        for name, value, known in (
            ("priority", priority_reason, (None, *PRIORITY_REASONS)),
            ("language", language, LANGUAGES),
            ("channel", channel, CHANNELS),
        )
        if value not in known
    }
    if wrong:
        raise InvalidInput({name: str(value) for name, value in wrong.items()})


def call_next(centre: Centre, counter_id: uuid.UUID, clerk_id: int) -> Ticket | None:
    """Call the person who is next for this counter.

    Returns None when nobody waits that the counter serves. Raises NotAtCounter unless the
    clerk sits there, TicketStillOpen while somebody is in front of them. Two counters never
    get the same person: the row is taken with SKIP LOCKED, or under the writer's turn.
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        if counter.clerk_id != clerk_id:
            raise NotAtCounter
        _refuse_while_open(work.session, counter_id, clerk_id)
        ticket = work.session.scalars(
            select(Ticket)
            .where(Ticket.day == day, Ticket.state == WAITING, *_served_by(work, counter_id))
            .order_by(*CALL_ORDER)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if ticket is None:
            return None
        ticket.counter_id = counter_id
        ticket.clerk_id = clerk_id
        ticket.called_at = ticket.first_called_at = now
        ticket.call_count = 1
        try:
            _change(work, ticket, "call")
        except IntegrityError as error:
            if "ticket" in str(error.orig) and "uniq" in str(error.orig).lower():
                raise TicketStillOpen(label=ticket.label) from error
            raise
    return ticket


def _refuse_while_open(session: Session, counter_id: uuid.UUID, clerk_id: int) -> None:
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


def _served_by(work: Work, counter_id: uuid.UUID) -> list[ColumnElement[bool]]:
    groups = work.session.scalars(
        select(CounterGroup.group_id).where(CounterGroup.counter_id == counter_id)
    ).all()
    return [Ticket.group_id.in_(groups)] if groups else []


def recall(ticket_id: uuid.UUID) -> Ticket:
    """Call the same person again; counted. Raises AlreadyChanged unless they are called."""
    with unit_of_work() as work:
        ticket = _at_own_counter(work, ticket_id)
        ticket.called_at = clock.now()
        ticket.call_count += 1
        _change(work, ticket, "recall", call=ticket.call_count)
    return ticket


def start(ticket_id: uuid.UUID) -> Ticket:
    """The person stands at the counter. Raises AlreadyChanged unless they are called."""
    with unit_of_work() as work:
        ticket = _at_own_counter(work, ticket_id)
        ticket.started_at = clock.now()
        _change(work, ticket, "start")
    return ticket


def complete(ticket_id: uuid.UUID) -> Ticket:
    """The person was served. Raises AlreadyChanged unless they are being served."""
    return _end(ticket_id, "complete")


def no_show(ticket_id: uuid.UUID) -> Ticket:
    """The person did not come when called. Raises AlreadyChanged unless they are called."""
    return _end(ticket_id, "no_show")


def cancel(ticket_id: uuid.UUID) -> Ticket:
    """The person gives the number back. Raises AlreadyChanged unless they still wait."""
    return _end(ticket_id, "cancel")


def _end(ticket_id: uuid.UUID, verb: str) -> Ticket:
    with unit_of_work() as work:
        ticket = _at_own_counter(work, ticket_id)
        ticket.ended_at = clock.now()
        _change(work, ticket, verb)
    return ticket


def close_day(centre: Centre, day: date) -> int:
    """Close all tickets of a day that are still open; returns how many.

    They count as closed, neither served nor no-show. Idempotent.
    """
    now = clock.now()
    with unit_of_work() as work:
        still_open = work.session.scalars(
            select(Ticket)
            .where(Ticket.day == day, Ticket.state.in_((WAITING, CALLED, SERVING)))
            .order_by(Ticket.id)
            .with_for_update()
        ).all()
        for ticket in still_open:
            ticket.ended_at = now
            _change(work, ticket, "close_day")
        work.record(
            "close_day",
            subject_kind="centre_day",
            subject_id=day.isoformat(),
            day=day,
            data={"closed": len(still_open), "centre": centre.code},
        )
    return len(still_open)


def _at_own_counter(work: Work, ticket_id: uuid.UUID) -> Ticket:
    """The ticket; refused to a signed-in clerk when another clerk has the person."""
    ticket = work.session.scalars(select(Ticket).where(Ticket.id == ticket_id)).one_or_none()
    if ticket is None:
        raise NotFound
    actor = current_actor().user_id
    if ticket.state in AT_COUNTER and actor is not None and ticket.clerk_id != actor:
        raise AnotherClerksTicket(label=ticket.label)
    return ticket


def _change(work: Work, ticket: Ticket, verb: str, **data: object) -> None:
    work.change(ticket, LIFECYCLE, verb, day=ticket.day, counter_id=ticket.counter_id, **data)
