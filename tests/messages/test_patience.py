"""When a message is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from odsc_counter.messages.patience import not_at_night, pause


def test_pauses_double_up_to_an_hour_and_are_spread() -> None:
    longest = [pause(tries, lambda: 1.0).total_seconds() for tries in range(1, 10)]
    assert longest == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert pause(3, lambda: 0.0) == timedelta(seconds=60)
    assert len({pause(3) for _time in range(20)}) > 10


@pytest.mark.parametrize(
    ("hour", "told"),
    [(0, (25, 7)), (6, (25, 7)), (7, (25, 7)), (12, (25, 12)), (19, (25, 19)), (20, (26, 7))],
)
def test_nobody_is_woken(hour: int, told: tuple[int, int]) -> None:
    vientiane = timedelta(hours=7)
    at = datetime(2026, 11, 25, hour, tzinfo=UTC) - vientiane
    local = not_at_night(at) + vientiane
    assert (local.day, local.hour) == told
