"""The pages of an area's figures: page, files and drawings say the same, and keep what is asked."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from odsc_counter.monitoring import rollups
from odsc_counter.monitoring.answers import answer
from odsc_counter.monitoring.asked import asked_by
from odsc_counter.monitoring.figure_lists import waits
from odsc_counter.monitoring.figure_tables import Row, ranked, say
from odsc_counter.monitoring.indicators import BY_CODE, INDICATORS
from odsc_counter.monitoring.load_models import CentreMonthOffice
from odsc_counter.monitoring.maps import district_map
from odsc_counter.monitoring.measures import Measures
from odsc_counter.monitoring.shading import shades
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import unit_of_work
from tests.monitoring.figures_page import page
from tests.monitoring.records import MORNING, Hall, at
from tests.pages import a_desk, a_request, an_app
from tests.world import a_centre, a_ministry, a_service, a_unit, a_user

OCTOBER = "from=2026-10-01&to=2026-10-31"
DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.fixture
def web(database: Database, tmp_path: Path) -> Flask:
    rollups.install()
    return an_app(database.url, tmp_path)


def a_hall(code: str, people: int, files: int = 0) -> Hall:
    centre = a_centre(code)
    hall = Hall(centre, a_service(centre, "MOPS-04"), a_service(centre, "MONRE-01", fee=5_000))
    for number in range(people):
        with at(MORNING + timedelta(minutes=number)):
            hall.issue(hall.services[number % 2])
    for _number in range(files):
        with at(MORNING):
            hall.decide(hall.apply(hall.services[1]))
    return hall


def counted() -> None:
    with at(MORNING + timedelta(days=1)):
        rollups.refresh()


def analyst(web: Flask, language: str = "en") -> FlaskClient:
    return a_desk(web, a_user(language=language, moha_analyst=a_unit("LA")))


def rows_of(client: FlaskClient, address: str) -> list[dict[str, str]]:
    found = client.get(address)
    assert found.status_code == 200
    return list(csv.DictReader(io.StringIO(found.data.decode("utf-8-sig"))))


def test_page_and_files_say_what_the_records_say(web: Flask) -> None:
    a_hall("LA0101", 5, files=2)
    a_hall("LA0201", 2)
    a_centre("LA0301")
    counted()
    client = analyst(web)
    text = client.get(f"/a/LA/figures?{OCTOBER}&show=tickets").text
    assert title(text) == "Queue numbers, Lao PDR LA: 7"
    assert 'aria-label="Province LA01: 5"' in text
    assert 'aria-label="Province LA03: no figures received"' in text
    parts = {row["Code"]: row for row in rows_of(client, f"/a/LA/figures/csv/parts?{OCTOBER}")}
    assert {code: parts[code]["Queue numbers"] for code in ("LA01", "LA02", "LA03", "LA")} == {
        "LA01": "5",
        "LA02": "2",
        "LA03": "",
        "LA": "7",
    }
    assert parts["LA03"]["Figures"] == "No figures received"
    lines = {row["Code"]: row for row in rows_of(client, f"/a/LA/figures/csv/indicators?{OCTOBER}")}
    assert (lines["tickets"]["Value"], lines["decided"]["Value"]) == ("7", "2")
    assert (lines["on_time_rate"]["Numerator"], lines["on_time_rate"]["Denominator"]) == ("2", "2")
    total = answer(a_unit("LA"), date(2026, 10, 1), date(2026, 10, 31)).total
    assert lines.keys() == {one.code for one in INDICATORS}
    for one in INDICATORS:
        told = lines[one.code]["Value"]
        assert (None if told == "" else float(told)) == one.value(total), one.code
    course = rows_of(client, f"/a/LA/figures/csv/course?{OCTOBER}")
    assert sum(int(row["Queue numbers"] or 0) for row in course) == 7
    assert client.get(f"/a/LA/figures/xlsx/parts?{OCTOBER}").data[:2] == b"PK"


def test_one_goes_down_to_the_centre(web: Flask) -> None:
    a_hall("LA0101", 3)
    a_hall("LA0102", 1)
    counted()
    client = analyst(web)
    nation = client.get(f"/a/LA/figures?{OCTOBER}&show=tickets").text
    assert "/a/LA01/figures?period=chosen&amp;from=2026-10-01" in nation
    province = client.get(f"/a/LA01/figures?{OCTOBER}&show=tickets").text
    assert "/a/LA0101/figures?" in province
    assert re.search(r"District LA0101: 3", province)
    district = client.get(f"/a/LA0101/figures?{OCTOBER}&show=tickets").text
    assert ": 3</h1>" in district


def test_a_ministry_s_figures_are_those_of_its_services(web: Flask) -> None:
    hall = a_hall("LA0101", 4, files=3)
    counted()
    client = analyst(web)
    service = hall.services[1].id
    address = f"period=chosen&from=2026-10-05&to=2026-10-05&service={service}"
    text = client.get(f"/a/LA/figures?{address}&show=visits").text
    assert "Figures of services are kept by whole months." in text
    assert "01/10/2026 – 31/10/2026" in text
    assert 'value="visits"' not in text
    lines = {row["Code"]: row for row in rows_of(client, f"/a/LA/figures/csv/indicators?{address}")}
    assert (lines["asked"]["Value"], lines["applications"]["Value"]) == ("2", "3")


def test_two_periods_and_two_units_stand_beside_each_other(web: Flask) -> None:
    hall = a_hall("LA0101", 4)
    a_hall("LA0201", 1)
    with at(MORNING + timedelta(days=1)):
        hall.issue()
    with at(MORNING + timedelta(days=2)):
        rollups.refresh()
    client = analyst(web)
    day = "period=chosen&from=2026-10-06&to=2026-10-06&show=tickets"
    assert ": 1 (-80,0%)" in client.get(f"/a/LA/figures?{day}").text.replace("−", "-")
    assert "(" not in title(client.get(f"/a/LA/figures?{day}&against=none").text)
    chosen = f"{day}&against=chosen&against_from=2026-10-05&against_to=2026-10-05"
    assert "(" in title(client.get(f"/a/LA/figures?{chosen}").text)
    beside = client.get(f"/a/LA01/figures?{OCTOBER}&show=tickets&beside=LA02").text
    assert "(+400,0%)" in title(beside)


def title(text: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)
    assert found
    return found[1]


def test_whom_one_may_not_see_can_t_stand_beside(web: Flask) -> None:
    a_hall("LA0101", 1)
    a_hall("LA0201", 1)
    counted()
    client = a_desk(web, a_user(province_coordinator=a_unit("LA01")))
    assert client.get(f"/a/LA01/figures?{OCTOBER}").status_code == 200
    for unit in ("LA02", "LA", "LA9"):
        assert client.get(f"/a/LA01/figures?{OCTOBER}&beside={unit}").status_code == 404
        assert client.get(f"/a/{unit}/figures").status_code == 404
    manager = a_desk(web, a_user(centre_manager=a_centre("LA0103")))
    assert manager.get("/a/LA0103/figures").status_code == 404


def test_another_unit_is_chosen_by_name_among_those_one_may_see(web: Flask) -> None:
    for code in ("LA0101", "LA0102", "LA0201"):
        a_hall(code, 1)
    counted()
    nation = options(analyst(web).get(f"/a/LA01/figures?{OCTOBER}&beside=LA0201").text)
    assert nation["LA02"] == "Province LA02 Province"
    assert list(nation) == ["", "LA", "LA0101", "LA0102", "LA02", "LA0201"]
    coordinator = a_desk(web, a_user("cap", language="en", province_coordinator=a_unit("LA01")))
    there = coordinator.get(f"/a/LA0101/figures?{OCTOBER}&beside=LA01").text
    assert list(options(there)) == ["", "LA01", "LA0102"]
    assert '<option value="LA01" selected>' in there
    alone = a_desk(web, a_user("dis", language="en", district_coordinator=a_unit("LA0101")))
    assert 'name="beside"' not in alone.get(f"/a/LA0101/figures?{OCTOBER}").text


def options(text: str) -> dict[str, str]:
    found = re.search(r'<select[^>]*name="beside".*?</select>', text, re.DOTALL)
    assert found
    return dict(re.findall(r'<option value="(.*?)".*?>(.*?)</option>', found[0]))


def test_every_table_has_its_files_that_say_the_same(web: Flask) -> None:
    hall = a_hall("LA0101", 6, files=2)
    counted()
    ministry = a_ministry("MAE")
    with centre_scope(hall.centre.id), unit_of_work() as work:
        work.session.add(
            CentreMonthOffice(
                month=date(2026, 10, 1), ministry_id=ministry.id, level="district",
                let_go=4, let_go_days=10, let_go_late=1, returned=2, computed_at=clock.now(),
            )
        )  # fmt: skip
    client = analyst(web)
    text = client.get(f"/a/LA/figures?{OCTOBER}").text
    for table in ("indicators", "parts", "course", "waits", "services", "offices"):
        for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            assert f"/a/LA/figures/{kind}/{table}?" in text
            found = client.get(f"/a/LA/figures/{kind}/{table}?{OCTOBER}")
            assert found.data.startswith(begins), (table, kind)
    total = answer(a_unit("LA"), date(2026, 10, 1), date(2026, 10, 31)).total
    waits = rows_of(client, f"/a/LA/figures/csv/waits?{OCTOBER}")
    assert [int(row["People"]) for row in waits] == list(total.wait_classes)
    services = rows_of(client, f"/a/LA/figures/csv/services?{OCTOBER}")
    assert sum(int(row["Asked for"]) for row in services) == total.asked
    assert {row["From month"] for row in services} == {"2026-10-01"}
    offices = rows_of(client, f"/a/LA/figures/csv/offices?{OCTOBER}")
    assert [(row["Files let go"], row["Working days"]) for row in offices] == [("4", "2.5")]
    only = f"{OCTOBER}&ministry={a_ministry('MOPS').id}"
    own = rows_of(client, f"/a/LA/figures/csv/services?{only}")
    assert [int(row["Asked for"]) for row in own] == [3]
    assert hall.services[0].id != hall.services[1].id


def test_the_classes_of_waits_are_drawn_end_to_end(web: Flask) -> None:
    told = answer(a_unit("LA"), date(2026, 10, 1), date(2026, 10, 31))
    told.whole.figures = Measures(waited=8, wait_0_5=4, wait_15_30=3, wait_60_up=1)
    with a_request("en"):
        bands = waits(told)
        assert [(band.begins, band.share) for band in bands] == [
            (0, 0.5), (0.5, 0), (0.5, 0.375), (0.875, 0), (0.875, 0.125)
        ]  # fmt: skip
        assert bands[0].said == "up to 5 minutes: 50,0%"
        told.whole.figures = Measures()
        assert {band.share for band in waits(told)} == {None}


def test_unclear_days_are_said_and_kept(web: Flask) -> None:
    a_centre("LA0101")
    client = analyst(web)
    for days in (
        "period=chosen&from=2026-10-31&to=2026-10-01",
        "against=chosen&against_from=2026-10-31&against_to=x",
    ):
        answered = client.get(f"/a/LA/figures?{days}")
        assert answered.status_code == 422
        assert 'value="2026-10-31"' in answered.text
    for edge in ("0001-01-01", "9999-12-31"):
        for name, ends in (("period", ("from", "to")), ("against", ("against_from", "against_to"))):
            days = f"{name}=chosen&{ends[0]}={edge}&{ends[1]}={edge}"
            assert client.get(f"/a/LA/figures?{days}").status_code == 422, days
    for junk in ("ministry=x", "service=99999999999999", "show=x", "level=7", "period=x"):
        assert client.get(f"/a/LA/figures?{junk}").status_code == 200, junk
    assert client.get("/a/LA/figures/csv/persons").status_code == 404
    for door in ("figures/csv/parts", "who-came.csv"):
        refused = client.get(f"/a/LA/{door}?period=chosen&from=2026-10-31&to=2026-10-01")
        assert refused.status_code == 422, door


def test_an_address_asks_for_the_same_again() -> None:
    today = date(2026, 11, 26)
    for given in (
        {"period": "12-months", "show": "wait_average", "ministry": "3", "level": "district"},
        {"from": "2026-01-05", "to": "2026-02-06", "against": "year", "show": "revenue"},
        {"period": "last-quarter", "beside": "LA02", "service": "4", "show": "served"},
        {"period": "last-year", "against": "chosen", "against_from": "2024-01-01",
         "against_to": "2024-12-31"},
    ):  # fmt: skip
        first = asked_by(given, today)
        assert asked_by(first.address, today) == first


def test_whole_months_are_held_against_whole_months() -> None:
    today = date(2026, 11, 26)
    quarter = asked_by({"period": "last-quarter"}, today)
    assert (quarter.period.first, quarter.period.last) == (date(2026, 7, 1), date(2026, 9, 30))
    assert quarter.other == (date(2026, 4, 1), date(2026, 6, 30))
    year = asked_by({"period": "12-months"}, today)
    assert (year.period.first, year.period.last) == (date(2025, 11, 1), date(2026, 10, 31))
    assert year.other == (date(2024, 11, 1), date(2025, 10, 31))
    leap = asked_by({"from": "2024-02-29", "to": "2024-02-29", "against": "year"}, today)
    assert leap.other == (date(2023, 2, 28), date(2023, 2, 28))
    january = asked_by({"period": "last-quarter"}, date(2026, 2, 3))
    assert (january.period.first, january.period.last) == (date(2025, 10, 1), date(2025, 12, 31))


def test_months_of_services_are_not_held_against_themselves() -> None:
    asked = asked_by({"period": "30-days", "service": "3"}, date(2026, 11, 26))
    assert asked.other == (date(2026, 8, 1), date(2026, 9, 30))
    february = asked_by(
        {"from": "2025-02-01", "to": "2025-02-28", "against": "year"}, date(2026, 11, 26)
    )
    assert february.other == (date(2024, 2, 1), date(2024, 2, 29))


def test_another_ministry_than_the_service_s_is_meant(web: Flask) -> None:
    hall = a_hall("LA0101", 4, files=3)
    counted()
    service, other = hall.services[1], a_ministry("MOPS")
    asked = f"{OCTOBER}&service={service.id}"
    client = analyst(web)
    own = {one["Code"]: one for one in rows_of(client, f"/a/LA/figures/csv/indicators?{asked}")}
    assert own["applications"]["Value"] == "3"
    address = f"/a/LA/figures/csv/indicators?{asked}&ministry={other.id}"
    told = {one["Code"]: one for one in rows_of(client, address)}
    assert (told["applications"]["Value"], told["asked"]["Value"]) == ("0", "2")


def test_too_few_cases_are_not_coloured_as_if_they_could_be_compared(database: Database) -> None:
    a_centre("LA0101")
    a_centre("LA0201")
    [many, few] = answer(a_unit("LA"), date(2026, 10, 1), date(2026, 10, 31)).parts[:2]
    many.figures = Measures(called=300, no_shows=30, centres=1, reporting=1)
    few.figures = Measures(called=2, no_shows=2, centres=1, reporting=1)
    coloured, legend = shades([many, few], BY_CODE["no_show_rate"])
    assert coloured["LA02"].style == "map-few"
    assert coloured["LA02"].words.endswith("*")
    assert len(legend) == 1


def test_small_and_absent_parts_are_not_ranked(database: Database) -> None:
    rollups.install()
    a_hall("LA0101", 3)
    a_centre("LA0201")
    counted()
    told = answer(a_unit("LA"), date(2026, 10, 1), date(2026, 10, 31))
    places = ranked(told.parts, BY_CODE["tickets"])
    assert [(one.part.code, one.rank) for one in places[:2]] == [("LA01", 1), ("LA02", None)]
    assert places[1].value is None
    many = Measures(called=300, no_shows=3, centres=1, reporting=1)
    few = Measures(called=3, no_shows=0, centres=1, reporting=1)
    [first, second] = told.parts[:2]
    first.figures, second.figures = few, many
    order = ranked([first, second], BY_CODE["no_show_rate"])
    assert [one.part for one in order] == [second, first]
    assert (order[0].rank, order[1].rank, order[1].few) == (1, None, True)


def test_counts_are_compared_for_a_hundred_visits(database: Database) -> None:
    a_centre("LA0101")
    a_centre("LA0201")
    [large, small] = answer(a_unit("LA"), date(2026, 10, 1), date(2026, 10, 31)).parts[:2]
    large.figures = Measures(visits=1000, decided=50, centres=1, reporting=1)
    small.figures = Measures(visits=100, decided=20, decided_on_time=0, centres=1, reporting=1)
    order = ranked([large, small], BY_CODE["decided"])
    assert [(one.part, one.per_visits) for one in order] == [(small, 20.0), (large, 5.0)]


def test_drawings_stand_by_themselves(web: Flask) -> None:
    a_hall("LA0101", 3)
    counted()
    client = analyst(web, "lo")
    for drawing in ("map", "course"):
        found = client.get(f"/a/LA/figures/{drawing}.svg?{OCTOBER}&show=tickets")
        assert found.mimetype == "image/svg+xml"
        assert "font/woff2;base64," in found.text
        assert "ຈຳນວນຄິວ" in found.text
        assert "http" not in re.sub(r'xmlns="[^"]*"', "", found.text)
    assert client.get(f"/a/LA0101/figures/map.svg?{OCTOBER}").status_code == 404


def test_the_cost_does_not_grow_with_centres(web: Flask) -> None:
    asked: list[str] = []
    kept = web.extensions["database"]
    for engine in {kept.reader, kept.national}:
        event.listen(
            engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_rest: asked.append(statement),
        )

    def cost() -> int:
        client.get(f"/a/LA/figures?{OCTOBER}")
        asked.clear()
        client.get(f"/a/LA/figures?{OCTOBER}")
        return len(asked)

    a_hall("LA0101", 1)
    counted()
    client = analyst(web)
    before = cost()
    for code in ("LA0102", "LA0201", "LA0301"):
        a_hall(code, 1)
    counted()
    assert cost() == before > 5


def test_an_unchanged_page_is_not_sent_again(web: Flask) -> None:
    a_hall("LA0101", 1)
    counted()
    client = analyst(web)
    address, ask = f"/a/LA/figures?{OCTOBER}", {"X-Fragment": "1"}
    first = client.get(address, headers=ask)
    assert b"<html" not in first.data
    again = client.get(address, headers={**ask, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_indicators_are_explained(web: Flask) -> None:
    a_centre("LA0101")
    for language in ("lo", "en"):
        text = analyst(web, language).get("/a/LA/figures/indicators").text
        assert all(f'id="{one.code}"' in text for one in INDICATORS)


def test_the_documented_indicators_are_those_of_the_code() -> None:
    assert (DOCS / "indicators.md").read_text(encoding="utf-8") == page()


def test_each_province_has_a_map_of_its_districts() -> None:
    drawn = district_map("LA01")
    assert {shape.code[:4] for shape in drawn.shapes} == {"LA01"}
    assert district_map("LA99").shapes == ()


@pytest.mark.parametrize(
    ("now", "other", "said"),
    [
        (51.8, 1.0, "+5.080,0%"),
        (1.0, 1.00001, "0,0%"),
        (1.00001, 1.0, "0,0%"),
        (0.5, 1.0, "−50,0%"),
    ],
)
def test_a_change_is_grouped_and_nought_has_no_sign(
    web: Flask, now: float, other: float, said: str
) -> None:
    with web.test_request_context():
        counted = next(one for one in INDICATORS if one.unit == "count")
        row = Row(counted, now, other, few=False)
        assert row.change == said
        assert row.trend == {"+": "up", "−": "down"}.get(said[0])


def test_values_are_said_in_their_units() -> None:
    units = {one.unit: one for one in INDICATORS}
    assert say(units["count"], None) == "–"
    assert set(units) == {"count", "share", "minutes", "days", "kip"}
