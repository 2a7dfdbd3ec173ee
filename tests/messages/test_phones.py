"""Telephone numbers as people write them."""

import pytest

from odsc_counter.messages import phones
from odsc_counter.messages.phones import NoTextMessages, mobile_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("020 5555 1234", "+8562055551234"),
        ("020-5555-1234", "+8562055551234"),
        ("2055551234", "+8562055551234"),
        ("+856 20 5555 1234", "+8562055551234"),
        ("+856 (0)20 5555 1234", "+8562055551234"),
        ("00856 20 5555 1234", "+8562055551234"),
        ("8562055551234", "+8562055551234"),
        ("໐໒໐ ໕໕໕໕ ໑໒໓໔", "+8562055551234"),
        ("030 456 7890", "+856304567890"),
        ("856304567890", "+856304567890"),
    ],
)
def test_every_way_to_write_a_mobile_number_is_one_number(written: str, number: str) -> None:
    assert mobile_number(written) == number


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", phones.NO_PHONE),
        (" - ", phones.NO_PHONE),
        ("021 212345", phones.LANDLINE),
        ("+856 71 212345", phones.LANDLINE),
        ("+66 81 234 5678", phones.FOREIGN),
        ("0066 81 234 5678", phones.FOREIGN),
        ("020 5555", phones.NOT_A_NUMBER),
        ("020 5555 12345", phones.NOT_A_NUMBER),
        ("ບໍ່ມີ", phones.NOT_A_NUMBER),
        ("020 5555 1234 / 020 5555 5678", phones.NOT_A_NUMBER),
        ("²020 5555 1234", phones.NOT_A_NUMBER),
    ],
)
def test_what_gets_no_text_message_has_a_reason(written: str, reason: str) -> None:
    with pytest.raises(NoTextMessages) as caught:
        mobile_number(written)
    assert caught.value.reason == reason
