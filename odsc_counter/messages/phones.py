"""Telephone numbers as people write them, made into the one form that a gateway takes.

Lao numbers: country code 856, trunk 0; mobile 20 and eight digits or 30 and seven, fixed lines
an area code and six digits (national numbering plan, as in libphonenumber's metadata).
"""

import re

from odsc_counter.platform.lao import european_digits

NO_PHONE = "no_phone"
LANDLINE = "landline"
FOREIGN = "foreign"
NOT_A_NUMBER = "not_a_number"

COUNTRY = "856"
_MOBILE = re.compile(r"20[2-9]\d{7}|30\d{7}")
_FIXED = re.compile(r"[2-8][1-9]\d{6}")
_DRESSING = re.compile(r"[\s().\-/]+")


class NoTextMessages(Exception):
    """No text message reaches this number; `reason` is one of the words above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def mobile_number(written: str) -> str:
    """The number as +856 and the national number. Raises NoTextMessages."""
    number = _DRESSING.sub("", european_digits(written))
    if not number:
        raise NoTextMessages(NO_PHONE)
    abroad = number.startswith(("+", "00"))
    digits = number.removeprefix("+").removeprefix("00") if abroad else number
    if not (digits.isascii() and digits.isdigit()):
        raise NoTextMessages(NOT_A_NUMBER)
    if abroad and not digits.startswith(COUNTRY):
        raise NoTextMessages(FOREIGN)
    # Without a plus, 856 may be the country's code only where the rest is as long as a number.
    if abroad or (digits.startswith(COUNTRY) and len(digits) > 10):
        digits = digits.removeprefix(COUNTRY)
    national = digits.removeprefix("0")
    if _MOBILE.fullmatch(national):
        return f"+{COUNTRY}{national}"
    raise NoTextMessages(LANDLINE if _FIXED.fullmatch(national) else NOT_A_NUMBER)
