"""The figures of the hall: a small day counted by hand, on both databases."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from odsc_counter.platform import clock, spreadsheet
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets import counters, reports, timeline
from odsc_counter.tickets.acting import legs_of
from odsc_counter.tickets.lifecycle import UNDONE
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.reports import By, Report
from odsc_counter.tickets.tally import Tally, Times
from odsc_counter.tickets.undoing import events_of
from tests.pages import a_desk, an_app
from tests.tickets.figures_page import page
from tests.tickets.hall_day import DAY, EIGHT, FullDay, a_full_day, at
from tests.world import a_centre, a_user

MINUTE = 60


@pytest.fixture
def day(database: Database) -> FullDay:
    return a_full_day()


def figures(day: FullDay, by: By = By.CENTRE, first: date = DAY, last: date = DAY) -> Report:
    with centre_scope(day.hall.centre.id):
        return reports.report(day.hall.centre, by, first, last)


def by_key(report: Report) -> dict[object, Tally]:
    return {line.key: line.tally for line in report.lines}


def test_every_outcome_counts_once_and_they_add_up(day: FullDay) -> None:
    total = figures(day).total
    assert (total.tickets, total.files, total.asked) == (10, 12, 12)
    outcomes = (
        total.served,
        total.transferred,
        total.no_shows,
        total.walked_out,
        total.cancelled,
        total.closed,
        total.open,
    )
    assert outcomes == (7, 1, 1, 1, 1, 1, 0)
    assert sum(outcomes) == total.asked
    assert total.called == 7  # the undone call of who was closed at day end is none
    assert total.no_show_rate == 1 / 7
    assert total.walkout_rate == 1 / 12


def test_waiting_is_averaged_over_who_was_called_with_reliable_times(day: FullDay) -> None:
    waiting = figures(day).total.waiting
    assert (waiting.number, waiting.seconds) == (6, 83 * MINUTE)
    assert waiting.within(0.5) == 10 * MINUTE
    assert waiting.within(0.9) == 30 * MINUTE
    assert waiting.bands == (1, 3, 2, 0, 0)


def test_a_no_show_is_in_no_walking_and_no_serving_time(day: FullDay) -> None:
    total = figures(day).total
    assert (total.walking.number, total.walking.average) == (5, MINUTE)
    assert (total.serving.number, total.serving.seconds) == (6, 33 * MINUTE)
    assert (total.hold.number, total.hold.seconds) == (1, 5 * MINUTE)


def test_who_walks_out_counts_as_missed_in_the_service_level(day: FullDay) -> None:
    total = figures(day).total
    assert (total.in_target, total.judged) == (5, 7)
    assert figures(day).target_minutes == 20


def test_what_is_left_out_is_always_told(day: FullDay) -> None:
    total = figures(day).total
    assert total.unreliable_ticket_share == 1 / 10
    assert total.unreliable_leg_share == 1 / 12


def test_idle_time_is_open_time_less_walking_and_serving(day: FullDay) -> None:
    total = figures(day).total
    assert total.open_seconds == (120 + 105) * MINUTE
    assert total.break_seconds == 15 * MINUTE
    assert total.busy_seconds == 44 * MINUTE
    assert total.idle_seconds == 181 * MINUTE
    lines = by_key(figures(day, By.COUNTER))
    assert {key: tally.busy_seconds // MINUTE for key, tally in lines.items()} == {1: 32, 2: 12}


def test_services_counters_clerks_hours_and_days_add_up_to_the_whole(day: FullDay) -> None:
    whole = figures(day).total
    for by in (By.SERVICE, By.HOUR, By.DAY):
        total = figures(day, by).total
        assert (total.asked, total.served, total.waiting) == (
            whole.asked,
            whole.served,
            whole.waiting,
        )
    for by in (By.COUNTER, By.STAFF):
        total = figures(day, by).total
        assert (total.called, total.served, total.serving) == (
            whole.called,
            whole.served,
            whole.serving,
        )
        assert total.open_seconds == whole.open_seconds


def test_each_service_is_counted_apart(day: FullDay) -> None:
    lines = by_key(figures(day, By.SERVICE))
    other = lines[day.other]
    assert (other.asked, other.served, other.called) == (2, 2, 1)
    assert other.waiting.seconds == 5 * MINUTE
    assert lines[day.hall.service].transferred == 1


def test_hours_are_those_of_vientiane(day: FullDay) -> None:
    report = figures(day, By.HOUR)
    lines = by_key(report)
    assert {hour: tally.tickets for hour, tally in lines.items()} == {8: 8, 9: 2}
    assert lines[8].open_seconds == (60 + 45) * MINUTE
    assert report.days == 1


def test_other_days_are_empty_and_not_nought(day: FullDay) -> None:
    before = figures(day, By.DAY, DAY - timedelta(days=9), DAY - timedelta(days=1))
    assert (before.lines, before.days, before.total) == ((), 0, Tally())
    assert before.total.waiting.average is None
    assert before.total.service_level is None


def test_priority_is_counted_by_day_and_reason(day: FullDay) -> None:
    with centre_scope(day.hall.centre.id):
        (counted,) = reports.reasons_by_day(DAY, DAY)
    assert counted.reasons == {"elderly": 2, "monk": 1, None: 7}
    assert counted.tickets == 10


def test_a_recount_from_the_events_alone_gives_the_same(day: FullDay) -> None:
    outcomes: Counter[str | None] = Counter()
    waited = []
    with centre_scope(day.hall.centre.id), reading() as session:
        for ticket in session.scalars(select(Ticket)):
            facts = timeline.replay(events_of(session, ticket))
            assert (
                list(
                    timeline.differences(
                        ticket, legs_of(session, ticket), events_of(session, ticket)
                    )
                )
                == []
            )
            counted = [leg for leg in facts.legs if leg.queued_at and leg.outcome != UNDONE]
            outcomes.update(leg.outcome for leg in counted)
            waited += [
                leg.waiting_seconds
                for leg in counted
                if leg.first_called_at and leg.outcome != "closed" and not ticket.times_unreliable
            ]
    total = figures(day).total
    assert outcomes["completed"] == total.served
    assert outcomes["closed"] == total.closed
    assert sum(outcomes.values()) == total.asked
    assert (len(waited), sum(waited)) == (total.waiting.number, total.waiting.seconds)


def test_another_centre_sees_nothing_of_it(day: FullDay) -> None:
    elsewhere = a_centre("LA0303")
    with centre_scope(elsewhere.id):
        assert reports.report(elsewhere, By.CENTRE, DAY, DAY).total == Tally()


def test_a_desk_left_open_overnight_ends_with_its_day(day: FullDay) -> None:
    with centre_scope(day.hall.centre.id):
        with at(15 * 60):
            counters.claim_counter(day.hall.counters[0].id, day.hall.clerks[0].id)
        with clock.use(lambda: EIGHT + timedelta(days=2)):
            total = reports.report(day.hall.centre, By.CENTRE, DAY, DAY).total
    assert total.open_seconds == (225 + 60) * MINUTE


def test_a_band_holds_its_upper_bound_and_long_times_do_not_grow_the_histogram() -> None:
    times = Times()
    for seconds in (0, 300, 301, 900, 3600, 3601, 10**6):
        times.add((seconds + 59) // 60, 1, seconds)
    assert times.bands == (2, 2, 0, 1, 2)
    assert max(times.minutes) == 24 * 60
    assert times.within(0.5) == 15 * MINUTE


# -- pages and files


@pytest.fixture
def manager(day: FullDay, database_url: str, tmp_path: Path) -> Callable[[str], FlaskClient]:
    app = an_app(database_url, tmp_path)
    return lambda language: a_desk(
        app, a_user(language=language, centre_manager=day.hall.centre), language=language
    )


PERIOD = f"period=chosen&from={DAY}&to={DAY}"
REPORTS = "/c/LA0101/hall/reports"


@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_report_has_a_page(manager: Callable[[str], FlaskClient], language: str) -> None:
    client = manager(language)
    for tab in ("centre", "service", "counter", "staff", "hour", "day", "priority"):
        answer = client.get(f"{REPORTS}?report={tab}&{PERIOD}")
        assert answer.status_code == 200, tab
        assert f"/hall/reports/xlsx/{tab if tab != 'centre' else 'times'}?" in answer.text
    page = client.get(f"{REPORTS}?report=centre&{PERIOD}").text
    assert "71,4%" in page
    assert ("Walkouts count as missed" in page) == (language == "en")
    assert "10,0%" in page  # numbers whose times are left out
    meaning = client.get(f"{REPORTS}/definitions").text
    assert ("nine of ten waiting times are no longer" in meaning) == (language == "en")


def test_a_period_that_can_not_be_read_is_told(manager: Callable[[str], FlaskClient]) -> None:
    client = manager("en")
    answer = client.get(f"{REPORTS}?period=chosen&from=2026-03-09&to=2026-03-02")
    assert answer.status_code == 422
    assert "the earlier one first" in answer.text
    assert client.get(f"{REPORTS}?report=secrets").status_code == 404
    assert client.get(f"{REPORTS}/csv/secrets").status_code == 404


def test_csv_has_the_columns_of_the_page_in_its_language(
    manager: Callable[[str], FlaskClient],
) -> None:
    answer = manager("en").get(f"{REPORTS}/csv/service?{PERIOD}")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["Service"] for row in rows] == [
        "Service MOPS-04",
        "Service MOPS-05",
        "All together",
    ]
    assert rows[0]["Services asked for"] == "10"
    assert rows[2]["Average wait (minutes)"] == "13.8"
    assert rows[2]["Service level"] == "0.7143"
    lao = manager("lo").get(f"{REPORTS}/csv/service?{PERIOD}")
    assert "ເວລາລໍຖ້າສະເລ່ຍ (ນາທີ)" in lao.get_data().decode("utf-8-sig").splitlines()[0]
    assert "LA0101-service-20260302-20260302.csv" in lao.headers["Content-Disposition"]


def test_xlsx_opens_and_holds_numbers(manager: Callable[[str], FlaskClient]) -> None:
    client = manager("lo")
    for table in ("summary", "times", "service", "counter", "staff", "hour", "day", "priority"):
        answer = client.get(f"{REPORTS}/xlsx/{table}?{PERIOD}")
        assert answer.status_code == 200, table
        with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<v>" in sheet


def test_no_text_becomes_a_formula() -> None:
    rows = [["=1+1", -5, None], ["@here", 2.5, "plain"]]
    text = spreadsheet.as_csv(["+name", "b", "c"], rows).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["'+name", "b", "c"],
        ["'=1+1", "-5", ""],
        ["'@here", "2.5", "plain"],
    ]
    with zipfile.ZipFile(io.BytesIO(spreadsheet.as_xlsx("a/b", ["x", "y", "z"], rows))) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
        assert "=1+1" in book.read("xl/sharedStrings.xml").decode()


def test_only_who_may_view_the_hall_sees_its_figures(
    day: FullDay, database_url: str, tmp_path: Path
) -> None:
    app = an_app(database_url, tmp_path)
    clerk = a_desk(app, day.hall.clerks[0])
    assert clerk.get(REPORTS).status_code == 403
    assert clerk.get(f"{REPORTS}/csv/staff").status_code == 403
    lead = a_desk(app, a_user(language="en", lead_clerk=day.hall.centre))
    assert lead.get(REPORTS).status_code == 200


def test_the_page_in_the_docs_says_what_the_code_says() -> None:
    written = (Path(__file__).parents[2] / "docs/figures.md").read_text(encoding="utf-8")
    assert written == page()
