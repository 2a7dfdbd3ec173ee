"""A made-up service day in one hall: people come in waves, wait, are served or leave.

Pure arithmetic over a seeded generator; it knows no database. Times are seconds after local
midnight.
"""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass

OPENS, LUNCH, AFTERNOON, CLOSES = (hour * 3600 for hour in (8, 12, 13, 16))
HOURLY = {8: 1.7, 9: 1.9, 10: 1.4, 11: 0.7, 13: 1.3, 14: 1.1, 15: 0.6}
"""How busy each hour is against the average: mornings rush, the last hour is calm."""
PRIORITY_SHARE = 0.12
NO_SHOW_SHARE = 0.05
CANCEL_SHARE = 0.02
HOLD_SHARE = 0.05
SECOND_SHARE = 0.06
PATIENCE_SECONDS = 45 * 60
LEAVE_SHARE = 0.35
"""Of those who have waited longer than their patience: who has left when the call comes."""
SERVING_MINUTES = 12.0


@dataclass
class Turn:
    """One person's turn. Fields stay None where it did not come to that."""

    arrived: int
    priority: bool
    service: int
    """Index into the services that the centre offers."""
    counter: int | None = None
    called: int | None = None
    recalled: int | None = None
    started: int | None = None
    held: int | None = None
    resumed: int | None = None
    next_service: int | None = None
    """When a second service began, at the same counter."""
    ended: int | None = None
    outcome: str = "waiting"


def service_day(
    rng: random.Random, *, people: int, counters: int, services: int, weights: list[float]
) -> list[Turn]:
    """All turns of a day in the order of arrival, as if the day went to its end."""
    arrivals = sorted(_arrivals(rng, people))
    chosen = rng.choices(range(services), weights, k=len(arrivals))
    turns = [
        Turn(arrived=at, priority=rng.random() < PRIORITY_SHARE, service=service)
        for at, service in zip(arrivals, chosen, strict=True)
    ]
    _serve(rng, turns, counters)
    return turns


def _arrivals(rng: random.Random, people: int) -> Iterator[int]:
    hours = list(HOURLY)
    for hour in rng.choices(hours, list(HOURLY.values()), k=people):
        yield hour * 3600 + rng.randrange(3600)


def _serve(rng: random.Random, turns: list[Turn], counters: int) -> None:
    """First come, first served, priority before ordinary, over the counters that are free."""
    free = [(OPENS + rng.randrange(600), number) for number in range(1, counters + 1)]
    heapq.heapify(free)
    queue: list[tuple[int, int]] = []
    following = 0
    while following < len(turns) or queue:
        now, counter = heapq.heappop(free)
        if LUNCH <= now < AFTERNOON:
            heapq.heappush(free, (AFTERNOON + rng.randrange(300), counter))
            continue
        while following < len(turns) and turns[following].arrived <= now:
            turn = turns[following]
            if rng.random() < CANCEL_SHARE:
                turn.ended = turn.arrived + rng.randrange(120, 1500)
                turn.outcome = "cancelled"
            else:
                heapq.heappush(queue, (0 if turn.priority else 1, following))
            following += 1
        if queue:
            turn = turns[heapq.heappop(queue)[1]]
            if now - turn.arrived > PATIENCE_SECONDS and rng.random() < LEAVE_SHARE:
                turn.ended = turn.arrived + rng.randrange(PATIENCE_SECONDS // 2, PATIENCE_SECONDS)
                turn.outcome = "walked_out"
            else:
                now = _one(rng, turn, counter, now)
        elif following < len(turns):
            # Nobody is there: this counter looks again when the next person comes.
            now = max(now, turns[following].arrived + rng.randrange(5, 30))
        heapq.heappush(free, (now, counter))


def _one(rng: random.Random, turn: Turn, counter: int, now: int) -> int:
    """One turn at a counter; returns when the counter is free again."""
    turn.counter, turn.called = counter, now
    comes = rng.random() >= NO_SHOW_SHARE
    if not comes or rng.random() < 0.1:
        turn.recalled = now = now + rng.randrange(30, 70)
    if not comes:
        turn.outcome = "no_show"
        turn.ended = now + rng.randrange(60, 120)
        return turn.ended + 5
    turn.started = now + rng.randrange(10, 60)
    length = max(45, int(rng.expovariate(1 / (SERVING_MINUTES * 60))))
    if rng.random() < HOLD_SHARE:
        turn.held = turn.started + length // 2
        turn.resumed = turn.held + rng.randrange(180, 600)
        length += turn.resumed - turn.held
    if rng.random() < SECOND_SHARE:
        turn.next_service = turn.started + length
        length += max(45, int(rng.expovariate(1 / (SERVING_MINUTES * 60))))
    turn.ended = turn.started + length
    turn.outcome = "completed"
    return turn.ended + rng.randrange(5, 40)


def cut_at(turns: list[Turn], now: int) -> list[Turn]:
    """The same day as it stood at a moment: what lies after it has not happened yet."""
    seen = [turn for turn in turns if turn.arrived <= now]
    for turn in seen:
        if turn.ended is not None and turn.ended > now:
            turn.ended = None
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
                turn.outcome = "waiting"
            elif turn.recalled is not None and turn.recalled > now:
                turn.recalled = None
    return seen
