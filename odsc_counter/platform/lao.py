"""Lao as people type, sort, read and say it: one spelling, one order, numbers and dates in words.

Lao has no spaces between words, its vowels stand before and above their consonant, and one
syllable can be typed in several orders that look alike. Every stored name passes through
`lao_normalize`, every search through `search_key`, every list order through `sort_key`.
Nothing here draws: that is `pdf`.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Literal, Protocol

from flask_babel import get_locale
from icu4py.breakers import LineBreaker
from pyuca.collator import Collator_10_0_0

Language = Literal["lo", "en"]

ZERO_WIDTH_SPACE = "\u200b"

# --- one spelling -----------------------------------------------------------------------------

_TONE = "\u0ec8-\u0ecc"
_VOWEL_MARK = "\u0eb1\u0eb4-\u0eb9\u0ebb\u0ecd"
_SEMIVOWEL = "\u0ebc"

_INVISIBLE = re.compile("[\u200b-\u200d\ufeff\u00ad]")
# Control letters, direction overrides and lone surrogates: PostgreSQL or UTF-8 refuses some of
# them, and an override lets one name pass for another on paper.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_BLANKS_AT_LINE_END = re.compile(r" ?\n ?")
_DOUBLED_MARK = re.compile(f"([{_VOWEL_MARK}{_SEMIVOWEL}{_TONE}\u0eb3])\\1+")
_TONE_BEFORE_VOWEL = re.compile(f"([{_TONE}])([{_VOWEL_MARK}{_SEMIVOWEL}])")
_VOWEL_BEFORE_SEMIVOWEL = re.compile(f"([{_VOWEL_MARK}])({_SEMIVOWEL})")
_SPLIT_AM = re.compile(f"\u0ecd([{_TONE}]?)\u0eb2")
_TONE_AFTER_AM = re.compile(f"\u0eb3([{_TONE}])")

_TO_LAO_DIGITS = str.maketrans("0123456789", "໐໑໒໓໔໕໖໗໘໙")
_TO_EUROPEAN_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙", "0123456789")


def lao_normalize(text: str) -> str:
    """The one spelling under which a text is stored.

    The ways to type one syllable (ນ້ຳ, ນໍ້າ, ນ້ໍາ, ນຳ້) become one; invisible letters,
    doubled marks and surplus blanks go; line ends stay. Idempotent. Unicode's NFC alone does
    not unify Lao, hence the rules of our own (order: The Unicode Standard, 16.2 Lao).
    """
    if text.isascii() and text.isalnum():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    before = None
    # One pass can bring two marks together that the next pass must sort: each rule shortens
    # the text or moves a mark one way only, so this ends.
    while text != before:
        before = text
        text = _normalize_once(text)
    return text


def _normalize_once(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    text = _HARMFUL.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = text.replace("ເເ", "ແ")
    text = _TONE_BEFORE_VOWEL.sub(r"\2\1", text)
    text = _VOWEL_BEFORE_SEMIVOWEL.sub(r"\2\1", text)
    text = _SPLIT_AM.sub("\\1\u0eb3", text)
    text = _TONE_AFTER_AM.sub("\\1\u0eb3", text)
    text = _DOUBLED_MARK.sub(r"\1", text)
    text = _BLANKS.sub(" ", text)
    return _BLANKS_AT_LINE_END.sub("\n", text).strip()


def search_key(text: str) -> str:
    """What a search compares: spelling variants, letter case and digit style folded away.

    ໜ is ຫນ, ໝ is ຫມ, ຫຼ is ຫລ, Lao digits are 0-9, line ends are blanks. Idempotent. Never
    shown to people.
    """
    text = lao_normalize(text).replace("\n", " ")
    text = text.replace("ໜ", "ຫນ").replace("ໝ", "ຫມ").replace("ຫຼ", "ຫລ")
    text = unicodedata.normalize("NFD", text.translate(_TO_EUROPEAN_DIGITS)).casefold()
    return lao_normalize(text)


_ANY_TONE = re.compile(f"[{_TONE}]")
_ONSET = "(?:ຫ?[ກ-ຮ])"
# Spellings that people use for one and the same name, each with the one that is compared.
_VARIANTS = (
    (re.compile("ຣ"), "ລ"),
    (re.compile("ຢ"), "ຍ"),
    (re.compile("ໃ"), "ໄ"),
    (re.compile(f"({_ONSET})ັ[ຍຽ]"), r"ໄ\1"),
    (re.compile(f"ໄ({_ONSET})ຍ"), r"ໄ\1"),
    (re.compile(f"({_ONSET})ັມ"), "\\1\u0eb3"),
)


def name_key(text: str) -> str:
    """What is compared where names of people are looked up: `search_key`, and more folded away.

    Tone marks go, and letters that people write one for the other become one: ຣ is ລ, ຢ is ຍ,
    ໃ is ໄ, ັຍ is ໄ, ໄຊຍ is ໄຊ, ັມ is ຳ. Idempotent. Never shown to people.
    """
    text = _ANY_TONE.sub("", search_key(text))
    before = None
    while text != before:
        before = text
        for written, compared in _VARIANTS:
            text = written.sub(compared, text)
        text = lao_normalize(text)
    return text


def lao_digits(text: str) -> str:
    """The text with 0-9 written as ໐-໙: a display option, never stored."""
    return text.translate(_TO_LAO_DIGITS)


def european_digits(text: str) -> str:
    """The text with ໐-໙ written as 0-9, as everything is stored."""
    return text.translate(_TO_EUROPEAN_DIGITS)


# --- one order --------------------------------------------------------------------------------


class _Collator(Protocol):
    def sort_key(self, string: str) -> tuple[int, ...]: ...


# The collation table's version is fixed by name: `pyuca.Collator` picks one by the version of
# Python, and keys already stored would then no longer sort among new ones.
_make_collator: Callable[[], _Collator] = Collator_10_0_0


@lru_cache(maxsize=1)
def _collation() -> tuple[_Collator, int, int, int]:
    """The collator, and the weights of Latin a, of the first and the last Lao letter."""
    collator = _make_collator()

    def weight(letter: str) -> int:
        return collator.sort_key(letter)[0]

    return collator, weight("a"), weight("ໞ"), weight("ໄ")


@lru_cache(maxsize=8192)
def sort_key(text: str) -> str:
    """A key whose plain string order is the order of a Lao dictionary.

    Store it in an indexed column beside the text: hexadecimal ASCII, so that SQLite, PostgreSQL
    (any collation) and Python agree. Lao comes before Latin, as CLDR has it for Lao. Up to
    about seven characters for each letter of the text.
    """
    collator, latin, lao, lao_end = _collation()
    size = lao_end + 1 - lao
    levels: list[list[int]] = [[]]
    for weight in collator.sort_key(lao_normalize(text)):
        if weight == 0:
            levels.append([])
        else:
            levels[-1].append(weight)
    primaries, accents, cases = ([*levels, [], [], []])[:3]
    moved = [
        weight - (lao - latin)
        if lao <= weight <= lao_end
        else weight + size
        if latin <= weight < lao
        else weight
        for weight in primaries
    ]
    # Trailing commonest weights say nothing and are the smallest there are.
    return "0000".join(
        (
            "".join(f"{weight:04x}" for weight in moved),
            "".join(f"{weight:04x}" for weight in _without_trailing(accents, 0x20)),
            "".join(f"{weight:02x}" for weight in _without_trailing(cases, 0x02)),
        )
    )


def _without_trailing(weights: list[int], common: int) -> list[int]:
    end = len(weights)
    while end and weights[end - 1] == common:
        end -= 1
    return weights[:end]


# --- words ------------------------------------------------------------------------------------

_BEYOND_UTF16_UNIT = re.compile("[\U00010000-\U0010ffff]")


@lru_cache(maxsize=16384)
def word_breaks(text: str) -> tuple[int, ...]:
    """Where a line may end inside the text, as indices of letters; blanks are not counted.

    By ICU's Lao dictionary. Only places beside a Lao letter, so that a receipt number or an
    address of a page is never cut.
    """
    if not has_lao(text):
        return ()
    places: list[int] = []
    # A breaker is not for sharing between threads: a new one for each text.
    # ICU counts in UTF-16, where a letter beyond U+FFFF is two: it sees a stand-in.
    for _, end in LineBreaker(_BEYOND_UTF16_UNIT.sub("\u25a1", text), "lo").segments():
        if end == len(text) or text[end - 1].isspace() or text[end].isspace():
            continue
        if has_lao(text[end - 1 : end + 1]):
            places.append(end)
    return tuple(places)


def break_words(text: str) -> str:
    """The text with U+200B where a line may end. For drawing only; never stored."""
    text = text.replace(ZERO_WIDTH_SPACE, "")
    places = (0, *word_breaks(text), len(text))
    return ZERO_WIDTH_SPACE.join(text[start:end] for start, end in pairwise(places))


_LAO = re.compile("[\u0e80-\u0eff]")


def has_lao(text: str) -> bool:
    """Whether any letter of the text is Lao."""
    return _LAO.search(text) is not None


# --- numbers in words -------------------------------------------------------------------------

LARGEST_IN_WORDS = 10**18 - 1

_DIGITS_LO = ("ສູນ", "ໜຶ່ງ", "ສອງ", "ສາມ", "ສີ່", "ຫ້າ", "ຫົກ", "ເຈັດ", "ແປດ", "ເກົ້າ")
_ONES_EN = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_SCALES_EN = (
    *((10**15, "quadrillion"), (10**12, "trillion")),
    *((10**9, "billion"), (10**6, "million"), (10**3, "thousand")),
)
_TENS_EN = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number_in_words_lo(n: int, *, one_after_hundred: Literal["ເອັດ", "ໜຶ່ງ"] = "ເອັດ") -> str:
    """The number as Lao words, without blanks: 25000 is ຊາວຫ້າພັນ.

    `one_after_hundred` is how 101 ends: dictionaries and offices differ. Raises ValueError
    below zero and above `LARGEST_IN_WORDS`.
    """
    _refuse_unsayable(n)
    if n == 0:
        return _DIGITS_LO[0]
    words = ""
    for value, name in ((10**9, "ຕື້"), (10**6, "ລ້ານ"), (10**5, "ແສນ"), (10**3, "ພັນ")):
        count, n = divmod(n, value)
        if count:
            words += number_in_words_lo(count, one_after_hundred=one_after_hundred) + name
    hundreds, n = divmod(n, 100)
    if hundreds:
        words += _DIGITS_LO[hundreds] + "ຮ້ອຍ"
    tens, unit = divmod(n, 10)
    if tens:
        words += "ສິບ" if tens == 1 else "ຊາວ" if tens == 2 else _DIGITS_LO[tens] + "ສິບ"
    if unit == 1 and tens:
        words += "ເອັດ"
    elif unit == 1 and hundreds:
        words += one_after_hundred
    elif unit:
        words += _DIGITS_LO[unit]
    return words


def number_in_words_en(n: int) -> str:
    """The number as English words: 25101 is twenty-five thousand one hundred and one.

    Raises ValueError below zero and above `LARGEST_IN_WORDS`.
    """
    _refuse_unsayable(n)
    if n == 0:
        return _ONES_EN[0]
    words: list[str] = []
    for value, name in _SCALES_EN:
        count, n = divmod(n, value)
        if count:
            words += [number_in_words_en(count), name]
    hundreds, n = divmod(n, 100)
    if hundreds:
        words += [_ONES_EN[hundreds], "hundred"]
    if n and words:
        words.append("and")
    if n >= 20:
        ten, unit = divmod(n, 10)
        words.append(_TENS_EN[ten - 2] + (f"-{_ONES_EN[unit]}" if unit else ""))
    elif n:
        words.append(_ONES_EN[n])
    return " ".join(words)


def _refuse_unsayable(n: int) -> None:
    if not 0 <= n <= LARGEST_IN_WORDS:
        raise ValueError(f"can't be said in words: {n}")


def kip_in_words(
    amount: int,
    language: Language,
    *,
    one_after_hundred: Literal["ເອັດ", "ໜຶ່ງ"] = "ເອັດ",
) -> str:
    """An amount of whole kip in words for a receipt: ຊາວຫ້າພັນກີບ, or Twenty-five thousand kip.

    Raises ValueError below zero and above `LARGEST_IN_WORDS`.
    """
    if language == "lo":
        return number_in_words_lo(amount, one_after_hundred=one_after_hundred) + "ກີບ"
    words = number_in_words_en(amount)
    return f"{words[0].upper()}{words[1:]} kip"


# --- dates ------------------------------------------------------------------------------------

MONTHS: dict[Language, tuple[str, ...]] = {
    "lo": (
        *("ມັງກອນ", "ກຸມພາ", "ມີນາ", "ເມສາ", "ພຶດສະພາ", "ມິຖຸນາ"),
        *("ກໍລະກົດ", "ສິງຫາ", "ກັນຍາ", "ຕຸລາ", "ພະຈິກ", "ທັນວາ"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}

WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "lo": ("ວັນຈັນ", "ວັນອັງຄານ", "ວັນພຸດ", "ວັນພະຫັດ", "ວັນສຸກ", "ວັນເສົາ", "ວັນອາທິດ"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def language_now() -> Language:
    """The language in which the person who asks is answered: lo or en."""
    return "en" if str(get_locale()) == "en" else "lo"


def month_name(month: int, language: Language) -> str:
    """The name of a month, 1 to 12. Raises ValueError for another number."""
    if not 1 <= month <= 12:
        raise ValueError(f"no such month: {month}")
    return MONTHS[language][month - 1]


def weekday_name(day: date, language: Language) -> str:
    """The name of the day of the week that a date falls on."""
    return WEEKDAYS[language][day.weekday()]


def format_date(
    day: date, language: Language, style: Literal["short", "long", "full"] = "short"
) -> str:
    """A date as official papers have it, in the Gregorian year.

    short: 23/11/2026 in both languages; long: 23 ພະຈິກ 2026; full, with the day of the week:
    ວັນຈັນ ທີ 23 ພະຈິກ 2026. European digits: `lao_digits` makes them Lao.
    """
    if style == "short":
        return f"{day.day:02}/{day.month:02}/{day.year:04}"
    long = f"{day.day} {month_name(day.month, language)} {day.year}"
    if style == "long":
        return long
    link = " ທີ " if language == "lo" else ", "
    return weekday_name(day, language) + link + long
