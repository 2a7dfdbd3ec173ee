"""The papers that a citizen takes home: what they say, whole, in Lao and in English."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from odsc_counter.applications import operations, queries, slips
from odsc_counter.applications.models import Application
from odsc_counter.applications.slip_words import SLIP
from odsc_counter.applications.tracking import spaced
from odsc_counter.catalogue.models import DocumentType, MonitoringBody
from odsc_counter.platform import clock, pdf
from odsc_counter.platform.lao import format_date
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import operations as tickets
from tests.applications.test_operations import an_officer, the_step
from tests.pages import a_desk, an_app
from tests.receipts.office import NAME, NOON, Office, an_office
from tests.world import LONG_AGO

C = "/c/LA0101"
STACKED = "ທ້າວ ນ້ຳປິ່ນ ຂຸ້ຍຫຼ້າ ວົງສະຫວັນນະລາດ ໄຊຍະວົງພັນທະສີລິວັດທະນະກຸນ"


def text_of(content: bytes) -> str:
    """The words of a PDF as the common tool reads them, its line ends and breaks dropped."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("no pdftotext: apt install poppler-utils")
    read = subprocess.run([tool, "-layout", "-", "-"], input=content, capture_output=True)
    return " ".join(read.stdout.decode().split())


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(app: Flask) -> Office:
    with reference_scope(), unit_of_work() as work:
        work.session.add(
            MonitoringBody(valid_from=LONG_AGO, name_en="Watching body", name_lo="ອົງການກວດກາ")
        )
    return an_office(days=3)


@pytest.fixture
def desk(app: Flask, office: Office) -> FlaskClient:
    return a_desk(app, office.cashier)


def taken(office: Office, present: set[int], name: str = NAME, **more: object) -> Application:
    with office.inside(), clock.use(lambda: NOON):
        return operations.take(
            office.centre,
            office.service.id,
            full_name=name,
            papers_present=present,
            **more,  # type: ignore[arg-type]  # fields of the application
        )


def test_the_slip_of_a_complete_file_says_all_that_was_promised(
    desk: FlaskClient, office: Office
) -> None:
    file = taken(office, office.papers)
    answer = desk.get(f"{C}/applications/{file.id}/slip.pdf?language=lo")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{file.label}.pdf"'
    said = text_of(answer.data)
    assert file.due_on is not None
    for words in (
        "ສາທາລະນະລັດ ປະຊາທິປະໄຕ ປະຊາຊົນລາວ",
        "ສູນ LA0101",
        f"ເລກທີ {file.label}",
        "ໃບຮັບຄຳຮ້ອງ",
        spaced(file.tracking_code),
        NAME,
        "ບໍລິການ MOPS-04",
        f"ວັນທີຮັບ {format_date(file.submitted_on, 'lo', 'long')}",
        f"ນັດຮັບຜົນ {format_date(file.due_on, 'lo', 'long')}",
        "ເອກະສານທີ່ໄດ້ຮັບແລ້ວ",
        "20.000 ກີບ",
        "Test ordinance 1/PO",
        "ສິດຮ້ອງທຸກ",
        "ອົງການກວດກາ",
        office.cashier.name_lo,
    ):
        assert words in said, words
    assert "ຍັງຂາດ" not in said
    assert "Acknowledgement" not in said
    english = text_of(desk.get(f"{C}/applications/{file.id}/slip.pdf?language=en").data)
    assert "Acknowledgement of application" in english
    assert "Promised for 26 November 2026" in english
    assert "ນັດຮັບຜົນ" not in english
    both = text_of(desk.get(f"{C}/applications/{file.id}/slip.pdf").data)
    assert "ນັດຮັບຜົນ Promised for" in both


def test_an_incomplete_file_gets_the_list_of_what_to_bring(
    desk: FlaskClient, office: Office
) -> None:
    one, two = sorted(office.papers)
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(DocumentType).where(DocumentType.id == two).values(name_lo="ສຳເນົາສຳມະໂນຄົວ")
        )
    file = taken(office, {one}, STACKED)
    said = text_of(desk.get(f"{C}/applications/{file.id}/slip.pdf").data)
    assert "ເອກະສານທີ່ຍັງຂາດ" in said
    assert "ຈະນັດວັນ ເມື່ອເອກະສານຄົບຖ້ວນ" in said
    assert "ເອກະສານທີ່ຕ້ອງນຳມາ" in said
    alone = text_of(desk.get(f"{C}/applications/{file.id}/bring.pdf").data)
    assert "ໃບຮັບຄຳຮ້ອງ" not in alone
    assert "1. ສຳເນົາສຳມະໂນຄົວ Paper 1" in alone
    assert "Paper 0" not in alone
    assert STACKED.replace(" ", "") in alone.replace(" ", "")
    page = desk.get(f"{C}/applications/{file.id}").text
    assert 'data-key="F9"' in page
    assert "/bring.pdf" in page


def test_what_an_office_asked_for_stands_on_the_list(
    app: Flask, desk: FlaskClient, office: Office
) -> None:
    file = taken(office, office.papers)
    with office.inside(an_officer(office, "MOPS")):
        operations.take_up(office.centre, file.id)
        operations.send_back(office.centre, the_step(file), "ຂາດລາຍເຊັນນາຍບ້ານ", frozenset())
    said = text_of(desk.get(f"{C}/applications/{file.id}/slip.pdf").data)
    assert "ຂາດລາຍເຊັນນາຍບ້ານ" in said
    assert "ສິ່ງທີ່ຕ້ອງແກ້ໄຂ" in said


def test_all_slips_of_a_ticket_are_one_print(desk: FlaskClient, office: Office) -> None:
    with office.inside():
        ticket = tickets.issue(office.centre, office.service.id)
        other = tickets.issue(office.centre, office.service.id)
    files = [taken(office, office.papers, ticket_id=ticket.id) for _ in range(3)]
    elsewhere = taken(office, office.papers, ticket_id=other.id)
    said = text_of(desk.get(f"{C}/tickets/{ticket.id}/slips.pdf").data)
    for file in files:
        assert f"ເລກທີ {file.label}" in said
    assert elsewhere.label not in said
    assert f"/tickets/{ticket.id}/slips.pdf" in desk.get(f"{C}/applications/{files[0].id}").text
    with office.inside():
        empty = tickets.issue(office.centre, office.service.id)
    assert desk.get(f"{C}/tickets/{empty.id}/slips.pdf").status_code == 404


def test_another_centres_slips_are_not_found(app: Flask, office: Office) -> None:
    file = taken(office, office.papers)
    stranger = a_desk(app, an_office("LA0102").cashier)
    for path in ("slip.pdf", "bring.pdf"):
        for centre in ("LA0101", "LA0102"):
            assert stranger.get(f"/c/{centre}/applications/{file.id}/{path}").status_code == 404


def test_the_typeface_has_every_letter_of_the_slips() -> None:
    words = "".join(text for both in SLIP.values() for text in both.values())
    assert pdf.missing_glyphs(words) == ""


def test_printing_again_leaves_no_trace(desk: FlaskClient, office: Office) -> None:
    file = taken(office, office.papers)
    for _ in range(2):
        assert desk.get(f"{C}/applications/{file.id}/slip.pdf").status_code == 200
    with office.inside():
        assert [event.verb for event in queries.timeline(file.id)] == ["submit"]
        assert slips.slip_of(file.id).application.version == 1
