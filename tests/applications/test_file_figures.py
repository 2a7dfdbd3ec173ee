"""Figures of a month: papers asked and spared, ways for nothing, how long offices had files."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

from odsc_counter.applications import file_figures, operations
from odsc_counter.applications.file_figures import HolderFigures, ServiceFigures
from odsc_counter.applications.models import Application, ApplicationPaper
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.work import unit_of_work
from tests.applications.test_operations import an_officer, the_step
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office

NOVEMBER = date(2026, 11, 1)
SEEN = "/c/LA0101/applications/figures"


@pytest.fixture
def office(database: Database) -> Office:
    return an_office(days=5)


def at(day: int, month: int = 11) -> object:
    """Noon of a day in 2026."""
    return clock.use(lambda: datetime(2026, month, day, 5, 0, tzinfo=UTC))


def take(office: Office, papers: set[int]) -> Application:
    with office.inside():
        return operations.take(
            office.centre, office.service.id, full_name="ນາງ ບົວ", papers_present=papers
        )


def test_papers_asked_and_spared_and_ways_for_nothing(office: Office) -> None:
    count = len(office.papers)
    one = min(office.papers)
    assert count == 2
    with at(30, 10):
        office.application("before the month")
    with at(3):
        complete, _other = office.application("ນາງ ມາ"), office.application("ນາງ ຈັນ")
        take(office, set())
        twice = take(office, set())
        with office.inside():
            operations.supply_papers(office.centre, twice.id, {one})
    with office.inside(), unit_of_work() as work:
        paper = work.session.scalars(
            select(ApplicationPaper).where(
                ApplicationPaper.application_id == complete.id,
                ApplicationPaper.document_type_id == one,
            )
        ).one()
        paper.origin = "made"
    with office.inside():
        found = file_figures.figures(date(2026, 11, 17))
        october = file_figures.figures(date(2026, 10, 1))
        december = file_figures.figures(date(2026, 12, 31))
    assert (found.first, found.last) == (NOVEMBER, date(2026, 11, 30))
    assert found.services == [ServiceFigures(office.service.id, 4, 4 * count - 1, 1, 1, 1)]
    assert found.services[0].asked_per_file == 1.75
    assert [row.files for row in october.services] == [1]
    assert (december.services, december.offices, december.citizens) == ([], [], None)


def test_how_long_offices_and_citizens_had_files(office: Office) -> None:
    officer = an_officer(office, "MOPS")
    with at(2):
        quick, slow = office.application("ນາງ ໄວ"), office.application("ນາງ ຊ້າ")
        owing = take(office, set())
        with office.inside(officer):
            operations.take_up(office.centre, quick.id)
            operations.take_up(office.centre, slow.id)
            steps = [the_step(quick), the_step(slow)]
    with at(4):
        with office.inside(officer):
            operations.pass_step(office.centre, steps[0])
            operations.send_back(office.centre, steps[1], "The name is wrong")
        with office.inside():
            operations.supply_papers(office.centre, owing.id, office.papers)
    with at(6), office.inside():
        operations.supply_papers(office.centre, slow.id, set())
    with at(1, 12), office.inside(officer):
        operations.pass_step(office.centre, steps[1])
    with office.inside():
        november, december = map(file_figures.figures, (NOVEMBER, date(2026, 12, 1)))
    mops = slow.ministry_id
    assert november.offices == [HolderFigures(mops, 2, 1, 4, 2)]
    assert november.citizens == HolderFigures(None, 2, 0, 4, 2)
    assert december.offices == [HolderFigures(mops, 1, 1, 17, 17)]
    assert december.citizens is None
    assert (november.offices[0].average, november.citizens.average) == (2.0, 2.0)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


def test_the_page_shows_a_month_and_asks_as_often_with_many_files(site: Flask) -> None:
    office = an_office(days=5)
    desk = a_desk(site, office.cashier)
    asked: list[str] = []
    event.listen(
        site.extensions["database"].reader,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: asked.append(statement),
    )

    def page(month: str) -> str:
        asked.clear()
        answer = desk.get(f"{SEEN}?month={month}")
        assert answer.status_code == 200
        return answer.text

    with at(3):
        office.application()
    assert "Service MOPS-04" in page("2026-11")
    few = len(asked)
    with at(3):
        for number in range(5):
            office.application(f"ນາງ ບົວ {number}")
    assert "6 applications" in page("2026-11")
    assert len(asked) == few
    assert "No file was taken in this month." in page("2026-10")
    with at(3):
        for unclear in ("", "2026-13", "x", "1999-01"):
            assert "November 2026" in page(unclear)
