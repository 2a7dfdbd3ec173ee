"""The rules, each with what raises a flag, what just doesn't, and what is not judged."""

from datetime import date, timedelta
from typing import Any

import pytest

from odsc_counter.flags import words
from odsc_counter.flags.facts import DayOf, Figures, OfficeNow
from odsc_counter.flags.rules import RULES
from tests.flags.test_data_rules import worst as data_worst
from tests.pages import a_request

FRIDAY = date(2026, 10, 9)
OPEN_DAYS = tuple(day for n in range(1, 36) if (day := FRIDAY - timedelta(days=n)).weekday() < 5)
ALL = dict.fromkeys(OPEN_DAYS, DayOf(judged=40, in_target=36, receipts=20))


def found(rule: str, threshold: int, **figures: Any) -> list[dict[str, int]]:
    centre = Figures(**{"code": "LA0101", "today": FRIDAY, "open_days": OPEN_DAYS, **figures})
    return [dict(one.figures) for one in RULES[rule].find(centre, threshold)]


def days(**changed: DayOf | None) -> dict[date, DayOf]:
    """All open days usual, but those so many days back (`d1`) changed or taken out."""
    some = dict(ALL)
    for name, day in changed.items():
        on = FRIDAY - timedelta(days=int(name[1:]))
        if day is None:
            del some[on]
        else:
            some[on] = day
    return some


@pytest.mark.parametrize(
    ("overdue", "over_standard", "raised"), [(0, 0, 0), (2, 2, 0), (3, 0, 3), (1, 4, 4)]
)
def test_an_office_is_slow_by_the_larger_of_two_counts(
    overdue: int, over_standard: int, raised: int
) -> None:
    office = OfficeNow(7, "MAE", "district", 9, overdue, over_standard, 12)
    one = found("office_slow", 3, offices=(office,))
    assert [row["measured"] for row in one] == ([raised] if raised else [])


def test_each_office_of_a_centre_is_a_situation_of_its_own() -> None:
    offices = tuple(OfficeNow(7, "MAE", level, 9, 5) for level in ("district", "province"))
    centre = Figures("LA0101", FRIDAY, offices=offices)
    assert [(one.subject, one.office_level) for one in RULES["office_slow"].find(centre, 3)] == [
        ("LA0101/MAE/district", "district"),
        ("LA0101/MAE/province", "province"),
    ]


@pytest.mark.parametrize(
    ("seen", "raised"),
    [
        (days(), []),
        (days(d1=None), []),
        (days(d1=None, d2=None), [2]),
        (days(d1=None, d2=None, d4=None), [2]),
        ({**days(d1=None, d2=None), FRIDAY: DayOf()}, []),
        ({}, [len(OPEN_DAYS)]),
    ],
)
def test_silence_is_counted_in_open_days_that_are_over(
    seen: dict[date, DayOf], raised: list[int]
) -> None:
    assert [row["measured"] for row in found("silent_centre", 2, days=seen)] == raised


def test_a_centre_that_has_just_opened_is_not_silent() -> None:
    assert found("silent_centre", 2, open_days=OPEN_DAYS[:1]) == []


@pytest.mark.parametrize(
    ("voids", "before", "raised"),
    [
        (4, 0, []),  # too few to be a spike
        (5, 0, [500]),  # compared with a single one
        (6, 16, []),  # 100 receipts, of which four voids were to be expected
        (8, 16, [200]),
    ],
)
def test_voids_are_compared_with_the_four_weeks_before(
    voids: int, before: int, raised: list[int]
) -> None:
    week = OPEN_DAYS[:5]
    some = {day: DayOf(receipts=20, voids=(voids if day == week[0] else 0)) for day in week} | {
        day: DayOf(receipts=20, voids=(before if day == OPEN_DAYS[10] else 0))
        for day in OPEN_DAYS[5:]
    }
    assert [row["measured"] for row in found("voids_spike", 200, days=some)] == raised


def test_voids_without_weeks_before_are_not_judged() -> None:
    some = {OPEN_DAYS[0]: DayOf(receipts=20, voids=10)}
    assert found("voids_spike", 200, days=some) == []


BAD, FEW = DayOf(judged=40, in_target=20), DayOf(judged=19, in_target=0)


@pytest.mark.parametrize(
    ("run", "raised"),
    [
        ([BAD, BAD, BAD], [50]),
        ([BAD, BAD, DayOf(40, 28)], []),  # 70 percent is what is wanted
        ([BAD, FEW, BAD], []),
        ([BAD, BAD, None], []),
    ],
)
def test_waits_miss_the_target_on_three_judged_days_running(
    run: list[DayOf | None], raised: list[int]
) -> None:
    some = {day: one for day, one in zip(OPEN_DAYS, run, strict=False) if one is not None}
    assert [row["measured"] for row in found("waits_over_target", 70, days=some)] == raised


@pytest.mark.parametrize(
    ("rule", "figure"),
    [
        ("till_left_open", "tills_left_open"),
        ("fee_deviation", "local_amounts"),
        ("uncollected", "uncollected"),
    ],
)
def test_what_is_merely_counted_is_raised_from_the_threshold_on(rule: str, figure: str) -> None:
    assert found(rule, 4, **{figure: 3}) == []
    assert [row["measured"] for row in found(rule, 4, **{figure: 4})] == [4]


def test_worse_is_more_but_for_shares_that_should_be_high() -> None:
    more, less = {"measured": 6}, {"measured": 5}
    assert RULES["office_slow"].is_worse(more, less)
    assert not RULES["office_slow"].is_worse(less, more)
    assert RULES["waits_over_target"].is_worse(less, more)


@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_rule_has_words_for_itself_and_its_situation(language: str) -> None:
    worst = {
        "office_slow": {"offices": (OfficeNow(7, "MAE", "district", 9, 6, 4, 12),)},
        "silent_centre": {},
        "waits_over_target": {"days": dict.fromkeys(OPEN_DAYS, BAD)},
        "voids_spike": {"days": days(d1=DayOf(receipts=20, voids=9))},
        "till_left_open": {"tills_left_open": 1},
        "fee_deviation": {"local_amounts": 2},
        "uncollected": {"uncollected": 300, "uncollected_days": 40},
        **data_worst(),
    }
    assert set(words.RULES) == set(words.MEASURED) == set(RULES) == set(worst)
    with a_request(language):
        for code, figures in worst.items():
            (one,) = found(code, RULES[code].standards[2].threshold, **figures)
            said = words.situation(code, one)
            assert "%(" not in said
            assert len(said) > 20
            assert words.amount(RULES[code].unit, one["measured"])


def test_a_rule_that_is_no_more_still_says_its_numbers() -> None:
    with a_request():
        assert words.situation("of_old", {"measured": 3}) == "measured 3"
        assert words.rule_name("of_old") == "of_old"
