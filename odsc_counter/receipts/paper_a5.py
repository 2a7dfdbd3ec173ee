"""A receipt on A5 paper."""

from collections.abc import Sequence

from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odsc_counter.platform import pdf
from odsc_counter.platform.pdf import sheets
from odsc_counter.platform.pdf.qr import QRCode
from odsc_counter.platform.pdf.sheets import Block
from odsc_counter.platform.pdf.writing import Ink, Pen, lines_of
from odsc_counter.receipts.paper_content import Content, Paper, SaidLine
from odsc_counter.receipts.paper_words import WORDS, Speech

MARGIN = 11 * mm
WIDTH = A5[0] - 2 * MARGIN
HEIGHT = A5[1] - 2 * MARGIN
QR_SIZE = 25 * mm
QR_MODULE = 0.42 * mm
SIGNATURE = 10 * mm

BODY, SMALL_SIZE = 8.5, 7.3
BODY_PEN = Pen(BODY)
BOLD_PEN = Pen(BODY, pdf.BOLD)
SMALL_PEN = Pen(SMALL_SIZE, grey=0.29)
STATE_PEN = Pen(9, pdf.BOLD, "centre")
TITLE_PEN = Pen(13, pdf.BOLD, "centre")
CENTRE_PEN = Pen(BODY, align="centre")
RIGHT_PEN = Pen(BODY, align="right")
RIGHT_BOLD_PEN = Pen(BODY, pdf.BOLD, "right")
HEAD_PEN = Pen(7.6, pdf.BOLD)
HEAD_RIGHT_PEN = Pen(7.6, pdf.BOLD, "right")
TOTAL_PEN = Pen(10.5, pdf.BOLD)
TOTAL_RIGHT_PEN = Pen(10.5, pdf.BOLD, "right")
MARK_PEN = Pen(30, pdf.BOLD, "centre", 0.84)
FOOT_PEN = Pen(7.3, align="centre", grey=0.29)

COLUMNS = (0.49, 0.14, 0.17, 0.2)
CELL = 4
"""Room left and right of a cell's text."""


def draw(canvas: Canvas, paper: Paper, say: Speech) -> None:
    """Draw one receipt, on as many pages as it takes."""
    content = Content(paper.values, say)
    pages = _pages(content, paper)
    for number, blocks in enumerate(pages, start=1):
        place = f"{content.label} · {number}/{len(pages)}"
        sheets.draw_page(
            canvas,
            A5,
            blocks,
            MARGIN,
            MARGIN,
            beneath=lambda ink: _mark(ink, paper.marks),
            footer=(place, FOOT_PEN),
        )


def _pages(content: Content, paper: Paper) -> list[list[Block]]:
    head = _table_head(content.say)
    first, *others = [_line(line) for line in content.lines()]
    # Neither the table's head nor the total stand on a page without a fee.
    lines = [sheets.column(head, first), *others]
    before = [_head(content), _facts(content), *lines[:-1]]
    after = [sheets.column(lines[-1], _end(content, paper))]
    if not content.is_sale:
        after.append(_foot(content))
    if others:
        after = [sheets.column(*after)]
    return sheets.paginated([*before, *after], HEIGHT, head=head, head_from=3 if others else 4)


def _head(content: Content) -> Block:
    left, right = WIDTH * 0.54, WIDTH * 0.44
    bodies = [sheets.text(line, BOLD_PEN, left) for line in content.bodies]
    dated = [
        sheets.text(content.number, RIGHT_BOLD_PEN, right),
        sheets.text(content.place_and_date, RIGHT_PEN, right),
    ]
    return sheets.column(
        *(sheets.text(line, STATE_PEN, WIDTH) for line in content.state),
        sheets.rule(WIDTH * 0.28, 0.8, indent=WIDTH * 0.36, space=2.5),
        sheets.gap(3),
        sheets.row((0, sheets.column(*bodies)), (WIDTH - right, sheets.column(*dated))),
        sheets.gap(7),
        sheets.text(content.title, TITLE_PEN, WIDTH),
        *(sheets.text(line, CENTRE_PEN, WIDTH) for line in content.warnings),
        sheets.gap(4),
    )


def _facts(content: Content) -> Block:
    aside = WIDTH * 0.37
    rows = [
        sheets.row(
            (0, sheets.text(word, SMALL_PEN, aside - 6)),
            (aside, sheets.text(said, BODY_PEN, WIDTH - aside)),
        )
        for word, said in content.facts()
    ]
    return sheets.column(*rows, sheets.gap(5))


def _table_head(say: Speech) -> Block:
    pens = (HEAD_PEN, HEAD_RIGHT_PEN, HEAD_RIGHT_PEN, HEAD_RIGHT_PEN)
    keys = ("fee", "quantity", "unit", "amount")
    cells = [
        sheets.column(*(sheets.text(word, pen, room) for word in say.names(WORDS[key])))
        for key, pen, room in zip(keys, pens, _rooms(), strict=True)
    ]
    return sheets.column(
        sheets.rule(WIDTH, 0.9, space=0.5), _cells(cells), sheets.rule(WIDTH, 0.9, space=0.5)
    )


def _rooms() -> list[float]:
    return [WIDTH * share - 2 * CELL for share in COLUMNS]


def _cells(blocks: list[Block]) -> Block:
    starts = [WIDTH * sum(COLUMNS[:place]) + CELL for place in range(len(COLUMNS))]
    return sheets.row(*zip(starts, blocks, strict=True))


def _line(line: SaidLine) -> Block:
    """One fee: what it is over the whole of its column, its law below over the row's width."""
    rooms = _rooms()
    named = sheets.column(*(sheets.text(name, BODY_PEN, rooms[0]) for name in line.names))
    figures = (line.quantity, line.unit, line.amount)
    cells = [
        named,
        *(sheets.text(x, RIGHT_PEN, room) for x, room in zip(figures, rooms[1:], strict=True)),
    ]
    wide = WIDTH * sum(COLUMNS[:3]) - 2 * CELL
    details = [sheets.text(said, SMALL_PEN, wide) for said in line.details]
    return sheets.column(
        sheets.gap(1.5),
        _cells(cells),
        sheets.row((CELL, sheets.column(*details))),
        sheets.gap(1.5),
        sheets.rule(WIDTH, 0.4),
    )


def _end(content: Content, paper: Paper) -> Block:
    """The sums, and below them what was paid and how the paper can be checked."""
    half = WIDTH * 0.5 - 2 * CELL
    *reduced, total = content.sums()
    sums = [
        *((word, kip, BODY_PEN, RIGHT_PEN) for word, kip in reduced),
        (*total, TOTAL_PEN, TOTAL_RIGHT_PEN),
    ]
    code = QRCode(paper.proof.qr, QR_SIZE, module=QR_MODULE, mask=_mask(paper))
    room = WIDTH - code.width - 3 * mm
    check = [content.say.word("check", ". "), content.code, *content.proof(paper.proof)]
    half_room = room * 0.5
    checked = sheets.column(*(sheets.text(line, SMALL_PEN, half_room - 6) for line in check))
    beside = [(0.0, checked)]
    if content.is_sale:  # where money is given back, three people sign in a row of their own
        beside.append((half_room, _cashier(content, half_room)))
    said = [
        *(sheets.text(line, BODY_PEN, room) for line in content.in_words()),
        sheets.text(", ".join(content.payment()), SMALL_PEN, room),
        sheets.gap(4),
        sheets.row(*beside),
    ]
    return sheets.column(
        *(
            sheets.row(
                (CELL, sheets.text(word, pen, half)),
                (WIDTH * 0.5 + CELL, sheets.text(kip, right, half)),
            )
            for word, kip, pen, right in sums
        ),
        sheets.rule(WIDTH, 0.9, space=1),
        sheets.gap(3),
        sheets.row((0, sheets.column(*said)), (WIDTH - code.width, sheets.code(code))),
    )


def _foot(content: Content) -> Block:
    """Where people sign that money was given back: who gets it, who approved it, who gave it."""
    say, room = content.say, WIDTH * 0.31
    return sheets.column(
        sheets.gap(4),
        sheets.row(
            (0, _signature(say.word("receiver"), [content.values["payer"]], room)),
            (WIDTH * 0.345, _signature(say.word("approver"), content.approver, room)),
            (WIDTH - room, _cashier(content, room)),
        ),
    )


def _cashier(content: Content, width: float) -> Block:
    below = [content.counter] if content.counter else []
    return _signature(content.say.word("cashier"), content.cashier, width, below)


def _signature(word: str, names: list[str], width: float, below: Sequence[str] = ()) -> Block:
    return sheets.column(
        sheets.text(word, SMALL_PEN, width),
        sheets.gap(SIGNATURE),
        *(sheets.text(name, BOLD_PEN, width) for name in names),
        *(sheets.text(line, SMALL_PEN, width) for line in below),
    )


def _mask(paper: Paper) -> int | None:
    """Any pattern will do for a seal: it is mostly a signature, as good as random."""
    return 3 if paper.proof.key_id else None


def _mark(ink: Ink, marks: tuple[str, ...]) -> None:
    """Across the page, light enough to read through."""
    if not marks:
        return
    canvas = ink.canvas
    canvas.saveState()
    canvas.translate(A5[0] / 2, A5[1] / 2)
    canvas.rotate(35)
    base = 20.0 * (len(marks) - 1)
    for mark in marks:
        for line in lines_of(mark, MARK_PEN, A5[1]):
            ink.line(line, MARK_PEN, -A5[1] / 2, base, A5[1])
            base -= 42
    canvas.restoreState()
