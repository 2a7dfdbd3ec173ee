"""What the nation's office looks at: rollups and reference data, never a person or a ticket.

The number of statements doesn't depend on the number of centres or on the length of history.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import Ministry, MonitoringBody, ServiceVersion
from odsc_counter.monitoring.figures import DAY_FIGURES, first_of_month
from odsc_counter.monitoring.load_figures import OFFICE_MONTH_FIGURES
from odsc_counter.monitoring.load_models import CentreMonthOffice
from odsc_counter.monitoring.measures import Measures
from odsc_counter.monitoring.models import CentreDay, CentreMonthService, CentreNow
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading

TOP = 10
ONE_DAY = timedelta(days=1)


@dataclass
class ProvinceSummary:
    """One province in the period. All 18 are always there, with or without a centre."""

    unit: Unit
    centres: int = 0
    """Centres that worked on some day of the period."""
    reporting: int = 0
    """Those of them with figures on some day of the period."""
    figures: Measures = field(default_factory=Measures)
    files_open: int = 0
    files_overdue: int = 0
    """As of now, whatever the period."""

    @property
    def standing(self) -> str:
        """no_centre, absent (a centre is there and has no figures), partial or complete."""
        if not self.centres:
            return "no_centre"
        if not self.reporting:
            return "absent"
        return "complete" if self.reporting == self.centres else "partial"


@dataclass(frozen=True)
class DaySummary:
    """One day of the nation. `figures` is None on a day that no centre has figures of."""

    day: date
    centres: int
    figures: Measures | None


@dataclass(frozen=True)
class ServiceSummary:
    """One service in the months that the period touches."""

    service_id: int
    name_en: str
    name_lo: str
    ministry_en: str
    ministry_lo: str
    asked: int
    served: int
    applications: int
    revenue_kip: int

    def name(self, language: str) -> str:
        """The service's name in a language."""
        return self.name_lo if language == "lo" else self.name_en

    def ministry(self, language: str) -> str:
        """The responsible ministry's name in a language."""
        return self.ministry_lo if language == "lo" else self.ministry_en


@dataclass(frozen=True)
class NationalSummary:
    """The nation in a period, and the period of equal length before it."""

    first: date
    last: date
    before: tuple[date, date]
    total: Measures
    total_before: Measures | None
    """None when no centre has figures of the period before."""
    files_open: int
    files_overdue: int
    provinces: list[ProvinceSummary]
    """All 18, by code."""
    days: list[DaySummary]
    """Every day of the period up to the last that has figures."""
    as_of: datetime | None
    """When a figure was last computed; None before the first."""

    @property
    def centres(self) -> int:
        """Centres that worked in the period."""
        return sum(province.centres for province in self.provinces)

    @property
    def reporting(self) -> int:
        """Those of them that have figures."""
        return sum(province.reporting for province in self.provinces)


def national_summary(first: date, last: date) -> NationalSummary:
    """The nation's figures from first to last, both included.

    May be called in any scope but another area's: takes the nation's scope for the rollups.
    Raises NotFound before the reference data is loaded, ValueError when last is before first.
    """
    if last < first:
        raise ValueError("a period ends before it begins")
    with reference_scope(), reading() as session:
        units = list(
            session.scalars(select(Unit).where(Unit.level <= 1).order_by(Unit.level, Unit.code))
        )
        centres = session.execute(
            select(Centre.id, Unit.code, Centre.opened_on, Centre.closed_on).join(
                Unit, Unit.id == Centre.unit_id
            )
        ).all()
    if not units:
        raise NotFound
    nation, *rest = units
    provinces = {unit.code: ProvinceSummary(unit) for unit in rest}
    province_of = {centre_id: provinces.get(code[:4]) for centre_id, code, *_ in centres}
    for centre_id, _code, opened_on, closed_on in centres:
        province = province_of[centre_id]
        if province and opened_on <= last and (closed_on is None or closed_on > first):
            province.centres += 1
    before = (first - (last - first) - ONE_DAY, first - ONE_DAY)
    with area_scope(nation.id), reading() as session:
        per_centre = _per_centre(session, first, last, before[0])
        days = _per_day(session, first, last)
        standing = session.execute(
            select(
                CentreNow.centre_id,
                CentreNow.files_open,
                CentreNow.files_overdue,
                CentreNow.computed_at,
            )
        ).all()
    total, total_before = Measures(), None
    for centre_id, is_before, figures in per_centre:
        if is_before:
            total_before = (total_before or Measures()) + figures
            continue
        total += figures
        province = province_of.get(centre_id)
        if province is not None:
            province.reporting += 1
            province.figures += figures
    for centre_id, files_open, files_overdue, _computed_at in standing:
        province = province_of.get(centre_id)
        if province is not None:
            province.files_open += files_open
            province.files_overdue += files_overdue
    return NationalSummary(
        first=first,
        last=last,
        before=before,
        total=total,
        total_before=total_before,
        files_open=sum(row.files_open for row in standing),
        files_overdue=sum(row.files_overdue for row in standing),
        provinces=list(provinces.values()),
        days=days,
        as_of=max((row.computed_at for row in standing), default=None),
    )


def sums() -> list[ColumnElement[int]]:
    """The columns that add up each figure of `CentreDay`, named as it."""
    return [func.sum(getattr(CentreDay, name)).label(name) for name in DAY_FIGURES]


def _per_centre(
    session: Session, first: date, last: date, earliest: date
) -> list[tuple[int, bool, Measures]]:
    is_before = case((CentreDay.day < first, 1), else_=0)
    rows = session.execute(
        select(CentreDay.centre_id, is_before.label("is_before"), *sums())
        .where(CentreDay.day.between(earliest, last))
        .group_by(CentreDay.centre_id, is_before)
    )
    return [
        (centre_id, bool(before), Measures(*map(int, figures)))
        for centre_id, before, *figures in rows
    ]


def _per_day(session: Session, first: date, last: date) -> list[DaySummary]:
    rows = session.execute(
        select(CentreDay.day, func.count().label("centres"), *sums())
        .where(CentreDay.day.between(first, last))
        .group_by(CentreDay.day)
    )
    known = {
        day: DaySummary(day, centres, Measures(*map(int, figures)))
        for day, centres, *figures in rows
    }
    if not known:
        return []
    length = (max(known) - first).days + 1
    return [
        known.get(day, DaySummary(day, 0, None))
        for day in (first + ONE_DAY * number for number in range(length))
    ]


def top_services(
    unit: Unit, first: date, last: date, ministry_id: int | None = None
) -> list[ServiceSummary]:
    """The services that were asked for most in an area, in the whole months from first to last.

    Takes the area's own scope; of one ministry where it is given.
    """
    months = first_of_month(first), first_of_month(last)
    counted = (
        select(
            CentreMonthService.service_id,
            *(
                func.sum(getattr(CentreMonthService, name)).label(name)
                for name in ("asked", "served", "applications", "revenue_kip")
            ),
        )
        .where(CentreMonthService.month.between(*months))
        .group_by(CentreMonthService.service_id)
        .subquery()
    )
    wanted = (
        select(
            counted.c.service_id,
            ServiceVersion.name_en,
            ServiceVersion.name_lo,
            Ministry.name_en,
            Ministry.name_lo,
            counted.c.asked,
            counted.c.served,
            counted.c.applications,
            counted.c.revenue_kip,
        )
        .join(ServiceVersion, ServiceVersion.service_id == counted.c.service_id)
        .join(Ministry, Ministry.id == ServiceVersion.ministry_id)
        .where(
            ServiceVersion.valid_from <= last,
            ServiceVersion.valid_to.is_(None) | (ServiceVersion.valid_to > last),
        )
        .order_by(counted.c.asked.desc(), counted.c.service_id)
        .limit(TOP)
    )
    if ministry_id is not None:
        wanted = wanted.where(Ministry.id == ministry_id)
    with area_scope(unit.id), reading() as session:
        rows = session.execute(wanted).all()
    return [ServiceSummary(*row[:5], *map(int, row[5:])) for row in rows]


def body_on(day: date) -> MonitoringBody | None:
    """Who watches over the centres on a day; None when no record says."""
    with reference_scope(), reading() as session:
        return session.scalars(
            select(MonitoringBody)
            .where(MonitoringBody.valid_from <= day)
            .order_by(MonitoringBody.valid_from.desc())
            .limit(1)
        ).first()


@dataclass(frozen=True)
class OfficeSummary:
    """What the offices of one ministry and level let go in an area, in whole months."""

    ministry_en: str
    ministry_lo: str
    level: str
    let_go: int
    let_go_days: int
    let_go_late: int
    returned: int

    def ministry(self, language: str) -> str:
        """The ministry's name in a language."""
        return self.ministry_lo if language == "lo" else self.ministry_en

    @property
    def days(self) -> float | None:
        """Working days that a file lay with the office, on average; None when none was let go."""
        return self.let_go_days / self.let_go if self.let_go else None

    @property
    def late_rate(self) -> float | None:
        """Share of files that the office kept longer than its step may take."""
        return self.let_go_late / self.let_go if self.let_go else None


def offices(
    unit: Unit, first: date, last: date, ministry_id: int | None = None
) -> list[OfficeSummary]:
    """How long the ministries' offices of an area kept files, in whole months from first to last.

    The slowest first. Takes the area's own scope.
    """
    counted = (
        select(
            CentreMonthOffice.ministry_id,
            CentreMonthOffice.level,
            *(
                func.sum(getattr(CentreMonthOffice, name)).label(name)
                for name in OFFICE_MONTH_FIGURES
            ),
        )
        .where(CentreMonthOffice.month.between(first_of_month(first), first_of_month(last)))
        .group_by(CentreMonthOffice.ministry_id, CentreMonthOffice.level)
        .subquery()
    )
    wanted = select(
        Ministry.name_en,
        Ministry.name_lo,
        counted.c.level,
        *(counted.c[name] for name in OFFICE_MONTH_FIGURES),
    ).join(Ministry, Ministry.id == counted.c.ministry_id)
    if ministry_id is not None:
        wanted = wanted.where(Ministry.id == ministry_id)
    with area_scope(unit.id), reading() as session:
        rows = session.execute(wanted).all()
    found = [OfficeSummary(*row[:3], *map(int, row[3:])) for row in rows]
    return sorted(found, key=lambda one: -(one.days or 0.0))
