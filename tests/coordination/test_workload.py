"""The coordinator sees the own area's workload move, and no other area's."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from odsc_counter.coordination import queries
from odsc_counter.coordination.workload_tables import FILES, HALL
from odsc_counter.monitoring import rollups
from odsc_counter.platform.database import Database
from tests.monitoring.records import MORNING, Hall, at
from tests.monitoring.test_rollups import Statements
from tests.pages import a_desk, an_app
from tests.world import a_centre, a_service, a_unit, a_user

MONDAY = date(2026, 10, 5)


@pytest.fixture
def web(database: Database, database_url: str, tmp_path: Path) -> Flask:
    return an_app(database_url, tmp_path)


@pytest.fixture(autouse=True)
def _listening(database: Database) -> None:
    rollups.install()


def a_hall(code: str) -> Hall:
    centre = a_centre(code)
    return Hall(centre, a_service(centre, "MOPS-04"))


def seen(unit: str) -> queries.Workload:
    return queries.workload(a_unit(unit), "en")


def test_the_workload_moves_with_the_hall(database: Database) -> None:
    hall = a_hall("LA0101")
    with at(MORNING - timedelta(days=7)):
        hall.issue()
    with at(MORNING):
        rollups.refresh()
        assert seen("LA0101").total.waiting == 0
        ticket = hall.issue()
        hall.issue()
        hall.apply()
        rollups.refresh()
        total = seen("LA0101").total
        assert (total.waiting, total.serving, total.today.tickets) == (2, 0, 2)
        assert (total.files_open, total.today.applications) == (1, 1)
        assert total.week_ago is not None
        assert total.week_ago.tickets == 1
        hall.move(ticket, "call")
        rollups.refresh()
        total = seen("LA0101").total
        assert (total.waiting, total.serving) == (1, 1)


def test_a_part_for_each_unit_below_with_or_without_a_centre(database: Database) -> None:
    hall = a_hall("LA0101")
    a_unit("LA0102")
    with at(MORNING):
        hall.issue()
        rollups.refresh()
        province, nation = seen("LA01"), seen("LA")
    assert [unit.code for unit in province.without_centre] == ["LA0102"]
    assert [part.unit.code for part in province.parts] == ["LA0101", "LA0102"]
    assert [part.unit.code for part in nation.parts] == ["LA01"]
    assert nation.total.today.tickets == province.total.today.tickets == 1


def test_silent_absent_closed_and_working_are_told_apart(database: Database) -> None:
    working, silent, _absent = a_hall("LA0101"), a_hall("LA0102"), a_hall("LA0103")
    with at(MORNING - timedelta(days=3)):
        silent.issue()
    with at(MORNING):
        working.issue()
        rollups.refresh()
        standings = {
            load.centre.code: load.standing for p in seen("LA01").parts for load in p.centres
        }
        assert seen("LA01").total.reporting == 1
    assert standings == {"LA0101": "working", "LA0102": "silent", "LA0103": "absent"}
    with at(MORNING + timedelta(days=5)):  # a Saturday
        rollups.refresh()
        parts = seen("LA01").parts
    assert parts[0].centres[0].standing == "closed"


def test_yesterdays_hall_is_not_todays(database: Database) -> None:
    hall = a_hall("LA0101")
    with at(MORNING):
        hall.issue()
        rollups.refresh()
    with at(MORNING + timedelta(days=1)):
        assert seen("LA0101").total.waiting == 0


def test_a_coordinator_sees_the_own_centres_only(web: Flask) -> None:
    for code in ("LA0101", "LA0601"):
        a_hall(code).issue()
    rollups.refresh()
    client = a_desk(web, a_user(language="en", province_coordinator=a_unit("LA01")))
    page = client.get("/a/LA01/workload").get_data(as_text=True)
    assert "Centre LA0101" in page
    assert "LA0601" not in page
    assert client.get("/a/LA0101/workload").status_code == 200
    for elsewhere in ("LA06", "LA0601", "LA", "LA99"):
        assert client.get(f"/a/{elsewhere}/workload").status_code == 404


def test_only_an_auditor_is_offered_to_enter_a_centre(web: Flask) -> None:
    a_hall("LA0101").issue()
    rollups.refresh()
    for role, offered in (("auditor", True), ("province_coordinator", False)):
        client = a_desk(web, a_user(language="en", **{role: a_unit("LA01")}))
        page = client.get("/a/LA01/workload").get_data(as_text=True)
        assert ("Enter this centre" in page) == offered


def test_the_fragment_is_sent_again_only_when_it_moved(web: Flask) -> None:
    hall = a_hall("LA0101")
    hall.issue()
    rollups.refresh()
    client = a_desk(web, a_user(district_coordinator=a_unit("LA0101")))
    ask = {"X-Fragment": "1"}
    first = client.get("/a/LA0101/workload", headers=ask)
    ask["If-None-Match"] = first.headers["ETag"]
    assert client.get("/a/LA0101/workload", headers=ask).status_code == 304
    hall.issue()
    rollups.refresh()
    assert client.get("/a/LA0101/workload", headers=ask).status_code == 200


def test_a_nation_costs_as_many_statements_as_a_district(database: Database) -> None:
    for code in ("LA0101", "LA0102", "LA0201", "LA0601"):
        a_hall(code)
    with at(MORNING):
        rollups.refresh()
    costs = set()
    for code in ("LA0101", "LA01", "LA"):
        unit = a_unit(code)
        with Statements(database) as asked:
            queries.workload(unit, "lo")
        costs.add(asked.count)
    assert len(costs) == 1


def test_a_province_of_which_nothing_is_known_shows_no_nought(web: Flask) -> None:
    a_centre("LA0601")
    client = a_desk(web, a_user(language="en", moha_analyst=a_unit("LA")))
    page = client.get("/a/LA/workload").get_data(as_text=True)
    rows = [part.partition("</tr>")[0] for part in page.split('/a/LA06/workload"')[1:]]
    assert [row.count("–") for row in rows] == [len(HALL), len(FILES)]
    assert all(row.count("<td") == row.count("–") for row in rows)
