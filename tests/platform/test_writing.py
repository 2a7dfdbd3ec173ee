"""Papers by the thousand: lines kept as they are drawn, letters packed beforehand."""

from io import BytesIO
from itertools import product
from typing import Any

import pytest
from reportlab.pdfbase import pdfmetrics

from odsc_counter.platform.pdf import BOLD, REGULAR, prepare, shaping, text_width
from odsc_counter.platform.pdf.sheets import draw_page, gap, paginated, sheets, text
from odsc_counter.platform.pdf.writing import Pen, lines_of


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare()


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_every_syllable_is_among_the_letters_packed_beforehand(name: str) -> None:
    font: Any = pdfmetrics.getFont(name)
    onsets = [*"ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮໜໝ", "ຫຼ"]
    vowels = ["", *"ັິີຶືຸູົໍ", "ຼ", "ຼຸ"]
    for onset, vowel, tone, after in product(onsets, vowels, ["", *"່້໊໋໌"], ["", "ຳ"]):
        glyphs, _ = shaping.glyphs_of(font, onset + vowel + tone + after)
        assert font.usual_codes(glyphs) is not None, onset + vowel + tone + after


def test_a_line_is_as_wide_as_its_text_is_drawn() -> None:
    for words in ("ນ້ຳ ປີ້ ຜູ້ ງູ່", "ໃບຮັບເງິນ / Receipt 25.000"):
        (line,) = lines_of(words, Pen(10), 1000)
        assert line.text == words
        assert line.advance / 100 == pytest.approx(text_width(words, REGULAR, 10), rel=0.01)


def test_lines_end_between_words_and_hold_no_more_than_fits() -> None:
    words = "ສູນບໍລິການຜ່ານປະຕູດຽວຂອງນະຄອນຫຼວງວຽງຈັນໃຫ້ບໍລິການປະຊາຊົນ LA0101-2026-A-000123-7"
    for width in (60, 90, 150, 300):
        lines = lines_of(words, Pen(9), width)
        assert "".join(line.text for line in lines).replace(" ", "") == words.replace(" ", "")
        assert all(line.advance * 9 / 1000 <= width for line in lines)
    assert len(lines_of("", Pen(9), 100)) == 1


def test_the_same_paper_is_small_and_letters_beyond_the_usual_come_too() -> None:
    def made(words: str) -> bytes:
        buffer = BytesIO()
        with sheets(buffer, "x", "lo") as canvas:
            draw_page(canvas, (200, 200), [text(words, Pen(9), 180)], 10, 10)
        return buffer.getvalue()

    usual, rare = made("ນ້ຳປີ້"), made("ນ້ຳປີ້ Ż")
    assert usual.count(b"/FontFile2") == 1
    assert rare.count(b"/FontFile2") == 2
    assert len(usual) < 22_000


def test_pages_end_between_blocks_and_a_tables_head_comes_again() -> None:
    blocks = [gap(40) for _ in range(5)]
    head = gap(10)
    pages = paginated(blocks, 100, head=head, head_from=1)
    assert [len(page) for page in pages] == [2, 3, 2]
    assert all(page[0] is head for page in pages[1:])
