"""What a clerk sees at the counter, read in a number of statements that no queue makes grow.

All tickets that have not ended are few: they are read once, and the person in front, the
waiting list, who is next and why, the holds and the other counters are told from them.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import FeeLine, ServiceVersion
from odsc_counter.catalogue.queries import fees_of, is_illustrative
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import reading
from odsc_counter.tickets.acting import legs_of
from odsc_counter.tickets.hall_models import AT_FIRST_NUMBER, HallRules
from odsc_counter.tickets.lifecycle import AT_COUNTER, ON_HOLD, OPEN, SERVING, UNDOABLE, UNDONE
from odsc_counter.tickets.models import Counter, DeskSpell, ServiceLeg, Ticket, Visit
from odsc_counter.tickets.order import desk_of, in_calling_order, lane, rules_of, why
from odsc_counter.tickets.queries import DayFigures, QueueRow, day_figures, service_names
from odsc_counter.tickets.timeline import next_planned

STEPS_LOOKED_AT = 8
"""So many of a clerk's last steps are looked at for one that can be taken back."""


@dataclass(frozen=True)
class ServiceName:
    """What a service is called."""

    lo: str
    en: str

    def name(self, language: str) -> str:
        """The name in a language."""
        return self.lo if language == "lo" else self.en


@dataclass(frozen=True)
class VisitStep:
    """A service of the visit: done, now or next."""

    service: ServiceName
    stage: str


@dataclass(frozen=True)
class InFront:
    """The person at the counter, or on the way to it."""

    row: QueueRow
    version: ServiceVersion
    fee_lines: Sequence[FeeLine]
    steps: Sequence[VisitStep]
    since: datetime
    seconds: int
    """Since the start of the service, or since the last call."""
    gap_seconds: int
    """Until they can be called again, or count as a no-show."""
    calls_missing: int
    """So many calls more before they can count as a no-show."""
    goes_on_with: ServiceName | None
    """The further service that is planned next."""
    goes_back_to: int | None
    """The number of the counter that they were sent from and go back to."""

    @property
    def ticket(self) -> Ticket:
        """The person's ticket."""
        return self.row.ticket

    @property
    def is_illustrative(self) -> bool:
        """Whether fee or papers are examples that nobody has confirmed."""
        return is_illustrative(self.version, self.fee_lines)


@dataclass(frozen=True)
class OtherCounter:
    """Another counter: called, serving, break, idle or closed; since how many seconds."""

    number: int
    state: str
    label: str
    seconds: int


@dataclass(frozen=True)
class LastStep:
    """The clerk's last step that can still be taken back."""

    ticket_id: uuid.UUID
    label: str
    verb: str


@dataclass(frozen=True)
class DeskTime:
    """The clerk's day at the counters, in seconds."""

    idle: int
    breaks: int


@dataclass(frozen=True)
class ClerksDesk:
    """Everything that the console shows."""

    counter: Counter
    rules: HallRules
    now: InFront | None
    waiting: Sequence[QueueRow]
    why_next: str
    """Why the first of the waiting is next: a word that `words.WHY` explains."""
    held: Sequence[QueueRow]
    others: Sequence[OtherCounter]
    figures: DayFigures
    time: DeskTime
    last_step: LastStep | None
    break_seconds: int

    @property
    def is_free(self) -> bool:
        """Whether somebody can be called now."""
        return self.now is None and self.counter.break_since is None

    def in_lane(self, wanted: int) -> int:
        """How many wait in a lane."""
        return sum(row.lane == wanted for row in self.waiting)


@dataclass(frozen=True)
class _Hall:
    """The tickets that have not ended, with what is known about their services and visits."""

    tickets: Sequence[Ticket]
    mine: Ticket | None
    """The one in front of the clerk."""
    legs: Sequence[ServiceLeg]
    """The service legs of that one."""
    files: Mapping[uuid.UUID, int]
    services: Mapping[int, ServiceName]
    rules: HallRules
    day: date
    now: datetime

    def row(self, ticket: Ticket) -> QueueRow:
        service = self.services[ticket.service_id]
        return QueueRow(
            ticket,
            service.lo,
            service.en,
            _waited(ticket, self.now),
            lane(ticket, self.rules, self.now),
            self.rules.target_wait_minutes * 60,
            self.files[ticket.id],
        )

    def waits(self, ticket: Ticket) -> bool:
        """The same as `order.in_queue`, for a ticket that is read already."""
        if self.rules.day_close == AT_FIRST_NUMBER and ticket.day != self.day:
            return False
        if ticket.state == ON_HOLD:
            return ticket.hold_until is not None and ticket.hold_until <= self.now
        return ticket.state not in AT_COUNTER


def clerks_desk(centre: Centre, clerk_id: int) -> ClerksDesk | None:
    """The console of a clerk; None when they sit at no counter.

    At most ten statements, four more with a person in front of the clerk.
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with reading() as session:
        counters = session.scalars(select(Counter).order_by(Counter.number)).all()
        counter = next((one for one in counters if one.clerk_id == clerk_id), None)
        if counter is None:
            return None
        hall = _hall(session, clerk_id, day, now)
        desk = desk_of(session, counter, clerk_id)
        ordered = in_calling_order(
            [ticket for ticket in hall.tickets if hall.waits(ticket)],
            hall.rules,
            now,
            desk.since_priority,
            desk,
        )
        first = hall.row(ordered[0]) if ordered else None
        figures = day_figures(clerk_id, day)
        return ClerksDesk(
            counter=counter,
            rules=hall.rules,
            now=_in_front(session, hall, hall.mine, counters) if hall.mine else None,
            waiting=[hall.row(ticket) for ticket in ordered],
            why_next=why(first.ticket, first.lane, desk, hall.rules, now) if first else "",
            held=[hall.row(ticket) for ticket in _held(hall)],
            others=[_other(one, hall) for one in counters if one is not counter],
            figures=figures,
            time=_desk_time(session, clerk_id, hall, figures.busy_seconds),
            last_step=_last_step(session, clerk_id, hall, counter),
            break_seconds=_seconds(counter.break_since, now),
        )


def _hall(session: Session, clerk_id: int, day: date, now: datetime) -> _Hall:
    rows = session.execute(
        select(Ticket, Visit.files)
        .join(Visit, (Visit.centre_id == Ticket.centre_id) & (Visit.id == Ticket.visit_id))
        .where(Ticket.state.in_(OPEN))
        .order_by(Ticket.id)
    ).all()
    tickets = [ticket for ticket, _files in rows]
    mine = next((t for t in tickets if t.clerk_id == clerk_id and _is_here(t)), None)
    legs = legs_of(session, mine) if mine else []
    return _Hall(
        tickets,
        mine,
        legs,
        {ticket.id: files for ticket, files in rows},
        _names(session, {t.service_id for t in tickets} | {leg.service_id for leg in legs}, day),
        rules_of(session),
        day,
        now,
    )


def _names(session: Session, service_ids: Collection[int], day: date) -> dict[int, ServiceName]:
    """As `queries.service_names`, without the papers of each."""
    names: dict[int, ServiceName] = {}
    for service_id, since, lo, en in session.execute(
        select(
            ServiceVersion.service_id,
            ServiceVersion.valid_from,
            ServiceVersion.name_lo,
            ServiceVersion.name_en,
        )
        .where(ServiceVersion.service_id.in_(service_ids))
        .order_by(ServiceVersion.valid_from)
    ):
        if since <= day or service_id not in names:
            names[service_id] = ServiceName(lo, en)
    return names


def _is_here(ticket: Ticket) -> bool:
    return ticket.state in AT_COUNTER


def _waited(ticket: Ticket, now: datetime) -> int:
    """From the arrival to the first call; who was called before waits since coming back."""
    if _is_here(ticket):
        return _seconds(ticket.issued_at, ticket.first_called_at or now)
    return _seconds(ticket.issued_at if not ticket.first_called_at else ticket.counted_at, now)


def _seconds(since: datetime | None, until: datetime) -> int:
    return max(0, int((until - since).total_seconds())) if since else 0


def _held(hall: _Hall) -> list[Ticket]:
    held = [one for one in hall.tickets if one.state == ON_HOLD and not hall.waits(one)]
    return sorted(held, key=lambda one: (one.hold_until or hall.now, one.label))


def _in_front(
    session: Session, hall: _Hall, ticket: Ticket, counters: Sequence[Counter]
) -> InFront:
    legs = hall.legs
    services = hall.services
    planned = next_planned(list(legs))
    first = legs[ticket.return_leg_no - 1] if ticket.return_leg_no else None
    since = (ticket.started_at if ticket.state == SERVING else ticket.called_at) or hall.now
    called_ago = _seconds(ticket.called_at, hall.now)
    return InFront(
        row=hall.row(ticket),
        version=service_names(session, [ticket.service_id], ticket.day)[ticket.service_id],
        fee_lines=fees_of([ticket.service_id], ticket.day).get(ticket.service_id, []),
        steps=[
            VisitStep(services[leg.service_id], _stage(leg, number, ticket))
            for number, leg in enumerate(legs, start=1)
            if leg.outcome != UNDONE
        ],
        since=since,
        seconds=_seconds(since, hall.now),
        gap_seconds=max(0, hall.rules.call_gap_seconds - called_ago),
        calls_missing=max(0, hall.rules.no_show_calls - ticket.call_count),
        goes_on_with=services[legs[planned - 1].service_id] if planned else None,
        goes_back_to=next((c.number for c in counters if first and c.id == first.counter_id), None),
    )


def _stage(leg: ServiceLeg, number: int, ticket: Ticket) -> str:
    if number == ticket.leg_no:
        return "now"
    return "done" if leg.outcome else "next"


def _other(counter: Counter, hall: _Hall) -> OtherCounter:
    ticket = next((t for t in hall.tickets if t.counter_id == counter.id and _is_here(t)), None)
    if ticket is not None:
        since = ticket.started_at if ticket.state == SERVING else ticket.called_at
        return OtherCounter(counter.number, ticket.state, ticket.label, _seconds(since, hall.now))
    if counter.clerk_id is None:
        return OtherCounter(counter.number, "closed", "", 0)
    if counter.break_since is not None:
        return OtherCounter(counter.number, "break", "", _seconds(counter.break_since, hall.now))
    return OtherCounter(counter.number, "idle", "", 0)


def _desk_time(session: Session, clerk_id: int, hall: _Hall, busy: int) -> DeskTime:
    """Idle is the time at an open counter with nobody called and nobody served."""
    spells = session.scalars(
        select(DeskSpell).where(DeskSpell.clerk_id == clerk_id, DeskSpell.day == hall.day)
    ).all()
    running = _seconds(hall.mine.counted_at, hall.now) if hall.mine else 0
    spent = {"open": 0, "break": 0}
    for spell in spells:
        spent[spell.kind] += _seconds(spell.began_at, spell.ended_at or hall.now)
    return DeskTime(max(0, spent["open"] - busy - running), spent["break"])


def _last_step(session: Session, clerk_id: int, hall: _Hall, counter: Counter) -> LastStep | None:
    """The newest own step that `operations.undo` would still take back."""
    steps = session.scalars(
        select(Event)
        .where(
            Event.at >= hall.now - timedelta(seconds=hall.rules.undo_seconds),
            Event.actor_id == clerk_id,
            Event.subject_kind == "ticket",
            Event.verb.in_(UNDOABLE),
        )
        .order_by(Event.at.desc(), Event.seq.desc())
        .limit(STEPS_LOOKED_AT)
    ).all()
    ids = [uuid.UUID(step.subject_id) for step in steps]
    found = session.scalars(select(Ticket).where(Ticket.id.in_(ids))) if ids else ()
    tickets = {ticket.id: ticket for ticket in found}
    for step in steps:
        ticket = tickets[uuid.UUID(step.subject_id)]
        # Nobody is brought back to a counter where another person stands, or to a break.
        another = hall.mine is not None and hall.mine.id != ticket.id
        occupied = another or counter.break_since is not None
        if ticket.version == step.seq and not (occupied and step.from_state in AT_COUNTER):
            return LastStep(ticket.id, ticket.label, step.verb)
    return None
