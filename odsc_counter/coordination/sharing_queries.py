"""The files of ministries in the centres of an area: numbers, steps and days, never people.

Everything here is read through `sharing.crossing`; the number of statements in each centre
is the same for one file and for thousands.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, select, true
from sqlalchemy.orm import Session

from odsc_counter.applications.holdings import OFFICE
from odsc_counter.applications.lifecycle import APPROVED, OPEN, READY
from odsc_counter.applications.models import Application, ApplicationStep, Holding
from odsc_counter.catalogue.models import Ministry, ServiceVersion
from odsc_counter.coordination.sharing import UNCOLLECTED, Seat, crossing
from odsc_counter.places import queries as places
from odsc_counter.places.models import Centre
from odsc_counter.places.queries import WorkingCalendar
from odsc_counter.platform import clock
from odsc_counter.platform.sql_sums import count_if
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading

PAGE_SIZE = 25
MOST = 10_000
"""So many files are read of a centre for a table; a page looks no deeper either."""
HOLDERS = ("counter", "citizen", "village", "district", "province", "nation")
"""Where a file can lie: with the counter, the citizen, or an office of such a level."""


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; None and empty mean all."""

    service_id: int | None = None
    ministry_id: int | None = None
    office: str = ""
    """One of HOLDERS."""
    late: bool = False


@dataclass(frozen=True)
class Lies:
    """Where a file lies now."""

    holder: str
    step_lo: str
    step_en: str
    level: str
    ministry_id: int | None
    working_days: int
    """Since when it lies there, the first day not counted."""


@dataclass(frozen=True)
class SharedFile:
    """One file as people outside its centre see it."""

    centre: Centre
    label: str
    service_lo: str
    service_en: str
    ministry_id: int
    state: str
    taken_on: date
    due_on: date | None
    waits_since: date | None
    """Of a result that was not collected."""
    days_late: int
    """Working days past the due day; of a result: days that it lies there."""
    lies: tuple[Lies, ...] = ()


@dataclass
class Shared:
    """A page of files of all centres of the unit, the latest first, with what to choose from."""

    files: list[SharedFile] = field(default_factory=list)
    total: int = 0
    late: int = 0
    centres: int = 0
    page: int = 1
    services: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Names in Lao and English of the services that have such files."""
    ministries: dict[int, Ministry] = field(default_factory=dict)
    offered: set[int] = field(default_factory=set)
    """Ministries that have such files."""

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-min(self.total, MOST) // PAGE_SIZE))


@dataclass(frozen=True)
class _Answer:
    """What one centre says."""

    services: list[Any]
    total: int
    late: int
    rows: list[Any]
    lies: dict[uuid.UUID, list[Any]]
    day: date


def shared_files(seat: Seat, filters: Filters, page: int | None = 1) -> Shared:
    """Open files or, by the view of uncollected results, those; all of them without a page."""
    page = page if page is None else min(max(page, 1), MOST // PAGE_SIZE)
    wanted = MOST if page is None else page * PAGE_SIZE
    with reference_scope():
        calendar = places.working_calendar()
        with reading() as session:
            ministries = {one.id: one for one in session.scalars(select(Ministry))}
    answers = crossing(seat, lambda session, centre: _ask(session, centre, seat, filters, wanted))
    shared = Shared(ministries=ministries, centres=len(answers), page=page or 1)
    found = []
    for centre, answer in answers:
        shared.total += answer.total
        shared.late += answer.late
        for service_id, name_lo, name_en, ministry_id, _asked, _late in answer.services:
            shared.services[service_id] = (name_lo, name_en)
            shared.offered.add(ministry_id)
        found += [(_order(row), centre.code, centre, answer, row) for row in answer.rows]
    found.sort(key=lambda one: one[:2])
    if page is not None:
        found = found[wanted - PAGE_SIZE : wanted]
    shared.files = [
        _file(centre, answer, row, calendar) for _order, _code, centre, answer, row in found
    ]
    return shared


def _order(row: Any) -> tuple[date, date, int]:
    return row.sorted_by or date.max, row.submitted_on, row.number


def _ask(session: Session, centre: Centre, seat: Seat, filters: Filters, wanted: int) -> _Answer:
    day = clock.business_day(clock.now(), centre.day_starts_minute)
    lying = seat.view is UNCOLLECTED
    own: list[ColumnElement[bool]] = [_in_states((APPROVED, READY) if lying else OPEN)]
    if seat.ministries is not None:
        own.append(Application.ministry_id.in_(sorted(seat.ministries)))
    since = func.coalesce(Application.ready_on, Application.decided_on)
    sorted_by: Any = since if lying else Application.due_on
    narrowed = [*own, *_narrowed(filters, day)]
    named = ServiceVersion.id == Application.service_version_id
    # What there is to choose from, and how many of each are asked for, at one go.
    asked = and_(true(), *_narrowed(filters, day))
    services = session.execute(
        select(
            Application.service_id,
            ServiceVersion.name_lo,
            ServiceVersion.name_en,
            Application.ministry_id,
            count_if(asked),
            count_if(and_(asked, Application.due_on < day)),
        )
        .join(ServiceVersion, named)
        .where(*own)
        .group_by(
            Application.service_id,
            ServiceVersion.name_lo,
            ServiceVersion.name_en,
            Application.ministry_id,
        )
    ).all()
    total, late = (sum(int(row[place]) for row in services) for place in (4, 5))
    rows = session.execute(
        select(
            Application.id,
            Application.number,
            Application.label,
            Application.ministry_id,
            Application.state,
            Application.submitted_on,
            Application.due_on,
            since.label("since"),
            sorted_by.label("sorted_by"),
            ServiceVersion.name_lo,
            ServiceVersion.name_en,
        )
        .join(ServiceVersion, named)
        .where(*narrowed)
        .order_by(sorted_by.is_(None), sorted_by, Application.submitted_on, Application.number)
        .limit(wanted)
    ).all()
    lies: dict[uuid.UUID, list[Any]] = defaultdict(list)
    if not lying:
        ids = [row.id for row in rows]
        for holding in session.execute(_lying_now().where(Holding.application_id.in_(ids))):
            lies[holding.application_id].append(holding)
    return _Answer(list(services), total, late, list(rows), lies, day)


def _lying_now() -> Any:
    return (
        select(
            Holding.application_id,
            Holding.holder,
            Holding.began_on,
            ApplicationStep.name_lo,
            ApplicationStep.name_en,
            ApplicationStep.level,
            ApplicationStep.ministry_id,
        )
        .outerjoin(ApplicationStep, ApplicationStep.id == Holding.step_id)
        .where(Holding.ended_at.is_(None))
        .order_by(ApplicationStep.position)
    )


def _in_states(states: tuple[str, ...]) -> ColumnElement[bool]:
    """In the words of the partial index of open files: SQLite takes it for no other."""
    bound: BindParameter[list[str]] = bindparam(
        "shared_states", states, expanding=True, literal_execute=True
    )
    return Application.state.in_(bound)


def _narrowed(filters: Filters, day: date) -> Iterator[ColumnElement[bool]]:
    if filters.service_id is not None:
        yield Application.service_id == filters.service_id
    if filters.ministry_id is not None:
        yield Application.ministry_id == filters.ministry_id
    if filters.late:
        yield Application.due_on < day
    if filters.office in ("counter", "citizen"):
        yield Application.id.in_(
            select(Holding.application_id).where(
                Holding.ended_at.is_(None), Holding.holder == filters.office
            )
        )
    elif filters.office in HOLDERS:
        yield Application.id.in_(
            select(Holding.application_id)
            .join(ApplicationStep, ApplicationStep.id == Holding.step_id)
            .where(
                Holding.ended_at.is_(None),
                Holding.holder == OFFICE,
                ApplicationStep.level == filters.office,
            )
        )


def _file(centre: Centre, answer: _Answer, row: Any, calendar: WorkingCalendar) -> SharedFile:
    day = answer.day
    lying = row.state in (APPROVED, READY)
    if lying:
        days_late = (day - row.since).days if row.since else 0
    else:
        days_late = calendar.working_days(row.due_on, day) if row.due_on else 0
    return SharedFile(
        centre=centre,
        label=row.label,
        service_lo=row.name_lo,
        service_en=row.name_en,
        ministry_id=row.ministry_id,
        state=row.state,
        taken_on=row.submitted_on,
        due_on=row.due_on,
        waits_since=row.since if lying else None,
        days_late=days_late,
        lies=tuple(
            Lies(
                holding.holder,
                holding.name_lo or "",
                holding.name_en or "",
                holding.level or "",
                holding.ministry_id,
                calendar.working_days(holding.began_on, day),
            )
            for holding in answer.lies.get(row.id, ())
        ),
    )
