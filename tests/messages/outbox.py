"""A gateway that the tests command, and the smallest outbox that they need."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import select

from odsc_counter import checking
from odsc_counter.applications.models import Application
from odsc_counter.messages.models import Delivery, DeliveryAttempt, Message
from odsc_counter.messages.writing import OF_USE_FOR, write
from odsc_counter.platform import clock
from odsc_counter.platform.work import reading, unit_of_work

PHONE = "020 5555 1234"


def a_message(application: Application, occasion: str = "test", phone: str = PHONE) -> Delivery:
    """A message about a file in the outbox of the centre in scope."""
    message = Message(
        kind="ready",
        occasion=f"{occasion}:{application.id}",
        application_id=application.id,
        language="lo",
        words="ສຳເລັດແລ້ວ",
    )
    with unit_of_work() as work:
        return write(work, message, phone=phone, too_late_at=clock.now() + OF_USE_FOR)


def messages() -> list[tuple[Message, Delivery]]:
    """All messages of the centre in scope, oldest first."""
    with reading() as session:
        rows = session.execute(
            select(Message, Delivery)
            .join(
                Delivery,
                (Delivery.centre_id == Message.centre_id) & (Delivery.message_id == Message.id),
            )
            .order_by(Message.written_at, Message.id)
        )
        return [(message, delivery) for message, delivery in rows]


def attempts() -> list[tuple[str, int | None]]:
    """Outcome and status of all attempts of the centre in scope, in their order."""
    with reading() as session:
        rows = session.scalars(select(DeliveryAttempt).order_by(DeliveryAttempt.tried_at))
        return [(row.outcome, row.status) for row in rows]


def breaches() -> list[checking.Breach]:
    """What must never be, and is; rollups aside, which nobody recounts in these tests."""
    return [one for one in checking.check() if one.rule != "figures_equal_a_recount"]


@dataclass
class FakeGateway:
    """A real HTTP server. `plan`: a status for each request in turn, or seconds to hang."""

    plan: list[int | float] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    delivered: dict[str, str] = field(default_factory=dict)
    """What went out to telephones: one text for each key, however often it was asked."""
    extra: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request as planned; 200 when nothing is planned."""
        size = int(handler.headers.get("Content-Length") or 0)
        body = json.loads(handler.rfile.read(size)) if size else {"path": handler.path}
        key = handler.headers["Idempotency-Key"]
        self.asked.append(body | {"method": handler.command})
        self.keys.append(key)
        step = self.plan.pop(0) if self.plan else 200
        if isinstance(step, float):
            # Taken, but the answer never comes: the caller can't know.
            self.delivered.setdefault(key, str(body))
            time.sleep(step)
            return
        if step < 300:
            self.delivered.setdefault(key, str(body))
        handler.send_response(step)
        for name, value in self.extra.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()


@contextmanager
def a_gateway(*plan: int | float) -> Iterator[FakeGateway]:
    """The server on a free port of this machine, until the block ends."""
    fake = FakeGateway(list(plan))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            fake.answer(self)

        do_GET = do_POST

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}/send"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
