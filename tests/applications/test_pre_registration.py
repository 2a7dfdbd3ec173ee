"""A file is begun before the visit, on a phone, and confirmed at the counter."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from odsc_counter.applications import operations, pre_queries, pre_registration, queries
from odsc_counter.applications.lifecycle import CONFIRMED, DRAFT, WITHDRAWN
from odsc_counter.applications.models import Application
from odsc_counter.applications.pre_models import PreRegistration
from odsc_counter.applications.tracking import spaced, with_check
from odsc_counter.catalogue.form_fields import schema_of
from odsc_counter.catalogue.models import OfferedService, ServiceVersion
from odsc_counter.people.details import Details
from odsc_counter.people.models import Person
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office
from tests.tickets.test_concurrency import at_once
from tests.world import LONG_AGO

C = "/c/LA0101"
APPLY = f"{C}/apply/MOPS-04"
NEW = f"{C}/applications/new"
NAME = "ນາງ ຄຳຫຼ້າ ວົງສາ"
SAID = {
    "full_name": NAME,
    "phone": "020 5555 1234",
    "village": "ໂພນໄຊ",
    "answers.purpose": "ທ່ອງທ່ຽວ",
    "answers.host.name": "Mary Host",
    "answers.rooms": "2",
}
QUESTIONS = (
    ("purpose", {"kind": "text", "en": "Purpose", "lo": "ຈຸດປະສົງ", "longest": 80}, True),
    ("host", {"kind": "person", "en": "Host", "lo": "ເຈົ້າພາບ"}, False),
    ("rooms", {"kind": "number", "en": "Rooms", "lo": "ຫ້ອງ", "lowest": 1}, False),
)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(site: Flask) -> Office:
    return with_questions(an_office(days=3))


@pytest.fixture
def phone(site: Flask, office: Office) -> FlaskClient:
    return a_desk(site)


@pytest.fixture
def desk(site: Flask, office: Office) -> FlaskClient:
    return a_desk(site, office.cashier)


def with_questions(office: Office) -> Office:
    """The office, whose service asks something."""
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(ServiceVersion)
            .where(ServiceVersion.service_id == office.service.id)
            .values(form=schema_of(QUESTIONS))
        )
    return office


def a_draft(office: Office, name: str = NAME, **more: Any) -> PreRegistration:
    with office.inside():
        return pre_registration.register(
            office.centre,
            office.service.id,
            Details(name, phone="020 5555 1234", village="ໂພນໄຊ"),
            {"purpose": "ທ່ອງທ່ຽວ", "host": {"name": "Mary Host"}, "rooms": 2},
            **more,
        )


def taken(office: Office, code: str, **more: Any) -> Application:
    return operations.take(
        office.centre,
        office.service.id,
        full_name=NAME,
        papers_present=office.papers,
        answers={"purpose": "ທ່ອງທ່ຽວ"},
        draft_code=code,
        **more,
    )


def state_of(office: Office, draft: PreRegistration) -> str:
    with office.inside(), reading() as session:
        return session.scalars(
            select(PreRegistration.state).where(PreRegistration.id == draft.id)
        ).one()


def code_in(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.location.rsplit("/", 1)[-1]


def test_it_is_begun_on_a_phone_and_whoever_opens_it_later_sees_number_and_service_alone(
    site: Flask, phone: FlaskClient
) -> None:
    assert "Service MOPS-04" in phone.get(f"{C}/apply").text
    assert "apply/MOPS-04" in phone.get(f"{C}/fees/MOPS-04").text
    answer = phone.post(APPLY, data=SAID)
    code = code_in(answer)
    own = phone.get(answer.location).text
    assert spaced(code) in own and "Paper 0" in own
    others = a_desk(site).get(answer.location)
    assert others.status_code == 200
    assert spaced(code) in others.text and "Service MOPS-04" in others.text
    for secret in (NAME, "5555", "ໂພນໄຊ", "Mary", "ທ່ອງທ່ຽວ", "Paper 0"):
        assert secret not in others.text


def test_what_is_missing_or_wrong_is_told_on_the_form_which_keeps_the_rest(
    phone: FlaskClient, office: Office
) -> None:
    wrong = {**SAID, "phone": "", "answers.purpose": "", "answers.rooms": "0"}
    page = phone.post(APPLY, data=wrong)
    assert page.status_code == 422
    for said in ("Write your telephone number", "This must be answered", "1 or more", NAME):
        assert said in page.text
    with office.inside(), reading() as session:
        assert session.scalars(select(PreRegistration)).all() == []


def test_it_needs_a_service_with_questions_that_the_centre_offers(
    phone: FlaskClient, office: Office
) -> None:
    assert phone.get(f"{C}/apply/NONE-01").status_code == 404
    with office.inside(), unit_of_work() as work:
        work.session.execute(update(OfferedService).values(offered_until=LONG_AGO))
    assert phone.get(APPLY).status_code == 404
    assert phone.post(APPLY, data=SAID).status_code == 404
    with office.inside(), pytest.raises(operations.NotOffered):
        a_draft(office)
    with office.inside(), unit_of_work() as work:
        work.session.execute(update(OfferedService).values(offered_until=None))
    with reference_scope(), unit_of_work() as work:
        work.session.execute(update(ServiceVersion).values(form={}))
    assert phone.get(APPLY).status_code == 404
    assert "no service that can be begun" in phone.get(f"{C}/apply").text


def test_the_same_click_twice_begins_one_file_and_shows_it(
    phone: FlaskClient, office: Office
) -> None:
    sent = {**SAID, "request_key": "k" * 20}
    first, second = phone.post(APPLY, data=sent), phone.post(APPLY, data=sent)
    assert code_in(first) == code_in(second)
    assert "Paper 0" in phone.get(second.location).text


def test_ten_an_hour_from_one_address_and_mistakes_do_not_count(phone: FlaskClient) -> None:
    for _time in range(12):
        assert phone.post(APPLY, data={**SAID, "full_name": ""}).status_code == 422
    answers = [phone.post(APPLY, data=SAID).status_code for _time in range(12)]
    assert answers == [303] * 10 + [429] * 2
    refused = phone.post(APPLY, data=SAID)
    assert refused.status_code == 429
    assert NAME in refused.text
    later = clock.now() + timedelta(hours=1, minutes=1)
    with clock.use(lambda: later):
        assert phone.post(APPLY, data=SAID).status_code == 303


def test_guessed_numbers_are_slowed_down(phone: FlaskClient, office: Office) -> None:
    draft = a_draft(office)
    answers = [phone.get(f"{C}/begun/AAAAAAAA{guess:02}").status_code for guess in range(63)]
    assert (answers[0], answers[-1]) == (404, 429)
    assert phone.get(f"{C}/begun/{draft.code}").status_code == 429


def test_the_clerk_gets_the_form_filled_corrects_it_and_takes_it(
    desk: FlaskClient, phone: FlaskClient, office: Office
) -> None:
    code = code_in(phone.post(APPLY, data=SAID))
    page = desk.get(NEW, query_string={"draft": spaced(code).lower()}).text
    for said in (NAME, "020 5555 1234", "ໂພນໄຊ", "Mary Host", 'value="2"', "selected>A"):
        assert said in page
    assert 'name="channel"' not in page
    sent = {**SAID, "service": office.service.id, "draft": code, "village": "ໂພນສະຫວ່າງ"}
    refused = desk.post(f"{C}/applications", data={**sent, "answers.purpose": ""})
    assert refused.status_code == 422
    assert f'name="draft" value="{code}"' in refused.text
    answer = desk.post(f"{C}/applications", data=sent)
    assert answer.status_code == 303
    with office.inside(), reading() as session:
        draft = session.scalars(select(PreRegistration)).one()
        application = queries.application(draft.application_id)  # type: ignore[arg-type]  # confirmed
        person = session.scalars(select(Person)).one()
        verbs = session.scalars(
            select(Event.verb).where(Event.subject_kind == "pre_registration").order_by(Event.seq)
        ).all()
    assert draft.state == CONFIRMED
    assert application.channel == "online"
    assert application.answers == draft.answers
    assert (person.village, draft.village) == ("ໂພນສະຫວ່າງ", "ໂພນໄຊ")
    assert verbs == ["register", "confirm"]
    assert "How it came" in desk.get(answer.location).text
    assert phone.get(f"{C}/begun/{code}").status_code == 404
    again = desk.get(NEW, query_string={"draft": code})
    assert (again.status_code, "at the counter already" in again.text) == (404, True)
    assert desk.post(f"{C}/applications", data=sent).status_code == 409


def test_what_was_said_at_home_fills_only_what_the_record_does_not_know(
    desk: FlaskClient, office: Office
) -> None:
    with office.inside():
        known = operations.take(
            office.centre,
            office.service.id,
            full_name=NAME,
            phone="020 7777 8888",
            papers_present=office.papers,
            answers={"purpose": "x"},
        )
    draft = a_draft(office)
    query = {"draft": draft.code, "person": str(known.person_id)}
    page = desk.get(NEW, query_string=query).text
    assert "020 7777 8888" in page and "ໂພນໄຊ" in page
    assert "020 5555 1234" not in page


def test_two_clerks_at_once_make_one_file_and_the_other_is_told(office: Office) -> None:
    for _round in range(3):
        draft = a_draft(office)
        outcomes = at_once(office.centre.id, [lambda: taken(office, draft.code)] * 2)  # noqa: B023
        assert sum(isinstance(one, Application) for one in outcomes) == 1
        assert sum(isinstance(one, AlreadyChanged) for one in outcomes) == 1
    with office.inside(), reading() as session:
        assert len(session.scalars(select(Application.id)).all()) == 3


def test_a_file_that_is_refused_leaves_the_draft_open(office: Office) -> None:
    draft = a_draft(office)
    with office.inside(), pytest.raises(InvalidInput):
        taken(office, draft.code, channel="pigeon")
    with office.inside(), pytest.raises(InvalidInput):
        taken(office, draft.code, channel="online")
    assert state_of(office, draft) == DRAFT


def test_another_centres_number_is_nobodys(site: Flask, desk: FlaskClient, office: Office) -> None:
    draft = a_draft(office)
    stranger = an_office("LA0102")
    with stranger.inside(), pytest.raises(NotFound):
        taken(stranger, draft.code)
    theirs = a_desk(site, stranger.cashier)
    for code in (draft.code, with_check("AAAAAAAAA")):
        page = theirs.get("/c/LA0102/applications/new", query_string={"draft": code})
        assert (page.status_code, "Nothing waits" in page.text) == (404, True)
    sent = {"service": office.service.id, "full_name": NAME, "draft": draft.code}
    assert theirs.post("/c/LA0102/applications", data=sent).status_code == 404
    withdraw = f"/c/LA0102/applications/drafts/{draft.id}/withdraw"
    assert theirs.post(withdraw, data={"reason": "because so"}).status_code == 404
    assert NAME not in theirs.get("/c/LA0102/applications/drafts").text
    assert theirs.get(f"/c/LA0102/begun/{draft.code}").status_code == 404
    mistyped = draft.code[:-1] + ("2" if draft.code[-1] != "2" else "3")
    page = desk.get(NEW, query_string={"draft": mistyped})
    assert "letter or digit of this number is wrong" in page.text


def test_the_list_finds_by_name_number_and_last_digits_and_withdraws(
    desk: FlaskClient, office: Office
) -> None:
    draft, other = a_draft(office), a_draft(office, "ທ້າວ ບົວ", channel="post")
    page = f"{C}/applications/drafts"
    both = desk.get(page).text
    assert spaced(draft.code) in both and "By post" in both
    for text in ("ຄຳຫຼ້າ", spaced(draft.code)):
        found = desk.get(page, query_string={"q": text}).text
        assert spaced(draft.code) in found and spaced(other.code) not in found
    assert spaced(other.code) in desk.get(page, query_string={"q": "1234"}).text
    assert spaced(other.code) not in desk.get(page, query_string={"q": "9999"}).text
    verb = f"{page}/{draft.id}/withdraw"
    assert desk.post(verb, data={"reason": "no"}).status_code == 422
    assert desk.post(verb, data={"reason": "ບໍ່ມາແລ້ວ"}).status_code == 303
    assert desk.post(verb, data={"reason": "ບໍ່ມາແລ້ວ"}).status_code == 409
    assert state_of(office, draft) == WITHDRAWN
    assert spaced(draft.code) not in desk.get(page).text
    with office.inside(), pytest.raises(AlreadyChanged):
        taken(office, draft.code)


def test_after_thirty_days_it_is_no_longer_shown_and_still_kept(
    phone: FlaskClient, office: Office
) -> None:
    draft = a_draft(office)
    for days, is_shown in ((30, True), (31, False)):
        later = draft.created_at + timedelta(days=days)
        with clock.use(lambda: later), office.inside():  # noqa: B023
            assert bool(pre_queries.waiting("", date(2026, 11, 25))) == is_shown
            status = phone.get(f"{C}/begun/{draft.code}").status_code
            assert status == (200 if is_shown else 404)
    assert state_of(office, draft) == DRAFT


def test_a_file_that_came_by_post_says_so(desk: FlaskClient, office: Office) -> None:
    assert 'name="channel"' in desk.get(NEW, query_string={"service": office.service.id}).text
    sent = {**SAID, "service": office.service.id}
    for channel, status in (("post", 303), ("online", 422), ("pigeon", 422)):
        answer = desk.post(
            f"{C}/applications", data={**sent, "channel": channel, "person": "another"}
        )
        assert answer.status_code == status, channel
    with office.inside(), reading() as session:
        assert session.scalars(select(Application.channel)).all() == ["post"]


@pytest.mark.parametrize("page", [f"{C}/apply", APPLY, f"{C}/begun/code"])
def test_the_pages_are_light_in_lao(site: Flask, office: Office, page: str) -> None:
    answer = a_desk(site, language="lo").get(page.replace("code", a_draft(office).code))
    assert answer.status_code == 200
    assert len(answer.get_data()) < 10_000
    text = re.sub(r"<[^>]*>", " ", answer.text.split("<main")[1])
    assert not re.search(r"\b(the|your|begin)\b", text, re.IGNORECASE)
