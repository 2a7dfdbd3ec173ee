"""Random, late, repeated and corrected events, and workers that are killed: rollups stay true."""

import random
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from odsc_counter.monitoring import rollups
from odsc_counter.monitoring.models import RollupDirty
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.monitoring.records import MORNING, Hall, at, counted_by_hand
from tests.monitoring.test_rollups import cells, marks
from tests.world import a_centre, a_service

KILLS = 5
DAYS = st.sampled_from((0, 1, 4, 27, 28))  # two months, a weekend between
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "issue",
                "issue",
                "end",
                "apply",
                "pay",
                "void",
                "send_back",
                "decide",
                "correct",
                "again",
                "count",
                "count",
            )
        ),
        DAYS,
        st.integers(0, 10**6),
    ),
    min_size=12,
    max_size=40,
)
ENDS = (
    ("call", "start", "complete"),
    ("call", "no_show"),
    ("call", "hold", "walk_out"),
    ("cancel",),
    ("close_day",),
)


class Story:
    """What has happened at a centre so far, and what may happen next."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.open: list[Any] = []
        self.files: list[Any] = []
        self.decided: list[Any] = []
        self.sales: list[Any] = []

    def step(self, what: str, day: int, number: int) -> None:
        """One thing more, on a day that may lie before those of the steps before it."""
        dice = random.Random(number)
        with at(MORNING + timedelta(days=day, seconds=number % 20_000)):
            getattr(self, f"_{what}")(dice, day)

    def _issue(self, dice: random.Random, _day: int) -> None:
        self.open.append(self.hall.issue(dice.choice(self.hall.services)))

    def _end(self, dice: random.Random, _day: int) -> None:
        if self.open:
            ticket = self.open.pop(dice.randrange(len(self.open)))
            for verb in dice.choice(ENDS):
                self.hall.move(ticket, verb)

    def _apply(self, dice: random.Random, _day: int) -> None:
        self.files.append(self.hall.apply(self.hall.services[1], days=dice.randrange(4)))

    def _pay(self, dice: random.Random, day: int) -> None:
        # A cashier's till is of one day: money is taken on the first of them alone.
        if self.files and day == 0:
            self.sales.append(self.hall.pay(dice.choice(self.files)))

    def _void(self, dice: random.Random, day: int) -> None:
        if self.sales and day == 0:
            self.hall.void(self.sales.pop(dice.randrange(len(self.sales))))

    def _send_back(self, dice: random.Random, _day: int) -> None:
        if self.files:
            self.hall.send_back(dice.choice(self.files))

    def _decide(self, dice: random.Random, _day: int) -> None:
        if self.files:
            file = self.files.pop(dice.randrange(len(self.files)))
            verb = dice.choice(("approve", "reject", "withdraw"))
            self.hall.decide(file, verb)
            if verb != "withdraw":
                self.decided.append(file)

    def _correct(self, dice: random.Random, day: int) -> None:
        if self.decided:
            wrong = dice.choice(self.decided)
            right = (MORNING + timedelta(days=day + dice.randrange(3))).date()
            self.hall.correct_decision_day(wrong, max(right, wrong.submitted_on))

    def _again(self, dice: random.Random, day: int) -> None:
        """An event of a day arrives a second time: it marks the day, and changes nothing."""
        with centre_scope(self.hall.centre.id), unit_of_work() as work:
            for _time in range(2):
                work.session.add(RollupDirty(day=(MORNING + timedelta(days=day)).date()))

    def _count(self, _dice: random.Random, _day: int) -> None:
        rollups.refresh()


@pytest.fixture
def hall(database: Database) -> Hall:
    rollups.install()
    centre = a_centre("LA0101")
    return Hall(centre, a_service(centre, "MOPS-04"), a_service(centre, "MONRE-01", fee=5_000))


@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # to make an example smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_rollups_equal_a_recount_whatever_happens(hall: Hall, steps: Any) -> None:
    """Examples follow one another at the same centre: what one left behind, the next finds."""
    story, centre = Story(hall), hall.centre
    for what, day, number in steps:
        # What the field refuses leaves nothing behind, which is what is looked at here.
        with suppress(DomainError):
            story.step(what, day, number)
    with at(MORNING + timedelta(days=30)):
        while rollups.refresh():
            pass
        assert marks(centre) == []
        assert cells(centre) == counted_by_hand(centre)
        assert rollups.recount(centre) == []


def test_a_killed_worker_leaves_nothing_out_and_counts_nothing_twice(
    hall: Hall, database_url: str
) -> None:
    centre = hall.centre
    dice = random.Random(5)
    issued = 0
    for kill in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.monitoring.refreshing", database_url],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
        for number in range(dice.randrange(3, 9)):
            with at(MORNING + timedelta(days=kill, minutes=number)):
                ticket = hall.issue(dice.choice(hall.services))
                for verb in dice.choice(ENDS):
                    hall.move(ticket, verb)
                issued += 1
        worker.kill()
        worker.wait()
        worker.stdout.close()
    while rollups.refresh():
        pass
    assert marks(centre) == []
    assert cells(centre) == counted_by_hand(centre)
    assert rollups.recount(centre) == []
    with centre_scope(centre.id), reading() as session:
        assert session.scalars(select(RollupDirty)).all() == []
    assert sum(day["tickets"] for day in cells(centre)[0].values()) == issued
