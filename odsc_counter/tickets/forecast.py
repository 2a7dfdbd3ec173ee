"""How long somebody will wait, learnt from what the same hall did on the days before.

Pure arithmetic: it knows no database (`estimate` feeds it, benchmarks/estimate.py tests it).

The work ahead of a person, in counter time, is divided by what the counters will get done:
those open now, and the usual course of the hall's day with its meal and its end. How far off
such a reckoning was for the people of the last weeks, in queues of the same length, gives
the range: it is as wide as it must be to have held four of five of them.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from odsc_counter.tickets.capacity import Capacity, Hall, Situation, Spell, usual_day
from odsc_counter.tickets.pace import Leg, learn
from odsc_counter.tickets.replay import Watch

Row = TypeVar("Row", Leg, Spell)
HELD = 0.8
"""The share of people whose wait the range shall hold."""
BUCKETS = (0, 1, 2, 4, 7, 10, 13, 16)
"""Queues are alike up to these lengths; longer ones are a kind of their own."""
FEWEST = 30
"""Fewer people than that to learn from: those in queues nearly as long are taken too."""


@dataclass(frozen=True)
class Forecast:
    """Seconds to wait: the range, and the middle of what happened to others."""

    low: float
    middle: float
    high: float


class Model:
    """What a hall has learnt from its days: pace, course of the day, and how far off it was."""

    def __init__(
        self,
        hall: Hall,
        legs: Sequence[Leg],
        spells: Sequence[Spell],
        midnights: dict[date, int],
    ) -> None:
        self.hall = hall
        self.pace = learn(legs)
        self.day = usual_day(spells, midnights)
        self._off: dict[tuple[bool, int], list[float]] = defaultdict(list)
        legs_of = _by_day(legs)
        spells_of = _by_day(spells)
        for day, of_day in sorted(legs_of.items()):
            watch = Watch(hall, self.pace, midnights.get(day, 0))
            for leg, situation in watch.arrivals(of_day, spells_of.get(day, [])):
                if leg.called is not None and leg.is_reliable:
                    self._learn(situation, leg.called - leg.queued)
        for one in self._off.values():
            one.sort()

    def _learn(self, now: Situation, waited: int) -> None:
        bucket = _bucket(now.calls)
        if bucket == 0:
            self._off[now.is_priority, 0].append(waited)
        elif now.open_speed or now.seated_speed:
            worked = Capacity(self.day, now).within(waited)
            self._off[now.is_priority, bucket].append(worked / (now.calls * now.cycle))

    def forecast(self, now: Situation) -> Forecast | None:
        """The range for somebody in this situation; None where nothing is known of such."""
        if not now.seated_speed or not self.pace.is_known:
            return None
        off = self._like(now.is_priority, _bucket(now.calls))
        if off is None:
            return None
        low, middle, high = _narrowest(off)
        if now.calls == 0:
            return Forecast(low, middle, high)
        capacity = Capacity(self.day, now)
        work = now.calls * now.cycle
        times = [capacity.until(work * factor) for factor in (low, middle, high)]
        if times[0] is None or times[1] is None or times[2] is None:
            return None
        return Forecast(times[0], times[1], times[2])

    def _like(self, is_priority: bool, bucket: int) -> list[float] | None:
        """How far off the reckoning was for people alike; for all classes where too few."""
        alike = self._off.get((is_priority, bucket), [])
        if len(alike) >= FEWEST:
            return alike
        alike = sorted(alike + self._off.get((not is_priority, bucket), []))
        if len(alike) >= FEWEST or bucket == 0:
            return alike if len(alike) >= FEWEST else None
        near = sorted(
            one
            for (_priority, other), found in self._off.items()
            if other and abs(other - bucket) <= 1
            for one in found
        )
        return near if len(near) >= FEWEST else None


def _bucket(calls: int) -> int:
    return bisect.bisect_left(BUCKETS, calls)


def _narrowest(values: Sequence[float]) -> tuple[float, float, float]:
    """The narrowest range that holds the wanted share of sorted values, and their middle."""
    held = max(1, round(len(values) * HELD))
    starts = range(len(values) - held + 1)
    best = min(starts, key=lambda start: values[start + held - 1] - values[start])
    return values[best], values[len(values) // 2], values[best + held - 1]


def _by_day(rows: Iterable[Row]) -> dict[date, list[Row]]:
    found: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.day].append(row)
    return found
