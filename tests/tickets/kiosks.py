"""A hall with its kiosk and phones, and printers that are none."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import queries
from odsc_counter.tickets.models import Ticket
from tests.pages import a_desk, an_app
from tests.tickets.hall import Hall, a_hall
from tests.world import a_service, a_user


class Device:
    """A browser that somebody touches: a kiosk, a phone, or a desk."""

    def __init__(self, client: FlaskClient, centre: str) -> None:
        self.client = client
        self.centre = centre
        self.at = ""
        """The address of the page that is shown."""

    def get(self, path: str, **more: Any) -> str:
        answer = self.client.get(f"/c/{self.centre}/{path}", **more)
        assert answer.status_code == 200, answer.status
        self.at = answer.request.full_path
        return answer.get_data(as_text=True)

    def post(self, path: str, **fields: Any) -> str:
        """Send a form, and show the page that it leads to."""
        answer = self.client.post(f"/c/{self.centre}/{path}", data=fields)
        assert answer.status_code == 303, answer.status
        self.at = answer.location
        return self.client.get(answer.location).get_data(as_text=True)


@dataclass
class KioskHall:
    """A hall of two services under two letters."""

    app: Flask
    hall: Hall
    other: int

    @property
    def code(self) -> str:
        return self.hall.centre.code

    def phone(self, language: str = "en") -> Device:
        """Somebody's own device, at the kiosk's address."""
        return Device(a_desk(self.app, language=language), self.code)

    def manager(self) -> Device:
        person = a_user(language="en", centre_manager=self.hall.centre)
        return Device(a_desk(self.app, person), self.code)

    def clerk(self) -> Device:
        return Device(a_desk(self.app, self.hall.clerks[0]), self.code)

    def kiosk(self, prints: str = "yes") -> Device:
        """The hall's own kiosk, as a manager has made it."""
        device = self.manager()
        device.post("kiosk/device", prints=prints)
        return device

    def take(self, device: Device, **fields: Any) -> str:
        return device.post("kiosk", **{"service": self.hall.service, **fields})

    def tickets(self) -> list[Ticket]:
        """The numbers of the day as they are stored now."""
        with centre_scope(self.hall.centre.id):
            return [row.ticket for row in queries.tickets_of(queries.today())]


def a_kiosk_hall(database_url: str, folder: Path, **rules: Any) -> KioskHall:
    """The hall, with the application on top of it."""
    app = an_app(database_url, folder)
    hall = a_hall(**rules)
    other = a_service(hall.centre, "MOPS-05", letter="B")
    return KioskHall(app, hall, other.id)


@dataclass
class FakePrinter:
    """What stands at the other end of the line."""

    port: int
    jobs: list[bytes] = field(default_factory=list)


PAPER_THERE, PAPER_OUT = b"\x12", b"\x72"
ASKED_FOR_PAPER = b"\x10\x04\x04"


@contextmanager
def a_printer(answer: bytes = b"") -> Iterator[FakePrinter]:
    """A printer on this machine that keeps what it is sent; `answer`: to the question for paper."""
    listener = socket.create_server(("127.0.0.1", 0))
    printer = FakePrinter(listener.getsockname()[1])

    def serve() -> None:
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            with line:
                job = b""
                while part := line.recv(65536):
                    job += part
                    if job == ASKED_FOR_PAPER and answer:
                        line.sendall(answer)
                printer.jobs.append(job)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield printer
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(timeout=5)


@contextmanager
def a_printer_that_hangs() -> Iterator[int]:
    """It takes the call and then nothing more: the port."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    yield listener.getsockname()[1]
    listener.close()


def a_dead_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
