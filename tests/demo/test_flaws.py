"""What is wrong at some centres of a demonstration is on the days that the rules look at."""

from datetime import date, timedelta

from odsc_counter.demo.flaws import BY_HAND, BY_HAND_SHARE, FLAWS, QUIET, flaws_of

FRIDAY = date(2026, 10, 9)


def position(flaw: str) -> int:
    return next(number for number, one in FLAWS.items() if one == flaw)


def test_the_named_centres_have_no_flaw() -> None:
    for number in (0, 1):
        flaws = flaws_of(number, FRIDAY)
        assert flaws.people_a_day(FRIDAY, 50) == 50
        assert flaws.by_hand_share(FRIDAY) == 0


def test_a_quiet_week_is_the_last_one() -> None:
    flaws = flaws_of(position(QUIET), FRIDAY)
    assert flaws.people_a_day(FRIDAY - timedelta(days=7), 50) == 20
    assert flaws.people_a_day(FRIDAY - timedelta(days=8), 50) == 50


def test_times_are_written_by_hand_in_the_last_fortnight() -> None:
    flaws = flaws_of(position(BY_HAND), FRIDAY)
    assert flaws.by_hand_share(FRIDAY - timedelta(days=14)) == BY_HAND_SHARE
    assert flaws.by_hand_share(FRIDAY - timedelta(days=15)) == 0
