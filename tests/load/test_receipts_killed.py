"""Receipts under kill -9: the serving process dies hundreds of times while cashiers take money.

A few deaths are those of the worker of the product's own server (`serve`, gunicorn), which holds
the connections and does the work; its parent puts another one in its place in a second or two.
For two hundred of them that takes too long, so those are of the same application in a process
that is forked anew at once (`tests.load.forked`): requests, threads and databases are the same.
"""

import os
import random
import signal
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from odsc_counter.accounts.credentials import create_token
from odsc_counter.platform import tripwire
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.receipts import verifying
from odsc_counter.receipts.models import Receipt
from tests.load.hall import Hall
from tests.receipts.office import Office, an_office
from tests.receipts.owed import many_owed
from tests.world import a_user

OFFICE = "LA0102"
KILLS = 200
KILLS_OF_THE_SERVER = 6
CASHIERS = 4
MOST_WORK_SECONDS = 0.08
"""Who has taken money dies within so long: mostly in the midst of the next receipts."""
PATIENCE_SECONDS = 60
OWED = KILLS * CASHIERS * 4


@dataclass
class Desk:
    """A cashier who asks again, under the same key, until there is an answer."""

    hall: Hall
    clerk: int
    owed: list[uuid.UUID]
    end: threading.Event
    taken: dict[str, tuple[uuid.UUID, str]] = field(default_factory=dict)
    """By request key: the assessment and the receipt's number as they were acknowledged."""
    again: int = 0
    failure: BaseException | None = None

    def work(self) -> None:
        """Take money until the end; the last receipt is always acknowledged."""
        try:
            while not self.end.is_set():
                self._take(str(uuid.uuid4()), self.owed.pop())
        except BaseException as error:
            self.failure = error

    def _take(self, key: str, assessment: uuid.UUID) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while (number := self.ask(key, assessment)) is None:
            self.again += 1
            assert time.monotonic() < until, "no answer for a minute"
        self.taken[key] = (assessment, number)

    def ask(self, key: str, assessment: uuid.UUID) -> str | None:
        """One POST; the receipt's number, or None where no answer came."""
        body = {"assessment": str(assessment), "tendered_kip": 20_000}
        try:
            address = f"/api/v1/centres/{OFFICE}/receipts"
            answer = self.hall.ask("POST", address, self.clerk, body, key)
        except (OSError, HTTPException, ValueError):
            return None
        if answer.status == 503:
            return None
        assert answer.status == 201, f"{answer}\n{self.hall.log()}"
        return str(answer.body["number"])


def _cash_office(hall: Hall, database: Database) -> tuple[int, list[list[uuid.UUID]]]:
    """Cashiers with open tills, and what many people owe, for each of them."""
    with bound_to(database), acting_as(Actor("test")), reference_scope():
        office = an_office(OFFICE)
        hall.tokens.clear()
        for number in range(CASHIERS):
            user = _cashier(office, number)
            hall.tokens.append(create_token(user.username))
            office.open_till(100_000, user)
        owed = many_owed(office, OWED)
    return office.centre.id, [owed[number::CASHIERS] for number in range(CASHIERS)]


def _cashier(office: Office, number: int) -> Any:
    return a_user(f"cashier{number}", counter_staff=office.centre, cashier=office.centre)


def _worker(hall: Hall) -> int | None:
    """The process that serves at this moment."""
    assert hall.process is not None
    pid = hall.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else None


def test_two_hundred_deaths_lose_double_and_halve_no_receipt(hall: Hall) -> None:
    hall.kill()
    hall.program = "tests.load.forked"
    hall.serve()
    _die(hall, KILLS)


def test_deaths_of_the_server_itself(hall: Hall) -> None:
    _die(hall, KILLS_OF_THE_SERVER)


def _refuse_failures(desks: list[Desk]) -> None:
    said = [str(desk.failure) for desk in desks if desk.failure is not None]
    if said:
        pytest.fail("\n".join(said))


def _die(hall: Hall, deaths: int) -> None:
    dice = random.Random(5)
    database = Database(hall.url)
    tripwire.install(database)
    centre_id, owed = _cash_office(hall, database)
    end = threading.Event()
    desks = [Desk(hall, number, owed[number], end) for number in range(CASHIERS)]
    threads = [threading.Thread(target=desk.work) for desk in desks]
    for thread in threads:
        thread.start()
    try:
        for _death in range(deaths):
            before = sum(len(desk.taken) for desk in desks)
            until = time.monotonic() + PATIENCE_SECONDS
            while sum(len(desk.taken) for desk in desks) == before:
                assert time.monotonic() < until, "nobody can take money any more"
                _refuse_failures(desks)
                time.sleep(0.002)
            time.sleep(dice.random() * MOST_WORK_SECONDS)
            worker = _worker(hall)
            if worker is not None:
                os.kill(worker, signal.SIGKILL)
    finally:
        end.set()
        for thread in threads:
            thread.join()
    _refuse_failures(desks)

    # Few deaths hit nobody at work; else this test would mean little.
    assert sum(desk.again for desk in desks) > deaths / 2
    acknowledged = {key: one for desk in desks for key, one in desk.taken.items()}
    with bound_to(database), centre_scope(centre_id), reading() as session:
        assert [said for rule in verifying.RULES for said in rule(session)] == []
        found = session.execute(
            select(Receipt.assessment_id, Receipt.label, Receipt.number).order_by(Receipt.number)
        ).all()
    assert [number for _assessment, _label, number in found] == list(range(1, len(found) + 1))
    assert sorted((one, label) for one, label, _number in found) == sorted(acknowledged.values())
    for desk in desks:
        for key, (assessment, label) in dice.sample(
            sorted(desk.taken.items()), min(5, len(desk.taken))
        ):
            assert desk.ask(key, assessment) == label
    database.dispose()
