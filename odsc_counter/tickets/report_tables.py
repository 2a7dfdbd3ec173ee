"""The hall's reports as tables: the same columns on the page, in CSV and in XLSX."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from odsc_counter.platform.money import format_number
from odsc_counter.platform.spreadsheet import Cell
from odsc_counter.platform.wording import UNKNOWN, decimal, minutes, percent
from odsc_counter.tickets.measures import CHAPTERS, MEASURES, Unit
from odsc_counter.tickets.reports import By, DayOfReasons, Line, Report
from odsc_counter.tickets.tally import Tally, Times
from odsc_counter.tickets.words import REASONS

Kind = Unit | Literal["text", "day", "hour", "number", "amount"]


@dataclass(frozen=True)
class Amount:
    """A value that is of another kind than those above and below it."""

    kind: Unit
    value: float | None


@dataclass(frozen=True)
class Column:
    """A column: its heading, and of what kind its values are."""

    label: str
    kind: Kind
    only_in_files: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the values stand at the right."""
        return self.kind not in ("text", "day", "hour")

    @property
    def file_label(self) -> str:
        """The heading in a file, where values bear no unit."""
        if self.kind == "minutes":
            return str(_("%(name)s (minutes)", name=self.label))
        if self.kind == "hours":
            return str(_("%(name)s (hours)", name=self.label))
        return self.label

    @property
    def file_format(self) -> str:
        """How a spreadsheet shows the values."""
        return {"share": "0.0%", "minutes": "0.0", "hours": "0.00", "number": "0.0"}.get(
            self.kind, ""
        )

    def shown(self, value: object) -> str:
        """A value as the page shows it."""
        if isinstance(value, Amount):
            return Column("", value.kind).shown(value.value)
        if value is None:
            return UNKNOWN
        if self.kind == "day" and isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        if not isinstance(value, int | float):
            return str(value)
        return _shown_number(self.kind, value)

    def filed(self, value: object) -> Cell:
        """A value as a file holds it: times in minutes or hours, shares as parts of one."""
        if isinstance(value, Amount):
            return Column("", value.kind).filed(value.value)
        if isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, int | float):
            return None if value is None else str(value)
        if self.kind == "hour":
            return _hour(int(value))
        divisor, places = {
            "minutes": (60, 1),
            "hours": (3600, 2),
            "share": (1, 4),
            "number": (1, 1),
        }.get(self.kind, (1, None))
        return value if places is None else round(value / divisor, places)


def _shown_number(kind: Kind, value: float) -> str:
    if kind == "minutes":
        return minutes(value)
    if kind == "hours":
        total = round(value / 60)
        return str(_("%(hours)s h %(minutes)02d min", hours=total // 60, minutes=total % 60))
    if kind == "share":
        return percent(value)
    if kind == "number":
        return decimal(value)
    return _hour(int(value)) if kind == "hour" else format_number(int(value))


def _hour(hour: int) -> str:
    return f"{hour:02}:00–{(hour + 1) % 24:02}:00"


@dataclass(frozen=True)
class Table:
    """A table with its name in addresses, heading, columns, lines and sum."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    total: tuple[object, ...] | None = None

    @property
    def with_total(self) -> tuple[tuple[object, ...], ...]:
        """All lines, the sum last where there is one."""
        return self.rows if self.total is None else (*self.rows, self.total)


NAMES = ("summary", "times", "priority", *(by.value for by in By if by is not By.CENTRE))
"""The tables that can be downloaded."""
TITLES: dict[str, LazyString] = {
    "summary": _l("Figures of the hall"),
    "times": _l("How long it took"),
    "service": _l("By service"),
    "counter": _l("By counter"),
    "staff": _l("By clerk"),
    "hour": _l("By hour of the day"),
    "day": _l("By day"),
    "priority": _l("By reason for priority"),
}
_WAITS = ("wait_average", "wait_median", "wait_ninety", "service_level")
_DESK = (
    "called",
    "served",
    "transferred",
    "no_shows",
    "walking_average",
    "serving_average",
    "serving_ninety",
    "open_time",
    "busy_time",
    "idle_time",
    "idle_share",
    "break_time",
    "unreliable_legs",
)
COLUMNS: dict[By, tuple[str, ...]] = {
    By.SERVICE: (
        "asked",
        "served",
        *_WAITS,
        "walking_average",
        "serving_average",
        "serving_ninety",
        "hold_average",
        "no_show_rate",
        "walkout_rate",
        "transferred",
        "unreliable_legs",
    ),
    By.COUNTER: _DESK,
    By.STAFF: _DESK,
    By.HOUR: ("tickets", "asked", "served", *_WAITS, "no_show_rate", "walkout_rate"),
    By.DAY: (
        "tickets",
        "files",
        "asked",
        "served",
        *_WAITS,
        "serving_average",
        "no_show_rate",
        "walkout_rate",
        "cancelled",
        "closed",
        "open_time",
        "idle_time",
        "unreliable_tickets",
    ),
}
"""Which measures a report shows, in their order."""
_FIRST: dict[By, tuple[LazyString, Kind]] = {
    By.SERVICE: (_l("Service"), "text"),
    By.COUNTER: (_l("Counter"), "text"),
    By.STAFF: (_l("Clerk"), "text"),
    By.HOUR: (_l("Hour"), "hour"),
    By.DAY: (_l("Day"), "day"),
}


def by_line(report: Report, language: str) -> Table:
    """The table of a report by service, counter, clerk, hour or day."""
    label, kind = _FIRST[report.by]
    codes = COLUMNS[report.by]
    columns = [Column(str(label), kind)]
    columns += [Column(str(MEASURES[code].label), MEASURES[code].unit) for code in codes]
    rows = [_row(_named(line, language), line.tally, codes) for line in report.lines]
    total = _row(_("All together"), report.total, codes)
    if report.by is By.HOUR:
        columns.append(Column(_("Counters open on average"), "number"))
        seconds = max(report.days, 1) * 3600
        rows = [
            (*row, line.tally.open_seconds / seconds)
            for row, line in zip(rows, report.lines, strict=True)
        ]
        total = (*total, None)
    return Table(report.by.value, str(TITLES[report.by.value]), tuple(columns), tuple(rows), total)


def _named(line: Line, language: str) -> object:
    return line.name(language) or line.key


def _row(first: object, tally: Tally, codes: Sequence[str]) -> tuple[object, ...]:
    return (first, *(MEASURES[code].value(tally) for code in codes))


def band_names() -> list[str]:
    """The bands of a distribution, the shortest first."""
    return [
        _("up to 5 minutes"),
        _("5 to 15 minutes"),
        _("15 to 30 minutes"),
        _("30 to 60 minutes"),
        _("over 60 minutes"),
    ]


def times(tally: Tally) -> Table:
    """How long people waited, walked, were served and were on hold, with the bands."""
    columns = (
        Column(_("Time"), "text"),
        Column(_("Services"), "count"),
        Column(_("Average"), "minutes"),
        Column(_("Half took up to"), "minutes"),
        Column(_("Nine of ten took up to"), "minutes"),
        *(Column(name, "count") for name in band_names()),
    )
    named: tuple[tuple[str, Times], ...] = (
        (_("Waiting time"), tally.waiting),
        (_("Walking time"), tally.walking),
        (_("Serving time"), tally.serving),
        (_("Hold time"), tally.hold),
    )
    rows = tuple(
        (name, one.number, one.average, one.within(0.5), one.within(0.9), *one.bands)
        for name, one in named
    )
    return Table("times", str(TITLES["times"]), columns, rows)


def summary(report: Report) -> Table:
    """Every measure of the whole centre, one a line."""
    units: dict[Unit, str] = {
        "count": _("number"),
        "minutes": _("minutes"),
        "hours": _("hours"),
        "share": _("part of one"),
    }
    rows = tuple(
        (
            str(measure.label),
            Amount(measure.unit, measure.value(report.total)),
            units[measure.unit],
            str(chapter.title),
        )
        for chapter in CHAPTERS
        for measure in chapter.measures
    )
    columns = (
        Column(_("Figure"), "text"),
        Column(_("Value"), "amount"),
        Column(_("Unit"), "text", only_in_files=True),
        Column(_("About"), "text", only_in_files=True),
    )
    return Table("summary", str(TITLES["summary"]), columns, rows)


def priority(days: list[DayOfReasons]) -> Table:
    """How many numbers of each day had which reason for priority."""
    columns = [Column(_("Day"), "day"), Column(str(MEASURES["tickets"].label), "count")]
    columns += [Column(str(label), "count") for label in REASONS.values()]
    columns.append(Column(_("Without a reason"), "count"))
    reasons: list[str | None] = [*REASONS, None]
    rows = tuple(
        (one.day, one.tickets, *(one.reasons.get(reason, 0) for reason in reasons)) for one in days
    )
    total = (
        _("All together"),
        sum(one.tickets for one in days),
        *(sum(one.reasons.get(reason, 0) for one in days) for reason in reasons),
    )
    return Table("priority", str(TITLES["priority"]), tuple(columns), rows, total)
