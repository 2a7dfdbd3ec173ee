"""`odsc-counter check`: what must always hold, counted again from the records.

Each centre is read in its own scope, and what units' committees decided in the nation's; a breach
is named with the centre or unit and the thing.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, literal, select
from sqlalchemy.orm import Session

from odsc_counter.applications import scan_files
from odsc_counter.applications.lifecycle import OPEN as UNDECIDED
from odsc_counter.applications.models import Application, ApplicationStep, Holding
from odsc_counter.catalogue.models import OfferedService
from odsc_counter.catalogue.register import kept_span
from odsc_counter.catalogue.register_models import ServiceStanding
from odsc_counter.committees import papers
from odsc_counter.committees import verifying as committees
from odsc_counter.monitoring import open_queries, rollups
from odsc_counter.places.loading import NATION
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.columns import Stateful
from odsc_counter.platform.events import Event
from odsc_counter.platform.numbering import NumberSeries
from odsc_counter.platform.tenancy import area_scope, centre_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.receipts import verifying as money
from odsc_counter.reconciliation import verifying as statements
from odsc_counter.reports import verifying as reports
from odsc_counter.returns import verifying as returns
from odsc_counter.tickets import timeline
from odsc_counter.tickets.hall_models import Appointment
from odsc_counter.tickets.models import ServiceLeg, Ticket
from odsc_counter.tills.models import TillSession
from odsc_counter.transmittals.models import Transmittal, TransmittalItem
from odsc_counter.treasury import verifying as treasury


@dataclass(frozen=True)
class Breach:
    """Something that must never be, and is."""

    centre: str
    """Code of the centre, or of the unit whose committee it is."""
    rule: str
    what: str


def check(progress: Callable[[int, int], None] = lambda done, total: None) -> Iterator[Breach]:
    """Yield every breach in every centre and committee; nothing when all is well."""
    with reference_scope(), reading() as session:
        centres = list(session.scalars(select(Centre).order_by(Centre.code)))
    for done, centre in enumerate(centres, start=1):
        with centre_scope(centre.id):
            with reading() as session:
                for rule in RULES:
                    for what in rule(session):
                        yield Breach(centre.code, rule.__name__.lstrip("_"), what)
            for difference in rollups.recount(centre):
                yield Breach(centre.code, "figures_equal_a_recount", str(difference))
            for fault in scan_files.faults():
                yield Breach(centre.code, "scans_are_whole", fault)
        progress(done, len(centres))
    for code, fault in papers.faults():
        yield Breach(code, "files_of_offices_are_whole", fault)
    for code, fault in returns.faults():
        yield Breach(code, "returns_are_as_they_were_signed", fault)
    with reference_scope():
        for fault in open_queries.faults():
            yield Breach(NATION, "open_data_is_as_it_was_published", fault)
    for code, fault in reports.faults():
        yield Breach(code, "reports_are_as_they_were_published", fault)
    yield from _committees()


def _committees() -> Iterator[Breach]:
    with reference_scope(), reading() as session:
        codes = dict(session.execute(select(Unit.id, Unit.code)).tuples().all())
        nation = session.scalar(select(Unit.id).where(Unit.level == 0))
    if nation is None:
        return
    with area_scope(nation), reading() as session:
        for rule in committees.RULES:
            for place_id, what in rule(session):
                yield Breach(codes[place_id], rule.__name__, what)


def _numbers_without_gap(
    session: Session,
    series: Any,
    period: Any,
    number: Any,
    *,
    order: tuple[Any, ...],
    begins_at_one: bool = True,
    of: ColumnElement[bool] | None = None,
) -> Iterator[str]:
    """Numbers of a series run without gap to the counter row's last number."""
    statement = select(
        series,
        period,
        func.count(),
        func.count(distinct(number)),
        func.min(number),
        func.max(number),
    )
    if of is not None:
        statement = statement.where(of)
    taken = session.execute(statement.group_by(*order).order_by(*order)).all()
    last = {(row.series, row.period): row.last_no for row in session.scalars(select(NumberSeries))}
    seen = set()
    for name, when, count, different, lowest, highest in taken:
        key = (str(name), str(when))
        seen.add(key)
        is_whole = count == different == highest - lowest + 1 and highest == last.get(key)
        if not is_whole or (begins_at_one and lowest != 1):
            yield (
                f"{key[0]} {key[1]}: {count} rows, {different} numbers, {lowest} to {highest},"
                f" counter {last.get(key)}"
            )
    prefix = {str(name).split(":")[0] for name, *_ in taken}
    for key, number_taken in last.items():
        if key[0].split(":")[0] in prefix and key not in seen and number_taken:
            yield f"{key[0]} {key[1]}: counter at {number_taken}, no rows"


def _ticket_numbers(session: Session) -> Iterator[str]:
    series = literal("ticket:") + Ticket.letter
    yield from _numbers_without_gap(
        session,
        series,
        Ticket.day,
        Ticket.number,
        order=(Ticket.letter, Ticket.day),
        begins_at_one=False,  # a group's numbers may begin at 101
        of=~Ticket.is_paper,
    )


def _application_numbers(session: Session) -> Iterator[str]:
    yield from _numbers_without_gap(
        session,
        literal("application"),
        Application.year,
        Application.number,
        order=(Application.year,),
    )


def _transmittal_numbers(session: Session) -> Iterator[str]:
    yield from _numbers_without_gap(
        session,
        literal("transmittal"),
        Transmittal.year,
        Transmittal.number,
        order=(Transmittal.year,),
    )


def _states_equal_their_events(session: Session) -> Iterator[str]:
    for model in (Ticket, Appointment, Application, ApplicationStep, TransmittalItem, TillSession):
        yield from _states_of(session, model)


def _states_of(session: Session, model: type[Stateful]) -> Iterator[str]:
    kind = model.__tablename__  # type: ignore[attr-defined]  # every table has one
    lives: dict[str, tuple[int, int, str | None]] = {}
    broken: list[str] = []
    rows = session.execute(
        select(Event.subject_id, Event.seq, Event.from_state, Event.to_state)
        .where(Event.subject_kind == kind, Event.seq.is_not(None))
        .order_by(Event.subject_id, Event.seq)
        .execution_options(yield_per=5000)
    )
    for subject, seq, before, after in rows:
        count, last, state = lives.get(subject, (0, 0, None))
        if seq != last + 1 or before != state:
            broken.append(f"{kind} {subject}: event {seq} does not follow {last} ({state})")
        lives[subject] = (count + 1, seq or 0, after)
    yield from broken
    things = session.execute(
        select(model.id, model.state, model.version).execution_options(yield_per=5000)  # type: ignore[attr-defined]  # entities have ids
    )
    for identity, state, version in things:
        _count, last, told = lives.pop(str(identity), (0, 0, None))
        if (state, version) != (told, last):
            yield f"{kind} {identity}: {state} ({version}), its events say {told} ({last})"
    for subject in lives:
        yield f"{kind} {subject}: has events and no row"


def _tickets_equal_their_events(session: Session) -> Iterator[str]:
    """Each ticket and service leg is what its events say, to the last second."""
    legs: dict[uuid.UUID, list[ServiceLeg]] = defaultdict(list)
    days = session.scalars(select(Ticket.day).distinct().order_by(Ticket.day)).all()
    for day in days:
        legs.clear()
        for leg in session.scalars(
            select(ServiceLeg).where(ServiceLeg.day == day).order_by(ServiceLeg.position)
        ):
            legs[leg.ticket_id].append(leg)
        tickets = session.scalars(select(Ticket).where(Ticket.day == day)).all()
        told = _told(session, [str(ticket.id) for ticket in tickets])
        for ticket in tickets:
            events = told[str(ticket.id)]
            # Tickets from before legs were kept tell their life without its services.
            if events and "group_id" in events[0].data:
                yield from (
                    f"ticket {ticket.label} of {day}: {what}"
                    for what in timeline.differences(ticket, legs[ticket.id], events)
                )
        session.expunge_all()


def _told(session: Session, ids: list[str]) -> dict[str, list[Event]]:
    told: dict[str, list[Event]] = defaultdict(list)
    for first in range(0, len(ids), 500):
        for event in session.scalars(
            select(Event)
            .where(
                Event.subject_kind == "ticket",
                Event.subject_id.in_(ids[first : first + 500]),
                Event.seq.is_not(None),
            )
            .order_by(Event.seq)
        ):
            told[event.subject_id].append(event)
    return told


def _undecided_files_lie_somewhere(session: Session) -> Iterator[str]:
    """Nobody loses a file: while it is undecided, somebody has it."""
    held = select(Holding.application_id).where(
        Holding.centre_id == Application.centre_id, Holding.ended_at.is_(None)
    )
    for label in session.scalars(
        select(Application.label).where(
            Application.state.in_(UNDECIDED), Application.id.not_in(held)
        )
    ):
        yield f"{label}: nobody has the file"


def _offers_follow_the_register(session: Session) -> Iterator[str]:
    """The days on which a service is offered are those that the register's rows come to."""
    rows: dict[int, list[ServiceStanding]] = defaultdict(list)
    for row in session.scalars(select(ServiceStanding).order_by(ServiceStanding.seq)):
        rows[row.service_id].append(row)
    for offer in session.scalars(select(OfferedService)):
        kept = offer.offered_from, offer.offered_until
        wanted = kept_span(rows[offer.service_id])
        if (kept if kept[0] != kept[1] else None) != wanted:
            yield f"service {offer.service_id}: kept {kept}, the register says {wanted}"


RULES: tuple[Callable[[Session], Iterator[str]], ...] = (
    _ticket_numbers,
    _application_numbers,
    _transmittal_numbers,
    *money.RULES,
    *statements.RULES,
    *treasury.RULES,
    _states_equal_their_events,
    _tickets_equal_their_events,
    _undecided_files_lie_somewhere,
    _offers_follow_the_register,
)
