"""A ticket as a black and white picture: no thermal printer has Lao letters of its own."""

from functools import lru_cache

import segno
from PIL import Image, ImageDraw, ImageFont

from odsc_counter.platform import lao
from odsc_counter.platform.pdf.fonts import FONT_FOLDER
from odsc_counter.tickets.slip import Slip

FULL_WIDTH = 576
"""Dots across 80 mm paper at 203 to the inch; sizes below are meant for it."""
TALLEST = 6000
LEADING = 1.6
"""Line height for each dot of font size: Lao stacks need 1.55."""
DARK_BELOW = 150
"""Grey levels darker than this become black: thin strokes stay whole, nothing is dithered."""
SMALLEST_TEXT = 0.85
"""Narrow paper breaks its lines sooner and keeps its letters legible."""
QR_SHARE = 0.46
"""Of the paper's width, the quiet zone included."""
REGULAR, BOLD = "NotoSansLao-Regular.ttf", "NotoSansLao-Bold.ttf"


@lru_cache(maxsize=32)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    # Only RAQM places Lao vowels and tones; Pillow's basic layout sets them beside the letter.
    return ImageFont.truetype(str(FONT_FOLDER / file), size, layout_engine=ImageFont.Layout.RAQM)


class _Sheet:
    """Paper that is written from top to bottom."""

    def __init__(self, dots: int) -> None:
        self.dots = dots
        self.scale = dots / FULL_WIDTH
        self.text_scale = max(self.scale, SMALLEST_TEXT)
        self.margin = round(16 * self.scale)
        self.image = Image.new("L", (dots, TALLEST), 255)
        self.draw = ImageDraw.Draw(self.image)
        self.y = round(8 * self.scale)

    def space(self, height: int) -> None:
        self.y += round(height * self.scale)

    def line(self) -> None:
        self.space(10)
        ends = (self.margin, self.y, self.dots - self.margin, self.y)
        self.draw.line(ends, fill=0, width=max(2, round(2 * self.scale)))
        self.space(10)

    def text(self, text: str, size: int, *, bold: bool = False, bullet: str = "") -> None:
        """A paragraph in the middle; with a bullet, from the left."""
        font = _font(BOLD if bold else REGULAR, round(size * self.text_scale))
        indent = round(30 * self.scale) if bullet else 0
        height = round(font.size * LEADING)
        for number, part in enumerate(_lines(text, font, self._room - indent)):
            if bullet and number == 0:
                self._put(bullet, font, self.margin, height)
            width = font.getlength(part, language="lo")
            left = self.margin + indent if bullet else round((self.dots - width) / 2)
            self._put(part, font, left, height)
            self.y += height

    def number(self, label: str) -> None:
        """The number itself, as large as it fits."""
        size = round(190 * self.scale)
        while _font(BOLD, size).getlength(label) > self._room:
            size -= 4
        font = _font(BOLD, size)
        left, top, right, bottom = font.getbbox(label)
        self.draw.text(
            (round((self.dots - right + left) / 2) - left, self.y - top), label, font=font, fill=0
        )
        self.y += round(bottom - top)

    def inverse(self, text: str, size: int) -> None:
        """White on black, from edge to edge: can't be taken for the original."""
        font = _font(BOLD, round(size * self.text_scale))
        height = round(font.size * LEADING)
        self.draw.rectangle((self.margin, self.y, self.dots - self.margin, self.y + height), fill=0)
        left = round((self.dots - font.getlength(text, language="lo")) / 2)
        self._put(text, font, left, height, fill=255)
        self.y += height

    def code(self, data: str) -> None:
        """A QR code whose modules are whole dots."""
        modules = [bytes(row) for row in segno.make(data, error="m", micro=False).matrix]
        module = max(3, round(self.dots * QR_SHARE) // (len(modules) + 8))
        self.y += 4 * module
        start = (self.dots - len(modules) * module) // 2
        for row, dark in enumerate(modules):
            top = self.y + row * module
            for column, is_dark in enumerate(dark):
                if is_dark:
                    left = start + column * module
                    self.draw.rectangle((left, top, left + module - 1, top + module - 1), fill=0)
        self.y += (len(modules) + 4) * module

    def done(self) -> Image.Image:
        paper = self.image.crop((0, 0, self.dots, min(self.y + 4, TALLEST)))
        return paper.point(lambda grey: 255 if grey >= DARK_BELOW else 0).convert(
            "1", dither=Image.Dither.NONE
        )

    @property
    def _room(self) -> int:
        return self.dots - 2 * self.margin

    def _put(
        self, text: str, font: ImageFont.FreeTypeFont, left: int, height: int, fill: int = 0
    ) -> None:
        ascent, descent = font.getmetrics()
        top = self.y + (height - ascent - descent) // 2
        self.draw.text((left, top), text, font=font, fill=fill, language="lo")


def _lines(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """The text in lines that fit, cut between words: Lao writes no space there."""
    lines: list[str] = []
    for word in (
        lao.break_words(text).replace(" ", f" {lao.ZERO_WIDTH_SPACE}").split(lao.ZERO_WIDTH_SPACE)
    ):
        longer = (lines[-1] if lines else "") + word
        if lines and font.getlength(longer.rstrip(), language="lo") <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line.strip() for line in lines if line.strip()]


def draw(slip: Slip, dots: int = FULL_WIDTH) -> Image.Image:
    """The ticket in black and white, `dots` wide: 576 for 80 mm paper, 384 for 58 mm."""
    sheet = _Sheet(dots)
    sheet.text(slip.centre, 26, bold=True)
    if slip.copy:
        sheet.space(6)
        sheet.inverse(slip.copy, 40)
    sheet.space(4)
    sheet.text(slip.heading, 28)
    sheet.space(10)
    sheet.number(slip.label)
    sheet.space(14)
    for one in slip.services:
        sheet.text(one.name, 30, bold=True)
        if one.fee:
            sheet.text(one.fee, 24)
    for words in (slip.files, slip.priority):
        if words:
            sheet.text(words, 26, bold=True)
    sheet.line()
    for words in (slip.place, slip.wait):
        if words:
            sheet.text(words, 30, bold=True)
    if slip.place or slip.wait:
        sheet.line()
    sheet.text(slip.papers_heading, 26, bold=True)
    for paper in slip.papers:
        sheet.text(paper, 26, bullet="–")
    if slip.example:
        sheet.text(slip.example, 22)
    sheet.line()
    sheet.code(slip.address)
    sheet.text(slip.scan, 24)
    sheet.text(slip.issued, 26)
    return sheet.done()
