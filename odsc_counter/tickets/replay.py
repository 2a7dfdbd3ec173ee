"""A day of the hall seen again, moment by moment: who came, and what was known just then.

Pure arithmetic for the wait estimate; see `forecast`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from odsc_counter.tickets.capacity import Ability, Hall, Situation, Spell
from odsc_counter.tickets.pace import Leg, Pace, local_hour

# At the same second: first whoever leaves, then who sits down, who comes, and who is called.
_LEAVES, _SITS, _COMES, _CALLED = range(4)


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits."""

    service_id: int
    group_id: UUID
    is_priority: bool
    since: int


@dataclass(frozen=True)
class Seat:
    """A clerk at a counter."""

    counter_id: UUID
    clerk_id: int | None
    is_open: bool
    is_busy: bool


@dataclass
class Watch:
    """What is known of a hall at a moment, for whoever asks how long it will take."""

    hall: Hall
    pace: Pace
    midnight: int
    """When the day began, in seconds since 1970."""
    _pools: dict[tuple[UUID, int], Ability] = field(default_factory=dict)

    def situation(
        self,
        now: int,
        asks: Waiting,
        waiting: Sequence[Waiting],
        seats: Sequence[Seat],
        today: float,
        ahead: int | None = None,
    ) -> Situation:
        """How things stand for somebody; `ahead` is counted here unless it is known better.

        `today`: how much longer people took today than usually.
        """
        key = (asks.group_id, asks.service_id)
        pool = self._pools.get(key)
        if pool is None:
            pool = self._pools[key] = self.hall.pool(*key)
        rivals = [one for one in waiting if pool.can(one.group_id, one.service_id)]
        if ahead is None:
            limit = now - self.hall.ageing_seconds
            urgent = sum(one.is_priority or one.since <= limit for one in rivals)
            ahead = self.hall.ahead(asks.is_priority, urgent, len(rivals) - urgent)
        able = [
            one
            for one in seats
            if self.hall.can(one.counter_id, one.clerk_id, asks.group_id, asks.service_id)
        ]
        speeds = [self.pace.speed(one.clerk_id) for one in able]
        cycles = [self.pace.cycle(one.service_id) for one in rivals]
        cycle = sum(cycles) / len(cycles) if cycles else self.pace.mean
        return Situation(
            second=max(0, now - self.midnight),
            ahead=ahead,
            is_priority=asks.is_priority,
            cycle=max(1.0, cycle * today * self.pace.hour(local_hour(now))),
            open_speed=sum(speed for speed, one in zip(speeds, able, strict=True) if one.is_open),
            seated_speed=sum(speeds),
            idle=sum(one.is_open and not one.is_busy for one in able),
            counters=frozenset(one.counter_id for one in able),
        )

    def arrivals(
        self, legs: Sequence[Leg], spells: Sequence[Spell]
    ) -> Iterator[tuple[Leg, Situation]]:
        """Everybody who took a number on a day, with what was known then and no more."""
        waiting: dict[int, Waiting] = {}
        busy: dict[UUID, int] = {}
        seated: dict[UUID, Spell] = {}
        today = self.pace.today()
        for now, kind, number in _moments(legs, spells):
            if kind == _SITS:
                seated[spells[number].counter_id] = spells[number]
                continue
            leg = legs[number]
            if kind == _COMES:
                asks = Waiting(leg.service_id, leg.group_id, leg.is_priority, leg.queued)
                if leg.is_first and leg.is_reliable:
                    seats = [
                        Seat(one.counter_id, one.clerk_id, one.is_open, one.counter_id in busy)
                        for one in seated.values()
                        if now < one.ended
                    ]
                    yield (
                        leg,
                        self.situation(now, asks, [*waiting.values()], seats, today.value),
                    )
                waiting[number] = asks
            elif kind == _CALLED:
                waiting.pop(number, None)
                if leg.counter_id is not None:
                    busy[leg.counter_id] = number
            else:
                waiting.pop(number, None)
                if leg.counter_id is not None and busy.get(leg.counter_id) == number:
                    del busy[leg.counter_id]
                    self.pace.note(today, leg)


def _moments(legs: Sequence[Leg], spells: Sequence[Spell]) -> list[tuple[int, int, int]]:
    """When somebody came, was called, left, or sat down: time, kind, and place in its list."""
    moments = [(spell.began, _SITS, number) for number, spell in enumerate(spells)]
    for number, leg in enumerate(legs):
        goes_on = leg.called is None and leg.busy > 0
        if goes_on and leg.counter_id is not None:
            # Served without a call: never waited, but keeps the counter busy.
            moments.append((leg.queued, _CALLED, number))
        else:
            moments.append((leg.queued, _COMES, number))
        if leg.called is not None:
            moments.append((leg.called, _CALLED, number))
        if leg.left is not None:
            moments.append((leg.left, _LEAVES, number))
    return sorted(moments)
