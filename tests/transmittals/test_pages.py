"""Transmittals in a browser: chosen, printed, scanned, confirmed, and kept to their centre."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from odsc_counter.accounts.models import User
from odsc_counter.applications import operations as files
from odsc_counter.applications.models import Application
from odsc_counter.platform import pdf
from odsc_counter.transmittals import operations, queries
from odsc_counter.transmittals.models import OUT, Transmittal
from odsc_counter.transmittals.paper import WORDS
from odsc_counter.transmittals.sides import Side
from tests.applications.test_operations import an_officer, the_step
from tests.applications.test_slips import STACKED, text_of
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office

C = "/c/LA0101/transmittals"


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
def officer(office: Office) -> User:
    return an_officer(office, "MOPS")


def a_bundle(office: Office, *bundled: Application) -> Transmittal:
    with office.inside():
        return operations.make(
            office.centre,
            Side(True, frozenset()),
            OUT,
            bundled[0].ministry_id,
            [file.id for file in bundled],
        )


def test_the_counter_sends_and_the_officer_confirms_what_came(
    app: Flask, desk: FlaskClient, office: Office, officer: User
) -> None:
    came, lost = office.application(), office.application("ນາງ ບົວ")
    page = desk.get(f"{C}/new").text
    assert came.label in page
    assert "Ministry MOPS (2)" in page
    form = {"direction": "out", "ministry": came.ministry_id}
    assert desk.post(C, data=form).status_code == 422
    form["application"] = [str(came.id), str(lost.id)]  # type: ignore[assignment]  # two of a name
    sent = desk.post(C, data=form)
    assert sent.status_code == 303
    assert desk.post(C, data=form).status_code == 409
    where = sent.location
    at_counter = desk.get(where).text
    assert "/receive" not in at_counter
    assert "On its way" in desk.get(f"/c/LA0101/applications/{came.id}").text
    at_office = a_desk(app, officer)
    assert where in at_office.get(C).text
    with office.inside():
        bundle = queries.bundles("open", came.submitted_on)[0].bundle
        item = next(
            row.item.id for row in queries.items(bundle.id) if row.application.id == came.id
        )
    assert at_office.get(f"{C}?q={bundle.label.lower()}").location == where
    assert "/receive" in at_office.get(where).text
    assert desk.post(f"{where}/receive", data={"item": str(item)}).status_code == 403
    assert at_office.post(f"{where}/receive", data={"item": str(item)}).status_code == 303
    assert at_office.post(f"{where}/receive").status_code == 409
    assert "Missing on arrival" in desk.get(where).text
    assert bundle.label in desk.get(f"{C}?show=missing").text
    assert bundle.label not in desk.get(f"{C}?show=open").text
    with office.inside():
        missing = next(
            row.item.id for row in queries.items(bundle.id) if row.application.id == lost.id
        )
    assert "It still lies here" in desk.get(where).text
    assert desk.post(f"{C}/items/{missing}/stayed").status_code == 303
    assert bundle.label not in desk.get(f"{C}?show=missing").text
    assert desk.get(f"{C}?q=nonsense").status_code == 200


def test_results_come_back_and_are_ready_under_their_number(
    app: Flask, desk: FlaskClient, office: Office, officer: User
) -> None:
    file = office.application()
    with office.inside(officer):
        files.take_up(office.centre, file.id)
        files.pass_step(office.centre, the_step(file))
    at_office = a_desk(app, officer)
    assert file.label in at_office.get(f"{C}/new").text
    form = {"direction": "back", "ministry": file.ministry_id, "application": str(file.id)}
    assert desk.post(C, data=form).status_code == 403
    where = at_office.post(C, data=form).location
    with office.inside():
        (row,) = queries.items(queries.bundles("open", file.submitted_on)[0].bundle.id)
    assert f"result-{row.item.id}" in desk.get(where).text
    paper = text_of(desk.get(f"{where}/pdf").data)
    assert "ອະນຸມັດ" in paper
    confirm = {"item": str(row.item.id), f"result-{row.item.id}": "1" * 61}
    assert desk.post(f"{where}/receive", data=confirm).status_code == 422
    confirm[f"result-{row.item.id}"] = "12/ປກສ"
    assert desk.post(f"{where}/receive", data=confirm).status_code == 303
    page = desk.get(f"/c/LA0101/applications/{file.id}").text
    assert "Ready for collection" in page
    assert "12/ປກສ" in page


def test_the_paper_names_every_file_and_both_ends(desk: FlaskClient, office: Office) -> None:
    bundled = [office.application(f"{STACKED} {number}") for number in range(1, 21)]
    bundle = a_bundle(office, *bundled)
    answer = desk.get(f"{C}/{bundle.code}/pdf?language=lo")
    assert answer.mimetype == "application/pdf"
    said = text_of(answer.data)
    for words in (
        "ສາທາລະນະລັດ ປະຊາທິປະໄຕ ປະຊາຊົນລາວ",
        "ໃບນຳສົ່ງເອກະສານ",
        f"ເລກທີ {bundle.label}",
        "ກະຊວງ MOPS",
        "ຊ່ອງບໍລິການ, ສູນ LA0101",
        "ຈຳນວນສຳນວນ 20",
        "ຜູ້ມອບ",
        "ຜູ້ຮັບ",
        f"ຊື່: {office.cashier.name_lo}",
        *(f"{file.label[-5:]}" for file in bundled),
    ):
        assert words in said, words
    assert "Given by" not in said
    assert "Given by" in text_of(desk.get(f"{C}/{bundle.code}/pdf?language=en").data)


def test_another_centres_transmittals_are_not_found(app: Flask, office: Office) -> None:
    bundle = a_bundle(office, office.application())
    stranger = a_desk(app, an_office("LA0102").cashier)
    for centre in ("LA0101", "LA0102"):
        where = f"/c/{centre}/transmittals/{bundle.code}"
        for path in ("", "/pdf"):
            assert stranger.get(where + path).status_code == 404
        assert stranger.post(f"{where}/receive").status_code == 404


def test_a_list_of_many_bundles_asks_no_more_than_a_short_one(
    app: Flask, desk: FlaskClient, office: Office
) -> None:
    engine = app.extensions["database"].reader
    counted: list[str] = []

    def count(*arguments: object) -> None:
        counted.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", count)
    sizes = []
    for more in (1, 4):
        for _ in range(more):
            a_bundle(office, office.application())
        counted.clear()
        assert desk.get(C).status_code == 200
        sizes.append(len(counted))
    event.remove(engine, "before_cursor_execute", count)
    assert sizes[0] == sizes[1]


def test_the_typeface_has_every_letter_of_the_paper() -> None:
    words = "".join(text for both in WORDS.values() for text in both.values())
    assert pdf.missing_glyphs(words) == ""
