"""Let a virus scanner look at a file before it is kept: clamd, or none.

The bytes go to clamd's socket by its INSTREAM command, so the scanner needs no right to read our
folders. It fails closed: when a scanner is set and does not answer "OK", nothing is taken.
"""

import logging
import socket
import struct

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError

SECONDS = 60
PIECE = 64 * 1024
LONGEST_ANSWER = 4096
UNIX = "unix:"
logger = logging.getLogger("odsc_counter.virus_scan")


class VirusFound(DomainError):
    """The scanner knows the file as harmful."""

    slug = "virus-found"
    status = 422
    message = _("The virus scanner refused this file. Do not open it; tell your centre manager.")


class NotScanned(DomainError):
    """The scanner did not answer, so nobody knows what the file is."""

    slug = "not-scanned"
    status = 503
    message = _("The virus scanner does not answer, so nothing was saved. Try again soon.")


def assert_address(address: str) -> None:
    """Raise ValueError unless it is empty, `unix:/path/of/a/socket` or `host:port`."""
    host, _colon, port = address.rpartition(":")
    if address and not address.startswith(f"{UNIX}/") and not (host and port.isdecimal()):
        raise ValueError(f"{address} is neither unix:/path nor host:port")


def assert_clean(content: bytes, clamd: str, seconds: float = SECONDS) -> None:
    """Return when clamd at that address finds nothing, or none is set.

    `seconds`: how long each step of the talk may take. Raises VirusFound, NotScanned.
    """
    if not clamd:
        return
    try:
        with _connected(clamd, seconds) as connection:
            answer = _asked(connection, content)
    except OSError as error:
        logger.error("clamd does not answer", exc_info=error)
        raise NotScanned from error
    if answer.endswith(b" FOUND"):
        logger.warning("clamd: %s", answer.decode(errors="replace"))
        raise VirusFound
    if answer != b"stream: OK":
        logger.error("clamd: %s", answer.decode(errors="replace"))
        raise NotScanned


def _connected(address: str, seconds: float) -> socket.socket:
    if not address.startswith(UNIX):
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), seconds)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(seconds)
    try:
        connection.connect(address.removeprefix(UNIX))
    except OSError:
        connection.close()
        raise
    return connection


def _asked(connection: socket.socket, content: bytes) -> bytes:
    """The answer without its closing NUL; empty when clamd hung up."""
    try:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            connection.sendall(struct.pack("!I", len(piece)) + piece)
        connection.sendall(struct.pack("!I", 0))
    except BrokenPipeError:
        pass  # it has refused in mid-stream, and says why
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        more = connection.recv(LONGEST_ANSWER)
        if not more:
            return b""
        answer += more
    return answer.rstrip(b"\0")
