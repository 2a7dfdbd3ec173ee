"""What a report says is the sum of its returns, and nothing where there is none."""

import random
from datetime import date
from itertools import pairwise

import pytest

from odsc_counter.monitoring.figures import SERVICE_FIGURES
from odsc_counter.places.models import Centre, Unit
from odsc_counter.reports.content import FIGURES, Area, drawn
from odsc_counter.reports.periods import Period, periods_over
from odsc_counter.returns.queries import OfficialReturn

NATION = Unit(id=1, code="LA", level=0, kind="nation", name_lo="ລາວ", name_en="Laos")
PROVINCES = [
    Unit(id=10 + n, code=f"LA{n:02}", level=1, kind="province", name_lo=f"ຂ{n}", name_en=f"P{n}")
    for n in range(1, 5)
]  # fmt: skip
QUARTER = Period(date(2026, 7, 1), date(2026, 9, 1))
MONTHS = [date(2026, month, 1) for month in range(1, 10)]


def a_centre(number: int, opened_on: date, closed_on: date | None = None) -> Centre:
    province = PROVINCES[number % 3]
    district = Unit(id=100 + number, code=f"{province.code}{number:02}", level=2, kind="district")
    return Centre(
        id=number, code=district.code, unit=district, name_lo=f"ສູນ {number}",
        name_en=f"Centre {number}", opened_on=opened_on, closed_on=closed_on,
    )  # fmt: skip


def a_return(rng: random.Random, centre: Centre, month: date) -> OfficialReturn:
    def numbers(names: tuple[str, ...]) -> dict[str, int]:
        return {name: rng.randrange(-5 if name == "revenue_kip" else 0, 1000) for name in names}

    return OfficialReturn(
        centre.id, centre.code, month, rng.choice((1, 1, 2)), f"{rng.getrandbits(256):064x}", month,
        {
            "figures": numbers(FIGURES),
            "services": [
                {"code": code, "ministry": "MOHA", "figures": numbers(SERVICE_FIGURES)}
                for code in rng.sample(["A-1", "A-2", "A-3"], 2)
            ],
            "offices": [],
            "reason": "r",
            "signed_at": "2026-10-03T00:00:00+00:00",
        },
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_every_sum_is_that_of_the_returns_and_no_other(seed: int) -> None:
    rng = random.Random(seed)
    centres = [
        a_centre(number, rng.choice((date(2020, 1, 1), date(2026, 8, 15), date(2026, 10, 1))),
                 rng.choice((None, None, date(2026, 8, 1))))
        for number in range(1, 13)
    ]  # fmt: skip
    centres = [one for one in centres if one.closed_on is None or one.opened_on < one.closed_on]
    returns = [
        a_return(rng, centre, month)
        for month in MONTHS
        for centre in centres
        if centre.opened_on <= month
        and (centre.closed_on is None or month < centre.closed_on)
        and rng.random() < 0.6
    ]
    told = drawn(Area(NATION, PROVINCES, centres, {}, {}), QUARTER, returns)
    within = [one for one in returns if one.month >= QUARTER.first]

    def total(name: str, some: list[OfficialReturn]) -> int:
        return sum(one.content["figures"][name] for one in some)

    for name in FIGURES:
        assert (told["figures"] or {name: 0})[name] == total(name, within)
        by_part = [one["figures"][name] for one in told["parts"] if one["figures"]]
        assert sum(by_part) == total(name, within)
        for month in told["course"]:
            own = [one for one in returns if f"{one.month:%Y-%m}" == month["month"]]
            assert (month["figures"] is None) == (not own)
            assert month["figures"] is None or month["figures"][name] == total(name, own)
    for name in SERVICE_FIGURES:
        services = [s["figures"][name] for one in within for s in one.content["services"]]
        assert sum(one["figures"][name] for one in told["services"]) == sum(services)
        assert sum(one["figures"][name] for one in told["ministries"]) == sum(services)
    for row in told["centres"]:
        own = [one for one in within if one.code == row["code"]]
        assert (row["figures"] is None) == (not own) == (row["standing"] == "absent")
        assert (row["standing"] == "complete") == (len(own) == len(row["due"]))
    covered = told["coverage"]
    assert covered["complete"] + covered["partial"] + covered["absent"] == covered["centres"]
    assert covered["months_signed"] == len(within) == len(told["sources"])
    assert len(told["corrections"]) == sum(one.version > 1 for one in within)


def test_a_comparison_is_of_the_centres_that_are_complete_in_both() -> None:
    rng = random.Random(1)
    centres = [a_centre(1, date(2020, 1, 1)), a_centre(2, date(2020, 1, 1))]
    first = [a_return(rng, centres[0], month) for month in MONTHS]
    second = [a_return(rng, centres[1], month) for month in MONTHS if month.month != 5]
    told = drawn(Area(NATION, PROVINCES, centres, {}, {}), QUARTER, [*first, *second])
    before = told["before"]
    assert before["period"]["code"] == "2026-Q2"
    assert (before["same_centres"], before["coverage"]["partial"]) == (1, 1)
    for name in FIGURES:
        sums = [one.content["figures"][name] for one in first]
        assert before["figures"][name] == sum(sums[3:6])
        assert before["figures_now"][name] == sum(sums[6:9])


def test_a_part_without_a_return_has_no_figures_and_one_without_a_centre_no_centre() -> None:
    told = drawn(Area(NATION, PROVINCES, [a_centre(1, date(2020, 1, 1))], {}, {}), QUARTER, [])
    assert told["figures"] is None
    parts = {one["code"]: one for one in told["parts"]}
    assert (parts["LA02"]["figures"], parts["LA02"]["coverage"]["absent"]) == (None, 1)
    assert (parts["LA04"]["figures"], parts["LA04"]["coverage"]["centres"]) == (None, 0)
    assert told["before"]["figures"] is None


@pytest.mark.parametrize(
    ("today", "month", "quarter", "year"),
    [
        (date(2026, 10, 1), "2026-09", "2026-Q3", "2025"),
        (date(2026, 9, 30), "2026-08", "2026-Q2", "2025"),
        (date(2027, 1, 1), "2026-12", "2026-Q4", "2026"),
    ],
)
def test_the_newest_periods_are_those_that_are_over(
    today: date, month: str, quarter: str, year: str
) -> None:
    over = periods_over(today)
    assert [over[kind][0].code for kind in ("month", "quarter", "year")] == [month, quarter, year]
    for many in over.values():
        for later, earlier in pairwise(many):
            assert later.before == earlier
