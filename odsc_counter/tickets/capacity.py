"""Who may call whom, what is usually open when, and what the counters will get done.

Pure arithmetic for the wait estimate; see `forecast`.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

SLOT = 600
SLOTS = 86_400 // SLOT
FADES_AFTER = 3
"""For so many slots the counters open now tell more than what is usual at the time."""
SELDOM = 0.1
"""Less than this share of what is usual is nothing: the meal, the night."""
HORIZON = 6 * 3600


@dataclass(frozen=True, slots=True)
class Spell:
    """Somebody sat at a counter, open or on a break. Times are seconds since 1970."""

    counter_id: UUID
    clerk_id: int
    day: date
    is_open: bool
    began: int
    ended: int


@dataclass(frozen=True)
class Ability:
    """Whom a counter or a clerk may call; no groups at all means everybody."""

    groups: frozenset[UUID] | None = None
    services: frozenset[int] = frozenset()

    def can(self, group_id: UUID, service_id: int) -> bool:
        """Whether somebody of this group, for this service, may be called."""
        return self.groups is None or group_id in self.groups or service_id in self.services


EVERYBODY = Ability()


@dataclass(frozen=True)
class Hall:
    """The rules that tell who competes with whom for which counter."""

    ordinary_per_priority: int
    ageing_seconds: int
    counters: dict[UUID, Ability] = field(default_factory=dict)
    """By work profile: all counters of the centre."""
    clerks: dict[int, Ability] = field(default_factory=dict)
    """By skills; a clerk who is not listed serves everybody."""

    def can(self, counter_id: UUID, clerk_id: int | None, group_id: UUID, service_id: int) -> bool:
        """Whether the clerk at the counter may call somebody of this group and service."""
        return self.counters.get(counter_id, EVERYBODY).can(group_id, service_id) and (
            clerk_id is None or self.clerks.get(clerk_id, EVERYBODY).can(group_id, service_id)
        )

    def pool(self, group_id: UUID, service_id: int) -> Ability:
        """All who wait for the counters that may call this person."""
        able = [one for one in self.counters.values() if one.can(group_id, service_id)]
        if not able or any(one.groups is None for one in able):
            return EVERYBODY
        return Ability(
            frozenset().union(*(one.groups or frozenset() for one in able), {group_id}),
            frozenset().union(*(one.services for one in able)),
        )

    def ahead(self, is_priority: bool, urgent: int, ordinary: int) -> int:
        """How many are called before somebody who joins behind so many of each lane."""
        ratio = self.ordinary_per_priority
        if is_priority:
            return urgent + min(ordinary, ratio * urgent)
        return ordinary + (min(urgent, ordinary // ratio + 1) if ratio else urgent)


@dataclass(frozen=True)
class Situation:
    """What was known when somebody asked how long it would take."""

    second: int
    """Of the day, on the wall clock."""
    ahead: int
    is_priority: bool
    cycle: float
    """Seconds that a counter takes, on average, for one of those ahead."""
    open_speed: float
    """Counters that are open now and may call the person, a quick clerk counting for more."""
    seated_speed: float
    """The same with those on a break."""
    idle: int
    """Of the open ones, how many have nobody."""
    counters: frozenset[UUID]
    """The counters taken, open or on a break, that may call the person."""

    @property
    def calls(self) -> int:
        """How many counters must become free before it is the person's turn; 0: none."""
        return max(0, self.ahead + 1 - self.idle)


@dataclass
class Day:
    """How much is usually open in each ten minutes of the day, by counter."""

    open: dict[UUID, list[float]]
    seated: dict[UUID, list[float]]
    _known: dict[frozenset[UUID], tuple[list[float], list[float]]] = field(default_factory=dict)

    def of(self, counters: frozenset[UUID]) -> tuple[list[float], list[float]]:
        """Counters open, and counters taken, of these; after hours as at the end of the day."""
        if counters not in self._known:
            opened = [
                sum(self.open[one][slot] for one in counters if one in self.open)
                for slot in range(SLOTS)
            ]
            seated = [
                sum(self.seated[one][slot] for one in counters if one in self.seated)
                for slot in range(SLOTS)
            ]
            # Whoever is still in the hall at its end is served to the end.
            working = [slot for slot in range(SLOTS) if opened[slot] > max(opened) / 2]
            if working:
                for slot in range(working[-1] + 1, SLOTS):
                    opened[slot], seated[slot] = opened[working[-1]], seated[working[-1]]
            self._known[counters] = (opened, seated)
        return self._known[counters]


def usual_day(spells: Iterable[Spell], midnights: dict[date, int]) -> Day:
    """What is usually open when; `midnights` are the days that count, with their beginning."""
    opened: dict[UUID, list[float]] = defaultdict(lambda: [0.0] * SLOTS)
    seated: dict[UUID, list[float]] = defaultdict(lambda: [0.0] * SLOTS)
    weight = 1 / (SLOT * max(len(midnights), 1))
    for spell in spells:
        midnight = midnights.get(spell.day)
        if midnight is None:
            continue
        begins, ends = spell.began - midnight, min(spell.ended - midnight, 86_400)
        for slot in range(max(begins, 0) // SLOT, -(-ends // SLOT)):
            share = min(ends, (slot + 1) * SLOT) - max(begins, slot * SLOT)
            seated[spell.counter_id][slot] += share * weight
            if spell.is_open:
                opened[spell.counter_id][slot] += share * weight
    return Day(dict(opened), dict(seated))


class Capacity:
    """What the counters will get done from a moment on, in seconds of counter time."""

    def __init__(self, day: Day, now: Situation) -> None:
        self._opened, seated = day.of(now.counters)
        self._here = min(now.second // SLOT, SLOTS - 1)
        self._now = now
        usual = seated[self._here]
        if usual < 3 * SELDOM:
            usual = max(seated)
        self._scale = now.seated_speed / usual if usual else None
        """Speed of those who sit there now, for each counter that is usually taken."""
        self._most = max(self._opened)
        self._ends: list[int] = [0]
        self._done: list[float] = [0.0]

    def within(self, seconds: float) -> float:
        """Counter time that will have been worked after so many seconds."""
        if seconds <= 0:
            return 0.0
        while self._ends[-1] < seconds and self._go_on():
            pass
        place = min(max(1, bisect.bisect_left(self._ends, seconds)), len(self._ends) - 1)
        return _between(seconds, self._ends, self._done, place)

    def until(self, work: float) -> float | None:
        """Seconds until so much counter time has been worked; None beyond the horizon."""
        if work <= 0:
            return 0.0
        while self._done[-1] < work:
            if not self._go_on():
                return None
        return _between(work, self._done, self._ends, max(1, bisect.bisect_left(self._done, work)))

    def _go_on(self) -> bool:
        """Reckon one slot further; False beyond the horizon."""
        step = len(self._ends) - 1
        if self._ends[-1] > HORIZON:
            return False
        length = SLOT if step else (self._here + 1) * SLOT - self._now.second
        self._ends.append(self._ends[-1] + max(1, length))
        self._done.append(self._done[-1] + self._rate(step) * max(1, length))
        return True

    def _rate(self, step: int) -> float:
        if self._scale is None:
            return self._now.open_speed
        usual = self._opened[min(self._here + step, SLOTS - 1)]
        if step and usual < SELDOM * self._most:
            return 0.0
        off = self._now.open_speed - self._opened[self._here] * self._scale
        return max(0.0, usual * self._scale + off * max(0.0, 1 - step / FADES_AFTER))


def _between(x: float, xs: Sequence[float], ys: Sequence[float], place: int) -> float:
    left, right = xs[place - 1], xs[place]
    if right == left:
        return ys[place]
    return ys[place - 1] + (ys[place] - ys[place - 1]) * (x - left) / (right - left)
