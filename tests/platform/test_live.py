"""Live streams: every committed change is told, a failed one never, and places are counted."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from odsc_counter.platform import live
from odsc_counter.platform.database import Database
from odsc_counter.platform.live import Listener, LiveHub, TooManyStreams, mark_of
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
    # A hub with listeners goes on telling, beside the tests that follow.
    for listener in [one for listeners in hub._listeners.values() for one in listeners]:
        hub.leave(listener)


def listen(hub: LiveHub, centre_id: int = 1, last: str = "") -> Listener:
    return hub.listen(centre_id, "board", last)


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


def test_a_state_that_could_not_be_made_comes_when_it_can(
    hub: LiveHub, state: dict[str, Any]
) -> None:
    state["broken"] = object()
    listener = listen(hub)
    time.sleep(0.2)
    assert listener.inbox.empty()
    del state["broken"]
    assert "event: state" in next_message(listener)


def test_the_id_of_a_state_is_its_digest_and_not_the_clocks(
    hub: LiveHub, state: dict[str, Any]
) -> None:
    first = next_message(listen(hub))
    mark = mark_of({**state, "centre": 1})
    assert first.startswith(f"id: {mark}\nevent: state\n")
    time.sleep(0.01)
    again = next_message(listen(hub))
    assert again.startswith(f"id: {mark}\n") and again != first
    state["calls"] = 1
    assert f"id: {mark}" not in next_message(listen(hub))


def test_a_page_that_comes_back_is_told_only_what_is_new_to_it(
    hub: LiveHub, state: dict[str, Any]
) -> None:
    mark = mark_of({**state, "centre": 1})
    assert "event: beat" in next_message(listen(hub, last=mark))
    state["calls"] = 5
    assert '"calls": 5' in next_message(listen(hub, last=mark))
    assert "event: state" in next_message(listen(hub, last="something else"))


def test_a_state_that_comes_again_is_told_again(hub: LiveHub, state: dict[str, Any]) -> None:
    listener = listen(hub)
    assert '"calls": 0' in next_state(listener)
    for calls in (1, 0):
        state["calls"] = calls
        hub.wake(1)
        assert f'"calls": {calls}' in next_state(listener)


def test_a_state_is_rendered_once_for_all_who_listen(hub: LiveHub) -> None:
    rendered: list[int | None] = []

    def render() -> dict[str, Any]:
        rendered.append(current_scope().centre_id)
        time.sleep(0.01)
        return {"renderings": len(rendered)}

    hub.register("board", render)
    hub.most = 300
    listeners = [listen(hub, centre_id) for centre_id in range(1, 6) for _ in range(40)]
    for listener in listeners:
        next_message(listener)
    assert len(rendered) < 40
    rendered.clear()
    hub.wake(3)
    for listener in listeners[80:120]:
        next_state(listener)
    assert rendered.count(3) <= 2


def test_a_change_does_not_wait_for_the_beats_of_other_halls(
    hub: LiveHub, state: dict[str, Any]
) -> None:
    def slow() -> dict[str, Any]:
        if current_scope().centre_id != 1:
            time.sleep(0.02)
        return {**state}

    hub.register("board", slow)
    listener, *_others = [listen(hub, centre_id) for centre_id in range(1, 31)]
    next_state(listener)
    time.sleep(0.7)  # from here on the others alone are more than the thread can beat
    waits = []
    for calls in range(1, 11):
        state["calls"] = calls
        began = time.perf_counter()
        hub.wake(1)
        while f'"calls": {calls}' not in next_state(listener):
            pass
        waits.append(time.perf_counter() - began)
        time.sleep(0.06)
    assert sorted(waits)[5] < 0.1


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
