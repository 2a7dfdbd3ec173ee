"""Where places are found: units, the centres in them, and which days are open."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from odsc_counter.places.models import Centre, Holiday, Unit, UnitAlias
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.lao import search_key, sort_key
from odsc_counter.platform.tenancy import centre_area
from odsc_counter.platform.work import reading

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class WorkingCalendar:
    """The days on which centres work: all but Saturdays, Sundays and official holidays."""

    closed: Collection[date]

    def is_open_day(self, day: date) -> bool:
        """Whether centres work on this day."""
        return day.weekday() < SATURDAY and day not in self.closed

    def due_date(self, start: date, working_days: int) -> date:
        """The day on which something begun on `start` is due.

        The day of submission doesn't count: five working days from a Monday end on the next
        Monday. Nothing is due on a closed day, so zero days give the first open day from
        `start` on. Raises ValueError for a negative number.
        """
        if working_days < 0:
            raise ValueError("working days can't be negative")
        day, left = start, working_days
        while left > 0:
            day += ONE_DAY
            left -= self.is_open_day(day)
        while not self.is_open_day(day):
            day += ONE_DAY
        return day

    def working_days(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; none when it is before."""
        return sum(
            self.is_open_day(start + offset * ONE_DAY)
            for offset in range(1, (end - start).days + 1)
        )


def working_calendar() -> WorkingCalendar:
    """The calendar as far as it is announced; beyond its last year only weekends are closed.

    Source: Decree on Holidays 386/GoL, 15 Dec 2017, and the yearly notice.
    """
    with reading() as session:
        closed = session.scalars(select(Holiday.on).where(Holiday.is_closed))
        return WorkingCalendar(frozenset(closed))


def due_date(start: date, working_days: int) -> date:
    """The day on which something begun on `start` is due (`WorkingCalendar.due_date`)."""
    return working_calendar().due_date(start, working_days)


def is_open_day(day: date) -> bool:
    """Whether centres work on this day: no weekend, no official holiday."""
    return working_calendar().is_open_day(day)


@dataclass(frozen=True)
class UnitNode:
    """A unit with the units and the centres that lie directly in it."""

    unit: Unit
    children: list["UnitNode"] = field(default_factory=list)
    centres: list[Centre] = field(default_factory=list)

    @property
    def open_centres(self) -> int:
        """How many centres work in this unit and all below it."""
        here = sum(centre.closed_on is None for centre in self.centres)
        return here + sum(child.open_centres for child in self.children)


def unit_tree(language: str = "lo") -> UnitNode:
    """The nation with its provinces, districts and centres, in the order of the language.

    The capital stands first. Raises NotFound before the reference data is loaded.
    """
    with reading() as session:
        units = list(session.scalars(select(Unit)))
        centres = list(session.scalars(select(Centre).order_by(Centre.code)))
    by_name = sorted(units, key=lambda u: u.sort_lo if language == "lo" else u.name_en)
    nodes = {unit.id: UnitNode(unit) for unit in by_name}
    for centre in centres:
        nodes[centre.unit_id].centres.append(centre)
    top = None
    for unit in sorted(by_name, key=lambda unit: unit.kind != "capital"):
        if unit.parent_id is None:
            top = nodes[unit.id]
        else:
            nodes[unit.parent_id].children.append(nodes[unit.id])
    if top is None:
        raise NotFound
    return top


def provinces() -> list[tuple[Unit, list[Unit]]]:
    """Every province with its districts, both in the order of their codes."""
    with reading() as session:
        units = list(session.scalars(select(Unit).order_by(Unit.code)))
    above = [unit for unit in units if unit.level == 1]
    return [
        (province, [unit for unit in units if unit.parent_id == province.id]) for province in above
    ]


def unit_by_code(code: str) -> Unit:
    """The unit with this code. Raises NotFound."""
    with reading() as session:
        unit = session.scalars(select(Unit).where(Unit.code == code)).one_or_none()
    if unit is None:
        raise NotFound
    return unit


def search_units(text: str, limit: int = 20) -> list[Unit]:
    """Units that people may mean by a text: by code, name or another spelling of the name.

    Exact matches come first, then beginnings, then parts; provinces before districts.
    """
    wanted = search_key(text)
    if not wanted:
        return []
    with reading() as session:
        units = {unit.id: unit for unit in session.scalars(select(Unit))}
        spellings = [
            (alias.unit_id, alias.search_key) for alias in session.scalars(select(UnitAlias))
        ]
    for unit in units.values():
        spellings += [
            (unit.id, search_key(name)) for name in (unit.code, unit.name_en, unit.name_lo)
        ]
    best: dict[int, int] = {}
    for unit_id, spelling in spellings:
        if wanted in spelling:
            rank = 0 if spelling == wanted else 1 if spelling.startswith(wanted) else 2
            best[unit_id] = min(rank, best.get(unit_id, rank))
    found = sorted(best, key=lambda key: (best[key], units[key].level, units[key].code))
    return [units[key] for key in found[:limit]]


def centre_by_code(code: str) -> Centre:
    """The centre that bears this code in addresses. Raises NotFound."""
    with reading() as session:
        centre = session.scalars(select(Centre).where(Centre.code == code)).one_or_none()
    if centre is None:
        raise NotFound
    return centre


def centre_codes(centre_ids: Collection[int]) -> dict[int, str]:
    """What stands in addresses, by the centres' ids."""
    with reading() as session:
        return dict(
            session.execute(select(Centre.id, Centre.code).where(Centre.id.in_(list(centre_ids))))
            .tuples()
            .all()
        )


def open_centres(language: str = "lo") -> list[Centre]:
    """The centres that work now, by their names in the order of the language."""
    with reading() as session:
        found = session.scalars(select(Centre).where(Centre.closed_on.is_(None)))
        order = sort_key if language == "lo" else str.casefold
        return sorted(found, key=lambda centre: order(centre.name(language)))


def centres_in(unit: Unit) -> list[Centre]:
    """The centres in a unit and all units below it, closed ones too, by code."""
    with reading() as session:
        return list(
            session.scalars(
                select(Centre)
                .join(centre_area, centre_area.c.covered_id == Centre.id)
                .where(centre_area.c.area_id == unit.id)
                .order_by(Centre.code)
            )
        )


def units_with_centres() -> list[Unit]:
    """The units in which a centre lies, closed ones too, by their codes."""
    with reading() as session:
        return list(
            session.scalars(
                select(Unit).where(Unit.id.in_(select(centre_area.c.area_id))).order_by(Unit.code)
            )
        )


def units_within(unit: Unit) -> list[Unit]:
    """The unit itself, then the units within it by their codes."""
    with reading() as session:
        return list(
            session.scalars(select(Unit).where(Unit.code.startswith(unit.code)).order_by(Unit.code))
        )
