"""The end of the day: what a close needs, says, and shuts."""

import json
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from odsc_counter.platform.database import Database
from odsc_counter.platform.work import reading
from odsc_counter.receipts import chain
from odsc_counter.receipts.models import GENESIS
from odsc_counter.treasury import days
from odsc_counter.treasury.errors import DayClosed, DayNotOver, EarlierDayOpen, TillsOpen
from odsc_counter.treasury.models import ChainAnchor, DailyClose
from tests.pages import a_request
from tests.treasury.evening import (
    CASH,
    MONDAY,
    Evening,
    after,
    an_evening,
    at,
    breaches,
    transfer,
)


@pytest.fixture
def evening(database: Database) -> Iterator[Evening]:
    with at(MONDAY), a_request():
        yield an_evening()


def said(close: DailyClose) -> dict:
    return json.loads(close.body)


def test_a_close_says_what_the_day_came_to(evening: Evening) -> None:
    office = evening.office
    till = office.open_till(100_000)
    first = office.sale()
    office.sale(payment=transfer("TX-0001"))
    office.void(first)
    gone = office.sale()
    office.refund(gone)
    office.close_till(till, 99_000)
    close = evening.close(MONDAY)
    body = said(close)
    figures = body["figures"]
    assert (close.z_number, close.prev_hash) == (1, GENESIS)
    assert close.hash == chain.link(GENESIS, close.body)
    assert figures["kinds"] == {
        "sale": {"count": 3, "kip": 60_000},
        "void": {"count": 1, "kip": -20_000},
        "refund": {"count": 1, "kip": -20_000},
    }
    assert figures["methods"]["transfer"]["sale"] == {"count": 1, "kip": 20_000}
    assert figures["net_kip"] == 20_000
    assert figures["shares"] == {"treasury": 20_000}
    assert [row["kip"] for row in figures["ministries"]] == [20_000]
    assert [row["kip"] for row in figures["services"]] == [20_000]
    assert [(row["kind"], row["of"]) for row in figures["taken_back"]] == [
        ("void", first.label),
        ("refund", gone.label),
    ]
    (drawer,) = figures["tills"]
    assert (drawer["expected_kip"], drawer["counted_kip"], drawer["difference_kip"]) == (
        100_000, 99_000, -1_000,
    )  # fmt: skip
    series = {row["series"]: row for row in figures["series"]}
    assert (series["A"]["first"], series["A"]["last_no"], series["A"]["count"]) == (
        first.label, 4, 4,
    )  # fmt: skip
    assert series["B"]["total_kip"] == -20_000
    assert body["verified"] == {"faults": [], "receipts": 5, "total": 0}
    assert sum(figures["balances"].values()) == 0
    assert breaches() == []


def test_a_day_without_money_can_be_closed_too(evening: Evening) -> None:
    close = evening.close(MONDAY)
    assert said(close)["figures"]["net_kip"] == 0
    with evening.office.inside(), reading() as session:
        (anchor,) = session.scalars(select(ChainAnchor))
    assert (anchor.series, anchor.last_no, anchor.z_hash) == ("Z", 1, close.hash)
    with at(after(3)):
        assert evening.close(after(3)).z_number == 2
    assert breaches() == []


def test_a_close_waits_for_every_till_and_jumps_over_nothing(evening: Evening) -> None:
    office = evening.office
    till = office.open_till(100_000)
    with pytest.raises(DayNotOver):
        evening.close(after(1))
    with pytest.raises(TillsOpen):
        evening.close(MONDAY)
    office.count(till, 100_000)
    with pytest.raises(TillsOpen):
        evening.close(MONDAY)
    office.close_till(till, 100_000)
    with at(after(1)):
        evening.takings(CASH)
        with pytest.raises(EarlierDayOpen):
            evening.close(after(1))
        with office.inside():
            offered = days.open_days(after(1))
        assert [(row.day, row.can_be_closed) for row in offered] == [
            (MONDAY, True),
            (after(1), False),
        ]
        evening.close(MONDAY)
        late = evening.close(after(1))
        with pytest.raises(DayClosed):
            evening.close(MONDAY)
    assert late.z_number == 2
    assert breaches() == []


def test_a_close_of_yesterday_leaves_todays_receipts_out(evening: Evening) -> None:
    evening.takings(CASH, CASH)
    with at(after(1)):
        till = evening.office.open_till(0)
        evening.office.sale()
        close = evening.close(MONDAY)
        (series,) = said(close)["figures"]["series"]
        assert (series["last_no"], series["total_kip"]) == (2, 40_000)
        evening.office.close_till(till, 20_000)
        (series,) = said(evening.close(after(1)))["figures"]["series"]
        assert (series["last_no"], series["count"], series["total_kip"]) == (3, 1, 60_000)
    assert breaches() == []


def test_of_two_managers_who_close_at_once_one_wins(evening: Evening, database: Database) -> None:
    evening.takings(CASH)
    gate = threading.Barrier(2)
    outcomes: list[str] = []

    def close() -> None:
        with a_request():
            gate.wait()
            try:
                evening.close(MONDAY)
            except DayClosed:
                outcomes.append("closed before")
            else:
                outcomes.append("closed")

    threads = [threading.Thread(target=close) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "closed before"]
    with evening.office.inside(), reading() as session:
        assert session.scalar(select(func.count()).select_from(DailyClose)) == 1
