"""A map on paper: outlines filled by class, with dots or hatching where nothing is known."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.platypus import Flowable

from odsc_counter.platform.pdf.fonts import REGULAR

CLASSES = tuple(HexColor(one) for one in (0xDFE9F3, 0xA9C8E4, 0x6A9DCB, 0x2A69A6, 0x0B3A68))
"""From light to dark, as on the pages."""
EDGE = HexColor(0x5B6B79)
MARKS = HexColor(0x9AA7B3)
INK = HexColor(0x14202B)
WHITE = HexColor(0xFFFFFF)
STEP = 5
"""Points between the dots or lines of a pattern."""
SWATCH, LINE, LETTERS = 16, 15, 8
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Filled:
    """How a shape is filled: by a class from 1 up, or white with a pattern."""

    level: int = 0
    pattern: str = ""
    """dots, hatch, or nothing."""


class ShadedMap(Flowable):
    """Shapes with their legend on the right. Outlines are SVG path data of lines alone."""

    def __init__(
        self,
        size: tuple[float, float],
        shapes: Sequence[tuple[str, str]],
        fills: Mapping[str, Filled],
        legend: Sequence[tuple[Filled, str]],
        *,
        height: float,
        width: float,
    ) -> None:
        super().__init__()
        self.width, self.height = width, height
        self._scale = min(height / size[1], width * 0.66 / size[0])
        self._shapes = [(code, rings(outline)) for code, outline in shapes]
        self._fills = fills
        self._legend = legend
        self._legend_left = size[0] * self._scale + 18

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """As large as it was made."""
        return self.width, self.height

    def draw(self) -> None:
        """The shapes from the upper left corner, the legend beside them."""
        canvas: Any = self.canv
        for code, outline in self._shapes:
            points = [
                [(x * self._scale, self.height - y * self._scale) for x, y in ring]
                for ring in outline
            ]
            self._shape(points, self._fills.get(code, Filled()))
        top = self.height - LINE
        for fill, words in self._legend:
            left, bottom = self._legend_left, top
            box = [(left, bottom), (left + SWATCH, bottom), (left + SWATCH, bottom + 10),
                   (left, bottom + 10)]  # fmt: skip
            self._shape([box], fill)
            canvas.setFillColor(INK)
            canvas.setFont(REGULAR, LETTERS)
            canvas.drawString(left + SWATCH + 6, bottom + 2, words)
            top -= LINE

    def _shape(self, points: list[Ring], fill: Filled) -> None:
        canvas: Any = self.canv
        canvas.saveState()
        path = _path(canvas, points)
        colour: Color = CLASSES[min(fill.level, len(CLASSES)) - 1] if fill.level else WHITE
        canvas.setFillColor(colour)
        canvas.setStrokeColor(EDGE)
        canvas.setLineWidth(0.4)
        canvas.drawPath(path, stroke=1, fill=1)
        if fill.pattern:
            canvas.clipPath(_path(canvas, points), stroke=0, fill=0)
            self._pattern(points, fill.pattern)
        canvas.restoreState()

    def _pattern(self, points: list[Ring], pattern: str) -> None:
        canvas: Any = self.canv
        across = [x for ring in points for x, _y in ring]
        upward = [y for ring in points for _x, y in ring]
        left, right, bottom, top = min(across), max(across), min(upward), max(upward)
        canvas.setFillColor(MARKS)
        canvas.setStrokeColor(MARKS)
        if pattern == "hatch":
            canvas.setLineWidth(0.5)
            start = left - (top - bottom)
            while start < right:
                canvas.line(start, bottom, start + top - bottom, top)
                start += STEP
            return
        y = bottom + STEP / 2
        while y < top:
            x = left + STEP / 2
            while x < right:
                canvas.circle(x, y, 0.7, stroke=0, fill=1)
                x += STEP
            y += STEP


def rings(outline: str) -> list[Ring]:
    """The corners of each ring of an outline: M, L and Z with absolute points."""
    found = []
    for part in outline.split("Z"):
        numbers = [float(one) for one in _NUMBERS.findall(part)]
        if numbers:
            found.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return found


def _path(canvas: Any, points: list[Ring]) -> Any:
    path = canvas.beginPath()
    for ring in points:
        path.moveTo(*ring[0])
        for corner in ring[1:]:
            path.lineTo(*corner)
        path.close()
    return path
