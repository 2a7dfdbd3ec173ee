"""Live state for displays and consoles: server-sent events from one hub in each process.

A committed event wakes its centre; the hub renders the centre's state once and gives the same
text to every listener. The whole state is sent and never a difference, so a lost message does
no harm; its id is a digest of it, so a page that comes back with the present id is told just
that nothing changed. Streams hold no database session. What other processes committed comes
in through `notices`.
"""

import hashlib
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
from odsc_counter.platform.database import current_database
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.events import Event, subscribe
from odsc_counter.platform.notices import tell_others
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import Work

GATHER_SECONDS = 0.05
"""A centre is told of a change at once, but of the next not before this time has passed."""
BEAT_SECONDS = 5.0
STREAM_SECONDS = 600.0
"""After ten minutes a stream ends and the browser opens a new one: rights are asked again."""

logger = logging.getLogger("odsc_counter.live")
Render = Callable[[], dict[str, Any]]
Key = tuple[int, str]
"""A centre and a channel."""


class TooManyStreams(DomainError):
    """All places for live streams are taken; the page asks from time to time instead."""

    slug = "too-many-streams"
    status = 503
    message = _("Too many displays are connected at the moment.")


@dataclass(eq=False)
class Listener:
    """One open stream. `seen` is the id of the state that its page shows."""

    centre_id: int
    channel: str
    seen: str = ""
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


def mark_of(state: dict[str, Any]) -> str:
    """A short digest of a state: equal for equal states, whoever rendered them and when."""
    text = json.dumps(state, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def as_message(event: str, values: dict[str, Any], mark: str = "") -> str:
    """One event in the wire format of server-sent events, with an id where it has one."""
    name = f"id: {mark}\nevent: {event}" if mark else f"event: {event}"
    return f"{name}\ndata: {json.dumps(values, ensure_ascii=False)}\n\n"


class LiveHub:
    """Who listens to which centre, and one thread that tells them.

    The thread alone renders: no listener can get an older state after a newer one, and a
    hundred that come back at once cost one rendering of each centre. Changes go before
    beats, and each telling is one centre's channel, so no hall waits for all others.
    """

    def __init__(self) -> None:
        self.most = 192
        self._renders: dict[str, Render] = {}
        self._listeners: dict[Key, set[Listener]] = defaultdict(set)
        self._asked: dict[Key, float] = {}
        """What must be told, and from when on it may be."""
        self._beats: dict[Key, float] = {}
        """When each channel is told next though nothing happened."""
        self._wakers: dict[int, Callable[[], None]] = {}
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def register(self, channel: str, render: Render) -> None:
        """Say how a channel's state is made; called in the centre's scope.

        Channels are told in the order of registering.
        """
        self._renders[channel] = render

    def waker(self, centre_id: int) -> Callable[[], None]:
        """Something to run after a commit that concerns the centre; the same each time."""
        return self._wakers.setdefault(centre_id, partial(self.wake, centre_id))

    def wake(self, centre_id: int) -> None:
        """The centre's state has changed."""
        with self._change:
            for channel in self._renders:
                self._ask((centre_id, channel))

    def wake_all(self) -> None:
        """Any centre's state may have changed."""
        with self._change:
            for key in self._listeners:
                self._ask(key)

    def _ask(self, key: Key) -> None:
        if key not in self._listeners or key in self._asked:
            return
        told_at = self._beats[key] - BEAT_SECONDS
        self._asked[key] = max(time.monotonic(), told_at + GATHER_SECONDS)
        self._change.notify()

    def listen(self, centre_id: int, channel: str, last: str = "") -> Listener:
        """A new listener, soon told the present state, or a beat where `last` is its id.

        Raises TooManyStreams.
        """
        listener = Listener(centre_id, channel, last)
        key = (centre_id, channel)
        with self._change:
            if sum(map(len, self._listeners.values())) >= self.most:
                raise TooManyStreams
            self._listeners[key].add(listener)
            self._beats.setdefault(key, time.monotonic())
            self._ask(key)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()
        return listener

    def leave(self, listener: Listener) -> None:
        """The stream has ended."""
        with self._change:
            key = (listener.centre_id, listener.channel)
            self._listeners[key].discard(listener)
            if not self._listeners[key]:
                del self._listeners[key]
                self._asked.pop(key, None)
                self._beats.pop(key, None)

    def close_all(self) -> None:
        """End every stream; the browsers come back by themselves."""
        # No lock: called from a signal handler, which may have interrupted its holder.
        for listeners in list(self._listeners.values()):
            for listener in list(listeners):
                listener.put(None)

    def connected(self, centre_id: int, channel: str) -> int:
        """How many displays follow a channel of a centre in this process now."""
        with self._change:
            return len(self._listeners.get((centre_id, channel), ()))

    def stream(self, centre_id: int, channel: str, last: str = "") -> Response:
        """An answer that goes on: state at once, then each change. Raises TooManyStreams."""
        listener = self.listen(centre_id, channel, last)
        response = Response(_lines(listener), mimetype="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(partial(self.leave, listener))
        return response

    def _run(self) -> None:
        while (key := self._next()) is not None:
            self._tell(*key)

    def _next(self) -> Key | None:
        """Wait for what is due; None when nobody listens any longer."""
        with self._change:
            while self._listeners:
                now = time.monotonic()
                soonest = now + BEAT_SECONDS
                for due in (self._asked, self._beats):
                    key = min(due, key=due.__getitem__, default=None)
                    if key is None:
                        continue
                    if due[key] <= now:
                        self._asked.pop(key, None)
                        self._beats[key] = now + BEAT_SECONDS
                        return key
                    soonest = min(soonest, due[key])
                self._change.wait(soonest - now)
            self._thread = None
            return None

    def _tell(self, centre_id: int, channel: str) -> None:
        """Tell every listener: the state where it is new to the page, else that we live."""
        try:
            with centre_scope(centre_id):
                state = self._renders[channel]()
            mark = mark_of(state)
        except Exception:
            # No beat either: displays must say that they no longer know.
            logger.exception("live state of a centre")
            return
        now = clock.now().isoformat()
        news = as_message("state", {**state, "now": now}, mark)
        beat = as_message("beat", {"now": now})
        with self._change:
            listeners = list(self._listeners.get((centre_id, channel), ()))
        for listener in listeners:
            listener.put(beat if listener.seen == mark else news)
            listener.seen = mark


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
    if current_database().tells_others:
        work.before_commit(tell_others)
