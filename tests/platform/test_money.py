"""Kip are whole numbers, written and read one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odsc_counter.platform.money import (
    LARGEST_KIP,
    Grouping,
    NotAnAmount,
    format_kip,
    format_number,
    parse_kip,
)


def test_both_languages_group_alike() -> None:
    assert format_kip(1_234_568, "lo") == "1.234.568 ກີບ"
    assert format_kip(1_234_568, "en") == "1.234.568 kip"
    assert format_kip(1_234_568, "en", grouping=",") == "1,234,568 kip"
    assert format_kip(0, "lo") == "0 ກີບ"
    assert format_kip(-25_000, "lo") == "-25.000 ກີບ"


@pytest.mark.parametrize("amount", [1.5, 25_000.0, True, "25000"])
def test_only_whole_numbers_are_money(amount: object) -> None:
    with pytest.raises(TypeError):
        format_kip(amount, "lo")  # type: ignore[arg-type]  # the mistake under test


@pytest.mark.parametrize(
    "text",
    [
        *("25000", "25.000", "25,000", "25 000", " 25000 ", "25\u00a0000", "25\u202f000"),
        *("໒໕໐໐໐", "໒໕.໐໐໐"),
    ],
)
def test_every_clear_way_to_write_an_amount_is_read(text: str) -> None:
    assert parse_kip(text) == 25_000


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "abc", "-1", "+1", "−1", "1.5", "1,5", "25.00", "25.0000", "2500.000", ".500"),
        *("1.234,567", "1.234,56", "1 234.567", "1..000", "25 00", "25  000", "0.500", "0,000"),
        *("007", "00", "1e6", "0x10", "1_000", "٢٥", "25.000\n000", "25.000 kip", "25.000."),
        *("1" + "0" * 15, "9" * 5000),
    ],
)
def test_whatever_could_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        parse_kip(text)


@given(st.integers(0, LARGEST_KIP), st.sampled_from([".", ",", " "]))
def test_what_is_written_is_read_back(amount: int, grouping: Grouping) -> None:
    assert parse_kip(format_number(amount, grouping)) == amount
    assert parse_kip(str(amount)) == amount
