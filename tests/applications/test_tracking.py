"""The tracking number: what its check character catches, and what people may type."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odsc_counter.applications import operations
from odsc_counter.applications.tracking import (
    ALPHABET,
    LENGTH,
    NUMBER_LENGTH,
    is_mistyped,
    new_code,
    read_code,
    spaced,
    with_check,
)
from odsc_counter.platform.database import Database
from odsc_counter.platform.lao import lao_digits
from tests.receipts.office import an_office

numbers = st.text(ALPHABET, min_size=NUMBER_LENGTH - 1, max_size=NUMBER_LENGTH - 1).map(with_check)


@given(numbers)
def test_a_whole_number_is_right_however_it_is_typed(number: str) -> None:
    assert not is_mistyped(number)
    for typed in (spaced(number), spaced(number).lower(), lao_digits(f" {number} ")):
        assert read_code(typed) == number


@given(numbers, st.data())
def test_every_wrong_letter_is_caught(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 1))
    for letter in set(ALPHABET) - {number[place]}:
        assert is_mistyped(number[:place] + letter + number[place + 1 :])


@given(numbers)
def test_every_swap_of_two_letters_is_caught(number: str) -> None:
    for one, other in combinations(range(len(number)), 2):
        letters = list(number)
        letters[one], letters[other] = letters[other], letters[one]
        assert is_mistyped("".join(letters)) == (number[one] != number[other])


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM4TXP9O", "0" * 10, "K7QM4TXP9RW", "ກ" * 10])
def test_what_can_be_no_number_is_told_at_once(typed: str) -> None:
    assert is_mistyped(read_code(typed))


def test_codes_of_earlier_releases_have_no_check_character() -> None:
    assert all(not is_mistyped(new_code(LENGTH)) for _time in range(50))
    assert spaced("K7QM4TXP9RWD") == "K7QM-4TXP-9RWD"


def test_each_file_gets_a_number_with_its_check(database: Database) -> None:
    office = an_office()
    number = office.application().tracking_code
    assert len(number) == NUMBER_LENGTH
    assert with_check(number[:-1]) == number
    with office.inside():
        other = operations.take(
            office.centre, office.service.id, full_name="ນາງ ບົວ", papers_present=set()
        )
    assert other.tracking_code != number
