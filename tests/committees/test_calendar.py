"""A person's calendar: what it holds, what it hides, and who reads it."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from sqlalchemy import Engine, event, func, select, update

from odsc_counter.accounts import calendar_tokens, operations
from odsc_counter.accounts.models import CalendarToken, RoleGrant, User
from odsc_counter.actions.lifecycle import LIFECYCLE as ACTION
from odsc_counter.actions.models import ActionItem
from odsc_counter.committees import meetings
from odsc_counter.committees.models import Meeting
from odsc_counter.flags.models import Flag
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.committees.boards import STARTS, a_flag, a_meeting, a_resolution, an_action
from tests.pages import a_desk, an_app
from tests.world import a_unit, a_user

NOW = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
DUE = date(2026, 10, 20)
ADDRESS = re.compile(r"http://localhost(/calendar/[\w-]{43}\.ics)")


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    web = an_app(database_url, tmp_path)
    with clock.use(lambda: NOW):
        yield web
    web.extensions["database"].dispose()


@pytest.fixture
def province(web: Flask) -> Unit:
    a_unit("LA0101")
    return a_unit("LA01")


@pytest.fixture
def secretary(web: Flask, province: Unit) -> User:
    return a_user("secretary", language="en", committee_secretary=province)


def address_of(desk: FlaskClient) -> str:
    """A new address, as the page shows it."""
    found = ADDRESS.search(desk.post("/me/calendar").text)
    assert found
    return found[1]


def read(web: Flask, user: User) -> dict[str, Event]:
    """The person's calendar as another program understands it, by titles."""
    token = calendar_tokens.make(user.id)
    answer = web.test_client().get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.data)
    assert calendar["version"] == "2.0"
    return {str(one["summary"]): one for one in calendar.walk("VEVENT")}


def mine(user: User, row: ActionItem | Flag) -> None:
    """Make a person responsible for an action item or a flag, past the operations."""
    kind = type(row)
    name = "responsible_id" if isinstance(row, ActionItem) else "owner_id"
    with area_scope(row.place_id), unit_of_work() as work:
        work.session.execute(update(kind).where(kind.id == row.id).values({name: user.id}))


def test_meetings_tasks_and_flags_of_a_person_are_read_by_another_program(
    web: Flask, province: Unit, secretary: User
) -> None:
    meeting = a_meeting(province)
    action = an_action(a_resolution(meeting, 1), province, 3, DUE)
    flag = a_flag(province, province, "LA01/MAE")
    mine(secretary, action)
    mine(secretary, flag)
    found = read(web, secretary)
    task = "Action item 3/2026-LA01 is due: Province LA01 Province"
    assert set(found) == {
        "Monthly meeting",
        task,
        "Answer is due: An office holds files too long: Province LA01 Province",
    }
    met = found["Monthly meeting"]
    assert met["uid"] == f"meeting-{meeting.id}@odsc-counter"
    assert met["dtstart"].dt == STARTS
    assert met["dtstart"].to_ical() == b"20261012T020000Z"
    assert met["dtend"].dt == STARTS + timedelta(hours=2)
    assert (met["location"], met["status"], met["sequence"]) == ("ຫ້ອງປະຊຸມໃຫຍ່", "TENTATIVE", 1)
    assert met["last-modified"].dt == met["dtstamp"].dt == NOW
    assert found[task]["dtstart"].dt == DUE
    assert found[task]["dtend"].dt == DUE + timedelta(days=1)
    said = "".join(found)
    assert "ບຸນມີ" not in said
    assert "land files" not in said


def test_a_change_keeps_the_name_and_raises_the_number(
    web: Flask, province: Unit, secretary: User
) -> None:
    meeting = a_meeting(province)
    before = read(web, secretary)["Monthly meeting"]
    later = NOW + timedelta(hours=5)
    with clock.use(lambda: later), area_scope(province.id):
        meetings.invite(province, meeting.id)
    after = read(web, secretary)["Monthly meeting"]
    assert after["uid"] == before["uid"]
    assert after["sequence"] == before["sequence"] + 1
    assert after["last-modified"].dt == later
    assert after["status"] == "CONFIRMED"
    with area_scope(province.id):
        meetings.call_off(province, meeting.id, "ເລື່ອນ")
    assert read(web, secretary) == {}


def test_what_is_over_or_is_another_persons_is_left_out(
    web: Flask, province: Unit, secretary: User
) -> None:
    meeting = a_meeting(province)
    resolution = a_resolution(meeting, 1)
    an_action(resolution, province, 1, DUE)
    a_flag(province, province, "LA01/MAE")
    done = an_action(resolution, province, 2, DUE)
    mine(secretary, done)
    with area_scope(province.id), unit_of_work() as work:
        action = work.session.get_one(ActionItem, (province.id, done.id))
        work.change(action, ACTION, "cancel")
    a_meeting(province, 2, title_en="Long ago", starts_at=NOW - timedelta(days=100),
              ends_at=NOW - timedelta(days=100) + timedelta(hours=1))  # fmt: skip
    assert set(read(web, secretary)) == {"Monthly meeting"}


def test_a_meeting_of_another_unit_is_nobodys_else(web: Flask, province: Unit) -> None:
    for code in ("LA", "LA0101", "LA02"):
        a_meeting(a_unit(code), title_en=f"Meeting of {code}")
    a_meeting(province, title_en="Meeting of LA01")
    for code in ("LA", "LA01", "LA0101"):
        role = "district_coordinator" if code == "LA0101" else "committee_member"
        member = a_user(f"member-{code.lower()}", language="en", **{role: a_unit(code)})
        assert set(read(web, member)) == {f"Meeting of {code}"}
    auditor = a_user("auditor", language="en", auditor=province)
    assert read(web, auditor) == {}
    assert read(web, a_user("clerk")) == {}


def test_a_role_that_ended_takes_its_things_away(
    web: Flask, province: Unit, secretary: User
) -> None:
    meeting: Meeting = a_meeting(province)
    mine(secretary, an_action(a_resolution(meeting, 1), province, 1, DUE))
    assert len(read(web, secretary)) == 2
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(RoleGrant)
            .where(RoleGrant.user_id == secretary.id)
            .values(ended_on=clock.today())
        )
    assert read(web, secretary) == {}


def test_titles_are_in_the_persons_language(web: Flask, province: Unit) -> None:
    a_meeting(province)
    lao = a_user("lao", language="lo", committee_member=province)
    assert set(read(web, lao)) == {"ກອງປະຊຸມປະຈຳເດືອນ"}


def test_an_address_is_shown_once_renewed_and_revoked(web: Flask, secretary: User) -> None:
    desk = a_desk(web, secretary)
    assert "no address yet" in desk.get("/me/calendar").text
    first = address_of(desk)
    page = desk.get("/me/calendar").text
    assert "Revoke" in page
    assert first not in page
    with reference_scope(), reading() as session:
        kept = session.scalars(select(CalendarToken.token_hash)).one()
    assert kept not in first
    stranger = web.test_client()
    assert stranger.get(first).status_code == 200
    second = address_of(desk)
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    assert desk.post("/me/calendar/revoke").status_code == 303
    assert stranger.get(second).status_code == 404
    assert desk.post("/me/calendar/revoke").status_code == 404
    for wrong in ("x" * 43, "x", "x" * 3000, "%00"):
        assert stranger.get(f"/calendar/{wrong}.ics").status_code == 404


def test_an_account_that_is_shut_has_no_calendar(web: Flask, secretary: User) -> None:
    token = calendar_tokens.make(secretary.id)
    with reference_scope():
        operations.disable_user(secretary.id)
    assert web.test_client().get(f"/calendar/{token}.ics").status_code == 404
    with reference_scope():
        operations.enable_user(secretary.id)
    assert web.test_client().get(f"/calendar/{token}.ics").status_code == 404
    invented = a_user("invented")
    token = calendar_tokens.make(invented.id)
    with reference_scope(), unit_of_work() as work:
        work.session.execute(update(User).where(User.id == invented.id).values(is_demo=True))
    with web.app_context(), pytest.raises(NotFound):
        calendar_tokens.owner(token)


def test_reading_writes_nothing_and_says_when_nothing_is_new(
    web: Flask, province: Unit, secretary: User
) -> None:
    meeting = a_meeting(province)
    address = f"/calendar/{calendar_tokens.make(secretary.id)}.ics"
    written: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip()[:6].lower() in ("insert", "update", "delete"):
            written.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        stranger = web.test_client()
        answer = stranger.get(address)
        etag = answer.headers["ETag"]
        assert "Set-Cookie" not in answer.headers
        assert "no-store" not in answer.headers["Cache-Control"]
        later = NOW + timedelta(hours=6)
        with clock.use(lambda: later):
            assert stranger.get(address, headers={"If-None-Match": etag}).status_code == 304
        assert stranger.get("/calendar/wrong.ics").status_code == 404
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    assert written == []
    with area_scope(province.id):
        meetings.invite(province, meeting.id)
    assert stranger.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_of_two_makings_at_once_one_address_is_good(web: Flask, secretary: User) -> None:
    database: Database = web.extensions["database"]
    made: list[str] = []

    def make() -> None:
        with bound_to(database):
            made.append(calendar_tokens.make(secretary.id))

    both = [threading.Thread(target=make) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    with reference_scope(), reading() as session:
        good = session.scalar(
            select(func.count())
            .select_from(CalendarToken)
            .where(CalendarToken.revoked_at.is_(None))
        )
    assert (len(made), good) == (2, 1)
