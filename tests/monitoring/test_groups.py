"""Who came: counted when a month is over, equal to a recount, told of an area with few hidden."""

import csv
import io
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import delete, event, select, update

from odsc_counter import checking
from odsc_counter.monitoring import rollups
from odsc_counter.monitoring.group_answers import FEWEST, hidden
from odsc_counter.monitoring.group_models import CentreMonthGroup
from odsc_counter.places.models import Centre
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import area_scope, centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.traits.models import TRAITS
from tests.monitoring.records import at
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office
from tests.world import a_centre, a_unit, a_user

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
IN_OCTOBER = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
IN_NOVEMBER = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
PERIOD = "from=2026-10-01&to=2026-10-31"


@pytest.fixture
def web(database: Database, tmp_path: Path) -> Any:
    rollups.install()
    return an_app(database.url.render_as_string(hide_password=False), tmp_path)


@pytest.fixture
def office(database: Database) -> Office:
    rollups.install()
    return an_office()


def come(office: Office, *people: dict[str, str], moment: datetime = IN_OCTOBER) -> None:
    """People file and say what they say, a minute after one another."""
    for number, said in enumerate(people):
        with at(moment + timedelta(minutes=number)):
            office.application(f"Person {number} of {moment}", who_came=said)


def cells(centre: Centre) -> dict[tuple[date, str, str], int]:
    with centre_scope(centre.id), reading() as session:
        return {
            (cell.month, cell.trait, cell.answer): cell.people
            for cell in session.scalars(select(CentreMonthGroup))
        }


def by_hand(people: list[dict[str, str]], month: date) -> dict[tuple[date, str, str], int]:
    return dict(Counter((month, trait, one.get(trait, "")) for one in people for trait in TRAITS))


def some_people(dice: random.Random, number: int) -> list[dict[str, str]]:
    return [
        {trait: dice.choice(("", *answers)) for trait, answers in TRAITS.items()}
        for _ in range(number)
    ]


@pytest.mark.parametrize("seed", range(2))
def test_cells_equal_a_count_by_hand_and_a_recount(office: Office, seed: int) -> None:
    dice = random.Random(seed)
    before, after = some_people(dice, 9), some_people(dice, 5)
    come(office, *before)
    come(office, *after, moment=IN_NOVEMBER)
    with at(IN_NOVEMBER + timedelta(hours=1)):
        while rollups.refresh():
            pass
        assert cells(office.centre) == by_hand(before, OCTOBER)
        assert rollups.recount(office.centre) == []
    with at(IN_NOVEMBER + timedelta(days=40)):
        rollups.refresh()  # nobody came since: the month ends all the same
        expected = by_hand(before, OCTOBER) | by_hand(after, NOVEMBER)
        assert cells(office.centre) == expected
        with centre_scope(office.centre.id), unit_of_work() as work:
            work.session.execute(delete(CentreMonthGroup))
        rollups.rebuild(office.centre, OCTOBER, date(2026, 11, 30))
        assert cells(office.centre) == expected
        assert rollups.recount(office.centre) == []


def test_no_count_moves_while_the_month_goes_on(office: Office) -> None:
    for number in range(3):
        come(office, {"sex": "female"}, moment=IN_OCTOBER + timedelta(days=number))
        with at(IN_OCTOBER + timedelta(days=number, hours=1)):
            rollups.refresh()
            assert cells(office.centre) == {}
            assert rollups.recount(office.centre) == []
    with at(IN_NOVEMBER):
        rollups.refresh()
    assert cells(office.centre)[OCTOBER, "sex", "female"] == 3


def test_the_check_finds_a_count_that_is_not_the_records(web: Flask) -> None:
    office = an_office()
    come(office, {"sex": "female"}, {"sex": "male"})
    with at(IN_NOVEMBER):
        rollups.refresh()
        with centre_scope(office.centre.id), unit_of_work() as work:
            work.session.execute(
                update(CentreMonthGroup).where(CentreMonthGroup.answer == "male").values(people=7)
            )
            work.session.execute(
                delete(CentreMonthGroup).where(CentreMonthGroup.answer == "female")
            )
        found = {str(one) for one in rollups.recount(office.centre)}
        assert found == {
            "centre_month_group 2026-10 sex male people: kept 7, counted 1",
            "centre_month_group 2026-10 sex female people: kept None, counted 1",
        }
        breaches = [one.what for one in checking.check() if "centre_month_group" in one.what]
        assert set(breaches) == found


def test_an_area_reads_its_own_centres_alone(office: Office) -> None:
    come(office, {"sex": "female"})
    with at(IN_NOVEMBER):
        rollups.refresh()
    for code, seen in (("LA0101", 5), ("LA", 5), ("LA02", 0)):
        with area_scope(a_unit(code).id), reading() as session:
            assert len(session.scalars(select(CentreMonthGroup)).all()) == seen


# -- what is hidden


@pytest.mark.parametrize(
    ("counts", "out"),
    [
        ({"a": 20, "b": 9, "c": 5}, ""),
        ({"a": 20, "b": 9, "c": 4}, "bc"),
        ({"a": 20, "b": 9, "c": 0}, "bc"),
        ({"a": 20, "b": 3, "c": 2}, "bc"),
        ({"a": 20, "b": 3, "c": 0}, "abc"),
        ({"a": 20, "b": 0, "c": 0}, "bc"),
        ({"a": 4}, "a"),
    ],
)
def test_what_is_hidden(counts: dict[str, int], out: str) -> None:
    assert hidden(counts) == set(out)


@given(some.lists(some.integers(0, 30), min_size=2, max_size=6))
def test_the_total_tells_nothing_of_what_is_hidden(numbers: list[int]) -> None:
    counts = {str(place): number for place, number in enumerate(numbers)}
    out = hidden(counts)
    assert all(counts[one] >= FEWEST for one in counts.keys() - out)
    assert len(out) != 1
    together = sum(counts[one] for one in out)
    assert together == 0 or together >= FEWEST or out == counts.keys()


# -- the pages


def rows_of(client: FlaskClient, address: str) -> dict[tuple[str, str], dict[str, str]]:
    found = client.get(address)
    assert found.status_code == 200
    rows = csv.DictReader(io.StringIO(found.data.decode("utf-8-sig")))
    return {(row["Code of the question"], row["Code of the answer"]): row for row in rows}


def test_the_centre_sees_all_and_the_area_hides_few(web: Flask) -> None:
    office = an_office()
    a_centre("LA0102")
    come(office, *[{"sex": "female"}] * 8, *[{"sex": "male"}] * 3)
    with at(IN_NOVEMBER):
        rollups.refresh()
        manager = a_desk(web, office.manager)
        page = manager.get(f"/c/LA0101/who-came?{PERIOD}").text
        assert "11 people were asked" in page and "Hidden" not in page
        own = rows_of(manager, f"/c/LA0101/who-came.csv?{PERIOD}")
        people = {answer: own["sex", answer]["People"] for answer in ("female", "male", "not_said")}
        assert people == {"female": "8", "male": "3", "not_said": "0"}
        assert float(own["sex", "male"]["Share"]) == pytest.approx(3 / 11)
        assert own["language", "not_said"]["People"] == "11"

        analyst = a_desk(web, a_user(language="en", moha_analyst=a_unit("LA")))
        for area in ("LA", "LA01", "LA0101"):
            text = analyst.get(f"/a/{area}/who-came?{PERIOD}").text
            assert "11 people were asked" in text and ">Hidden</td>" in text
            told = rows_of(analyst, f"/a/{area}/who-came.csv?{PERIOD}")
            # Three men, and nobody who kept silent: with the women, or 11 - 8 would tell them.
            assert {told["sex", one]["People"] for one in ("female", "male", "not_said")} == {""}
            assert {told["sex", one]["Share"] for one in ("female", "male", "not_said")} == {""}
            assert told["sex", "male"]["Remark"] == "Hidden"
            assert told["language", "not_said"]["People"] == "11"
        assert "1 of 2 centres asked" in analyst.get(f"/a/LA01/who-came?{PERIOD}").text
        assert 'href="/a/LA/who-came"' in analyst.get("/a/LA/figures").text
        assert "/a/LA/who-came?period=chosen" in analyst.get(f"/a/LA/figures?{PERIOD}").text


def test_absent_is_not_nought(web: Flask) -> None:
    office = an_office()
    come(office, *[{"sex": "female"}] * 4)
    with at(IN_NOVEMBER):
        rollups.refresh()
        analyst = a_desk(web, a_user(language="en", moha_analyst=a_unit("LA")))
        few = analyst.get(f"/a/LA/who-came?{PERIOD}").text
        assert "Fewer than 5 people were asked." in few
        assert "4 people" not in few and "<table" not in few
        assert rows_of(analyst, f"/a/LA/who-came.csv?{PERIOD}") == {}
        none = analyst.get("/a/LA/who-came?from=2026-09-01&to=2026-09-30").text
        assert "Nobody was asked in these months." in none and "<table" not in none
        going = analyst.get("/a/LA/who-came?period=this-month").text
        assert "No month of this period is over." in going and "<table" not in going
        unclear = analyst.get("/a/LA/who-came?period=chosen&from=2026-10-31&to=x")
        assert unclear.status_code == 422 and 'value="2026-10-31"' in unclear.text


def test_only_those_who_may_come_in(web: Flask) -> None:
    office = an_office()
    other = a_centre("LA0201")
    clerk = a_desk(web, office.cashier)
    assert clerk.get("/c/LA0101/who-came").status_code == 403
    foreign = a_desk(web, a_user(centre_manager=other))
    assert foreign.get("/c/LA0101/who-came").status_code == 404
    assert foreign.get("/a/LA02/who-came").status_code == 404
    province = a_desk(web, a_user(province_coordinator=a_unit("LA02")))
    assert province.get("/a/LA02/who-came").status_code == 200
    assert province.get("/a/LA01/who-came").status_code == 404
    assert province.get("/a/LA/who-came.csv").status_code == 404


def test_the_page_takes_as_many_statements_for_many_centres_as_for_one(web: Flask) -> None:
    offices = [an_office("LA0101")]
    come(offices[0], {"sex": "female"})
    analyst = a_desk(web, a_user(language="en", moha_analyst=a_unit("LA")))
    counted = []
    for code in ("LA0102", "LA0201", "LA0202"):
        with at(IN_NOVEMBER):
            rollups.refresh()
            counted.append(_statements(web, analyst))
        offices.append(an_office(code))
        come(offices[-1], {"sex": "male"})
    assert len(set(counted[1:])) == 1


def _statements(web: Flask, client: FlaskClient) -> int:
    seen: list[str] = []
    database = web.extensions["database"]

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    for engine in {database.reader, database.national}:
        event.listen(engine, "before_cursor_execute", note)
    client.get(f"/a/LA/who-came?{PERIOD}")
    for engine in {database.reader, database.national}:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_the_menu_leads_to_who_came_and_to_the_open_data(web: Flask) -> None:
    an_office()
    with at(IN_NOVEMBER):
        analyst = a_desk(web, a_user(language="en", moha_analyst=a_unit("LA")))
        menu = analyst.get("/a/LA/flags").text
        assert 'href="/a/LA/who-came"' in menu and 'href="/open"' in menu
        district = a_desk(web, a_user(language="en", district_coordinator=a_unit("LA0101")))
        menu = district.get("/a/LA0101/flags").text
        assert 'href="/a/LA0101/who-came"' in menu and 'href="/open"' not in menu
