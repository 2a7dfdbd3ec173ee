"""Kip: whole numbers, written and read one way. No floats, no decimals, no locale parsing."""

import re
from typing import Literal

from odsc_counter.platform.lao import Language, european_digits

Grouping = Literal[".", ",", " "]

GROUPING: Grouping = "."
"""How thousands are set apart, in both languages alike: `25.000` beside `25,000` on one paper
would mislead. Babel's Lao parser reads `1,500` as one and a half, hence our own."""

LARGEST_KIP = 10**15 - 1
"""No single amount is larger: fits a 64-bit column and a sum of thousands of such."""

_WORDS: dict[Language, str] = {"lo": "ກີບ", "en": "kip"}
_PLAIN = re.compile(r"0|[1-9][0-9]*")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([., \u00a0\u2009\u202f])[0-9]{3})(?:\1[0-9]{3})*")
_NOT_A_DIGIT = re.compile(r"[^0-9]")


class NotAnAmount(ValueError):
    """The text is not one clear amount of whole kip."""


def format_number(number: int, grouping: Grouping = GROUPING) -> str:
    """A whole number with its thousands set apart: 25.000."""
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError("kip are whole numbers")
    return f"{number:,}".replace(",", grouping)


def format_kip(amount: int, language: Language, grouping: Grouping = GROUPING) -> str:
    """An amount of whole kip: 25.000 ກີບ, or 25.000 kip. Raises TypeError for a float."""
    return f"{format_number(amount, grouping)} {_WORDS[language]}"


def parse_kip(text: str) -> int:
    """The whole kip that a person typed.

    Reads 25000, 25.000, 25,000, 25 000, each also in Lao digits. Raises NotAnAmount for
    everything that could mean something else: decimals, signs, mixed or uneven groups, leading
    zeros, letters, more than `LARGEST_KIP`.
    """
    figures = european_digits(text.strip())
    if not (_PLAIN.fullmatch(figures) or _GROUPED.fullmatch(figures)):
        raise NotAnAmount(text)
    digits = _NOT_A_DIGIT.sub("", figures)
    # Length first: Python refuses to convert very long texts with an error of its own.
    if len(digits) > len(str(LARGEST_KIP)):
        raise NotAnAmount(text)
    return int(digits)
