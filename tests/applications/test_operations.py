"""Applications: taken with their papers, decided by their own ministry, followed by a code."""

import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.applications import lists, operations, queries
from odsc_counter.applications.lifecycle import (
    APPROVED,
    COLLECTED,
    INCOMPLETE,
    LIFECYCLE,
    REJECTED,
    SUBMITTED,
    WITHDRAWN,
)
from odsc_counter.applications.models import Application
from odsc_counter.applications.offices import Offices, offices_of
from odsc_counter.applications.tracking import ALPHABET, read_code, spaced
from odsc_counter.catalogue.models import Ministry
from odsc_counter.people.models import Person
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.receipts.office import NOON, Office, an_office
from tests.world import LONG_AGO, a_centre, a_ministry, a_service, a_user

SIGNED = operations.Taker(paper_reference="3/17")
"""The applicant took the result and signed in the book."""


@pytest.fixture
def office(database: Database) -> Office:
    return an_office(days=3)


def the_step(application: Application) -> uuid.UUID:
    """The only step of a file whose service has no steps of its own."""
    return queries.steps(application.id)[0].id


def an_officer(office: Office, ministry: str) -> User:
    officer = a_user(f"officer-{ministry}".lower(), ministry_officer=office.centre)
    decides_for = a_ministry(ministry)
    with reference_scope(), unit_of_work() as work:
        grant = work.session.scalars(select(RoleGrant).where(RoleGrant.user_id == officer.id)).one()
        grant.ministry_id = decides_for.id
    return officer


def test_a_complete_application_gets_number_label_and_due_date(office: Office) -> None:
    with clock.use(lambda: NOON):
        first, second = office.application(), office.application("ນາງ ບົວ")
    assert (first.state, first.due_on) == (SUBMITTED, date(2026, 11, 26))
    assert (first.label, second.label) == ("LA0101-26-00001", "LA0101-26-00002")
    assert first.tracking_code != second.tracking_code
    assert set(first.tracking_code) <= set(ALPHABET)
    with office.inside():
        assert [event.verb for event in queries.timeline(first.id)] == ["submit"]
        assert queries.by_tracking_code(spaced(first.tracking_code).lower()).id == first.id


def test_missing_papers_leave_it_incomplete_and_the_clock_starts_when_they_come(
    office: Office,
) -> None:
    one, two = sorted(office.papers)
    monday = NOON
    tuesday = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    with office.inside(), clock.use(lambda: monday):
        application = operations.take(
            office.centre, office.service.id, full_name="ນາງ ບົວ", papers_present=set()
        )
        assert (application.state, application.due_on) == (INCOMPLETE, None)
        application = operations.supply_papers(office.centre, application.id, {one})
        assert application.state == INCOMPLETE
        with pytest.raises(InvalidInput):
            operations.supply_papers(office.centre, application.id, {one})
    with office.inside(), clock.use(lambda: tuesday):
        application = operations.supply_papers(office.centre, application.id, {two})
        assert (application.state, application.due_on) == (SUBMITTED, date(2026, 11, 27))
        assert all(paper.is_present for paper in queries.papers(application.id))
        verbs = [event.verb for event in queries.timeline(application.id)]
        assert verbs == ["submit_incomplete", "receive_papers", "supply_papers"]


def test_the_name_is_stored_in_one_spelling_and_found_in_another(office: Office) -> None:
    office.application("ນາງ  ນໍ້າ  ຫນູ")
    with office.inside(), reading() as session:
        assert session.scalars(select(Person.full_name)).one() == "ນາງ ນ້ຳ ຫນູ"
        for text in ("ນ້ໍາ", "ໜູ", "LA0101-26-00001", "26-1", "1"):
            assert lists.listing(lists.Filters(text=text)).total == 1, text
        assert lists.listing(lists.Filters(text="%")).total == 0


def test_the_same_number_and_name_are_the_same_person_of_this_centre(office: Office) -> None:
    first = office.application(id_number="໐໑-12345", phone="020 1")
    again = office.application(id_number="01-12345", phone="020 2")
    namesake = office.application(id_number="01-99999")
    unnumbered = office.application()
    assert first.person_id == again.person_id
    assert len({first.person_id, namesake.person_id, unnumbered.person_id}) == 3
    with office.inside(), reading() as session:
        assert session.get_one(Person, (office.centre.id, first.person_id)).phone == "020 2"


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_name": "  \u200b "},
        {"full_name": "ກ" * 161},
        {"phone": "0" * 21},
        {"papers_present": {999_999}},
    ],
)
def test_bad_input_is_named_and_uses_no_number(office: Office, wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"full_name": "ນາງ ບົວ", "papers_present": office.papers}
    with office.inside(), pytest.raises(InvalidInput) as error:
        operations.take(office.centre, office.service.id, **{**good, **wrong})  # type: ignore[arg-type]  # on purpose
    assert set(error.value.fields) == {next(iter(wrong)).replace("papers_present", "papers")}
    assert office.application().number == 1


def test_a_service_that_is_not_offered_here_is_refused(office: Office) -> None:
    elsewhere = a_service(a_centre("LA0102"), "MOPS-09")
    with office.inside(), pytest.raises(operations.NotOffered):
        operations.take(office.centre, elsewhere.id, full_name="ບົວ", papers_present=set())


def test_only_the_responsible_ministry_decides(office: Office) -> None:
    application = office.application()
    for stranger in (an_officer(office, "MOJ"), office.manager):
        with office.inside(stranger), pytest.raises(operations.OtherMinistry):
            operations.pass_step(office.centre, the_step(application))
    with office.inside(an_officer(office, "MOPS")):
        approved = operations.pass_step(office.centre, the_step(application))
    assert (approved.state, approved.decided_on is not None) == (APPROVED, True)
    with office.inside():
        assert operations.collect(office.centre, application.id, SIGNED).state == COLLECTED


def test_the_officer_of_a_successor_ministry_decides_on_the_old_files(office: Office) -> None:
    application = office.application()
    heir = an_officer(office, "NEWM")
    with reference_scope(), unit_of_work() as work:
        old = work.session.scalars(select(Ministry).where(Ministry.code == "MOPS")).one()
        old.successor_id = a_ministry("NEWM").id
        old.valid_to = date(2025, 3, 20)
    with office.inside(heir):
        assert operations.pass_step(office.centre, the_step(application)).state == APPROVED


def test_an_ended_role_decides_nothing(office: Office) -> None:
    officer = an_officer(office, "MOPS")
    with reference_scope(), unit_of_work() as work:
        work.session.scalars(
            select(RoleGrant).where(RoleGrant.user_id == officer.id)
        ).one().ended_on = LONG_AGO
    with office.inside():
        assert offices_of(officer.id) == Offices()


def test_a_rejection_says_why(office: Office) -> None:
    application = office.application()
    with office.inside(an_officer(office, "MOPS")):
        with pytest.raises(InvalidInput):
            operations.reject(office.centre, the_step(application), "no")
        rejected = operations.reject(office.centre, the_step(application), "ຂາດລາຍເຊັນນາຍບ້ານ")
        assert (rejected.state, rejected.decision_reason) == (REJECTED, "ຂາດລາຍເຊັນນາຍບ້ານ")
        with pytest.raises(AlreadyChanged):
            operations.pass_step(office.centre, the_step(application))


def test_every_verb_is_refused_outside_its_states(office: Office) -> None:
    application = office.application()
    with office.inside():
        withdrawn = operations.withdraw(office.centre, application.id, "ປ່ຽນໃຈແລ້ວ")
        assert withdrawn.state == WITHDRAWN
        for verb in LIFECYCLE.verbs:
            assert not LIFECYCLE.allows(verb, WITHDRAWN)
        with pytest.raises(AlreadyChanged):
            operations.collect(office.centre, application.id, SIGNED)


def test_another_centres_application_does_not_exist(office: Office) -> None:
    application = office.application()
    stranger = an_office("LA0102")
    with stranger.inside():
        for action in (
            lambda: queries.application(application.id),
            lambda: queries.by_tracking_code(application.tracking_code),
            lambda: operations.collect(stranger.centre, application.id, SIGNED),
        ):
            with pytest.raises(NotFound):
                action()
        assert lists.listing(lists.Filters()).total == 0
    assert stranger.application().number == 1


def test_overdue_means_open_past_the_promised_day(office: Office) -> None:
    with clock.use(lambda: NOON):
        application = office.application()
    later = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
    with centre_scope(office.centre.id), acting_as(Actor("test")), clock.use(lambda: later):
        overdue = lists.listing(lists.Filters(show="overdue"))
        assert [row.id for row in overdue.rows] == [application.id]
        assert queries.is_overdue(overdue.rows[0], clock.today())
    with centre_scope(office.centre.id), clock.use(lambda: NOON):
        assert lists.listing(lists.Filters(show="overdue")).total == 0


def test_codes_are_read_as_people_write_them() -> None:
    assert read_code(" k7qm-4txp 9rwd ") == "K7QM4TXP9RWD"
    assert spaced("K7QM4TXP9RWD") == "K7QM-4TXP-9RWD"
    assert not set("01OIL") & set(ALPHABET)
