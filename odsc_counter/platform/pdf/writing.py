"""Lines of Lao and English for papers that are made by the thousand: shaped once, then kept.

A paragraph of ReportLab shapes, measures and writes each word anew. Words come back: here a word
is kept as the operators that draw it, a line as its words, whatever its size. What can't be kept
(a letter beyond the usual ones) is written by ReportLab.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from reportlab.lib.rl_accel import escapePDF
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from odsc_counter.platform.lao import ZERO_WIDTH_SPACE, break_words, has_lao
from odsc_counter.platform.pdf import shaping
from odsc_counter.platform.pdf.fonts import REGULAR

Align = Literal["left", "centre", "right"]

WORDS_KEPT = 16384
LINES_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Pen:
    """How a text is written: font, size in points, how grey (0 is black, 1 white)."""

    size: float
    font: str = REGULAR
    align: Align = "left"
    grey: float = 0.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is drawn: how wide, and what to write at which height above the line.

    Measures are thousandths of the font size. `runs` is None where ReportLab must write it.
    """

    text: str
    advance: float
    runs: tuple[tuple[float, str], ...] | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words; measures as in Word. `actual` is what it says, for Lao."""

    text: str
    advance: float
    runs: tuple[tuple[float, str], ...] | None
    actual: str


@lru_cache(maxsize=WORDS_KEPT)
def _word(font_name: str, text: str) -> Word:
    font: Any = pdfmetrics.getFont(font_name)
    letters, places = shaping.glyphs_of(font, text)
    advance = sum(place.x_advance for place in places)
    codes = font.usual_codes(letters)
    if codes is None:
        return Word(text, advance, None)
    runs = []
    glyphs = zip(codes, places, strict=True)
    for rise, raised in groupby(glyphs, key=lambda glyph: glyph[1].y_offset):
        moves: list[bytes | float] = []
        for code, place in raised:
            back = place.width - place.x_advance + place.x_offset
            moves += (-place.x_offset, bytes((code,)), back)
        runs.append((float(rise), _shown(moves)))
    return Word(text, advance, tuple(runs))


def _shown(moves: list[bytes | float]) -> str:
    """The inside of a PDF's TJ: letters in brackets, and how far to go back between them."""
    shown = []
    present = (move for move in moves if move)
    for is_text, some in groupby(present, key=lambda move: isinstance(move, bytes)):
        if is_text:
            shown.append(f"({escapePDF(b''.join(some))})")  # type: ignore[arg-type]  # by the key
        elif back := sum(some):  # type: ignore[arg-type]  # by the key
            shown.append(f"{back:g}")
    return " ".join(shown)


@lru_cache(maxsize=LINES_KEPT)
def _lines(font: str, text: str, room: float) -> tuple[Line, ...]:
    """The text broken into lines of at most `room` thousandths of the font size."""
    space = _word(font, " ")
    lines: list[Line] = []
    words: list[Word] = []
    width = 0.0
    for piece in _pieces(text):
        word = _word(font, piece.rstrip(" "))
        for part in [word] if word.advance <= room else _cut_to_fit(font, word.text, room):
            if words and width + part.advance > room:
                lines.append(_line(words))
                words, width = [], 0.0
            words.append(part)
            width += part.advance
        if piece.endswith(" "):
            words.append(space)
            width += space.advance
    lines.append(_line(words))
    return tuple(lines)


def _pieces(text: str) -> list[str]:
    """The text cut where a line may end, each blank with what stands before it."""
    joined = " ".join(text.split())
    if has_lao(joined):
        joined = break_words(joined)
    return joined.replace(" ", f" {ZERO_WIDTH_SPACE}").split(ZERO_WIDTH_SPACE)


def _cut_to_fit(font: str, text: str, room: float) -> Iterator[Word]:
    """A word that no line can hold, cut between syllables as well as letters tell."""
    start = last = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and not _may_cut(text, end):
            continue
        if _word(font, text[start:end]).advance > room and last > start:
            yield _word(font, text[start:last])
            start = last
        last = end
    yield _word(font, text[start:])


def _may_cut(text: str, place: int) -> bool:
    leans = text[place] in "ຳະາຽ" or unicodedata.category(text[place]) == "Mn"
    return not leans and text[place - 1] not in "ເແໂໃໄ"


def _line(words: list[Word]) -> Line:
    while words and words[-1].text == "":
        words.pop()
    if words and not words[-1].text.strip() and len(words) > 1:
        words = words[:-1]
    text = "".join(word.text or " " for word in words)
    runs: tuple[tuple[float, str], ...] | None = None
    if all(word.runs is not None for word in words):
        pieces = [run for word in words for run in word.runs or ()]
        runs = tuple(
            (rise, " ".join(shown for _, shown in some))
            for rise, some in groupby(pieces, key=itemgetter(0))
        )
    actual = (b"\xfe\xff" + text.encode("utf-16-be")).hex() if has_lao(text) else ""
    return Line(text, sum(word.advance for word in words), runs, actual)


def lines_of(text: str, pen: Pen, width: float) -> tuple[Line, ...]:
    """The text in lines of at most `width` points, cut between words; an empty one for ''."""
    return _lines(pen.font, text, round(width / pen.size * 1000, 1))


class Ink:
    """Writes on the page that a canvas is at. Points, from the lower left corner."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas: Any = canvas
        self._fonts: dict[str, str] = {}

    def line(self, line: Line, pen: Pen, left: float, base: float, width: float) -> None:
        """One line within `width` points, as its pen says, its letters standing on `base`."""
        if not line.text:
            return
        spare = width - line.advance * pen.size / 1000
        left += {"left": 0.0, "centre": spare / 2, "right": spare}[pen.align]
        if line.runs is None:
            self._stock(line.text, pen, left, base)
            return
        write = [
            f"BT {self._font(pen.font)} {pen.size:g} Tf {pen.grey:g} g {left:.2f} {base:.2f} Td"
        ]
        if line.actual:
            write.append(f"/Span <</ActualText <{line.actual}>>> BDC")
        raised = 0.0
        for rise, shown in line.runs:
            if rise != raised:
                write.append(f"{rise * pen.size / 1000:.3f} Ts")
                raised = rise
            write.append(f"[{shown}] TJ")
        if raised:
            write.append("0 Ts")
        write.append("EMC ET" if line.actual else "ET")
        self.canvas.addLiteral(" ".join(write))

    def rule(self, left: float, base: float, width: float, thickness: float) -> None:
        """A black line across."""
        self.box(left, base - thickness / 2, width, thickness)

    def box(self, left: float, base: float, width: float, height: float) -> None:
        """A black box."""
        self.canvas.addLiteral(f"0 g {left:.2f} {base:.2f} {width:.2f} {height:.2f} re f")

    def _font(self, name: str) -> str:
        known = self._fonts.get(name)
        if known is None:
            font: Any = pdfmetrics.getFont(name)
            known = self._fonts[name] = font.getSubsetInternalName(0, self.canvas._doc)
        return known

    def _stock(self, text: str, pen: Pen, left: float, base: float) -> None:
        self.canvas.saveState()
        self.canvas.setFillGray(pen.grey)
        self.canvas.setFont(pen.font, pen.size)
        self.canvas.drawString(left, base, text)
        self.canvas.restoreState()
