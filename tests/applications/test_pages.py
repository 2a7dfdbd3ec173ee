"""Applications in a browser: taken, looked up, decided, and followed by the citizen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.applications import lists, operations
from tests.applications.test_operations import an_officer, the_step
from tests.pages import a_desk, an_app
from tests.receipts.office import NAME, Office, an_office

C = "/c/LA0101"


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


def test_taking_an_application_keeps_what_was_typed_at_an_error(
    desk: FlaskClient, office: Office
) -> None:
    form = {
        "service": office.service.id,
        "phone": "020 5555 1234",
        "papers": [min(office.papers)],
        "request_key": "one-rendering",
    }
    refused = desk.post(f"{C}/applications", data=form)
    assert refused.status_code == 422
    assert 'value="020 5555 1234"' in refused.text
    assert f'value="{min(office.papers)}" checked' in refused.text
    taken = [desk.post(f"{C}/applications", data={**form, "full_name": NAME}) for _ in range(2)]
    assert [answer.status_code for answer in taken] == [303, 303]
    assert taken[0].location == taken[1].location
    page = desk.get(taken[0].location).text
    assert NAME in page
    assert "Papers missing" in page
    with office.inside():
        assert lists.listing(lists.Filters()).total == 1


def test_a_service_in_the_address_is_chosen_in_the_form(desk: FlaskClient, office: Office) -> None:
    assert "Service MOPS-04" in desk.get(f"{C}/applications/new?service={office.service.id}").text
    assert desk.get(f"{C}/applications/new?ticket=nonsense").status_code == 404
    foreign = "0198f0f0-0000-7000-8000-000000000000"
    assert desk.get(f"{C}/applications/new?ticket={foreign}").status_code == 404
    answer = desk.post(f"{C}/applications", data={"service": "999", "full_name": NAME})
    assert answer.status_code in (409, 422)


def test_the_officer_sees_the_decision_and_others_do_not(
    app: Flask, desk: FlaskClient, office: Office
) -> None:
    application = office.application()
    with office.inside():
        step = f"{C}/steps/{the_step(application)}"
    page = f"{C}/applications/{application.id}"
    assert f"{page}/take-up" not in desk.get(page).text
    assert desk.post(f"{step}/pass").status_code == 403
    stranger = a_desk(app, an_officer(office, "MOJ"))
    assert f"{page}/take-up" not in stranger.get(page).text
    assert stranger.post(f"{page}/take-up").status_code == 403
    assert stranger.post(f"{step}/pass").status_code == 403
    officer = a_desk(app, an_officer(office, "MOPS"))
    assert f"{page}/take-up" in officer.get(page).text
    assert application.label in officer.get(f"{C}/desk").text
    assert application.label not in stranger.get(f"{C}/desk").text
    assert officer.post(f"{page}/take-up").status_code == 303
    assert f"{step}/pass" in officer.get(page).text
    assert officer.post(f"{step}/reject", data={"reject-reason": "no"}).status_code == 422
    assert officer.post(f"{step}/pass").status_code == 303
    assert desk.post(f"{page}/ready", data={"result_number": "12/ປກສ"}).status_code == 303
    handed = {"taker": "representative", "proof": "id_card"}
    assert desk.post(f"{page}/collect", data=handed).status_code == 422
    handed["name"] = "ນາງ ບົວ"
    assert desk.post(f"{page}/collect", data=handed).status_code == 422
    handed["paper_reference"] = "3/17"
    assert desk.post(f"{page}/collect", data=handed).status_code == 303
    assert desk.post(f"{page}/collect", data=handed).status_code == 409


def test_the_public_page_shows_state_and_date_and_no_name(
    app: Flask, desk: FlaskClient, office: Office
) -> None:
    application = office.application(phone="020 5555 1234", village="ບ້ານ ໂພນໄຊ")
    page = a_desk(app).get(f"{C}/f/{application.tracking_code}").text
    assert application.label in page
    assert "Submitted" in page
    for hidden in (NAME, "020 5555 1234", "ບ້ານ ໂພນໄຊ", office.cashier.name_lo):
        assert hidden not in page
    assert a_desk(app).get(f"{C}/f/AAAABBBBCCCC").status_code == 404
    assert application.tracking_code[:4] in desk.get(f"{C}/applications/{application.id}").text


def test_another_centres_application_is_not_found(app: Flask, office: Office) -> None:
    application = office.application()
    stranger = an_office("LA0102")
    desk = a_desk(app, stranger.cashier)
    for centre in ("LA0101", "LA0102"):
        page = f"/c/{centre}/applications/{application.id}"
        assert desk.get(page).status_code == 404
        for verb in ("papers", "collect", "withdraw", "assess"):
            form = {"withdraw-reason": "because so", "papers": "1", "fee_line": "1"}
            assert desk.post(f"{page}/{verb}", data=form).status_code == 404, (centre, verb)
    assert desk.get(f"/c/LA0102/f/{application.tracking_code}").status_code == 404


def test_the_list_is_narrowed(desk: FlaskClient, office: Office) -> None:
    application = office.application()
    other = office.application("ນາງ ບົວ")
    with office.inside():
        operations.withdraw(office.centre, other.id, "ປ່ຽນໃຈແລ້ວ")
    found = desk.get(f"{C}/applications", query_string={"q": "ຄຳພູ"}).text
    assert application.label in found
    assert other.label not in found
    withdrawn = desk.get(f"{C}/applications?state=withdrawn").text
    assert other.label in withdrawn
    assert application.label not in withdrawn
    assert application.label not in desk.get(f"{C}/applications?show=overdue").text
