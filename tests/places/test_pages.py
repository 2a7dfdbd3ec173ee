"""The list of all places with their centres, opening and changing one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.places.queries import centre_by_code, unit_by_code
from odsc_counter.platform.tenancy import reference_scope
from tests.pages import a_desk, an_app
from tests.world import a_user

NEW = {
    "unit": "LA0101",
    "name_lo": "ສູນ ຈັນທະບູລີ",
    "name_en": "Chanthabuly centre",
    "phone": "021 212 862",
    "opened_on": "2026-01-05",
    "counters": "3",
}


@pytest.fixture
def program(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    program = an_app(database_url, tmp_path)
    load_reference_data()
    yield program
    program.extensions["database"].dispose()


@pytest.fixture
def administrator(program: Flask) -> FlaskClient:
    with reference_scope():
        nation = unit_by_code("LA")
    return a_desk(program, a_user("admin", language="en", national_administrator=nation))


def test_every_district_stands_in_the_list_with_its_province(administrator: FlaskClient) -> None:
    page = administrator.get("/national/centres").text
    assert page.count("No centre here yet") == 166
    assert "Xaysetha District, Vientiane Capital" in page
    assert "Xaysetha District, Attapeu Province" in page


def test_a_centre_is_opened_changed_and_closed(administrator: FlaskClient) -> None:
    form = administrator.get("/national/centres/open?unit=LA0101")
    assert "Chanthabuly District, Vientiane Capital" in form.text
    assert administrator.post("/national/centres/open", data=NEW).status_code == 303
    page = administrator.get("/national/centres?q=chanthabuly").text
    assert "Chanthabuly centre" in page
    assert "No centre here yet" not in page
    changed = {"name_lo": "ສູນ", "name_en": "Another name", "phone": ""}
    assert administrator.post("/national/centres/LA0101", data=changed).status_code == 303
    assert "Another name" in administrator.get("/national/centres/LA0101").text
    assert administrator.post("/national/centres/LA0101/close").status_code == 303
    with reference_scope():
        assert centre_by_code("LA0101").closed_on is not None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name_en", "", "Please write the name."),
        ("phone", "call me", "Please write digits and blanks alone."),
        ("counters", "0", "Please give a number from 1 to 40."),
        ("opened_on", "", "Please choose a day."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    administrator: FlaskClient, field: str, value: str, message: str
) -> None:
    answer = administrator.post("/national/centres/open", data={**NEW, field: value})
    assert answer.status_code == 422
    assert message in answer.text
    assert "ສູນ ຈັນທະບູລີ" in answer.text


def test_unknown_places_are_not_found(administrator: FlaskClient) -> None:
    assert administrator.get("/national/centres/open?unit=LA9999").status_code == 404
    assert administrator.get("/national/centres/LA9999").status_code == 404


def test_only_the_national_administrator_comes_in(program: Flask) -> None:
    with reference_scope():
        nation = unit_by_code("LA")
    analyst = a_desk(program, a_user("analyst", moha_analyst=nation))
    assert analyst.get("/national/centres").status_code == 404
    assert a_desk(program).get("/national/centres").status_code == 302
