"""A made-up service day in one hall: people come in waves, wait, are served or leave.

Pure arithmetic over a seeded generator; it knows no database. Times are seconds after local
midnight.
"""

import heapq
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

OPENS, LUNCH, AFTERNOON, CLOSES = (hour * 3600 for hour in (8, 12, 13, 16))
HOURLY = {8: 1.7, 9: 1.9, 10: 1.4, 11: 0.7, 13: 1.3, 14: 1.1, 15: 0.6}
"""How busy each hour is against the average: mornings rush, the last hour is calm."""
PRIORITY_SHARE = 0.12
NO_SHOW_SHARE = 0.05
CANCEL_SHARE = 0.02
HOLD_SHARE = 0.05
SECOND_SHARE = 0.06
TRANSFER_SHARE = 0.03
PATIENCE_SECONDS = 45 * 60
LEAVE_SHARE = 0.35
"""Of those who have waited longer than their patience: who has left when the call comes."""
SERVING_MINUTES = 12.0
SPREAD = 0.65
"""Of the serving times of one service: the sigma of their logarithms."""
ORDINARY_PER_PRIORITY = 2
AGEING_SECONDS = 45 * 60


@dataclass
class Again:
    """The counter that a person was sent on to, and when they were called there."""

    counter: int
    called: int
    started: int | None


@dataclass
class Turn:
    """One person's turn. Fields stay None where it did not come to that."""

    arrived: int
    priority: bool
    service: int
    """Index into the services that the centre offers."""
    counter: int | None = None
    called: int | None = None
    waited_long: bool = False
    """Called out of turn, having waited over the limit."""
    recalled: int | None = None
    started: int | None = None
    held: int | None = None
    resumed: int | None = None
    next_service: int | None = None
    """When a second service began, at the same counter."""
    moved: int | None = None
    """When the person was sent on to another counter."""
    again: Again | None = None
    ended: int | None = None
    outcome: str = "waiting"


def service_day(
    rng: random.Random,
    *,
    people: int,
    counters: int,
    services: int,
    weights: list[float],
    minutes: Sequence[float] = (),
    paces: Sequence[float] = (),
) -> list[Turn]:
    """All turns of a day in the order of arrival, as if the day went to its end.

    `minutes`: how long each service takes on average; `paces`: how long each counter's clerk
    takes against the others (1.2: a fifth longer). All alike unless told.
    """
    arrivals = sorted(_arrivals(rng, people))
    chosen = rng.choices(range(services), weights, k=len(arrivals))
    turns = [
        Turn(arrived=at, priority=rng.random() < PRIORITY_SHARE, service=service)
        for at, service in zip(arrivals, chosen, strict=True)
    ]
    hall = _Hall(rng, turns, list(minutes), list(paces))
    hall.serve(counters)
    return turns


def _arrivals(rng: random.Random, people: int) -> Iterator[int]:
    hours = list(HOURLY)
    for hour in rng.choices(hours, list(HOURLY.values()), k=people):
        yield hour * 3600 + rng.randrange(3600)


@dataclass
class _Hall:
    """The hall while a day goes on: two queues in the order of arrival, and who comes next."""

    rng: random.Random
    turns: list[Turn]
    minutes: list[float]
    paces: list[float]
    urgent: list[int] = field(default_factory=list)
    ordinary: list[int] = field(default_factory=list)
    sent_on: list[tuple[int, int]] = field(default_factory=list)
    following: int = 0
    since_priority: dict[int, int] = field(default_factory=dict)

    def serve(self, counters: int) -> None:
        """Serve everybody, over the counters as they become free."""
        turns, rng = self.turns, self.rng
        free = [(OPENS + rng.randrange(600), number) for number in range(1, counters + 1)]
        heapq.heapify(free)
        while self.following < len(turns) or self.urgent or self.ordinary or self.sent_on:
            now, counter = heapq.heappop(free)
            if LUNCH <= now < AFTERNOON:
                heapq.heappush(free, (AFTERNOON + rng.randrange(300), counter))
                continue
            self._come_in(now)
            index = self._next(counter, now)
            if index is not None:
                now = self._call(index, counter, now)
            else:
                # Nobody is there: this counter looks again when the next person comes.
                coming = [turns[self.following].arrived] if self.following < len(turns) else []
                coming += [at for at, _index in self.sent_on[:1]]
                if coming:
                    now = max(now, min(coming) + rng.randrange(5, 30))
            heapq.heappush(free, (now, counter))

    def _come_in(self, now: int) -> None:
        while self.following < len(self.turns) and self.turns[self.following].arrived <= now:
            turn = self.turns[self.following]
            if self.rng.random() < CANCEL_SHARE:
                turn.ended = turn.arrived + self.rng.randrange(120, 1500)
                turn.outcome = "cancelled"
            else:
                self._queue(self.following)
            self.following += 1
        while self.sent_on and self.sent_on[0][0] <= now:
            self._queue(heapq.heappop(self.sent_on)[1])

    def _queue(self, index: int) -> None:
        heapq.heappush(self.urgent if self.turns[index].priority else self.ordinary, index)

    def _next(self, counter: int, now: int) -> int | None:
        """Whose turn it is: by the ratio, and whoever has waited too long like priority."""
        since = self.since_priority.setdefault(counter, ORDINARY_PER_PRIORITY)
        aged = bool(self.ordinary) and now - self.turns[self.ordinary[0]].arrived >= AGEING_SECONDS
        wants_urgent = since >= ORDINARY_PER_PRIORITY or not self.ordinary
        if wants_urgent and aged and (not self.urgent or self.ordinary[0] < self.urgent[0]):
            self.since_priority[counter] = 0
            index = heapq.heappop(self.ordinary)
            self.turns[index].waited_long = self.turns[index].called is None
            return index
        if self.urgent and wants_urgent:
            self.since_priority[counter] = 0
            return heapq.heappop(self.urgent)
        if self.ordinary:
            self.since_priority[counter] = since + 1
            return heapq.heappop(self.ordinary)
        return None

    def _call(self, index: int, counter: int, now: int) -> int:
        """One call; returns when the counter is free again."""
        rng, turn = self.rng, self.turns[index]
        if turn.moved is not None:
            started = now + rng.randrange(10, 60)
            turn.again = Again(counter, now, started)
            turn.ended = started + self._length(turn, counter)
            turn.outcome = "completed"
            return turn.ended + rng.randrange(5, 40)
        if now - turn.arrived > PATIENCE_SECONDS and rng.random() < LEAVE_SHARE:
            turn.ended = turn.arrived + rng.randrange(PATIENCE_SECONDS // 2, PATIENCE_SECONDS)
            turn.outcome = "walked_out"
            turn.waited_long = False
            return now
        now = self._one(turn, counter, now)
        if turn.moved is not None:
            heapq.heappush(self.sent_on, (turn.moved, index))
        return now

    def _one(self, turn: Turn, counter: int, now: int) -> int:
        rng = self.rng
        turn.counter, turn.called = counter, now
        comes = rng.random() >= NO_SHOW_SHARE
        if not comes or rng.random() < 0.1:
            turn.recalled = now = now + rng.randrange(30, 70)
        if not comes:
            turn.outcome = "no_show"
            turn.ended = now + rng.randrange(60, 120)
            return turn.ended + 5
        turn.started = now + rng.randrange(10, 60)
        if rng.random() < TRANSFER_SHARE:
            turn.moved = turn.started + rng.randrange(60, 240)
            return turn.moved + rng.randrange(5, 20)
        length = self._length(turn, counter)
        if rng.random() < HOLD_SHARE:
            turn.held = turn.started + length // 2
            turn.resumed = turn.held + rng.randrange(180, 600)
            length += turn.resumed - turn.held
        if rng.random() < SECOND_SHARE:
            turn.next_service = turn.started + length
            length += self._length(turn, counter)
        turn.ended = turn.started + length
        turn.outcome = "completed"
        return turn.ended + rng.randrange(5, 40)

    def _length(self, turn: Turn, counter: int) -> int:
        mean = self.minutes[turn.service] if self.minutes else SERVING_MINUTES
        mean *= self.paces[counter - 1] if self.paces else 1.0
        # The mean of a lognormal lies above its median by half the variance of its logarithm.
        middle = math.log(mean * 60) - SPREAD**2 / 2
        return max(45, int(self.rng.lognormvariate(middle, SPREAD)))


def cut_at(turns: list[Turn], now: int) -> list[Turn]:
    """The same day as it stood at a moment: what lies after it has not happened yet."""
    seen = [turn for turn in turns if turn.arrived <= now]
    for turn in seen:
        if turn.ended is not None and turn.ended > now:
            turn.ended = None
            _forget_second_counter(turn, now)
            if turn.moved is None or turn.moved > now:
                turn.moved = None
                _cut_first_counter(turn, now)
    return seen


def _forget_second_counter(turn: Turn, now: int) -> None:
    turn.outcome = "waiting"
    if turn.again is None:
        return
    if turn.again.called > now:
        turn.again = None
    elif turn.again.started is not None and turn.again.started > now:
        turn.again.started = None
        turn.outcome = "called"
    else:
        turn.outcome = "serving"


def _cut_first_counter(turn: Turn, now: int) -> None:
    turn.outcome = "serving"
    if turn.held is not None and turn.held <= now < (turn.resumed or 0):
        turn.outcome = "on_hold"
    turn.held = turn.held if turn.held is not None and turn.held <= now else None
    turn.resumed = turn.resumed if turn.resumed and turn.resumed <= now else None
    if turn.next_service is not None and turn.next_service > now:
        turn.next_service = None
    if turn.started is None or turn.started > now:
        turn.started = None
        turn.outcome = "called"
    if turn.called is None or turn.called > now:
        turn.called = turn.recalled = turn.counter = None
        turn.waited_long = False
        turn.outcome = "waiting"
    elif turn.recalled is not None and turn.recalled > now:
        turn.recalled = None
