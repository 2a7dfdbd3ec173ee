"""Comments: kept in the place of their subject, with mentions of people who can open its page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from odsc_counter.accounts import notices
from odsc_counter.committees import meetings
from odsc_counter.coordination import comments
from odsc_counter.coordination.comments import Subject
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.tenancy import area_scope
from tests.actions.things import a_seat, given
from tests.committees.seat import a_plan
from tests.flags.flagged import a_flag
from tests.pages import a_desk, an_app
from tests.world import a_unit, a_user


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


def a_subject(*, seat_only: bool = False) -> Subject:
    district = a_unit("LA0101")
    flag = a_flag(district)
    titles = {"lo": "ທຸງ", "en": "flag"}
    return Subject("flag", flag.id, district, titles, "/a/LA0101/flags/x", seat_only)


def test_who_can_open_the_page_can_be_mentioned_and_is_told(database: Database) -> None:
    subject = a_subject()
    above = a_user("above", province_coordinator=a_unit("LA01"))
    a_user("beside", district_coordinator=a_unit("LA0102"))
    with area_scope(a_unit("LA01").id):
        comments.add(subject, "please look, @above; mail to x@beside is none")
        said = comments.on(subject)
    assert [(one.place_id, one.mentions) for one in said] == [(subject.place.id, [above.id])]
    assert [row.kind for row in notices.page_of(above.id, 1).rows] == ["mentioned"]
    with area_scope(subject.place.id):
        assert [one.id for one in comments.on(subject)] == [said[0].id]


def test_a_name_that_nobody_here_has_is_refused_and_nothing_is_kept(database: Database) -> None:
    subject = a_subject()
    a_user("beside", district_coordinator=a_unit("LA0102"))
    with area_scope(subject.place.id):
        for text in ("hello @beside", "hello @nobody", "x"):
            with pytest.raises(InvalidInput):
                comments.add(subject, text)
        assert comments.on(subject) == []


def test_what_is_the_seats_alone_mentions_nobody_above(database: Database) -> None:
    subject = a_subject(seat_only=True)
    a_user("above", province_coordinator=a_unit("LA01"))
    own = a_user("own", district_coordinator=a_unit("LA0101"))
    with area_scope(subject.place.id):
        assert [one.id for one in comments.people(subject)] == [own.id]
        with pytest.raises(InvalidInput):
            comments.add(subject, "hello @above")


def test_the_three_pages_take_a_comment_and_keep_a_refused_one(web: Flask) -> None:
    province = a_unit("LA01")
    desk = a_desk(web, a_user("sec", language="en", committee_secretary=province))
    flag = a_flag(province)
    action = given(province, province, a_seat(province))
    with area_scope(province.id):
        meeting = meetings.plan(province, a_plan())
    for page in (
        f"/a/LA01/flags/{flag.id}",
        f"/a/LA01/actions/{province.id}/{action.id}",
        f"/a/LA01/meetings/{meeting.id}",
    ):
        assert "Nobody has said anything yet." in desk.get(page).text
        refused = desk.post(f"{page}/comments", data={"comment-text": "ask @nobody"})
        assert refused.status_code == 422
        assert "Nobody with a role here has the user name nobody." in refused.text
        assert "ask @nobody" in refused.text
        kept = desk.post(f"{page}/comments", data={"comment-text": "seen it"})
        assert kept.status_code == 303
        assert "seen it" in desk.get(page).text


def test_another_provinces_flag_takes_no_comment(web: Flask) -> None:
    flag = a_flag(a_unit("LA02"))
    desk = a_desk(web, a_user("sec", committee_secretary=a_unit("LA01")))
    sent = {"comment-text": "seen it"}
    assert desk.post(f"/a/LA01/flags/{flag.id}/comments", data=sent).status_code == 404
    assert desk.post(f"/a/LA02/flags/{flag.id}/comments", data=sent).status_code == 404
