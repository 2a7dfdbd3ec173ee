"""What flags cost in a nation of 166 centres: the sweep, the list and one flag.

    python -m benchmarks.flags [--centres 166] [--rounds 15]

For each database: a sweep that raises flags, one that finds nothing new, and the pages of the
nation and of a district, each the whole request through the program. The sweeps are held against
plain reads of the rollups that they must look at (the driver's own, without ORM and tripwire), the
pages against the person's own page: sign-in, navigation and frame, without a flag. The best of the
rounds counts, the worst is told beside. Aim: every page under 150 ms. Needs the development extras.
"""

import argparse
import logging
import random
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert

from odsc_counter import schema
from odsc_counter.flags import queries
from odsc_counter.flags.facts import BACK
from odsc_counter.flags.models import Flag
from odsc_counter.flags.queries import Filters
from odsc_counter.flags.sweeping import sweep
from odsc_counter.monitoring.load_models import CentreOffice
from odsc_counter.monitoring.models import CentreDay, CentreNow
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.columns import Rollup, new_id
from odsc_counter.platform.database import Database, current_database
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.tenancy import area_scope, centre_scope
from odsc_counter.platform.work import unit_of_work
from tests.pages import a_desk, an_app
from tests.postgresql import Server
from tests.world import a_centre, a_ministry, a_unit, a_user

MINISTRIES = ("MAE", "MOPS", "MOIC", "MOJ", "MOF", "MPWT")
OFFICES = [(code, level) for code in MINISTRIES for level in ("district", "province")]
CLOSED_EACH = 20
"""Flags of a year at each centre that were closed, each with five events."""
FIGURES = {"measured": 6, "allowed": 5, "files_open": 9, "overdue": 6, "over_standard": 2}
VERBS = ("raise", "see_again", "answer", "subside", "close")
ROLLUPS = ("centre_now", "centre_office", "centre_day")


def _zeros(model: type[Rollup], *but: str) -> dict[str, int]:
    table: Any = model.__table__
    return {one.name: 0 for one in table.columns if one.name not in {"centre_id", *but}}


def fill(centres: int) -> None:
    """Rollups of so many centres, and their flags of a year that were closed."""
    rng = random.Random(1)
    ministries = {code: a_ministry(code).id for code in MINISTRIES}
    today, now = clock.today(), clock.now()
    days = [today - timedelta(days=n) for n in range(BACK.days)]
    for number in range(centres):
        centre = a_centre(f"LA{number // 10 + 1:02}{number % 10 + 1:02}", counters=0)
        offices = [
            {
                **_zeros(CentreOffice, "ministry_id", "level", "computed_at"),
                "centre_id": centre.id, "ministry_id": ministries[code], "level": level,
                "files_open": 30, "overdue": rng.randrange(0, 8), "computed_at": now,
            }
            for code, level in OFFICES
        ]  # fmt: skip
        past = [
            {
                **_zeros(CentreDay, "day", "computed_at"),
                "centre_id": centre.id, "day": day, "judged": 60, "in_target": 55,
                "receipts": 60, "voids": 1, "computed_at": now,
            }
            for day in days
        ]  # fmt: skip
        standing = {
            **_zeros(CentreNow, "day", "computed_at"),
            "centre_id": centre.id, "day": today, "computed_at": now,
        }  # fmt: skip
        with centre_scope(centre.id), unit_of_work() as work:
            work.session.execute(insert(CentreNow), [standing])
            work.session.execute(insert(CentreOffice), offices)
            work.session.execute(insert(CentreDay), past)
        history_of(centre)


def history_of(centre: Centre) -> None:
    """The flags of a year at a centre that were closed, with their events."""
    flags, events = [], []
    for number in range(CLOSED_EACH):
        at = clock.now() - timedelta(days=45 + 15 * number)
        key = new_id()
        flags.append(
            {
                "place_id": centre.unit_id, "id": key, "rule": "office_slow",
                "subject": f"{centre.code}/MAE/district", "about_centre_id": centre.id,
                "ministry_id": None, "office_level": "district", "holder_id": centre.unit_id,
                "owner_id": None, "raised_at": at, "raised_on": at.date(),
                "figures": FIGURES, "last_seen_on": at.date(),
                "subsided_on": at.date(), "answer_due_on": at.date(), "answer": "ok",
                "promised_on": None, "snoozed_until": None, "close_reason": "done",
                "closed_at": at, "state": "closed", "version": len(VERBS),
            }
        )  # fmt: skip
        events += [
            {
                "place_id": centre.unit_id, "id": new_id(), "at": at, "verb": verb,
                "subject_kind": "flag", "subject_id": str(key), "actor_id": None,
                "actor_name": "", "origin": "", "request_id": "", "data": {}, "seq": seq,
                "from_state": None, "to_state": None,
            }
            for seq, verb in enumerate(VERBS, start=1)
        ]  # fmt: skip
    with area_scope(centre.unit_id), unit_of_work() as work:
        work.session.execute(insert(Flag), flags)
        work.session.execute(insert(AreaEvent), events)


def timed(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The best and the worst of so many rounds, in milliseconds."""
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        act()
        took.append(1000 * (time.perf_counter() - began))
    return min(took), max(took)


def bare(*statements: str) -> Callable[[], object]:
    """The same rows by plain statements over a connection of their owner."""
    engine = current_database().owner_engine()

    def read() -> None:
        with engine.connect() as connection:
            connection.execution_options(cross_centre="a benchmark's bare comparison")
            for statement in statements:
                connection.exec_driver_sql(statement).fetchall()

    return read


def measure(kind: str, app: Flask, centres: int, rounds: int) -> None:
    """Fill a database, and print what sweeps and pages cost there."""
    fill(centres)
    nation, district = a_unit("LA"), a_unit("LA0101")
    rollups = timed(bare(*(f"select * from {table}" for table in ROLLUPS)), rounds)[0]
    began = time.perf_counter()
    raised = sweep()["raise"]
    first = 1000 * (time.perf_counter() - began)
    print(
        f"{kind}: {centres} centres, {raised} flags raised, {centres * CLOSED_EACH} closed before"
    )
    _say("sweep that raises them", (first, first), rollups, "rollups read plainly")
    _say("sweep with nothing new", timed(sweep, rounds), rollups, "rollups read plainly")
    with area_scope(district.id):
        flag: uuid.UUID = queries.listing(Filters()).rows[0].flag.id
    analyst = a_desk(app, a_user("analyst", moha_analyst=nation), "lo")
    coordinator = a_desk(app, a_user("coordinator", district_coordinator=district), "lo")
    for name, client, address in (
        ("list of the nation", analyst, "/a/LA/flags"),
        ("all flags of a year", analyst, "/a/LA/flags?show=all"),
        ("last page of them", analyst, "/a/LA/flags?show=all&page=9999"),
        ("list of a district", coordinator, "/a/LA0101/flags"),
        ("one flag with its forms", coordinator, f"/a/LA0101/flags/{flag}"),
        ("rules of the nation", analyst, "/a/LA/flags/rules"),
    ):

        def ask(client: Any = client, address: str = address) -> None:
            assert client.get(address).status_code == 200

        def own_page(client: Any = client) -> None:
            assert client.get("/me").status_code == 200

        _say(name, timed(ask, rounds), timed(own_page, rounds)[0], "the person's own page")


def _say(name: str, took: tuple[float, float], plain: float, than: str) -> None:
    best, worst = took
    print(
        f"  {name:<24} {best:7.1f} ms ({worst:.0f})  {best / plain:6.1f} x {than} ({plain:.1f} ms)"
    )


def main() -> None:
    """Measure on both databases."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--centres", type=int, default=166)
    options.add_argument("--rounds", type=int, default=15)
    given = options.parse_args()
    logging.disable(logging.INFO)
    server = Server()
    try:
        server.execute("create database flags")
        with tempfile.TemporaryDirectory() as folder:
            for kind, url in (
                ("SQLite", f"sqlite:///{folder}/odsc.db"),
                ("PostgreSQL", server.url("flags")),
            ):
                engine = Database(url).owner_engine()
                schema.migrate(engine)
                engine.dispose()
                measure(kind, an_app(url, Path(folder)), given.centres, given.rounds)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
