"""How pre-printed numbers are called, and the A4 sheets that they are cut from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape  # only writes: no document is parsed here

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    KeepInFrame,
    PageBreak,
    Paragraph,
    Table,
)

from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.places.models import Centre
from odsc_counter.platform import pdf

LARGEST_NUMBER = 999
MOST_SHEETS = 20
COLUMNS, ROWS = 3, 7
PER_SHEET = COLUMNS * ROWS
MARGIN = 10 * mm
SLIP_WIDTH = (A4[0] - 2 * MARGIN) / COLUMNS
SLIP_HEIGHT = (A4[1] - 2 * MARGIN) / ROWS
PADDING = 3 * mm
LOG_ROWS = 27


def paper_label(letter: str, number: int) -> str:
    """What stands on a pre-printed number: P-A07."""
    return f"P-{letter}{number:02}"


def read_label(text: str, letter: str = "") -> tuple[str, int] | None:
    """Letter and number as people type them: P-A07, a7, A 07, or 7 where the letter is known.

    None when it is no paper number.
    """
    kept = re.sub(r"[\s-]", "", text).upper()
    found = re.fullmatch(r"P?([A-Z]{0,2})([0-9]{1,3})", kept)
    if found is None:
        return None
    letter = found[1] or letter
    return (letter, int(found[2])) if letter else None


@dataclass(frozen=True)
class Roll:
    """Which numbers to print."""

    group: ServiceGroup
    first: int
    last: int

    @property
    def sheets(self) -> int:
        """How many A4 sheets that makes."""
        return -(-(self.last - self.first + 1) // PER_SHEET)


# Words of the paper stand in both languages at once, so they don't pass through the pages'
# translations.
KEEP = ("ກະລຸນາຮັກສາເລກນີ້ໄວ້ ແລະ ລໍຖ້າການເອີ້ນ", "Please keep this number and wait to be called")
LOG_TITLE = ("ບັນທຶກຄິວດ້ວຍມື", "Queue kept by hand")
LOG_HEAD = (
    ("ເລກ", "Number"),
    ("ບໍລິການ", "Service"),
    ("ບຸລິມະສິດ", "Priority"),
    ("ມາຮອດ", "Arrived"),
    ("ເອີ້ນ", "Called"),
    ("ເລີ່ມ", "Started"),
    ("ສິ້ນສຸດ", "Ended"),
    ("ຜົນ", "Outcome"),
    ("ຊ່ອງ", "Counter"),
    ("ພະນັກງານ", "Clerk"),
)
LOG_SHARES = (0.09, 0.22, 0.11, 0.08, 0.08, 0.08, 0.08, 0.09, 0.06, 0.11)
LOG_DAY = ("ວັນທີ", "Date")


def numbers_pdf(centre: Centre, roll: Roll) -> bytes:
    """The numbers of a roll on A4 with cut marks, in the order of the pile after cutting.

    They bear no date: the roll is collected and used again on another day.
    """
    buffer = BytesIO()
    styles = _SlipStyles()
    numbers = list(range(roll.first, roll.last + 1))
    story: list[Flowable] = []
    for sheet in range(0, len(numbers), PER_SHEET):
        if story:
            story.append(PageBreak())
        story.append(_sheet(centre, roll.group, numbers[sheet : sheet + PER_SHEET], styles))
    first, last = (paper_label(roll.group.letter, number) for number in (roll.first, roll.last))
    pdf.document(
        buffer,
        A4,
        f"{first} – {last}",
        "lo",
        story,
        margin=MARGIN,
        on_page=_cut_marks,
    )
    return buffer.getvalue()


class _SlipStyles:
    def __init__(self) -> None:
        styles = pdf.styles_for(8)
        self.small = styles.centred
        self.number = pdf.paragraph_style("number", 40, fontName=pdf.BOLD, alignment=1, leading=46)
        self.group = pdf.paragraph_style("group", 9, fontName=pdf.BOLD, alignment=1)
        self.keep = pdf.paragraph_style("keep", 6.5, alignment=1)


def _sheet(
    centre: Centre, group: ServiceGroup, numbers: list[int], styles: _SlipStyles
) -> Flowable:
    slips: list[Any] = [_slip(centre, group, number, styles) for number in numbers]
    slips += [""] * (PER_SHEET - len(slips))
    rows = [slips[place : place + COLUMNS] for place in range(0, PER_SHEET, COLUMNS)]
    return Table(
        rows,
        colWidths=[SLIP_WIDTH] * COLUMNS,
        # A hair less than the frame, or the last row would go to a sheet of its own.
        rowHeights=[SLIP_HEIGHT - 0.01] * ROWS,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ],
    )


def _slip(centre: Centre, group: ServiceGroup, number: int, styles: _SlipStyles) -> Flowable:
    words: list[Flowable] = [
        Paragraph(escape(centre.name_lo), styles.small),
        Paragraph(escape(paper_label(group.letter, number)), styles.number),
        Paragraph(escape(f"{group.name_lo} · {group.name_en}"), styles.group),
        *(Paragraph(escape(line), styles.keep) for line in KEEP),
    ]
    # A long name of centre or group makes all of the slip smaller, and never meets the next.
    return KeepInFrame(SLIP_WIDTH - 2 * PADDING, SLIP_HEIGHT - PADDING, words, mode="shrink")


def _cut_marks(canvas: Canvas, _template: BaseDocTemplate) -> None:
    """Short lines at the edges, where a ruler is laid: none runs through a slip."""
    canvas.setLineWidth(0.5)
    canvas.setStrokeGray(0.35)
    canvas.lines(list(_mark_lines()))


def _mark_lines() -> Iterator[tuple[float, float, float, float]]:
    width, height = A4
    length = MARGIN * 0.6
    for column in range(COLUMNS + 1):
        x = MARGIN + column * SLIP_WIDTH
        yield x, 0, x, length
        yield x, height - length, x, height
    for row in range(ROWS + 1):
        y = MARGIN + row * SLIP_HEIGHT
        yield 0, y, length, y
        yield width - length, y, width, y
        # Little crosses where slips meet show where the knife must pass.
        if 0 < row < ROWS:
            for column in range(1, COLUMNS):
                x = MARGIN + column * SLIP_WIDTH
                yield x - mm, y, x + mm, y
                yield x, y - mm, x, y + mm


def log_pdf(centre: Centre) -> bytes:
    """An empty sheet on which the hall writes down what the program would have recorded."""
    buffer = BytesIO()
    wide = (A4[1], A4[0])
    width = wide[0] - 2 * MARGIN
    styles = pdf.styles_for(8)
    head: list[list[Any]] = [
        [Paragraph(f"{lao}<br/>{english}", styles.bold) for lao, english in LOG_HEAD]
    ]
    empty = [[""] * len(LOG_HEAD) for _row in range(LOG_ROWS)]
    day = " / ".join(LOG_DAY)
    title = [
        Paragraph(escape(f"{centre.name_lo} · {' / '.join(LOG_TITLE)}"), styles.bold),
        Paragraph(escape(f"{day} ____ / ____ / ________"), styles.right),
    ]
    story: list[Flowable] = [
        Table([title], colWidths=[width * 0.65, width * 0.35]),
        Table(
            head + empty,
            colWidths=[width * share for share in LOG_SHARES],
            rowHeights=[11 * mm, *[6.2 * mm] * LOG_ROWS],
            style=[
                ("GRID", (0, 0), (-1, -1), 0.5, black),
                ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, 0), 0),
                ("BOTTOMPADDING", (0, 0), (-1, 0), 0),
            ],
        ),
    ]
    pdf.document(buffer, wide, LOG_TITLE[0], "lo", story, margin=MARGIN)
    return buffer.getvalue()
