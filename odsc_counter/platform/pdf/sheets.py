"""Papers as blocks from top to bottom, for what is printed by the thousand.

A block knows its height before it is drawn: so pages end between blocks, and a roll of paper is
cut where its text ends.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from reportlab.pdfgen.canvas import Canvas

from odsc_counter.platform.lao import Language
from odsc_counter.platform.pdf import shaping
from odsc_counter.platform.pdf.fonts import LEADING, prepare
from odsc_counter.platform.pdf.pages import LANGUAGE_TAGS
from odsc_counter.platform.pdf.qr import QRCode
from odsc_counter.platform.pdf.writing import Ink, Pen, lines_of

BASELINE, LATIN_BASELINE = 1.12, 1.04
"""How far below the top of a line its letters stand, for each point of font size."""
LATIN_LEADING = 1.4
"""The height of a line without Lao marks, for each point of font size."""


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a height in points, drawn from its left upper corner.

    `base`: how far below its top its first line of letters stands; 0 for what has no letters.
    """

    height: float
    draw: Callable[[Ink, float, float], None]
    base: float = 0.0


def text(words: str, pen: Pen, width: float) -> Block:
    """A paragraph. Lines end between words, in Lao as well."""
    lines = lines_of(words, pen, width)
    is_lao = any(line.actual for line in lines)
    leading = pen.size * (LEADING if is_lao else LATIN_LEADING)
    above = pen.size * (BASELINE if is_lao else LATIN_BASELINE)

    def draw(ink: Ink, left: float, top: float) -> None:
        base = top - above
        for line in lines:
            ink.line(line, pen, left, base, width)
            base -= leading

    return Block(len(lines) * leading, draw, above)


def gap(height: float) -> Block:
    """Nothing, of a height."""
    return Block(height, lambda ink, left, top: None)


def rule(width: float, thickness: float, *, indent: float = 0, space: float = 0) -> Block:
    """A line across, with space above and below."""

    def draw(ink: Ink, left: float, top: float) -> None:
        ink.rule(left + indent, top - space - thickness / 2, width, thickness)

    return Block(thickness + 2 * space, draw)


def column(*blocks: Block) -> Block:
    """Blocks under each other, kept on one page."""

    def draw(ink: Ink, left: float, top: float) -> None:
        for block in blocks:
            block.draw(ink, left, top)
            top -= block.height

    base = blocks[0].base if blocks else 0.0
    return Block(sum(block.height for block in blocks), draw, base)


def row(*cells: tuple[float, Block]) -> Block:
    """Blocks beside each other, each so many points from the left, their first lines level."""
    base = max(block.base for _, block in cells)
    placed = [(indent, base - block.base if block.base else 0.0, block) for indent, block in cells]

    def draw(ink: Ink, left: float, top: float) -> None:
        for indent, lower, block in placed:
            block.draw(ink, left + indent, top - lower)

    return Block(max(lower + block.height for _, lower, block in placed), draw, base)


def inverse(words: str, pen: Pen, width: float) -> Block:
    """White on black, from edge to edge."""
    white = text(words, Pen(pen.size, pen.font, "centre", 1.0), width)

    def draw(ink: Ink, left: float, top: float) -> None:
        ink.box(left, top - white.height, width, white.height)
        white.draw(ink, left, top)

    return Block(white.height, draw)


def code(drawn: QRCode) -> Block:
    """A QR code."""

    def draw(ink: Ink, left: float, top: float) -> None:
        drawn.drawOn(ink.canvas, left, top - drawn.height)

    return Block(drawn.height, draw)


@contextmanager
def sheets(
    buffer: IO[bytes], title: str, language: Language, subject: str = ""
) -> Iterator[Canvas]:
    """A PDF whose pages are drawn inside the `with`; it is written to `buffer` at its end.

    Documents are made one at a time in a process: prepare everything else before.
    """
    prepare()
    with shaping.LOCK:
        canvas = Canvas(buffer, lang=LANGUAGE_TAGS[language], pageCompression=1)
        canvas.setTitle(title)
        canvas.setCreator("ODSC Counter")
        canvas.setSubject(subject)
        canvas.setViewerPreference("DisplayDocTitle", "true")
        yield canvas
        canvas.save()


def draw_page(
    canvas: Canvas,
    size: tuple[float, float],
    blocks: Sequence[Block],
    left: float,
    top: float,
    *,
    beneath: Callable[[Ink], None] | None = None,
    footer: tuple[str, Pen] | None = None,
) -> None:
    """One page of blocks from `top` points below its upper edge. `beneath` is drawn first."""
    canvas.setPageSize(size)
    ink = Ink(canvas)
    canvas.saveState()
    if beneath is not None:
        beneath(ink)
    column(*blocks).draw(ink, left, size[1] - top)
    if footer is not None:
        words, pen = footer
        foot = text(words, pen, size[0] - 2 * left)
        foot.draw(ink, left, foot.height + pen.size)
    canvas.restoreState()
    canvas.showPage()


def paginated(
    blocks: Sequence[Block], height: float, *, head: Block | None = None, head_from: int = 0
) -> list[list[Block]]:
    """The blocks shared out to pages of `height` points.

    A page that begins with one of the blocks from number `head_from` on begins with `head`
    before it: the head of a table that goes on.
    """
    pages: list[list[Block]] = [[]]
    room = height
    for number, block in enumerate(blocks):
        if block.height > room and pages[-1]:
            pages.append([])
            room = height
            if head is not None and number >= head_from:
                pages[-1].append(head)
                room -= head.height
        pages[-1].append(block)
        room -= block.height
    return pages
