"""A citizen supplies a paper once: what the centre holds or makes itself is not asked for."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.applications import operations, queries
from odsc_counter.applications.answers import from_record
from odsc_counter.applications.lifecycle import APPROVED, INCOMPLETE, SUBMITTED
from odsc_counter.applications.models import Application, ApplicationPaper
from odsc_counter.applications.papers import already_here
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.catalogue.models import OfferedService
from odsc_counter.catalogue.operations import set_up_default_offer
from odsc_counter.demo.answers import invented_answers
from odsc_counter.people import queries as people
from odsc_counter.people.models import Person
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.operations import open_centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.world import LONG_AGO, a_user

JANUARY = datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
JUNE = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


class Place:
    """A centre that offers the whole shipped catalogue, and one woman who comes to it."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    def version(self, code: str) -> Any:
        """What the service is in 2026."""
        with reference_scope():
            service = catalogue.service_by_code(code)
            return catalogue.service_on(service.id, date(2026, 6, 15))

    def take(
        self, code: str, at: datetime, *brought: str, who: str = "01-1234", **said: Any
    ) -> Application:
        """She applies with the papers that she brought, by their codes."""
        version = self.version(code)
        kinds = {paper.document_type.code: paper.document_type_id for paper in version.papers}
        answers = invented_answers(version.form, at.date(), "LA0101", random.Random(4))
        with centre_scope(self.centre.id), clock.use(lambda: at):
            return operations.take(
                self.centre,
                version.service_id,
                full_name="ນາງ ຄຳຫຼ້າ ວົງສາ",
                id_number=who,
                papers_present={kinds[one] for one in brought},
                answers={**answers, **said},
            )

    def papers(self, file: Application) -> dict[str, ApplicationPaper]:
        """The papers of a file by code."""
        with centre_scope(self.centre.id):
            return {paper.document_type.code: paper for paper in queries.papers(file.id)}


@pytest.fixture
def place(database: Database) -> Place:
    load_reference_data()
    with reference_scope():
        centre = open_centre("LA0101", name_lo="ສູນ", name_en="Centre")
    set_up_default_offer(centre)
    with centre_scope(centre.id), unit_of_work() as work:
        work.session.execute(update(OfferedService).values(offered_from=LONG_AGO))
    return Place(centre)


def test_a_paper_that_the_centre_holds_is_not_asked_for_again(place: Place) -> None:
    first = place.take("MOPS-04", JANUARY, "REQ", "FB", "ID")
    second = place.take("MOHA-11", MARCH, "FORM", "VILL")
    assert (first.state, second.state) == (SUBMITTED, SUBMITTED)
    papers = place.papers(second)
    assert {code: paper.origin for code, paper in papers.items()} == {
        "FORM": "citizen",
        "ID": "held",
        "FB": "held",
        "VILL": "citizen",
    }
    assert papers["ID"].held_in_id == first.id
    assert papers["ID"].times_asked == 0


def test_it_serves_for_its_time_and_its_person_alone(place: Place) -> None:
    place.take("MOHA-11", JANUARY, "FORM", "ID", "FB", "VILL")
    in_time = place.papers(place.take("MOPS-03", MARCH, "FORM", "PHOTO"))
    assert {code: paper.origin for code, paper in in_time.items() if paper.is_present} == {
        "FORM": "citizen",
        "FB": "held",
        "VILL": "held",
        "PHOTO": "citizen",
    }
    late = place.papers(place.take("MOHA-09", JUNE, "FORM"))
    assert late["ID"].origin == "held"
    assert not late["VILL"].is_present  # the village head's word serves for three months
    other = place.take("MOHA-09", MARCH, "FORM", who="99-0000")
    assert not place.papers(other)["ID"].is_present


def test_what_another_file_of_hers_makes_is_not_asked_for(place: Place) -> None:
    maker = place.take("MOHA-11", MARCH, "FORM", "ID", "FB", "VILL")
    wedding = place.take("MOHA-03", MARCH, "FORM", "HEALTH", "PHOTO")
    assert wedding.state == SUBMITTED
    single = place.papers(wedding)["SINGLE"]
    assert (single.origin, single.held_in_id, single.is_present) == ("made", maker.id, True)


def test_a_file_that_was_withdrawn_makes_nothing(place: Place) -> None:
    maker = place.take("MOHA-11", MARCH, "FORM", "ID", "FB", "VILL")
    with centre_scope(place.centre.id):
        operations.withdraw(place.centre, maker.id, "ປ່ຽນໃຈແລ້ວ")
    wedding = place.take("MOHA-03", MARCH, "FORM", "HEALTH", "PHOTO")
    assert wedding.state == INCOMPLETE
    assert not place.papers(wedding)["SINGLE"].is_present


def test_of_alternatives_one_is_enough(place: Place) -> None:
    file = place.take("MOPS-03", MARCH, "FORM", "PHOTO")
    assert file.state == INCOMPLETE
    kind = place.papers(file)["VILL"].document_type_id
    with centre_scope(place.centre.id), clock.use(lambda: MARCH):
        assert operations.supply_papers(place.centre, file.id, {kind}).state == SUBMITTED
    assert not place.papers(file)["FB"].is_present
    assert place.take("MOPS-03", MARCH, "FORM", "PHOTO", "FB", who="2").state == SUBMITTED


def test_what_the_case_does_not_need_is_not_asked_for(place: Place) -> None:
    file = place.take("MOPS-02", MARCH, "FORM", "FB", card_reason="first")
    assert file.state == SUBMITTED  # no old card the first time; a passport only helps
    assert "OLDID" not in place.papers(file)
    assert place.take("MOPS-02", MARCH, "FORM", "FB", card_reason="expired", who="3").state == (
        INCOMPLETE
    )


def test_the_paper_that_was_brought_after_all_is_the_citizens(place: Place) -> None:
    place.take("MOPS-04", JANUARY, "REQ", "FB", "ID")
    file = place.take("MOHA-11", MARCH, "FORM", "VILL", "ID", "FB")
    assert {paper.origin for paper in place.papers(file).values()} == {"citizen"}


def test_answers_decide_the_offices_and_a_wrong_one_takes_no_file(place: Place) -> None:
    with pytest.raises(InvalidInput):
        place.take("MPWT-01", MARCH, floor_area="wide")
    file = place.take("MPWT-01", MARCH, floor_area=800, height=9, heritage_zone="no")
    with centre_scope(place.centre.id):
        steps = queries.steps(file.id)
    assert [(step.code, step.stage, step.level) for step in steps] == [
        ("check", 1, "district"),
        ("environment", 2, "district"),
        ("sign_province", 3, "province"),
    ]
    assert file.number == 1


def test_every_service_goes_from_the_counter_to_its_decision(place: Place) -> None:
    """Each with its own questions, papers and offices, in the hands of its own officers."""
    with reference_scope():
        every = [
            catalogue.service_code(row.version.service_id)
            for row in catalogue.catalogue_on(date(2026, 6, 15))
            if row.version.form["x-order"]
        ]
    assert len(every) >= 30
    officers: dict[int, Any] = {}
    for number, code in enumerate(every):
        brought = [paper.document_type.code for paper in place.version(code).papers]
        file = place.take(code, MARCH, *brought, who=f"77-{number}")
        assert file.state == SUBMITTED, code
        with centre_scope(place.centre.id):
            steps = queries.steps(file.id)
        for step in steps:
            if step.ministry_id not in officers:
                officers[step.ministry_id] = a_user(ministry_officer=place.centre)
                grant_for(officers[step.ministry_id], step.ministry_id)
            officer = officers[step.ministry_id]
            with (
                centre_scope(place.centre.id),
                acting_as(Actor(officer.name_lo, officer.id)),
                clock.use(lambda: MARCH),
            ):
                passed = operations.pass_step(place.centre, step.id)
        assert passed.state == APPROVED, code


def grant_for(officer: User, ministry_id: int) -> None:
    """Let an officer work for a ministry."""
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(RoleGrant).where(RoleGrant.user_id == officer.id).values(ministry_id=ministry_id)
        )


def test_the_record_answers_what_it_knows_and_tells_which_papers_are_here(place: Place) -> None:
    first = place.take("MOPS-04", JANUARY, "REQ", "FB", "ID")
    with centre_scope(place.centre.id), unit_of_work() as work:
        unit = work.session.scalars(select(Unit).where(Unit.code == "LA0102")).one()
        person = work.session.scalars(select(Person)).one()
        person.birth_on, person.unit_id, person.village = date(1990, 5, 3), unit.id, "ໂພນໄຊ"
    with centre_scope(place.centre.id):
        known = people.person(first.person_id)
        licence = place.version("MPWT-06")
        assert from_record(licence.form, known) == {
            "birth_date": "1990-05-03",
            "new_address": {"district": "LA0102", "village": "ໂພນໄຊ"},
        }
        # A child's day of birth is not the mother's.
        assert from_record(place.version("MOHA-01").form, known) == {}
        here = already_here(known.id, licence.papers, date(2026, 3, 10))
        codes = {paper.document_type_id: paper.document_type.code for paper in licence.papers}
        assert {codes[kind]: told for kind, told in here.items()} == {"ID": ("held", first.label)}
        assert already_here(known.id, licence.papers, date(2028, 3, 10)) == {}
