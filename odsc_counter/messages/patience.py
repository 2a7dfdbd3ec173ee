"""When a message is tried again, and when not at all: pure rules about time."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from odsc_counter.platform import clock

MOST_TRIES = 8
FIRST_SECONDS = 30
LONGEST_SECONDS = 3600
EVENING, MORNING = 20, 7
"""Local hours between which no telephone is woken."""


def pause(tries: int, chance: Callable[[], float] = random.random) -> timedelta:
    """How long to wait after so many attempts in vain: doubling, and spread at random.

    Between half of the whole wait and all of it, so that what failed together does not come
    back together. `chance` gives a number from 0 to 1.
    """
    whole = min(FIRST_SECONDS * 2 ** min(tries - 1, 20), LONGEST_SECONDS)
    return timedelta(seconds=whole * (0.5 + chance() / 2))


def not_at_night(at: datetime) -> datetime:
    """The moment itself by day, else the next morning."""
    local = clock.local(at)
    if MORNING <= local.hour < EVENING:
        return at
    day = local.date() + timedelta(days=local.hour >= EVENING)
    return clock.start_of_day(day, MORNING * 60)
