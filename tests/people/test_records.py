"""Records of people: found, bound to applications, changed, and merged; on both databases."""

import threading
import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from odsc_counter.applications import operations as applications
from odsc_counter.applications import queries as files
from odsc_counter.applications.models import Application
from odsc_counter.applications.of_person import applications_of
from odsc_counter.people import consents, operations, queries
from odsc_counter.people.details import Details
from odsc_counter.people.models import BUSINESS, Person, PersonConsent, PersonWord
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.work import reading, unit_of_work
from tests.applications.test_case import bound_to, breaches
from tests.receipts.office import Office, an_office
from tests.world import a_unit

REASON = "ແມ່ນຄົນດຽວກັນ"
KHAMPHOU = Details(
    "ທ້າວ ຄຳພູ ວົງສະຫວັນ",
    phone="020 5551 2345",
    id_number="01-12345",
    family_book="ສຄ 77/12",
    birth="31/12/1990",
    village="ໂພນໄຊ",
)


@pytest.fixture
def office(database: Database) -> Office:
    return an_office()


def a_person(office: Office, details: Details = KHAMPHOU) -> Person:
    with office.inside():
        return operations.for_application(details, is_another=True)


def found(office: Office, text: str) -> list[uuid.UUID]:
    with office.inside():
        return [one.id for one in queries.search(text)]


def seen(office: Office, person: Person) -> Person:
    with office.inside():
        return queries.person(person.id)


# -- found


@pytest.mark.parametrize(
    "typed",
    [
        "ຄໍາພູ", "ວົງ", "ວົງ ຄຳ", "ທ. ຄຳພູ", "020 5551", "5551", "+8562055512345", "01-12", "0112345",
        "ສຄ 77", "ສຄ77/12",
    ],
)  # fmt: skip
def test_somebody_is_found_by_the_beginning_of_any_word_or_number(
    office: Office, typed: str
) -> None:
    person = a_person(office)
    a_person(office, Details("ນາງ ບົວພາ ສີສຸພັນ", phone="030 777 7777"))
    assert found(office, typed) == [person.id]


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "ພູ", "ສະຫວັນ", "ຄຳພູ ບົວ", "99", "-"])
def test_nothing_else_finds_anybody(office: Office, typed: str) -> None:
    a_person(office)
    a_person(office, Details("ນາງ ບົວພາ"))
    assert found(office, typed) == []


def test_a_record_of_another_centre_is_not_found(office: Office) -> None:
    person = a_person(office)
    stranger = an_office("LA0102")
    assert found(stranger, "ຄຳພູ") == []
    with stranger.inside():
        with pytest.raises(NotFound):
            queries.person(person.id)
        with pytest.raises(NotFound):
            applications.take(
                stranger.centre, stranger.service.id, full_name="x",
                person_id=person.id, papers_present=set(),
            )  # fmt: skip
        assert queries.likely_same(KHAMPHOU) == []


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (Details("ນາງ ບົວ", id_number="໐໑ 12345"), {"card"}),
        (Details("ນາງ ບົວ", phone="+856 20 55512345"), {"phone"}),
        (Details("ຄໍາພູ ວົງສະຫວັນ", birth="1990"), {"birth"}),
        (Details("ຄໍາພູ ວົງສະຫວັນ", village="ໂພນໄຊ"), {"village"}),
        (Details("ຄໍາພູ ວົງສະຫວັນ", birth="1991", village="ໂພນໄຊ"), set()),
        (Details("ຄໍາພູ ວົງສະຫວັນ"), set()),
        (Details("ນາງ ບົວ", family_book="ສຄ 77/12", birth="1990"), set()),
    ],
)
def test_who_may_be_the_same(office: Office, told: Details, why: set[str]) -> None:
    a_person(office)
    with office.inside():
        assert [set(one.why) for one in queries.likely_same(told)] == ([why] if why else [])


def test_a_business_is_known_by_its_registration(office: Office) -> None:
    shop = a_person(
        office,
        Details("ບໍລິສັດ ນ້ຳໃສ", BUSINESS, business_number="ທບ 0099", id_number="5", birth="1990"),
    )
    assert (shop.id_number, shop.birth_year, shop.business_key) == ("", None, "ທບ0099")
    assert found(office, "ທບ 00") == [shop.id]
    with office.inside():
        likely = queries.likely_same(Details("x", BUSINESS, business_number="ທບ-0099"))
    assert [set(one.why) for one in likely] == [{"business"}]


# -- written down


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"full_name": " \u200b"}, "full_name"),
        ({"birth": "31/02/1990"}, "birth"),
        ({"birth": "2533"}, "birth"),
        ({"birth": "1/1/2999"}, "birth"),
        ({"phone": "0" * 21}, "phone"),
        ({"kind": "ghost"}, "kind"),
        ({"unit_id": 999_999}, "unit"),
    ],
)
def test_what_can_not_be_is_named(office: Office, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        a_person(office, replace(KHAMPHOU, **wrong))
    assert set(error.value.fields) == {field}


def test_every_change_is_an_event_with_before_and_after(office: Office) -> None:
    person = a_person(office)
    district = a_unit("LA0103")
    with office.inside():
        changed = replace(KHAMPHOU, full_name="ທ້າວ ຄຳພອນ", phone="", unit_id=district.id)
        operations.edit(person.id, changed, person.version)
        first, *_others = queries.timeline([person.id])
    assert first.verb == "edit"
    assert first.data["changes"] == {
        "full_name": {"from": "ທ້າວ ຄຳພູ ວົງສະຫວັນ", "to": "ທ້າວ ຄຳພອນ"},
        "phone": {"from": "020 5551 2345", "to": ""},
        "place": {"from": "", "to": "LA0103 ເມືອງ LA0103"},
    }
    assert found(office, "ຄຳພອນ") == [person.id]
    assert found(office, "ຄຳພູ") == found(office, "0205551") == []


def test_nobody_writes_over_what_they_have_not_seen(office: Office) -> None:
    person = a_person(office)
    with office.inside():
        operations.edit(person.id, replace(KHAMPHOU, village="ໜອງບອນ"), 1)
        with pytest.raises(AlreadyChanged):
            operations.edit(person.id, replace(KHAMPHOU, village="ສີເມືອງ"), 1)
        assert len(queries.timeline([person.id])) == 2
        operations.edit(person.id, replace(KHAMPHOU, village="ໜອງບອນ"), 2)
        assert len(queries.timeline([person.id])) == 2, "nothing new, no event"


def test_an_application_is_bound_to_the_chosen_record_and_adds_what_is_new(office: Office) -> None:
    person = a_person(office, replace(KHAMPHOU, id_number="", birth="1990"))
    told = Details("somebody else", phone="020 9999 9999", birth="2/1/1990")
    file = office.application(applicant=told, person_id=person.id)
    assert file.person_id == person.id
    after = seen(office, person)
    assert after.full_name == KHAMPHOU.full_name
    assert (after.phone, after.birth_on, after.village) == (
        "020 9999 9999", date(1990, 1, 2), "ໂພນໄຊ",
    )  # fmt: skip
    office.application(applicant=Details("x", birth="1990"), person_id=person.id)
    assert seen(office, person).birth_on == date(1990, 1, 2), "a year says less than its day"
    office.application(applicant=Details("x", birth="1985"), person_id=person.id)
    corrected = seen(office, person)
    assert (corrected.birth_on, corrected.birth_year) == (None, 1985)


def test_a_clerk_may_say_that_it_is_another_person(office: Office) -> None:
    first = office.application(applicant=KHAMPHOU)
    same = office.application(applicant=KHAMPHOU)
    other = office.application(applicant=KHAMPHOU, is_another=True)
    assert first.person_id == same.person_id != other.person_id


def test_consents_are_rows_that_nobody_writes_over(office: Office) -> None:
    person = a_person(office)
    with office.inside():
        operations.note_consent(
            person.id, "message", is_given=True, how="signed", paper_reference="ປຶ້ມ 1"
        )
        operations.note_consent(person.id, "message", is_given=False, how="spoken")
        noted = consents.consents([person.id])
        assert [one.is_given for one in noted] == [False, True]
        assert consents.in_force(noted)["message"].how == "spoken"
        for wrong in ({"purpose": "spam"}, {"how": "guessed"}, {"given_on": date(2999, 1, 1)}):
            with pytest.raises(InvalidInput):
                operations.note_consent(
                    person.id, **{"purpose": "keep", "is_given": True, "how": "signed", **wrong}
                )
        for change in (update(PersonConsent).values(is_given=True), delete(PersonConsent)):
            with pytest.raises(DBAPIError), unit_of_work() as work:
                work.session.execute(change)


# -- merged


def merge(office: Office, kept: uuid.UUID, merged: uuid.UUID) -> Person:
    with office.inside(office.manager):
        return operations.merge(kept, merged, REASON)


def test_a_merge_moves_the_applications_and_stays_readable(office: Office) -> None:
    kept = a_person(office, replace(KHAMPHOU, phone="", id_number="", birth=""))
    away = a_person(office, replace(KHAMPHOU, full_name="ຄຳພູ ວົງ"))
    file = office.application(applicant=KHAMPHOU, person_id=away.id)
    merge(office, kept.id, away.id)
    after = seen(office, kept)
    assert (after.phone, after.id_number, after.birth_on) == (
        "020 5551 2345", "01-12345", date(1990, 12, 31),
    )  # fmt: skip
    assert after.full_name == KHAMPHOU.full_name
    assert seen(office, away).merged_into_id == kept.id
    with office.inside():
        assert [one.id for one in applications_of(kept.id)] == [file.id]
        assert applications_of(away.id) == []
        assert [event.verb for event in files.timeline(file.id)][-1] == "change_record"
        assert queries.timeline([kept.id])[0].verb == "merge"
        assert queries.timeline([away.id])[0].verb == "merge_away"
        ((trace, as_it_was),) = queries.merges(kept.id)
        assert (trace.reason, trace.moved, trace.merged_by_id) == (REASON, 1, office.manager.id)
        assert as_it_was.full_name == "ຄຳພູ ວົງ"
    assert found(office, "ຄຳພູ") == found(office, "01-12345") == [kept.id]
    assert breaches() == []


def test_what_is_taken_on_a_merged_record_goes_to_the_last_that_is_kept(office: Office) -> None:
    first, second, third = (a_person(office) for _one in range(3))
    merge(office, second.id, first.id)
    merge(office, third.id, second.id)
    assert office.application(applicant=KHAMPHOU, person_id=first.id).person_id == third.id
    with office.inside():
        assert len(queries.merges(third.id)) == 2


def test_what_can_not_be_merged_is_refused(office: Office) -> None:
    one, two = a_person(office), a_person(office)
    shop = a_person(office, Details("ຮ້ານ", BUSINESS))
    with office.inside(office.manager):
        with pytest.raises(operations.OneRecord):
            operations.merge(one.id, one.id, REASON)
        with pytest.raises(operations.PersonAndBusiness):
            operations.merge(one.id, shop.id, REASON)
        with pytest.raises(InvalidInput):
            operations.merge(one.id, two.id, "x")
        with pytest.raises(NotFound):
            operations.merge(one.id, uuid.UUID(int=1), REASON)
        operations.merge(one.id, two.id, REASON)
        for kept, merged in ((one, two), (two, one), (shop, two)):
            with pytest.raises(AlreadyChanged):
                operations.merge(kept.id, merged.id, REASON)
        with pytest.raises(AlreadyChanged):
            operations.edit(two.id, KHAMPHOU, 2)
        with pytest.raises(AlreadyChanged):
            operations.note_consent(two.id, "keep", is_given=True, how="signed")


def test_possible_duplicates_are_listed_until_they_are_merged(office: Office) -> None:
    one = a_person(office)
    two = a_person(office, Details("ນາງ ບົວ", id_number="0112345"))
    namesake = Details("ຄຳພູ ວົງສະຫວັນ", birth="1990")
    three = a_person(office, namesake)
    a_person(office, replace(namesake, birth="1950"))
    with office.inside():
        groups = {
            group.why: {person.id for person in group.people} for group in queries.duplicates()
        }
    assert groups == {"card": {one.id, two.id}, "birth": {one.id, three.id}}
    merge(office, one.id, two.id)
    merge(office, one.id, three.id)
    with office.inside():
        assert queries.duplicates() == []


def together(database: Database, office: Office, *deeds: object) -> list[object]:
    """Do all at one moment, each in a thread; what each gave, or the error that it was told."""
    gate = threading.Barrier(len(deeds))
    told: list[object] = [None] * len(deeds)

    def do(place: int) -> None:
        with bound_to(database), office.inside(office.manager):
            gate.wait()
            try:
                told[place] = deeds[place]()  # type: ignore[operator]  # each is a deed
            except DomainError as error:
                told[place] = error

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_of_two_merges_at_once_one_wins_and_the_other_is_told(
    office: Office, database: Database
) -> None:
    for _round in range(4):
        one, two = a_person(office), a_person(office)
        told = together(
            database,
            office,
            lambda one=one, two=two: operations.merge(one.id, two.id, REASON),
            lambda one=one, two=two: operations.merge(two.id, one.id, REASON),
        )
        assert sorted(isinstance(each, AlreadyChanged) for each in told) == [False, True], told
        merged = [seen(office, each).merged_into_id is not None for each in (one, two)]
        assert sorted(merged) == [False, True]


def test_an_application_taken_while_its_record_is_merged_is_never_left_behind(
    office: Office, database: Database
) -> None:
    for _round in range(6):
        kept, away = a_person(office), a_person(office)
        told = together(
            database,
            office,
            lambda kept=kept, away=away: operations.merge(kept.id, away.id, REASON),
            lambda away=away: applications.take(
                office.centre, office.service.id, applicant=KHAMPHOU, person_id=away.id,
                papers_present=office.papers,
            ),
        )  # fmt: skip
        assert not any(isinstance(each, DomainError) for each in told), told
        with office.inside(), reading() as session:
            bound = session.scalars(
                select(Application.person_id).where(Application.person_id.in_([kept.id, away.id]))
            ).all()
            words = session.scalars(
                select(PersonWord.word).where(PersonWord.person_id == away.id)
            ).all()
        assert (bound, words) == ([kept.id], [])
    assert breaches() == []
