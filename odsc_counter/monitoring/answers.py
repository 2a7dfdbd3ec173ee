"""What an area's figures are in a period: in all, by its parts, and over time.

Reads rollups alone: months that lie wholly in the period by one row a centre, the days at its
edges by one row a day. The number of statements is the same for a district and for the nation.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import add

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.monitoring.figures import (
    DAY_FIGURES,
    MONTH_FIGURES,
    SERVICE_FIGURES,
    first_of_month,
    first_of_next_month,
)
from odsc_counter.monitoring.measures import Measures
from odsc_counter.monitoring.models import CentreDay, CentreMonth, CentreMonthService, CentreNow
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import WorkingCalendar, centres_in, working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.sql_sums import count_if
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading

ONE_DAY = timedelta(days=1)
LONGEST_BY_DAY = 62
"""Up to so many days a trend goes by days, and beyond by months."""


@dataclass(frozen=True)
class Narrowed:
    """What else an answer is narrowed to. Nothing is left out by default."""

    ministry_id: int | None = None
    service_id: int | None = None
    level: int | None = None
    """1: centres of provinces; 2: centres of districts."""

    @property
    def is_by_service(self) -> bool:
        """Whether the figures are those of services, which are kept by whole months alone."""
        return self.ministry_id is not None or self.service_id is not None


EVERYTHING = Narrowed()


@dataclass
class Part:
    """A unit or a single centre of the area that was asked about."""

    unit: Unit
    centre: Centre | None = None
    """The one centre that it is; None for a unit with all its centres."""
    figures: Measures = field(default_factory=Measures)

    @property
    def code(self) -> str:
        """What stands in addresses."""
        return self.centre.code if self.centre else self.unit.code

    def name(self, language: str) -> str:
        """Its name in a language."""
        return (self.centre or self.unit).name(language)

    @property
    def standing(self) -> str:
        """no_centre, absent (a centre is there and has no figures), partial or complete."""
        if not self.figures.centres:
            return "no_centre"
        if not self.figures.reporting:
            return "absent"
        return "complete" if self.figures.reporting == self.figures.centres else "partial"

    @property
    def is_told(self) -> bool:
        """Whether it has figures that may be shown: an absent one is not nought."""
        return self.standing in ("partial", "complete")


@dataclass(frozen=True)
class Step:
    """A day or a month of a trend. `figures` is None where no centre has figures."""

    first: date
    last: date
    figures: Measures | None


@dataclass(frozen=True)
class Answer:
    """An area in a period, as it was counted."""

    unit: Unit
    first: date
    last: date
    """The days that were counted: whole months where it is narrowed to services."""
    narrowed: Narrowed
    whole: Part
    parts: list[Part]
    """Its provinces, its districts or its centres, by code, each with or without figures."""
    steps: list[Step]
    by_day: bool
    """Whether the steps are days; else months."""
    as_of: datetime | None
    """When the newest of the figures was computed; None where there are none."""

    @property
    def total(self) -> Measures:
        """All parts together."""
        return self.whole.figures


@dataclass(frozen=True)
class _Stretch:
    """Days from first to last, cut into whole months and single days at the edges."""

    first: date
    last: date
    months: tuple[date, ...]
    edges: tuple[tuple[date, date], ...]


def cut(first: date, last: date, today: date) -> _Stretch:
    """The whole months and the edges of a period. The month that goes on is whole until today."""
    months: list[date] = []
    edges: list[tuple[date, date]] = []
    month = first_of_month(first)
    while month <= last:
        end = first_of_next_month(month) - ONE_DAY
        if first <= month and last >= min(end, max(today, month)):
            months.append(month)
        else:
            edges.append((max(first, month), min(last, end)))
        month = end + ONE_DAY
    return _Stretch(first, last, tuple(months), tuple(edges))


@dataclass(frozen=True)
class Ground:
    """What an area is, whatever is counted there: read once for all answers of a page."""

    unit: Unit
    children: list[Unit]
    centres: list[Centre]
    calendar: WorkingCalendar


def ground(unit: Unit) -> Ground:
    """The units and centres of an area, and the calendar. Three statements."""
    with reference_scope():
        return Ground(unit, _children(unit), centres_in(unit), working_calendar())


def answer(
    area: Unit | Ground,
    first: date,
    last: date,
    narrowed: Narrowed = EVERYTHING,
    *,
    with_steps: bool = True,
    course_of: Collection[str] | None = None,
) -> Answer:
    """The figures of a unit from first to last, both included.

    `course_of` names the figures that the steps must have, all where it is None. Takes the
    unit's own scope: the caller has made sure that the person may read it. Raises ValueError
    when last is before first.
    """
    if last < first:
        raise ValueError("a period ends before it begins")
    if not isinstance(area, Ground):
        area = ground(area)
    unit = area.unit
    today = clock.today()
    if narrowed.is_by_service:
        first, last = first_of_month(first), first_of_next_month(first_of_month(last)) - ONE_DAY
    stretch = cut(first, last, today)
    centres = [one for one in area.centres if narrowed.level in (None, one.unit.level)]
    calendar = area.calendar
    with reference_scope():
        services = _services(narrowed, last) if narrowed.is_by_service else None
    kept = {centre.id for centre in centres}
    by_day = _is_short(stretch) and services is None
    only = kept if narrowed.level is not None else None
    days: dict[date, Measures] = {}
    with area_scope(unit.id), reading() as session:
        if services is None:
            told, months = _by_centre(session, stretch, calendar, kept)
            if first <= today <= last:
                _less_today(session, told, today, calendar)
            if with_steps and by_day:
                days = _by_day(session, stretch, only, course_of)
            elif with_steps:
                _add_months(session, stretch, only, course_of, months)
        else:
            told, months = _by_services(session, stretch, services, kept)
        standing = {
            centre_id: _Standing(files_open, overdue, computed_at)
            for centre_id, files_open, overdue, computed_at in session.execute(
                select(
                    CentreNow.centre_id,
                    CentreNow.files_open,
                    CentreNow.files_overdue,
                    CentreNow.computed_at,
                )
            )
        }
    whole = Part(unit)
    parts = {child.code: Part(child) for child in area.children}
    own: list[Part] = []
    due = _DueDays(calendar, stretch, today)
    for centre in centres:
        figures = _of_centre(centre, told.get(centre.id), standing.get(centre.id), stretch, due)
        whole.figures += figures
        above = _child_of(centre.unit, parts)
        if above is None:
            own.append(Part(centre.unit, centre, figures))
        else:
            above.figures += figures
    return Answer(
        unit=unit,
        first=first,
        last=last,
        narrowed=narrowed,
        whole=whole,
        parts=[*own, *parts.values()],
        steps=_steps(stretch, days if by_day else months, by_day=by_day) if with_steps else [],
        by_day=by_day,
        as_of=max((row.computed_at for row in standing.values()), default=None),
    )


@dataclass(frozen=True)
class _Standing:
    files_open: int
    files_overdue: int
    computed_at: datetime


def _is_short(stretch: _Stretch) -> bool:
    return (stretch.last - stretch.first).days < LONGEST_BY_DAY


def _children(unit: Unit) -> list[Unit]:
    with reading() as session:
        return list(
            session.scalars(select(Unit).where(Unit.parent_id == unit.id).order_by(Unit.code))
        )


def _child_of(unit: Unit, parts: dict[str, Part]) -> Part | None:
    """The part in which a unit lies: codes begin with the code of the unit above."""
    return next((part for code, part in parts.items() if unit.code.startswith(code)), None)


def _services(narrowed: Narrowed, day: date) -> list[int]:
    """The services that an answer is narrowed to, by the ministry that they belong to on a day."""
    if narrowed.service_id is not None:
        return [narrowed.service_id]
    with reading() as session:
        return list(
            session.scalars(
                select(ServiceVersion.service_id)
                .where(
                    ServiceVersion.ministry_id == narrowed.ministry_id,
                    ServiceVersion.valid_from <= day,
                    ServiceVersion.valid_to.is_(None) | (ServiceVersion.valid_to > day),
                )
                .distinct()
            )
        )


def _sums(model: type, names: Iterable[str]) -> list[ColumnElement[int]]:
    return [func.sum(getattr(model, name)).label(name) for name in names]


_DAYS = _sums(CentreDay, DAY_FIGURES)
_MONTHS = _sums(CentreMonth, MONTH_FIGURES)
_SERVICES = _sums(CentreMonthService, SERVICE_FIGURES)
"""Made once: a page asks for each several times."""


def _measures(names: Iterable[str], counts: Iterable[int]) -> Measures:
    return Measures(**dict(zip(names, map(int, counts), strict=True)))


def _by_services(
    session: Session, stretch: _Stretch, services: list[int], kept: set[int]
) -> tuple[dict[int, Measures], dict[date, Measures]]:
    """By centre and by month, read once: a ministry's services are many rows."""
    reporting = session.scalars(
        select(CentreMonth.centre_id).where(CentreMonth.month.in_(stretch.months)).distinct()
    )
    nothing = [0] * len(SERVICE_FIGURES)
    told: dict[int, list[int]] = dict.fromkeys(reporting, nothing)
    months: dict[date, list[int]] = {}
    rows = session.execute(
        select(
            CentreMonthService.centre_id,
            CentreMonthService.month,
            *_SERVICES,
        )
        .where(
            CentreMonthService.service_id.in_(services),
            CentreMonthService.month.in_(stretch.months),
        )
        .group_by(CentreMonthService.centre_id, CentreMonthService.month)
    )
    for centre_id, month, *counts in rows:
        if centre_id in kept:
            told[centre_id] = list(map(add, told.get(centre_id, nothing), counts))
            months[month] = list(map(add, months.get(month, nothing), counts))
    return (
        {centre_id: _measures(SERVICE_FIGURES, counts) for centre_id, counts in told.items()},
        {month: _measures(SERVICE_FIGURES, counts) for month, counts in months.items()},
    )


def _by_centre(
    session: Session, stretch: _Stretch, calendar: WorkingCalendar, kept: set[int]
) -> tuple[dict[int, Measures], dict[date, Measures]]:
    """By centre; and the months at the edges, of which only some days count."""
    told: dict[int, Measures] = defaultdict(Measures)
    months: dict[date, Measures] = {}
    if stretch.months:
        rows = session.execute(
            select(CentreMonth.centre_id, *_MONTHS)
            .where(CentreMonth.month.in_(stretch.months))
            .group_by(CentreMonth.centre_id)
        )
        for centre_id, *counts in rows:
            told[centre_id] += _measures(MONTH_FIGURES, counts)
    for since, until in stretch.edges:
        span = (since + ONE_DAY * n for n in range((until - since).days + 1))
        open_days = [day for day in span if calendar.is_open_day(day)]
        rows = session.execute(
            select(
                CentreDay.centre_id,
                *_DAYS,
                func.count(),
                count_if(CentreDay.day.in_(open_days)),
            )
            .where(CentreDay.day.between(since, until))
            .group_by(CentreDay.centre_id)
        )
        for centre_id, *counts in rows:
            figures = _measures(MONTH_FIGURES, counts)
            told[centre_id] += figures
            if centre_id in kept:
                edge = months.setdefault(first_of_month(since), Measures())
                edge += figures
    return told, months


def _less_today(
    session: Session, told: dict[int, Measures], today: date, calendar: WorkingCalendar
) -> None:
    """Take today out of the working days with figures: it is due for nobody before it is over."""
    if calendar.is_open_day(today):
        for centre_id in session.scalars(select(CentreDay.centre_id).where(CentreDay.day == today)):
            if centre_id in told:
                told[centre_id].open_days -= 1


def _named(
    names: tuple[str, ...], course_of: Collection[str] | None, sums: list[ColumnElement[int]]
) -> tuple[list[str], list[ColumnElement[int]]]:
    """Those of the figures that a course must have, with their sums."""
    kept = [one for one in names if course_of is None or one in course_of]
    return kept, [column for name, column in zip(names, sums, strict=True) if name in kept]


def _add_months(
    session: Session,
    stretch: _Stretch,
    only: set[int] | None,
    course_of: Collection[str] | None,
    months: dict[date, Measures],
) -> None:
    """Add the whole months to those at the edges. `only`: of these centres, else of all."""
    names, sums = _named(MONTH_FIGURES, course_of, _MONTHS)
    statement = (
        select(CentreMonth.month, *sums)
        .where(CentreMonth.month.in_(stretch.months))
        .group_by(CentreMonth.month)
    )
    if only is not None:
        statement = statement.where(CentreMonth.centre_id.in_(only))
    for month, *counts in session.execute(statement):
        months[month] = _measures(names, counts)


def _by_day(
    session: Session,
    stretch: _Stretch,
    only: set[int] | None,
    course_of: Collection[str] | None,
) -> dict[date, Measures]:
    names, sums = _named(DAY_FIGURES, course_of, _DAYS)
    statement = (
        select(CentreDay.day, *sums, func.count())
        .where(CentreDay.day.between(stretch.first, stretch.last))
        .group_by(CentreDay.day)
    )
    if only is not None:
        statement = statement.where(CentreDay.centre_id.in_(only))
    return {day: _measures((*names, "days"), counts) for day, *counts in session.execute(statement)}


class _DueDays:
    """How many days a centre was to work: open days of the period that are over."""

    def __init__(self, calendar: WorkingCalendar, stretch: _Stretch, today: date) -> None:
        last = min(stretch.last, today - ONE_DAY)
        span = (stretch.first + ONE_DAY * n for n in range((last - stretch.first).days + 1))
        self._open = [day for day in span if calendar.is_open_day(day)]

    def of(self, centre: Centre) -> int:
        """Days from its opening to its closing."""
        after = bisect_left(self._open, centre.opened_on)
        until = (
            len(self._open)
            if centre.closed_on is None
            else bisect_right(self._open, centre.closed_on - ONE_DAY)
        )
        return max(0, until - after)


def _of_centre(
    centre: Centre,
    told: Measures | None,
    standing: _Standing | None,
    stretch: _Stretch,
    due: _DueDays,
) -> Measures:
    figures = told or Measures()
    worked = centre.opened_on <= stretch.last and (
        centre.closed_on is None or centre.closed_on > stretch.first
    )
    figures.centres = int(worked or told is not None)
    figures.reporting = int(told is not None)
    figures.due_days = due.of(centre)
    figures.files_open = standing.files_open if standing else 0
    figures.files_overdue = standing.files_overdue if standing else 0
    return figures


def _steps(stretch: _Stretch, told: dict[date, Measures], *, by_day: bool) -> list[Step]:
    """Every day or month up to the last that has figures, gaps among them."""
    if not told:
        return []
    steps = []
    day, end = stretch.first, max(told)
    while day <= end:
        following = day + ONE_DAY if by_day else first_of_next_month(day)
        key = day if by_day else first_of_month(day)
        steps.append(Step(day, min(following - ONE_DAY, stretch.last), told.get(key)))
        day = following
    return steps
