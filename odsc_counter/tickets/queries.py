"""What people look at: the queue, a ticket, a clerk's day. Read-only."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import ServiceGroup, ServiceVersion
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets.hall_models import HallRules
from odsc_counter.tickets.lifecycle import (
    COMPLETED,
    NO_SHOW,
    ON_HOLD,
    OPEN,
)
from odsc_counter.tickets.models import (
    Counter,
    ServiceLeg,
    Ticket,
    Visit,
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


def queue_rows(tickets: Iterable[Ticket]) -> list[QueueRow]:
    """Tickets of one day with the words that a page needs, in their order. Four statements."""
    with reading() as session:
        return _rows(session, tickets)


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
    """A text that differs whenever a ticket of the day or a counter changed, and each minute."""
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
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
            .where(Ticket.state == ON_HOLD, Ticket.hold_until <= now)
        )
    # Waits in whole minutes and what is too late change with time alone.
    return f"{now:%Y%m%d%H%M}/{tickets[0]}/{tickets[1]}/{seats[0]}/{seats[1]}/{due}"
