"""Lao letters where they belong in a PDF: four corrections to ReportLab, installed once.

ReportLab places Lao marks only in paragraphs, loses its own bookkeeping of raised marks, knows
no Lao line breaks and writes text that can't be searched. `install` replaces four of its
functions; the callers of ReportLab change nothing. The versions they were tried with are pinned
in the project file, and `self_test` of this package stops a start with others that differ.
"""

import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, cast

from reportlab import rl_config
from reportlab.lib.abag import ABag
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfgen import canvas as rl_canvas
from reportlab.pdfgen import textobject as rl_textobject
from reportlab.platypus import paragraph as _paragraph

from odsc_counter.platform.lao import ZERO_WIDTH_SPACE, has_lao, word_breaks

# The stubs know only what is public; what is corrected here is not.
paragraph: Any = _paragraph
_text_object: Any = rl_textobject.PDFTextObject

# ReportLab's words are [width, (style, text), ...]; styles and fonts are its own loose objects.
Part = tuple[Any, str]

LOCK = threading.RLock()
"""Held while shaping and while a document is made: ReportLab's fonts keep a reading position
and hand out letters for glyphs, both shared by all threads of the process."""

_stock_shape_word: Callable[..., Any] = ttfonts.shapeFragWord
_stock_words_of: Callable[..., list[Any]] = paragraph._getFragWords
_stock_format_text: Callable[[Any, str], str] = _text_object._formatText
_stock_bidi_text: Callable[..., tuple[str, float]] = rl_textobject.bidiShapedText


class Glyph(ttfonts.ShapeData):
    """Where one glyph stands, and the source text of its cluster ('' for all but the first)."""

    source: str


# --- 1: a raised mark comes down again --------------------------------------------------------


def set_rise(self: Any, rise: float) -> None:
    """Replace PDFTextObject.setRise, which forgets the rise when two follow each other.

    Text rise outlives a text object: without this all that is drawn later on the page shifts
    (ງູ່, ງຸ່ມ), and a style that ends inside a syllable raises IndexError.
    """
    if self._code and self._code[-1].endswith(" Ts"):
        self._code.pop()
    self._y += self._rise - rise
    self._rise = rise
    self._code.append(f"{fp_str(rise)} Ts")


# --- 2: the PDF keeps the source text ---------------------------------------------------------


def format_text(self: Any, text: str) -> str:
    """Wrap PDFTextObject._formatText: say in ActualText what the glyphs are.

    Substituted glyphs stand for private letters; without this no Lao word can be searched for
    or copied out of the PDF.
    """
    operators = _stock_format_text(self, text)
    glyphs = getattr(text, "__shapeData__", None)
    if glyphs is None:
        return operators
    source = "".join(
        getattr(glyph, "source", letter) for letter, glyph in zip(str(text), glyphs, strict=True)
    )
    if not has_lao(source):
        return operators
    actual = (b"\xfe\xff" + source.encode("utf-16-be")).hex()
    return f"/Span <</ActualText <{actual}>>> BDC {operators} EMC"


def _shape(font: Any, text: str, *, force: bool = False) -> Any | None:
    """The text as glyphs in their places (a ShapedStr), or None when nothing changes."""
    if not getattr(font, "shapable", False):
        return None
    found = _shape_cached(font, text, force)
    # A fresh one each time: ReportLab joins and slices the list.
    return found and ttfonts.ShapedStr(found[0], cast(Any, list(found[1])))


@lru_cache(maxsize=16384)
def _shape_cached(font: Any, text: str, force: bool) -> tuple[str, tuple[Glyph, ...]] | None:
    # The places are in thousandths of the font size: any size will do for all.
    word = [0.0, (ABag(fontName=font.fontName, fontSize=10), text)]
    with LOCK:
        shaped = _stock_shape_word(word, force=force)
    if shaped is word:
        return None
    string = shaped[1][1]
    glyphs = string.__shapeData__
    starts = sorted({glyph.cluster for glyph in glyphs})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    sourced: list[Glyph] = []
    for data in glyphs:
        glyph = Glyph(*data)
        end = ends.pop(data.cluster, None)  # the first glyph of a cluster takes it all
        glyph.source = "" if end is None else text[data.cluster : end]
        sourced.append(glyph)
    return str(string), tuple(sourced)


def glyphs_of(font: Any, text: str) -> tuple[str, tuple[Any, ...]]:
    """The glyphs of a text as letters of the font, and the place of each.

    Places are in thousandths of the font size.
    """
    found = _shape_cached(font, text, False)
    if found is not None:
        return found
    widths = (font.face.getCharWidth(ord(letter)) for letter in text)
    return text, tuple(
        ttfonts.ShapeData(place, width, 0, 0, 0, width) for place, width in enumerate(widths)
    )


def _advance(shaped: Any) -> float:
    return float(sum(glyph.x_advance for glyph in shaped.__shapeData__)) / 1000


def shape_word(word: Any, features: object = None, force: bool = False) -> Any:
    """Replace ttfonts.shapeFragWord: each part in its own font, marks with their base, cached.

    Stock shaping takes the bold part of a word from the regular font, and fails on a word that
    carries an anchor.
    """
    if isinstance(word, ttfonts.ShapedFragWord):
        return word
    parts: list[Part] = []
    changed = False
    width = 0.0
    for style, text in _marks_with_their_base(word[1:]):
        shaped = None
        if text and not isinstance(text, ttfonts.ShapedStr):
            shaped = _shape(pdfmetrics.getFont(style.fontName), text, force=force)
        if shaped is not None:
            changed = True
            width += _advance(shaped) * style.fontSize
        elif text:
            width += pdfmetrics.stringWidth(text, style.fontName, style.fontSize)
        parts.append((style, text if shaped is None else shaped))
    if not changed:
        return word
    return ttfonts.makeShapedFragWord(word)([width, *parts])


def _marks_with_their_base(parts: Iterable[Part]) -> list[Part]:
    """Move the marks that a part begins with to the part before: a syllable has one style."""
    joined: list[Part] = []
    base: int | None = None
    for style, text in parts:
        marks = 0
        if base is not None and not isinstance(text, ttfonts.ShapedStr):
            while marks < len(text) and _leans_on_what_is_before(text[marks]):
                marks += 1
        if base is not None and marks:
            joined[base] = (joined[base][0], joined[base][1] + text[:marks])
            text = text[marks:]
        if text:
            base = len(joined)
        if text or not marks:
            joined.append((style, text))
    return joined


def _leans_on_what_is_before(letter: str) -> bool:
    return letter == "\u0eb3" or unicodedata.category(letter) == "Mn"


# --- 3: lines end between Lao words -----------------------------------------------------------


def words_of(fragments: list[Any], max_width: float | None = None) -> list[Any]:
    """Wrap paragraph._getFragWords: cut at the Lao word boundaries, and at U+200B.

    Text between two blanks is one word for ReportLab; Lao sentences have hardly any blank.
    Callers need not prepare their text.
    """
    words = _stock_words_of(fragments, max_width)
    if paragraph._processed_frags(fragments):
        return words  # the rest of a paragraph that was cut by a page end
    return [part for word in words for part in _cut(word)]


def _cut(word: Any) -> list[Any]:
    text = "".join(part for _, part in word[1:])
    if isinstance(word, paragraph._SHYWord) or not (
        ZERO_WIDTH_SPACE in text or len(word_breaks(text))
    ):
        return [word]
    breaks = set(word_breaks(text.replace(ZERO_WIDTH_SPACE, "")))
    pieces: list[list[Part]] = [[]]
    place = 0
    for style, part in word[1:]:
        piece = ""
        for letter in part:
            if letter == ZERO_WIDTH_SPACE:
                breaks.add(place)
                continue
            if place and place in breaks:
                pieces[-1].extend([(style, piece)] if piece else [])
                pieces.append([])
                piece = ""
            piece += letter
            place += 1
        if piece or not part:
            pieces[-1].append((style, piece))
    pieces = [piece for piece in pieces if piece] or [[(word[1][0], "")]]
    cut: list[Any] = [[_width(piece), *piece] for piece in pieces]
    # Only the last piece can have the blank behind it that the word's class stands for.
    cut[-1] = word.__class__(cut[-1])
    return cut


def _width(parts: list[Part]) -> float:
    return sum(
        pdfmetrics.stringWidth(text, style.fontName, style.fontSize) for style, text in parts
    )


# --- 4: strings outside paragraphs ------------------------------------------------------------


def bidi_shaped_text(
    text: Any,
    direction: str | None = None,
    clean: bool = True,
    fontName: str = "Helvetica",
    fontSize: float = 10,
    shaping: bool = False,
) -> tuple[str, float]:
    """Replace bidiShapedText: Lao is shaped in drawString, table cells, charts and legends."""
    if isinstance(text, ttfonts.ShapedStr):
        return text, _advance(text) * fontSize
    if isinstance(text, str) and has_lao(text):
        text = text.replace(ZERO_WIDTH_SPACE, "")
        shaped = _shape(pdfmetrics.getFont(fontName), text)
        if shaped is not None:
            return shaped, _advance(shaped) * fontSize
        direction = None
    return _stock_bidi_text(
        text, direction, clean=clean, fontName=fontName, fontSize=fontSize, shaping=shaping
    )


def text_width(text: str, font_name: str, font_size: float) -> float:
    """How wide a text is when drawn, in points, with its marks in place."""
    return bidi_shaped_text(text, fontName=font_name, fontSize=font_size)[1]


# --- installing -------------------------------------------------------------------------------

_REPLACEMENTS: tuple[tuple[object, str, object], ...] = (
    (_text_object, "setRise", set_rise),
    (_text_object, "_formatText", format_text),
    # Imported by name into three modules: each holds a reference of its own.
    (ttfonts, "shapeFragWord", shape_word),
    (paragraph, "shapeFragWord", shape_word),
    (rl_canvas, "shapeFragWord", shape_word),
    (paragraph, "_getFragWords", words_of),
    (rl_textobject, "bidiShapedText", bidi_shaped_text),
    (rl_canvas, "bidiShapedText", bidi_shaped_text),
)


def install() -> None:
    """Put the corrections in place for the whole process. Again does nothing."""
    for owner, name, replacement in _REPLACEMENTS:
        setattr(owner, name, replacement)
    # Plain binary streams: smaller and quicker than text-safe ones, which no printer needs now.
    rl_config.useA85 = 0


def has_shaper() -> bool:
    """Whether HarfBuzz is there: without it ReportLab draws Lao wrongly and says nothing."""
    return getattr(ttfonts, "uharfbuzz", None) is not None
