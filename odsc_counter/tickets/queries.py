"""What people look at: the queue, the board, the counters, a ticket. Read-only."""

import uuid
from collections.abc import Callable, Iterable
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
from odsc_counter.tickets.hall_models import HallRules
from odsc_counter.tickets.lifecycle import (
    AT_COUNTER,
    CLOSED,
    COMPLETED,
    NO_SHOW,
    ON_HOLD,
    OPEN,
    SERVING,
    WAITING,
)
from odsc_counter.tickets.models import (
    Counter,
    CounterProfile,
    ServiceLeg,
    Ticket,
    Visit,
    WorkProfile,
    WorkRule,
)
from odsc_counter.tickets.order import (
    ORDINARY,
    desk_of,
    in_calling_order,
    in_queue,
    lane,
    next_statement,
    rules_of,
    why,
)

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


def position(ticket: Ticket, rules: HallRules | None = None) -> int:
    """The place in the queue: people ahead + 1; 0 for a ticket that does not wait.

    Ahead is whoever would be called first, as things stand, by the counters that serve this
    ticket. Three statements.
    """
    if ticket.state != WAITING:
        return 0
    with reading() as session:
        rules = rules or rules_of(session)
        found = list(
            session.scalars(select(Ticket).where(in_queue(rules, ticket.day, clock.now())))
        )
        competing = _competing(session, ticket)
    ahead = in_calling_order(
        [one for one in found if competing(one)], rules, clock.now(), rules.ordinary_per_priority
    )
    ids = [one.id for one in ahead]
    return ids.index(ticket.id) + 1 if ticket.id in ids else 0


def _competing(session: Session, ticket: Ticket) -> Callable[[Ticket], bool]:
    """Tells which other tickets wait for the same counters as this one."""
    if ticket.for_counter_id is not None or ticket.for_clerk_id is not None:
        sent = (ticket.for_counter_id, ticket.for_clerk_id)
        return lambda one: (one.for_counter_id, one.for_clerk_id) == sent
    groups = _competing_groups(session, ticket.group_id)

    def competes(one: Ticket) -> bool:
        is_sent = one.for_counter_id is not None or one.for_clerk_id is not None
        return not is_sent and (groups is None or one.group_id in groups)

    return competes


def _competing_groups(session: Session, group_id: uuid.UUID) -> set[uuid.UUID] | None:
    """Groups that share a counter with this one; None when that is all of them."""
    served = _groups_by_counter(session)
    counters = session.scalars(select(Counter.id)).all()
    if any(counter not in served for counter in counters):
        return None
    return {group_id}.union(*(groups for groups in served.values() if group_id in groups))


def _groups_by_counter(session: Session) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The groups that counters with a work profile call; counters for everybody are left out."""
    served: dict[uuid.UUID, set[uuid.UUID]] = {}
    open_to_all = set()
    rows = session.execute(
        select(CounterProfile.counter_id, WorkRule.group_id, WorkProfile.helps_others)
        .join(WorkProfile, WorkProfile.id == CounterProfile.profile_id)
        .join(WorkRule, WorkRule.profile_id == WorkProfile.id)
        .where(
            WorkProfile.centre_id == CounterProfile.centre_id,
            WorkRule.centre_id == WorkProfile.centre_id,
        )
    )
    for counter_id, group_id, helps_others in rows:
        # A rule for one service competes with its whole group: near enough for a forecast.
        if helps_others or group_id is None:
            open_to_all.add(counter_id)
        else:
            served.setdefault(counter_id, set()).add(group_id)
    return {key: groups for key, groups in served.items() if key not in open_to_all}


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


@dataclass(frozen=True)
class QueueRow:
    """A ticket with the words that a page needs. `wait_seconds`: from issue to first call."""

    ticket: Ticket
    service_lo: str
    service_en: str
    wait_seconds: int
    lane: int = ORDINARY
    target_seconds: int = 0
    files: int = 1

    @property
    def is_overdue(self) -> bool:
        """Whether the person waits longer than the centre's target."""
        return self.wait_seconds > self.target_seconds

    def service(self, language: str) -> str:
        """The service's name in a language."""
        return self.service_lo if language == "lo" else self.service_en


def queue_row(ticket: Ticket) -> QueueRow:
    """One ticket with its service's name."""
    with reading() as session:
        return _rows(session, [ticket])[0]


def waiting(counter_id: uuid.UUID | None = None, clerk_id: int | None = None) -> list[QueueRow]:
    """Who waits today, in the order of calling; for one counter, those that it may call.

    A hold that is over counts as waiting already, at the front.
    """
    day = today()
    now = clock.now()
    with reading() as session:
        rules = rules_of(session)
        found = list(session.scalars(select(Ticket).where(in_queue(rules, day, now))))
        desk, since = None, rules.ordinary_per_priority
        if counter_id is not None:
            desk = desk_of(session, session.get_one(Counter, _key(counter_id)), clerk_id)
            since = desk.since_priority
        ordered = in_calling_order(found, rules, now, since, desk)
        return _rows(session, ordered, rules)


def _key(counter_id: uuid.UUID) -> tuple[int | None, uuid.UUID]:
    return current_scope().centre_id, counter_id


@dataclass(frozen=True)
class Next:
    """Who would be called now, and why: a word that `words.WHY` explains."""

    row: QueueRow
    why: str


def next_for(counter_id: uuid.UUID, clerk_id: int) -> Next | None:
    """Who is next for a counter; None when nobody waits whom it may call."""
    now = clock.now()
    with reading() as session:
        rules = rules_of(session)
        desk = desk_of(session, session.get_one(Counter, _key(counter_id)), clerk_id)
        found = session.execute(next_statement(desk, rules, today(), now).limit(1)).one_or_none()
        if found is None:
            return None
        ticket, lane_now = found
        return Next(_rows(session, [ticket], rules)[0], why(ticket, lane_now, desk, rules, now))


def on_hold() -> list[QueueRow]:
    """Who is on hold, the next to come back first."""
    with reading() as session:
        found = session.scalars(
            select(Ticket).where(Ticket.state == ON_HOLD).order_by(Ticket.hold_until)
        ).all()
        return _rows(session, found)


def legs(ticket: Ticket) -> list[ServiceLeg]:
    """The service legs of a ticket in their order."""
    with reading() as session:
        return list(
            session.scalars(
                select(ServiceLeg)
                .where(ServiceLeg.ticket_id == ticket.id)
                .order_by(ServiceLeg.position)
            )
        )


def tickets_of(day: date) -> list[QueueRow]:
    """All tickets of a day, in the order of issue."""
    with reading() as session:
        found = session.scalars(
            select(Ticket).where(Ticket.day == day).order_by(Ticket.issued_at, Ticket.id)
        ).all()
        return _rows(session, found)


def _rows(
    session: Session, tickets: Iterable[Ticket], rules: HallRules | None = None
) -> list[QueueRow]:
    found = list(tickets)
    if not found:
        return []
    rules = rules or rules_of(session)
    names = service_names(session, {one.service_id for one in found}, found[0].day)
    files = dict(
        session.execute(
            select(Visit.id, Visit.files).where(Visit.id.in_([one.visit_id for one in found]))
        )
        .tuples()
        .all()
    )
    now = clock.now()
    return [
        QueueRow(
            one,
            names[one.service_id].name_lo,
            names[one.service_id].name_en,
            int(((one.first_called_at or one.ended_at or now) - one.issued_at).total_seconds()),
            lane(one, rules, now),
            rules.target_wait_minutes * 60,
            files[one.visit_id],
        )
        for one in found
    ]


def service_names(
    session: Session, service_ids: Iterable[int], day: date
) -> dict[int, ServiceVersion]:
    """What services are called: the version of the day, or the nearest there is."""
    names: dict[int, ServiceVersion] = {}
    # Ordered by validity, so the newest version that had begun wins.
    for version in session.scalars(
        select(ServiceVersion)
        .where(ServiceVersion.service_id.in_(list(service_ids)))
        .order_by(ServiceVersion.valid_from)
    ):
        if version.valid_from <= day or version.service_id not in names:
            names[version.service_id] = version
    return names


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
    """A counter, who sits there, whom they serve, and the profile (none: everybody)."""

    counter: Counter
    clerk: User | None
    ticket: Ticket | None
    profile: WorkProfile | None
    since: datetime | None
    """Since when it is as it is: serving, on a break, or idle."""
    seconds: int

    @property
    def state(self) -> str:
        """called, serving, break, idle or closed."""
        if self.ticket is not None:
            return self.ticket.state
        if self.clerk is None:
            return "closed"
        return "break" if self.counter.break_since is not None else "idle"


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
        last_ended = dict(
            session.execute(
                select(ServiceLeg.counter_id, func.max(ServiceLeg.ended_at))
                .where(ServiceLeg.day == today(), ServiceLeg.ended_at.is_not(None))
                .group_by(ServiceLeg.counter_id)
            )
            .tuples()
            .all()
        )
        profiles = dict(
            session.execute(
                select(CounterProfile.counter_id, WorkProfile)
                .join(WorkProfile, WorkProfile.id == CounterProfile.profile_id)
                .where(WorkProfile.centre_id == CounterProfile.centre_id)
            )
            .tuples()
            .all()
        )
    rows = []
    for one in found:
        ticket = at_counter.get(one.id)
        since = _since(one, ticket, last_ended.get(one.id))
        rows.append(
            CounterRow(
                one,
                clerks.get(one.clerk_id or 0),
                ticket,
                profiles.get(one.id),
                since,
                int((now - since).total_seconds()) if since else 0,
            )
        )
    return rows


def _since(counter: Counter, ticket: Ticket | None, last_ended: datetime | None) -> datetime | None:
    if ticket is not None:
        return ticket.started_at if ticket.state == SERVING else ticket.called_at
    if counter.break_since is not None:
        return counter.break_since
    # Idle since the last person went, or since the clerk sat down.
    return max(filter(None, (counter.claimed_at, last_ended)), default=None)


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
    busy_seconds: int
    """With somebody called or in front, in steps that have ended."""


def day_figures(clerk_id: int, day: date) -> DayFigures:
    """The figures of one clerk's day, by service legs; averages leave unreliable times out."""
    timed = Ticket.times_unreliable.is_(False)
    came_or_not = ServiceLeg.outcome.in_((COMPLETED, NO_SHOW))
    called = ServiceLeg.first_called_at.is_not(None)
    with reading() as session:
        completed, no_shows, wait, service, busy = session.execute(
            select(
                func.count().filter(ServiceLeg.outcome == COMPLETED),
                func.count().filter(ServiceLeg.outcome == NO_SHOW),
                func.avg(ServiceLeg.waiting_seconds).filter(timed, came_or_not, called),
                func.avg(ServiceLeg.serving_seconds).filter(timed, ServiceLeg.outcome == COMPLETED),
                func.sum(ServiceLeg.walking_seconds + ServiceLeg.serving_seconds),
            )
            .select_from(ServiceLeg)
            .join(Ticket, Ticket.id == ServiceLeg.ticket_id)
            .where(
                Ticket.centre_id == ServiceLeg.centre_id,
                ServiceLeg.day == day,
                ServiceLeg.clerk_id == clerk_id,
            )
        ).one()
    return DayFigures(completed, no_shows, _rounded(wait), _rounded(service), int(busy or 0))


def _rounded(average: float | None) -> int | None:
    return None if average is None else round(average)


def unclosed_days(before: date) -> list[tuple[date, int]]:
    """Earlier days on which tickets are still open, with their number."""
    with reading() as session:
        found = session.execute(
            select(Ticket.day, func.count())
            .where(Ticket.day < before, Ticket.state.in_(OPEN))
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
            .where(or_(Ticket.day == day, Ticket.state.in_(OPEN)))
        ).one()
        seats = session.execute(
            select(func.count(), func.coalesce(func.sum(Counter.version), 0)).select_from(Counter)
        ).one()
        due = session.scalar(
            select(func.count())
            .select_from(Ticket)
            .where(Ticket.state == ON_HOLD, Ticket.hold_until <= clock.now())
        )
    return f"{day.isoformat()}/{tickets[0]}/{tickets[1]}/{seats[0]}/{seats[1]}/{due}"
