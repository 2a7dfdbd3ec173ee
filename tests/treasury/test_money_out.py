"""Deposits, settlements, the change fund, corrections, and the age of what is not deposited."""

from collections.abc import Iterator

import pytest

from odsc_counter.ledger.queries import balance, trial_balance
from odsc_counter.platform.database import Database
from odsc_counter.platform.work import reading
from odsc_counter.treasury import ageing, booking
from odsc_counter.treasury.booking import Move
from odsc_counter.treasury.errors import (
    DateUnclear,
    DayStillOpen,
    MayNotAgree,
    NotSoMuchOwed,
    NotSoMuchThere,
    ReferenceTaken,
    SameAccounts,
    SamePersonAgain,
)
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
from tests.treasury.test_closing import said


@pytest.fixture
def evening(database: Database) -> Iterator[Evening]:
    with at(MONDAY), a_request():
        yield an_evening()


def held(evening: Evening, account: str) -> int:
    with evening.office.inside(), reading() as session:
        return balance(session, account)


def test_takings_go_from_the_safe_to_the_treasury(evening: Evening) -> None:
    evening.takings(CASH, CASH, transfer("TX-0001"), float_kip=0)
    evening.deposit(30_000)
    assert (held(evening, "cash:safe"), held(evening, "treasury")) == (10_000, -30_000)
    with pytest.raises(NotSoMuchThere):
        evening.deposit(10_001, "BCEL-2")
    with pytest.raises(ReferenceTaken):
        evening.deposit(5_000, " bcel-1 ")
    with pytest.raises(DateUnclear):
        evening.deposit(5_000, "BCEL-3", on=after(1))
    evening.deposit(20_000, "BCEL-4", source="bank")
    assert held(evening, "bank") == 0
    with evening.office.inside():
        assert sum(trial_balance().values()) == 0
    figures = said(evening.close(MONDAY))["figures"]
    assert [(row["from"], row["kip"]) for row in figures["deposits"]] == [
        ("cash:safe", 30_000),
        ("bank", 20_000),
    ]
    assert breaches() == []


def test_nobody_pays_more_than_is_owed(evening: Evening) -> None:
    evening.fund(500_000)
    evening.takings(CASH, float_kip=100_000)
    assert held(evening, "cash:safe") == 520_000
    with pytest.raises(NotSoMuchOwed):
        evening.deposit(20_001)
    evening.deposit(20_000)


def test_the_change_fund_needs_two_people(evening: Evening) -> None:
    evening.fund(500_000)
    assert (held(evening, "cash:safe"), held(evening, "fund")) == (500_000, -500_000)
    office = evening.office
    with office.inside(office.manager), pytest.raises(SamePersonAgain):
        booking.fund(office.centre, 1_000, "alone and so", office.manager)
    with office.inside(office.manager):
        booking.fund(office.centre, -200_000, "taken back", office.cashier)
        with pytest.raises(NotSoMuchThere):
            booking.fund(office.centre, -300_001, "too much", office.cashier)
    assert held(evening, "fund") == -300_000
    figures = said(evening.close(MONDAY))["figures"]
    assert [row["kip"] for row in figures["funding"]] == [500_000, 200_000]
    assert breaches() == []


def test_a_closed_day_changes_by_a_dated_correction_alone(evening: Evening) -> None:
    office = evening.office
    sales = evening.takings(CASH, transfer("TX-0001"))
    move = Move("qr", "bank", 20_000)
    with at(after(1)), pytest.raises(DayStillOpen):
        evening.correct(MONDAY, move)
    evening.close(MONDAY)
    with at(after(1)):
        with pytest.raises(MayNotAgree):
            evening.correct(MONDAY, move, office.cashier)
        with pytest.raises(SamePersonAgain):
            evening.correct(MONDAY, move, office.manager)
        with pytest.raises(SameAccounts):
            evening.correct(MONDAY, Move("cash:till", "bank", 1))
        evening.correct(MONDAY, move)
        till = office.open_till(50_000)
        office.refund(sales[0])
        office.close_till(till, 30_000)
        figures = said(evening.close(after(1)))["figures"]
    assert (held(evening, "bank"), held(evening, "qr")) == (0, 20_000)
    (correction,) = figures["corrections"]
    assert (correction["of_day"], correction["kip"]) == (MONDAY.isoformat(), 20_000)
    assert figures["taken_back"][0]["of_day"] == MONDAY.isoformat()
    with office.inside():
        ((posting, _entry, approval),) = booking.corrections_of(MONDAY)
    assert (posting.day, approval.approved_by_id) == (after(1), evening.lead.id)
    assert breaches() == []


def test_after_the_close_the_books_go_on_with_the_next_day(evening: Evening) -> None:
    evening.takings(CASH, float_kip=0)
    evening.close(MONDAY)
    evening.deposit(20_000)
    with at(after(1)):
        figures = said(evening.close(after(1)))["figures"]
    assert [row["on"] for row in figures["deposits"]] == [MONDAY.isoformat()]
    assert breaches() == []


@pytest.mark.parametrize(
    ("taken", "paid", "left"),
    [
        ([10, 20, 30], 0, [(0, 10), (1, 20), (2, 30)]),
        ([10, 20, 30], 15, [(1, 15), (2, 30)]),
        ([10, 20, 30], 60, []),
        ([10, -4, 30], 0, [(0, 6), (2, 30)]),
        ([10, -12, 30], 5, [(2, 23)]),
        ([], 0, []),
    ],
)
def test_payments_meet_the_oldest_takings_first(
    taken: list[int], paid: int, left: list[tuple[int, int]]
) -> None:
    rows = [(after(place), kip) for place, kip in enumerate(taken)]
    assert ageing.first_out(rows, paid) == [(after(place), kip) for place, kip in left]


def test_what_is_not_deposited_grows_old_by_working_days(evening: Evening) -> None:
    evening.takings(CASH, CASH, float_kip=0)
    with at(after(1)):
        evening.takings(CASH, float_kip=0)
    with at(after(7)):
        evening.takings(CASH, float_kip=0)
        with evening.office.inside():
            found = ageing.outstanding(after(7))
        # Monday: five working days ago; Tuesday: four; today: none.
        assert [row.working_days for row in found.days] == [5, 4, 0]
        assert (found.buckets, found.total_kip) == ((20_000, 0, 60_000, 0), 80_000)
        evening.deposit(50_000, on=after(7))
        with evening.office.inside():
            found = ageing.outstanding(after(7))
        assert [(row.day, row.kip) for row in found.days] == [
            (after(1), 10_000),
            (after(7), 20_000),
        ]
