"""Who takes a result signs for it: on the screen or on paper, and the protocol says so."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.applications import handovers, operations, signatures
from odsc_counter.applications.handover_paper import WORDS
from odsc_counter.applications.models import Application
from odsc_counter.platform import pdf
from odsc_counter.platform.errors import InvalidInput
from tests.applications.test_operations import SIGNED, an_officer, the_step
from tests.applications.test_slips import STACKED, text_of
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office

C = "/c/LA0101"
STROKES = [[[10 * x, 100 + 30 * (x % 3)] for x in range(12)], [[300, 150]]]
SENT = json.dumps(STROKES)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office(days=3)


@pytest.fixture
def desk(app: Flask, office: Office) -> FlaskClient:
    return a_desk(app, office.cashier)


@pytest.fixture
def file(office: Office) -> Application:
    """An approved file whose result lies at the counter."""
    made = office.application(STACKED)
    with office.inside(an_officer(office, "MOPS")):
        operations.take_up(office.centre, made.id)
        operations.pass_step(office.centre, the_step(made))
    with office.inside():
        operations.make_ready(office.centre, made.id, "12/ປກສ")
    return made


@pytest.mark.parametrize("sent", ["", "  ", "[]"])
def test_no_signature_is_no_error_where_one_lies_on_paper(sent: str) -> None:
    assert signatures.read_signature(sent) == []


@pytest.mark.parametrize(
    "sent",
    [
        "nonsense",
        "{}",
        "[[]]",
        "[" * 20_000,
        '[["x"]]',
        "[[[1, 2, 3]]]",
        "[[[1.5, 2]]]",
        "[[[true, 2]]]",
        "[[[-1, 2]]]",
        f"[[[{signatures.WIDTH + 1}, 2]]]",
        "[[[1e999, 2]]]",
        json.dumps([[[1, 1]] * (signatures.MOST_POINTS + 1)]),
        json.dumps([[[1, 1]]] * (signatures.MOST_STROKES + 1)),
        " " * signatures.MOST_LETTERS + SENT,
        json.dumps([[[1, 1]] * (signatures.FEWEST_POINTS - 1)]),
    ],
)
def test_anything_but_strokes_within_the_box_is_refused(sent: str) -> None:
    with pytest.raises(InvalidInput) as error:
        signatures.read_signature(sent)
    assert set(error.value.fields) == {"signature"}


def test_strokes_become_one_path() -> None:
    assert signatures.path([[[1, 2], [3, 4]], [[5, 6]]]) == "M1 2L3 4M5 6L5 6"


def test_a_result_is_not_handed_over_without_a_signature_anywhere(
    desk: FlaskClient, office: Office, file: Application
) -> None:
    where = f"{C}/applications/{file.id}"
    assert "data-signing" in desk.get(where).text
    handed = {"taker": "applicant", "proof": "slip"}
    refused = desk.post(f"{where}/collect", data=handed)
    assert refused.status_code == 422
    assert "where they signed on paper" in refused.text
    bad = desk.post(f"{where}/collect", data={**handed, "signature": "[[[9999, 1]]]"})
    assert bad.status_code == 422
    assert "sign again" in bad.text
    assert desk.get(f"{where}/handover.pdf").status_code == 404
    with office.inside():
        assert handovers.handover_of(file.id) is None


def test_a_signature_on_the_screen_is_kept_and_shown_again(
    desk: FlaskClient, office: Office, file: Application
) -> None:
    where = f"{C}/applications/{file.id}"
    handed = {"taker": "representative", "proof": "id_card", "signature": SENT}
    kept = desk.post(f"{where}/collect", data=handed)
    assert kept.status_code == 422  # the name is missing; what was signed is not lost
    assert SENT.replace('"', "&#34;") in kept.text
    handed["name"] = "ນາງ ບົວ"
    assert desk.post(f"{where}/collect", data=handed).status_code == 303
    with office.inside():
        handover = handovers.handover_of(file.id)
    assert handover is not None
    assert handover.signature == STROKES
    page = desk.get(where).text
    assert signatures.path(STROKES) in page
    svg = re.search(r"<svg class=\"signature\".*?</svg>", page)
    assert svg is not None
    assert "style=" not in svg.group()
    protocol = desk.get(f"{where}/handover.pdf?language=lo")
    said = text_of(protocol.data)
    for words in (
        "ບົດບັນທຶກມອບຮັບຜົນ",
        "ເລກທີຂອງເອກະສານ 12/ປກສ",
        "ນາງ ບົວ (ຜູ້ຕາງໜ້າ)",
        "ບັດປະຈຳຕົວ",
        f"ເລກທີ {file.label}",
    ):
        assert words in said, words
    assert "Shown" in text_of(desk.get(f"{where}/handover.pdf").data)
    assert _lines_drawn(protocol.data) > 1


def _lines_drawn(content: bytes) -> int:
    """How many paths stand on the first page: the letterhead's rule, and the pen's."""
    page = pypdfium2.PdfDocument(BytesIO(content))[0]
    return sum(1 for drawn in page.get_objects() if drawn.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH)


def test_a_signature_in_a_book_stands_on_the_protocol(
    desk: FlaskClient, office: Office, file: Application
) -> None:
    with office.inside():
        operations.collect(office.centre, file.id, SIGNED)
    where = f"{C}/applications/{file.id}"
    assert 'class="signature"' not in desk.get(where).text
    said = text_of(desk.get(f"{where}/handover.pdf?language=lo").data)
    assert "ລາຍເຊັນຢູ່ 3/17" in said


def test_a_refusal_is_handed_over_with_its_reason(desk: FlaskClient, office: Office) -> None:
    made = office.application()
    with office.inside(an_officer(office, "MOPS")):
        operations.take_up(office.centre, made.id)
        operations.reject(office.centre, the_step(made), "ຂາດລາຍເຊັນນາຍບ້ານ")
    with office.inside():
        operations.collect(office.centre, made.id, SIGNED)
    said = text_of(desk.get(f"{C}/applications/{made.id}/handover.pdf").data)
    assert "ບົດບັນທຶກມອບຄຳປະຕິເສດ" in said
    assert "ຂາດລາຍເຊັນນາຍບ້ານ" in said


def test_another_centres_protocol_is_not_found(
    app: Flask, office: Office, file: Application
) -> None:
    with office.inside():
        operations.collect(office.centre, file.id, SIGNED)
    stranger = a_desk(app, an_office("LA0102").cashier)
    for centre in ("LA0101", "LA0102"):
        path = f"/c/{centre}/applications/{file.id}/handover.pdf"
        assert stranger.get(path).status_code == 404


def test_the_typeface_has_every_letter_of_the_protocol() -> None:
    words = "".join(text for both in WORDS.values() for text in both.values())
    assert pdf.missing_glyphs(words) == ""
