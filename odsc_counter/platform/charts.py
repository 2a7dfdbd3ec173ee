"""Where the lines and bars of a chart run: numbers in, points out. The template draws them."""

from dataclasses import dataclass

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 28
STEPS = 4
MARKED = 45
"""Up to so many days each day's point gets a mark."""


@dataclass(frozen=True)
class Line:
    """One series: unbroken stretches as SVG points, and a mark for each day."""

    stretches: tuple[str, ...]
    marks: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chart:
    """A frame with its grid, and the lines in it."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    grid: tuple[tuple[float, int], ...]
    """Height in the drawing, and the number that stands there."""
    ticks: tuple[tuple[float, int], ...]
    """Place of a day's label, and the day's index."""
    lines: tuple[Line, ...]


def line_chart(series: list[list[int | None]], most: int | None = None) -> Chart:
    """Lines over the same days; a day without a number leaves a gap and never a nought.

    `most` is what no number can be above: the axis ends there at the latest.
    """
    days = len(series[0])
    top = _ceiling(max((value or 0 for line in series for value in line), default=0))
    top = min(top, most) if most is not None else top
    room = WIDTH - LEFT - RIGHT
    base = HEIGHT - BOTTOM

    def x(index: int) -> float:
        return round(LEFT + room * (index + 0.5) / max(days, 1), 1)

    def y(value: int) -> float:
        return round(base - (base - TOP) * value / top, 1)

    lines = []
    for values in series:
        stretches: list[list[str]] = [[]]
        marks = []
        for index, value in enumerate(values):
            if value is None:
                stretches.append([])
                continue
            stretches[-1].append(f"{x(index)},{y(value)}")
            if days <= MARKED:
                marks.append((x(index), y(value)))
        lines.append(Line(tuple(" ".join(part) for part in stretches if part), tuple(marks)))
    every = max(1, -(-days // 8))
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=base,
        grid=_grid(base, top),
        ticks=tuple((x(index), index) for index in range(0, days, every)),
        lines=tuple(lines),
    )


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, and the number that it says."""

    x: float
    y: float
    width: float
    height: float
    number: int


@dataclass(frozen=True)
class BarChart:
    """A frame with its grid, and for each series a bar in each place."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    grid: tuple[tuple[float, int], ...]
    """Height in the drawing, and the number that stands there."""
    ticks: tuple[float, ...]
    """The middle of each place."""
    bars: tuple[tuple[Bar, ...], ...]


def bar_chart(series: list[list[int | None]]) -> BarChart:
    """Bars side by side in the same places; a place without a number gets no bar."""
    places = max(len(series[0]), 1)
    top = _ceiling(max((value or 0 for bars in series for value in bars), default=0))
    base = HEIGHT - BOTTOM
    place = (WIDTH - LEFT - RIGHT) / places
    width = min(place * 0.8 / len(series), 60.0)

    def bar(index: int, number: int, value: int) -> Bar:
        height = (base - TOP) * value / top
        begins = LEFT + place * (index + 0.5) + width * (number - len(series) / 2)
        return Bar(
            round(begins, 1), round(base - height, 1), round(width, 1), round(height, 1), value
        )

    return BarChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=base,
        grid=_grid(base, top),
        ticks=tuple(round(LEFT + place * (index + 0.5), 1) for index in range(len(series[0]))),
        bars=tuple(
            tuple(
                bar(index, number, value) for index, value in enumerate(values) if value is not None
            )
            for number, values in enumerate(series)
        ),
    )


def _grid(base: int, top: int) -> tuple[tuple[float, int], ...]:
    return tuple(
        (round(base - (base - TOP) * step / STEPS, 1), top * step // STEPS)
        for step in range(STEPS + 1)
    )


def _ceiling(highest: int) -> int:
    """A round number at or above the highest that the grid's steps divide evenly."""
    unit = 1
    while True:
        for factor in (4, 8, 12, 20, 32):
            if factor * unit >= highest:
                return factor * unit
        unit *= 10
