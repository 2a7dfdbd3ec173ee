"""PDFs: text that can be searched, lines that end between words, markup, documents."""

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import segno
from PIL import Image
from reportlab.lib.pagesizes import A4, A5
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table

from odsc_counter.platform.lao import word_breaks
from odsc_counter.platform.pdf import (
    BOLD,
    MARGIN,
    REGULAR,
    Letterhead,
    PdfNotReady,
    QRCode,
    document,
    fonts,
    missing_glyphs,
    pages,
    prepare,
    self_test,
    shaping,
    styles_for,
    table_style,
    text_width,
)

GLOSSARY = (
    *("ສູນບໍລິການຜ່ານປະຕູດຽວ", "ເມືອງ", "ສປປ ລາວ", "ຂະແໜງ", "ເຈົ້າແຂວງ", "ລັດຖະກອນ", "ບັດຄິວ"),
    *("ເລກຊ່ອງບໍລິການ", "ກ່ອນໜ້າ", "ເວລາລໍຖ້າສະເລ່ຍ", "ໂອນ", "ທົ່ວໄປ", "ພັກທ່ຽງ", "ຜູ້ຍື່ນຄຳຮ້ອງ"),
    *("ຮອດຄິວຂອງທ່ານແລ້ວ", "ລາຍການບໍລິການ", "ສຳນວນ", "ຕົ້ນສະບັບ", "ການຈົດທະບຽນ", "ໂມງລັດຖະການ"),
    *("ສະບັບຮ່າງ", "ອະນຸມັດ", "ພ້ອມໃຫ້ມາຮັບ", "ເຊັນ", "ຄ່າບໍລິການ", "ບ່ອນອີງທາງກົດໝາຍ", "ຊຳລະ"),
    *("ຈຳນວນເງິນເປັນຕົວໜັງສື", "ຍອດຍົກມາ", "ປະຊາຊົນ", "ຊື່", "ວັນ ເດືອນ ປີເກີດ", "ທີ່ຢູ່", "ແມ່ຍິງຖືພາ"),
    *("ເລກບັດປະຈຳຕົວ", "ຜູ້ຕາງໜ້າ", "ຜູ້ປະສານງານ", "ຮອງປະທານ", "ຜູ້ເຂົ້າຮ່ວມ", "ຄຳສັ່ງ", "ຄຳຮ້ອງທຸກ"),
    *("ພໍໃຈຫຼາຍ", "ແບບສຳຫຼວດ", "ຂ່າວ", "ບົດລາຍງານ", "ສະຫຼຸບ", "ເປົ້າໝາຍ", "ທ່າອ່ຽງ", "ກຣາຟ", "ບັນຊີ"),
    *("ຊື່ຜູ້ໃຊ້ຫຼືລະຫັດຜ່ານບໍ່ຖືກຕ້ອງ", "ພາສາມົ້ງ", "ບັນທຶກ", "ໃໝ່", "ສົ່ງ", "ເບິ່ງ", "ດາວໂຫຼດ", "ຊ່ວຍເຫຼືອ"),
    *("ບໍ່ພົບໜ້າທີ່ຕ້ອງການ", "ອື່ນໆ", "ຫົວຂໍ້", "ອິນເຕີເນັດ", "ໝົດເວລາການເຂົ້າໃຊ້", "ຂອບໃຈ", "ນ້ຳປະປາ"),
    *("ງູ່", "ງຸ່ມ", "ກິ໋", "ປີ້", "ຟ້າ", "ຝົ່ງ", "ປໍ້", "ໄດ້ຮັບ ₭", "ເລກທີ 12/ປຕດ"),
)

SENTENCE = (
    "ສູນບໍລິການຜ່ານປະຕູດຽວຂອງນະຄອນຫຼວງວຽງຈັນໃຫ້ບໍລິການປະຊາຊົນແລະຜູ້ປະກອບການທຸກວັນລັດຖະການ "
    "ຜູ້ຍື່ນຄຳຮ້ອງຕ້ອງນຳເອົາບັດປະຈຳຕົວແລະສຳມະໂນຄົວມາພ້ອມເພື່ອກວດກາຂໍ້ມູນ."
)

SCALE = 3  # pixels a point: 216 dpi


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare()


def rendered(pdf: bytes, page: int = 0) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=SCALE).to_pil().convert("L")


def extracted(pdf: bytes) -> str:
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return "\n".join(texts).replace("\r\n", "\n")


def test_right_aligned_and_centred_strings_know_their_width() -> None:
    width = text_width("ນ້ຳ ປີ້ ຜູ້", REGULAR, 20)
    assert width == pytest.approx(2 * text_width("ນ້ຳ ປີ້ ຜູ້", REGULAR, 10))
    assert text_width("ກິ່", REGULAR, 10) == pytest.approx(text_width("ກ", REGULAR, 10))


def stream(draw: Callable[[Any], None]) -> str:
    canvas: Any = Canvas(BytesIO())
    canvas.setFont(REGULAR, 12)
    before = len(canvas._code)
    draw(canvas)
    return " ".join(canvas._code[before:])


def test_a_raised_mark_comes_down_again() -> None:
    operators = stream(lambda canvas: canvas.drawString(10, 10, "ງູ່ ກາ"))
    assert operators[: operators.rindex(" Ts")].split()[-1] == "0"


# --- the text can be searched and copied ------------------------------------------------------


def glossary_pdf() -> bytes:
    buffer = BytesIO()
    body = styles_for(9).body
    document(buffer, A4, "ຄຳສັບ", "lo", [Paragraph(word, body) for word in GLOSSARY])
    return buffer.getvalue()


def test_every_word_can_be_copied_as_it_was_written() -> None:
    lines = extracted(glossary_pdf()).split("\n")
    assert [line.strip() for line in lines if line.strip()] == list(GLOSSARY)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler's pdftotext")
def test_poppler_reads_every_word_as_well(tmp_path: Path) -> None:
    path = tmp_path / "glossary.pdf"
    path.write_bytes(glossary_pdf())
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True
    ).stdout.decode()
    lines = text.replace("\f", "\n").split("\n")
    assert [line.strip() for line in lines if line.strip()] == list(GLOSSARY)


def source_of(text: str) -> str:
    glyphs = getattr(text, "__shapeData__", [None] * len(text))
    return "".join(
        getattr(glyph, "source", letter) for letter, glyph in zip(str(text), glyphs, strict=True)
    )


# --- lines end between words ------------------------------------------------------------------


def lines_of(paragraph: Any) -> list[str]:
    return ["".join(source_of(word.text) for word in line.words) for line in paragraph.blPara.lines]


@pytest.mark.parametrize("width", [60, 85, 110, 150, 240])
def test_a_line_never_ends_inside_a_word(width: float) -> None:
    paragraph = Paragraph(SENTENCE, styles_for(9).body)
    paragraph.wrap(width, 2000)
    lines = lines_of(paragraph)
    assert len(lines) > 2
    allowed = {place for place, letter in enumerate(SENTENCE) if letter == " "}
    at = 0
    for chunk in SENTENCE.split(" "):
        allowed |= {at + place for place in word_breaks(chunk)}
        at += len(chunk) + 1
    place = 0
    for line in lines[:-1]:
        place += len(line.rstrip())
        assert place in allowed
        place += SENTENCE[place] == " "
    assert "".join(lines).replace(" ", "") == SENTENCE.replace(" ", "")


def test_lines_are_filled_and_not_broken_at_blanks_alone() -> None:
    paragraph = Paragraph(SENTENCE, styles_for(9).body)
    paragraph.wrap(150, 2000)
    assert all(line.extraSpace >= -0.01 for line in paragraph.blPara.lines)
    assert len(paragraph.blPara.lines) <= 6


def test_a_word_wider_than_the_line_stays_whole() -> None:
    paragraph = Paragraph("ນະຄອນຫຼວງວຽງຈັນ", styles_for(9).body)
    paragraph.wrap(20, 2000)
    assert lines_of(paragraph) == ["ນະຄອນຫຼວງວຽງຈັນ"]


def test_a_wished_break_is_taken_and_leaves_no_blank() -> None:
    paragraph = Paragraph("abcdef\u200bghijkl \u00a0ກາ", styles_for(9).body)
    paragraph.wrap(45, 2000)
    assert lines_of(paragraph)[0] == "abcdef"
    assert "\u200b" not in "".join(lines_of(paragraph))


def test_a_long_text_loses_nothing_between_pages() -> None:
    buffer = BytesIO()
    text = " ".join([SENTENCE] * 40)
    document(buffer, A5, "ຍາວ", "lo", [Paragraph(text, styles_for(9).body)])
    assert len(pypdfium2.PdfDocument(buffer.getvalue())) > 2
    letters = "".join(extracted(buffer.getvalue()).split())
    assert letters == text.replace(" ", "")


# --- markup, tables, drawings -----------------------------------------------------------------


@pytest.mark.parametrize(
    "markup",
    [
        "ຜ<b>ູ້ປະສານງານ</b>",
        "ງ<b>ູ</b>່ ກາ",
        "ນ<b>້</b>ຳ",
        "<b>ນ</b>ໍ້າ<i>ປະ</i>ປາ",
        'ຜູ້<font color="red">ໃຫຍ່</font>ບ້ານ',
        '<a name="top"/>ສູນບໍ<a name="mid"/>ລິການ',
        "ຄ<super>ື</super>",
        '<a href="https://example.la">ງູ່</a>',
    ],
)
def test_markup_inside_a_syllable_is_drawn_and_kept(markup: str) -> None:
    buffer = BytesIO()
    document(buffer, A5, "ທົດລອງ", "lo", [Paragraph(markup, styles_for(9).body)])
    plain = Paragraph(markup, styles_for(9).body).getPlainText()
    assert "".join(extracted(buffer.getvalue()).split()) == plain.replace(" ", "")


def test_the_bold_part_of_a_word_is_shaped_in_the_bold_font() -> None:
    style = styles_for(10).body
    regular, bold = (Paragraph(f"<font face='{face}'>ຜູ້</font>", style) for face in (REGULAR, BOLD))
    mixed = Paragraph("ຜູ້<b>ຜູ້</b>", style)
    widths = []
    for paragraph in (regular, bold, mixed):
        paragraph.wrap(500, 500)
        widths.append(500 - paragraph.blPara.lines[0].extraSpace)
    assert widths[2] == pytest.approx(widths[0] + widths[1])


def test_strings_in_table_cells_are_shaped() -> None:
    buffer = BytesIO()
    table = Table([["ລາຍການ", "ຈຳນວນ"], ["ນ້ຳປະປາ", "ງູ່"]], style=table_style(9))
    document(buffer, A5, "ຕາຕະລາງ", "lo", [table])
    assert extracted(buffer.getvalue()).split() == ["ລາຍການ", "ຈຳນວນ", "ນ້ຳປະປາ", "ງູ່"]


def test_a_table_without_a_style_has_a_font_with_lao_in_it() -> None:
    buffer = BytesIO()
    document(buffer, A5, "ຕາຕະລາງ", "lo", [Table([["ນ້ຳປະປາ", Paragraph("ງູ່", styles_for(9).body)]])])
    assert extracted(buffer.getvalue()).split() == ["ນ້ຳປະປາ", "ງູ່"]
    assert b"Helvetica" not in buffer.getvalue()


@pytest.mark.parametrize("method", ["drawString", "drawRightString", "drawCentredString"])
def test_drawn_strings_are_shaped(method: str) -> None:
    operators = stream(lambda canvas: getattr(canvas, method)(50, 50, "ງູ່"))
    assert "/ActualText" in operators
    assert " Ts" in operators


def test_latin_strings_are_drawn_as_ever() -> None:
    assert "ActualText" not in stream(lambda canvas: canvas.drawString(5, 5, "Receipt 25"))


# --- the document -----------------------------------------------------------------------------


def sample(buffer: BytesIO) -> None:
    style = styles_for(9)
    width = A5[0] - 2 * MARGIN
    head = Letterhead(
        ("ສາທາລະນະລັດ ປະຊາທິປະໄຕ ປະຊາຊົນລາວ", "ສັນຕິພາບ ເອກະລາດ ປະຊາທິປະໄຕ"),
        ("ນະຄອນຫຼວງວຽງຈັນ", "ສູນບໍລິການຜ່ານປະຕູດຽວ & <ເມືອງ>"),
        "ເລກທີ 12/ປຕດ",
        "ຈັນທະບູລີ, ວັນທີ 23 ພະຈິກ 2026",
    )
    story = [*head.flowables(width, style), Paragraph("ໃບຮັບເງິນ", style.title)]
    document(buffer, A5, "ໃບຮັບເງິນ 12", "lo", story, footer=lambda page: f"ໜ້າ {page}")


def test_a_document_says_its_title_and_language_and_embeds_all_fonts() -> None:
    buffer = BytesIO()
    sample(buffer)
    pdf = buffer.getvalue()
    assert pypdfium2.PdfDocument(pdf).get_metadata_dict()["Title"] == "ໃບຮັບເງິນ 12"
    assert b"/Lang (lo-LA)" in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert b"Helvetica" not in pdf
    assert b"Times" not in pdf


def test_the_letterhead_and_the_footer_are_on_the_page() -> None:
    buffer = BytesIO()
    sample(buffer)
    text = extracted(buffer.getvalue())
    for line in (
        *("ສາທາລະນະລັດ ປະຊາທິປະໄຕ ປະຊາຊົນລາວ", "ສູນບໍລິການຜ່ານປະຕູດຽວ & <ເມືອງ>"),
        *("ເລກທີ 12/ປຕດ", "ຈັນທະບູລີ, ວັນທີ 23 ພະຈິກ 2026", "ໃບຮັບເງິນ", "ໜ້າ 1"),
    ):
        assert line in text


def test_documents_made_at_the_same_moment_do_not_mix() -> None:
    shaping._shape_cached.cache_clear()
    made: dict[int, str] = {}

    def make(number: int) -> None:
        buffer = BytesIO()
        words = GLOSSARY[number::4]
        body = styles_for(9).body
        document(buffer, A4, "x", "lo", [Paragraph(word, body) for word in words])
        made[number] = extracted_safely(buffer.getvalue())

    # PDFium is not for several threads at once; only the making is under test.
    reading = threading.Lock()

    def extracted_safely(pdf: bytes) -> str:
        with reading:
            return extracted(pdf)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for number in range(4):
        lines = [line.strip() for line in made[number].split("\n") if line.strip()]
        assert lines == list(GLOSSARY[number::4])


def test_every_style_leaves_lao_its_height() -> None:
    style = styles_for(9)
    for name in style.__dataclass_fields__:
        paragraph_style = getattr(style, name)
        assert paragraph_style.leading >= 1.6 * paragraph_style.fontSize
        assert paragraph_style.shaping == 1
        assert paragraph_style.splitLongWords == 0


def modules_seen(image: Image.Image, count: int, size: float) -> Iterable[Iterable[bool]]:
    module = size * SCALE / (count + 8)
    return [
        [
            image.getpixel((int((4.5 + x) * module), int((4.5 + y) * module))) < 128
            for x in range(count)
        ]
        for y in range(count)
    ]


def test_a_qr_code_is_printed_module_by_module() -> None:
    data = "https://example.la/r/3F7K-29QX"
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(120, 120))
    code = QRCode(data, 120)
    assert code.wrap(10, 10) == (120, 120)
    code.drawOn(canvas, 0, 0)
    canvas.save()
    matrix = segno.make(data, error="m", micro=False).matrix
    seen = modules_seen(rendered(buffer.getvalue()), len(matrix), 120)
    assert seen == [[bool(module) for module in row] for row in matrix]
    assert data.encode() in buffer.getvalue()


# --- readiness --------------------------------------------------------------------------------


def test_the_self_test_passes_here() -> None:
    self_test()


def test_the_self_test_notices_a_lost_correction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shaping, "install", lambda: None)
    monkeypatch.setattr(shaping._text_object, "_formatText", shaping._stock_format_text)
    with pytest.raises(PdfNotReady, match="searched"):
        self_test()


def test_the_self_test_notices_unshaped_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shaping, "_shape", lambda *_, **__: None)
    with pytest.raises(PdfNotReady, match="raised"):
        pages.self_test()


def test_a_missing_shaper_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shaping.ttfonts, "uharfbuzz", None)
    with pytest.raises(PdfNotReady, match="uharfbuzz"):
        self_test()


def test_a_missing_font_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_FILES", {"NotInstalled": "NotInstalled.ttf"})
    with pytest.raises(PdfNotReady, match="make assets"):
        fonts.register_fonts(tmp_path)


def test_letters_that_would_print_as_boxes_are_known() -> None:
    assert missing_glyphs("ນ້ຳ 25.000 ₭ – • A-Z ໜໝໆ") == ""
    assert missing_glyphs("✓ ກ ✓ →") == "✓→"
