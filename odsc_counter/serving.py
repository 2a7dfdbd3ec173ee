"""The production server: gunicorn, one process or a few, many threads.

One process with SQLite, because the fair queue of writers lives in it; with PostgreSQL as many
as are set, each of which hears of the others' changes. Threads and not greenlets because a
greenlet that waits for SQLite would stop all others.
"""

import ctypes
import logging
import signal
import sys
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from odsc_counter.actions import reminding
from odsc_counter.app import create_app
from odsc_counter.committees import digest
from odsc_counter.config import Settings
from odsc_counter.flags.worker import FlagWorker
from odsc_counter.messages.setting_up import gateway_of
from odsc_counter.messages.worker import MessageWorker
from odsc_counter.monitoring import publishing
from odsc_counter.monitoring.rollups import RollupWorker
from odsc_counter.platform.database import Database, close_database, current_database
from odsc_counter.platform.file_store import FileStore
from odsc_counter.platform.live import hub
from odsc_counter.platform.notices import Listening
from odsc_counter.returns import reminding as returns

M_ARENA_MAX = -8
"""The option of glibc's mallopt(3)."""
ARENAS = 2


class NotReady(RuntimeError):
    """The server can't start as things are; the message says what to do."""


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app: Flask | None = None
        self._worker: RollupWorker | None = None
        self._messages: MessageWorker | None = None
        self._flags: FlagWorker | None = None
        self._listening: Listening | None = None
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        for name, value in {
            "bind": f"{settings.host}:{settings.port}",
            "worker_class": "gthread",
            "workers": settings.processes,
            "threads": settings.threads,
            "graceful_timeout": 10,
            "timeout": 120,
            "keepalive": 5,
            "control_socket_disable": True,
            "proc_name": "odsc-counter",
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        self._app = create_app(self._settings)
        return self._app

    def _begin(self, _gunicorn_worker: Any) -> None:
        # Streams never end by themselves, so a stop would wait for its full time: end them.
        polite = signal.getsignal(signal.SIGTERM)

        def stop(number: int, frame: Any) -> None:
            hub.close_all()
            if callable(polite):
                polite(number, frame)

        signal.signal(signal.SIGTERM, stop)
        if self._settings.tells_others:
            self._listening = Listening(current_database(), hub.wake, hub.wake_all)
            self._listening.start()
        self._worker = RollupWorker()
        self._worker.start()
        if self._app is not None:
            self._messages = MessageWorker(self._app, gateway_of(self._settings))
            self._messages.start()
            self._flags = FlagWorker(
                self._app,
                reminding.remind_today,
                returns.remind_today,
                lambda: digest.send_due(self._settings.post),
                lambda: publishing.publish_due(self._settings.small_below),
            )
            self._flags.start()
        logging.getLogger("odsc_counter").info("serving")

    def _end(self, _server: Any, _gunicorn_worker: Any) -> None:
        if self._worker is not None:
            self._worker.stop()
        if self._messages is not None:
            self._messages.stop()
        if self._flags is not None:
            self._flags.stop()
        if self._listening is not None:
            self._listening.stop()


def assert_ready(settings: Settings) -> None:
    """Raise NotReady or UnsafeDatabase unless the database can carry a service day."""
    database = Database(settings.database_url, tells_others=settings.tells_others)
    try:
        with database.owner_engine().connect() as connection:
            if not connection.dialect.has_table(connection, "alembic_version"):
                raise NotReady("The database is empty. Run: odsc-counter init")
        database.assert_safe()
    finally:
        database.dispose()


def _keep_memory_flat() -> None:
    """Let the threads share few heaps.

    glibc gives threads up to eight heaps a core, and each keeps the most that it ever held: with
    200 streams the process grew by half a megabyte a minute though no object was added.
    """
    with suppress(AttributeError, OSError):  # another C library has no such heaps
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def serve(settings: Settings) -> None:
    """Serve until stopped."""
    assert_ready(settings)
    _keep_memory_flat()
    FileStore(settings.files_folder).sweep_unfinished()
    close_database()  # the processes that serve open their own; none inherits a connection
    sys.argv = sys.argv[:1]  # gunicorn would read our own arguments as its own
    _Server(settings).run()
