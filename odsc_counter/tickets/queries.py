"""What people look at: the queue, the board, the counters, a ticket. Read-only."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.catalogue.models import ServiceGroup, ServiceVersion
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets.lifecycle import AT_COUNTER, CLOSED, COMPLETED, NO_SHOW, WAITING
from odsc_counter.tickets.models import Counter, CounterGroup, Ticket

CALL_ORDER = (Ticket.priority.desc(), Ticket.issued_at, Ticket.id)
"""Who is called first: priority, then the order of arrival."""
OVERDUE_SECONDS = 30 * 60
"""A wait that the console shows in red."""
LISTED_CALLS = 6
"""The call itself and the five before it."""


def today() -> date:
    """The centre's own day at this moment, for the centre in scope."""
    with reading() as session:
        starts = session.scalars(
            select(Centre.day_starts_minute).where(Centre.id == current_scope().centre_id)
        ).one()
    return clock.business_day(clock.now(), starts)


def ticket(ticket_id: uuid.UUID) -> Ticket:
    """The ticket with this id. Raises NotFound."""
    return _one(Ticket.id == ticket_id)


def ticket_by_code(code: str) -> Ticket:
    """The ticket whose holder has this code. Raises NotFound."""
    return _one(Ticket.public_code == code)


def _one(condition: ColumnElement[bool]) -> Ticket:
    with reading() as session:
        found = session.scalars(select(Ticket).where(condition)).one_or_none()
    if found is None:
        raise NotFound
    return found


def position(ticket: Ticket) -> int:
    """The place in the queue: people ahead + 1; 0 for a ticket that does not wait.

    Ahead is whoever would be called first by any counter that serves this ticket.
    """
    if ticket.state != WAITING:
        return 0
    ahead = or_(
        Ticket.priority > ticket.priority,
        (Ticket.priority == ticket.priority)
        & or_(
            Ticket.issued_at < ticket.issued_at,
            (Ticket.issued_at == ticket.issued_at) & (Ticket.id < ticket.id),
        ),
    )
    query = (
        select(func.count())
        .select_from(Ticket)
        .where(Ticket.day == ticket.day, Ticket.state == WAITING, ahead)
    )
    with reading() as session:
        groups = _competing_groups(session, ticket.group_id)
        if groups is not None:
            query = query.where(Ticket.group_id.in_(groups))
        return session.scalars(query).one() + 1


def _competing_groups(session: Session, group_id: uuid.UUID) -> set[uuid.UUID] | None:
    """Groups that share a counter with this one; None when that is all of them."""
    served = _groups_by_counter(session)
    counters = session.scalars(select(Counter.id)).all()
    if any(counter not in served for counter in counters):
        return None
    return {group_id}.union(*(groups for groups in served.values() if group_id in groups))


def _groups_by_counter(session: Session) -> dict[uuid.UUID, set[uuid.UUID]]:
    served: dict[uuid.UUID, set[uuid.UUID]] = {}
    for row in session.scalars(select(CounterGroup)):
        served.setdefault(row.counter_id, set()).add(row.group_id)
    return served


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
    """The board of the centre's own day. Two statements, no names."""
    day = clock.business_day(clock.now(), centre.day_starts_minute)
    with reading() as session:
        called = session.execute(
            select(Ticket.label, Ticket.call_count, Ticket.called_at, Counter.number)
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
            .where(Ticket.day == day, Ticket.state == WAITING)
        ).one()
    calls = tuple(
        Call(f"{day.isoformat()}/{label}/{count}", label, number, at)
        for label, count, at, number in called
        if at is not None
    )
    return Board(calls, waiting)


@dataclass(frozen=True)
class QueueRow:
    """A ticket with the words that a page needs. `wait_seconds`: from issue to first call."""

    ticket: Ticket
    service_lo: str
    service_en: str
    wait_seconds: int

    @property
    def is_overdue(self) -> bool:
        """Whether the person waits too long."""
        return self.wait_seconds >= OVERDUE_SECONDS

    def service(self, language: str) -> str:
        """The service's name in a language."""
        return self.service_lo if language == "lo" else self.service_en


def queue_row(ticket: Ticket) -> QueueRow:
    """One ticket with its service's name."""
    with reading() as session:
        return _rows(session, [ticket])[0]


def waiting(counter_id: uuid.UUID | None = None) -> list[QueueRow]:
    """Who waits today, in the order of calling; for one counter, those that it serves."""
    day = today()
    with reading() as session:
        query = select(Ticket).where(Ticket.day == day, Ticket.state == WAITING)
        if counter_id is not None:
            groups = _groups_by_counter(session).get(counter_id)
            if groups:
                query = query.where(Ticket.group_id.in_(groups))
        return _rows(session, session.scalars(query.order_by(*CALL_ORDER)).all())


def tickets_of(day: date) -> list[QueueRow]:
    """All tickets of a day, in the order of issue."""
    with reading() as session:
        found = session.scalars(
            select(Ticket).where(Ticket.day == day).order_by(Ticket.issued_at, Ticket.id)
        ).all()
        return _rows(session, found)


def _rows(session: Session, tickets: Iterable[Ticket]) -> list[QueueRow]:
    found = list(tickets)
    names: dict[int, ServiceVersion] = {}
    services = {one.service_id for one in found}
    # Ordered by validity, so the newest version that had begun wins.
    for version in session.scalars(
        select(ServiceVersion)
        .where(ServiceVersion.service_id.in_(services))
        .order_by(ServiceVersion.valid_from)
    ):
        if version.valid_from <= found[0].day or version.service_id not in names:
            names[version.service_id] = version
    now = clock.now()
    return [
        QueueRow(
            one,
            names[one.service_id].name_lo,
            names[one.service_id].name_en,
            int(((one.first_called_at or one.ended_at or now) - one.issued_at).total_seconds()),
        )
        for one in found
    ]


def counter_by_number(number: int) -> Counter:
    """The counter above which this number hangs. Raises NotFound."""
    return _one_counter(Counter.number == number)


def counter(counter_id: uuid.UUID) -> Counter:
    """The counter with this id. Raises NotFound."""
    return _one_counter(Counter.id == counter_id)


def _one_counter(condition: ColumnElement[bool]) -> Counter:
    with reading() as session:
        found = session.scalars(select(Counter).where(condition)).one_or_none()
    if found is None:
        raise NotFound
    return found


def counter_of_clerk(user_id: int) -> Counter | None:
    """The counter at which a person sits now."""
    with reading() as session:
        return session.scalars(select(Counter).where(Counter.clerk_id == user_id)).one_or_none()


def open_ticket_of(clerk_id: int) -> Ticket | None:
    """The ticket that a clerk has in front of them, of whatever day."""
    with reading() as session:
        return session.scalars(
            select(Ticket).where(Ticket.clerk_id == clerk_id, Ticket.state.in_(AT_COUNTER))
        ).one_or_none()


@dataclass(frozen=True)
class CounterRow:
    """A counter, who sits there, whom they serve, and the groups (none: all)."""

    counter: Counter
    clerk: User | None
    ticket: Ticket | None
    groups: tuple[ServiceGroup, ...]
    busy_seconds: int


def counters() -> list[CounterRow]:
    """All counters of the centre by number. Five statements."""
    now = clock.now()
    with reading() as session:
        found = session.scalars(select(Counter).order_by(Counter.number)).all()
        clerks = {
            user.id: user
            for user in session.scalars(
                select(User).where(User.id.in_([c.clerk_id for c in found if c.clerk_id]))
            )
        }
        at_counter = {
            one.counter_id: one
            for one in session.scalars(select(Ticket).where(Ticket.state.in_(AT_COUNTER)))
        }
        served = _groups_by_counter(session)
        groups = _service_groups(session)
    rows = []
    for counter in found:
        one = at_counter.get(counter.id)
        since = (one.started_at or one.called_at or now) if one else now
        rows.append(
            CounterRow(
                counter,
                clerks.get(counter.clerk_id or 0),
                one,
                tuple(g for g in groups if g.id in served.get(counter.id, ())),
                int((now - since).total_seconds()),
            )
        )
    return rows


def _service_groups(session: Session) -> list[ServiceGroup]:
    order = (ServiceGroup.position, ServiceGroup.letter)
    return list(session.scalars(select(ServiceGroup).order_by(*order)))


def service_groups() -> list[ServiceGroup]:
    """The centre's service groups in their order."""
    with reading() as session:
        return _service_groups(session)


@dataclass(frozen=True)
class DayFigures:
    """What a clerk did on a day. Averages in seconds; None when nobody came."""

    completed: int
    no_shows: int
    average_wait_seconds: int | None
    average_service_seconds: int | None


def day_figures(clerk_id: int, day: date) -> DayFigures:
    """The figures of one clerk's day."""
    with reading() as session:
        done = session.scalars(
            select(Ticket).where(
                Ticket.day == day,
                Ticket.clerk_id == clerk_id,
                Ticket.state.in_((COMPLETED, NO_SHOW)),
            )
        ).all()
    waits = [
        (one.first_called_at - one.issued_at).total_seconds() for one in done if one.first_called_at
    ]
    served = [
        (one.ended_at - one.started_at).total_seconds()
        for one in done
        if one.started_at and one.ended_at
    ]
    return DayFigures(
        completed=sum(one.state == COMPLETED for one in done),
        no_shows=sum(one.state == NO_SHOW for one in done),
        average_wait_seconds=_average(waits),
        average_service_seconds=_average(served),
    )


def _average(values: list[float]) -> int | None:
    return round(sum(values) / len(values)) if values else None


def unclosed_days(before: date) -> list[tuple[date, int]]:
    """Earlier days on which tickets are still open, with their number."""
    with reading() as session:
        found = session.execute(
            select(Ticket.day, func.count())
            .where(Ticket.day < before, Ticket.state.in_((WAITING, *AT_COUNTER)))
            .group_by(Ticket.day)
            .order_by(Ticket.day)
        )
        return [(day, count) for day, count in found]


def queue_mark(centre: Centre) -> str:
    """A text that differs whenever a ticket of the day or a counter changed."""
    day = clock.business_day(clock.now(), centre.day_starts_minute)
    with reading() as session:
        tickets = session.execute(
            select(func.count(), func.coalesce(func.sum(Ticket.version), 0))
            .select_from(Ticket)
            .where(Ticket.day == day)
        ).one()
        seats = session.execute(
            select(func.count(), func.coalesce(func.sum(Counter.version), 0)).select_from(Counter)
        ).one()
    return f"{day.isoformat()}/{tickets[0]}/{tickets[1]}/{seats[0]}/{seats[1]}"
