"""What a report's paper draws from its figures: the map, the course, and bars beside places."""

from typing import Any

from reportlab.platypus import Flowable

from odsc_counter.monitoring.answers import Part
from odsc_counter.monitoring.figure_tables import SCALES
from odsc_counter.monitoring.indicators import Indicator
from odsc_counter.monitoring.maps import Map, district_map, province_map
from odsc_counter.monitoring.shading import shades
from odsc_counter.platform.pdf.charts import MonthBars
from odsc_counter.platform.pdf.maps import Filled, ShadedMap
from odsc_counter.reports import figures, wording
from odsc_counter.reports.content import Values

NATION, PROVINCE = 0, 1
PATTERNS = {"map-absent": "dots", "map-no-centre": "hatch"}
CLASS = "map-class-"
OTHERS = ("map-few", "map-absent", "map-no-centre")
LEAST = "≥ "


def map_of(content: Values) -> Map | None:
    """The map of a report's parts; None where there is none to shade."""
    unit = content["unit"]
    if unit["level"] == NATION:
        return province_map()
    drawn = district_map(unit["code"]) if unit["level"] == PROVINCE else None
    return drawn if drawn and drawn.shapes else None


def shaded_map(
    content: Values, drawn: Map, indicator: Indicator, words: dict[str, str],
    *, width: float, height: float,
) -> ShadedMap:  # fmt: skip
    """The map, shaded as the pages shade theirs: the same classes from the same figures."""
    parts = [
        Part(wording.unit_of(one), None, figures.measures(one["figures"], one["coverage"]))
        for one in content["parts"]
    ]
    found, legend = shades(parts, indicator)
    styles = {shade.style for shade in found.values()}
    # The paper's letters have no sign for "at least".
    keys = [
        (_filled(shade.style), words["from"] % {"number": shade.words.removeprefix(LEAST)}
         if shade.words.startswith(LEAST) else shade.words)
        for shade in legend
    ]  # fmt: skip
    keys += [(_filled(style), words[style]) for style in OTHERS if style in styles]
    return ShadedMap(
        (drawn.width, drawn.height),
        [(shape.code, shape.outline) for shape in drawn.shapes],
        {code: _filled(shade.style) for code, shade in found.items()},
        keys,
        width=width,
        height=height,
    )


def _filled(style: str) -> Filled:
    if style.startswith(CLASS):
        return Filled(level=int(style.removeprefix(CLASS)))
    return Filled(pattern=PATTERNS.get(style, ""))


def course_bars(content: Values, indicators: list[Indicator], width: float) -> Flowable:
    """Counts month by month; a month without a return has no bar."""
    series: list[tuple[str, list[int | None]]] = [
        (
            str(one.label),
            [_whole(one, month["figures"]) for month in content["course"]],
        )
        for one in indicators
    ]
    labels = [f"{one['month'][5:]}/{one['month'][:4]}" for one in content["course"]]
    return MonthBars(width, labels, series)


def _whole(indicator: Indicator, sums: Any) -> int | None:
    number = figures.value(indicator, sums)
    return None if number is None else round(number * SCALES[indicator.unit])
