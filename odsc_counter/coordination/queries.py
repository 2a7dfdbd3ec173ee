"""How the centres of an area stand now: rollups and reference data only, no person, no ticket.

The number of statements is the same for a district and for the nation.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from odsc_counter.monitoring.figures import DAY_FIGURES
from odsc_counter.monitoring.measures import Measures
from odsc_counter.monitoring.models import CentreDay, CentreNow
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import is_open_day
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import reading

WEEK = timedelta(days=7)
LOOK_BACK = timedelta(days=35)
"""How far back the last day with figures is looked for."""

ADDED_UP = (
    "files_open", "files_overdue", "files_due_soon", "files_incomplete", "escalated_coordinator",
    "escalated_committee", "escalated_ministry", "uncollected", "tills_open", "tills_left_open",
)  # fmt: skip
"""Of the present: what may be added up over centres."""


@dataclass
class CentreLoad:
    """One centre now and today. `now` is None while nothing was ever computed."""

    centre: Centre
    day: date
    """The centre's own day."""
    now: CentreNow | None
    today: Measures | None
    """None when the centre has no figures of today."""
    week_ago: Measures | None
    last_day: date | None
    """The last day with figures, as far as is looked back."""
    changed_at: datetime | None
    """When a figure of today last changed."""
    is_open_day: bool

    @property
    def standing(self) -> str:
        """closed (no open day), working, silent (no figures on an open day) or absent."""
        if self.today is not None:
            return "working"
        if self.last_day is None:
            return "absent"
        return "silent" if self.is_open_day else "closed"


@dataclass
class Load:
    """Sums over centres. Only centres that say something are added up."""

    centres: int = 0
    reporting: int = 0
    standing: int = 0
    """Centres whose files and tills are known."""
    waiting: int = 0
    serving: int = 0
    counters_open: int = 0
    files_open: int = 0
    files_overdue: int = 0
    escalated_coordinator: int = 0
    escalated_committee: int = 0
    escalated_ministry: int = 0
    tills_open: int = 0
    files_due_soon: int = 0
    files_incomplete: int = 0
    uncollected: int = 0
    uncollected_days: int = 0
    """Of the centre where a result has lain longest."""
    tills_left_open: int = 0
    today: Measures = field(default_factory=Measures)
    week_ago: Measures | None = None

    def add(self, centre: CentreLoad) -> None:
        """Count a centre in."""
        self.centres += 1
        if centre.now is not None:
            self.standing += 1
            for name in ADDED_UP:
                setattr(self, name, getattr(self, name) + getattr(centre.now, name))
            self.uncollected_days = max(self.uncollected_days, centre.now.uncollected_days)
        if centre.now is not None and centre.now.day == centre.day:
            self.waiting += centre.now.waiting
            self.serving += centre.now.serving
            self.counters_open += centre.now.counters_open
        if centre.today is not None:
            self.reporting += 1
            self.today += centre.today
        if centre.week_ago is not None:
            self.week_ago = (self.week_ago or Measures()) + centre.week_ago


@dataclass
class Part:
    """A unit directly below the one that is looked at (or itself, for its own centres)."""

    unit: Unit
    load: Load = field(default_factory=Load)
    centres: list[CentreLoad] = field(default_factory=list)


@dataclass(frozen=True)
class Workload:
    """An area now: its parts by name, with or without a centre, and their sum."""

    unit: Unit
    above: list[Unit]
    """The units that contain it, the nation first."""
    parts: list[Part]
    total: Load
    at: datetime
    changed_at: datetime | None

    @property
    def without_centre(self) -> list[Unit]:
        """Units in which no centre has opened yet."""
        return [part.unit for part in self.parts if not part.centres]


def workload(unit: Unit, language: str) -> Workload:
    """How the centres in a unit stand now. The area's scope is the unit's own."""
    now = clock.now()
    with area_scope(unit.id), reading() as session:
        units = list(session.scalars(select(Unit).where(Unit.code.like(f"{unit.code}%"))))
        parents = list(session.scalars(select(Unit).where(Unit.level < unit.level)))
        centres = list(
            session.scalars(
                select(Centre)
                .join(Unit, Unit.id == Centre.unit_id)
                .where(Unit.code.like(f"{unit.code}%"))
                .order_by(Centre.code)
            )
        )
        standing = {row.centre_id: row for row in session.scalars(select(CentreNow))}
        days = {centre.id: clock.business_day(now, centre.day_starts_minute) for centre in centres}
        wanted = {day - back for day in days.values() for back in (timedelta(0), WEEK)}
        cells = {
            (cell.centre_id, cell.day): cell
            for cell in session.scalars(select(CentreDay).where(CentreDay.day.in_(wanted)))
        }
        latest = dict(
            session.execute(
                select(CentreDay.centre_id, func.max(CentreDay.day))
                .where(CentreDay.day >= clock.today() - LOOK_BACK)
                .group_by(CentreDay.centre_id)
            )
            .tuples()
            .all()
        )
    with area_scope(unit.id):
        open_today = is_open_day(clock.today())
    in_unit: dict[str, list[CentreLoad]] = defaultdict(list)
    codes = {one.id: one.code for one in units}
    length = len(unit.code) + 2
    for centre in centres:
        if centre.closed_on is not None and centre.closed_on <= days[centre.id]:
            continue
        day = days[centre.id]
        cell = cells.get((centre.id, day))
        in_unit[codes[centre.unit_id][:length]].append(
            CentreLoad(
                centre=centre,
                day=day,
                now=standing.get(centre.id),
                today=_measures(cell),
                week_ago=_measures(cells.get((centre.id, day - WEEK))),
                last_day=latest.get(centre.id),
                changed_at=cell.computed_at if cell is not None else None,
                is_open_day=open_today,
            )
        )
    parts = [
        Part(one, centres=in_unit.get(one.code, []))
        for one in sorted(units, key=lambda one: _by_name(one, language))
        if one.level == unit.level + 1
        or (one.code == unit.code and in_unit.get(unit.code))
        or (one.code == unit.code and unit.level == 2)
    ]
    total = Load()
    for part in parts:
        for load in part.centres:
            part.load.add(load)
            total.add(load)
    changes = [load.changed_at for part in parts for load in part.centres if load.changed_at]
    return Workload(
        unit=unit,
        above=sorted(
            (one for one in parents if unit.code.startswith(one.code)), key=lambda one: one.level
        ),
        parts=parts,
        total=total,
        at=now,
        changed_at=max(changes, default=None),
    )


def _by_name(unit: Unit, language: str) -> tuple[int, bool, str]:
    name = unit.sort_lo or unit.name_lo if language == "lo" else unit.name_en
    return unit.level, unit.kind != "capital", name


def _measures(cell: CentreDay | None) -> Measures | None:
    if cell is None:
        return None
    return Measures(**{name: getattr(cell, name) for name in DAY_FIGURES})
