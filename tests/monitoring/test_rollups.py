"""The rollups equal a count of the records, whatever happens and in whatever order."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import click
import pytest
from sqlalchemy import delete, event, func, select

from odsc_counter.monitoring import commands, rollups
from odsc_counter.monitoring.figures import DAY_FIGURES, SERVICE_FIGURES
from odsc_counter.monitoring.models import (
    CentreDay,
    CentreMonthService,
    CentreNow,
    RollupDirty,
)
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.models import Ticket
from tests.monitoring.records import MORNING, Hall, at, counted_by_hand
from tests.world import a_centre, a_service

MONDAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _listening(database: Database) -> None:
    rollups.install()


@pytest.fixture
def hall(database: Database) -> Hall:
    centre = a_centre("LA0101")
    return Hall(centre, a_service(centre, "MOPS-04"), a_service(centre, "MONRE-01", fee=5_000))


def cells(centre: Centre) -> tuple[dict[date, Any], dict[tuple[date, int], Any]]:
    with centre_scope(centre.id), reading() as session:
        days = {
            cell.day: {name: getattr(cell, name) for name in DAY_FIGURES}
            for cell in session.scalars(select(CentreDay))
        }
        services = {
            (cell.month, cell.service_id): {name: getattr(cell, name) for name in SERVICE_FIGURES}
            for cell in session.scalars(select(CentreMonthService))
        }
    return days, services


def now_of(centre: Centre) -> CentreNow:
    with centre_scope(centre.id), reading() as session:
        return session.scalars(select(CentreNow)).one()


def marks(centre: Centre) -> list[date]:
    with centre_scope(centre.id), reading() as session:
        return sorted(session.scalars(select(RollupDirty.day)))


def a_random_day(hall: Hall, dice: random.Random, start: Any, files: list[Any]) -> None:
    """People come, wait, are called or not; files are taken, decided, paid, taken back."""
    moment = start
    for _ in range(dice.randrange(3, 9)):
        moment += timedelta(seconds=dice.randrange(1, 900), microseconds=dice.randrange(10**6))
        with at(moment):
            ticket = hall.issue(dice.choice(hall.services))
        path = dice.choice(
            [
                ["call", "start", "complete"],
                ["call", "no_show"],
                ["call", "put_back", "call", "start", "complete"],
                ["call", "hold", "walk_out"],
                ["walk_out"],
                ["cancel"],
                ["call", "close_day"],
                ["close_day"],
            ]
        )
        for verb in path:
            moment += timedelta(seconds=dice.randrange(0, 2400))
            with at(moment):
                hall.move(ticket, verb)
        with at(moment):
            if dice.random() < 0.6:
                files.append(hall.apply(dice.choice(hall.services), days=dice.randrange(0, 4)))
            if files and dice.random() < 0.5:
                file = files.pop(dice.randrange(len(files)))
                receipt = hall.pay(file)
                hall.decide(file, dice.choice(["approve", "reject", "withdraw"]))
                if dice.random() < 0.4:
                    hall.void(receipt)
        if dice.random() < 0.3:
            with at(moment):
                rollups.refresh()


@pytest.mark.parametrize("seed", range(4))
def test_cells_equal_a_count_by_hand_after_any_sequence(hall: Hall, seed: int) -> None:
    dice = random.Random(seed)
    files: list[Any] = []
    for offset in (0, 27, 1, 26):  # late days too, and two months
        a_random_day(hall, dice, MORNING + timedelta(days=offset), files)
    with at(MORNING + timedelta(days=30)):
        rollups.refresh()
        assert marks(hall.centre) == []
        assert cells(hall.centre) == counted_by_hand(hall.centre)
        assert rollups.recount(hall.centre) == []


def test_a_rebuild_gives_the_same_cells(hall: Hall) -> None:
    for offset in (0, 20, 40):
        a_random_day(hall, random.Random(offset), MORNING + timedelta(days=offset), [])
    rollups.rebuild(hall.centre, MONDAY, MONDAY + timedelta(days=45))
    assert cells(hall.centre) == counted_by_hand(hall.centre)


def test_the_command_counts_all_centres_or_one_anew(hall: Hall) -> None:
    beside = a_centre("LA0102")
    services = a_service(beside, "MOPS-04"), a_service(beside, "MONRE-01", fee=5_000)
    other = Hall(beside, *services)
    for here in (hall, other):
        a_random_day(here, random.Random(7), MORNING, [])
        a_random_day(here, random.Random(8), MORNING + timedelta(days=40), [])
    with centre_scope(beside.id), unit_of_work() as work:
        for table in (CentreDay, CentreMonthService):
            work.session.execute(delete(table))
    with reference_scope():
        commands.rebuild(centre="LA0101")
        assert cells(hall.centre) == counted_by_hand(hall.centre)
        commands.rebuild(after="LA0101", since=datetime(2026, 11, 1))
        days, asked = counted_by_hand(other.centre)
        november = date(2026, 11, 1)
        assert cells(other.centre) == (
            {day: told for day, told in days.items() if day >= november},
            {key: told for key, told in asked.items() if key[0] >= november},
        )
        commands.rebuild()
        assert cells(other.centre) == (days, asked)
        with pytest.raises(click.ClickException, match="LA0999"):
            commands.rebuild(centre="LA0999")


def test_a_rebuild_is_done_with_the_marks_of_its_days_and_of_no_others(hall: Hall) -> None:
    for days in (0, 1):
        with at(MORNING + timedelta(days=days)):
            hall.issue()
    assert set(marks(hall.centre)) >= {MONDAY, MONDAY + timedelta(days=1)}
    rollups.rebuild(hall.centre, MONDAY, MONDAY)
    assert set(marks(hall.centre)) == {MONDAY + timedelta(days=1)}


def test_a_ticket_closed_on_the_morrow_counts_to_its_own_day(hall: Hall) -> None:
    with at(MORNING):
        ticket = hall.issue()
        rollups.refresh()
    with at(MORNING + timedelta(days=1)):
        hall.move(ticket, "close_day")
        assert MONDAY in marks(hall.centre)
        rollups.refresh()
    days, _services = cells(hall.centre)
    assert list(days) == [MONDAY]
    assert days[MONDAY]["closed"] == 1
    assert days[MONDAY]["served"] == 0


def test_a_corrected_decision_leaves_its_wrong_day(hall: Hall) -> None:
    with at(MORNING):
        file = hall.apply(days=2)
    with at(MORNING + timedelta(days=5)):
        hall.decide(file)
        rollups.refresh()
        assert cells(hall.centre)[0][MONDAY + timedelta(days=5)]["decided_on_time"] == 0
        hall.correct_decision_day(file, MONDAY + timedelta(days=1))
        rollups.refresh()
    days, _services = cells(hall.centre)
    assert set(days) == {MONDAY, MONDAY + timedelta(days=1)}
    assert days[MONDAY + timedelta(days=1)]["decided_on_time"] == 1


def test_a_day_without_records_has_no_cell(hall: Hall) -> None:
    with at(MORNING), centre_scope(hall.centre.id), unit_of_work() as work:
        work.record("signed_in", subject_kind="user", subject_id="1")
    with at(MORNING):
        rollups.refresh()
    assert cells(hall.centre) == ({}, {})


def test_a_day_on_which_a_till_was_opened_and_nobody_came_is_a_nought(hall: Hall) -> None:
    with at(MORNING):
        hall.open_till()
        rollups.refresh()
    assert cells(hall.centre)[0][MONDAY]["tickets"] == 0


def test_one_mark_for_each_day_of_a_transaction(hall: Hall) -> None:
    with at(MORNING), centre_scope(hall.centre.id), unit_of_work():
        ticket = hall.issue()
        hall.move(ticket, "call")
        hall.move(ticket, "start")
        hall.move(ticket, "complete")
    assert marks(hall.centre) == [MONDAY]


def test_a_mark_is_gone_with_the_transaction_that_failed(hall: Hall) -> None:
    def fail() -> None:
        with at(MORNING), centre_scope(hall.centre.id), unit_of_work():
            hall.issue()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert marks(hall.centre) == []


def test_how_the_centre_stands_follows_the_hall(hall: Hall) -> None:
    with at(MORNING):
        first, second = hall.issue(), hall.issue()
        hall.issue()
        hall.move(first, "call")
        hall.move(second, "call", counter=1)
        hall.move(second, "start")
        hall.apply(days=1)
        hall.open_till()
        rollups.refresh()
    now = now_of(hall.centre)
    assert (now.day, now.waiting, now.serving, now.tills_open) == (MONDAY, 1, 2, 1)
    assert (now.files_open, now.files_overdue) == (1, 0)


def test_a_new_day_makes_files_overdue_without_any_event(hall: Hall) -> None:
    with at(MORNING):
        hall.apply(days=1)
        hall.apply(days=2)
        hall.apply(verb="submit_incomplete")
        hall.issue()
        rollups.refresh()
    with at(MORNING + timedelta(days=1)):
        assert rollups.refresh() == 1
        assert now_of(hall.centre).files_overdue == 0
        assert now_of(hall.centre).waiting == 0
    with at(MORNING + timedelta(days=2)):
        rollups.refresh()
        now = now_of(hall.centre)
        assert (now.files_open, now.files_overdue) == (3, 1)
        assert rollups.refresh() == 0


def test_recount_names_a_figure_that_was_changed_behind_our_back(hall: Hall) -> None:
    with at(MORNING):
        hall.issue()
        rollups.refresh()
        with centre_scope(hall.centre.id), unit_of_work() as work:
            work.session.scalars(select(CentreDay)).one().tickets = 7
            work.session.scalars(select(CentreMonthService)).one().asked = 8
            work.session.scalars(select(CentreNow)).one().waiting = 9
        found = [str(difference) for difference in rollups.recount(hall.centre)]
    assert len(found) == 3
    assert "centre_day 2026-10-05 tickets: kept 7, counted 1" in found


def test_recount_names_a_record_without_a_cell(hall: Hall) -> None:
    with at(MORNING):
        hall.issue()
        with centre_scope(hall.centre.id), unit_of_work() as work:
            work.session.execute(delete(RollupDirty))
        missing = [d for d in rollups.recount(hall.centre) if d.table == "centre_day"]
    assert {d.figure for d in missing} == set(DAY_FIGURES)
    assert all(d.kept is None for d in missing)


def test_marks_set_while_a_cell_is_recomputed_are_kept(hall: Hall) -> None:
    """One thread issues numbers while two recompute: no figure is left behind."""
    stop = threading.Event()
    faults: list[BaseException] = []

    def recompute() -> None:
        try:
            while not stop.is_set():
                rollups.refresh()
        except BaseException as fault:
            faults.append(fault)

    with at(MORNING):
        workers = [threading.Thread(target=recompute) for _ in range(2)]
        for worker in workers:
            worker.start()
        for _ in range(25):
            hall.move(hall.issue(), "cancel")
        stop.set()
        for worker in workers:
            worker.join()
        assert faults == []
        rollups.refresh()
        assert marks(hall.centre) == []
        assert cells(hall.centre)[0][MONDAY]["cancelled"] == 25
        assert rollups.recount(hall.centre) == []


def test_an_older_count_never_ends_over_a_newer_one(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow worker has counted; until it has written, no other worker may count."""
    counting, go_on = threading.Event(), threading.Event()
    count_days = rollups.count_days

    def slowly(*arguments: Any) -> Any:
        counted = count_days(*arguments)
        if threading.current_thread().name == "slow":
            counting.set()
            go_on.wait(5)
        return counted

    monkeypatch.setattr(rollups, "count_days", slowly)
    with at(MORNING):
        hall.issue()
        slow = threading.Thread(target=rollups.refresh, name="slow")
        slow.start()
        assert counting.wait(5)
        quick = threading.Thread(target=lambda: (hall.issue(), rollups.refresh()))
        quick.start()
        time.sleep(0.3)
        go_on.set()
        slow.join()
        quick.join()
        assert cells(hall.centre)[0][MONDAY]["tickets"] == 2


def test_the_worker_recomputes_soon_after_a_commit_and_ends(hall: Hall) -> None:
    worker = rollups.RollupWorker()
    worker.start()
    try:
        hall.issue()
        end = time.monotonic() + 4
        while time.monotonic() < end and not cells(hall.centre)[0]:
            time.sleep(0.05)
        assert cells(hall.centre)[0][clock.today()]["tickets"] == 1
    finally:
        worker.stop()
    assert not any(thread.name == "rollups" for thread in threading.enumerate())


def test_a_worker_leaves_the_figures_to_a_process_that_is_at_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_it = threading.Event()
    done: list[bool] = []

    @contextmanager
    def alone_with(_errand: str) -> Iterator[bool]:
        yield not at_it.is_set()

    def a_round() -> int:
        done.append(at_it.is_set())
        return 0

    monkeypatch.setattr(rollups, "alone_with", alone_with)
    monkeypatch.setattr(rollups, "refresh", a_round)
    at_it.set()
    worker = rollups.RollupWorker()
    worker.start()
    try:
        time.sleep(1)
        assert done == []
        at_it.clear()
        end = time.monotonic() + 2  # sooner than it would look by itself
        while time.monotonic() < end and not done:
            time.sleep(0.02)
        assert done and not any(done)
    finally:
        worker.stop()


class Statements:
    """Counts the statements that a database is asked, those that open a transaction apart."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        # On PostgreSQL the reader is the writer under another option, with the same listeners.
        self.engines = {database.writer, database.national}

    def __enter__(self) -> "Statements":
        for engine in self.engines:
            event.listen(engine, "before_cursor_execute", self._one)
        return self

    def __exit__(self, *_exception: object) -> None:
        for engine in self.engines:
            event.remove(engine, "before_cursor_execute", self._one)

    def _one(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.count += not statement.startswith(("BEGIN", "select set_config"))


def test_an_event_costs_one_row_and_a_recomputation_no_more_with_history(
    hall: Hall, database: Database
) -> None:
    def cost() -> tuple[int, int]:
        with Statements(database) as issuing:
            hall.issue()
        with Statements(database) as recomputing:
            rollups.refresh()
        return issuing.count, recomputing.count

    with at(MORNING):
        cost()
        before = cost()
    for offset in range(1, 60):
        with at(MORNING + timedelta(days=offset)):
            hall.issue()
            rollups.refresh()
    with at(MORNING + timedelta(days=60)):
        cost()
        assert cost() == before
    with centre_scope(hall.centre.id), reading() as session:
        assert session.scalar(select(func.count(Ticket.id))) == 63
