"""A receipt on 80 mm thermal paper: black only, as long as it needs."""

from reportlab.lib.units import inch, mm
from reportlab.pdfgen.canvas import Canvas

from odsc_counter.platform import pdf
from odsc_counter.platform.pdf import sheets
from odsc_counter.platform.pdf.qr import QRCode
from odsc_counter.platform.pdf.sheets import Block
from odsc_counter.platform.pdf.writing import Pen
from odsc_counter.receipts.paper_content import Content, Paper, SaidLine
from odsc_counter.receipts.paper_words import Speech

PAPER = 80 * mm
WIDTH = 72 * mm
"""What the head of such a printer reaches: 576 dots of 203 to the inch."""
MARGIN = (PAPER - WIDTH) / 2
ABOVE, BELOW = 3 * mm, 6 * mm
DOT = inch / 203
QR_DOTS = 4
"""A module of the QR code is at least so many dots: less is blurred by cheap paper."""
QR_SHARE = 0.46
"""Of the paper's width, where the code needs no more. As on the tickets of the hall."""
SIGNATURE = 11 * mm

TEXT = Pen(8)
STRONG = Pen(8, pdf.BOLD)
FINE = Pen(7.2)
CENTRED = Pen(8, align="centre")
FINE_CENTRED = Pen(7.2, align="centre")
STRONG_CENTRED = Pen(8.5, pdf.BOLD, "centre")
TITLE = Pen(12, pdf.BOLD, "centre")
RIGHT = Pen(8, align="right")
TOTAL = Pen(10.5, pdf.BOLD)
TOTAL_RIGHT = Pen(10.5, pdf.BOLD, "right")
MARK = Pen(12, pdf.BOLD, "centre")


def draw(canvas: Canvas, paper: Paper, say: Speech) -> None:
    """Draw one receipt, on one page of its own height."""
    content = Content(paper.values, say)
    blocks = [
        *_head(content, paper),
        *_facts(content),
        *(_line(line) for line in content.lines()),
        *_end(content),
        *_foot(content, paper),
    ]
    height = ABOVE + sum(block.height for block in blocks) + BELOW
    sheets.draw_page(canvas, (PAPER, height), blocks, MARGIN, ABOVE)


def _marks(paper: Paper) -> list[Block]:
    """White on black, above and below: what is torn off must still say it."""
    return [
        part for mark in paper.marks for part in (sheets.inverse(mark, MARK, WIDTH), sheets.gap(2))
    ]


def _head(content: Content, paper: Paper) -> list[Block]:
    return [
        *(sheets.text(line, FINE_CENTRED, WIDTH) for line in content.state),
        sheets.rule(WIDTH * 0.3, 0.8, indent=WIDTH * 0.35, space=2),
        *(sheets.text(line, STRONG_CENTRED, WIDTH) for line in content.bodies),
        sheets.gap(3),
        *_marks(paper),
        sheets.text(content.title, TITLE, WIDTH),
        *(sheets.text(line, FINE_CENTRED, WIDTH) for line in content.warnings),
        sheets.text(content.number, STRONG_CENTRED, WIDTH),
        sheets.text(content.place_and_date, CENTRED, WIDTH),
        sheets.gap(2),
    ]


def _facts(content: Content) -> list[Block]:
    said = [sheets.text(f"{word}: {text}", TEXT, WIDTH) for word, text in content.facts()]
    return [sheets.rule(WIDTH, 0.8, space=2), *said, sheets.rule(WIDTH, 0.8, space=2)]


def _line(line: SaidLine) -> Block:
    half = WIDTH / 2
    return sheets.column(
        *(sheets.text(name, STRONG, WIDTH) for name in line.names),
        *(sheets.text(said, FINE, WIDTH) for said in line.details),
        sheets.row(
            (0, sheets.text(f"{line.quantity} × {line.unit}", TEXT, half)),
            (half, sheets.text(line.amount, RIGHT, half)),
        ),
        sheets.gap(3),
    )


def _end(content: Content) -> list[Block]:
    *reduced, total = content.sums()
    half = WIDTH / 2
    return [
        sheets.rule(WIDTH, 0.8, space=1),
        *(
            sheets.row(
                (0, sheets.text(word, TEXT, WIDTH * 0.65)),
                (half, sheets.text(kip, RIGHT, half)),
            )
            for word, kip in reduced
        ),
        sheets.row(
            (0, sheets.text(total[0], TOTAL, half)),
            (half, sheets.text(total[1], TOTAL_RIGHT, half)),
        ),
        sheets.rule(WIDTH, 0.8, space=1),
        *(sheets.text(line, TEXT, WIDTH) for line in content.in_words()),
        *(sheets.text(line, TEXT, WIDTH) for line in content.payment()),
        sheets.gap(3),
    ]


def _foot(content: Content, paper: Paper) -> list[Block]:
    say = content.say
    people = [f"{say.word('cashier')}: {' / '.join(content.cashier)}"]
    if content.counter:
        people.append(content.counter)
    if content.approver:
        people.append(f"{say.word('approver')}: {' / '.join(content.approver)}")
    code = QRCode(
        paper.proof.qr,
        WIDTH * QR_SHARE,
        module=QR_DOTS * DOT,
        dot=DOT,
        mask=3 if paper.proof.key_id else None,
    )
    signed = []
    if not content.is_sale:
        signed = [
            sheets.text(say.word("receiver"), TEXT, WIDTH),
            sheets.gap(SIGNATURE),
            sheets.rule(WIDTH, 0.6),
            sheets.text(paper.values["payer"], TEXT, WIDTH),
        ]
    return [
        *(sheets.text(line, TEXT, WIDTH) for line in people),
        *signed,
        sheets.row(((WIDTH - code.width) / 2, sheets.code(code))),
        sheets.text(say.word("check", ". "), FINE_CENTRED, WIDTH),
        sheets.text(content.code, STRONG_CENTRED, WIDTH),
        *(sheets.text(line, FINE_CENTRED, WIDTH) for line in content.proof(paper.proof)),
        sheets.gap(3),
        *_marks(paper),
    ]
