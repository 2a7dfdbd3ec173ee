"""Charts on paper: bars beside names of any length, and bars month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, Table

from odsc_counter.platform.charts import bar_chart
from odsc_counter.platform.money import format_number
from odsc_counter.platform.pdf.fonts import REGULAR
from odsc_counter.platform.pdf.shaping import text_width

BLUE = HexColor(0x0B4F8A)
SOFT = HexColor(0x8AB4DC)
RED = HexColor(0xB3261E)
GRID = HexColor(0xD3DAE1)
INK = HexColor(0x14202B)
BAR_HEIGHT = 9
LETTERS = 7.5


class Numbers(Flowable):
    """A number at the right of a table's cell, with a smaller one below it.

    A nation's table has thousands of them: paragraphs would take several times as long.
    """

    def __init__(
        self, first: str, second: str | None, style: ParagraphStyle, small: ParagraphStyle
    ) -> None:
        super().__init__()
        self._lines = [(first, style)] if second is None else [(first, style), (second, small)]

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """As wide as the cell, and one or two lines high."""
        self.width = width
        self.height = sum(style.leading for _text, style in self._lines)
        return self.width, self.height

    def draw(self) -> None:
        """Where a paragraph of the same style would have its letters."""
        canvas: Any = self.canv
        top = self.height
        for text, style in self._lines:
            canvas.setFont(style.fontName, style.fontSize)
            canvas.setFillColor(style.textColor)
            # As paragraphs do: the line's ascent is the size of its letters.
            canvas.drawRightString(self.width, top - style.fontSize, text)
            top -= style.leading


@dataclass(frozen=True)
class Named:
    """One bar: what it is of, how long it is (None: nothing is known), and what it says."""

    name: Paragraph
    value: float | None
    said: str


class _Bar(Flowable):
    """A bar that fills a share of its room."""

    def __init__(self, width: float, share: float, colour: Color) -> None:
        super().__init__()
        self.width, self.height = width, BAR_HEIGHT
        self._share, self._colour = share, colour

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """As wide as it was made."""
        return self.width, self.height

    def draw(self) -> None:
        """On the canvas that ReportLab has given it."""
        canvas: Any = self.canv
        canvas.setFillColor(GRID)
        canvas.rect(0, 0, self.width, 0.4, stroke=0, fill=1)
        canvas.setFillColor(self._colour)
        canvas.rect(0, 0, self.width * self._share, self.height, stroke=0, fill=1)


def named_bars(
    bars: Sequence[Named], width: float, style: ParagraphStyle, *, colour: Color, top: float = 0
) -> Table:
    """Bars under each other, the name before and the number behind; goes on over pages.

    `top` is the value of a full bar; without it the longest bar is full.
    """
    top = top or max((bar.value or 0 for bar in bars), default=0) or 1
    room = width * 0.5
    return Table(
        [
            [
                bar.name,
                "" if bar.value is None else _Bar(room, min(bar.value / top, 1), colour),
                Paragraph(bar.said, style),
            ]
            for bar in bars
        ],
        colWidths=[width * 0.35, room + 6, width * 0.15 - 6],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        ],
    )


class MonthBars(Flowable):
    """Bars side by side for each month, over a grid; a month without a number has none."""

    def __init__(
        self, width: float, labels: Sequence[str], series: Sequence[tuple[str, list[int | None]]]
    ) -> None:
        super().__init__()
        self._chart = bar_chart([values for _name, values in series])
        self._scale = width / self._chart.width
        self.width = width
        self.height = (self._chart.height + 26) * self._scale
        self._labels = labels
        self._names = [name for name, _values in series]

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """As wide as it was made."""
        return self.width, self.height

    def draw(self) -> None:
        """Grid, bars with their numbers, months, and which colour is what."""
        canvas: Any = self.canv
        chart, scale = self._chart, self._scale

        def up(y: float) -> float:
            return self.height - y * scale

        canvas.setFont(REGULAR, LETTERS)
        canvas.setLineWidth(0.4)
        for y, number in chart.grid:
            canvas.setStrokeColor(GRID)
            canvas.line(chart.left * scale, up(y), chart.right * scale, up(y))
            canvas.setFillColor(INK)
            canvas.drawRightString((chart.left - 6) * scale, up(y) - 2.5, format_number(number))
        canvas.setFont(REGULAR, LETTERS * 0.85)  # side by side without touching
        for bars, colour in zip(chart.bars, (BLUE, SOFT), strict=False):
            for bar in bars:
                canvas.setFillColor(colour)
                canvas.rect(
                    *(bar.x * scale, up(bar.y + bar.height)),
                    *(bar.width * scale, bar.height * scale),
                    stroke=0,
                    fill=1,
                )
                canvas.setFillColor(INK)
                middle = (bar.x + bar.width / 2) * scale
                canvas.drawCentredString(middle, up(bar.y) + 2, format_number(bar.number))
        canvas.setFillColor(INK)
        canvas.setFont(REGULAR, LETTERS)
        for x, label in zip(chart.ticks, self._labels, strict=True):
            canvas.drawCentredString(x * scale, up(chart.bottom) - LETTERS * 1.6, label)
        left = chart.left * scale
        for name, colour in zip(self._names, (BLUE, SOFT), strict=False):
            canvas.setFillColor(colour)
            canvas.rect(left, 1, 7, 7, stroke=0, fill=1)
            canvas.setFillColor(INK)
            canvas.drawString(left + 10, 2, name)
            left += 26 + text_width(name, REGULAR, LETTERS)
