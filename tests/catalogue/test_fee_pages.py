"""Pages of fees: rules in words, the poster, rates, classes, decisions, and new versions."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from odsc_counter.catalogue import fee_queries, queries
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from tests.catalogue.test_pages import administrator, centre, hall, manager, program
from tests.pages import a_desk

__all__ = ["administrator", "centre", "hall", "manager", "program"]
ACT = {"legal_basis": "Ordinance 9/PO", "article": "Art. 4", "act_on": "2026-01-05"}


@pytest.fixture
def today() -> str:
    return clock.today().isoformat()


def test_the_published_list_says_rules_in_words(hall: FlaskClient) -> None:
    page = hall.get("/c/LA0101/fees").text
    assert "1% of the declared value, at least 50.000 kip, at most 20.000.000 kip" in page
    assert "up to 100 m²: 100.000 kip" in page
    assert "60 USD (paid in kip at the official rate)" in page
    assert "Poor household" in page
    assert "fees/poster.pdf?size=A3" in page


@pytest.mark.parametrize(("size", "width"), [("A3", 842), ("A4", 595), ("B9", 595)])
def test_the_poster_is_a_sheet_of_its_size_with_every_service(
    hall: FlaskClient, size: str, width: int
) -> None:
    answer = hall.get(f"/c/LA0101/fees/poster.pdf?size={size}&language=both")
    assert answer.mimetype == "application/pdf"
    made = PdfReader(BytesIO(answer.data))
    assert round(made.pages[0].mediabox.width) == width
    text = " ".join(page.extract_text() for page in made.pages)
    for words in ("20.000", "Annual road tax", "1% of the declared value", "Poor household"):
        assert words in text


def test_a_rate_is_entered_and_listed(administrator: FlaskClient, today: str) -> None:
    assert "There is no rate for USD of these days." in administrator.get("/national/rates").text
    rate = {"currency": "USD", "day": today, "kip": "21.700", "good_for_days": "7"}
    assert administrator.post("/national/rates", data=rate).status_code == 422
    answer = administrator.post("/national/rates", data={**rate, "source": "BOL notice 12"})
    assert answer.status_code == 303
    page = administrator.get("/national/rates").text
    assert "1 USD = 21.700 kip" in page
    assert "BOL notice 12" in page


def test_a_class_of_people_is_kept_and_ended(administrator: FlaskClient, today: str) -> None:
    people = {
        "code": "POOR", "name_lo": "ຄອບຄົວທຸກຍາກ", "name_en": "Poor household", "percent": "12,5",
        "services": "MOPS-04", "paper_lo": "ໃບ", "paper_en": "Certificate", "valid_from": today,
        **ACT,
    }  # fmt: skip
    refused = administrator.post("/national/exemptions", data={**people, "percent": "101"})
    assert refused.status_code == 422
    assert administrator.post("/national/exemptions", data=people).status_code == 303
    with reference_scope():
        found = fee_queries.exemptions_on(clock.today(), "MOPS-04")[0]
    assert (found.basis_points, found.standing) == (1_250, "confirmed")
    page = administrator.get(f"/national/exemptions?of={found.id}").text
    assert 'value="12,5"' in page
    assert administrator.post(f"/national/exemptions/{found.id}/end").status_code == 303


def test_the_manager_writes_a_decision_down_and_the_nation_sees_it(
    manager: FlaskClient, administrator: FlaskClient, today: str
) -> None:
    page = manager.get("/c/LA0101/services/deviations").text
    line = re.search(r'<option value="(\d+)">MOPS-04 ', page)
    assert line is not None
    decision = {
        "fee_line": line[1], "amount": "15.000", "decision_on": "2026-02-01",
        "decided_by": "District governor", "reason": "Far villages", "valid_from": today,
    }  # fmt: skip
    assert manager.post("/c/LA0101/services/deviations", data=decision).status_code == 422
    decided = {**decision, "decision_number": "=12/DG"}
    assert manager.post("/c/LA0101/services/deviations", data=decided).status_code == 303
    assert "15.000 kip" in manager.get("/c/LA0101/fees/MOPS-04").text
    page = administrator.get("/national/deviations").text
    assert "-5.000 kip" in page or "5.000 kip" in page
    csv = administrator.get("/national/deviations.csv?centre=LA0101").get_data(as_text=True)
    assert "'=12/DG" in csv
    assert "LA0101" not in administrator.get("/national/deviations.csv?service=NONE").text
    number = re.search(r"deviations/(\d+)/end", manager.get("/c/LA0101/services/deviations").text)
    assert number is not None
    assert manager.post(f"/c/LA0101/services/deviations/{number[1]}/end").status_code == 303
    assert "=12/DG" not in administrator.get("/national/deviations").text


def test_a_new_version_of_a_fee_is_published(
    administrator: FlaskClient, centre: Centre, today: str
) -> None:
    address = "/national/catalogue/MPWT-01/fees/new"
    with reference_scope():
        service = queries.service_by_code("MPWT-01")
        (before,) = queries.fee_lines_on(service.id, clock.today())
    page = administrator.get(f"{address}?of={before.id}").text
    assert "100 = 100.000" in page
    fee = {
        "code": "BASE", "name_lo": "ຄ່າທຳນຽມ", "name_en": "Fee", "part": "one_of",
        "rule": "stepped", "currency": "LAK", "steps": "100 = 120.000\n+ = 900.000",
        "answer": "floor_area", "per_day": "", "treasury": "60", "ministry": "30", "centre": "10",
        "valid_from": today, **ACT,
    }  # fmt: skip
    for wrong in ({"steps": "100 : 5"}, {"centre": "11"}, {"act_on": ""}, {"amount": "5.000"}):
        assert administrator.post(address, data={**fee, **wrong}).status_code == 422
    assert administrator.post(address, data=fee).status_code == 303
    with centre_scope(centre.id):
        (now,) = queries.fee_lines_on(service.id, clock.today())
    assert now.terms["steps"][1] == {"up_to": None, "amount": 900_000}
    assert now.shares[2] == {"to": "centre", "basis_points": 1_000}
    assert (now.article, now.standing, now.id != before.id) == ("Art. 4", "confirmed", True)
    page = administrator.get("/national/catalogue/MPWT-01").text
    assert "Treasury 60%" in page
    assert administrator.post(f"/national/catalogue/MPWT-01/fees/{now.id}/end").status_code == 303


def test_others_may_do_none_of_it(manager: FlaskClient, hall: FlaskClient) -> None:
    for path in ("/national/rates", "/national/exemptions", "/national/deviations"):
        assert manager.get(path).status_code == 404
    assert hall.get("/c/LA0101/services/deviations").status_code in (302, 303, 404)


def test_pages_are_in_lao_too(program: Flask, centre: Centre) -> None:
    page = a_desk(program, language="lo").get("/c/LA0101/fees").text
    assert "1% ຂອງມູນຄ່າທີ່ແຈ້ງ, ຢ່າງໜ້ອຍ 50.000 ກີບ" in page
