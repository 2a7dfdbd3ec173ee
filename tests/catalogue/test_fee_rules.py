"""The arithmetic of fees: whole numbers, within their limits, and no kip lost among shares."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odsc_counter.catalogue import fee_words
from odsc_counter.catalogue.fee_rules import (
    CENTRE,
    FINE_DAY,
    FINE_PERCENT,
    FIXED,
    LARGEST_VALUE,
    MINISTRY,
    PER_UNIT,
    PERCENT,
    STEPPED,
    TREASURY,
    WHOLE,
    Deviation,
    Inputs,
    Rate,
    Reduction,
    Tariff,
    Unfit,
    compute,
    faults,
    part_of,
    split,
)

CC = Tariff(
    STEPPED,
    None,
    terms={
        "steps": [
            {"up_to": 110, "amount": 15_000},
            {"up_to": 150, "amount": 20_000},
            {"up_to": None, "amount": 100_000},
        ],
        "unit": {"lo": "ຊີຊີ", "en": "cc"},
    },
)
ONE_PERCENT = Tariff(
    PERCENT, None, terms={"basis_points": 100, "minimum": 50_000, "maximum": 2_000_000}
)
RATE = Rate("USD", 21_700, date(2026, 11, 25), "BOL notice")
HALF = Reduction("VETERAN", 5_000, "Veteran", "ນັກຮົບເກົ່າ", "No 12")
amounts = st.integers(0, 10**12)
points = st.integers(1, WHOLE)


@st.composite
def shares(draw: st.DrawFn) -> list[dict[str, Any]]:
    first, second = sorted((draw(st.integers(0, WHOLE)), draw(st.integers(0, WHOLE))))
    parts = (first, second - first, WHOLE - second)
    return [
        {"to": to, "basis_points": part}
        for to, part in zip((TREASURY, MINISTRY, CENTRE), parts, strict=True)
    ]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Tariff, Inputs]:
    kept = draw(st.one_of(st.just([]), shares()))
    reduction = draw(
        st.one_of(st.none(), points.map(lambda part: Reduction("X", part, "X", "X", "No 1")))
    )
    lowest = draw(st.integers(0, 10**6))
    limits = {"minimum": lowest, "maximum": lowest + draw(st.integers(0, 10**9))}
    tariff = draw(
        st.sampled_from(
            [
                Tariff(FIXED, draw(st.integers(0, 10**9)), shares=kept),
                Tariff(PER_UNIT, draw(st.integers(0, 10**9)), shares=kept),
                Tariff(FIXED, draw(st.integers(0, 10**5)), "USD", shares=kept),
                Tariff(STEPPED, None, terms=CC.terms, shares=kept),
                Tariff(PERCENT, None, terms={"basis_points": draw(points), **limits}, shares=kept),
                Tariff(FINE_DAY, draw(st.integers(0, 10**6)), terms=limits, shares=kept),
                Tariff(
                    FINE_PERCENT,
                    None,
                    terms={"basis_points": draw(points), "per_day": draw(st.booleans()), **limits},
                    shares=kept,
                ),
            ]
        )
    )
    quantity = draw(st.integers(1, 999)) if tariff.rule in (FIXED, PER_UNIT) else 1
    return tariff, Inputs(
        quantity=quantity,
        measure=draw(st.integers(0, 10**6)),
        value_kip=draw(st.integers(0, LARGEST_VALUE)),
        days_late=draw(st.integers(0, 4_000)),
        base_kip=draw(st.integers(0, 10**9)),
        rate=RATE,
        reduction=reduction,
    )


@given(cases())
def test_what_comes_out_adds_up_and_is_never_negative(case: tuple[Tariff, Inputs]) -> None:
    tariff, inputs = case
    assert faults(tariff, "fine" if tariff.rule.startswith("fine") else "one_of") == []
    made = compute(tariff, inputs)
    assert made.gross_kip == made.unit_kip * made.quantity
    assert made.amount_kip == made.gross_kip - made.reduction_kip >= 0
    assert made.reduction_kip >= 0
    assert sum(share["kip"] for share in made.shares) == made.amount_kip
    assert all(share["kip"] >= 0 for share in made.shares)
    assert compute(tariff, inputs) == made
    for text in fee_words.said(made.computation, made.gross_kip).values():
        assert text and "{" not in text


@given(st.integers(0, LARGEST_VALUE), st.integers(0, LARGEST_VALUE))
def test_a_percentage_keeps_its_limits_and_grows_with_the_value(one: int, other: int) -> None:
    low, high = (
        compute(ONE_PERCENT, Inputs(value_kip=value)).amount_kip for value in sorted((one, other))
    )
    assert 50_000 <= low <= high <= 2_000_000


@given(amounts, points)
def test_a_part_is_rounded_half_up(amount: int, share: int) -> None:
    assert abs(part_of(amount, share) * WHOLE - amount * share) * 2 <= WHOLE
    assert part_of(amount, WHOLE) == amount
    assert part_of(1, 5_000) == 1


@given(amounts, shares())
def test_shares_come_to_the_amount_and_none_is_off_by_a_kip(
    amount: int, kept: list[dict[str, Any]]
) -> None:
    wanted = {share["to"]: share["basis_points"] for share in kept}
    made = split(amount, kept)
    assert sum(share["kip"] for share in made) == amount
    for share in made:
        assert abs(share["kip"] * WHOLE - amount * wanted[share["to"]]) < WHOLE


def test_the_largest_remainder_gets_what_is_left() -> None:
    kept = [
        {"to": TREASURY, "basis_points": 3_333},
        {"to": MINISTRY, "basis_points": 3_334},
        {"to": CENTRE, "basis_points": 3_333},
    ]
    assert [share["kip"] for share in split(100, kept)] == [33, 34, 33]
    assert split(1, kept) == [{"to": MINISTRY, "kip": 1}]
    assert split(7, []) == [{"to": TREASURY, "kip": 7}]


@pytest.mark.parametrize(
    ("cc", "fee"), [(0, 15_000), (110, 15_000), (111, 20_000), (150, 20_000), (151, 100_000)]
)
def test_a_step_ends_with_its_measure(cc: int, fee: int) -> None:
    assert compute(CC, Inputs(measure=cc)).amount_kip == fee


def test_a_fine_begins_after_the_grace_and_stops_at_its_cap() -> None:
    daily = Tariff(FINE_DAY, 1_000, terms={"grace_days": 30, "maximum": 50_000})
    fines = [compute(daily, Inputs(days_late=days)).amount_kip for days in (0, 30, 31, 40, 400)]
    assert fines == [0, 0, 1_000, 10_000, 50_000]
    part = Tariff(FINE_PERCENT, None, terms={"basis_points": 10, "per_day": True})
    assert compute(part, Inputs(days_late=20, base_kip=100_000)).amount_kip == 2_000
    once = Tariff(FINE_PERCENT, None, terms={"basis_points": 4_000})
    assert compute(once, Inputs(days_late=20, base_kip=100_000)).amount_kip == 40_000


def test_dollars_are_taken_in_kip_at_the_rate_of_the_day_and_it_is_said() -> None:
    made = compute(Tariff(FIXED, 60, "USD"), Inputs(rate=RATE))
    assert made.amount_kip == 60 * 21_700
    assert made.computation["rate"]["day"] == "2026-11-25"
    words = fee_words.said(made.computation, made.gross_kip)
    assert words["en"] == "60 USD; 1 USD = 21.700 kip (rate of 25/11/2026)"
    assert words["lo"] == "60 USD; 1 USD = 21.700 ກີບ (ວັນທີ 25/11/2026)"
    with pytest.raises(Unfit, match="rate"):
        compute(Tariff(FIXED, 60, "USD"), Inputs())


def test_a_reduction_and_a_local_decision_are_named() -> None:
    local = Deviation(8_000, "12/DG", date(2026, 2, 1), "District governor")
    made = compute(
        Tariff(PER_UNIT, 10_000, terms={"unit": {"lo": "ສະບັບ", "en": "copies"}}),
        Inputs(quantity=3, deviation=local, reduction=HALF),
    )
    assert (made.unit_kip, made.gross_kip, made.reduction_kip) == (8_000, 24_000, 12_000)
    words = fee_words.said(made.computation, made.gross_kip)["en"]
    assert words == (
        "3 copies × 8.000 kip; by the local decision 12/DG of 01/02/2026;"
        " less 50% of 24.000 kip (Veteran)"
    )


@pytest.mark.parametrize(
    ("tariff", "inputs", "what"),
    [
        (CC, Inputs(), "measure"),
        (CC, Inputs(measure=-1), "measure"),
        (ONE_PERCENT, Inputs(), "value"),
        (ONE_PERCENT, Inputs(value_kip=LARGEST_VALUE + 1), "value"),
        (Tariff(FINE_DAY, 1), Inputs(), "days"),
        (Tariff(FIXED, 1), Inputs(quantity=0), "quantity"),
        (Tariff(FIXED, 10**14), Inputs(quantity=999), "quantity"),
        (Tariff(FIXED, None), Inputs(), "rule"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(tariff: Tariff, inputs: Inputs, what: str) -> None:
    with pytest.raises(Unfit) as refused:
        compute(tariff, inputs)
    assert refused.value.what == what


@pytest.mark.parametrize(
    ("tariff", "part", "what"),
    [
        (Tariff("guess", 1), "one_of", "rule"),
        (Tariff(FIXED, None), "one_of", "amount"),
        (Tariff(FIXED, -1), "one_of", "amount"),
        (Tariff(FINE_DAY, 1), "one_of", "part"),
        (Tariff(FIXED, 1), "fine", "part"),
        (Tariff(STEPPED, None), "one_of", "steps"),
        (Tariff(PERCENT, None, terms={"basis_points": 0}), "one_of", "basis_points"),
        (Tariff(PERCENT, None, "USD", {"basis_points": 5}), "one_of", "currency"),
        (
            Tariff(PERCENT, None, terms={"basis_points": 5, "minimum": 9, "maximum": 8}),
            "one_of",
            "maximum",
        ),
        (Tariff(FIXED, 1, shares=[{"to": CENTRE, "basis_points": 9_999}]), "one_of", "shares"),
        (Tariff(FIXED, 1, shares=[{"to": "me", "basis_points": WHOLE}]), "one_of", "shares"),
    ],
)
def test_a_line_that_contradicts_itself_is_told(tariff: Tariff, part: str, what: str) -> None:
    assert what in faults(tariff, part)
    falling = [{"up_to": 5, "amount": 1}, {"up_to": 5, "amount": 2}]
    assert faults(Tariff(STEPPED, None, terms={"steps": falling}), "one_of") == ["steps"]


def test_rules_in_words() -> None:
    assert fee_words.rule_in_words(CC, "en") == [
        "up to 110 cc: 15.000 kip",
        "up to 150 cc: 20.000 kip",
        "over 150 cc: 100.000 kip",
    ]
    assert fee_words.rule_in_words(ONE_PERCENT, "lo") == [
        "1% ຂອງມູນຄ່າທີ່ແຈ້ງ, ຢ່າງໜ້ອຍ 50.000 ກີບ, ບໍ່ເກີນ 2.000.000 ກີບ"
    ]
    assert fee_words.percent(125) == "1,25%"
    assert fee_words.percent(10) == "0,1%"
