"""Lists of files: what each shows, and that a page asks as much of few as of many."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from odsc_counter.applications import lists, operations, queries
from odsc_counter.applications.lists import DUE_SOON, OVERDUE, OWED, TWICE, UNCOLLECTED, Filters
from odsc_counter.applications.models import Application
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from tests.applications.test_operations import an_officer, the_step
from tests.pages import a_desk, an_app
from tests.receipts.office import NOON, Office, an_office


@pytest.fixture
def office(database: Database) -> Office:
    return an_office(days=5)


def on(day: int, month: int = 11) -> Callable[[], datetime]:
    """Noon of a day in 2026."""
    return lambda: datetime(2026, month, day, 5, 0, tzinfo=UTC)


def test_each_list_shows_its_files(office: Office) -> None:
    one = min(office.papers)
    with clock.use(on(2)):
        late = office.application("ນາງ ຊ້າ")
    with clock.use(on(20)):
        soon_late = office.application("ນາງ ໃກ້")
        with office.inside():
            owing = operations.take(
                office.centre, office.service.id, full_name="ນາງ ຂາດ", papers_present=set()
            )
            operations.supply_papers(office.centre, owing.id, {one})
        granted = office.application("ນາງ ໄດ້")
    with clock.use(on(24)):
        fresh = office.application("ນາງ ໃໝ່")
        with office.inside(an_officer(office, "MOPS")):
            operations.pass_step(office.centre, the_step(granted))
    with clock.use(on(25)), office.inside():
        shown = {
            show: [row.id for row in lists.listing(Filters(show=show)).rows]
            for show in ("", *lists.SHOWS)
        }
        counted = lists.counts(clock.today())
    assert shown[OVERDUE] == [late.id]
    assert shown[DUE_SOON] == [soon_late.id]
    assert shown[OWED] == [owing.id]
    assert shown[UNCOLLECTED] == [granted.id]
    assert shown[TWICE] == [owing.id]
    assert shown[""][0] == fresh.id
    assert shown[""][-1] == late.id
    assert len(shown[""]) == 5
    assert counted == {show: len(shown[show]) for show in lists.SHOWS}


def test_more_than_can_be_counted_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "COUNTED", 2)
    monkeypatch.setattr(lists, "PEOPLE", 1)
    for number in range(3):
        office.application(f"ນາງ ບົວ {number}")
    with office.inside():
        found = lists.listing(Filters())
        assert (found.total, found.is_more, found.is_cut) == (2, True, False)
        named = lists.listing(Filters(text="ບົວ"))
        assert (named.total, named.is_cut) == (1, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [("LA0101-26-00002", 2), ("26-2", 2), ("2", 2), ("໒", 2), ("25-2", None), ("99", None)],
)
def test_a_file_is_found_by_its_number(office: Office, text: str, found: int | None) -> None:
    with clock.use(lambda: NOON):
        for number in range(1, 4):
            office.application(f"ນາງ ບົວ {'ກ' * number}")
        with office.inside():
            rows = lists.listing(Filters(text=text)).rows
    assert [row.number for row in rows] == ([found] if found else [])


PAGES = (
    "applications",
    "applications?state=submitted",
    *(f"applications?show={show}" for show in lists.SHOWS),
    "applications?q=ບົວ",
    "applications?q=26-2",
    "desk",
)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


def test_a_page_asks_as_often_with_many_files_as_with_few(site: Flask) -> None:
    office = an_office(days=5)
    officer = an_officer(office, "MOPS")
    clerk, desk = a_desk(site, office.cashier), a_desk(site, officer)
    asked: list[str] = []
    event.listen(
        site.extensions["database"].reader,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: asked.append(statement),
    )

    def statements(path: str) -> int:
        client = desk if path == "desk" else clerk
        client.get(f"/c/LA0101/{path}")
        asked.clear()
        assert client.get(f"/c/LA0101/{path}").status_code == 200
        return len(asked)

    def fill(count: int) -> list[Application]:
        with clock.use(lambda: NOON - timedelta(days=20)):
            return [office.application(f"ນາງ ບົວ {number}") for number in range(count)]

    fill(2)
    few = {path: statements(path) for path in PAGES}
    fill(40)
    assert {path: statements(path) for path in PAGES} == few
    assert max(few.values()) < 40


def test_the_day_of_a_list_is_the_centres(office: Office) -> None:
    with clock.use(on(2)):
        file = office.application()
    assert file.due_on == date(2026, 11, 9)
    for day, is_late in ((9, False), (10, True)):
        with clock.use(on(day)), office.inside():
            assert queries.is_overdue(file, clock.today()) is is_late
            assert bool(lists.listing(Filters(show=OVERDUE)).rows) is is_late
