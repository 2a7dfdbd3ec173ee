"""What the map can be coloured by: each indicator once, with its words and its number."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from odsc_counter.monitoring import wording
from odsc_counter.monitoring.queries import ProvinceSummary, class_bounds
from odsc_counter.platform.money import format_number


@dataclass(frozen=True)
class Indicator:
    """`value` is a whole number that classes can be made of; `words` says it to people."""

    key: str
    label: LazyString
    value: Callable[[ProvinceSummary], int | None]
    words: Callable[[int], str]


def _minutes(province: ProvinceSummary) -> int | None:
    wait = province.figures.average_wait_seconds
    return None if wait is None else round(wait / 60)


def _permille(rate: float | None) -> int | None:
    return None if rate is None else round(rate * 1000)


INDICATORS = (
    Indicator("tickets", _l("Queue numbers"), lambda p: p.figures.tickets, format_number),
    Indicator("wait", _l("Average wait"), _minutes, lambda value: wording.minutes(value * 60)),
    Indicator(
        "no-show",
        _l("No-show rate"),
        lambda p: _permille(p.figures.no_show_rate),
        lambda value: wording.percent(value / 1000),
    ),
    Indicator("overdue", _l("Files overdue now"), lambda p: p.files_overdue, format_number),
)


def chosen(key: str) -> Indicator:
    """The indicator that an address asks for; the first when it asks for none we know."""
    return next((one for one in INDICATORS if one.key == key), INDICATORS[0])


@dataclass(frozen=True)
class Shade:
    """How a province is drawn: the name of its style class, and its figure in words."""

    style: str
    words: str


def shades(
    provinces: list[ProvinceSummary], indicator: Indicator
) -> tuple[dict[str, Shade], list[Shade]]:
    """The shade of every province by its code, and the legend from light to dark.

    A province without a centre or without figures is never shaded as if it had nought.
    """
    values = {
        province.unit.code: indicator.value(province)
        for province in provinces
        if province.standing in ("complete", "partial")
    }
    known = {code: value for code, value in values.items() if value is not None}
    bounds = class_bounds(list(known.values()))
    result = {}
    for province in provinces:
        code = province.unit.code
        if province.standing == "no_centre":
            result[code] = Shade("map-no-centre", "")
        elif code not in known:
            result[code] = Shade("map-absent", "")
        else:
            level = sum(known[code] >= bound for bound in bounds)
            result[code] = Shade(f"map-class-{level}", indicator.words(known[code]))
    legend = [
        Shade(f"map-class-{level}", _range(bounds, level, indicator))
        for level in range(1, len(bounds) + 1)
    ]
    return result, legend


def _range(bounds: list[int], level: int, indicator: Indicator) -> str:
    lowest = indicator.words(bounds[level - 1])
    if level == len(bounds):
        return f"≥ {lowest}"
    highest = bounds[level] - 1
    return lowest if highest == bounds[level - 1] else f"{lowest} – {indicator.words(highest)}"
