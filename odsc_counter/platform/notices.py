"""Word of a committed change from one process to the others, by PostgreSQL's NOTIFY.

The word is part of the transaction: it goes out when the change is durable and never
otherwise. It says which centre and nothing more; whoever hears it looks for itself. A word
that is lost costs one beat of the hub, no more.
"""

import logging
import os
import random
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import psycopg

from odsc_counter.platform.database import APP_ROLE, Database

if TYPE_CHECKING:
    from odsc_counter.platform.work import Work

CHANNEL = "odsc_live"
ANNOUNCE = f"select pg_notify('{CHANNEL}', %s)"
"""The one statement that tells others; the tripwire knows it letter by letter."""
BACKOFF_SECONDS = (0.2, 10.0)
LOOK_SECONDS = 1.0
"""How often a listening thread looks whether it should end."""
DEAD_PEER = {
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "connect_timeout": 10,
}
"""A connection that nobody is behind any longer is noticed within a quarter of a minute."""

logger = logging.getLogger("odsc_counter.live")
_program = secrets.token_hex(4)


def _sender() -> str:
    """This process, and no other: workers are forked from one program."""
    return f"{_program}.{os.getpid()}"


def tell_others(work: "Work") -> None:
    """Announce the transaction's centre when it commits. Run once in a transaction."""
    word = f"{work.scope.centre_id} {_sender()}"
    work.session.connection().exec_driver_sql(ANNOUNCE, (word,))


class Listening:
    """A thread with a connection of its own that hears the word of other processes.

    `changed` gets the centre; `unsure` is run when changes may have gone unheard.
    """

    def __init__(
        self, database: Database, changed: Callable[[int], None], unsure: Callable[[], None]
    ) -> None:
        self._database = database
        self._changed = changed
        self._unsure = unsure
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, whether the database answers or not."""
        self._thread.start()

    def stop(self) -> None:
        """End soon."""
        self._stopping.set()
        self._thread.join(timeout=3 * LOOK_SECONDS)

    def _connect(self) -> psycopg.Connection[Any]:
        _none, told = self._database.writer.dialect.create_connect_args(self._database.url)
        return psycopg.connect(
            **{**DEAD_PEER, **told, "options": f"-c role={APP_ROLE}"}, autocommit=True
        )

    def _run(self) -> None:
        least, most = BACKOFF_SECONDS
        pause = least
        while not self._stopping.is_set():
            try:
                with self._connect() as connection:
                    connection.execute(f"listen {CHANNEL}")
                    pause = least
                    self._unsure()
                    self._hear(connection)
            except psycopg.Error as error:
                logger.warning("no word from other processes: %s", error)
                self._stopping.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
                pause = min(most, pause * 2)

    def _hear(self, connection: psycopg.Connection[Any]) -> None:
        while not self._stopping.is_set():
            for notice in connection.notifies(timeout=LOOK_SECONDS):
                centre, _space, sender = notice.payload.partition(" ")
                # Our own changes woke the hub at their commit.
                if sender != _sender() and centre.isdecimal():
                    self._changed(int(centre))
