"""The thread that keeps the outbox empty while the server runs."""

import logging
import threading

from flask import Flask

from odsc_counter.messages import reminding, sending, writing
from odsc_counter.messages.gateways import Gateway
from odsc_counter.platform.tenancy import Actor, acting_as

EVERY_SECONDS = 30.0
"""How often the worker looks without having been woken: for what is to be tried again."""
GATHER_SECONDS = 0.5

logger = logging.getLogger("odsc_counter.messages")


class MessageWorker:
    """Sends what was written, soon after; `start` and `stop` it once.

    Every process has its own: they share the outbox by leases (see `sending`).
    """

    def __init__(self, app: Flask, gateway: Gateway) -> None:
        self._app = app
        self._gateway = gateway
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        writing.tell_when_written(self._wake.set)
        self._thread = threading.Thread(target=self._run, name="messages", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the message at hand and end. What is left waits for the next start."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            writing.tell_no_more(self._wake.set)
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                with self._app.app_context(), acting_as(Actor("system")):
                    reminding.remind_all()
                    sending.send_due(self._gateway)
            except Exception:
                # The database may be away for a while; the outbox is still there.
                logger.exception("messages were not sent")
            self._stopping.wait(GATHER_SECONDS)
            self._wake.wait(EVERY_SECONDS)
