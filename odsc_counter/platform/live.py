"""Live state for displays and consoles: server-sent events from one hub in each process.

A committed event wakes its centre; the hub waits a moment for more, renders the centre's
state once and gives the same text to every listener. The whole state is sent and never a
difference, so a lost message does no harm. Streams hold no database session.
"""

import json
import logging
import os
import queue
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Response
from flask_babel import lazy_gettext as _

from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.events import Event, subscribe
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import Work

GATHER_SECONDS = 0.05
BEAT_SECONDS = 5.0
STREAM_SECONDS = 600.0
"""After ten minutes a stream ends and the browser opens a new one: rights are asked again."""

logger = logging.getLogger("odsc_counter.live")
Render = Callable[[], dict[str, Any]]


class TooManyStreams(DomainError):
    """All places for live streams are taken; the page asks from time to time instead."""

    slug = "too-many-streams"
    status = 503
    message = _("Too many displays are connected at the moment.")


@dataclass(eq=False)
class Listener:
    """One open stream."""

    centre_id: int
    channel: str
    inbox: "queue.Queue[str | None]" = field(default_factory=lambda: queue.Queue(maxsize=20))

    def put(self, message: str | None) -> None:
        """Hand over a message; a listener that does not read loses the oldest."""
        while True:
            try:
                self.inbox.put_nowait(message)
            except queue.Full:
                with suppress(queue.Empty):
                    self.inbox.get_nowait()
            else:
                return


def as_message(event: str, values: dict[str, Any]) -> str:
    """One event in the wire format of server-sent events."""
    return f"event: {event}\ndata: {json.dumps(values, ensure_ascii=False)}\n\n"


class LiveHub:
    """Who listens to which centre, and one thread that tells them."""

    def __init__(self) -> None:
        self.most = 192
        self._renders: dict[str, Render] = {}
        self._listeners: dict[tuple[int, str], set[Listener]] = defaultdict(set)
        self._sent: dict[tuple[int, str], str] = {}
        self._woken: set[int] = set()
        self._wakers: dict[int, Callable[[], None]] = {}
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def register(self, channel: str, render: Render) -> None:
        """Say how a channel's state is made; called in the centre's scope."""
        self._renders[channel] = render

    def waker(self, centre_id: int) -> Callable[[], None]:
        """Something to run after a commit that concerns the centre; the same each time."""
        return self._wakers.setdefault(centre_id, partial(self.wake, centre_id))

    def wake(self, centre_id: int) -> None:
        """The centre's state has changed."""
        with self._change:
            self._woken.add(centre_id)
            self._change.notify()

    def listen(self, centre_id: int, channel: str) -> Listener:
        """A new listener, with the present state in its inbox. Raises TooManyStreams."""
        listener = Listener(centre_id, channel)
        with self._change:
            if sum(map(len, self._listeners.values())) >= self.most:
                raise TooManyStreams
            self._listeners[centre_id, channel].add(listener)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()
        try:
            state = self._renders[channel]()
        except BaseException:
            self.leave(listener)  # or its place would stay taken
            raise
        listener.put(as_message("state", {**state, "now": clock.now().isoformat()}))
        return listener

    def leave(self, listener: Listener) -> None:
        """The stream has ended."""
        with self._change:
            key = (listener.centre_id, listener.channel)
            self._listeners[key].discard(listener)
            if not self._listeners[key]:
                del self._listeners[key]
                self._sent.pop(key, None)

    def close_all(self) -> None:
        """End every stream; the browsers come back by themselves."""
        # No lock: called from a signal handler, which may have interrupted its holder.
        for listeners in list(self._listeners.values()):
            for listener in list(listeners):
                listener.put(None)

    def connected(self, centre_id: int, channel: str) -> int:
        """How many displays follow a channel of a centre now."""
        with self._change:
            return len(self._listeners.get((centre_id, channel), ()))

    def stream(self, centre_id: int, channel: str) -> Response:
        """An answer that goes on: state at once, then each change. Raises TooManyStreams."""
        listener = self.listen(centre_id, channel)
        response = Response(_lines(listener), mimetype="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(partial(self.leave, listener))
        return response

    def _run(self) -> None:
        next_beat = time.monotonic() + BEAT_SECONDS
        while True:
            with self._change:
                if not self._listeners:
                    self._thread = None
                    return
                if not self._woken:
                    self._change.wait(max(0.0, next_beat - time.monotonic()))
            time.sleep(GATHER_SECONDS)
            beat = time.monotonic() >= next_beat
            with self._change:
                woken, self._woken = self._woken, set()
                keys = [key for key in self._listeners if beat or key[0] in woken]
            for centre_id, channel in keys:
                self._tell(centre_id, channel, beat=beat)
            if beat:
                next_beat = time.monotonic() + BEAT_SECONDS

    def _tell(self, centre_id: int, channel: str, *, beat: bool) -> None:
        try:
            with centre_scope(centre_id):
                state = self._renders[channel]()
            text = json.dumps(state, sort_keys=True)
        except Exception:
            # No beat either: displays must say that they no longer know.
            logger.exception("live state of a centre")
            return
        now = clock.now().isoformat()
        key = (centre_id, channel)
        with self._change:
            listeners = list(self._listeners.get(key, ()))
            changed = self._sent.get(key) != text
            if listeners:
                self._sent[key] = text
        for listener in listeners:
            if changed:
                listener.put(as_message("state", {**state, "now": now}))
            elif beat:
                listener.put(as_message("beat", {"now": now}))


def _lines(listener: Listener) -> Iterator[str]:
    parent = os.getppid()
    ends = time.monotonic() + STREAM_SECONDS * random.uniform(0.9, 1.1)  # noqa: S311 - jitter
    yield "retry: 2000\n\n"
    # When the server's parent was killed, a display must not go on looking healthy.
    while time.monotonic() < ends and os.getppid() == parent:
        try:
            message = listener.inbox.get(timeout=BEAT_SECONDS)
        except queue.Empty:
            continue
        if message is None:
            return
        yield message


hub = LiveHub()
"""The hub of this process."""


@subscribe
def _wake_after_commit(work: Work, event: Event) -> None:
    work.after_commit(hub.waker(event.centre_id))
