"""People in a browser: looked up and chosen at the counter, asked about, changed, and merged."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.applications.of_person import applications_of
from odsc_counter.people import operations, queries
from odsc_counter.people.details import Details
from odsc_counter.people.models import Person
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office

C = "/c/LA0101"
NAME = "ທ້າວ ຄຳພູ ວົງສະຫວັນ"
KHAMPHOU = Details(NAME, phone="020 5551 2345", id_number="01-12345", birth="1990")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office()


@pytest.fixture
def desk(app: Flask, office: Office) -> FlaskClient:
    return a_desk(app, office.cashier)


@pytest.fixture
def person(office: Office) -> Person:
    with office.inside():
        return operations.for_application(KHAMPHOU)


def test_somebody_known_is_looked_up_and_fills_the_form_without_script(
    desk: FlaskClient, office: Office, person: Person
) -> None:
    page = desk.get(f"{C}/applications/new?service={office.service.id}&q=ຄໍາ").text
    address = f"{C}/applications/new?service={office.service.id}&amp;person={person.id}"
    assert address in page
    part = desk.get(f"{C}/applications/known-people?service={office.service.id}&q=020555").text
    assert address in part
    assert "<html" not in part
    filled = desk.get(address.replace("&amp;", "&")).text
    for value in (NAME, "020 5551 2345", "01-12345", "1990", str(person.id)):
        assert f'value="{value}"' in filled, value
    form = {"service": office.service.id, "person": person.id, "full_name": "x", "kind": "person"}
    taken = desk.post(f"{C}/applications", data={**form, "phone": "020 9"})
    assert taken.status_code == 303
    with office.inside():
        assert len(applications_of(person.id)) == 1
        changed = queries.person(person.id)
    assert (changed.full_name, changed.phone) == (NAME, "020 9")


def test_a_clerk_is_asked_before_a_second_record_is_made(
    desk: FlaskClient, office: Office, person: Person
) -> None:
    form = {
        "service": office.service.id, "kind": "person", "full_name": "ຄໍາພູ", "phone": "55512345",
        "papers": sorted(office.papers), "request_key": "one-rendering",
    }  # fmt: skip
    asked = desk.post(f"{C}/applications", data=form)
    assert asked.status_code == 422
    assert "Same phone number" in asked.text
    assert f'value="{person.id}"' in asked.text
    assert asked.text.count(" checked") == 1 + len(office.papers), "what was ticked stays so"
    assert desk.post(f"{C}/applications", data={**form, "person": "another"}).status_code == 303
    with office.inside():
        assert len(queries.search("ຄຳພູ")) == 2
        assert applications_of(person.id) == []
    again = {**form, "request_key": "another-rendering", "person": str(person.id)}
    assert desk.post(f"{C}/applications", data=again).status_code == 303
    with office.inside():
        assert len(applications_of(person.id)) == 1


def test_a_foreign_record_is_not_found(
    app: Flask, desk: FlaskClient, office: Office, person: Person
) -> None:
    stranger = an_office("LA0102")
    elsewhere = a_desk(app, stranger.cashier)
    form = {"full_name": "x", "kind": "person", "person": str(person.id)}
    there = "/c/LA0102"
    answer = elsewhere.post(f"{there}/applications", data={**form, "service": stranger.service.id})
    assert answer.status_code == 404
    assert elsewhere.get(f"{there}/applications/new?person={person.id}").status_code == 404
    assert elsewhere.get(f"{there}/applicants/{person.id}").status_code == 404
    assert desk.post(f"{C}/applications", data={**form, "person": "nonsense"}).status_code == 404
    assert NAME not in elsewhere.get(f"{there}/applicants?q=ຄຳພູ").text


def test_a_person_s_page_shows_files_changes_and_consents(
    desk: FlaskClient, office: Office, person: Person
) -> None:
    file = office.application(applicant=KHAMPHOU, person_id=person.id)
    address = f"{C}/applicants/{person.id}"
    form = desk.get(f"{address}/edit").text
    assert f'value="{NAME}"' in form
    edited = {"kind": "person", "full_name": NAME, "phone": "021 1", "village": "ໂພນໄຊ"}
    assert desk.post(address, data={**edited, "version": "7"}).status_code == 409
    assert desk.post(address, data={**edited, "version": "1", "birth": "x"}).status_code == 422
    assert desk.post(address, data={**edited, "version": "1"}).status_code == 303
    assert desk.post(f"{address}/consents", data={"purpose": "keep"}).status_code == 422
    for decision in ("given", "withdrawn"):
        consent = {"purpose": "message", "decision": decision, "how": "spoken"}
        assert desk.post(f"{address}/consents", data=consent).status_code == 303
    page = desk.get(address).text
    for words in (file.label, "020 5551 2345 → 021 1", "Consent withdrawn", "Record changed"):
        assert words in page, words


def test_only_a_manager_merges_and_the_trace_is_on_both_pages(
    app: Flask, desk: FlaskClient, office: Office, person: Person
) -> None:
    with office.inside():
        other = operations.for_application(KHAMPHOU, is_another=True)
    file = office.application(applicant=KHAMPHOU, person_id=other.id)
    merge = f"{C}/applicants/{person.id}/merge"
    form = {"keep": str(person.id), "other": str(other.id), "reason": "the same card"}
    assert desk.post(merge, data=form).status_code == 403
    assert desk.get(f"{C}/applicants/duplicates").status_code == 403
    manager = a_desk(app, office.manager)
    listed = manager.get(f"{C}/applicants/duplicates").text
    (compare,) = set(re.findall(r'href="([^"]*/merge\?other=[^"]*)"', listed))
    assert "Same ID card number" in listed
    assert manager.get(compare).status_code == 200
    assert manager.post(merge, data={**form, "reason": ""}).status_code == 422
    assert manager.post(merge, data={**form, "keep": "nonsense"}).status_code == 404
    assert manager.post(merge, data=form).status_code == 303
    kept = manager.get(f"{C}/applicants/{person.id}").text
    assert file.label in kept
    assert "the same card" in kept
    gone = manager.get(f"{C}/applicants/{other.id}").text
    assert "merged into another one" in gone
    assert f"/applicants/{person.id}" in gone
    assert desk.get(f"{C}/applicants/{other.id}/edit").status_code == 302
    filled = desk.get(f"{C}/applications/new?service={office.service.id}&person={other.id}").text
    assert f'value="{person.id}"' in filled
