"""A virus scanner's socket that speaks clamd's INSTREAM and answers what a test wants."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Clamd:
    """Where it listens, and what it was given to look at."""

    address: str
    looked_at: list[bytes] = field(default_factory=list)


@contextmanager
def a_clamd(path: Path, answer: bytes | None) -> Iterator[Clamd]:
    """A scanner at a UNIX socket; with None nobody listens there."""
    clamd = Clamd(f"unix:{path}")
    if answer is None:
        yield clamd
        return
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        thread = threading.Thread(target=_serve, args=(listening, clamd, answer), daemon=True)
        thread.start()
        yield clamd
        thread.join(5)


def _serve(listening: socket.socket, clamd: Clamd, answer: bytes) -> None:
    connection, _address = listening.accept()
    with connection, connection.makefile("rb") as stream:
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", stream.read(4))[0]:
            content += stream.read(size)
        clamd.looked_at.append(content)
        connection.sendall(answer)
