"""The workload pages as tables: the same figures on the page, on paper, in CSV and in XLSX."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from odsc_counter.applications import lists
from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.coordination.queries import CentreLoad, Load, Workload
from odsc_counter.coordination.workload_queries import (
    RATES,
    CentreMonth,
    HoursOfMonth,
    MinistryLoad,
    OfficeLoad,
    OfficeSum,
    Rate,
)
from odsc_counter.monitoring.measures import Measures
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.wording import language, short_place
from odsc_counter.platform.spreadsheet import Cell
from odsc_counter.tickets.report_tables import Column, Kind

HALL_PAGE, TILLS_PAGE, FILES_PAGE = "hall", "tills", "files"
"""What lies behind a figure when it is no list of files by the name that the centre gives it."""


@dataclass(frozen=True)
class Figure:
    """A column of figures: what it is called, of what kind, and how it is read from a line."""

    label: LazyString
    kind: Kind
    value: Callable[[Any], object]
    behind: str = ""
    """The list of the centre that the figure counts; empty where there is none."""
    is_alarming: bool = False
    """Whether any number but nought asks for attention."""
    below: LazyString | None = None
    """Stands below the figure before it on the page, under this name; a column in files."""

    @property
    def column(self) -> Column:
        """The column with its heading."""
        return Column(str(self.label), self.kind)

    @cached_property
    def nameless(self) -> Column:
        """How its values are written, in any language."""
        return Column("", self.kind)

    def shown(self, line: "Line") -> str:
        """The value as the page writes it."""
        return self.nameless.shown(self.value(line.of))

    def calls(self, line: "Line") -> bool:
        """Whether the value asks for attention."""
        return self.is_alarming and bool(self.value(line.of))


@dataclass(frozen=True)
class Line:
    """One line: its names, and what its figures are read from."""

    names: tuple[str, ...]
    of: Any
    centre: Centre | None = None
    """The one centre that the line is about."""
    unit: Unit | None = None
    """The part of the area that it is about, or in which its centre lies."""
    office: tuple[int, str] | None = None
    """The one ministry's office that it is about."""
    load: CentreLoad | Load | None = None


@dataclass(frozen=True)
class Table:
    """A table with its name in addresses, its heading, columns and lines, and their sum."""

    name: str
    title: str
    heads: tuple[str, ...]
    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]
    total: Line | None = None

    @cached_property
    def columns(self) -> list[tuple[Figure, list[tuple[str, Figure]]]]:
        """The page's columns: each figure with those that stand below it, and their names.

        Names are put into words once for all lines: a country has many.
        """
        found: list[tuple[Figure, list[tuple[str, Figure]]]] = []
        for figure in self.figures:
            if figure.below is None:
                found.append((figure, []))
            else:
                found[-1][1].append((str(figure.below), figure))
        return found

    @property
    def file_columns(self) -> list[str]:
        """The headings in a file."""
        return [*self.heads, *(figure.column.file_label for figure in self.figures)]

    @property
    def file_formats(self) -> list[str]:
        """How a spreadsheet shows the columns."""
        return ["" for _head in self.heads] + [one.column.file_format for one in self.figures]

    @property
    def file_rows(self) -> list[list[Cell]]:
        """The lines and their sum as a file holds them."""
        lines = [*self.lines, *([self.total] if self.total else [])]
        return [
            [*line.names, *(one.nameless.filed(one.value(line.of)) for one in self.figures)]
            for line in lines
        ]


@dataclass(frozen=True)
class _Standing:
    """What of a centre or a part may be told now: nothing where nobody has said anything."""

    now: Any = None
    live: Any = None
    today: Measures | None = None
    week_ago: Measures | None = None


def _get(part: str, name: str) -> Callable[[Any], object]:
    def value(of: Any) -> object:
        source = getattr(of, part)
        return None if source is None else getattr(source, name)

    return value


HALL = (
    Figure(_l("Waiting"), "count", _get("live", "waiting"), HALL_PAGE),
    Figure(_l("At the counter"), "count", _get("live", "serving"), HALL_PAGE),
    Figure(_l("Counters open"), "count", _get("live", "counters_open"), HALL_PAGE),
    Figure(_l("Numbers today"), "count", _get("today", "tickets")),
    Figure(_l("Last week"), "count", _get("week_ago", "tickets")),
    Figure(_l("Average wait"), "minutes", _get("today", "average_wait_seconds")),
    Figure(_l("No-shows"), "count", _get("today", "no_shows")),
    Figure(_l("Applications"), "count", _get("today", "applications")),
    Figure(_l("Receipts"), "count", _get("today", "receipts")),
    Figure(_l("Fees"), "count", _get("today", "revenue_kip")),
)
FILES = (
    Figure(_l("Files open"), "count", _get("now", "files_open")),
    Figure(_l("Due soon"), "count", _get("now", "files_due_soon"), lists.DUE_SOON),
    Figure(_l("Overdue"), "count", _get("now", "files_overdue"), lists.OVERDUE, is_alarming=True),
    Figure(
        _l("For the coordinator"), "count", _get("now", "escalated_coordinator"), is_alarming=True
    ),
    Figure(_l("For the committee"), "count", _get("now", "escalated_committee"), is_alarming=True),
    Figure(_l("For the ministry"), "count", _get("now", "escalated_ministry"), is_alarming=True),
    Figure(_l("The citizen owes something"), "count", _get("now", "files_incomplete"), lists.OWED),
    Figure(_l("Not collected"), "count", _get("now", "uncollected"), lists.UNCOLLECTED),
    Figure(_l("The oldest, in days"), "count", _get("now", "uncollected_days")),
    Figure(_l("Tills open"), "count", _get("now", "tills_open"), TILLS_PAGE),
    Figure(
        _l("Tills not closed since an earlier day"),
        "count",
        _get("now", "tills_left_open"),
        TILLS_PAGE,
        is_alarming=True,
    ),
)


def now_tables(workload: Workload, *, by_centre: bool) -> tuple[Table, Table]:
    """The hall today, and files and tills at this moment: a line for each centre or part."""
    parts = [part for part in workload.parts if part.centres]
    lines: list[Line] = []
    for part in parts:
        if by_centre:
            lines += [
                Line((load.centre.name(language()),), _centre(load), load.centre, part.unit,
                     load=load)
                for load in part.centres
            ]  # fmt: skip
        else:
            lines.append(Line((short_place(part.unit),), _sum(part.load), unit=part.unit,
                              load=part.load))  # fmt: skip
    total = None
    if workload.total.centres > 1:
        total = Line((_("Total"),), _sum(workload.total))
    heads = (_("Centre") if by_centre else _("Province"),)
    return (
        Table("hall", _("The hall today"), heads, HALL, tuple(lines), total),
        Table("files", _("Files and tills now"), heads, FILES, tuple(lines), total),
    )


def _centre(load: CentreLoad) -> _Standing:
    is_live = load.now is not None and load.now.day == load.day and load.standing == "working"
    return _Standing(load.now, load.now if is_live else None, load.today, load.week_ago)


def _sum(load: Load) -> _Standing:
    return _Standing(
        load if load.standing else None,
        load if load.reporting else None,
        load.today if load.reporting else None,
        load.week_ago,
    )


def _named(name: str) -> Callable[[Any], object]:
    return lambda of: getattr(of, name)


BEFORE = _l("last month")
OFFICE = (
    Figure(_l("To be taken up"), "count", _named("to_take_up")),
    Figure(_l("Files there"), "count", _named("files_open"), FILES_PAGE),
    Figure(_l("Due soon"), "count", _named("due_soon"), lists.DUE_SOON),
    Figure(_l("Overdue"), "count", _named("overdue"), lists.OVERDUE, is_alarming=True),
    Figure(
        _l("Longer than the standard"),
        "count",
        _named("over_standard"),
        lists.OVER_STANDARD,
        is_alarming=True,
    ),
    Figure(_l("Working days there so far"), "number", _named("held_average")),
    Figure(_l("The longest"), "count", _named("held_longest")),
    Figure(_l("Working days until let go, this month"), "number", _named("let_go_average")),
    Figure(
        _l("Working days until let go, last month"),
        "number",
        _named("let_go_average_before"),
        below=BEFORE,
    ),
    Figure(_l("Back to the citizen, this month"), "count", _named("returned")),
    Figure(_l("Back to the citizen, last month"), "count", _named("returned_before"), below=BEFORE),
    Figure(_l("Not collected"), "count", _named("uncollected")),
)


def office_words(ministry_name: str, level: str) -> str:
    """An office in words."""
    return str(_("%(ministry)s: %(level)s", ministry=ministry_name, level=LEVEL_NAMES[level]))


def offices_table(loads: Sequence[MinistryLoad]) -> Table:
    """A line for each ministry's office of the area, the one with most late files first."""
    lines = [
        Line(
            (load.ministry.name(language()), str(LEVEL_NAMES[load.level])),
            load.figures,
            centre=load.only_centre,
            office=(load.ministry.id, load.level),
        )
        for load in loads
    ]
    total = Line((_("Total"), ""), _added(loads)) if len(lines) > 1 else None
    heads = (_("Ministry"), _("Office"))
    return Table("offices", _("Who has the files"), heads, OFFICE, _worst_first(lines), total)


def office_table(loads: Sequence[OfficeLoad], parts: Sequence[Unit]) -> Table:
    """One ministry's office at every centre; in the nation, in every province.

    `parts` are the units that lines are made of: none where each centre is a line.
    """
    office = (loads[0].ministry.id, loads[0].level) if loads else None
    if parts:
        groups = [
            (unit, [one for one in loads if one.centre.unit.code.startswith(unit.code)])
            for unit in parts
        ]
        lines = [
            Line((short_place(unit),), _added(group), unit=unit, office=office)
            for unit, group in groups
            if group
        ]
    else:
        lines = [
            Line((load.centre.name(language()),), load.figures, load.centre, office=office)
            for load in loads
        ]
    title = office_words(loads[0].ministry.name(language()), loads[0].level) if loads else ""
    total = Line((_("Total"),), _added(loads)) if len(lines) > 1 else None
    heads = (_("Province") if parts else _("Centre"),)
    return Table("offices", title, heads, OFFICE, _worst_first(lines), total)


def _added(loads: Sequence[OfficeLoad] | Sequence[MinistryLoad]) -> OfficeSum:
    return sum((load.figures for load in loads), OfficeSum())


def _worst_first(lines: list[Line]) -> tuple[Line, ...]:
    return tuple(
        sorted(lines, key=lambda one: (-one.of.over_standard, -one.of.overdue, -one.of.files_open))
    )


RATE_WORDS: dict[str, tuple[LazyString, Kind]] = {
    "tickets_a_day": (_l("Numbers a day"), "number"),
    "wait": (_l("Average wait"), "minutes"),
    "no_shows": (_l("No-shows"), "share"),
    "on_time": (_l("Decided in time"), "share"),
    "sent_back": (_l("Sent back, of the applications"), "share"),
    "overdue": (_l("Overdue now, of the open files"), "share"),
}


def _figures_of(rate: Rate) -> list[Figure]:
    label, kind = RATE_WORDS[rate.key]
    found = [Figure(label, kind, lambda month: month.rate(rate))]
    if not rate.is_of_now:
        found.append(
            Figure(
                _l("%(figure)s, the month before", figure=label),
                kind,
                lambda month: month.rate_before(rate),
                below=_l("the month before"),
            )
        )
    found.append(
        Figure(
            _l("%(figure)s, like centres", figure=label),
            kind,
            lambda month: month.like.get(rate.key),
            below=_l("like centres"),
        )
    )
    return found


MONTH = tuple(figure for rate in RATES for figure in _figures_of(rate))


def months_table(months: Sequence[CentreMonth]) -> Table:
    """A line for each centre: its month, the month before, and the median of like centres."""
    lines = [
        Line((one.centre.name(language()),), one, one.centre, one.centre.unit) for one in months
    ]
    return Table("months", _("Month and like centres"), (_("Centre"),), MONTH, tuple(lines))


@dataclass(frozen=True)
class _Hour:
    of: Any
    counters_open: float | None = field(default=None)


HOUR = (
    Figure(_l("People who came"), "count", lambda one: one.of.arrivals),
    Figure(_l("People called"), "count", lambda one: one.of.calls),
    Figure(_l("Hours that counters were open"), "number", lambda one: one.of.counter_hours),
    Figure(_l("Counters open on average"), "number", lambda one: one.counters_open),
    Figure(
        _l("People who came for each hour of a counter"),
        "number",
        lambda one: one.of.arrivals_an_hour,
    ),
)


def hours_table(found: HoursOfMonth) -> Table:
    """A line for each hour of the day."""
    hour = Column("", "hour")
    lines = [
        Line((hour.shown(one.hour),), _Hour(one, found.counters_open(one))) for one in found.hours
    ]
    total = Line((_("All together"),), _Hour(found.total)) if lines else None
    return Table(
        "hours", _("People who came, and open counters"), (_("Hour"),), HOUR, tuple(lines), total
    )
