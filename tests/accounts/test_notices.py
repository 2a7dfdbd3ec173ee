"""Notices: who is told what, once and never of their own deeds, and how they are read."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from odsc_counter.accounts import notices
from odsc_counter.accounts.models import User
from odsc_counter.actions import operations as actions
from odsc_counter.actions import reminding
from odsc_counter.committees import meetings, members
from odsc_counter.flags import operations as flags
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import Actor, acting_as, area_scope, reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.actions.things import a_seat, given
from tests.committees import seat as committee
from tests.flags.flagged import a_flag
from tests.pages import a_desk, an_app
from tests.world import a_unit, a_user


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


def told(user: User) -> list[tuple[str, str]]:
    """Kinds and addresses of what a person was told, newest first."""
    return [(row.kind, row.address) for row in notices.page_of(user.id, 1).rows]


def tell(*users: User, subject: str = "x", by: User | None = None) -> None:
    with acting_as(Actor("by", by.id if by else None)), reference_scope(), unit_of_work() as work:
        ids = [user.id for user in users]
        notices.tell(work.session, ids, "mentioned", {"lo": subject, "en": "y"}, "/me")


def test_nobody_is_told_twice_or_of_what_they_did(database: Database) -> None:
    ann, bob = a_user("ann"), a_user("bob")
    tell(ann, ann, bob, by=bob)
    assert told(ann) == [("mentioned", "/me")]
    assert told(bob) == []
    assert notices.page_of(ann.id, 1).unread == 1
    assert notices.page_of(bob.id, 1).unread == 0


def test_a_long_subject_is_cut_and_not_refused(database: Database) -> None:
    ann = a_user("ann")
    tell(ann, subject="ກ" * 500)
    assert len(notices.page_of(ann.id, 1).rows[0].subject("lo")) == notices.LONGEST


def test_another_persons_notice_stays_unread(database: Database) -> None:
    ann, bob = a_user("ann"), a_user("bob")
    tell(ann)
    one = notices.page_of(ann.id, 1).rows[0]
    assert notices.mark_read(bob.id, one.id) == 0
    assert notices.page_of(ann.id, 1).unread == 1
    assert notices.mark_read(ann.id, one.id) == 1
    assert notices.mark_read(ann.id, one.id) == 0
    assert notices.page_of(ann.id, 1).unread == 0


def test_pages_hold_so_many_and_one_beyond_the_last_shows_the_last(database: Database) -> None:
    ann = a_user("ann")
    for _time in range(notices.PER_PAGE + 1):
        tell(ann)
    assert len(notices.page_of(ann.id, 1).rows) == notices.PER_PAGE
    last = notices.page_of(ann.id, 99)
    assert (last.number, last.pages, len(last.rows)) == (2, 2, 1)


def test_a_flag_that_moves_tells_the_office_that_gets_it(database: Database) -> None:
    district, province = a_unit("LA0101"), a_unit("LA01")
    below = a_user("below", district_coordinator=district)
    above = a_user("above", province_coordinator=province)
    a_user("beside", province_coordinator=a_unit("LA02"))
    flag = a_flag(district)
    with acting_as(Actor("below", below.id)), area_scope(district.id):
        flag = flags.escalate(district, flag.id, flag.version, "needs the province")
    assert told(above) == [("flag_escalated", f"/a/LA01/flags/{flag.id}")]
    assert told(below) == []
    with acting_as(Actor("above", above.id)), area_scope(province.id):
        flag = flags.hand_back(province, flag.id, flag.version, "yours to do")
    assert told(below) == [("flag_handed_back", f"/a/LA0101/flags/{flag.id}")]
    with area_scope(district.id):
        flags.assign(district, flag.id, flag.version, below.id)
    assert told(below)[0][0] == "flag_assigned"
    assert len(told(above)) == 1


def test_an_action_item_tells_who_must_do_it_and_who_judges_it(database: Database) -> None:
    province, district = a_unit("LA01"), a_unit("LA0101")
    doer = a_user("doer", district_coordinator=district)
    judge = a_user("judge", committee_secretary=province)
    resolution = a_seat(province)
    action = given(province, district, resolution, responsible_id=doer.id)
    assert told(doer) == [("action_given", f"/a/LA0101/actions/{district.id}/{action.id}")]
    with acting_as(Actor("doer", doer.id)), area_scope(district.id):
        action = actions.report(district, action.id, action.version, "done")
    assert told(judge) == [("action_reported", f"/a/LA01/actions/{district.id}/{action.id}")]
    with acting_as(Actor("judge", judge.id)), area_scope(province.id):
        action = actions.send_back(province, action.id, action.version, "not yet")
    assert told(doer)[0][0] == "action_sent_back"
    late = clock.today() + timedelta(days=10)
    reminding.remind(late)
    reminding.remind(late)
    assert [kind for kind, _address in told(doer)].count("action_due") == 1


def test_a_meeting_tells_its_members_who_have_an_account(database: Database) -> None:
    unit = a_unit("LA01")
    member = a_user("member", committee_member=unit)
    a_seat(unit)
    with area_scope(unit.id):
        members.add(unit, committee.a_seat(user_id=member.id))
        meeting = meetings.plan(unit, committee.a_plan())
        meetings.invite(unit, meeting.id)
        assert told(member) == [("meeting_invited", f"/a/LA01/meetings/{meeting.id}")]
        meetings.call_off(unit, meeting.id, "the hall is taken")
    assert told(member)[0][0] == "meeting_called_off"


def test_the_page_counts_lists_and_marks(web: Flask) -> None:
    ann = a_user("ann", language="en", district_coordinator=a_unit("LA0101"))
    desk = a_desk(web, ann)
    empty = desk.get("/me/notices")
    assert "You have no notices." in empty.text
    assert "unread-count" not in empty.text
    tell(ann)
    tell(ann)
    page = desk.get("/me/notices")
    assert "Somebody has mentioned you" in page.text
    assert "unread notices" in page.text
    one = notices.page_of(ann.id, 1).rows[0]
    assert desk.post(f"/me/notices/{one.id}/read").location == "/me/notices"
    assert notices.page_of(ann.id, 1).unread == 1
    assert desk.post("/me/notices/read").status_code == 303
    assert "unread-count" not in desk.get("/a/LA0101/workload").text
