"""Pages about services: the centre's offer, the published fees, the national catalogue."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.catalogue import queries
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.places.models import Centre
from odsc_counter.places.operations import open_centre
from odsc_counter.places.queries import unit_by_code
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from tests.pages import a_desk, an_app
from tests.world import a_user

EXAMPLE = "Example, not confirmed"


@pytest.fixture
def program(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    program = an_app(database_url, tmp_path)
    load_reference_data()
    yield program
    program.extensions["database"].dispose()


@pytest.fixture
def centre(program: Flask) -> Centre:
    with reference_scope():
        return open_centre(
            "LA0101", name_lo="ສູນ ຈັນທະບູລີ", name_en="Chanthabuly centre", phone="021 212 862"
        )


@pytest.fixture
def hall(program: Flask, centre: Centre) -> FlaskClient:
    """A citizen's phone: nobody is signed in."""
    return a_desk(program)


@pytest.fixture
def manager(program: Flask, centre: Centre) -> FlaskClient:
    return a_desk(program, a_user("manager", language="en", centre_manager=centre))


@pytest.fixture
def administrator(program: Flask) -> FlaskClient:
    with reference_scope():
        nation = unit_by_code("LA")
    return a_desk(program, a_user("admin", language="en", national_administrator=nation))


def offered(centre: Centre) -> dict[str, str]:
    with centre_scope(centre.id):
        return {
            row.service.code: row.group.letter for row in queries.offered_services(clock.today())
        }


def test_everyone_reads_the_published_fees_with_their_marks(hall: FlaskClient) -> None:
    page = hall.get("/c/LA0101/fees").text
    assert "Chanthabuly centre" in page
    assert "Chanthabuly District, Vientiane Capital" in page
    assert "20.000" in page
    assert "60 USD" in page
    assert EXAMPLE in page


def test_a_service_page_names_papers_days_fee_and_act(hall: FlaskClient) -> None:
    page = hall.get("/c/LA0101/fees/MOPS-04").text
    assert "Written request" in page
    assert "1 working day" in page
    assert "20.000" in page
    assert "To be set from the ordinance in force" in page
    assert page.count(EXAMPLE) >= 2


def test_a_fee_that_has_a_source_bears_no_mark(hall: FlaskClient) -> None:
    page = hall.get("/c/LA0101/fees/MOFA-03").text
    assert "1.000.000" in page
    assert "Consular Department notice" in page
    reductions = page.index("Who pays less or nothing")
    assert page[:reductions].count(EXAMPLE) == 1  # its papers alone


def test_a_service_that_is_not_offered_has_no_page(hall: FlaskClient, centre: Centre) -> None:
    assert hall.get("/c/LA0101/fees/NONE-01").status_code == 404
    assert hall.get("/c/LA0102/fees").status_code == 404


def test_the_pages_come_in_lao(program: Flask, centre: Centre) -> None:
    page = a_desk(program, language="lo").get("/c/LA0101/fees/MOPS-04").text
    assert "ໃບຢັ້ງຢືນທີ່ຢູ່" in page
    assert "Residence certificate" not in page


def test_the_manager_changes_what_is_offered(manager: FlaskClient, centre: Centre) -> None:
    with reference_scope():
        number = queries.service_by_code("MOPS-04").id
        other = queries.service_by_code("MOPS-05").id
    assert "Residence certificate" in manager.get("/c/LA0101/services").text
    answer = manager.post(
        "/c/LA0101/services", data={f"service-{number}": "C", f"service-{other}": "F"}
    )
    assert answer.status_code == 303
    letters = offered(centre)
    assert letters["MOPS-04"] == "C"
    assert letters["MOPS-05"] == "F"
    assert letters["MOPS-06"] == "B"
    assert manager.post("/c/LA0101/services", data={"service-1": "Q"}).status_code == 404


def test_a_letter_that_is_taken_is_said_beside_its_field(manager: FlaskClient) -> None:
    group = {"letter": "A", "name_lo": "ກຸ່ມ", "name_en": "Group"}
    answer = manager.post("/c/LA0101/services/groups", data=group)
    assert answer.status_code == 422
    assert "Another group already has this letter." in answer.text
    assert 'value="Group"' in answer.text
    answer = manager.post("/c/LA0101/services/groups", data={**group, "letter": "g"})
    assert answer.status_code == 303


def test_others_do_not_reach_the_offer(
    program: Flask, hall: FlaskClient, centre: Centre, administrator: FlaskClient
) -> None:
    assert hall.get("/c/LA0101/services").status_code == 302
    assert administrator.get("/c/LA0101/services").status_code == 404
    clerk = a_desk(program, a_user("clerk", counter_staff=centre))
    assert clerk.get("/c/LA0101/services").status_code == 403


def test_the_catalogue_is_searched_in_lao_and_by_standing(administrator: FlaskClient) -> None:
    assert "66" in administrator.get("/national/catalogue").text
    found = administrator.get("/national/catalogue?q=ທີ່ຢູ່").text
    assert "MOPS-04" in found
    assert "MPWT-06" not in found
    sourced = administrator.get("/national/catalogue?standing=sourced").text
    assert "MPWT-01" in sourced
    assert "MOPS-04" not in sourced
    assert "MOHA-01" in administrator.get("/national/catalogue?ministry=PMO").text


def test_the_administrator_confirms_a_service_and_its_fee(administrator: FlaskClient) -> None:
    with reference_scope():
        service = queries.service_by_code("MOPS-04")
        version = queries.service_on(service.id, clock.today())
        (line,) = queries.fee_lines_on(service.id, clock.today())
    address = "/national/catalogue/MOPS-04"
    assert EXAMPLE in administrator.get(address).text
    wrong = administrator.post(
        f"{address}/fees/{line.id}/confirm",
        data={f"fee{line.id}-amount": "1,5", f"fee{line.id}-legal_basis": "Ordinance 002/PO"},
    )
    assert wrong.status_code == 422
    assert "Please write a whole amount, such as 25.000." in wrong.text
    assert 'value="1,5"' in wrong.text
    for part, data in (
        (f"versions/{version.id}", {}),
        (
            f"fees/{line.id}",
            {
                f"fee{line.id}-amount": "25.000",
                f"fee{line.id}-legal_basis": "Ordinance 002/PO",
                f"fee{line.id}-act_on": "2021-03-01",
            },
        ),
    ):
        assert administrator.post(f"{address}/{part}/confirm", data=data).status_code == 303
    with reference_scope():
        (now,) = queries.fee_lines_on(service.id, clock.today())
    assert (now.amount, now.standing) == (25_000, "confirmed")
    assert "Confirmed by ທ. admin" in administrator.get(address).text


def test_the_manager_of_a_centre_can_not_confirm(manager: FlaskClient) -> None:
    assert manager.get("/national/catalogue").status_code == 404
    assert manager.post("/national/catalogue/MOPS-04/versions/1/confirm").status_code == 404
