"""Numbers issued and people called per second, at 1, 8 and 32 clients, on both databases.

    python -m benchmarks.queue [--seconds 3]

Issuing is held against the bare database, which writes the same rows in one durable commit a
ticket: visit, number series, ticket, service leg, event, rollup mark and request record,
copied from a ticket that the program itself made. What is left is what HTTP, sign-in, checks
and the ORM cost. Calling is held against issuing in the same run: each client is a clerk at a
counter of their own who calls whoever is next out of a long queue, and ends the ticket before
the next call (that is not timed). Needs the development extras; takes about two minutes.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Json
from pysqlite3 import dbapi2 as sqlite

from odsc_counter import schema
from odsc_counter.app import create_app
from odsc_counter.config import Settings
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.database import Database
from tests.load.hall import CENTRE, Hall
from tests.postgresql import Server

CLIENTS = (1, 8, 32)
QUEUE_A_CLIENT = 30
"""So many people wait for each client before the calling begins."""
BUMP = (
    "update number_series set last_no = last_no + 1"
    " where centre_id = {0} and series = {0} and period = {0} returning last_no"
)


class Sample:
    """The rows that the program wrote for one ticket, to be written again under new keys."""

    def __init__(self, execute: Callable[[str], Any], mark: str) -> None:
        self.mark = mark
        self.rows: dict[str, dict[str, Any]] = {}
        # One centre, one ticket so far: each table holds its rows alone.
        for table in (
            "visit", "number_series", "ticket", "service_leg", "event", "rollup_dirty"
        ):  # fmt: skip
            self.rows[table] = self._one(execute, table)
        self.rows["request_record"] = self._one(execute, "request_record")

    def _one(self, execute: Callable[[str], Any], table: str) -> dict[str, Any]:
        where = " where subject_kind = 'ticket'" if table == "event" else ""
        cursor = execute(f"select * from {table}{where} limit 1")
        names = [column[0] for column in cursor.description]
        values = [Json(v) if isinstance(v, dict) else v for v in cursor.fetchone()]
        return dict(zip(names, values, strict=True))

    def insert(self, table: str) -> str:
        """The statement that writes a row of a table."""
        names = self.rows[table]
        marks = ", ".join([self.mark] * len(names))
        return f"insert into {table} ({', '.join(names)}) values ({marks})"

    def write(self, execute: Callable[[str, Any], Any], key: Callable[[], Any]) -> None:
        """Write one more ticket with all that belongs to it."""
        series = self.rows["number_series"]
        visit, ticket = key(), key()
        self._put(execute, "visit", id=visit)
        number = execute(
            BUMP.format(self.mark), [series["centre_id"], series["series"], series["period"]]
        ).fetchone()[0]
        self._put(
            execute,
            "ticket",
            id=ticket,
            visit_id=visit,
            number=number,
            public_code=uuid.uuid4().hex,
        )
        self._put(execute, "service_leg", ticket_id=ticket)
        self._put(execute, "event", id=key(), subject_id=str(ticket))
        self._put(execute, "rollup_dirty", id=key())
        self._put(execute, "request_record", request_key=str(uuid.uuid4()))

    def _put(self, execute: Callable[[str, Any], Any], table: str, **new: Any) -> None:
        execute(self.insert(table), list({**self.rows[table], **new}.values()))


def per_second(clients: int, seconds: float, client: Callable[[float], list[float]]) -> "Speed":
    """Run a client in so many threads at once; each returns how long its tickets took."""
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        runs = [pool.submit(client, began + seconds) for _ in range(clients)]
        times = [one for run in runs for one in run.result()]
    return Speed(len(times) / (time.perf_counter() - began), times)


class Speed:
    """Tickets a second, and how long a single one took."""

    def __init__(self, rate: float, times: list[float]) -> None:
        self.rate = rate
        self.middle = statistics.median(times) * 1000
        self.slow = statistics.quantiles(times, n=100)[98] * 1000

    def __str__(self) -> str:
        return f"{self.rate:7.0f}/s  p50 {self.middle:6.1f} ms  p99 {self.slow:6.1f} ms"


def repeat(until: float, once: Callable[[], None]) -> list[float]:
    """Do it again and again until the time is over."""
    times = []
    while (before := time.perf_counter()) < until:
        once()
        times.append(time.perf_counter() - before)
    return times


def bare_sqlite(path: Path, clients: int, seconds: float) -> Speed:
    """SQLite takes one writer at a time: the limit is that of one connection without waiting."""
    connection = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode=WAL")
    connection.execute("pragma synchronous=FULL")
    connection.execute("pragma foreign_keys=ON")
    sample = Sample(connection.execute, "?")

    def once() -> None:
        connection.execute("begin immediate")
        sample.write(connection.execute, lambda: new_id().hex)
        connection.execute("commit")

    try:
        return per_second(1, seconds, lambda until: repeat(until, once))
    finally:
        connection.close()


def bare_postgresql(conninfo: str, clients: int, seconds: float) -> Speed:
    """As many connections as clients, each with its own transactions."""

    def client(until: float) -> list[float]:
        with psycopg.connect(conninfo) as connection:
            connection.execute("set timezone = 'UTC'")
            sample = Sample(connection.execute, "%s")
            connection.commit()

            def once() -> None:
                sample.write(connection.execute, new_id)
                connection.commit()

            return repeat(until, once)

    return per_second(clients, seconds, client)


class Caller:
    """A clerk's program on a connection of its own."""

    def __init__(self, hall: Hall, clerk: int = 0) -> None:
        self.connection = HTTPConnection("127.0.0.1", hall.port, timeout=60)
        self._token = hall.tokens[clerk]

    def post(self, path: str, body: str = "{}") -> Any:
        """POST with a request key; the answer's body."""
        self.connection.request(
            "POST", f"/api/v1/centres/{CENTRE}/{path}", body=body, headers=_headers(self._token)
        )
        response = self.connection.getresponse()
        raw = response.read()
        if response.status not in (200, 201, 204):
            raise RuntimeError(raw.decode())
        return json.loads(raw) if raw else None

    def issue(self) -> None:
        """One person takes a number."""
        self.post("tickets", '{"service": "MOPS-04"}')


def issuing(hall: Hall, clients: int, seconds: float) -> Speed:
    """Through the real server: `POST /centres/{centre}/tickets`."""

    def client(until: float) -> list[float]:
        caller = Caller(hall)
        try:
            return repeat(until, caller.issue)
        finally:
            caller.connection.close()

    return per_second(clients, seconds, client)


def calling(hall: Hall, clients: int, seconds: float) -> Speed:
    """Through the real server: `POST …/counters/{counter}/call-next`, then a no-show."""
    first = Caller(hall)
    for _person in range(QUEUE_A_CLIENT * clients):
        first.issue()
    first.connection.close()
    clerks = iter(range(clients))

    def client(until: float) -> list[float]:
        clerk = next(clerks)
        caller = Caller(hall, clerk)
        times = []
        try:
            while (before := time.perf_counter()) < until:
                ticket = caller.post(f"counters/{clerk + 1}/call-next")
                if ticket is None:
                    break
                times.append(time.perf_counter() - before)
                caller.post(f"tickets/{ticket['id']}/no-show")
        finally:
            caller.connection.close()
        return times

    return per_second(clients, seconds, client)


def _headers(token: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": str(uuid.uuid4()),
    }


def first_ticket(hall: Hall) -> None:
    """One ticket by the program itself, for the rows to copy."""
    app = create_app(
        Settings(
            instance=hall.instance,
            database_url=hall.url,
            owner_database_url=hall.url,
            secret_key="benchmark",
            log_level="ERROR",
        )
    )
    answer = app.test_client().post(
        f"/api/v1/centres/{CENTRE}/tickets",
        data=json.dumps({"service": "MOPS-04"}),
        headers=_headers(hall.tokens[0]),
    )
    if answer.status_code != 201:
        raise RuntimeError(answer.get_data(as_text=True))
    app.extensions["database"].dispose()


@contextmanager
def sqlite_hall() -> Iterator[tuple[Hall, Callable[[int, float], Speed]]]:
    """A hall in a file, and its bare limit."""
    folder = Path(tempfile.mkdtemp(prefix="odsc-benchmark-"))
    try:
        file = folder / "odsc.db"
        hall = _filled(f"sqlite:///{file}", folder)
        yield hall, lambda clients, seconds: bare_sqlite(file, clients, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql_hall() -> Iterator[tuple[Hall, Callable[[int, float], Speed]]]:
    """A hall on a durable PostgreSQL of its own, and its bare limit."""
    server = Server(durable=True)
    folder = Path(tempfile.mkdtemp(prefix="odsc-benchmark-"))
    try:
        server.execute("create database benchmark")
        hall = _filled(server.url("benchmark"), folder)
        conninfo = server.conninfo("benchmark")
        yield hall, lambda clients, seconds: bare_postgresql(conninfo, clients, seconds)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _filled(url: str, folder: Path) -> Hall:
    engine = Database(url).owner_engine()
    schema.migrate(engine)
    engine.dispose()
    hall = Hall(url, folder, counters=max(CLIENTS))
    hall.fill()
    first_ticket(hall)
    return hall


def main() -> None:
    """Print the speeds and their ratios for each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each of the 18 measurements")
    seconds = parser.parse_args().seconds
    for kind, a_hall in (("SQLite", sqlite_hall), ("PostgreSQL", postgresql_hall)):
        with a_hall() as (hall, bare):
            hall.serve()
            try:
                found = [
                    (issuing(hall, clients, seconds), calling(hall, clients, seconds))
                    for clients in CLIENTS
                ]
            finally:
                hall.stop()
            # Last: what it writes are waiting people, who would stand before all others.
            limits = [bare(clients, seconds) for clients in CLIENTS]
        for clients, (issued, called), limit in zip(CLIENTS, found, limits, strict=True):
            print(f"{kind}, {clients} at once")
            print(f"  bare database      {limit}")
            print(f"  issue a number     {issued}")
            print(f"  call next          {called}")
            print(f"  bare / issue       {limit.rate / issued.rate:7.1f}")
            print(f"  call p50 / issue   {called.middle / issued.middle:7.2f}")


if __name__ == "__main__":
    main()
