"""Rules that hold a centre against itself, or doubt its figures: raised, just not, not judged."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from odsc_counter.flags import data_words
from odsc_counter.flags.data_rules import LEAST_PEOPLE
from odsc_counter.flags.facts import BACK, DayOf, Figures
from odsc_counter.flags.rules import DATA_RULES, RULES
from tests.pages import a_request

FRIDAY = date(2026, 10, 9)
HOLIDAY = date(2026, 9, 2)
OPEN_DAYS = tuple(
    day
    for n in range(1, BACK.days + 1)
    if (day := FRIDAY - timedelta(days=n)).weekday() < 5 and day != HOLIDAY
)
LAST_WEEK = OPEN_DAYS[:5]
Made = Callable[[date], DayOf]


def usual(day: date) -> DayOf:
    """A day of a centre that is busy on Mondays, and never quite the same."""
    visits = (90, 50, 50, 50, 40)[day.weekday()] + day.day % 5
    return DayOf(
        visits=visits, applications=visits // 2, revenue_kip=visits * 20_000,
        tickets=visits, asked=visits, timed=visits, serve_seconds=visits * 600,
    )  # fmt: skip


def times(day: DayOf, factor: float) -> DayOf:
    """The same day with so many times the people."""
    values = {name: round(value * factor) for name, value in vars(day).items()}
    return DayOf(**values)


def days(last: Made = usual, *, but: tuple[date, ...] = (), weeks: int = 9) -> dict[date, DayOf]:
    """All open days, those of the last week as told, without some and without older weeks."""
    return {
        day: last(day) if day in LAST_WEEK else usual(day)
        for day in OPEN_DAYS
        if day not in but and day >= FRIDAY - timedelta(days=7 * weeks)
    }


def found(rule: str, threshold: int, **figures: Any) -> list[dict[str, int]]:
    centre = Figures(**{"code": "LA0101", "today": FRIDAY, "open_days": OPEN_DAYS, **figures})
    return [dict(one.figures) for one in RULES[rule].find(centre, threshold)]


def halved(day: date) -> DayOf:
    return times(usual(day), 0.5)


def doubled(day: date) -> DayOf:
    return times(usual(day), 2)


def worst() -> dict[str, dict[str, Any]]:
    """For each of these rules, figures that raise it."""
    by_hand = dict.fromkeys(LAST_WEEK, DayOf(tickets=40, unreliable=20, asked=40, closed=10))
    return {
        "sudden_change": {"days": days(halved), "open_days": OPEN_DAYS},
        "days_missing": {"days": days(but=LAST_WEEK[1:4])},
        "unreliable_times": {"days": by_hand},
    }


def test_a_week_of_half_the_people_says_which_way_and_by_how_much() -> None:
    (one,) = found("sudden_change", 40, days=days(halved))
    assert (one["visits_change"], one["revenue_kip_change"]) == (-50, -50)
    assert one["measured"] == max(50, -one["applications_change"])
    assert one["visits"] * 2 == pytest.approx(one["visits_usual"], rel=0.05)
    with a_request():
        assert data_words.situation("sudden_change", one).startswith("Visits fell by 50 percent:")


def test_a_week_of_twice_the_people_is_a_change_as_well() -> None:
    (one,) = found("sudden_change", 40, days=days(doubled))
    assert one["visits_change"] == pytest.approx(100, abs=4)
    with a_request():
        assert "Visits rose by" in data_words.situation("sudden_change", one)


def test_only_what_has_changed_is_told() -> None:
    def without_fees(day: date) -> DayOf:
        return DayOf(**{**vars(usual(day)), "revenue_kip": 0})

    (one,) = found("sudden_change", 40, days=days(without_fees))
    assert "visits_change" not in one
    assert one["revenue_kip_change"] == -100


@pytest.mark.parametrize(
    "seen",
    [
        days(),
        days(lambda day: times(usual(day), 0.75)),  # less than the threshold
        days(halved, but=LAST_WEEK[:3]),  # two days are no week
        days(halved, weeks=6),  # a new centre: five weeks before
        {},
        {day: times(one, 0.05) for day, one in days(halved).items()},  # a handful of people
    ],
)
def test_what_is_no_sudden_change(seen: dict[date, DayOf]) -> None:
    assert found("sudden_change", 40, days=seen) == []


def test_absent_days_never_make_a_week_look_quiet() -> None:
    assert found("sudden_change", 40, days=days(but=LAST_WEEK[:2])) == []


def test_a_week_that_is_short_by_its_mondays_holiday_is_usual() -> None:
    """Monday is the busiest day by far: the week without it is held against no Monday."""
    monday = next(day for day in LAST_WEEK if day.weekday() == 0)
    open_days = tuple(day for day in OPEN_DAYS if day != monday)
    assert found("sudden_change", 20, days=days(but=(monday,)), open_days=open_days) == []


def test_a_centre_that_always_swings_has_not_changed() -> None:
    """Every other week is half as busy: so is the last one."""
    swinging = {
        day: times(one, 0.4 if (FRIDAY - day).days // 7 % 2 else 1.6) for day, one in days().items()
    }
    assert found("sudden_change", 40, days=swinging) == []


def test_a_difference_of_a_few_people_is_chance() -> None:
    def of(visits: int) -> DayOf:
        return DayOf(visits=visits)

    few = LEAST_PEOPLE // 5
    seen = {day: of(few - 1 if day in LAST_WEEK else 2 * few - 2) for day in OPEN_DAYS}
    assert found("sudden_change", 40, days=seen) == []
    seen = {day: of(few if day in LAST_WEEK else 2 * few) for day in OPEN_DAYS}
    assert [one["visits_change"] for one in found("sudden_change", 40, days=seen)] == [-50]


@pytest.mark.parametrize(
    ("but", "missing"),
    [
        ((), []),
        (OPEN_DAYS[3:4], []),
        (OPEN_DAYS[3:5], [2]),
        (OPEN_DAYS[:3], []),  # silent until today: another rule
        (OPEN_DAYS[:3] + OPEN_DAYS[6:9], [3]),
        (OPEN_DAYS[30:34], []),  # longer ago than thirty days
        (OPEN_DAYS[2:], []),  # a new centre begins where its figures begin
    ],
)
def test_missing_are_open_days_between_days_with_figures(
    but: tuple[date, ...], missing: list[int]
) -> None:
    raised = found("days_missing", 2, days=days(but=but))
    assert [one["measured"] for one in raised] == missing


def test_a_holiday_is_not_missing() -> None:
    """The second of September, within the thirty days of a day in late September."""
    today = date(2026, 9, 25)
    seen = {day: usual(day) for day in OPEN_DAYS if day < today}
    open_days = tuple(day for day in OPEN_DAYS if day < today)
    assert HOLIDAY not in seen
    assert found("days_missing", 1, today=today, open_days=open_days, days=seen) == []


def test_a_centre_without_any_figures_misses_no_days() -> None:
    assert found("days_missing", 1) == []


TEN = OPEN_DAYS[:9]


@pytest.mark.parametrize(
    ("day", "more", "measured"),
    [
        (DayOf(tickets=10, asked=10), {}, []),
        (DayOf(tickets=10, unreliable=1, asked=10, closed=1), {}, []),
        (DayOf(tickets=10, unreliable=2, asked=10, closed=1), {}, [20]),
        (DayOf(tickets=10, unreliable=2, asked=10, closed=6), {}, [60]),
        (DayOf(tickets=10, asked=10, timed=8, serve_seconds=8 * 60), {}, []),
        (DayOf(tickets=10, asked=10, timed=8, serve_seconds=8 * 59), {}, [100]),
        (DayOf(tickets=10), {"arrivals": 200, "arrivals_off_hours": 39}, []),
        (DayOf(tickets=10), {"arrivals": 200, "arrivals_off_hours": 40}, [20]),
        (DayOf(tickets=10), {"arrivals": 49, "arrivals_off_hours": 49}, []),
        (DayOf(tickets=5, unreliable=5), {}, []),  # 45 numbers are too few
    ],
)
def test_the_largest_share_of_doubtful_times_counts(
    day: DayOf, more: dict[str, int], measured: list[int]
) -> None:
    raised = found("unreliable_times", 20, days=dict.fromkeys(TEN, day), **more)
    assert [one["measured"] for one in raised] == measured


def test_times_of_longer_ago_are_not_judged() -> None:
    by_hand = DayOf(tickets=40, unreliable=40)
    assert found("unreliable_times", 20, days=dict.fromkeys(OPEN_DAYS[10:], by_hand)) == []


def test_rules_of_data_are_named() -> None:
    assert {"silent_centre", "days_missing", "unreliable_times"} == DATA_RULES
