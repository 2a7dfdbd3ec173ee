"""How long a counter takes for one person: by service, clerk and hour, and so far today.

Learnt from service legs that are over. A figure that rests on few people leans on that of
more: a service on its group, a group on the whole hall. Pure arithmetic.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from uuid import UUID

FEWEST_CALLS = 50
"""Fewer calls than that in all: nothing is known."""
LEAN_SERVICE, LEAN_GROUP, LEAN_CLERK, LEAN_HOUR, LEAN_TODAY = 8, 15, 25, 40, 15
"""So many people's worth of weight has what a figure leans on."""
LONGEST_GAP = 600
"""Between two people who follow one another; a longer one is a break."""
QUICKEST, SLOWEST = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Leg:
    """A service leg. Times are seconds since 1970."""

    day: date
    service_id: int
    group_id: UUID
    is_first: bool
    """The first of its number, as it was taken at the door."""
    is_priority: bool
    is_reliable: bool
    queued: int
    called: int | None
    ended: int | None
    busy: int
    """Walking and serving."""
    was_held: bool
    counter_id: UUID | None
    clerk_id: int | None

    @property
    def left(self) -> int | None:
        """When the person who was called left the counter free."""
        if self.called is None or self.ended is None:
            return self.ended
        return self.called + self.busy if self.was_held else self.ended


@dataclass
class Ratio:
    """Seconds spent against seconds expected, leaning on one."""

    lean: float
    """So many seconds' worth of weight has the expectation itself."""
    spent: float = 0.0
    expected: float = 0.0

    def add(self, spent: float, expected: float) -> None:
        """One more person."""
        self.spent += spent
        self.expected += expected

    @property
    def value(self) -> float:
        """1 where people took as long as expected; 2: twice as long, which is the most."""
        expected = self.lean + self.expected
        if expected <= 0:
            return 1.0  # nobody was ever served: there is nothing to be quicker than
        return min(max((self.lean + self.spent) / expected, QUICKEST), SLOWEST)


@dataclass
class _Mean:
    total: float = 0.0
    number: int = 0

    def leaning(self, on: float, weight: int) -> float:
        return (self.total + on * weight) / (self.number + weight)


@dataclass
class Pace:
    """What a hall's counters need for a person."""

    mean: float = 0.0
    """Seconds for one person of whatever kind, gap to the next included."""
    gap: float = 0.0
    calls: int = 0
    services: dict[int, float] = field(default_factory=dict)
    clerks: dict[int, Ratio] = field(default_factory=dict)
    hours: dict[int, Ratio] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether there was enough to learn from."""
        return self.calls >= FEWEST_CALLS

    def cycle(self, service_id: int) -> float:
        """Seconds that an average clerk takes for a service, until the next call."""
        return self.services.get(service_id, self.mean)

    def speed(self, clerk_id: int | None) -> float:
        """1 for an average clerk; 1.2 for one who gets a fifth more done."""
        ratio = self.clerks.get(clerk_id or 0)
        return 1.0 if ratio is None else 1 / ratio.value

    def hour(self, hour: int) -> float:
        """How much longer people take in an hour of the day."""
        ratio = self.hours.get(hour)
        return 1.0 if ratio is None else ratio.value

    def today(self) -> Ratio:
        """What a new day is measured with."""
        return Ratio(LEAN_TODAY * self.mean)

    def note(self, ratio: Ratio, leg: Leg) -> None:
        """Add somebody whose service is over to what a day was measured as."""
        expected = self.cycle(leg.service_id) / self.speed(leg.clerk_id)
        ratio.add(leg.busy + self.gap, expected)


def learn(legs: Sequence[Leg]) -> Pace:
    """The pace that a hall's past legs show."""
    gaps, turns = _turns(legs)
    pace = Pace()
    if not turns:
        return pace
    pace.calls = len(turns)
    pace.gap = sum(gaps) / len(gaps) if gaps else 0.0
    # A second at least: a hall that takes no time at all is a rehearsal, and no divisor.
    pace.mean = max(1.0, sum(busy for _leg, busy in turns) / len(turns) + pace.gap)
    _learn_services(pace, turns)
    lean = LEAN_CLERK * pace.mean
    clerks: dict[int, Ratio] = defaultdict(lambda: Ratio(lean))
    for leg, busy in turns:
        clerks[leg.clerk_id or 0].add(busy + pace.gap, pace.cycle(leg.service_id))
    pace.clerks = dict(clerks)
    hours: dict[int, Ratio] = defaultdict(lambda: Ratio(LEAN_HOUR * pace.mean))
    for leg, busy in turns:
        expected = pace.cycle(leg.service_id) / pace.speed(leg.clerk_id)
        hours[local_hour(leg.called or leg.queued)].add(busy + pace.gap, expected)
    pace.hours = dict(hours)
    return pace


def local_hour(second: int) -> int:
    """The hour of the day in Vientiane."""
    return (second + 7 * 3600) % 86_400 // 3600


def _learn_services(pace: Pace, turns: list[tuple[Leg, int]]) -> None:
    groups: dict[UUID, _Mean] = defaultdict(_Mean)
    services: dict[tuple[int, UUID], _Mean] = defaultdict(_Mean)
    for leg, busy in turns:
        for mean in (groups[leg.group_id], services[leg.service_id, leg.group_id]):
            mean.total += busy + pace.gap
            mean.number += 1
    for (service_id, group_id), mean in services.items():
        group = groups[group_id].leaning(pace.mean, LEAN_GROUP)
        pace.services[service_id] = mean.leaning(group, LEAN_SERVICE)


def _turns(legs: Iterable[Leg]) -> tuple[list[int], list[tuple[Leg, int]]]:
    """The gaps between people who followed one another, and each call with the time it took.

    What was served to the same person without another call belongs to the call before.
    """
    gaps: list[int] = []
    turns: list[tuple[Leg, int]] = []
    at_counters = [
        leg for leg in legs if leg.counter_id is not None and leg.is_reliable and leg.ended
    ]
    at_counters.sort(key=lambda leg: (leg.day, str(leg.counter_id), leg.called or leg.queued))
    for _place, found in groupby(at_counters, key=lambda leg: (leg.day, leg.counter_id)):
        before: tuple[Leg, int, int] | None = None
        for leg in found:
            left = leg.left or leg.queued
            if leg.called is None:
                if before is not None:
                    before = (before[0], before[1] + leg.busy, max(before[2], left))
                continue
            if before is not None:
                turns.append(before[:2])
                gap = leg.called - before[2]
                if leg.queued <= before[2] and 0 <= gap <= LONGEST_GAP:
                    gaps.append(gap)
            before = (leg, leg.busy, left)
        if before is not None:
            turns.append(before[:2])
    return gaps, turns
