"""The national page: true to the tickets, honest about who is missing, shut to all others."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from odsc_counter.monitoring import queries, rollups
from odsc_counter.monitoring.maps import province_map
from odsc_counter.monitoring.measures import Measures
from odsc_counter.monitoring.shading import class_bounds
from odsc_counter.people.models import Person
from odsc_counter.places.models import Centre
from odsc_counter.platform.charts import line_chart
from odsc_counter.platform.database import Database
from odsc_counter.platform.periods import UnclearPeriod, period_from
from odsc_counter.platform.tenancy import area_scope, centre_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets import reports
from odsc_counter.tickets.models import Ticket
from tests.monitoring.records import MORNING, Hall, at
from tests.monitoring.test_rollups import Statements
from tests.pages import a_desk, an_app
from tests.tickets.hall_day import DAY, a_full_day
from tests.world import a_centre, a_service, a_unit, a_user

MONDAY = date(2026, 10, 5)
MONTH = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def web(database: Database, database_url: str, tmp_path: Path) -> Flask:
    return an_app(database_url, tmp_path)


@pytest.fixture(autouse=True)
def _listening(database: Database) -> None:
    rollups.install()


def a_hall(code: str) -> Hall:
    centre = a_centre(code)
    return Hall(centre, a_service(centre, "MOPS-04"))


def serve(hall: Hall, people: int, minutes: int = 10) -> None:
    """So many people come on the Monday; each is called after so many minutes."""
    for _ in range(people):
        with at(MORNING):
            ticket = hall.issue()
        with at(MORNING + timedelta(minutes=minutes)):
            hall.move(ticket, "call")
            hall.move(ticket, "no_show")


def tickets_of(centre: Centre) -> int:
    with centre_scope(centre.id), reading() as session:
        return session.scalar(select(func.count(Ticket.id))) or 0


def test_the_nation_is_the_sum_of_its_provinces_and_of_the_tickets(database: Database) -> None:
    halls = [a_hall(code) for code in ("LA0101", "LA0102", "LA0601")]
    for number, hall in enumerate(halls, start=2):
        serve(hall, number)
    with at(MORNING):
        rollups.refresh()
    summary = queries.national_summary(*MONTH)
    of_provinces = sum((p.figures for p in summary.provinces), Measures())
    assert summary.total == of_provinces
    assert summary.total.tickets == sum(tickets_of(hall.centre) for hall in halls) == 9
    assert {p.unit.code: p.figures.tickets for p in summary.provinces} == {"LA01": 5, "LA06": 4}
    assert [day.figures.tickets for day in summary.days if day.figures] == [9]
    assert queries.top_services(a_unit("LA"), *MONTH)[0].asked == 9


def test_absent_is_not_nought(database: Database) -> None:
    serve(a_hall("LA0101"), 1)
    a_centre("LA0601")
    a_unit("LA09")
    with at(MORNING):
        rollups.refresh()
    summary = queries.national_summary(*MONTH)
    standing = {p.unit.code: p.standing for p in summary.provinces}
    assert standing == {"LA01": "complete", "LA06": "absent", "LA09": "no_centre"}
    assert (summary.reporting, summary.centres) == (1, 2)
    assert summary.total_before is None
    assert [day.figures is None for day in summary.days] == [True] * 4 + [False]


def test_the_period_before_is_as_long_and_apart(database: Database) -> None:
    hall = a_hall("LA0101")
    serve(hall, 2)
    with at(MORNING + timedelta(days=7)):
        hall.issue()
        rollups.refresh()
    summary = queries.national_summary(MONDAY + timedelta(days=7), MONDAY + timedelta(days=13))
    assert summary.before == (MONDAY, MONDAY + timedelta(days=6))
    assert summary.total.tickets == 1
    assert summary.total_before is not None
    assert summary.total_before.tickets == 2


def test_waiting_classes_give_median_and_ninetieth(database: Database) -> None:
    hall = a_hall("LA0101")
    serve(hall, 6, minutes=5)
    serve(hall, 3, minutes=30)
    serve(hall, 1, minutes=61)
    with at(MORNING):
        rollups.refresh()
    total = queries.national_summary(*MONTH).total
    assert total.wait_classes == (6, 0, 3, 0, 1)
    assert (total.wait_class(0.5), total.wait_class(0.9), total.wait_class(1)) == (0, 2, 4)
    assert total.within_target == 0.9
    assert Measures().wait_class(0.5) is None
    assert Measures().no_show_rate is None


def test_walkouts_count_as_missed_and_what_was_closed_does_not_count(database: Database) -> None:
    hall = a_hall("LA0101")
    serve(hall, 2, minutes=10)
    with at(MORNING):
        left, closed = hall.issue(), hall.issue()
    with at(MORNING + timedelta(minutes=5)):
        hall.move(left, "walk_out")
        hall.move(closed, "close_day")
        rollups.refresh()
    total = queries.national_summary(*MONTH).total
    assert (total.walked_out, total.closed, total.called) == (1, 1, 2)
    assert total.within_target == 2 / 3
    assert total.average_wait_seconds == 600
    assert total.no_show_rate == 1  # both who were called did not come


def test_nation_and_hall_count_alike(database: Database) -> None:
    day = a_full_day()
    centre = day.hall.centre
    rollups.rebuild(centre, DAY, DAY)
    nation = queries.national_summary(DAY, DAY).total
    with centre_scope(centre.id):
        hall = reports.report(centre, reports.By.CENTRE, DAY, DAY).total
    for name in ("tickets", "served", "no_shows", "walked_out", "cancelled", "closed", "called"):
        assert getattr(nation, name) == getattr(hall, name), name
    assert (nation.waited, nation.wait_seconds) == (hall.waiting.number, hall.waiting.seconds)
    assert nation.wait_classes == hall.waiting.bands
    assert (nation.timed, nation.serve_seconds) == (hall.serving.number, hall.serving.seconds)
    assert nation.judged == hall.judged
    assert nation.no_show_rate == hall.no_show_rate
    assert nation.unreliable == hall.unreliable_tickets


def test_the_cost_does_not_grow_with_centres_or_history(database: Database) -> None:
    hall = a_hall("LA0101")

    def cost() -> int:
        with Statements(database) as asked:
            queries.national_summary(*MONTH)
        return asked.count

    serve(hall, 1)
    with at(MORNING):
        rollups.refresh()
    before = cost()
    for code in ("LA0102", "LA0201", "LA0301"):
        serve(a_hall(code), 1)
    with at(MORNING + timedelta(days=9)):
        hall.issue()
        rollups.refresh()
    assert cost() == before
    assert before <= 6


def test_an_area_cannot_read_a_person(database: Database) -> None:
    a_hall("LA0101")
    with (
        area_scope(a_unit("LA").id),
        reading() as session,
        pytest.raises(Exception, match="person"),
    ):
        session.scalars(select(Person)).all()


def test_the_known_address_leads_to_the_nation_s_figures(web: Flask) -> None:
    a_centre("LA0101")
    client = a_desk(web, a_user(moha_analyst=a_unit("LA")))
    found = client.get("/national?period=last-month&show=wait_average")
    assert found.status_code == 302
    assert found.location == "/a/LA/figures?period=last-month&show=wait_average"


@pytest.mark.parametrize("role", ["province_coordinator", "centre_manager"])
def test_the_national_page_does_not_exist_for_others(web: Flask, role: str) -> None:
    centre = a_centre("LA0101")
    place = centre if role == "centre_manager" else a_unit("LA01")
    client = a_desk(web, a_user(**{role: place}))
    assert client.get("/national").status_code == 404


def test_periods_are_read_from_the_address() -> None:
    today = date(2026, 3, 15)
    assert period_from({}, today).first == date(2026, 3, 1)
    last_month = period_from({"period": "last-month"}, today)
    assert (last_month.first, last_month.last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert period_from({"period": "30-days"}, today).first == date(2026, 2, 14)
    chosen = period_from({"from": "2026-01-02", "to": "2026-01-03"}, today)
    assert chosen.address == {"period": "chosen", "from": "2026-01-02", "to": "2026-01-03"}
    for wrong in (
        {"from": "x", "to": "2026-01-01"},
        {"from": "2010-01-01", "to": "2026-01-01"},
        {"from": "0001-01-01", "to": "0001-01-31"},
        {"from": "9999-12-31", "to": "9999-12-31"},
    ):
        with pytest.raises(UnclearPeriod):
            period_from(wrong, today)


def test_the_map_draws_each_of_the_18_provinces() -> None:
    drawn = province_map()
    assert len({shape.code for shape in drawn.shapes}) == 18
    assert all(shape.outline.startswith("M") for shape in drawn.shapes)


def test_a_day_without_figures_breaks_the_line() -> None:
    chart = line_chart([[3, None, 0, 7]])
    assert len(chart.lines[0].stretches) == 2
    assert len(chart.lines[0].marks) == 3
    assert [number for _height, number in chart.grid] == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("values", [[], [0, 0, 0], [5], list(range(0, 9000, 500))])
def test_map_classes_rise_and_hold_every_value(values: list[int]) -> None:
    bounds = class_bounds(values)
    assert bounds == sorted(set(bounds))
    assert all(value >= bounds[0] for value in values)
    assert len(bounds) <= 5
