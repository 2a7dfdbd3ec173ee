"""Pages of the register, of a centre's own services, and of proposals."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from odsc_counter.catalogue import queries
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.monitoring import rollups
from odsc_counter.monitoring.recounting import recount
from odsc_counter.monitoring.register_queries import national_register
from odsc_counter.places.models import Centre
from odsc_counter.places.operations import open_centre
from odsc_counter.places.queries import unit_by_code
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets.models import Ticket
from tests.pages import a_desk, an_app
from tests.world import a_user

TODAY = clock.today().isoformat()
SUSPENDED = {
    "suspend-since": TODAY,
    "suspend-reason": "unclear_fee",
    "suspend-words_en": "The ordinance is on its way",
    "suspend-words_lo": "ລໍຖ້າລັດຖະບັນຍັດ",
    "suspend-decided_by": "District office",
    "suspend-document_number": "12/DO",
}
LOCAL = {
    "decision_number": "45/DG",
    "decision_on": TODAY,
    "decided_by": "District governor",
    "name_lo": "ໃຊ້ທາງຍ່າງ",
    "name_en": "Use of a pavement",
    "ministry": "MPWT",
    "group": "F",
    "processing_days": "2",
    "papers": ["1", "2"],
    "amount": "30.000",
    "legal_basis": "45/DG, article 4",
}


@pytest.fixture
def program(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    program = an_app(database_url, tmp_path)
    load_reference_data()
    yield program
    program.extensions["database"].dispose()


@pytest.fixture
def centre(program: Flask) -> Centre:
    with reference_scope():
        other = open_centre("LA0102", name_lo="ສູນ ອື່ນ", name_en="Other centre")
        assert other.code == "LA0102"
        return open_centre("LA0101", name_lo="ສູນ ຈັນທະບູລີ", name_en="Chanthabuly centre")


@pytest.fixture
def manager(program: Flask, centre: Centre) -> FlaskClient:
    return a_desk(program, a_user("manager", language="en", centre_manager=centre))


def at_the_nation(program: Flask, name: str, role: str) -> FlaskClient:
    with reference_scope():
        nation = unit_by_code("LA")
    return a_desk(program, a_user(name, language="en", **{role: nation}))


def test_a_manager_suspends_a_service_and_everyone_reads_why(
    program: Flask, centre: Centre, manager: FlaskClient
) -> None:
    page = manager.get("/c/LA0101/services/register/MOPS-04").text
    assert "Suspend the service" in page and "Offer the service again" not in page
    answer = manager.post("/c/LA0101/services/register/MOPS-04/suspend", data=SUSPENDED)
    assert answer.status_code == 303
    page = manager.get("/c/LA0101/services/register/MOPS-04").text
    assert "The fee is unclear" in page and "12/DO" in page and "District office" in page
    assert "Offer the service again" in page
    listed = manager.get("/c/LA0101/services/register?state=suspended").text
    assert "Residence certificate" in listed and "Birth registration" not in listed
    with centre_scope(centre.id):
        service = queries.service_by_code("MOPS-04")
    clerk = a_desk(program, a_user("clerk", language="en", counter_staff=centre))
    hall = a_desk(program)
    told = "The fee is unclear · The ordinance is on its way"
    for page in (
        hall.get("/c/LA0101/kiosk/B").text,
        hall.get(f"/c/LA0101/kiosk/services/{service.id}").text,
        hall.get("/c/LA0101/fees").text,
        clerk.get("/c/LA0101/applications/new").text,
    ):
        assert told in page and "Suspended since" in page
    hall.post("/c/LA0101/kiosk", data={"service": service.id, "files": "1"})
    with centre_scope(centre.id), reading() as session:
        assert session.scalars(select(Ticket)).all() == []
    lao = a_desk(program, language="lo").get("/c/LA0101/kiosk/B").text
    assert "ຄ່າທຳນຽມບໍ່ຈະແຈ້ງ · ລໍຖ້າລັດຖະບັນຍັດ" in lao
    assert "Suspended since" not in lao
    # A clerk reads the register and does not change it.
    assert "Suspend" not in clerk.get("/c/LA0101/services/register/MOPS-05").text
    refused = clerk.post("/c/LA0101/services/register/MOPS-05/suspend", data=SUSPENDED)
    assert refused.status_code == 403
    assert "Register" in manager.get("/c/LA0101/services").text


def test_what_is_missing_is_said_beside_its_field(manager: FlaskClient) -> None:
    wrong = {**SUSPENDED, "suspend-reason": "other", "suspend-words_lo": ""}
    answer = manager.post("/c/LA0101/services/register/MOPS-04/suspend", data=wrong)
    assert answer.status_code == 422
    assert "Write the reason." in answer.text and "District office" in answer.text
    answer = manager.post("/c/LA0101/services/register/MOPS-04/resume", data={"resume-since": ""})
    assert answer.status_code == 422
    unknown = manager.post("/c/LA0101/services/register/MOPS-04/offer", data=SUSPENDED)
    assert unknown.status_code == 404


def test_a_service_of_one_centre_alone(
    program: Flask, centre: Centre, manager: FlaskClient
) -> None:
    assert "Number of the decision" in manager.get("/c/LA0101/services/local").text
    refused = manager.post("/c/LA0101/services/local", data={**LOCAL, "decision_number": ""})
    assert refused.status_code == 422
    refused = manager.post("/c/LA0101/services/local", data={**LOCAL, "legal_basis": ""})
    assert "Please name the act that sets the fee." in refused.text
    made = manager.post("/c/LA0101/services/local", data=LOCAL)
    assert made.headers["Location"].endswith("/c/LA0101/services/register/LA0101-L01")
    assert "45/DG" in manager.get("/c/LA0101/services/register/LA0101-L01").text
    hall = a_desk(program)
    assert "Use of a pavement" in hall.get("/c/LA0101/fees").text
    assert hall.get("/c/LA0101/fees/LA0101-L01").status_code == 200
    assert hall.get("/c/LA0102/fees/LA0101-L01").status_code == 404
    assert "Use of a pavement" not in hall.get("/c/LA0102/fees").text


def test_the_nation_reads_the_registers(
    program: Flask, centre: Centre, manager: FlaskClient
) -> None:
    manager.post("/c/LA0101/services/register/MOPS-04/suspend", data=SUSPENDED)
    manager.post("/c/LA0101/services/local", data=LOCAL)
    while rollups.refresh():
        pass
    assert recount(centre) == []
    analyst = at_the_nation(program, "analyst", "moha_analyst")
    page = analyst.get("/national/register?missing=1&ministry=MOPS").text
    assert "Chanthabuly centre" in page and "The fee is unclear" in page and "12/DO" in page
    # The words beside the reason, and who decided, stay in the centre.
    assert "The ordinance is on its way" not in page and "District office" not in page
    assert "Use of a pavement" in page and "45/DG" in page and "30.000" in page
    assert "Registration of residence" not in page
    text = analyst.get("/national/register.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    (row,) = [row for row in rows if row["state"] == "suspended"]
    assert (row["service"], row["centre"], row["since"], row["reason"]) == (
        "MOPS-04", "LA0101", TODAY, "unclear_fee",
    )  # fmt: skip
    (own,) = [row for row in rows if row["local_service_of"]]
    assert (own["service"], own["centre"]) == ("LA0101-L01", "LA0101")
    assert len(rows) == 66 * 2 + 1
    assert manager.get("/national/register").status_code == 404


def test_a_formula_in_a_document_s_number_is_text(
    program: Flask, centre: Centre, manager: FlaskClient
) -> None:
    evil = {**SUSPENDED, "suspend-document_number": "=1+1"}
    manager.post("/c/LA0101/services/register/MOPS-04/suspend", data=evil)
    rollups.refresh()
    text = at_the_nation(program, "analyst", "moha_analyst").get("/national/register.csv").text
    assert ",'=1+1" in text


def test_a_planned_change_reaches_the_nation_on_its_day(
    program: Flask, centre: Centre, manager: FlaskClient
) -> None:
    day = clock.today() + timedelta(days=2)
    planned = {**SUSPENDED, "suspend-since": day.isoformat()}
    manager.post("/c/LA0101/services/register/MOPS-04/suspend", data=planned)
    assert f"From {day:%d/%m/%Y}: Suspended" in manager.get("/c/LA0101/services/register").text
    rollups.refresh()
    service = "MOPS-04"
    assert _missing(service) == []
    noon = clock.start_of_day(day) + timedelta(hours=5)
    with clock.use(lambda: noon):
        rollups.refresh()
        assert _missing(service) == ["LA0101"]


def _missing(code: str) -> list[str]:
    found = national_register(clock.today())
    (line,) = [line for line in found.lines if line.version.service.code == code]
    return [cell.centre.code for cell in line.missing]


def wording(program: Flask, **change: str) -> dict[str, object]:
    with reference_scope():
        base = queries.last_version(queries.service_by_code("MOPS-04").id)
    return {
        "name_lo": base.name_lo,
        "name_en": base.name_en,
        "ministry_id": str(base.ministry_id),
        "processing_days": "4",
        "effective_on": TODAY,
        "reason": "More days are needed",
        "basis": "Decision 7",
        "papers": [str(paper.document_type_id) for paper in base.papers[1:]],
        **change,
    }


def test_a_proposal_goes_from_its_author_to_the_catalogue(program: Flask, centre: Centre) -> None:
    analyst = at_the_nation(program, "analyst", "moha_analyst")
    administrator = at_the_nation(program, "admin", "national_administrator")
    assert "Residence certificate" in analyst.get("/national/proposals").text
    form = analyst.get("/national/catalogue/MOPS-04/propose").text
    assert "Save the draft" in form and form.count(" checked ") + form.count("checked>") >= 1
    wrong = analyst.post(
        "/national/catalogue/MOPS-04/propose", data=wording(program, effective_on="2020-01-01")
    )
    assert wrong.status_code == 422 and "Choose today or a later day." in wrong.text
    keyed = {**wording(program), "request_key": "one-rendering"}  # as every form of a page
    made = analyst.post("/national/catalogue/MOPS-04/propose", data=keyed)
    here = made.headers["Location"]
    page = analyst.get(here).text
    assert "Working days" in page and "<del>1</del>" in page and "<ins>4</ins>" in page
    assert "Removed" in page
    built = analyst.get(f"{here}/form").text
    assert "What it is needed for" in built
    rows = {"row-0-kind": "text", "row-0-en": "Since when", "row-0-lo": "ແຕ່ເມື່ອໃດ"}
    keyed = {**rows, "request_key": "another-rendering"}
    assert "row-1-en" in analyst.post(f"{here}/form", data={**keyed, "do": "add"}).text
    assert analyst.post(f"{here}/form", data={**keyed, "row-0-lo": ""}).status_code == 422
    assert analyst.post(f"{here}/form", data=keyed).status_code == 303
    assert "Since when" in analyst.get(here).text
    assert (
        analyst.post(f"{here}/submit", data={"request_key": "sent-for-review"}).status_code == 303
    )
    assert "Somebody else must review" in analyst.get(here).text
    assert analyst.post(f"{here}/review", data={"verdict": "approve"}).status_code == 404
    said = administrator.post(f"{here}/comments", data={"comment-words": "Which article?"})
    assert said.status_code == 303
    assert administrator.post(f"{here}/comments", data={}).status_code == 422
    empty = administrator.post(f"{here}/review", data={"verdict": "return"})
    assert empty.status_code == 422
    administrator.post(f"{here}/review", data={"verdict": "return", "review-words": "Name it"})
    assert "Name it" in analyst.get(here).text
    analyst.post(f"{here}/wording", data=wording(program, basis="Decision 7, article 2"))
    analyst.post(f"{here}/submit")
    administrator.post(f"{here}/review", data={"verdict": "approve"})
    assert "Publish" in administrator.get(here).text
    assert administrator.post(f"{here}/publish").status_code == 303
    with reference_scope():
        now = queries.service_on(queries.service_by_code("MOPS-04").id, clock.today())
    assert (now.processing_days, now.standing) == (4, "confirmed")
    compared = analyst.get("/national/catalogue/MOPS-04/differences").text
    assert "<ins>4</ins>" in compared and "Removed" in compared
    assert analyst.get("/national/catalogue/MOPS-04/differences?older=999999").status_code == 404


def test_proposals_are_the_nation_s_alone(
    program: Flask, centre: Centre, manager: FlaskClient
) -> None:
    assert manager.get("/national/proposals").status_code == 404
    auditor = at_the_nation(program, "auditor", "auditor")
    assert auditor.get("/national/proposals").status_code == 404
