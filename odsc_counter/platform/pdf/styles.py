"""Paragraph and table styles that leave Lao the height it needs."""

from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import TableStyle

from odsc_counter.platform.pdf.fonts import BOLD, LEADING, REGULAR, prepare

INK = HexColor(0x111111)
MUTED = HexColor(0x4A4A4A)
LINE = HexColor(0x8A8A8A)


def paragraph_style(name: str, size: float, **more: Any) -> ParagraphStyle:
    """A style for Lao and English: shaped, broken between words, high enough.

    `size` in points; `more` are ReportLab's own settings, which win over ours.
    """
    settings: dict[str, Any] = {
        "fontName": REGULAR,
        "bulletFontName": REGULAR,
        "fontSize": size,
        "leading": size * LEADING,
        "textColor": INK,
        "shaping": 1,
        # Cutting a long word would cut a Lao syllable and lose its tone mark.
        "splitLongWords": 0,
        "allowOrphans": 0,
        "allowWidows": 0,
    }
    return ParagraphStyle(name, **{**settings, **more})


@dataclass(frozen=True)
class Styles:
    """The styles of one document, all from one font size."""

    body: ParagraphStyle
    bold: ParagraphStyle
    small: ParagraphStyle
    title: ParagraphStyle
    heading: ParagraphStyle
    centred: ParagraphStyle
    right: ParagraphStyle
    right_bold: ParagraphStyle
    state: ParagraphStyle


def styles_for(size: float = 9) -> Styles:
    """The styles for a document whose running text has `size` points: 9 for A5, 10 for A4.

    Raises PdfNotReady when a font or HarfBuzz is missing.
    """
    prepare()  # ReportLab looks for the font when a paragraph is made, before any document
    return Styles(
        body=paragraph_style("body", size, alignment=TA_LEFT),
        bold=paragraph_style("bold", size, fontName=BOLD),
        small=paragraph_style("small", size * 0.85, textColor=MUTED),
        title=paragraph_style(
            "title", size * 1.5, fontName=BOLD, alignment=TA_CENTER, spaceAfter=size * 0.6
        ),
        heading=paragraph_style(
            "heading",
            size * 1.15,
            fontName=BOLD,
            spaceBefore=size,
            spaceAfter=size * 0.3,
            keepWithNext=1,
        ),
        centred=paragraph_style("centred", size, alignment=TA_CENTER),
        right=paragraph_style("right", size, alignment=TA_RIGHT),
        right_bold=paragraph_style("right_bold", size, fontName=BOLD, alignment=TA_RIGHT),
        state=paragraph_style("state", size * 1.05, fontName=BOLD, alignment=TA_CENTER),
    )


def table_style(size: float = 9, *, header_rows: int = 1, total_rows: int = 0) -> TableStyle:
    """Thin lines between rows, a strong one under the head and above the totals.

    Cells that are plain strings are shaped as well, but never broken: use paragraphs for text
    that may be long. `size` in points, for the plain strings.
    """
    commands: list[Any] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, size, size * LEADING),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), size * 0.3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), size * 0.25),
        ("LEFTPADDING", (0, 0), (-1, -1), size * 0.5),
        ("RIGHTPADDING", (0, 0), (-1, -1), size * 0.5),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ]
    if header_rows:
        last = header_rows - 1
        commands += [
            ("FONT", (0, 0), (-1, last), BOLD, size, size * LEADING),
            ("LINEABOVE", (0, 0), (-1, 0), 0.9, INK),
            ("LINEBELOW", (0, last), (-1, last), 0.9, INK),
        ]
    if total_rows:
        commands += [
            ("FONT", (0, -total_rows), (-1, -1), BOLD, size, size * LEADING),
            ("LINEABOVE", (0, -total_rows), (-1, -total_rows), 0.9, INK),
        ]
    return TableStyle(commands)
