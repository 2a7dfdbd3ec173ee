"""The real server as a process of its own, and people who call it over HTTP all at once."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from odsc_counter.accounts.credentials import create_token
from odsc_counter.platform import tripwire
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from tests.world import a_centre, a_service, a_user

CENTRE = "LA0101"
COUNTERS = 8
PATIENCE_SECONDS = 60


@dataclass
class Hall:
    """A served installation with one centre, a clerk for each counter, one service."""

    url: str
    instance: Path
    tokens: list[str] = field(default_factory=list)
    """One of each clerk."""
    settings: dict[str, str] = field(default_factory=dict)
    """More settings of the server."""
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    counters: int = COUNTERS
    program: str = ""
    """A module that serves in the place of the product's own server."""

    def fill(self) -> None:
        """Make the centre and the clerks, each with a token."""
        database = Database(self.url)
        tripwire.install(database)
        with bound_to(database), reference_scope(), acting_as(Actor("test")):
            centre = a_centre(CENTRE, counters=self.counters)
            a_service(centre)
            for number in range(self.counters):
                clerk = a_user(f"clerk{number}", counter_staff=centre)
                self.tokens.append(create_token(clerk.username))
        database.dispose()

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "odsc_counter.cli", *words]

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "ODSC_INSTANCE": str(self.instance),
            "ODSC_DATABASE_URL": self.url,
            "PORT": str(self.port),
            "ODSC_LOG_LEVEL": "WARNING",
            **self.settings,
        }

    def serve(self) -> None:
        """Start the server and wait until it answers: on a free port, later on the same again."""
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        with open(self.instance / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.program] if self.program else self._command("serve"),
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                if self.ask("GET", "/readyz").status == 200:
                    return
            except (OSError, HTTPException):
                time.sleep(0.1)
        raise RuntimeError((self.instance / "server.log").read_text())

    def log(self) -> str:
        """The end of what the server has said: why it answered so."""
        return (self.instance / "server.log").read_text()[-5000:]

    def kill(self) -> None:
        """SIGKILL to the server and all its children: no goodbye, nothing flushed."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """End it politely."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()

    def check(self) -> str:
        """What `odsc-counter check` says; raises where it finds a breach."""
        done = subprocess.run(
            self._command("check"),
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout

    def ask(
        self, method: str, path: str, clerk: int | None = None, body: Any = None, key: str = ""
    ) -> "Answer":
        """One call on a connection of its own. Raises OSError or HTTPException."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if clerk is not None:
            headers["Authorization"] = f"Bearer {self.tokens[clerk]}"
        if key:
            headers["Idempotency-Key"] = key
        try:
            connection.request(
                method, path, body=None if body is None else json.dumps(body), headers=headers
            )
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        return Answer(response.status, json.loads(raw) if raw else None)

    def post(self, clerk: int, path: str, key: str = "", body: Any = None) -> "Answer":
        """POST to a path of the centre."""
        address = f"/api/v1/centres/{CENTRE}/{path}"
        return self.ask("POST", address, clerk, {} if body is None else body, key)


@dataclass(frozen=True)
class Answer:
    """Status and body."""

    status: int
    body: Any


@dataclass
class Request:
    """One person's wish for a number. It keeps its key until it is answered."""

    clerk: int
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    answer: Answer | None = None

    def send(self, hall: Hall) -> None:
        """Ask once; an answer that does not come leaves `answer` empty."""
        try:
            answer = hall.post(self.clerk, "tickets", self.key, {"service": "MOPS-04"})
        except (OSError, HTTPException, ValueError):
            return
        if answer.status == 201:
            self.answer = answer
        elif answer.status != 503:
            raise AssertionError(answer)

    @property
    def number(self) -> str:
        """The number that was acknowledged."""
        if self.answer is None:
            raise AssertionError("not answered")
        return str(self.answer.body["number"])


def all_at_once(actions: list[Callable[[], None]]) -> None:
    """Do all of them at the same time, each in a thread; raise what any of them raised."""
    with ThreadPoolExecutor(len(actions)) as pool:
        for done in [pool.submit(action) for action in actions]:
            done.result()
