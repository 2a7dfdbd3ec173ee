"""How a call is spoken: which recorded clips make the announcement, in which order.

Pure rules; the recordings themselves are `clips`. A ticket is read letter by letter and digit
by digit, a counter as a number: fewer clips, and nothing to mishear. The Lao rules of counting
are those of `platform.lao`; the two are compared number by number in the tests.
"""

from collections.abc import Iterable

LANGUAGES = ("lo", "en")
CALL = "call"
TO = "to"
LARGEST = 9999

PHRASES = {
    "lo": {CALL: "ຂໍເຊີນເລກຄິວ", TO: "ໄປທີ່ຊ່ອງບໍລິການເລກທີ"},
    "en": {CALL: "Number", TO: "please go to counter"},
}
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# fmt: off
_NAMES_LO = (
    "ເອ", "ບີ", "ຊີ", "ດີ", "ອີ", "ແອັຟ", "ຈີ", "ເອັຊ", "ໄອ", "ເຈ", "ເຄ", "ແອວ", "ແອັມ", "ແອັນ", "ໂອ", "ພີ",
    "ຄິວ", "ອາ", "ແອັສ", "ທີ", "ຢູ", "ວີ", "ດັບເບິນຢູ", "ແອັກ", "ວາຍ", "ແຊັດ",
)
_DIGITS_LO = ("ສູນ", "ໜຶ່ງ", "ສອງ", "ສາມ", "ສີ່", "ຫ້າ", "ຫົກ", "ເຈັດ", "ແປດ", "ເກົ້າ")
_ONES_EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
_TENS_EN = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
LETTERS = {
    "lo": dict(zip(ALPHABET, _NAMES_LO, strict=True)),
    "en": {letter: letter.upper() for letter in ALPHABET},
}
NUMBERS = {
    "lo": {
        **{str(digit): word for digit, word in enumerate(_DIGITS_LO)},
        "10": "ສິບ",
        "20": "ຊາວ",
        "100": "ຮ້ອຍ",
        "1000": "ພັນ",
        "et": "ເອັດ",
    },
    "en": {
        **{str(n): word for n, word in enumerate(_ONES_EN)},
        **{str(10 * tens): word for tens, word in enumerate(_TENS_EN, start=2)},
        "100": "hundred",
        "1000": "thousand",
        "and": "and",
    },
}
WORDS = {
    language: {**PHRASES[language], **LETTERS[language], **NUMBERS[language]}
    for language in LANGUAGES
}
"""Every clip that there can be, with the words to record."""


def number_clips(n: int, language: str) -> tuple[str, ...]:
    """The clips of a number, 0 to 9999. Raises ValueError for any other."""
    if not 0 <= n <= LARGEST:
        raise ValueError(f"can't be spoken: {n}")
    if n == 0:
        return ("0",)
    thousands, rest = divmod(n, 1000)
    hundreds, rest = divmod(rest, 100)
    clips = [str(thousands), "1000"] if thousands else []
    clips += [str(hundreds), "100"] if hundreds else []
    if language == "en":
        return (*clips, *_below_hundred_en(rest, after_more=bool(clips)))
    return (*clips, *_below_hundred_lo(rest, after_hundred=hundreds > 0))


def _below_hundred_lo(n: int, *, after_hundred: bool) -> list[str]:
    tens, unit = divmod(n, 10)
    clips: list[str] = []
    if tens == 2:
        clips.append("20")
    elif tens:
        clips += [str(tens), "10"] if tens > 1 else ["10"]
    if unit == 1 and (tens or after_hundred):
        clips.append("et")
    elif unit:
        clips.append(str(unit))
    return clips


def _below_hundred_en(n: int, *, after_more: bool) -> list[str]:
    if n == 0:
        return []
    clips = ["and"] if after_more else []
    if n < 20:
        return [*clips, str(n)]
    tens, unit = divmod(n, 10)
    return [*clips, str(tens * 10), *([str(unit)] if unit else [])]


def ticket_clips(label: str) -> tuple[str, ...]:
    """The clips of a ticket's number: A015 is a, 0, 1, 5. Signs between are not spoken."""
    return tuple(sign for sign in label.lower() if sign.isascii() and sign.isalnum())


def announcement(label: str, counter: int, language: str) -> tuple[str, ...]:
    """The clips that call a ticket to a counter, in the order of speaking."""
    return (CALL, *ticket_clips(label), TO, *number_clips(counter, language))


def text_of(clips: Iterable[str], language: str) -> str:
    """The clips as words, for whoever reads them out."""
    return " ".join(WORDS[language][clip] for clip in clips)


def needed_clips(letters: Iterable[str], counters: Iterable[int], language: str) -> tuple[str, ...]:
    """The clips without which some call of a hall can't be spoken, in the order of recording.

    `letters` are those of the hall's series, `counters` the numbers of its counters.
    """
    spelled = sorted({letter for series in letters for letter in ticket_clips(series)})
    counted = {clip for number in counters for clip in number_clips(number, language)}
    digits = [str(digit) for digit in range(10)]
    further = [clip for clip in NUMBERS[language] if clip in counted and clip not in digits]
    return (CALL, TO, *(one for one in spelled if one not in digits), *digits, *further)
