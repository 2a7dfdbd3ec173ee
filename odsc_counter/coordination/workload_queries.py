"""Whose files lie where, how a month went, and hours of the hall: rollups of an area alone.

Each function takes the scope of the unit that it is asked about, and asks as many statements
for a district as for the nation. No person and no file is reached from here.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from statistics import median

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import Ministry
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.monitoring.load_figures import (
    HOUR_FIGURES,
    OFFICE_FIGURES,
    Office,
    OfficeFigures,
)
from odsc_counter.monitoring.load_models import CentreHour, CentreOffice
from odsc_counter.monitoring.measures import Measures
from odsc_counter.monitoring.models import CentreDay, CentreNow
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import centres_in
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import reading

ONE_DAY = timedelta(days=1)
LIKE_CENTRES = 5
"""A median of fewer centres than this is none: it would tell what a single one does."""


@dataclass
class OfficeSum(OfficeFigures):
    """Sums over any number of offices, under the names of `CentreOffice`."""

    def __add__(self, other: OfficeFigures) -> "OfficeSum":
        added = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
        }
        added["held_longest"] = max(self.held_longest, other.held_longest)
        return OfficeSum(**added)

    @property
    def held_average(self) -> float | None:
        """Working days that a file has lain there so far; None when none lies there."""
        return self.held_days / self.files_open if self.files_open else None

    @property
    def let_go_average(self) -> float | None:
        """Working days of a spell that ended this month."""
        return self.let_go_days / self.let_go if self.let_go else None

    @property
    def let_go_average_before(self) -> float | None:
        """The same of the month before."""
        return self.let_go_days_before / self.let_go_before if self.let_go_before else None


@dataclass(frozen=True)
class OfficeLoad:
    """One ministry's office of one level at one centre."""

    centre: Centre
    ministry: Ministry
    level: str
    figures: OfficeSum


@dataclass(frozen=True)
class MinistryLoad:
    """One ministry's offices of one level at all centres of an area together."""

    ministry: Ministry
    level: str
    figures: OfficeSum
    centres: int
    only_centre: Centre | None
    """The centre, where only one has anything for the office."""


def offices(unit: Unit, office: Office | None = None) -> list[OfficeLoad]:
    """What lies with every ministry's office, or one, at every centre of the unit.

    By ministry, level and the centre's code. Three statements.
    """
    figures = [getattr(CentreOffice, name) for name in OFFICE_FIGURES]
    columns = (CentreOffice.centre_id, CentreOffice.ministry_id, CentreOffice.level, *figures)
    wanted = select(*columns).where(_of_standing())
    if office is not None:
        wanted = wanted.where(
            CentreOffice.ministry_id == office[0], CentreOffice.level == office[1]
        )
    with area_scope(unit.id), reading() as session:
        centres = {centre.id: centre for centre in centres_in(unit)}
        ministries = {one.id: one for one in session.scalars(select(Ministry))}
        rows = session.execute(wanted).all()
    found = [
        OfficeLoad(centres[centre_id], ministries[ministry_id], level, OfficeSum(*counts))
        for centre_id, ministry_id, level, *counts in rows
    ]
    return sorted(found, key=lambda one: (one.ministry.code, one.level, one.centre.code))


def ministries(unit: Unit) -> list[MinistryLoad]:
    """The same added up over all centres of the unit, by ministry and level. Three statements."""
    figures = [
        (func.max if name == "held_longest" else func.sum)(getattr(CentreOffice, name))
        for name in OFFICE_FIGURES
    ]
    with area_scope(unit.id), reading() as session:
        centres = {centre.id: centre for centre in centres_in(unit)}
        known = {one.id: one for one in session.scalars(select(Ministry))}
        rows = session.execute(
            select(
                CentreOffice.ministry_id,
                CentreOffice.level,
                func.count(),
                func.min(CentreOffice.centre_id),
                *figures,
            )
            .where(_of_standing())
            .group_by(CentreOffice.ministry_id, CentreOffice.level)
        ).all()
    found = [
        MinistryLoad(
            known[ministry_id],
            level,
            OfficeSum(*map(int, counts)),
            count,
            centres[first] if count == 1 else None,
        )
        for ministry_id, level, count, first, *counts in rows
    ]
    return sorted(found, key=lambda one: (one.ministry.code, one.level))


def _of_standing() -> ColumnElement[bool]:
    """The cells of centres that have not closed."""
    standing = select(Centre.id).where(
        Centre.closed_on.is_(None) | (Centre.closed_on > clock.today())
    )
    return CentreOffice.centre_id.in_(standing)


@dataclass(frozen=True)
class MonthOfCentre:
    """What a centre did in a month; files that are late are those of this moment."""

    figures: Measures
    days: int
    """Days with figures."""
    files_open: int = 0
    files_overdue: int = 0


@dataclass(frozen=True)
class Rate:
    """A figure by which centres of any size can be compared."""

    key: str
    value: Callable[[MonthOfCentre], float | None]
    is_of_now: bool = False
    """Whether it speaks of this moment, so that there is none of the month before."""


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


RATES = (
    Rate("tickets_a_day", lambda month: _share(month.figures.tickets, month.days)),
    Rate("wait", lambda month: month.figures.average_wait_seconds),
    Rate("no_shows", lambda month: month.figures.no_show_rate),
    Rate("on_time", lambda month: month.figures.on_time_rate),
    Rate(
        "sent_back",
        lambda month: _share(month.figures.sent_back, month.figures.applications),
    ),
    Rate("overdue", lambda month: _share(month.files_overdue, month.files_open), is_of_now=True),
)


COMPARED = (
    "tickets", "wait_seconds", "waited", "no_shows", "called", "decided", "decided_on_time",
    "sent_back", "applications",
)  # fmt: skip
"""The figures that the rates are made of: no others are added up."""


@dataclass(frozen=True)
class CentreMonth:
    """One centre in a month, beside the month before and the centres like it."""

    centre: Centre
    now: MonthOfCentre | None
    """None when the centre has no figures of the month."""
    before: MonthOfCentre | None
    like: dict[str, float] = field(default_factory=dict)
    """By rate: the median of the nation's centres of the same kind; none of too few."""

    def rate(self, rate: Rate) -> float | None:
        """A rate of the month."""
        return None if self.now is None else rate.value(self.now)

    def rate_before(self, rate: Rate) -> float | None:
        """The same of the month before."""
        if self.before is None or rate.is_of_now:
            return None
        return rate.value(self.before)


def centres(unit: Unit, month: date) -> list[CentreMonth]:
    """Every centre of the unit in the month that starts on `month`, by code.

    Like centres are all of the nation that serve a district, or all that serve a province.
    Their median is the only thing that leaves their area, and only where it is made of
    LIKE_CENTRES at least. Seven statements; two less for the nation itself.
    """
    with area_scope(unit.id):
        own = _standing(centres_in(unit))
        with reading() as session:
            here = _months(session, first_of_month(month - ONE_DAY), month)
    with area_scope(unit.id), reading() as session:
        nation = session.scalars(select(Unit).where(Unit.level == 0)).one()
    with area_scope(nation.id):
        levels = {centre.id: centre.unit.level for centre in centres_in(nation)}
        with reading() as session:
            everywhere = here if unit.id == nation.id else _months(session, month, month)
    values: dict[tuple[int, str], list[float]] = defaultdict(list)
    for (centre_id, is_now), one in everywhere.items():
        for rate in RATES:
            value = rate.value(one)
            if is_now and value is not None and centre_id in levels:
                values[levels[centre_id], rate.key].append(value)
    medians = {key: median(known) for key, known in values.items() if len(known) >= LIKE_CENTRES}
    return [
        CentreMonth(
            centre,
            here.get((centre.id, True)),
            here.get((centre.id, False)),
            {key: value for (level, key), value in medians.items() if level == centre.unit.level},
        )
        for centre in own
    ]


def _months(session: Session, first: date, month: date) -> dict[tuple[int, bool], MonthOfCentre]:
    """By centre, and whether it is the month itself or the one before."""
    figures = [func.sum(getattr(CentreDay, name)) for name in COMPARED]
    is_now = case((CentreDay.day >= month, 1), else_=0).label("is_now")
    rows = session.execute(
        select(CentreDay.centre_id, is_now, func.count(), *figures)
        .where(CentreDay.day >= first, CentreDay.day < first_of_next_month(month))
        .group_by(CentreDay.centre_id, is_now)
    ).all()
    files = {
        centre_id: (is_open, overdue)
        for centre_id, is_open, overdue in session.execute(
            select(CentreNow.centre_id, CentreNow.files_open, CentreNow.files_overdue)
        )
    }
    return {
        (centre_id, bool(now)): MonthOfCentre(
            Measures(**dict(zip(COMPARED, map(int, counts), strict=True))),
            int(days),
            *files.get(centre_id, (0, 0)),
        )
        for centre_id, now, days, *counts in rows
    }


@dataclass(frozen=True)
class HourOfDay:
    """One hour of the day, over all centres and days of a month."""

    hour: int
    arrivals: int
    calls: int
    open_seconds: int

    @property
    def counter_hours(self) -> float:
        """Hours that counters were open, all counters together."""
        return self.open_seconds / 3600

    @property
    def arrivals_an_hour(self) -> float | None:
        """People who came for each hour that a counter was open; None without a counter."""
        return self.arrivals / self.counter_hours if self.open_seconds else None


@dataclass(frozen=True)
class HoursOfMonth:
    """Arrivals and open counters of an area by hour of the day."""

    month: date
    hours: list[HourOfDay]
    """From the first hour with anything in it to the last, without a gap."""
    total: HourOfDay
    centre_days: int
    """Days on which a centre issued numbers, all centres together."""

    def counters_open(self, hour: HourOfDay) -> float | None:
        """How many counters of a centre are open in this hour on an average day."""
        return hour.counter_hours / self.centre_days if self.centre_days else None


def hours(unit: Unit, month: date) -> HoursOfMonth:
    """Arrivals, first calls and open counters of the unit in a month. Two statements."""
    with area_scope(unit.id), reading() as session:
        rows = session.execute(
            select(
                CentreHour.hour,
                *(func.sum(getattr(CentreHour, name)) for name in HOUR_FIGURES),
            )
            .where(CentreHour.month == month)
            .group_by(CentreHour.hour)
        ).all()
        centre_days = session.scalar(
            select(func.count())
            .select_from(CentreDay)
            .where(
                CentreDay.day >= month,
                CentreDay.day < first_of_next_month(month),
                CentreDay.tickets > 0,
            )
        )
    known = {int(hour): HourOfDay(int(hour), *map(int, figures)) for hour, *figures in rows}
    span = range(min(known), max(known) + 1) if known else range(0)
    counted = [known.get(hour, HourOfDay(hour, 0, 0, 0)) for hour in span]
    total = HourOfDay(-1, *(sum(getattr(hour, name) for hour in counted) for name in HOUR_FIGURES))
    return HoursOfMonth(month, counted, total, int(centre_days or 0))


def _standing(centres: list[Centre]) -> list[Centre]:
    today = clock.today()
    return [one for one in centres if one.closed_on is None or one.closed_on > today]
