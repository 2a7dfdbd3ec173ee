"""Live streams: every committed change is told, a failed one never, and places are counted."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from odsc_counter.platform import live
from odsc_counter.platform.database import Database
from odsc_counter.platform.live import Listener, LiveHub, TooManyStreams
from odsc_counter.platform.tenancy import centre_scope, current_scope
from odsc_counter.platform.work import unit_of_work
from tests.world import a_centre


@pytest.fixture
def state() -> dict[str, Any]:
    return {"calls": 0}


@pytest.fixture
def hub(state: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveHub]:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.3)
    hub = LiveHub()
    hub.register("board", lambda: {**state, "centre": current_scope().centre_id})
    yield hub
    hub.close_all()


def listen(hub: LiveHub, centre_id: int = 1) -> Listener:
    with centre_scope(centre_id):
        return hub.listen(centre_id, "board")


def next_message(listener: Listener, seconds: float = 3.0) -> str:
    message = listener.inbox.get(timeout=seconds)
    assert message is not None
    return message


def next_state(listener: Listener) -> str:
    while "event: state" not in (message := next_message(listener)):
        pass
    return message


def test_a_listener_gets_the_present_state_at_once_and_then_each_change(
    hub: LiveHub, state: dict[str, Any]
) -> None:
    listener = listen(hub)
    assert '"calls": 0' in next_message(listener)
    state["calls"] = 7
    hub.wake(1)
    while '"calls": 7' not in next_state(listener):
        pass


def test_many_changes_in_one_moment_become_few_messages(
    hub: LiveHub, state: dict[str, Any]
) -> None:
    listener = listen(hub)
    for number in range(1, 101):
        state["calls"] = number
        hub.wake(1)
    seen = 0
    while '"calls": 100' not in next_state(listener):
        seen += 1
    assert seen < 10


def test_a_quiet_hall_still_beats_with_the_servers_time(hub: LiveHub) -> None:
    listener = listen(hub)
    while "event: beat" not in (message := next_message(listener)):
        pass
    assert '"now": "' in message


def test_another_process_changes_are_seen_at_the_next_beat(
    hub: LiveHub, state: dict[str, Any]
) -> None:
    listener = listen(hub)
    time.sleep(0.5)
    state["calls"] = 3  # nobody wakes this hub
    while '"calls": 3' not in next_state(listener):
        pass


def test_a_hub_that_does_not_know_sends_no_beat(hub: LiveHub, state: dict[str, Any]) -> None:
    listener = listen(hub)
    state["broken"] = object()  # can't be written as JSON
    time.sleep(0.5)
    while not listener.inbox.empty():
        listener.inbox.get_nowait()
    time.sleep(0.8)
    assert listener.inbox.empty()


def test_each_centre_hears_its_own_state(hub: LiveHub) -> None:
    first, second = listen(hub, 1), listen(hub, 2)
    assert '"centre": 1' in next_message(first)
    assert '"centre": 2' in next_message(second)


def test_places_are_limited_and_given_back(hub: LiveHub) -> None:
    hub.most = 1
    listener = listen(hub)
    with pytest.raises(TooManyStreams):
        listen(hub)
    hub.leave(listener)
    assert hub.connected(1, "board") == 0
    listen(hub)


def test_a_state_that_can_not_be_made_takes_no_place(hub: LiveHub) -> None:
    def fails() -> dict[str, Any]:
        raise RuntimeError

    hub.register("board", fails)
    with pytest.raises(RuntimeError):
        listen(hub)
    assert hub.connected(1, "board") == 0


def test_a_listener_that_does_not_read_loses_the_oldest_and_blocks_nobody(hub: LiveHub) -> None:
    listener = listen(hub)
    for number in range(100):
        listener.put(f"m{number}")
    assert listener.inbox.qsize() <= 21
    last = ""
    while not listener.inbox.empty():
        last = str(listener.inbox.get_nowait())
    assert last == "m99" or "event: " in last


def test_closing_ends_every_stream(hub: LiveHub) -> None:
    with centre_scope(1):
        response = hub.stream(1, "board")
    ended = threading.Event()

    def read() -> None:
        for _part in response.response:
            pass
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    time.sleep(0.1)
    hub.close_all()
    assert ended.wait(3)
    response.close()
    assert hub.connected(1, "board") == 0


def test_only_what_was_committed_wakes_the_hall(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(live.hub, "waker", lambda centre_id: lambda: woken.append(centre_id))
    centre = a_centre()
    woken.clear()

    def record_and_fail() -> float:
        with unit_of_work() as work:
            work.record("tried", subject_kind="test", subject_id="1")
            return 1 / 0

    with centre_scope(centre.id):
        with pytest.raises(ZeroDivisionError):
            record_and_fail()
        assert woken == []
        with unit_of_work() as work:
            work.record("done", subject_kind="test", subject_id="1")
            assert woken == []
        assert woken == [centre.id]
