"""The end of the day in a browser: overview, close, Z-report, deposits, books, anchors."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from odsc_counter.accounts import signing_in
from odsc_counter.catalogue.models import MonitoringBody
from odsc_counter.places.models import Unit
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.treasury import anchors
from tests.pages import a_desk, a_request, an_app
from tests.treasury.evening import CASH, MONDAY, Evening, after, an_evening, at, transfer
from tests.world import LONG_AGO, a_user

C = "/c/LA0101/treasury"
D = f"{C}/days/{MONDAY}"
PROOF = {"approver": "x", "approver_password": "y", "approver_code": ""}
SLIP = {
    "source": "cash:safe", "to": "treasury", "amount": "15.000", "bank": "BCEL",
    "account": "010-12-00", "reference": "BCEL-77", "on": MONDAY.isoformat(), "by": "Somebody",
}  # fmt: skip


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    with at(MONDAY):
        yield app
    app.extensions["database"].dispose()


@pytest.fixture
def evening(web: Flask) -> Evening:
    with a_request():
        return an_evening()


@pytest.fixture
def desk(web: Flask, evening: Evening) -> FlaskClient:
    return a_desk(web, evening.office.manager)


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch, evening: Evening) -> None:
    """The second person's proof; how it is given is tested elsewhere."""
    monkeypatch.setattr(signing_in, "prove", lambda *_proof: evening.lead)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_manager_closes_the_day_and_prints_its_report(
    desk: FlaskClient, evening: Evening, web: Flask
) -> None:
    evening.takings(CASH, transfer("TX-0001"))
    assert "Can be closed" in desk.get(C).text
    assert "Close the day" in desk.get(D).text
    assert a_desk(web, evening.office.cashier).post(f"{D}/close").status_code == 403
    assert desk.post(f"{D}/close").status_code == 303
    page = desk.get(D).text
    assert "Closed: Z-report no. 1" in page
    assert "The chain of receipts was whole" in page
    first = desk.post(f"{D}/print", data={"language": "en"})
    paper = text_of(desk.get(first.location).data)
    assert "Daily close (Z-report)" in paper
    assert "Z LA0101-000001" in paper
    assert "40.000" in paper
    assert "COPY" not in paper
    again = desk.post(f"{D}/print", data={"language": "both"})
    paper = text_of(desk.get(again.location).data)
    assert "COPY 1" in paper
    assert "ບົດລາຍງານ" in paper
    assert "COPY" in text_of(desk.get(f"{D}/z.pdf").data)
    assert desk.get(f"{C}/days/{after(1)}/z.pdf").status_code == 404


def test_an_open_till_is_named_and_keeps_the_day_open(desk: FlaskClient, evening: Evening) -> None:
    evening.office.open_till(10_000)
    assert "These tills must be signed off first" in desk.get(D).text
    refused = desk.post(f"{D}/close")
    assert refused.status_code == 409
    assert "not signed off yet" in refused.text


def test_a_correction_shows_on_the_day_that_it_corrects(
    desk: FlaskClient, evening: Evening, second: None
) -> None:
    evening.takings(transfer("TX-0001"))
    desk.post(f"{D}/close")
    form = {"credit": "bank", "debit": "qr", "amount": "20.000", "reason": "It was QR", **PROOF}
    assert desk.post(f"{D}/correct", data={**form, "reason": ""}).status_code == 422
    assert desk.post(f"{D}/correct", data=form).status_code == 303
    page = desk.get(D).text
    assert "This day was corrected later" in page
    assert "It was QR" in page


def test_a_deposit_and_its_slip(desk: FlaskClient, evening: Evening) -> None:
    evening.takings(CASH, float_kip=0)
    too_much = desk.post(f"{C}/deposits", data={**SLIP, "amount": "20.001"})
    assert too_much.status_code == 422
    assert "There is not so much money: 20.000 kip" in too_much.text
    assert desk.post(f"{C}/deposits", data=SLIP).status_code == 303
    page = desk.get(f"{C}/deposits").text
    assert "BCEL-77" in page
    assert "5.000 kip" in page
    address = page.split("/slip.pdf")[0].rsplit('"', 1)[1] + "/slip.pdf?language=en"
    paper = text_of(desk.get(address).data)
    assert "Deposit with the treasury" in paper
    assert "15.000 kip" in paper


def test_money_for_change(desk: FlaskClient, evening: Evening, second: None) -> None:
    form = {"way": "given", "amount": "500.000", "reason": "For the year", **PROOF}
    assert desk.post(f"{C}/fund", data=form).status_code == 303
    assert "500.000 kip" in desk.get(f"{C}/fund").text
    more = {**form, "way": "taken", "amount": "500.001"}
    assert desk.post(f"{C}/fund", data=more).status_code == 422


def test_the_books_balance_and_go_out_as_files(
    desk: FlaskClient, evening: Evening, web: Flask
) -> None:
    evening.takings(CASH, transfer("TX-0001"), float_kip=100_000)
    page = desk.get(f"{C}/books").text
    assert "The books balance: the sum is 0" in page
    sheet = desk.get(f"{C}/books/sheet?account=cash:safe").text
    assert "Account: Safe" in sheet
    assert "20.000 kip" in sheet
    for what, told in (("balance", "cash:safe,Safe,0"), ("postings", "cash:till,treasury,20000")):
        table = desk.post(f"{C}/books/export", data={"what": what, "format": "csv"})
        assert told in table.get_data(as_text=True)
        book = desk.post(f"{C}/books/export", data={"what": what, "format": "xlsx"})
        assert ZipFile(BytesIO(book.data)).testzip() is None
    with evening.office.inside(), reading() as session:
        exports = session.scalars(select(Event).where(Event.verb == "export")).all()
    assert [event.subject_id for event in exports] == ["balance"] * 2 + ["postings"] * 2
    assert a_desk(web, evening.office.cashier).get(f"{C}/books").status_code == 403


def test_the_nation_sees_the_anchors_and_their_root(web: Flask, evening: Evening) -> None:
    with a_request():
        evening.takings(CASH)
        evening.close(MONDAY)
        other = an_evening("LA0901")
    with reference_scope(), unit_of_work() as work:
        work.session.add(MonitoringBody(valid_from=LONG_AGO, name_en="Body", name_lo="ອົງການ"))
        nation = work.session.scalars(select(Unit).where(Unit.level == 0)).one()
    auditor = a_desk(web, a_user("the-auditor", language="en", auditor=nation))
    page = auditor.get(f"/national/anchors?day={MONDAY}").text
    with web.app_context():
        found = anchors.national_day(MONDAY)
    assert found.root in page
    assert [row.anchor.series for row in found.rows] == ["A", "Z"]
    assert [centre.id for centre in found.not_closed] == [other.office.centre.id]
    before = found.root
    with a_request():
        other.close(MONDAY)
        assert anchors.national_day(MONDAY).root != before


def test_the_root_is_that_of_rfc_6962() -> None:
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    one = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert anchors.merkle_root([]) == nothing
    assert anchors.merkle_root([b""]) == one
    assert anchors.merkle_root([b"a", b"b", b"c"]) != anchors.merkle_root([b"a", b"c", b"b"])
