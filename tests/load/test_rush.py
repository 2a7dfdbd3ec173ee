"""A rush through the real server: nobody is lost, called twice, or given another's number."""

import threading
import time
from collections.abc import Callable
from typing import Any

from tests.load.hall import COUNTERS, PATIENCE_SECONDS, Hall, Request, all_at_once

PEOPLE = 200
ENOUGH_TO_CRASH = 40


class Calls:
    """Who was called, by all counters together."""

    def __init__(self) -> None:
        self.tickets: list[dict[str, Any]] = []
        self.end = time.monotonic() + PATIENCE_SECONDS

    def at(self, hall: Hall, clerk: int, everybody: threading.Event) -> None:
        """Call, serve and complete until everybody has a number and nobody waits."""
        while time.monotonic() < self.end:
            nobody_more_will_come = everybody.is_set()
            called = hall.post(clerk, f"counters/{clerk + 1}/call-next")
            if called.status == 204:
                if nobody_more_will_come:
                    return
                time.sleep(0.02)
                continue
            assert called.status == 200, called
            self.tickets.append(called.body)
            for verb in ("start", "complete"):
                moved = hall.post(clerk, f"tickets/{called.body['id']}/{verb}")
                assert moved.status == 200, moved
        raise AssertionError("the hall did not empty in time")


def test_two_hundred_people_and_eight_counters_at_once(hall: Hall) -> None:
    requests = [Request(number % COUNTERS) for number in range(PEOPLE)]
    calls, everybody = Calls(), threading.Event()

    def take(request: Request) -> None:
        request.send(hall)
        assert request.answer is not None
        if all(one.answer for one in requests):
            everybody.set()

    def at(clerk: int) -> Callable[[], None]:
        return lambda: calls.at(hall, clerk, everybody)

    def taking(request: Request) -> Callable[[], None]:
        return lambda: take(request)

    all_at_once([*(at(clerk) for clerk in range(COUNTERS)), *map(taking, requests)])
    numbers = sorted(request.number for request in requests)
    assert numbers == [f"A{number:03}" for number in range(1, PEOPLE + 1)]
    assert sorted(ticket["number"] for ticket in calls.tickets) == numbers
    assert len({ticket["id"] for ticket in calls.tickets}) == PEOPLE
    assert len({ticket["counter"] for ticket in calls.tickets}) > 1
    hall.stop()
    assert "All is as it must be" in hall.check()


def test_a_crash_in_the_middle_of_the_rush_loses_and_doubles_nothing(hall: Hall) -> None:
    requests = [Request(number % COUNTERS) for number in range(PEOPLE)]
    rush = threading.Thread(
        target=all_at_once, args=([lambda one=one: one.send(hall) for one in requests],)
    )
    rush.start()
    end = time.monotonic() + PATIENCE_SECONDS
    while sum(one.answer is not None for one in requests) < ENOUGH_TO_CRASH:
        assert time.monotonic() < end
        time.sleep(0.002)
    hall.kill()
    rush.join()
    acknowledged = {one.key: one.number for one in requests if one.answer is not None}
    unanswered = [one for one in requests if one.answer is None]
    assert unanswered, "the server died too late for this test to mean anything"

    hall.serve()
    # What was acknowledged is there, and its key still gives the same number.
    for one in requests:
        if one.key in acknowledged:
            again = Request(one.clerk, one.key)
            again.send(hall)
            assert again.number == acknowledged[one.key]
    all_at_once([lambda one=one: one.send(hall) for one in unanswered])
    numbers = sorted(one.number for one in requests)
    assert numbers == [f"A{number:03}" for number in range(1, PEOPLE + 1)]

    calls, everybody = Calls(), threading.Event()
    everybody.set()
    all_at_once([lambda clerk=clerk: calls.at(hall, clerk, everybody) for clerk in range(COUNTERS)])
    assert sorted(ticket["number"] for ticket in calls.tickets) == numbers
    hall.stop()
    assert "All is as it must be" in hall.check()
