"""Published months: once, over, complete in their sums, and no small count through any door."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from odsc_counter.catalogue.models import Service, ServiceVersion
from odsc_counter.config import settings_from_environment
from odsc_counter.monitoring import commands, open_content, publishing, rollups
from odsc_counter.monitoring.disclosure import Branch
from odsc_counter.monitoring.models import CentreMonth
from odsc_counter.monitoring.open_models import OpenMonth
from odsc_counter.monitoring.open_queries import faults, publications
from odsc_counter.places.models import Centre
from odsc_counter.platform.database import Database
from odsc_counter.platform.events import NationalEvent
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.monitoring.attacking import intervals, small_keys
from tests.monitoring.opened import AFTER, MONTH, counted, csv_rows, everything, sdmx_values
from tests.monitoring.records import MORNING, Hall, at
from tests.pages import a_desk, an_app
from tests.world import a_centre, a_service, a_unit

BELOW = 5
CODES = ("MOPS-01", "MOPS-02", "MOPS-03", "MOJ-01", "MOJ-02", "MOC-01")


@pytest.fixture
def web(database: Database, database_url: str, tmp_path: Path) -> Flask:
    return an_app(database_url, tmp_path)


def few(rng: random.Random) -> int:
    """A count that is mostly small."""
    return rng.choice((0, 0, 1, 1, 2, 3, 8, 40))


def a_country(seed: int) -> dict[str, dict[str, int]]:
    """Ten centres in six provinces with many small counts; gives the true counts by province."""
    rng = random.Random(seed)
    services = [a_service(code=code) for code in CODES]
    true: dict[str, dict[str, int]] = {}
    for code in ("LA0101", "LA0102", "LA0201", "LA0202", "LA0301", "LA0401", "LA0402", "LA0501"):
        of_service = {service: (few(rng), few(rng), few(rng)) for service in services}
        applications, decided = (sum(one[n] for one in of_service.values()) for n in (1, 2))
        whole = {"visits": few(rng), "receipts": few(rng), "late": min(decided, few(rng))}
        counted(a_centre(code), of_service, **whole)
        place = true.setdefault(code[:4], {})
        for name, count in {
            "visits": whole["visits"], "receipts": whole["receipts"],
            "applications": applications, "decided_late": whole["late"],
            "decided_on_time": decided - whole["late"],
        }.items():  # fmt: skip
            place[name] = place.get(name, 0) + count
    a_unit("LA09")
    a_centre("LA0601")
    return true


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_small_count_is_had_back_from_all_the_doors_together(
    database: Database, web: Flask, seed: int
) -> None:
    true = a_country(seed)
    with at(AFTER):
        assert publishing.publish(MONTH, BELOW)
    published = everything(a_desk(web))
    small = {
        ("2026-09", code, name)
        for code, counts in true.items()
        for name, count in counts.items()
        if 0 < count < BELOW
    }
    assert small
    assert all(published.values[key] is None for key in small)
    # What else is withheld is attacked too: a small count of a service is among it.
    silent = {key for key, value in published.values.items() if value is None}
    silent -= {("2026-09", code, name) for code in ("LA06", "LA09") for name in MEASURES}
    for key, (low, high) in intervals(published, silent).items():
        assert low <= 1 and high >= BELOW, (key, low, high)
    for code, counts in true.items():
        for name, count in counts.items():
            assert published.values["2026-09", code, name] in (None, count)


def test_the_same_attack_succeeds_where_only_the_small_counts_are_withheld(
    database: Database, web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small_alone(trees: list[Branch], below: int, _lots: random.Random) -> set[object]:
        return set(small_keys(trees, below))

    monkeypatch.setattr(open_content, "withheld", small_alone)
    service = a_service(code="MOPS-01")
    for code, visits in (("LA0101", 3), ("LA0201", 40), ("LA0301", 60)):
        counted(a_centre(code), {service: (50, 30, 40)}, visits=visits)
    with at(AFTER):
        assert publishing.publish(MONTH, BELOW)
    key = ("2026-09", "LA01", "visits")
    published = everything(a_desk(web))
    assert published.values[key] is None
    assert intervals(published, [key]) == {key: (3, 3)}


MEASURES = ("visits", "applications", "decided_on_time", "decided_late", "receipts")


def test_what_is_published_adds_up_and_absent_is_not_nought(database: Database, web: Flask) -> None:
    service = a_service(code="MOPS-01")
    counted(a_centre("LA0101"), {service: (50, 30, 20)}, visits=60, receipts=9, late=8)
    counted(a_centre("LA0201"), {service: (70, 40, 30)}, visits=80, receipts=0, late=10)
    a_centre("LA0202")
    a_centre("LA0301")
    a_unit("LA04")
    with at(AFTER):
        assert publishing.publish(MONTH, BELOW)
    client = a_desk(web)
    rows = {(row["code"], row["measure"]): row for row in csv_rows(client, "places")}
    assert rows["LA", "visits"]["value"] == "140"
    assert rows["LA", "decided"]["value"] == "50" and ("LA01", "decided") not in rows
    assert rows["LA02", "receipts"] | {"value": "0", "status": "A"} == rows["LA02", "receipts"]
    assert (rows["LA02", "visits"]["centres_counted"], rows["LA02", "visits"]["centres"]) == (
        "1", "2",
    )  # fmt: skip
    absent = rows["LA03", "visits"]
    assert (absent["value"], absent["status"], absent["centres_counted"]) == ("", "L", "0")
    assert (rows["LA04", "visits"]["status"], rows["LA04", "visits"]["centres"]) == ("M", "0")
    services = {(row["code"], row["measure"]): row["value"] for row in csv_rows(client, "services")}
    assert services["LA", "asked"] == services["MOPS", "asked"] == services["MOPS-01", "asked"]
    assert services["MOPS-OTHER", "asked"] == "0"


def test_a_month_is_published_once_and_never_changed(database: Database) -> None:
    service, centre = a_service(code="MOPS-01"), a_centre("LA0101")
    counted(centre, {service: (50, 30, 20)}, visits=60)
    with at(AFTER):
        assert publishing.publish(MONTH, BELOW)
        counted(a_centre("LA0102"), {service: (1, 1, 1)}, visits=1)
        assert not publishing.publish(MONTH, BELOW)
        assert publishing.publish_due(BELOW) == []
    with reference_scope():
        (only,) = publications()
        assert only.content["places"][0]["values"]["visits"] == 60
        assert faults() == []
        with reading() as session:
            (event,) = session.scalars(
                select(NationalEvent).where(NationalEvent.subject_kind == "open_month")
            )
        assert (event.verb, event.subject_id) == ("publish", "2026-09")
        assert event.data["content_hash"] == only.content_hash
        with pytest.raises(DBAPIError), unit_of_work() as work:
            work.session.execute(update(OpenMonth).values(content="{}"))


def test_a_month_whose_text_is_another_one_is_found(database: Database) -> None:
    with reference_scope():
        with unit_of_work() as work:
            work.session.add(
                OpenMonth(
                    month=MONTH, content="{}", content_hash="0" * 64,
                    published_at=AFTER, published_by_name="somebody",
                )
            )  # fmt: skip
        assert faults() == ["the open data of 2026-09 was changed"]


def test_an_operator_publishes_what_is_due_or_one_month(web: Flask) -> None:
    service, centre = a_service(code="MOPS-01"), a_centre("LA0101")
    for month in (date(2026, 8, 1), MONTH):
        counted(centre, {service: (50, 30, 20)}, month=month)

    def within(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def wrapper(**options: Any) -> None:
            with web.test_request_context("/"), reference_scope(), acting_as(Actor("operator")):
                command(**options)

        return wrapper

    main = click.Group("odsc-counter", commands={c.name: c for c in commands.commands(within)})

    def said(*words: str) -> str:
        return CliRunner().invoke(main, ["publish", *words], catch_exceptions=False).output.strip()

    with at(AFTER):
        assert said("--month", "2026-08") == "2026-08 published"
        assert said("--month", "2026-08") == "2026-08 is published already and stays as it is"
        assert said() == "1 months published"
    with reference_scope(), reading() as session:
        by = session.scalars(select(OpenMonth.published_by_name)).all()
    assert by == ["operator", "operator"]


def test_the_threshold_is_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ODSC_INSTANCE", str(tmp_path))
    assert settings_from_environment().small_below == 5
    monkeypatch.setenv("ODSC_SMALL_BELOW", "10")
    assert settings_from_environment().small_below == 10
    monkeypatch.setenv("ODSC_SMALL_BELOW", "1")
    with pytest.raises(ValueError, match="ODSC_SMALL_BELOW"):
        settings_from_environment()


def test_only_months_that_are_over_counted_and_settled_are_published(database: Database) -> None:
    rollups.install()
    a_unit("LA")
    with at(AFTER):
        with pytest.raises(publishing.NothingCounted):
            publishing.publish(MONTH, BELOW)
        with pytest.raises(publishing.MonthNotOver):
            publishing.publish(date(2026, 10, 1), BELOW)
    centre = a_centre("LA0101")
    hall = Hall(centre, a_service(centre, "MOPS-04"))
    with at(MORNING):
        hall.issue()
    later = MORNING + timedelta(days=40)
    with at(later):
        with pytest.raises(publishing.NotSettled):
            publishing.publish(date(2026, 10, 1), BELOW)
        assert publishing.publish_due(BELOW) == []
        rollups.refresh()
        assert publishing.publish_due(BELOW) == [date(2026, 10, 1)]


def test_a_month_is_due_from_the_tenth_on(database: Database) -> None:
    counted(a_centre("LA0101"), {a_service(code="MOPS-01"): (9, 9, 9)})
    with at(AFTER.replace(day=9)):
        assert publishing.publish_due(BELOW) == []
    with at(AFTER.replace(day=10)):
        assert publishing.publish_due(BELOW) == [MONTH]


def test_figures_that_disagree_are_not_published(database: Database) -> None:
    service, centre = a_service(code="MOPS-01"), a_centre("LA0101")
    counted(centre, {service: (9, 9, 9)}, visits=60)
    counted(a_centre("LA0102"), {service: (7, 8, 9)}, month=date(2026, 8, 1))
    _break(centre)
    with at(AFTER):
        with pytest.raises(publishing.SumsDiffer):
            publishing.publish(MONTH, BELOW)
        assert publishing.publish_due(BELOW) == [date(2026, 8, 1)]


def _break(centre: Centre) -> None:
    with centre_scope(centre.id), unit_of_work() as work:
        work.session.execute(update(CentreMonth).values(applications=10))


def test_services_of_one_centre_and_ended_ones_are_one_line(database: Database, web: Flask) -> None:
    kept, ended, own = (a_service(code=f"MOPS-0{n}") for n in (1, 2, 3))
    centre = a_centre("LA0101")
    with reference_scope(), unit_of_work() as work:
        of_ended = ServiceVersion.service_id == ended.id
        work.session.execute(update(ServiceVersion).where(of_ended).values(valid_to=MONTH))
        local = {"owner_centre_id": centre.id, "decision_number": "1", "decided_by": "x"}
        work.session.execute(
            update(Service).where(Service.id == own.id).values(decision_on=MONTH, **local)
        )
    counted(centre, {kept: (50, 0, 0), ended: (6, 0, 0), own: (7, 0, 0)})
    with at(AFTER):
        assert publishing.publish(MONTH, BELOW)
    told = {
        r["code"]: r["value"] for r in csv_rows(a_desk(web), "services") if r["measure"] == "asked"
    }
    assert told == {"LA": "63", "MOPS": "63", "MOPS-01": "50", "MOPS-OTHER": "13"}


def test_all_forms_say_the_same(database: Database, web: Flask) -> None:
    a_country(4)
    with at(AFTER):
        publishing.publish(MONTH, BELOW)
    client = a_desk(web)
    for table in ("places", "services"):
        lines = {
            (row["month"], row["code"], row["measure"]): (row["value"], row["status"])
            for row in csv_rows(client, table)
        }
        answer = client.get(f"/open/sdmx/{table}")
        assert answer.content_type == "application/vnd.sdmx.data+json;version=2.0.0"
        message = answer.get_json(force=True)
        assert {
            key: ("" if value is None else str(value), status)
            for key, value, status in sdmx_values(message)
        } == lines
        structure = message["data"]["structures"][0]
        dimensions = [one for of in structure["dimensions"].values() for one in of]
        assert sorted(one["keyPosition"] for one in dimensions) == list(range(len(dimensions)))
        assert {"id", "prepared", "sender"} <= message["meta"].keys()
        assert message["data"]["dataSets"][0]["links"]
        values = client.get(f"/open/dhis2/{table}").get_json()["dataValues"]
        assert len(values) == sum(value != "" for value, _status in lines.values())
        assert {one["period"] for one in values} == {"202609"}
        assert all(set(one) == {"dataElement", "period", "orgUnit", "value"} for one in values)


def test_doors_say_what_was_asked_for(database: Database, web: Flask) -> None:
    service, centre = a_service(code="MOPS-01"), a_centre("LA0101")
    client = a_desk(web)
    assert client.get("/open").status_code == 200
    assert client.get("/open/sdmx/places").status_code == 404
    assert client.get("/open/places.json").get_json()["months"] == []
    for month in (date(2026, 7, 1), date(2026, 8, 1), MONTH):
        counted(centre, {service: (50, 30, 20)}, visits=60, late=8, month=month)
    with at(AFTER):
        assert len(publishing.publish_due(BELOW)) == 3
    told = client.get("/open/places.json?from=2026-08&to=2026-08").get_json()
    assert [one["month"] for one in told["months"]] == ["2026-08"]
    assert client.get("/open/places.csv?from=soon").status_code == 422
    for address in ("/open/people.csv", "/open/sdmx/people", "/open/dhis2/people"):
        assert client.get(address).status_code == 404
    answer = client.get("/open/places.csv")
    assert "public" in answer.headers["Cache-Control"]
    again = client.get("/open/places.csv", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    page = client.get("/open").get_data(as_text=True)
    assert "60,0%" in page and "07/2026" in page


def test_the_page_gives_no_rate_whose_counts_are_withheld(database: Database, web: Flask) -> None:
    service = a_service(code="MOPS-01")
    counted(a_centre("LA0101"), {service: (50, 30, 40)}, late=3)
    counted(a_centre("LA0201"), {service: (50, 30, 60)}, late=30)
    counted(a_centre("LA0301"), {service: (50, 30, 40)}, late=20)
    with at(AFTER):
        publishing.publish(MONTH, BELOW)
    page = a_desk(web).get("/open").get_data(as_text=True)
    assert "92,5%" not in page and "withheld" in page
    assert "62,1%" in page
