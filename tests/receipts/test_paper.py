"""Receipts on paper, from values alone: all that they say, on every size, in every language."""

import shutil
import subprocess
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from odsc_counter.platform.lao import lao_normalize
from odsc_counter.receipts.paper import papers_pdf
from odsc_counter.receipts.paper_content import Paper, Proof
from odsc_counter.receipts.paper_words import WORDS, marks_of
from tests.receipts import papers

MM = 72 / 25.4
needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs poppler's pdftotext"
)


def squeezed(text: str) -> str:
    """The text without blanks and line ends: a column may break it anywhere."""
    return "".join(lao_normalize(text).split())


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(BytesIO(pdf))
    return squeezed("\n".join(page.get_textpage().get_text_bounded() for page in pages))


def poppler_text(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-raw", str(path), "-"]
    return squeezed(subprocess.run(command, capture_output=True, check=True).stdout.decode())


def said(values: dict[str, Any], language: str) -> list[str]:
    """What must stand on the paper of these values."""
    wanted = [values["label"], values["payer"], values["application"], papers.PROOF.key_id]
    wanted += [papers.PROOF.receipt_hash[:16], "ABCD-EFGH-JKLM", "12:04"]
    for code in ("lo", "en") if language == "both" else (language,):
        wanted += [*values["letterhead"][code], values["centre"][code]]
        wanted += [values["amount_words"][code], values["cashier"][code]]
        wanted.append(WORDS[values["kind"]][code])  # type: ignore[index]  # a language
        if exemption := values["exemption"]:
            wanted += [exemption["name"][code], exemption["paper"]]
        if values["kind"] != "sale":
            wanted += [values["approver"][code], WORDS["payee"][code]]  # type: ignore[index]  # a language
            wanted += [values["reason"], values["reverses"]["label"], WORDS["receiver"][code]]  # type: ignore[index]  # a language
        for line in values["lines"]:
            wanted += [line["name"][code], line["computation"]["words"][code]]
            wanted += [line["ministry"][code], f"{WORDS['article'][code]} 12"]  # type: ignore[index]  # a language
    if values["method"] == "cash" and values["kind"] == "sale":
        wanted += [f"{values[key]:,}".replace(",", ".") for key in ("tendered_kip", "change_kip")]
    if values["method"] != "cash":
        wanted.append(values["payment_reference"])
    for line in values["lines"]:
        wanted += [line["legal_basis"], f"{line['amount_kip']:,}".replace(",", ".")]
    return wanted


KINDS: dict[str, Any] = {
    "sale": papers.a_sale(),
    "long name": papers.a_sale(name=papers.LONG_NAME, lines=2),
    "transfer": papers.a_sale(method="transfer"),
    "QR, reduced": papers.a_sale(method="qr", exempt=True, lines=3),
    "twenty lines": papers.a_sale(lines=20),
    "void": papers.a_void(),
    "refund": papers.a_refund(),
}


@needs_pdftotext
@pytest.mark.parametrize("paper_format", ["a5", "80mm"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_said_comes_back_as_text(kind: str, paper_format: str, tmp_path: Path) -> None:
    values = KINDS[kind]
    for language in ("lo", "en", "both"):
        pdf = papers_pdf([papers.a_paper(values)], language, paper_format=paper_format)
        for text in (text_of(pdf), poppler_text(pdf, tmp_path)):
            missing = [word for word in said(values, language) if squeezed(word) not in text]
            assert missing == [], language


def test_one_language_stays_out_of_the_others_paper() -> None:
    lao = text_of(papers_pdf([papers.a_paper(papers.a_sale())], "lo"))
    english = text_of(papers_pdf([papers.a_paper(papers.a_sale())], "en"))
    assert "Receivedfrom" not in lao
    assert squeezed(WORDS["payer"]["lo"]) not in english


@pytest.mark.parametrize("paper_format", ["a5", "80mm"])
def test_papers_of_the_first_format_are_still_read(paper_format: str) -> None:
    for values in (papers.an_old_sale(), papers.an_old_void()):
        paper = Paper(values, Proof("https://example.org/c/LA0101/r/ABCDEFGHJKLM"))
        text = text_of(papers_pdf([paper], "both", paper_format=paper_format))
        assert squeezed(values["label"]) in text
        assert "Notarealreceipt." in text
        assert squeezed(values["lines"][0]["legal_basis"]) in text
    assert squeezed(values["voids"]["label"]) in text


def test_short_receipts_take_one_page_and_long_ones_keep_the_total_with_a_fee() -> None:
    for values in (papers.a_sale(), papers.a_void(), papers.a_sale(method="transfer")):
        assert len(pypdfium2.PdfDocument(papers_pdf([papers.a_paper(values)]))) == 1
    pages = pypdfium2.PdfDocument(papers_pdf([papers.a_paper(papers.a_sale(lines=20))]))
    texts = [page.get_textpage().get_text_bounded() for page in pages]
    assert len(texts) == 4
    for place, text in enumerate(texts, start=1):
        assert f"{place}/4" in text
        assert "Quantity" in text  # the table's head is there again
        assert "Registration of a small enterprise" in text
    assert "Total" in texts[-1]
    assert "Total" not in "".join(texts[:-1])


def test_a_roll_is_as_long_as_its_text_and_as_wide_as_the_paper() -> None:
    short, long = (
        pypdfium2.PdfDocument(
            papers_pdf([papers.a_paper(papers.a_sale(lines=lines))], paper_format="80mm")
        )
        for lines in (1, 20)
    )
    assert len(short) == len(long) == 1
    assert short[0].get_width() == pytest.approx(80 * MM, abs=0.1)
    assert long[0].get_height() > short[0].get_height() + 19 * 40


def test_a_roll_is_black_and_its_code_is_made_of_whole_dots() -> None:
    values = papers.a_sale(exempt=True)
    pdf = papers_pdf([papers.a_paper(values, "COPY 1")], "both", paper_format="80mm")
    page = pypdfium2.PdfDocument(pdf)[0]
    greys = set()
    for item in page.get_objects():
        red = pypdfium2.raw.c_uint()
        others = [pypdfium2.raw.c_uint() for _ in range(3)]
        if pypdfium2.raw.FPDFPageObj_GetFillColor(item, red, *others):
            greys.add(red.value)
    assert greys == {0, 255}  # the white is that of a mark on its black ground
    bounds = [item.get_bounds() for item in page.get_objects()]
    widths = [
        right - left for left, low, right, high in bounds if min(right - left, high - low) > 60
    ]
    dots = round(widths[0] / (72 / 203), 2)
    # A code has 21, 25, 29 … modules on a side: one of them divides the dots evenly.
    assert any(dots % count == 0 and dots / count >= 4 for count in range(21, 178, 4))


def test_marks_strike_the_eye_on_every_page() -> None:
    marks = marks_of(3, is_voided=True, is_example=True)
    assert marks == ("ສຳເນົາ 3 / COPY 3", "ຖືກຍົກເລີກແລ້ວ / VOIDED", "ຕົວຢ່າງ / EXAMPLE")
    assert marks_of(0, is_voided=False, is_example=False) == ()
    assert marks_of(None, is_voided=False, is_example=False) == ("ສຳເນົາ / COPY",)
    values = papers.a_sale(lines=20)
    for paper_format in ("a5", "80mm"):
        pdf = papers_pdf([papers.a_paper(values, *marks)], "lo", paper_format=paper_format)
        for page in pypdfium2.PdfDocument(pdf):
            text = squeezed(page.get_textpage().get_text_bounded())
            assert all(squeezed(mark) in text for mark in marks)


def test_many_receipts_are_one_document_each_on_its_own_pages() -> None:
    several = [papers.a_paper(papers.a_sale(number=number)) for number in range(1, 41)]
    for paper_format in ("a5", "80mm"):
        pages = pypdfium2.PdfDocument(papers_pdf(several, paper_format=paper_format))
        assert len(pages) == 40
        for number, page in enumerate(pages, start=1):
            assert f"LA0101-2026-A-{number:06}-7" in page.get_textpage().get_text_bounded()


def test_letters_that_are_rare_come_out_as_well() -> None:
    for paper_format in ("a5", "80mm"):
        paper = papers.a_paper(papers.a_sale(name="Zoë ÀÉÎ ຄຳພູ §5"))
        assert squeezed("Zoë ÀÉÎ ຄຳພູ §5") in text_of(papers_pdf([paper], paper_format=paper_format))


@needs_pdftotext
def test_every_syllable_comes_back(tmp_path: Path) -> None:
    vowels, tones = ("", "ິ", "ື", "ຸ", "ູ", "ົ", "ັ", "ຳ"), ("", "່", "້", "໊", "໋")
    syllables = [
        lao_normalize("".join(parts))
        for parts in product(("ກ", "ງ", "ຊ", "ປ", "ຜ", "ຟ", "ຫຼ", "ໝ"), vowels, tones)
    ]
    for start in range(0, len(syllables), 80):
        name = " ".join(syllables[start : start + 80])
        pdf = papers_pdf([papers.a_paper(papers.a_sale(name=name))])
        assert squeezed(name) in poppler_text(pdf, tmp_path)
