"""Every Lao mark in its place: ReportLab's pixels against outlines that HarfBuzz placed."""

from collections.abc import Callable
from io import BytesIO
from itertools import product
from typing import Any

import pypdfium2
import pytest
import uharfbuzz as hb
from PIL import Image, ImageChops, ImageFilter
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.pdf import REGULAR, fonts, prepare, shaping, styles_for

# Every onset shape with every vowel place and every tone; ງ and its low vowel is where stock
# ReportLab loses its count of raised marks.
SYLLABLES = [
    lao_normalize(pattern.replace("ກ", onset).replace("\u25cc", tone))
    for onset, pattern, tone in product(
        ("ກ", "ງ", "ປ", "ຝ", "ຟ", "ຢ", "ຫຼ", "ໜ"),
        (
            "ກ\u25cc",
            "ກິ\u25cc",
            "ກື\u25cc",
            "ກຸ\u25ccມ",
            "ກູ\u25cc",
            "ກົ\u25ccນ",
            "ກໍ\u25cc",
            "ກ\u25ccຳ",
            "ເກົ\u25ccາ",
        ),
        ("", "\u0ec8", "\u0ec9", "\u0eca", "\u0ecb"),
    )
]

SCALE = 3  # pixels a point: 216 dpi
COLUMNS, CELL_WIDTH, CELL_HEIGHT, SIZE = 12, 40, 34, 16


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare()


def rendered(pdf: bytes, page: int = 0) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=SCALE).to_pil().convert("L")


class PathPen:
    """Draws glyph outlines as a ReportLab path, so that no ReportLab text code is involved."""

    def __init__(self, path: Any, x: float, y: float, scale: float) -> None:
        self.path, self.x, self.y, self.scale = path, x, y, scale
        self.at = (0.0, 0.0)

    def _place(self, point: tuple[float, float]) -> tuple[float, float]:
        return self.x + point[0] * self.scale, self.y + point[1] * self.scale

    def moveTo(self, point: tuple[float, float]) -> None:  # the names are HarfBuzz's
        self.at = point
        self.path.moveTo(*self._place(point))

    def lineTo(self, point: tuple[float, float]) -> None:
        self.at = point
        self.path.lineTo(*self._place(point))

    def qCurveTo(self, control: tuple[float, float], end: tuple[float, float]) -> None:
        first = tuple(a + 2 / 3 * (c - a) for a, c in zip(self.at, control, strict=True))
        second = tuple(e + 2 / 3 * (c - e) for e, c in zip(end, control, strict=True))
        self.path.curveTo(*self._place(first), *self._place(second), *self._place(end))
        self.at = end

    def curveTo(self, *points: tuple[float, float]) -> None:
        self.at = points[-1]
        self.path.curveTo(*(value for point in points for value in self._place(point)))

    def closePath(self) -> None:
        self.path.close()


def harfbuzz_font() -> Any:
    path = fonts.FONT_FOLDER / "NotoSansLao-Regular.ttf"
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))


def draw_outlines(canvas: Any, font: Any, x: float, y: float, text: str) -> None:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    scale = SIZE / font.face.upem
    path = canvas.beginPath()
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        pen = PathPen(path, x + place.x_offset * scale, y + place.y_offset * scale, scale)
        font.draw_glyph_with_pen(info.codepoint, pen)
        x += place.x_advance * scale
    canvas.drawPath(path, stroke=0, fill=1, fillMode=1)


def draw_string(canvas: Any, x: float, y: float, text: str) -> None:
    canvas.setFont(REGULAR, SIZE)
    canvas.drawString(x, y, text)


def draw_paragraph(canvas: Any, x: float, y: float, text: str) -> None:
    style = styles_for(SIZE).body
    paragraph = Paragraph(text, style)
    paragraph.wrapOn(canvas, CELL_WIDTH, CELL_HEIGHT)
    paragraph.drawOn(canvas, x, y - (paragraph.height - SIZE))  # its first line is SIZE lower


def sheet(draw: Callable[[Any, float, float, str], None], texts: list[str]) -> Image.Image:
    buffer = BytesIO()
    rows = -(-len(texts) // COLUMNS)
    canvas = Canvas(buffer, pagesize=(COLUMNS * CELL_WIDTH, rows * CELL_HEIGHT))
    for number, text in enumerate(texts):
        row, column = divmod(number, COLUMNS)
        draw(canvas, column * CELL_WIDTH + 8, (rows - 1 - row) * CELL_HEIGHT + 12, text)
    canvas.save()
    return rendered(buffer.getvalue())


def faults(one: Image.Image, other: Image.Image, texts: list[str]) -> list[str]:
    """The texts of the cells where ink of one sheet is over 2 pixels from any of the other."""
    inks = [image.point(lambda value: 255 if value < 110 else 0) for image in (one, other)]
    near = [ink.filter(ImageFilter.MaxFilter(5)) for ink in inks]
    stray = ImageChops.lighter(
        ImageChops.subtract(inks[0], near[1]), ImageChops.subtract(inks[1], near[0])
    )
    width, height = CELL_WIDTH * SCALE, CELL_HEIGHT * SCALE
    found = []
    for number, text in enumerate(texts):
        row, column = divmod(number, COLUMNS)
        box = (column * width, row * height, (column + 1) * width, (row + 1) * height)
        if stray.crop(box).getbbox():
            found.append(text)
    return found


@pytest.fixture(scope="module")
def outlines() -> Image.Image:
    font = harfbuzz_font()
    return sheet(lambda canvas, x, y, text: draw_outlines(canvas, font, x, y, text), SYLLABLES)


def test_the_sample_of_syllables_is_large_and_has_the_hard_ones() -> None:
    assert len(set(SYLLABLES)) >= 300
    assert {"ງູ່", "ງຸ່ມ"} <= set(SYLLABLES)


def test_strings_are_drawn_as_harfbuzz_places_them(outlines: Image.Image) -> None:
    assert faults(sheet(draw_string, SYLLABLES), outlines, SYLLABLES) == []


def test_paragraphs_are_drawn_as_harfbuzz_places_them(outlines: Image.Image) -> None:
    assert faults(sheet(draw_paragraph, SYLLABLES), outlines, SYLLABLES) == []


def test_the_comparison_sees_unshaped_text(
    outlines: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shaping, "_shape", lambda *_, **__: None)
    assert len(faults(sheet(draw_string, SYLLABLES), outlines, SYLLABLES)) > len(SYLLABLES) / 2
