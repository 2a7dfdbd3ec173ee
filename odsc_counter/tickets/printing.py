"""Tickets on paper: what is recorded of each print, and the way to a printer on the network.

The way over the network is taken outside of every transaction: a printer that hangs must not
hold up the hall. A print is recorded when the printer has answered and before anything is sent
to it, so that whatever comes out after an interruption says that it is a copy.
"""

import ipaddress
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic

from escpos.printer import Dummy
from flask_babel import lazy_gettext as _
from PIL import Image

from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.acting import act, locked_ticket
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.order import rules_of
from odsc_counter.tickets.raster import draw
from odsc_counter.tickets.slip import Slip

BROWSER, NETWORK = "browser", "network"
"""How a ticket is printed."""
CONNECT_SECONDS = 2.0
SEND_SECONDS = 3.0
"""So long without taking anything more, and the printer counts as dead."""
LONGEST_SECONDS = 10.0
"""For a whole ticket: slow printers take theirs while they print."""
ANSWER_SECONDS = 0.3
SEND_BUFFER = 8192
"""Small, so that a printer which takes nothing is noticed and not buffered for."""
ASK_PAPER = b"\x10\x04\x04"
"""ESC/POS, DLE EOT 4: the paper sensor. The answer is one byte with these bits:"""
ANSWER_MASK, ANSWER_SIGN, NO_PAPER = 0x93, 0x12, 0x60


class PrinterFailed(DomainError):
    """The printer could not be reached, or did not take the ticket."""

    slug = "printer-failed"
    status = 503
    message = _("The printer does not answer.")


class OutOfPaper(PrinterFailed):
    """The printer says that its roll is at its end."""

    slug = "printer-out-of-paper"
    message = _("The printer has no paper.")


@dataclass(frozen=True)
class Printer:
    """An ESC/POS printer on the centre's network."""

    host: str
    port: int
    dots: int


def printer_of_hall() -> Printer | None:
    """The network printer of the centre in scope; None where browsers print."""
    with reading() as session:
        rules = rules_of(session)
    if not rules.printer_host:
        return None
    return Printer(rules.printer_host, rules.printer_port, rules.printer_dots)


def printed(ticket_id: uuid.UUID, how: str) -> Ticket:
    """Record that a ticket goes to paper: its `print_count` grows, later prints are copies.

    `how`: browser or network. Raises AlreadyChanged for a ticket that has ended.
    """
    with unit_of_work() as work:
        ticket = locked_ticket(work, ticket_id)
        act(work, ticket, "print", clock.now(), how=how)
    return ticket


def print_on_network(
    ticket_id: uuid.UUID, printer: Printer, compose: Callable[[Ticket], Slip]
) -> Ticket:
    """Print a ticket on the hall's printer. Not for use inside a transaction.

    `compose` makes the slip of the ticket as it is then. Raises PrinterFailed after a few
    seconds at most, OutOfPaper, and AlreadyChanged for a ticket that has ended.
    """
    with _turn_at(printer), _connected(printer) as line:
        _refuse_without_paper(line)
        ticket = printed(ticket_id, NETWORK)
        _send(line, as_commands(draw(compose(ticket), printer.dots)))
    return ticket


def as_commands(picture: Image.Image) -> bytes:
    """The ESC/POS commands that print a picture and cut the paper."""
    paper = Dummy()
    # The library complains on standard output where a profile does not say how wide paper is.
    media = {"width": {"pixels": picture.width}}
    paper.profile.profile_data = {**paper.profile.profile_data, "media": media}
    paper.hw("INIT")
    paper.image(picture, impl="bitImageRaster")
    paper.cut()
    commands: bytes = paper.output
    return commands


_turns: dict[Printer, threading.Lock] = {}


@contextmanager
def _turn_at(printer: Printer) -> Iterator[None]:
    """One ticket at a time: some printers mix up what two connections send."""
    turn = _turns.setdefault(printer, threading.Lock())
    if not turn.acquire(timeout=CONNECT_SECONDS + SEND_SECONDS):
        raise PrinterFailed
    try:
        yield
    finally:
        turn.release()


@contextmanager
def _connected(printer: Printer) -> Iterator[socket.socket]:
    try:
        line = socket.create_connection((printer.host, printer.port), CONNECT_SECONDS)
    except OSError as error:
        raise PrinterFailed from error
    with line:
        # A name may lead anywhere: what is printed goes to the centre's own network alone.
        if not ipaddress.ip_address(line.getpeername()[0]).is_private:
            raise PrinterFailed
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        yield line


def _refuse_without_paper(line: socket.socket) -> None:
    """Raise OutOfPaper when the printer says so; many never answer, and are believed."""
    line.settimeout(ANSWER_SECONDS)
    answer = b""
    with suppress(OSError):
        line.sendall(ASK_PAPER)
        answer = line.recv(1)
    if answer and answer[0] & ANSWER_MASK == ANSWER_SIGN and answer[0] & NO_PAPER:
        raise OutOfPaper


def _send(line: socket.socket, commands: bytes) -> None:
    line.settimeout(SEND_SECONDS)
    ends = monotonic() + LONGEST_SECONDS
    left = memoryview(commands)
    try:
        while left:
            if monotonic() > ends:
                raise PrinterFailed
            left = left[line.send(left[:SEND_BUFFER]) :]
        line.shutdown(socket.SHUT_WR)
    except OSError as error:
        raise PrinterFailed from error
    # Closing with an unread answer would reset the connection, and the end of the ticket be lost.
    line.settimeout(ANSWER_SECONDS)
    with suppress(OSError):
        line.recv(64)
