"""The morning page: what is late or due today stands there with a link, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from odsc_counter.committees import meetings
from odsc_counter.platform import clock
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


def test_what_is_due_stands_there_and_meetings_at_the_own_seat_alone(web: Flask) -> None:
    province, district = a_unit("LA01"), a_unit("LA0101")
    desk = a_desk(web, a_user("sec", language="en", committee_secretary=province))
    assert "Nothing needs attention today." in desk.get("/a/LA01/today").text
    due = a_flag(district, answer_due_on=clock.today())
    later = a_flag(district, "voids_spike")
    action = given(province, district, a_seat(province), due_in=0)
    with area_scope(province.id):
        meeting = meetings.plan(province, a_plan(starts_at=clock.now() + timedelta(days=2)))
    page = desk.get("/a/LA01/today").text
    for told in (due, action, meeting):
        assert str(told.id) in page
    assert str(later.id) not in page
    above = a_desk(web, a_user("nation", language="en", moha_analyst=a_unit("LA")))
    page = above.get("/a/LA01/today").text
    assert str(due.id) in page
    assert str(meeting.id) not in page
    assert desk.get("/a/LA02/today").status_code == 404
