"""How a map is coloured by an indicator: classes from light to dark, and their words."""

from dataclasses import dataclass

from odsc_counter.monitoring.answers import Part
from odsc_counter.monitoring.figure_tables import SCALES, axis, say
from odsc_counter.monitoring.indicators import Indicator


@dataclass(frozen=True)
class Shade:
    """How a part is drawn: the name of its style class, and its figure in words."""

    style: str
    words: str


def shades(parts: list[Part], indicator: Indicator) -> tuple[dict[str, Shade], list[Shade]]:
    """The shade of every unit by its code, and the legend from light to dark.

    A unit without a centre or without figures is never shaded as if it had nought, and one with
    too few cases to compare is left white.
    """
    units = [part for part in parts if part.centre is None]
    values, few = {}, set()
    for part in units:
        value = indicator.value(part.figures) if part.is_told else None
        if value is None:
            continue
        if indicator.is_few(part.figures):
            few.add(part.code)
        else:
            values[part.code] = round(value * SCALES[indicator.unit])
    bounds = class_bounds(list(values.values()))
    result = {}
    for part in units:
        if part.standing == "no_centre":
            result[part.code] = Shade("map-no-centre", "")
        elif part.code in few:
            words = say(indicator, indicator.value(part.figures))
            result[part.code] = Shade("map-few", f"{words} *")
        elif part.code not in values:
            result[part.code] = Shade("map-absent", "")
        else:
            level = sum(values[part.code] >= bound for bound in bounds)
            words = say(indicator, indicator.value(part.figures))
            result[part.code] = Shade(f"map-class-{level}", words)
    legend = [
        Shade(f"map-class-{level}", _range(bounds, level, indicator))
        for level in range(1, len(bounds) + 1)
    ]
    return result, legend


def _range(bounds: list[int], level: int, indicator: Indicator) -> str:
    lowest = axis(indicator, bounds[level - 1])
    if level == len(bounds):
        return f"≥ {lowest}"
    highest = bounds[level] - 1
    return lowest if highest == bounds[level - 1] else f"{lowest} – {axis(indicator, highest)}"


def class_bounds(values: list[int], classes: int = 5) -> list[int]:
    """Lower bounds of equally filled classes for a map, smallest first, as round numbers.

    Fewer than `classes` when the values don't need so many; empty without values.
    """
    ordered = sorted(values)
    if not ordered:
        return []
    bounds: dict[int, None] = {}
    for number in range(classes):
        bounds[_round_down(ordered[number * len(ordered) // classes])] = None
    return list(bounds)


def _round_down(value: int) -> int:
    step: int = 10 ** max(len(str(value)) - 2, 0)
    return value // step * step
