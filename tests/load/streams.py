"""A program that follows a hall's stream, as a board does."""

import json
import queue
import socket
import threading
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any

from tests.load.hall import CENTRE, Hall


class Follower:
    """One open stream of a hall; a thread reads it until it ends."""

    def __init__(self, hall: Hall, last: str = "") -> None:
        self.connection = HTTPConnection("127.0.0.1", hall.port, timeout=30)
        headers = {"Last-Event-ID": last} if last else {}
        self.connection.request("GET", f"/c/{CENTRE}/stream", headers=headers)
        self.answer: HTTPResponse = self.connection.getresponse()
        self.events: queue.Queue[dict[str, str]] = queue.Queue()
        self.ended = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            for raw in self.answer:
                name, _colon, value = raw.decode().rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                elif "event" in fields:
                    self.events.put(fields)
                    fields = {}
                else:
                    fields = {}
        except (OSError, HTTPException, ValueError):
            pass  # an end is an end
        self.ended.set()

    def next(self, seconds: float = 10.0) -> dict[str, str]:
        """The next event: its `id` (of a state), `event` and `data`. Raises queue.Empty."""
        return self.events.get(timeout=seconds)

    def until_called(self, number: str, seconds: float = 10.0) -> dict[str, Any]:
        """The state that shows this number as the newest call. Raises queue.Empty."""
        end = time.monotonic() + seconds
        while True:
            said = self.next(max(0.001, end - time.monotonic()))
            state: dict[str, Any] = json.loads(said["data"])
            calls = state.get("calls") or [{"ticket": None}]
            if said["event"] == "state" and calls[0]["ticket"] == number:
                return state

    def close(self) -> None:
        """Hang up; the thread reads the end."""
        self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.ended.wait(5)
        self.connection.close()
