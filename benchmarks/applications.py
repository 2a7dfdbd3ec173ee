"""Pages of a centre with 100,000 files: server time and statements, on both databases.

    python -m benchmarks.applications [--files 100000]

The same pages of a centre with 1,000 files are held against it in the same run: a page that
reads what it does not show becomes slower with what it does not show. Files lie as a busy
centre's would after years: most collected, some thousands open, some late, a few hundred
asked for twice; every third name is one of twenty common ones. Needs the development extras.
"""

import argparse
import logging
import random
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, event, insert, text

from odsc_counter import schema
from odsc_counter.applications import lifecycle as files
from odsc_counter.applications.models import (
    Application,
    ApplicationPaper,
    ApplicationStep,
)
from odsc_counter.applications.tracking import new_code
from odsc_counter.catalogue.models import ServicePaper, ServiceVersion
from odsc_counter.demo.people import a_name
from odsc_counter.people.keys import document_key, full_name_key, words_of
from odsc_counter.people.models import Person, PersonWord
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.applications.test_operations import an_officer
from tests.pages import a_desk, an_app
from tests.postgresql import Server
from tests.receipts.office import an_office

PAGES = {
    "all, first page": "applications",
    "all, page 300": "applications?page=300",
    "collected": "applications?state=collected",
    "of one ministry": "applications?ministry={ministry}",
    "overdue": "applications?show=overdue",
    "due soon": "applications?show=due_soon",
    "not collected": "applications?show=uncollected",
    "sent away twice": "applications?show=twice",
    "a rare name": "applications?q={rare}",
    "a common name": "applications?q={common}",
    "a number": "applications?q=26-77",
    "one file": "applications/{file}",
}
OFFICER_PAGES = {"desk of an office": "desk"}
SHARES = {
    files.COLLECTED: 0.86,
    files.REJECTED: 0.04,
    files.UNDER_REVIEW: 0.04,
    files.SUBMITTED: 0.02,
    files.INCOMPLETE: 0.02,
    files.READY: 0.02,
}


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    most = parser.parse_args().files
    logging.disable(logging.INFO)
    for kind in ("sqlite", "postgresql"):
        measured = {}
        for count in (1_000, most):
            with _database(kind) as url:
                measured[count] = _measure(url, count)
        print(f"\n{kind}: median / slowest of 15, ms; statements", flush=True)
        few, many = measured[1_000], measured[most]
        for name, (middle, slowest, statements) in many.items():
            ratio = middle / few[name][0]
            same = "" if statements == few[name][2] else f" (with 1,000 files: {few[name][2]})"
            print(f"{name:20} {middle:6.1f} {slowest:6.1f}  x{ratio:4.1f}  {statements}{same}")


@contextmanager
def _database(kind: str) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="files-"))
    server = Server() if kind == "postgresql" else None
    try:
        if server:
            server.execute("create database files")
        url = server.url("files") if server else f"sqlite:///{folder}/odsc.db"
        engine = Database(url).owner_engine()
        schema.migrate(engine)
        engine.dispose()
        yield url
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder)


def _measure(url: str, count: int) -> dict[str, tuple[float, float, int]]:
    use_database(Database(url))
    app = an_app(url, Path(tempfile.mkdtemp()))
    office = an_office(days=5)
    officer = an_officer(office, "MOPS")
    words = files_of(office.centre, count)
    with app.extensions["database"].owner_engine().connect() as connection:
        connection.execute(text("analyze"))
        connection.commit()
    statements: list[str] = []
    event.listen(
        app.extensions["database"].reader,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: statements.append(statement),
    )
    measured = {}
    for user, pages in ((office.cashier, PAGES), (officer, OFFICER_PAGES)):
        desk = a_desk(app, user)
        for name, path in pages.items():
            address = f"/c/{office.centre.code}/{path.format(**words)}"
            took = []
            for _round in range(16):
                statements.clear()
                began = time.perf_counter()
                answer = desk.get(address)
                took.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200, (address, answer.status_code)
            measured[name] = (statistics.median(took[1:]), max(took[1:]), len(statements))
    app.extensions["database"].dispose()
    return measured


def files_of(centre: Centre, count: int) -> dict[str, str]:
    """Fill in so many files of a centre as years leave them, of the one service that there is."""
    rng = random.Random(7)
    today = clock.today()
    common = [a_name(rng)[0] for _ in range(20)]
    with centre_scope(centre.id), reading() as session:
        version = session.query(ServiceVersion).one()
        paper = session.query(ServicePaper).first()
    assert paper is not None
    states = rng.choices(list(SHARES), list(SHARES.values()), k=count)
    middle: dict[str, str] = {}
    for start in range(0, count, 5000):
        rows: dict[Any, list[dict[str, Any]]] = {
            Person: [],
            PersonWord: [],
            Application: [],
            ApplicationPaper: [],
            ApplicationStep: [],
        }
        for number in range(start, min(start + 5000, count)):
            state = states[number]
            name = rng.choice(common) if rng.random() < 0.33 else f"{a_name(rng)[0]} {number}ກ"
            open_ = state in files.OPEN
            days = rng.randrange(0, 30 if open_ else 900)
            at = clock.now() - timedelta(days=days, seconds=rng.randrange(20_000))
            due = at.date() + timedelta(days=14)
            file = uuid.uuid4()
            person = uuid.uuid4()
            if number == count // 2:
                middle = {"file": str(file), "rare": f"{number}ກ"}
            key = {"centre_id": centre.id}
            rows[Person].append(_person(key, person, name, number, at))
            rows[PersonWord] += [
                {**key, "word": word, "person_id": person} for word in set(words_of(name))
            ]
            rows[Application].append(
                _file(key, file, person, version, state, at, due, number, today)
            )
            rows[ApplicationPaper].append(
                {
                    **key,
                    "application_id": file,
                    "document_type_id": paper.document_type_id,
                    "position": 1,
                    "is_present": state != files.INCOMPLETE,
                    "times_asked": 2 if number % 300 == 0 else 0,
                    "kind": "original",
                    "is_required": True,
                    "alternative": "",
                    "origin": "citizen",
                    "held_in_id": None,
                }
            )
            if open_:
                rows[ApplicationStep].append(
                    {
                        **key,
                        "id": uuid.uuid4(),
                        "application_id": file,
                        "code": "decide",
                        "position": 1,
                        "stage": 1,
                        "name_en": "Decision",
                        "name_lo": "ຕັດສິນ",
                        "ministry_id": version.ministry_id,
                        "level": "district",
                        "working_days": 5,
                        "decides": True,
                        "assigned_to_id": None,
                        "due_on": due,
                        "remark": "",
                        "state": {files.UNDER_REVIEW: files.AT_WORK}.get(state, files.PENDING),
                        "version": 1,
                    }
                )
        with centre_scope(centre.id), unit_of_work() as work:
            for model, values in rows.items():
                if values:
                    work.session.execute(insert(cast(Table, model.__table__)), values)
    return {**middle, "common": common[0].split()[-1], "ministry": str(version.ministry_id)}


def _person(
    key: dict[str, int], person: uuid.UUID, name: str, number: int, at: datetime
) -> dict[str, Any]:
    return {
        **key, "id": person, "kind": "person", "full_name": name,
        "name_key": full_name_key(name), "phone": "", "phone_key": "",
        "id_number": f"{number:09}", "id_key": document_key(f"{number:09}"),
        "family_book": "", "family_book_key": "", "business_number": "", "business_key": "",
        "birth_on": None, "birth_year": None, "unit_id": None, "village": "",
        "created_at": at, "version": 1, "merged_into_id": None,
    }  # fmt: skip


def _file(
    key: dict[str, int],
    file: uuid.UUID,
    person: uuid.UUID,
    version: ServiceVersion,
    state: str,
    at: datetime,
    due: date,
    number: int,
    today: date,
) -> dict[str, Any]:
    decided = None if state in files.OPEN else min(due, today)
    return {
        **key, "id": file, "year": at.year, "number": number + 1,
        "label": f"LA0101-{at.year % 100:02}-{number + 1:05}", "tracking_code": new_code(),
        "service_id": version.service_id, "service_version_id": version.id,
        "ministry_id": version.ministry_id, "person_id": person, "ticket_id": None,
        "submitted_at": at, "submitted_on": at.date(), "channel": "counter", "answers": {},
        "due_on": None if state == files.INCOMPLETE else due, "promised_on": due,
        "stopped_on": None, "due_before_stop": None,
        "decided_at": at if decided else None, "decided_on": decided, "decision_reason": "",
        "result_number": "", "ready_on": decided, "collected_on": None, "taken_by_id": None,
        "state": state, "version": 1,
    }  # fmt: skip


if __name__ == "__main__":
    main()
