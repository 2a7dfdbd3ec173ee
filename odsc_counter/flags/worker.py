"""The thread that sweeps while the server runs: at its start, then every hour.

What upper rooms must do as often goes along: reminders of action items, for one.
"""

import logging
import threading
from collections.abc import Callable

from flask import Flask

from odsc_counter.flags.sweeping import sweep
from odsc_counter.platform.tenancy import Actor, acting_as
from odsc_counter.platform.turns import alone_with

EVERY_SECONDS = 3600.0

logger = logging.getLogger("odsc_counter.flags")


class FlagWorker:
    """Looks for situations that raise a flag; `start` and `stop` it once.

    `along`: what else is done in each round, after the sweep.
    """

    def __init__(self, app: Flask, *along: Callable[[], object]) -> None:
        self._app = app
        self._along = along
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread = threading.Thread(target=self._run, name="flags", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the sweep at hand and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with (
                    self._app.app_context(),
                    acting_as(Actor("system")),
                    alone_with("flags") as ours,
                ):
                    if ours:
                        sweep()
                        for deed in self._along:
                            deed()
            except Exception:
                # The database may be away for a while; the figures are still there.
                logger.exception("no flags were raised")
            self._stopping.wait(EVERY_SECONDS)
