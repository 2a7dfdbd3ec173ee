"""Figures of offices, hours and months equal a count by hand, and files equal the pages."""

import csv
import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.applications import lists, operations, queries
from odsc_counter.applications.lifecycle import APPROVED, AT_WORK, INCOMPLETE, SUBMITTED
from odsc_counter.applications.lists import Filters
from odsc_counter.applications.models import Application, ApplicationStep, Holding
from odsc_counter.coordination import workload_queries
from odsc_counter.coordination.workload_queries import RATES
from odsc_counter.monitoring import rollups
from odsc_counter.monitoring.load_figures import OfficeFigures
from odsc_counter.monitoring.load_models import CentreHour, CentreOffice
from odsc_counter.monitoring.models import CentreNow
from odsc_counter.places.queries import WorkingCalendar
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets import counters
from tests.applications.test_operations import an_officer, the_step
from tests.monitoring.records import Hall, at
from tests.monitoring.test_rollups import Statements
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office
from tests.world import a_centre, a_service, a_unit, a_user, counters_of

MONDAY = date(2026, 11, 2)
NOON = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
WEEKENDS = WorkingCalendar(frozenset())


@pytest.fixture
def web(database: Database, database_url: str, tmp_path: Path) -> Flask:
    return an_app(database_url, tmp_path)


@pytest.fixture(autouse=True)
def _listening(database: Database) -> None:
    rollups.install()


@pytest.fixture
def office(database: Database) -> Office:
    return an_office(days=2)


def on(day: int, month: int = 11, hour: int = 5) -> Callable[[], datetime]:
    """Noon of a day in 2026."""
    return lambda: datetime(2026, month, day, hour, 0, tzinfo=UTC)


def taken_up(office: Office, officer: User) -> Application:
    """A file that its office has begun to work on."""
    file = office.application()
    with office.inside(officer):
        return operations.take_up(office.centre, file.id)


def a_deed(office: Office, officer: User, dice: random.Random, files: list[Any]) -> None:
    """A file is taken, or one that is there moves on."""
    if not files or dice.random() < 0.5:
        some = office.papers if dice.random() < 0.8 else set()
        with office.inside():
            files.append(
                operations.take(
                    office.centre, office.service.id, full_name="ນາງ ບົວ", papers_present=some
                )
            )
        return
    file = files.pop(dice.randrange(len(files)))
    with office.inside(officer), reading() as session:
        state = session.get_one(Application, (office.centre.id, file.id)).state
    if state == INCOMPLETE:
        with office.inside():
            operations.supply_papers(office.centre, file.id, office.papers)
        files.append(file)
    elif state == APPROVED:
        with office.inside():
            operations.make_ready(office.centre, file.id)
    else:
        with office.inside(officer):
            if state == SUBMITTED and dice.random() < 0.7:
                operations.take_up(office.centre, file.id)
            elif dice.random() < 0.5:
                operations.pass_step(office.centre, the_step(file))
            else:
                papers = frozenset({min(office.papers)})
                operations.send_back(office.centre, the_step(file), "ຂາດເອກະສານ", papers)
        files.append(file)


def by_hand(office: Office, today: date) -> dict[tuple[int, str], OfficeFigures]:
    """The figures of the offices, counted file by file in plain Python."""
    found: dict[tuple[int, str], OfficeFigures] = {}
    with office.inside(), reading() as session:
        steps = {step.id: step for step in session.scalars(select(ApplicationStep))}
        files = {file.id: file for file in session.scalars(select(Application))}
        held = list(session.scalars(select(Holding)))
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    soon = WEEKENDS.due_date(today, lists.SOON_DAYS)
    for one in held:
        if one.step_id is None:
            continue
        step, file = steps[one.step_id], files[one.application_id]
        key = (step.ministry_id, step.level)
        if one.ended_on is not None and one.ended_on < before:
            continue
        figures = found.setdefault(key, OfficeFigures())
        days = WEEKENDS.working_days(one.began_on, one.ended_on or today)
        to_citizen = any(
            other.holder == "citizen"
            and other.application_id == one.application_id
            and other.began_at == one.ended_at
            for other in held
        )
        if one.ended_on is None:
            assert step.state == AT_WORK
            assert step.due_on is not None and file.due_on is not None
            figures.files_open += 1
            figures.due_soon += today <= file.due_on <= soon
            figures.overdue += file.due_on < today
            figures.over_standard += step.due_on < today
            figures.held_days += days
            figures.held_longest = max(figures.held_longest, days)
        elif one.ended_on >= month:
            figures.let_go += 1
            figures.let_go_days += days
            figures.let_go_late += days > step.working_days
            figures.returned += to_citizen
        else:
            figures.let_go_before += 1
            figures.let_go_days_before += days
            figures.returned_before += to_citizen
    for step in steps.values():
        if files[step.application_id].state == SUBMITTED:
            found.setdefault((step.ministry_id, step.level), OfficeFigures()).to_take_up += 1
        if files[step.application_id].state in ("approved", "ready") and step.state == "passed":
            key = (step.ministry_id, step.level)
            found.setdefault(key, OfficeFigures()).uncollected += 1
    return found


def kept(office: Office) -> dict[tuple[int, str], OfficeFigures]:
    names = list(OfficeFigures.__dataclass_fields__)
    with office.inside(), reading() as session:
        return {
            (cell.ministry_id, cell.level): OfficeFigures(
                **{name: getattr(cell, name) for name in names}
            )
            for cell in session.scalars(select(CentreOffice))
        }


@pytest.mark.parametrize("seed", range(3))
def test_offices_equal_a_count_by_hand_after_any_deeds(office: Office, seed: int) -> None:
    dice = random.Random(seed)
    officer = an_officer(office, "MOPS")
    files: list[Any] = []
    moment = NOON - timedelta(days=10)  # in the month before
    for _day in range(16):
        moment += timedelta(days=1)
        if moment.weekday() > 4:
            continue
        for minute in range(dice.randrange(1, 5)):
            with at(moment + timedelta(minutes=minute)):
                a_deed(office, officer, dice, files)
                if dice.random() < 0.3:
                    rollups.refresh()
        with at(moment + timedelta(hours=1)):
            rollups.refresh()
            assert kept(office) == by_hand(office, clock.today())
            assert rollups.recount(office.centre) == []


def test_what_stands_uncollected_owed_and_left_open(office: Office) -> None:
    officer = an_officer(office, "MOPS")
    with clock.use(on(2)):
        office.open_till()
        granted = office.application()
        with office.inside():
            operations.take(office.centre, office.service.id, full_name="ນາງ", papers_present=set())
        with office.inside(officer):
            operations.pass_step(office.centre, the_step(granted))
        office.application()
        rollups.refresh()
        now = _now(office)
        assert (now.uncollected, now.uncollected_days, now.tills_left_open) == (1, 0, 0)
        assert (now.files_open, now.files_incomplete, now.files_due_soon) == (2, 1, 1)
    with clock.use(on(9)):
        rollups.refresh()
        now = _now(office)
        assert (now.uncollected, now.uncollected_days, now.tills_left_open) == (1, 7, 1)
        assert (now.files_overdue, now.files_due_soon) == (1, 0)
        assert rollups.recount(office.centre) == []


def _now(office: Office) -> CentreNow:
    with office.inside(), reading() as session:
        return session.scalars(select(CentreNow)).one()


def hour_cells(hall: Hall) -> dict[int, tuple[int, int, int]]:
    with centre_scope(hall.centre.id), reading() as session:
        return {
            cell.hour: (cell.arrivals, cell.calls, cell.open_seconds)
            for cell in session.scalars(select(CentreHour))
        }


def test_hours_count_arrivals_calls_and_open_counters(database: Database) -> None:
    centre = a_centre("LA0101")
    hall = Hall(centre, a_service(centre, "MOPS-04"))
    clerk, desk = a_user(counter_staff=centre), counters_of(centre)[0]
    nine = datetime(2026, 11, 2, 2, 30, tzinfo=UTC)  # half past nine in Vientiane
    with at(nine), centre_scope(centre.id):
        counters.claim_counter(desk.id, clerk.id)
        ticket = hall.issue()
    with at(nine + timedelta(minutes=40)):
        hall.issue()
        hall.move(ticket, "call")
        rollups.refresh()
        assert hour_cells(hall) == {9: (1, 0, 0), 10: (1, 1, 0)}
    with at(nine + timedelta(minutes=45)), centre_scope(centre.id):
        hall.move(ticket, "no_show")
        counters.release_counter(desk.id, clerk.id)
        rollups.refresh()
    assert hour_cells(hall) == {9: (1, 0, 1800), 10: (1, 1, 900)}
    assert rollups.recount(centre) == []
    found = workload_queries.hours(a_unit("LA0101"), date(2026, 11, 1))
    assert [hour.hour for hour in found.hours] == [9, 10]
    assert found.centre_days == 1
    assert found.hours[0].arrivals_an_hour == 2.0


def test_a_counter_left_open_counts_to_the_end_of_its_day_once_that_is_over(
    database: Database,
) -> None:
    centre = a_centre("LA0101")
    hall = Hall(centre, a_service(centre, "MOPS-04"))
    clerk, desk = a_user(counter_staff=centre), counters_of(centre)[0]
    evening = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # ten at night, the month's last day
    with at(evening), centre_scope(centre.id):
        counters.claim_counter(desk.id, clerk.id)
        rollups.refresh()
        assert hour_cells(hall) == {}
    with at(evening + timedelta(hours=10)):
        rollups.refresh()
        assert hour_cells(hall) == {22: (0, 0, 3600), 23: (0, 0, 3600)}
        assert rollups.recount(centre) == []
        with centre_scope(centre.id):
            counters.release_counter(desk.id, clerk.id)
        rollups.refresh()
        assert hour_cells(hall) == {22: (0, 0, 3600), 23: (0, 0, 3600)}
        assert rollups.recount(centre) == []


def test_recount_names_cells_that_were_changed_or_are_missing(office: Office) -> None:
    with clock.use(on(2)):
        office.application()
        rollups.refresh()
        with office.inside(), unit_of_work() as work:
            work.session.scalars(select(CentreOffice)).one().to_take_up = 9
            work.session.add(
                CentreHour(
                    month=date(2026, 11, 1), hour=3, arrivals=1, calls=0, open_seconds=0,
                    computed_at=clock.now(),
                )
            )  # fmt: skip
        said = {(one.table, one.figure, one.kept) for one in rollups.recount(office.centre)}
    assert ("centre_office", "to_take_up", 9) in said
    assert ("centre_hour", "arrivals", 1) in said


def test_the_list_behind_a_figure_has_as_many_files(office: Office) -> None:
    officer = an_officer(office, "MOPS")
    for day in (2, 3, 4, 5, 6):
        with clock.use(on(day)):
            taken_up(office, officer)
            done = office.application()
            with office.inside(officer):
                operations.pass_step(office.centre, the_step(done))
    with clock.use(on(9)):
        rollups.refresh()
        ((key, figures),) = kept(office).items()
        assert figures.over_standard and figures.overdue and figures.due_soon
        with office.inside():
            counted = {
                name: lists.listing(Filters(show=show, office=key)).total
                for name, show in (
                    ("files_open", ""),
                    ("due_soon", lists.DUE_SOON),
                    ("overdue", lists.OVERDUE),
                    ("over_standard", lists.OVER_STANDARD),
                )
            }
            elsewhere = lists.listing(Filters(office=(key[0], "nation"))).total
    assert counted == {name: getattr(figures, name) for name in counted}
    assert elsewhere == 0


def test_a_median_of_too_few_like_centres_is_none(database: Database) -> None:
    halls = []
    for number in range(1, 6):
        centre = a_centre(f"LA010{number}")
        halls.append(Hall(centre, a_service(centre, "MOPS-04")))
    with clock.use(on(2)):
        for count, hall in enumerate(halls[:4], start=1):
            for _ in range(count):
                hall.issue()
        rollups.refresh()
        (own,) = workload_queries.centres(a_unit("LA0102"), date(2026, 11, 1))
        assert own.like == {}
        for _ in range(9):
            halls[4].issue()
        rollups.refresh()
        (own,) = workload_queries.centres(a_unit("LA0102"), date(2026, 11, 1))
    assert own.like["tickets_a_day"] == 3
    assert own.rate(RATES[0]) == 2
    assert own.rate_before(RATES[0]) is None


def test_a_month_is_told_beside_the_month_before(database: Database) -> None:
    centre = a_centre("LA0101")
    hall = Hall(centre, a_service(centre, "MOPS-04"))
    with clock.use(on(5, 10)):
        hall.issue()
    with clock.use(on(2)):
        hall.issue()
        hall.issue()
        rollups.refresh()
        (own,) = workload_queries.centres(a_unit("LA01"), date(2026, 11, 1))
    assert (own.rate(RATES[0]), own.rate_before(RATES[0])) == (2, 1)


def test_statements_do_not_grow_with_the_area(database: Database) -> None:
    for code in ("LA0101", "LA0102", "LA0601"):
        made = an_office(code)
        made.application()
    rollups.refresh()
    asks = (
        workload_queries.offices,
        workload_queries.ministries,
        lambda unit: workload_queries.centres(unit, date(2026, 11, 1)),
        lambda unit: workload_queries.hours(unit, date(2026, 11, 1)),
    )
    for ask in asks:
        costs = set()
        for code in ("LA0101", "LA01", "LA"):
            unit = a_unit(code)
            with Statements(database) as asked:
                ask(unit)
            costs.add(asked.count)
        assert max(costs) - min(costs) <= 2  # the nation needs no look beyond itself


PAGES = ("", "/offices", "/months", "/hours", "/csv/offices", "/xlsx/files")


def test_a_coordinator_sees_the_own_area_alone(web: Flask) -> None:
    for code in ("LA0101", "LA0601"):
        an_office(code).application()
    rollups.refresh()
    client = a_desk(web, a_user(language="en", province_coordinator=a_unit("LA01")))
    for page in PAGES:
        for unit, status in (("LA01", 200), ("LA0101", 200), ("LA06", 404), ("LA", 404)):
            assert client.get(f"/a/{unit}/workload{page}").status_code == status, (unit, page)
        assert b"LA0601" not in client.get(f"/a/LA01/workload{page}").get_data()
    loads = workload_queries.offices(a_unit("LA01"))
    assert [load.centre.code for load in loads] == ["LA0101"]
    assert client.get("/a/LA01/workload/offices?office=9.moon").status_code == 404
    assert client.get("/a/LA01/workload/csv/people").status_code == 404
    for month in ("0001-01", "x", "2999-12", "2026-13"):
        assert client.get(f"/a/LA01/workload/hours?month={month}").status_code == 200


def test_a_figure_leads_to_the_list_for_those_alone_who_may_see_it(web: Flask) -> None:
    made = an_office("LA0101")
    with clock.use(on(2)):
        taken_up(made, an_officer(made, "MOPS"))
    with clock.use(on(20)):
        rollups.refresh()
        outsider = a_user(language="en", district_coordinator=a_unit("LA0101"))
        insider = a_user(
            language="en", district_coordinator=a_unit("LA0101"), centre_manager=made.centre
        )
        for user, may in ((outsider, False), (insider, True)):
            client = a_desk(web, user)
            for page in ("", "/offices"):
                text = client.get(f"/a/LA0101/workload{page}").get_data(as_text=True)
                assert ("/c/LA0101/applications?show=overdue" in text) == may
        link = re.search(r'href="(/c/[^"]*show=over_standard[^"]*)"', text)
        assert link
        shown = client.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
        assert "1 application" in shown
        assert "longer than the step may take" in shown


def _page_cells(page: str) -> Iterator[list[list[str]]]:
    """The figures of each table of a page, without what stands below another."""
    for table in page.split("<table")[1:]:
        body = table.partition("<tbody>")[2].partition("</table>")[0]
        rows = []
        for row in body.split("<tr>")[1:]:
            cells = re.findall(r'<td class="num[^"]*">(.*?)</td>', row, re.S)
            rows.append(
                [re.sub("<[^>]*>", "", cell.partition("<br>")[0]).strip() for cell in cells]
            )
        yield rows


@pytest.mark.parametrize("name", ["hall", "files", "offices", "months", "hours"])
def test_files_hold_the_figures_of_the_page(web: Flask, name: str) -> None:
    for code in ("LA0101", "LA0102"):
        made = an_office(code)
        Hall(made.centre, made.service).issue()
        made.application()
        made.open_till()
    rollups.refresh()
    client = a_desk(web, a_user(language="en", province_coordinator=a_unit("LA01")))
    path = "" if name in ("hall", "files") else f"/{name}"
    tables = list(_page_cells(client.get(f"/a/LA01/workload{path}").get_data(as_text=True)))
    shown = tables[1 if name == "files" else 0]
    sent = client.get(f"/a/LA01/workload/csv/{name}").get_data().decode("utf-8-sig")
    heads, *rows = list(csv.reader(io.StringIO(sent)))
    book = client.get(f"/a/LA01/workload/xlsx/{name}").get_data()
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    xlsx = [["" if cell is None else cell for cell in row] for row in sheet.values]
    assert [str(cell) for cell in xlsx[0]] == heads
    assert len(xlsx) - 1 == len(rows) == len(shown)
    if name in ("hall", "files"):  # whole numbers, and one time in minutes
        for in_file, on_page in zip(rows, shown, strict=True):
            plain = [cell.replace("–", "").replace(".", "").replace(" min", "") for cell in on_page]
            assert [cell.removesuffix(".0") for cell in in_file[1:]] == plain
    else:
        first = {"offices": 2, "months": 1, "hours": 1}[name]
        for in_file, on_page in zip(rows, shown, strict=True):
            value = float(in_file[first])
            assert value == float(on_page[0].replace(".", "").replace(",", "."))
    for one, other in zip(rows, xlsx[1:], strict=True):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert left == str(right) or float(left) == float(right)


def test_a_complete_file_waits_for_its_first_office_and_lies_there_once_taken_up(
    office: Office,
) -> None:
    with clock.use(on(2)):
        file = office.application()
        assert file.state == SUBMITTED
        rollups.refresh()
        (load,) = workload_queries.offices(a_unit("LA"))
        assert (load.figures.to_take_up, load.figures.files_open) == (1, 0)
        with office.inside(an_officer(office, "MOPS")):
            operations.take_up(office.centre, file.id)
        rollups.refresh()
        (load,) = workload_queries.offices(a_unit("LA"))
    assert (load.figures.to_take_up, load.figures.files_open) == (0, 1)
    with office.inside():
        assert load.level == queries.steps(file.id)[0].level
