"""Lao text: one spelling, one order, words, numbers and dates."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odsc_counter.platform import lao
from odsc_counter.platform.lao import (
    break_words,
    format_date,
    kip_in_words,
    lao_digits,
    lao_normalize,
    number_in_words_en,
    number_in_words_lo,
    search_key,
    sort_key,
    word_breaks,
)

WATER = "\u0e99\u0ec9\u0eb3"  # ນ້ຳ

LAO_TEXT = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0E81, max_codepoint=0x0EDD),
        st.sampled_from("ນຫກມ\u0ecd\u0eb2\u0eb3\u0ec8\u0ec9\u0eb8\u0eb9\u0ebc \u200b\u00a0aA1"),
    ),
    max_size=24,
)
ANY_TEXT = st.one_of(LAO_TEXT, st.text(max_size=24))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\u0e99\u0ec9\u0eb3", WATER),
        ("\u0e99\u0ecd\u0ec9\u0eb2", WATER),
        ("\u0e99\u0ec9\u0ecd\u0eb2", WATER),
        ("\u0e99\u0eb3\u0ec9", WATER),
        ("\u0e84\u0ecd\u0eb2", "\u0e84\u0eb3"),
        ("ເເມ່", "ແມ່"),
        ("\u0e81\u0ec8\u0eb8", "\u0e81\u0eb8\u0ec8"),
        ("\u0e81\u0ec9\u0eb4\u0e99", "\u0e81\u0eb4\u0ec9\u0e99"),
        ("\u0e81\u0ec8\u0ec8\u0eb2", "\u0e81\u0ec8\u0eb2"),
        ("\u0e81\u0eb4\u0eb4\u0ec8", "\u0e81\u0eb4\u0ec8"),
        ("\u0eab\u0eb1\u0ebc\u0e81", "\u0eab\u0ebc\u0eb1\u0e81"),
        ("ສູນ\u200bບໍລິການ", "ສູນບໍລິການ"),
        ("\ufeffສູນ\u00ad", "ສູນ"),
        ("  ບ້ານ \u00a0 ໂພນໄຊ ", "ບ້ານ ໂພນໄຊ"),
        ("e\u0301", "\u00e9"),
        ("ແຖວ ໜຶ່ງ \r\n ແຖວ ສອງ", "ແຖວ ໜຶ່ງ\nແຖວ ສອງ"),
        ("a\x00b\u202ec\ud800", "abc"),
        ("", ""),
    ],
)
def test_ways_to_type_one_text_become_one(typed: str, stored: str) -> None:
    assert lao_normalize(typed) == stored


@given(ANY_TEXT)
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = lao_normalize(text)
    assert lao_normalize(once) == once
    assert unicodedata.normalize("NFC", once) == once


@given(ANY_TEXT)
def test_a_search_key_of_a_search_key_is_itself(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@given(ANY_TEXT)
def test_what_is_stored_can_be_encoded(text: str) -> None:
    assert "\x00" not in lao_normalize(text)
    lao_normalize(text).encode("utf-8")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ໜອງບົວ", "ຫນອງບົວ"),
        ("ໝີ", "ຫມີ"),
        ("ຫຼວງ", "ຫລວງ"),
        ("ນ້ຳ", "\u0e99\u0ecd\u0ec9\u0eb2"),
        ("A໐໑໕", "a015"),
        ("ບ້ານ  ໂພນ\nໄຊ", "ບ້ານ ໂພນ ໄຊ"),
    ],
)
def test_search_finds_the_other_spelling(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


def test_search_keeps_different_words_apart() -> None:
    assert search_key("ມີ") != search_key("ໝີ")
    assert search_key("ຂາວ") != search_key("ຂ່າວ")


IN_DICTIONARY_ORDER = [
    *("ກະສິກຳ", "ກາ", "ກ່າ", "ແກ້ວ", "ໄກສອນ", "ຂາວ", "ຂ່າວ", "ຄຳມ່ວນ", "ງາມ", "ຈຳປາສັກ"),
    *("ສະຫວັນນະເຂດ", "ສາລະວັນ", "ເສກອງ", "ຊຽງຂວາງ", "ໄຊສົມບູນ", "ຍັງ", "ດອນ", "ຕານ", "ຖະໜົນ"),
    *("ທ່າແຂກ", "ນາ", "ບໍ່ແກ້ວ", "ບໍລິຄຳໄຊ", "ປາກເຊ", "ຜົ້ງສາລີ", "ຝາຍ", "ພູຄຳ", "ຟ້າ", "ມີ"),
    *("ຢາ", "ຣາຊາ", "ລາວ", "ວຽງຈັນ", "ໜອງ", "ໝີ", "ຫາ", "ຫຼວງພະບາງ", "ອັດຕະປື", "ຮັກ", "Aa", "b"),
]


def test_names_sort_as_in_a_lao_dictionary() -> None:
    by_code_point = sorted(IN_DICTIONARY_ORDER)
    assert by_code_point != IN_DICTIONARY_ORDER
    assert sorted(by_code_point, key=sort_key) == IN_DICTIONARY_ORDER


def test_a_prevowel_sorts_after_its_consonant_and_not_by_code_point() -> None:
    assert sort_key("ເກາະ") < sort_key("ຂາວ")
    assert "ເກາະ" > "ຂາວ"


def test_lao_digits_sort_among_digits_and_digits_before_letters() -> None:
    assert sort_key("໑") < sort_key("2") < sort_key("໓") < sort_key("ກ") < sort_key("a")


@given(LAO_TEXT, LAO_TEXT)
def test_the_key_orders_as_the_collation_does(one: str, other: str) -> None:
    """Hexadecimal strings, once trimmed, must compare as the lists of weights they stand for."""
    collator, latin, first, last = lao._collation()
    size = last + 1 - first

    def weights(text: str) -> list[int]:
        levels, level = [], 0
        for weight in collator.sort_key(lao_normalize(text)):
            level += weight == 0
            if level == 0 and first <= weight <= last:
                weight -= first - latin
            elif level == 0 and latin <= weight < first:
                weight += size
            levels.append(weight)
        return levels

    if weights(one) < weights(other):
        assert sort_key(one) <= sort_key(other)
    if sort_key(one) < sort_key(other):
        assert weights(one) < weights(other)


@given(ANY_TEXT)
def test_a_sort_key_is_plain_hexadecimal(text: str) -> None:
    assert set(sort_key(text)) <= set("0123456789abcdef")


def test_lines_break_between_words() -> None:
    assert break_words("ສູນບໍລິການຜ່ານປະຕູດຽວ").split("\u200b") == [
        *("ສູນ", "ບໍລິການ", "ຜ່ານ", "ປະຕູ", "ດຽວ"),
    ]


def test_breaks_are_counted_in_letters_beside_letters_beyond_utf16() -> None:
    text = "😀😀 ນ້ຳປະປາ"
    assert break_words(text) == "😀😀 ນ້ຳ\u200bປະປາ"


@pytest.mark.parametrize("text", ["RC-2026-000123", "https://example.la/r/a-b", "a b", ""])
def test_numbers_and_addresses_are_never_cut(text: str) -> None:
    assert break_words(text) == text


@given(ANY_TEXT)
def test_breaking_adds_nothing_but_breaks(text: str) -> None:
    plain = text.replace("\u200b", "")
    assert break_words(text).replace("\u200b", "") == plain
    assert break_words(break_words(text)) == break_words(text)
    assert all(0 < place < len(plain) for place in word_breaks(plain))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "ສູນ"),
        (1, "ໜຶ່ງ"),
        (10, "ສິບ"),
        (11, "ສິບເອັດ"),
        (20, "ຊາວ"),
        (21, "ຊາວເອັດ"),
        (25, "ຊາວຫ້າ"),
        (31, "ສາມສິບເອັດ"),
        (100, "ໜຶ່ງຮ້ອຍ"),
        (101, "ໜຶ່ງຮ້ອຍເອັດ"),
        (110, "ໜຶ່ງຮ້ອຍສິບ"),
        (1001, "ໜຶ່ງພັນໜຶ່ງ"),
        (2026, "ສອງພັນຊາວຫົກ"),
        (9999, "ເກົ້າພັນເກົ້າຮ້ອຍເກົ້າສິບເກົ້າ"),
        (10_000, "ສິບພັນ"),
        (25_000, "ຊາວຫ້າພັນ"),
        (100_000, "ໜຶ່ງແສນ"),
        (250_000, "ສອງແສນຫ້າສິບພັນ"),
        (15_000_000, "ສິບຫ້າລ້ານ"),
        (10**9, "ໜຶ່ງຕື້"),
        (10**12, "ໜຶ່ງພັນຕື້"),
    ],
)
def test_numbers_are_said_in_lao(number: int, words: str) -> None:
    assert number_in_words_lo(number) == words


def test_one_after_a_hundred_is_a_choice_and_after_a_ten_is_not() -> None:
    assert number_in_words_lo(101, one_after_hundred="ໜຶ່ງ") == "ໜຶ່ງຮ້ອຍໜຶ່ງ"
    assert number_in_words_lo(121, one_after_hundred="ໜຶ່ງ") == "ໜຶ່ງຮ້ອຍຊາວເອັດ"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (19, "nineteen"),
        (40, "forty"),
        (101, "one hundred and one"),
        (1_001, "one thousand and one"),
        (25_100, "twenty-five thousand one hundred"),
        (10**12 + 5, "one trillion and five"),
    ],
)
def test_numbers_are_said_in_english(number: int, words: str) -> None:
    assert number_in_words_en(number) == words


@given(st.integers(0, lao.LARGEST_IN_WORDS), st.integers(0, lao.LARGEST_IN_WORDS))
def test_two_amounts_never_share_their_words(one: int, other: int) -> None:
    if one != other:
        assert number_in_words_lo(one) != number_in_words_lo(other)
        assert number_in_words_en(one) != number_in_words_en(other)


def test_small_amounts_never_share_their_words() -> None:
    assert len({number_in_words_lo(n) for n in range(200_000)}) == 200_000


@pytest.mark.parametrize("number", [-1, lao.LARGEST_IN_WORDS + 1])
def test_what_has_no_words_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="words"):
        number_in_words_lo(number)
    with pytest.raises(ValueError, match="words"):
        number_in_words_en(number)


def test_amounts_in_words() -> None:
    assert kip_in_words(25_000, "lo") == "ຊາວຫ້າພັນກີບ"
    assert kip_in_words(25_000, "en") == "Twenty-five thousand kip"


def test_lao_digits_come_and_go() -> None:
    assert lao_digits("A015") == "A໐໑໕"
    assert lao.european_digits("A໐໑໕") == "A015"


def test_dates() -> None:
    day = date(2026, 11, 3)
    assert format_date(day, "lo") == format_date(day, "en") == "03/11/2026"
    assert format_date(day, "lo", "long") == "3 ພະຈິກ 2026"
    assert format_date(day, "en", "long") == "3 November 2026"
    assert format_date(day, "lo", "full") == "ວັນອັງຄານ ທີ 3 ພະຈິກ 2026"
    assert format_date(day, "en", "full") == "Tuesday, 3 November 2026"


def test_month_and_weekday_names() -> None:
    assert lao.month_name(12, "lo") == "ທັນວາ"
    assert lao.weekday_name(date(2026, 11, 22), "lo") == "ວັນອາທິດ"
    with pytest.raises(ValueError, match="month"):
        lao.month_name(0, "lo")
