"""The typeface of every PDF: Noto Sans Lao, which has Lao, Latin and ₭ in one design."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus.tables import CellStyle

from odsc_counter.platform.pdf import shaping
from odsc_counter.platform.pdf.ready_font import ReadyFont

REGULAR = "NotoSansLao"
BOLD = "NotoSansLao-Bold"

LEADING = 1.65
"""Line height for each point of font size. The tallest Lao stack in Noto is 1.55 em."""

FONT_FOLDER = Path(__file__).resolve().parents[2] / "static" / "vendor" / "fonts" / "pdf"
_FILES = {REGULAR: "NotoSansLao-Regular.ttf", BOLD: "NotoSansLao-Bold.ttf"}


class PdfNotReady(RuntimeError):
    """PDFs can't be made right on this installation; the message says what to do."""


def register_fonts(folder: Path = FONT_FOLDER) -> None:
    """Make both weights known to ReportLab. Again does nothing.

    Raises PdfNotReady when a font file is missing.
    """
    known = pdfmetrics.getRegisteredFontNames()
    for name, file in _FILES.items():
        if name in known:
            continue
        path = folder / file
        if not path.is_file():
            raise PdfNotReady(f"The font {file} is missing in {folder}: run `make assets`.")
        font = ReadyFont(name, str(path))
        font.number_letters()
        pdfmetrics.registerFont(font)
    # There is no Lao italic: <i> stays upright rather than failing.
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )
    # Where no font is named, ReportLab takes Helvetica: not embedded, and Lao is lost.
    rl_config.canvas_basefontname = REGULAR
    CellStyle.fontname = REGULAR
    CellStyle.leading = CellStyle.fontsize * LEADING


def prepare() -> None:
    """Register the fonts and install the corrections. Again does nothing.

    Raises PdfNotReady when a font or HarfBuzz is missing.
    """
    if not shaping.has_shaper():
        raise PdfNotReady("uharfbuzz is missing: Lao would be drawn wrongly.")
    with shaping.LOCK:
        register_fonts()
        shaping.install()


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    prepare()
    font: Any = pdfmetrics.getFont(REGULAR)
    # Shaping adds private letters (U+E000 and up) for glyphs: no text may count on those.
    return frozenset(code for code in font.face.charToGlyph if not 0xE000 <= code <= 0xF8FF)


def missing_glyphs(text: str) -> str:
    """The letters of a text that the typeface lacks, each once, in their order.

    ReportLab prints an empty box for them and says nothing. Lacking among others: ticks, arrows,
    ≥, №, ฿, ₫; write THB and VND, and draw ticks as lines.
    """
    return "".join(
        letter
        for letter in dict.fromkeys(text)
        if not letter.isspace() and letter != "\u200b" and ord(letter) not in _letters()
    )
