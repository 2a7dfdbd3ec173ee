"""What is compared where a person is looked up: words of a name, phone and document numbers.

Each key folds away how something was written down. Keys are stored beside what was written and
never shown.
"""

import re

from odsc_counter.platform.lao import european_digits, name_key, search_key

LONGEST_WORD = 80
_NO_LETTER = re.compile(r"[\s.,;:/()\"'’“”«»·…_+-]+")
_NO_DIGIT = re.compile(r"[^0-9]")
_SIGN = re.compile(r"[\W_]+")
_ANOTHER_NUMBER = re.compile(r"[/,;]")
# ທ້າວ, ນາງ, ທ່ານ and their short forms, as `name_key` leaves them.
TITLES = ("ທາວ", "ນາງ", "ທານ", "ທ", "ນ", "ສາວ", "mr", "mrs", "ms", "miss")
_GLUED_TITLES = ("ທາວ", "ນາງ", "ທານ")
_MOBILE_BEGINS = ("5", "7", "9")


def words_of(name: str) -> list[str]:
    """The words of a name as they are compared, in their order and without titles.

    A name that is nothing but a title keeps it.
    """
    words = [word[:LONGEST_WORD] for word in _NO_LETTER.split(name_key(name)) if word]
    return [word for word in words if word not in TITLES] or words


def full_name_key(name: str) -> str:
    """A whole name as it is compared with another: its words with one blank between them."""
    return " ".join(words_of(name))[:200]


def indexed_words(name: str) -> set[str]:
    """Every word under whose beginning a name is found: also without a title written onto it."""
    words = set(words_of(name))
    for word in list(words):
        for title in _GLUED_TITLES:
            if word.startswith(title) and len(word) > len(title) + 1:
                words.add(word.removeprefix(title))
    return words


def phone_key(phone: str) -> str:
    """A phone number without the ways to write it: 020 5551 2345 and +856 20 5551 2345 are one.

    Of several numbers the first counts. A mobile number that was written without its 20 gets it.
    """
    first = next((part for part in _ANOTHER_NUMBER.split(phone) if part.strip()), "")
    digits = _NO_DIGIT.sub("", european_digits(first))
    if len(digits) == 8 and digits.startswith(_MOBILE_BEGINS):
        return f"20{digits}"
    return _national(digits)[:20]


def phone_beginnings(text: str) -> list[str]:
    """The beginnings of phone keys that somebody may mean who types the beginning of a number."""
    digits = _NO_DIGIT.sub("", european_digits(text))
    national = _national(digits)
    if not national:
        return []
    if digits != national or national.startswith(("20", "30")):
        return [national]
    return [national, f"20{national}", f"30{national}"]


def document_key(number: str) -> str:
    """The number of a document as letters and digits alone, in small letters."""
    return _SIGN.sub("", search_key(number))[:40]


def _national(digits: str) -> str:
    digits = digits.removeprefix("00")
    if digits.startswith("856"):
        digits = digits.removeprefix("856")
    return digits.lstrip("0")
