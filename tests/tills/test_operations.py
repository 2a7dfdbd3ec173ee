"""Drawers: a counted float, cash moved, a blind count, a second person's word, a hand-over."""

from datetime import timedelta

import pytest

from odsc_counter.ledger import queries as books
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.work import reading
from odsc_counter.receipts import verifying
from odsc_counter.tills import errors, operations, queries
from odsc_counter.tills.denominations import NOTES, fewest, worth
from odsc_counter.tills.models import TillSession
from tests.receipts.office import Office, an_office, both_at_once
from tests.world import a_centre, a_user


@pytest.fixture
def office(database: Database) -> Office:
    return an_office()


def trial(office: Office) -> dict[str, int]:
    with office.inside():
        return books.trial_balance()


def test_a_cashier_has_one_open_till(office: Office) -> None:
    office.open_till()
    with pytest.raises(errors.TillAlreadyOpen):
        office.open_till()


def test_the_float_comes_from_the_safe_and_the_count_goes_back(office: Office) -> None:
    till = office.open_till(200_000)
    assert trial(office) == {"cash:safe": -200_000, "cash:till": 200_000}
    office.sale()
    office.void(office.sale())
    counted = office.count(till, 219_000)
    assert (counted.expected_kip, counted.counted_kip, counted.state) == (
        220_000, 219_000, "counted",
    )  # fmt: skip
    with office.inside(office.manager):
        closed = operations.sign_off(till.id, office.manager, "ທອນເງິນຜິດ 1.000")
    assert (closed.state, closed.signed_off_by_id) == ("closed", office.manager.id)
    assert trial(office) == {
        "cash:safe": 19_000, "cash:till": 0, "difference": 1_000, "treasury": -20_000,
    }  # fmt: skip
    with office.inside():
        assert [event.verb for event in queries.events_of(till.id)] == [
            "open", "count", "sign_off",
        ]  # fmt: skip
        with pytest.raises(AlreadyChanged):
            operations.count_till(till.id, {})
        with reading() as session:
            assert [what for rule in verifying.RULES for what in rule(session)] == []


def test_a_surplus_is_booked_on_the_other_side(office: Office) -> None:
    till = office.open_till(0)
    office.close_till(till, 500)
    assert trial(office) == {"cash:safe": 500, "cash:till": 0, "difference": -500}


def test_an_empty_drawer_is_signed_off_without_a_posting(office: Office) -> None:
    till = office.open_till(0)
    assert office.close_till(till, 0).state == "closed"
    assert trial(office) == {}


def test_a_difference_needs_a_reason_and_another_person(office: Office) -> None:
    till = office.open_till(50_000)
    with office.inside(office.manager), pytest.raises(errors.NotCountedYet):
        operations.sign_off(till.id, office.manager)
    office.count(till, 40_000)
    lead = a_user("lead", lead_clerk=office.centre)
    elsewhere = a_user("elsewhere", centre_manager=a_centre("LA0102"))
    for second, reason, error in (
        (office.cashier, "long enough", errors.SecondPersonNeeded),
        (elsewhere, "long enough", errors.MayNotSignOff),
        (a_user("colleague", cashier=office.centre), "long enough", errors.MayNotSignOff),
        (lead, "no", errors.DifferenceUnexplained),
    ):
        with office.inside(), pytest.raises(error):
            operations.sign_off(till.id, second, reason)
    with office.inside(lead):
        assert operations.sign_off(till.id, lead, "ນັບຜິດຕອນເຊົ້າ").difference_reason == "ນັບຜິດຕອນເຊົ້າ"


def test_a_recount_is_a_new_count_and_the_first_one_stays(office: Office) -> None:
    till = office.open_till(50_000)
    office.count(till, 40_000)
    office.count(till, 50_000)
    with office.inside():
        rows = queries.counts(till.id)
    assert [(row.seq, row.counted_kip, row.notes) for row in rows] == [
        (1, 40_000, {"20000": 2}),
        (2, 50_000, {"50000": 1}),
    ]
    assert office.close_till(till, 50_000).difference_reason == ""


def test_only_the_cashier_or_who_signs_off_counts(office: Office) -> None:
    till = office.open_till(50_000)
    with office.inside(office.manager):
        with pytest.raises(errors.NotYourTill):
            operations.count_till(till.id, {50_000: 1})
        operations.count_till(till.id, {50_000: 1}, may_count_for_others=True)
        with pytest.raises(errors.SecondPersonNeeded):
            operations.sign_off(till.id, office.manager)
    lead = a_user("lead", lead_clerk=office.centre)
    with office.inside(lead):
        assert operations.sign_off(till.id, lead).state == "closed"


def test_nothing_is_sold_in_a_drawer_that_is_counted(office: Office) -> None:
    till = office.open_till()
    assessment = office.assessed()
    office.count(till, 200_000)
    with pytest.raises(errors.NoOpenTill):
        office.sale(assessment=assessment)
    office.open_till(0)
    assert office.sale(assessment=assessment).number == 1


def test_cash_goes_between_drawer_and_safe_with_a_reason(office: Office) -> None:
    till = office.open_till(100_000)
    with office.inside():
        operations.move_cash(till.id, 50_000, "ເງິນທອນ ຈາກຕູ້ເຊັບ")
        operations.move_cash(till.id, -120_000, "ໄປຕູ້ເຊັບ")
        with pytest.raises(errors.NotSoMuchInDrawer):
            operations.move_cash(till.id, -30_001, "ໄປຕູ້ເຊັບ")
        for amount in (0, 10**16):
            with pytest.raises(InvalidInput):
                operations.move_cash(till.id, amount, "ໄປຕູ້ເຊັບ")
        with pytest.raises(errors.MovementReasonMissing):
            operations.move_cash(till.id, 1, "x")
        assert [entry.amount_kip for _posting, entry in queries.movements(till.id)] == [
            50_000, 120_000,
        ]  # fmt: skip
    with office.inside(office.manager), pytest.raises(errors.NotYourTill):
        operations.move_cash(till.id, 1_000, "ໄປຕູ້ເຊັບ")
    assert office.count(till, 30_000).expected_kip == 30_000
    with office.inside(), pytest.raises(errors.NoOpenTill):
        operations.move_cash(till.id, 1_000, "ໄປຕູ້ເຊັບ")


def test_a_drawer_is_handed_over_once_with_what_was_counted(office: Office) -> None:
    second = a_user("second", cashier=office.centre)
    third = a_user("third", cashier=office.centre)
    till = office.open_till(100_000)
    office.sale()
    office.count(till, 120_000)
    with office.inside(second), pytest.raises(errors.NotCountedYet):
        operations.take_over(office.centre, till.id, second)
    with office.inside(office.manager):
        operations.sign_off(till.id, office.manager)
    with office.inside(second):
        assert [row.id for row in queries.to_take_over(till.day, second.id)] == [till.id]
        taken = operations.take_over(office.centre, till.id, second)
        assert (taken.float_kip, taken.taken_over_from_id) == (120_000, till.id)
        assert queries.to_take_over(till.day, third.id) == []
    with office.inside(third), pytest.raises(errors.HandedOverAlready):
        operations.take_over(office.centre, till.id, third)
    assert trial(office)["cash:till"] == 120_000


def test_yesterdays_drawer_is_not_taken_over(office: Office) -> None:
    yesterday = clock.now() - timedelta(days=1)
    with clock.use(lambda: yesterday):
        till = office.open_till(10_000)
        office.close_till(till, 10_000)
    second = a_user("second", cashier=office.centre)
    with office.inside(second), pytest.raises(errors.TillOfEarlierDay):
        operations.take_over(office.centre, till.id, second)


def test_tills_of_another_centre_do_not_exist_here(office: Office) -> None:
    till = office.open_till()
    stranger = an_office("LA0102")
    with stranger.inside():
        for deed in (
            lambda: queries.till(till.id),
            lambda: operations.count_till(till.id, {}),
            lambda: operations.move_cash(till.id, 1, "long enough"),
            lambda: operations.sign_off(till.id, stranger.manager),
            lambda: operations.take_over(stranger.centre, till.id, stranger.cashier),
        ):
            with pytest.raises(NotFound):
                deed()
        assert queries.unfinished() == []


def test_two_at_once_one_is_told(office: Office) -> None:
    till = office.open_till(50_000)
    office.count(till, 50_000)

    def signed() -> TillSession:
        with office.inside(office.manager):
            return operations.sign_off(till.id, office.manager)

    outcomes = both_at_once(signed, signed)
    assert sum(isinstance(one, TillSession) for one in outcomes) == 1
    assert sum(isinstance(one, AlreadyChanged) for one in outcomes) == 1
    assert trial(office) == {"cash:safe": 0, "cash:till": 0}


def test_notes_are_counted_in_whole_numbers() -> None:
    assert worth({100_000: 2, 500: 3}) == 201_500
    assert worth({}) == 0
    assert fewest(186_500) == {
        100_000: 1,
        50_000: 1,
        20_000: 1,
        10_000: 1,
        5_000: 1,
        1_000: 1,
        500: 1,
    }
    for wrong in ({300: 1}, {500: -1}, {NOTES[0]: 10**9}):
        with pytest.raises(InvalidInput):
            worth(wrong)
