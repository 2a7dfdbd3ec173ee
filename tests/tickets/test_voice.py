"""How a call is spoken: the clips of numbers, tickets and announcements."""

import pytest

from odsc_counter.platform.lao import number_in_words_en, number_in_words_lo
from odsc_counter.tickets.voice import (
    WORDS,
    announcement,
    needed_clips,
    number_clips,
    text_of,
    ticket_clips,
)

LAO = {
    0: "ສູນ",
    1: "ໜຶ່ງ",
    10: "ສິບ",
    11: "ສິບເອັດ",
    20: "ຊາວ",
    21: "ຊາວເອັດ",
    25: "ຊາວຫ້າ",
    31: "ສາມສິບເອັດ",
    40: "ສີ່ສິບ",
    100: "ໜຶ່ງຮ້ອຍ",
    101: "ໜຶ່ງຮ້ອຍເອັດ",
    110: "ໜຶ່ງຮ້ອຍສິບ",
    1000: "ໜຶ່ງພັນ",
    1001: "ໜຶ່ງພັນໜຶ່ງ",
    2026: "ສອງພັນຊາວຫົກ",
    9999: "ເກົ້າພັນເກົ້າຮ້ອຍເກົ້າສິບເກົ້າ",
}


@pytest.mark.parametrize("number", LAO)
def test_lao_numbers_are_said_as_people_say_them(number: int) -> None:
    assert text_of(number_clips(number, "lo"), "lo").replace(" ", "") == LAO[number]


def test_every_number_is_the_same_in_clips_and_on_paper() -> None:
    for number in range(10_000):
        lao = text_of(number_clips(number, "lo"), "lo").replace(" ", "")
        assert lao == number_in_words_lo(number)
        english = text_of(number_clips(number, "en"), "en")
        assert english == number_in_words_en(number).replace("-", " ")


@pytest.mark.parametrize("number", [-1, 10_000])
def test_what_can_not_be_spoken_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="spoken"):
        number_clips(number, "lo")


@pytest.mark.parametrize(
    ("label", "clips"),
    [("A015", "a 0 1 5"), ("AB7", "a b 7"), ("P-A07", "p a 0 7"), ("B1200", "b 1 2 0 0")],
)
def test_a_ticket_is_read_sign_by_sign(label: str, clips: str) -> None:
    assert " ".join(ticket_clips(label)) == clips


def test_an_announcement_names_ticket_and_counter_in_order() -> None:
    lao = announcement("A015", 21, "lo")
    assert lao == ("call", "a", "0", "1", "5", "to", "20", "et")
    assert text_of(lao, "lo") == "ຂໍເຊີນເລກຄິວ ເອ ສູນ ໜຶ່ງ ຫ້າ ໄປທີ່ຊ່ອງບໍລິການເລກທີ ຊາວ ເອັດ"
    english = announcement("A015", 21, "en")
    assert text_of(english, "en") == "Number A zero one five please go to counter twenty one"


@pytest.mark.parametrize("language", ["lo", "en"])
def test_with_the_needed_clips_every_call_of_the_hall_can_be_spoken(language: str) -> None:
    counters = (1, 2, 11, 21, 30, 99)
    needed = needed_clips(["A", "KB", "P"], counters, language)
    assert needed[:2] == ("call", "to")
    assert len(needed) == len(set(needed))
    for counter in counters:
        for label in ("A001", "KB929", "P-A07"):
            assert set(announcement(label, counter, language)) <= set(needed)


def test_a_hall_records_only_what_it_needs() -> None:
    small = needed_clips(["A"], [1, 2], "lo")
    assert small == ("call", "to", "a", *map(str, range(10)))


def test_every_clip_has_words_and_its_name_fits_the_column() -> None:
    for language, words in WORDS.items():
        assert all(words.values()), language
        assert all(len(clip) <= 24 for clip in words)
        assert len(words) == len(set(words))
