"""The workload pages of a country: server time and statements, on both databases.

    python -m benchmarks.workload [--centres 166]

The rollups of a year are filled in as they lie after it: 250 days a centre, nine hours in each of
twelve months, 20 offices of ministries. The nation's pages are held against the same pages of a
district with one centre in the same run. Aim: each under 150 ms.
The program's own processor time stands beside, for machines that are not idle. Needs the
development extras.
"""

import argparse
import logging
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, event, insert, text

from odsc_counter import schema
from odsc_counter.catalogue.models import Ministry
from odsc_counter.monitoring.figures import DAY_FIGURES, NOW_FIGURES
from odsc_counter.monitoring.load_figures import HOUR_FIGURES, OFFICE_FIGURES
from odsc_counter.monitoring.load_models import CentreHour, CentreOffice
from odsc_counter.monitoring.models import CentreDay, CentreNow
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.pages import a_desk, an_app
from tests.postgresql import Server
from tests.world import a_centre, a_unit, a_user

AIM = 150.0
PAGES = ("", "/offices", "/offices?office={ministry}.district", "/months", "/hours",
         "/xlsx/months")  # fmt: skip
DISTRICT, PROVINCE, NATION = "LA0101", "LA01", "LA"
ROUNDS = 16


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--centres", type=int, default=166)
    centres = parser.parse_args().centres
    logging.disable(logging.INFO)
    for kind in ("sqlite", "postgresql"):
        with database_of(kind) as url:
            measured = _measure(url, centres)
        print(f"\n{kind}, {centres} centres: median / slowest of 15, own processor, ms;"
              " × the district's page; share of the aim; statements", flush=True)  # fmt: skip
        for page in PAGES:
            for unit in (PROVINCE, NATION):
                middle, slowest, own, statements = measured[unit, page]
                ratio, share = middle / measured[DISTRICT, page][0], middle / AIM
                print(f"{unit + page:42} {middle:6.1f} {slowest:6.1f} {own:6.1f}  x{ratio:4.1f} "
                      f" {share:4.2f}  {statements}")  # fmt: skip


@contextmanager
def database_of(kind: str) -> Iterator[str]:
    """The address of a fresh database of its kind, for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="workload-"))
    server = Server() if kind == "postgresql" else None
    try:
        if server:
            server.execute("create database workload")
        url = server.url("workload") if server else f"sqlite:///{folder}/odsc.db"
        engine = Database(url).owner_engine()
        schema.migrate(engine)
        engine.dispose()
        yield url
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder)


def _measure(url: str, count: int) -> dict[tuple[str, str], tuple[float, float, float, int]]:
    use_database(Database(url))
    app = an_app(url, Path(tempfile.mkdtemp()))
    ministry = filled(count)
    with app.extensions["database"].owner_engine().connect() as connection:
        connection.execute(text("analyze"))
        connection.commit()
    statements: list[str] = []
    for engine in {app.extensions["database"].reader, app.extensions["database"].national}:
        event.listen(
            engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_rest: statements.append(statement),
        )
    desk = a_desk(app, a_user(moha_analyst=a_unit(NATION)))
    measured = {}
    for unit in (DISTRICT, PROVINCE, NATION):
        for page in PAGES:
            address = f"/a/{unit}/workload{page.format(ministry=ministry)}"
            took, own = [], []
            for _round in range(ROUNDS):
                statements.clear()
                began, worked = time.perf_counter(), time.process_time()
                answer = desk.get(address)
                took.append((time.perf_counter() - began) * 1000)
                own.append((time.process_time() - worked) * 1000)
                assert answer.status_code == 200, (address, answer.status_code)
            measured[unit, page] = (
                statistics.median(took[1:]),
                max(took[1:]),
                statistics.median(own[1:]),
                len(statements),
            )
    app.extensions["database"].dispose()
    return measured


def filled(count: int) -> int:
    """The rollups of so many centres; the id of a ministry that has an office in each."""
    rng = random.Random(7)
    centres = [a_centre(f"LA{number // 10 + 1:02}{number % 10 + 1:02}") for number in range(count)]
    with reference_scope(), unit_of_work() as work:
        ministries = [
            Ministry(code=f"M{number:02}", name_en=f"Ministry {number}", name_lo=f"ກະຊວງ {number}",
                     valid_from=date(2000, 1, 1))
            for number in range(10)
        ]  # fmt: skip
        work.session.add_all(ministries)
        work.session.flush()
        ids = [ministry.id for ministry in ministries]
    for centre in centres:
        with centre_scope(centre.id), unit_of_work() as work:
            for model, rows in _rows(centre, ids, rng).items():
                work.session.execute(insert(cast(Table, model.__table__)), rows)
    return ids[0]


def _rows(centre: Centre, ministries: list[int], rng: random.Random) -> dict[Any, Any]:
    today = clock.today()
    key = {"centre_id": centre.id, "computed_at": clock.now()}
    days = [today - timedelta(days=back) for back in range(350)]

    def some(names: tuple[str, ...], most: int) -> dict[str, int]:
        return {name: rng.randrange(1, most) for name in names}

    return {
        CentreDay: [
            {**key, "day": day, **some(DAY_FIGURES, 100)} for day in days if day.weekday() < 5
        ],
        CentreNow: [{**key, "day": today, **some(NOW_FIGURES, 100)}],
        CentreHour: [
            {**key, "month": month, "hour": hour, **some(HOUR_FIGURES, 1000)}
            for month in {day.replace(day=1) for day in days}
            for hour in range(8, 17)
        ],
        CentreOffice: [
            {**key, "ministry_id": ministry, "level": level, **some(OFFICE_FIGURES, 50)}
            for ministry in ministries
            for level in ("district", "province")
        ],
    }


if __name__ == "__main__":
    main()
