"""From flowables to a finished PDF, and the test that a start of the server makes of it."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import IO, Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from odsc_counter.platform.lao import Language
from odsc_counter.platform.pdf import shaping
from odsc_counter.platform.pdf.fonts import REGULAR, PdfNotReady, prepare
from odsc_counter.platform.pdf.styles import MUTED

MARGIN = 14 * mm

LANGUAGE_TAGS: dict[Language, str] = {"lo": "lo-LA", "en": "en-GB"}


def document(
    buffer: IO[bytes],
    pagesize: tuple[float, float],
    title: str,
    language: Language,
    story: Sequence[Flowable],
    *,
    margin: float = MARGIN,
    author: str = "",
    footer: Callable[[int], str] | None = None,
    on_page: Callable[[Canvas, BaseDocTemplate], object] | None = None,
    made_at: datetime | None = None,
) -> None:
    """Write the flowables to `buffer` as one PDF.

    Sizes in points. `language` is the one a screen reader starts with; `title` is shown in the
    window's head. `footer` gives the text below page n; `on_page` draws beneath each page's
    content (a void mark, a frame). `made_at` is the moment that the document tells as its own:
    with it, the same flowables give the same bytes, whenever they are drawn. Text is
    `pagesize[0] - 2 * margin` wide. Safe to call from several threads: they wait for each other.
    """
    prepare()
    width, height = pagesize

    def decorate(canvas: Canvas, template: BaseDocTemplate) -> None:
        if made_at is not None:
            # ReportLab has one fixed date for all that can be drawn again: we tell ours.
            canvas.setDateFormatter(lambda *_: f"D:{made_at.astimezone(UTC):%Y%m%d%H%M%S}Z")
        if on_page is not None:
            canvas.saveState()
            on_page(canvas, template)
            canvas.restoreState()
        if footer is not None:
            canvas.saveState()
            canvas.setFont(REGULAR, 7.5)
            canvas.setFillColor(MUTED)
            canvas.drawCentredString(width / 2, margin * 0.5, footer(canvas.getPageNumber()))
            canvas.restoreState()

    frame = Frame(
        *(margin, margin, width - 2 * margin, height - 2 * margin),
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    with shaping.LOCK:
        BaseDocTemplate(
            buffer,
            pagesize=pagesize,
            pageTemplates=[PageTemplate(frames=[frame], onPage=decorate)],
            title=title,
            author=author,
            creator="ODSC Counter",
            lang=LANGUAGE_TAGS[language],
            displayDocTitle=True,
            initialFontName=REGULAR,
            invariant=made_at is not None,
        ).build(list(story))


def self_test() -> None:
    """Draw two words and look at what was written; raises PdfNotReady when Lao comes out wrong.

    Run once at start-up: another version of ReportLab may undo a correction without an error.
    """
    prepare()
    with shaping.LOCK:
        raised, searched = _operators("ງູ່ ກາ"), _operators("ນ້ຳ")
    rises = [float(rise) for rise in re.findall(r"(\S+) Ts", raised)]
    if not any(rises) or rises[-1] != 0:
        raise PdfNotReady("A raised Lao mark does not come down again in this ReportLab.")
    if (b"\xfe\xff" + "ນ້ຳ".encode("utf-16-be")).hex() not in searched:
        raise PdfNotReady("Lao text can't be searched in PDFs of this ReportLab.")


def _operators(text: str) -> str:
    canvas: Any = Canvas(BytesIO())
    canvas.setFont(REGULAR, 20)
    before = len(canvas._code)
    canvas.drawString(20, 20, text)
    return " ".join(canvas._code[before:])
