"""However a name or a number is written, it is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odsc_counter.people.keys import (
    document_key,
    full_name_key,
    indexed_words,
    phone_beginnings,
    phone_key,
)
from odsc_counter.platform.lao import name_key

LAO = st.text(st.sampled_from([chr(code) for code in range(0x0E81, 0x0EE0)] + [" ", "."]))


@pytest.mark.parametrize(
    "alike",
    [
        ("ທ້າວ ຄຳພູ ວົງສາ", "ທ. ຄໍາພູ ວົງສາ", "ຄຳພູ  ວົງສາ", "ທ.ຄຳພູ ວົງສາ"),
        ("ນາງ ໝີ", "ນ. ຫມີ", "ນາງ ໝີ່"),
        ("ສີຣິ", "ສີລິ", "ສີ່ລິ"),
        ("ໃຈ", "ໄຈ", "ຈັຍ", "ໄຈຍ"),
        ("ຢາດາ", "ຍາດາ"),
        ("ຄັມລາ", "ຄຳຫຼ້າ".replace("ຫຼ", "ລ")),
        ("Mr. Somphone Vongsa", "SOMPHONE VONGSA"),
    ],
)
def test_ways_to_write_one_name_are_one(alike: tuple[str, ...]) -> None:
    assert len({full_name_key(name) for name in alike}) == 1, [full_name_key(n) for n in alike]


def test_other_names_stay_others() -> None:
    names = ("ຄຳພູ", "ຄຳພອນ", "ສີດາ", "ສີລາ", "ບຸນ", "ບູນ")
    assert len({full_name_key(name) for name in names}) == len(names)


def test_a_title_is_no_name_unless_nothing_else_is() -> None:
    assert indexed_words("ທ້າວ ບຸນມີ") == {"ບຸນມີ"}
    assert indexed_words("ນາງບົວ") == {"ນາງບົວ", "ບົວ"}
    assert indexed_words("ນາງ") == {"ນາງ"}


@given(LAO)
def test_a_name_key_of_a_name_key_is_itself(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("020 5551 2345", "2055512345"),
        ("+856 20 5551-2345", "2055512345"),
        ("008562055512345", "2055512345"),
        ("55512345", "2055512345"),
        ("໐໒໐ ໕໕໕໑ ໒໓໔໕", "2055512345"),
        ("020 5551 2345 / 030 555 1234", "2055512345"),
        ("030 555 1234", "305551234"),
        ("+856 30 555 1234", "305551234"),
        ("021 212 345", "21212345"),
        ("", ""),
    ],
)
def test_ways_to_write_one_phone_number_are_one(written: str, key: str) -> None:
    assert phone_key(written) == key


@pytest.mark.parametrize("typed", ["020 555", "+856 20 555", "20555", "555"])
def test_the_beginning_of_a_phone_number_is_understood(typed: str) -> None:
    assert any("2055512345".startswith(one) for one in phone_beginnings(typed))


def test_a_document_number_is_its_letters_and_digits() -> None:
    assert document_key("ລຂ-໐໑ 12/345") == document_key("ລຂ 0112345") != ""
    assert document_key("P 012.345") == "p012345"
