"""The tables of a page of figures: the same rows for the page, CSV and XLSX."""

from dataclasses import dataclass

from flask_babel import gettext as _

from odsc_counter.monitoring.answers import Answer, Part, Step
from odsc_counter.monitoring.indicators import THEMES, Indicator
from odsc_counter.monitoring.measures import Measures
from odsc_counter.platform.money import format_number
from odsc_counter.platform.spreadsheet import Cell
from odsc_counter.platform.wording import UNKNOWN, decimal, minutes, percent

PER = 100
"""Counts of large and small centres are compared for so many visits."""


def say(indicator: Indicator, value: float | None) -> str:
    """A value in words, with its unit; a dash where there is none."""
    if value is None:
        return UNKNOWN
    if indicator.unit == "share":
        return percent(value)
    if indicator.unit == "minutes":
        return minutes(value * 60)
    if indicator.unit == "days":
        return str(_("%(days)s days", days=decimal(value)))
    if indicator.unit == "kip":
        return str(_("%(amount)s kip", amount=format_number(round(value))))
    return format_number(round(value))


def unit_words(indicator: Indicator) -> str:
    """What a column of the indicator's values is headed with in a file."""
    units = {
        "count": "",
        "share": _("parts of one"),
        "minutes": _("minutes"),
        "days": _("days"),
        "kip": _("kip"),
    }
    unit = units[indicator.unit]
    return f"{indicator.label} ({unit})" if unit else str(indicator.label)


@dataclass(frozen=True)
class Row:
    """An indicator beside what it is held against."""

    indicator: Indicator
    now: float | None
    other: float | None
    few: bool

    @property
    def change(self) -> str:
        """How much more or less, in words: shares in points, else as a part of the other."""
        if self.now is None or self.other is None:
            return ""
        if self.indicator.unit == "share":
            points = (self.now - self.other) * 100
            return str(_("%(points)s points", points=_signed(decimal(points), points)))
        if not self.other:
            return ""
        part = self.now / self.other - 1
        return _signed(percent(part), part)

    @property
    def tone(self) -> str | None:
        """good or bad where the change has a direction that people want, else None."""
        if None in (self.now, self.other, self.indicator.better) or _is_nought(self.change):
            return None
        is_more = (self.now or 0) > (self.other or 0)
        return "good" if is_more == (self.indicator.better == "more") else "bad"

    @property
    def trend(self) -> str | None:
        """up, down or None: which way an arrow points."""
        if self.now is None or self.other is None or _is_nought(self.change):
            return None
        return "up" if self.now > self.other else "down"


def _is_nought(change: str) -> bool:
    """Whether a change rounds to nought, and so has no direction. One from nought isn't said."""
    return bool(change) and not any(digit in change for digit in "123456789")


def _signed(words: str, number: float) -> str:
    if _is_nought(words):
        return words.removeprefix("-")
    return f"+{words}" if number > 0 else words.replace("-", "−")


def rows(told: Answer, other: Answer | None, among: tuple[Indicator, ...]) -> list[Row]:
    """Every indicator of an area, beside another period or unit where there is one."""
    against = other.total if other is not None and other.total.reporting else None
    return [
        Row(
            one,
            one.value(told.total) if told.total.reporting or one.is_of_now else None,
            one.value(against) if against is not None and not one.is_of_now else None,
            one.is_few(told.total),
        )
        for one in among
    ]


@dataclass(frozen=True)
class Place:
    """A part of an area in the order of an indicator."""

    part: Part
    value: float | None
    per_visits: float | None
    """A count for a hundred visits: comparable between large and small; None for rates."""
    few: bool
    rank: int | None
    """None for whom is not ranked: too few cases, no figures, no centre."""


def ranked(parts: list[Part], indicator: Indicator) -> list[Place]:
    """The parts, the best first where one way is good, else the most first.

    Those with too few cases come after them, then those without figures, then those without a
    centre. Counts are ranked by what they are for a hundred visits, where that says anything.
    """
    told: list[tuple[int, float, str, Part, float | None, float | None, bool]] = []
    for part in parts:
        figures = part.figures
        is_told = part.is_told or (indicator.is_of_now and part.standing != "no_centre")
        value = indicator.value(figures) if is_told else None
        per = _per_visits(indicator, figures, value)
        few = is_told and indicator.is_few(figures)
        group = int(few) if value is not None else 3 if part.standing == "no_centre" else 2
        key = (per if per is not None else value) or 0.0
        told.append(
            (group, key if indicator.better == "less" else -key, part.code, part, value, per, few)
        )
    told.sort(key=lambda one: one[:3])
    return [
        Place(part, value, per, few, number if group == 0 else None)
        for number, (group, _key, _code, part, value, per, few) in enumerate(told, 1)
    ]


def _per_visits(indicator: Indicator, figures: Measures, value: float | None) -> float | None:
    if value is None or indicator.is_rate or indicator.theme == "centres" or indicator.is_of_now:
        return None
    arrivals = figures.visits or figures.asked
    if indicator.code in {"visits", "tickets", "asked"} or not arrivals:
        return None
    return value / arrivals * PER


@dataclass(frozen=True)
class File:
    """A table as a file holds it."""

    title: str
    columns: list[str]
    rows: list[list[Cell]]
    formats: list[str]


_FORMATS = {"share": "0.0%", "minutes": "0.0", "days": "0.0", "kip": "#,##0", "count": "#,##0"}


def indicators_file(told: Answer, other: Answer | None, among: tuple[Indicator, ...]) -> File:
    """All indicators of the area with what they are formed of."""
    lines: list[list[Cell]] = []
    for row in rows(told, other, among):
        above, below = row.indicator.parts(told.total)
        is_told = row.now is not None
        lines.append(
            [
                row.indicator.code, str(THEMES[row.indicator.theme]), str(row.indicator.label),
                row.now, row.other, above if is_told else None,
                below if row.indicator.is_rate and is_told else None, unit_of(row.indicator),
            ]
        )  # fmt: skip
    return File(
        _("Indicators"),
        [_("Code"), _("Theme"), _("Indicator"), _("Value"), _("Compared with"), _("Numerator"),
         _("Denominator"), _("Unit")],
        lines,
        ["", "", "", "", "", "#,##0", "#,##0", ""],
    )  # fmt: skip


def unit_of(indicator: Indicator) -> str:
    """The unit of an indicator in words."""
    return {
        "count": str(_("number")),
        "share": str(_("parts of one")),
        "minutes": str(_("minutes")),
        "days": str(_("days")),
        "kip": str(_("kip")),
    }[indicator.unit]


def parts_file(told: Answer, among: tuple[Indicator, ...], language: str) -> File:
    """Every part of the area with all indicators; empty where nothing is known."""
    lines: list[list[Cell]] = []
    for part in [*told.parts, told.whole]:
        figures = part.figures
        line: list[Cell] = [part.code, part.name(language), standing_words(part)]
        line += [figures.centres, figures.reporting]
        line += [one.value(figures) if part.is_told else None for one in among]
        lines.append(line)
    columns = [_("Code"), _("Name"), _("Figures"), _("Centres"), _("Centres with figures")]
    return File(
        _("Parts"),
        columns + [unit_words(one) for one in among],
        lines,
        ["", "", "", "", ""] + [_FORMATS[one.unit] for one in among],
    )


def steps_file(told: Answer, among: tuple[Indicator, ...]) -> File:
    """The course of all indicators over the days or months."""
    lived = tuple(one for one in among if not one.is_of_now and one.theme != "centres")
    return File(
        _("Course"),
        [_("From"), _("To")] + [unit_words(one) for one in lived],
        [
            [step.first.isoformat(), step.last.isoformat()]
            + [None if step.figures is None else one.value(step.figures) for one in lived]
            for step in told.steps
        ],
        ["", ""] + [_FORMATS[one.unit] for one in lived],
    )


def standing_words(part: Part) -> str:
    """Whether a part's figures are complete, in words."""
    return {
        "no_centre": str(_("No centre yet")),
        "absent": str(_("No figures received")),
        "partial": str(
            _(
                "%(reporting)s of %(centres)s centres",
                reporting=part.figures.reporting,
                centres=part.figures.centres,
            )
        ),
        "complete": str(_("Complete")),
    }[part.standing]


SCALES = {"share": 1000, "minutes": 10, "days": 10, "kip": 1, "count": 1}
"""Charts draw whole numbers: shares in parts of a thousand, times in tenths."""


def scaled(indicator: Indicator, steps: list[Step]) -> list[int | None]:
    """The course of an indicator in whole numbers; a gap where nothing is known."""
    values = [None if one.figures is None else indicator.value(one.figures) for one in steps]
    return [None if one is None else round(one * SCALES[indicator.unit]) for one in values]


def axis(indicator: Indicator, number: int) -> str:
    """A number of a chart's axis in words."""
    value = number / SCALES[indicator.unit]
    if indicator.unit == "kip":
        return format_number(round(value))
    if indicator.unit in ("minutes", "days"):
        return decimal(value)
    return say(indicator, value)
