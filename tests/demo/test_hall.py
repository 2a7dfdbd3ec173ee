"""The invented day is believable: nobody is called before they came, or at two counters."""

import itertools
import random

from odsc_counter.demo.hall import cut_at, service_day


def a_day(seed: int = 3, people: int = 90, counters: int = 4):
    return service_day(
        random.Random(seed), people=people, counters=counters, services=3, weights=[3, 2, 1]
    )


def test_the_same_seed_makes_the_same_day() -> None:
    assert a_day() == a_day()
    assert a_day() != a_day(seed=4)


def test_moments_follow_one_another_and_a_counter_serves_one_at_a_time() -> None:
    for seed in range(20):
        busy: dict[int, list[tuple[int, int]]] = {}
        for turn in a_day(seed):
            moments = [turn.arrived, turn.called, turn.recalled, turn.started, turn.ended]
            known = [moment for moment in moments if moment is not None]
            assert known == sorted(known)
            assert turn.ended is not None
            if turn.counter is not None and turn.called is not None:
                left = turn.ended if turn.moved is None else turn.moved
                busy.setdefault(turn.counter, []).append((turn.called, left))
            if turn.again is not None:
                assert turn.moved is not None and turn.moved <= turn.again.called
                busy.setdefault(turn.again.counter, []).append((turn.again.called, turn.ended))
        for spans in busy.values():
            spans.sort()
            assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


def test_a_full_hall_makes_people_wait() -> None:
    waits = [turn.called - turn.arrived for turn in a_day(people=130) if turn.called is not None]
    assert sum(waits) / len(waits) > 120


def test_a_day_that_is_cut_holds_nothing_of_the_future() -> None:
    for now in range(8 * 3600, 17 * 3600, 1111):
        for turn in cut_at(a_day(), now):
            for moment in (turn.arrived, turn.called, turn.recalled, turn.started, turn.ended):
                assert moment is None or moment <= now
            is_queued = turn.called is None or (turn.moved is not None and turn.again is None)
            assert (turn.outcome == "waiting") == (is_queued and turn.ended is None)


def test_a_slow_service_and_a_slow_clerk_take_longer() -> None:
    day = service_day(
        random.Random(5),
        people=600,
        counters=2,
        services=2,
        weights=[1, 1],
        minutes=[4, 16],
        paces=[0.8, 1.25],
    )
    served = [
        turn
        for turn in day
        if turn.outcome == "completed" and turn.moved is None and turn.next_service is None
    ]

    def average(**wanted: int) -> float:
        lengths = [
            turn.ended - turn.started
            for turn in served
            if all(getattr(turn, name) == value for name, value in wanted.items())
        ]
        return sum(lengths) / len(lengths)

    assert average(service=1) > 2 * average(service=0)
    assert average(counter=2) > 1.2 * average(counter=1)
