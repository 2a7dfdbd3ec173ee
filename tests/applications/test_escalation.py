"""Who must know that a file is late: by working days, by the centre's rules, on every day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from odsc_counter.applications import escalation, lists
from odsc_counter.applications.escalation_models import (
    COMMITTEE,
    COORDINATOR,
    LEVELS,
    MINISTRY,
    EscalationRule,
)
from odsc_counter.applications.lists import ESCALATED, Filters
from odsc_counter.applications.models import Application
from odsc_counter.monitoring import rollups
from odsc_counter.monitoring.models import CentreNow
from odsc_counter.places.queries import WorkingCalendar, working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import reading, unit_of_work
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office
from tests.world import a_unit, a_user

PAGE = "/c/LA0101/applications/escalations"
FRIDAY = date(2026, 11, 6)
"""The due day of the file of these tests."""


@pytest.fixture
def office(database: Database) -> Office:
    return an_office(days=3)


def on(day: date) -> Callable[[], datetime]:
    """Noon in Vientiane."""
    return lambda: datetime(day.year, day.month, day.day, 5, 0, tzinfo=UTC)


def a_late_file(office: Office) -> Application:
    """A file that is due on FRIDAY."""
    with clock.use(on(date(2026, 11, 3))):
        file = office.application()
    assert file.due_on == FRIDAY
    return file


@dataclass
class _Due:
    """All of a file that its level depends on."""

    due_on: date | None
    state: str = "submitted"


@pytest.mark.parametrize("working_days", [1, 2, 5, 10])
def test_a_cutoff_says_what_counting_working_days_says(working_days: int) -> None:
    calendar = WorkingCalendar({date(2026, 11, 11), date(2026, 12, 2)})
    for offset in range(30):
        day = date(2026, 11, 15) + timedelta(days=offset)
        cutoff = escalation._cutoff(calendar, day, working_days)
        for back in range(30):
            due = day - timedelta(days=back)
            assert (due < cutoff) == (calendar.working_days(due, day) >= working_days), (day, due)


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2026, 11, 6), None),
        (date(2026, 11, 8), None),  # Sunday: overdue, and no working day has passed
        (date(2026, 11, 9), COORDINATOR),
        (date(2026, 11, 12), COORDINATOR),
        (date(2026, 11, 13), COMMITTEE),
        (date(2026, 11, 19), COMMITTEE),
        (date(2026, 11, 20), MINISTRY),
        (date(2026, 12, 31), MINISTRY),
    ],
)
def test_a_file_rises_with_the_working_days(office: Office, day: date, level: str | None) -> None:
    file = a_late_file(office)
    with clock.use(on(day)), office.inside():
        assert working_calendar().is_open_day(date(2026, 11, 9))
        assert escalation.level_of(file, escalation.cutoffs(day)) == level
        found = lists.listing(Filters(show=ESCALATED)).rows
        assert [row.id for row in found] == ([file.id] if level else [])
        late = escalation.late_by_ministry(day)
        assert {one.ministry_id: one.levels for one in late} == (
            {file.ministry_id: {name: int(name == level) for name in LEVELS}}
            if day > FRIDAY
            else {}
        )


def test_what_is_decided_or_has_no_due_day_reaches_nobody(office: Office) -> None:
    with office.inside():
        before = escalation.cutoffs(date(2026, 12, 31))
    for state, due in (("approved", FRIDAY), ("incomplete", None)):
        assert escalation.level_of(_Due(due, state), before) is None  # type: ignore[arg-type]


def test_a_manager_sets_the_rules_and_each_change_is_kept(office: Office) -> None:
    file = a_late_file(office)
    with office.inside(office.manager):
        assert escalation.rules() == {COORDINATOR: 1, COMMITTEE: 5, MINISTRY: 10}
        wanted = {COORDINATOR: 1, COMMITTEE: 2, MINISTRY: 3}
        escalation.set_rules(office.centre, wanted)
        escalation.set_rules(office.centre, wanted)
        assert escalation.rules() == wanted
        day = date(2026, 11, 11)
        assert escalation.level_of(file, escalation.cutoffs(day)) == MINISTRY
        with reading() as session:
            (event,) = session.scalars(
                select(Event).where(Event.subject_kind == "escalation_rule")
            ).all()
    assert event.actor_id == office.manager.id
    assert event.data["changes"] == {
        "escalation_committee": {"from": 5, "to": 2},
        "escalation_ministry": {"from": 10, "to": 3},
    }


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        ((0, 5, 10), {COORDINATOR}),
        ((1, 251, 252), {COMMITTEE, MINISTRY}),
        ((5, 5, 10), {COMMITTEE}),
        ((1, 5, 4), {MINISTRY}),
        ((None, 5, 10), {COORDINATOR}),
    ],
)
def test_rules_that_make_no_sense_are_refused(
    office: Office, wanted: tuple[int | None, ...], wrong: set[str]
) -> None:
    with office.inside(office.manager):
        with pytest.raises(InvalidInput) as refused:
            escalation.set_rules(office.centre, dict(zip(LEVELS, wanted, strict=True)))
        assert set(refused.value.fields) == wrong
        assert escalation.rules() == escalation.DEFAULTS


def test_the_database_refuses_an_unknown_level_and_no_days(office: Office) -> None:
    for rule in (
        EscalationRule(level="king", working_days=1),
        EscalationRule(level=MINISTRY, working_days=0),
    ):
        with office.inside(), pytest.raises(IntegrityError), unit_of_work() as work:
            work.session.add(rule)
            work.session.flush()


def test_the_rules_of_one_centre_are_not_anothers(office: Office) -> None:
    other = an_office("LA0102", days=3)
    with office.inside(office.manager):
        escalation.set_rules(office.centre, {COORDINATOR: 2, COMMITTEE: 3, MINISTRY: 4})
    with other.inside():
        assert escalation.rules() == escalation.DEFAULTS


def test_the_counts_rise_in_the_rollup_and_equal_a_recount(office: Office) -> None:
    rollups.install()
    a_late_file(office)

    def counted() -> tuple[int, ...]:
        rollups.refresh()
        assert rollups.recount(office.centre) == []
        with office.inside(), reading() as session:
            now = session.scalars(select(CentreNow)).one()
            return (
                now.files_overdue,
                *(getattr(now, f"escalated_{level}") for level in LEVELS),
            )

    for day, expected in (
        (date(2026, 11, 8), (1, 0, 0, 0)),
        (date(2026, 11, 9), (1, 1, 0, 0)),
        (date(2026, 11, 13), (1, 0, 1, 0)),
    ):
        with clock.use(on(day)):
            assert counted() == expected
    with clock.use(on(date(2026, 11, 13))):
        with office.inside(office.manager):
            escalation.set_rules(office.centre, {COORDINATOR: 1, COMMITTEE: 2, MINISTRY: 3})
        assert counted() == (1, 0, 0, 1)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


def test_everybody_sees_the_level_and_the_manager_alone_sets_it(site: Flask) -> None:
    office = an_office(days=3)
    file = a_late_file(office)
    clerk, manager = a_desk(site, office.cashier), a_desk(site, office.manager)
    form = {"coordinator": "1", "committee": "2", "ministry": "3", "request_key": "one-rendering"}
    for path in (
        "/c/LA0101/applications?show=escalated",
        f"/c/LA0101/applications/{file.id}",
        PAGE,
    ):
        assert "The ministry must know" in clerk.get(path).text
    assert "after 10 working days" in clerk.get(PAGE).text
    assert 'name="committee"' not in clerk.get(PAGE).text
    assert clerk.post(PAGE, data=form).status_code == 403
    assert 'value="5"' in manager.get(PAGE).text
    refused = manager.post(PAGE, data={**form, "committee": "1", "request_key": "a-second-one"})
    assert refused.status_code == 422
    assert "more than the days of the level before" in refused.text
    assert manager.post(PAGE, data=form).status_code == 303
    assert "after 3 working days" in clerk.get(PAGE).text


def test_a_coordinator_sees_the_counts_and_no_file(site: Flask) -> None:
    rollups.install()
    office = an_office(days=3)
    file = a_late_file(office)
    rollups.refresh()
    desk = a_desk(site, a_user(language="en", district_coordinator=a_unit("LA0101")))
    page = desk.get("/a/LA0101/workload").text
    assert "of 1 open files; coordinator 0, committee 0, ministry 1" in page
    assert file.label not in page
