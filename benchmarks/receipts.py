"""Receipts per second at 1, 4 and 16 cashiers on one series, on both databases.

    python -m benchmarks.receipts [--seconds 2]

`operations.issue` alone and `POST …/receipts` through the whole program (routing, token, request
key, JSON) are held against the bare driver, which writes the same rows (head of the series,
posting, entry, receipt, line, event, request record) in one durable commit a receipt, without
triggers and foreign keys. Besides: how many statements a receipt takes, what hash, signature and
seal cost of it, and how many receipts a second `check` verifies. Needs the development extras.
"""

import argparse
import json
import logging
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from psycopg.types.json import Json
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import event

from benchmarks.queue import Speed, per_second, repeat
from odsc_counter import schema
from odsc_counter.accounts.credentials import create_token
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.database import Database, current_database
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import chain, keys, operations, queries, seal, verifying
from odsc_counter.receipts.operations import Payment
from tests.pages import an_app
from tests.postgresql import Server
from tests.receipts.office import Office, an_office
from tests.receipts.owed import many_owed
from tests.world import a_user

CLIENTS = (1, 4, 16)
OWED = 6_000
PAID = Payment(tendered_kip=20_000)
TABLES = (
    "ledger_posting", "ledger_entry", "receipt", "receipt_line", "event", "request_record",
)  # fmt: skip


class Cash:
    """An office with many cashiers, and what many people owe."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.office: Office = an_office()
        self.cashiers = []
        for number in range(max(CLIENTS)):
            user = a_user(
                f"cashier{number}", counter_staff=self.office.centre, cashier=self.office.centre
            )
            with reference_scope():
                token = create_token(user.username)
            self.office.open_till(100_000, user)
            self.cashiers.append((user, token))
        self.owed = many_owed(self.office, OWED)
        self.owed.reverse()

    def issuing(self, clients: int, seconds: float) -> Speed:
        """The operation alone."""
        waiting = iter(self.cashiers)

        def client(until: float) -> list[float]:
            user, _token = next(waiting)
            with self.office.inside(user):
                return repeat(
                    until,
                    lambda: operations.issue(self.office.centre, self.owed.pop(), user, PAID),
                )

        return per_second(clients, seconds, client)

    def posting(self, clients: int, seconds: float) -> Speed:
        """The whole program, but for the network."""
        waiting = iter(self.cashiers)

        def client(until: float) -> list[float]:
            _user, token = next(waiting)
            browser = self.app.test_client()
            return repeat(until, lambda: self.post(browser, token))

        return per_second(clients, seconds, client)

    def post(self, browser: Any, token: str) -> None:
        """One receipt with a request key."""
        answer = browser.post(
            f"/api/v1/centres/{self.office.centre.code}/receipts",
            data=json.dumps({"assessment": str(self.owed.pop()), "tendered_kip": 20_000}),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {token}",
                "Idempotency-Key": str(uuid.uuid4()),
            },
        )
        if answer.status_code != 201:
            raise RuntimeError(answer.get_data(as_text=True))

    def statements(self) -> int:
        """How many statements one receipt takes, by the operation alone."""
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        user, _token = self.cashiers[0]
        engine = current_database().writer
        event.listen(engine, "before_cursor_execute", note)
        with self.office.inside(user):
            operations.issue(self.office.centre, self.owed.pop(), user, PAID)
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    def sealing_ms(self) -> float:
        """What hash, signature and seal of one receipt take."""
        with self.office.inside(), unit_of_work() as work:
            signer = keys.signer_for(work, self.office.centre)
            receipt = queries.listing(None, "").rows[0].receipt
        began, times = time.perf_counter(), 300
        for _time in range(times):
            linked = chain.link(receipt.prev_hash, receipt.body)
            signer.sign(bytes.fromhex(linked))
            seal.sealed(
                signer, centre_id=receipt.centre_id, fiscal_year=receipt.fiscal_year,
                series=receipt.series, number=receipt.number, amount_kip=receipt.amount_kip,
                issued_at=receipt.issued_at, receipt_hash=linked,
            )  # fmt: skip
        return (time.perf_counter() - began) / times * 1000

    def verified(self) -> tuple[int, float]:
        """How many receipts `check` verifies with all rules of money, and how many a second.

        By processor time, for it reads in one thread and others may be at work.
        """
        began = time.process_time()
        with self.office.inside(), reading() as session:
            faults = [said for rule in verifying.RULES for said in rule(session)]
        took = time.process_time() - began
        if faults:
            raise RuntimeError(faults[0])
        with self.office.inside():
            count = queries.listing(None, "").total
        return count, count / took


class Sample:
    """The rows that the program wrote for one receipt, to be written again under new keys."""

    def __init__(self, execute: Callable[[str], Any], mark: str) -> None:
        self.mark = mark
        self.rows: dict[str, dict[str, Any]] = {}
        for table in TABLES:
            where = {
                "event": " where subject_kind = 'receipt'",
                "ledger_posting": " where kind = 'receipt'",
                "ledger_entry": " where credit_account = 'treasury'",
            }.get(table, "")
            cursor = execute(f"select * from {table}{where} limit 1")
            names = [column[0] for column in cursor.description]
            values = [Json(v) if isinstance(v, dict | list) else v for v in cursor.fetchone()]
            self.rows[table] = dict(zip(names, values, strict=True))
        self.number = 1_000_000

    def write(self, execute: Callable[[str, Any], Any], key: Callable[[], Any]) -> None:
        """Write one more receipt with all that belongs to it."""
        receipt, self.number = key(), self.number + 1
        execute(
            "update receipt_series set last_no = last_no + 1, total_kip = total_kip + 20000,"
            f" head_hash = {self.mark} where series = 'A'",
            [uuid.uuid4().hex * 2],
        )
        new: dict[str, dict[str, Any]] = {
            "ledger_posting": {"id": receipt},
            "ledger_entry": {"posting_id": receipt},
            "receipt": {
                "id": receipt, "number": self.number, "label": str(self.number),
                "public_code": str(self.number), "assessment_id": key(),
            },
            "receipt_line": {"receipt_id": receipt},
            "event": {"id": key(), "subject_id": str(receipt)},
            "request_record": {"request_key": str(uuid.uuid4())},
        }  # fmt: skip
        for table, changes in new.items():
            row = {**self.rows[table], **changes}
            marks = ", ".join([self.mark] * len(row))
            execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))


def bare_sqlite(path: Path, seconds: float) -> Speed:
    """The limit of SQLite, which takes one writer at a time."""
    connection = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode=WAL")
    connection.execute("pragma synchronous=FULL")
    for (name,) in connection.execute(
        "select name from sqlite_master where type = 'trigger'"
    ).fetchall():
        connection.execute(f"drop trigger {name}")
    sample = Sample(connection.execute, "?")

    def once() -> None:
        connection.execute("begin immediate")
        sample.write(connection.execute, lambda: new_id().hex)
        connection.execute("commit")

    try:
        return per_second(1, seconds, lambda until: repeat(until, once))
    finally:
        connection.close()


def bare_postgresql(conninfo: str, seconds: float) -> Speed:
    """One connection: on one series receipts follow one another however many there are."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("set session_replication_role = replica")
        sample = Sample(connection.execute, "%s")
        connection.commit()

        def once() -> None:
            sample.write(connection.execute, new_id)
            connection.commit()

        return per_second(1, seconds, lambda until: repeat(until, once))


@contextmanager
def an_office_in(kind: str) -> Iterator[tuple[Cash, Callable[[float], Speed]]]:
    """A durable database of the kind with an office in it, and its bare limit."""
    folder = Path(tempfile.mkdtemp(prefix="odsc-benchmark-"))
    server = Server(durable=True) if kind == "postgresql" else None
    try:
        if server is not None:
            server.execute("create database benchmark")
        url = server.url("benchmark") if server else f"sqlite:///{folder / 'odsc.db'}"
        engine = Database(url).owner_engine()
        schema.migrate(engine)
        engine.dispose()
        app = an_app(url, folder)
        cash = Cash(app)
        yield (
            cash,
            lambda seconds: (
                bare_postgresql(server.conninfo("benchmark"), seconds)
                if server
                else bare_sqlite(folder / "odsc.db", seconds)
            ),
        )
        app.extensions["database"].dispose()
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Print the speeds and their ratios for each database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    seconds = parser.parse_args().seconds
    logging.disable(logging.INFO)
    for kind in ("sqlite", "postgresql"):
        with an_office_in(kind) as (cash, bare):
            for _time in range(5):  # what is compiled and cached once
                cash.post(cash.app.test_client(), cash.cashiers[0][1])
            statements = cash.statements()
            issued = {clients: cash.issuing(clients, seconds) for clients in CLIENTS}
            posted = {clients: cash.posting(clients, seconds) for clients in CLIENTS}
            sealing = cash.sealing_ms()
            count, rate = cash.verified()
            limit = bare(seconds)  # last: what it writes is no receipt
        print(f"{kind}: {statements} statements a receipt")
        print(f"  bare rows, 1       {limit}")
        for name, speeds in (("issue", issued), ("POST", posted)):
            for clients, speed in speeds.items():
                ratio = limit.rate / speed.rate
                print(f"  {name:6} {clients:2}          {speed}  bare / this {ratio:5.1f}")
        share = sealing / issued[1].middle
        print(f"  hash, sign, seal   {sealing:.2f} ms, {share:.1%} of an issue at 1")
        print(
            f"  check              {rate:.0f} receipts/s of processor time, of {count}", flush=True
        )


if __name__ == "__main__":
    main()
