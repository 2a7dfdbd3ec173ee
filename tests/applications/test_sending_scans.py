"""Scans sent over a real connection to the real server: whole, cut off, or far too large."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from odsc_counter.app import create_app
from odsc_counter.applications.scan_models import PaperScan
from odsc_counter.config import Settings, kept_secret
from odsc_counter.platform.work import reading
from odsc_counter.web.body_limits import MEGABYTE
from tests.applications.files import a_picture
from tests.load.hall import Hall
from tests.pages import a_desk
from tests.receipts.office import Office, an_office
from tests.world import a_user

C = "/c/LA0101"
SEAM = b"----seam"
INTERRUPTED = {"en": "Not everything arrived", "lo": "ຂໍ້ມູນມາບໍ່ຄົບ"}
TOO_MUCH = {"en": "At most 51 MB can be sent", "lo": "ສົ່ງໄດ້ບໍ່ເກີນ 51 MB"}


@dataclass
class Line:
    """A served installation and a clerk's browser, down to its socket."""

    hall: Hall
    office: Office
    path: str
    cookies: dict[str, str]
    tokens: dict[str, str]

    def opened(self, language: str, announced: str) -> socket.socket:
        """A connection on which the head of an upload was sent; `announced`: its length."""
        connection = socket.create_connection(("127.0.0.1", self.hall.port), 30)
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookies[language]}\r\n"
            f"Referer: http://localhost{C}/applications\r\n"
            f"Content-Type: multipart/form-data; boundary={SEAM.decode()[2:]}\r\n"
            f"{announced}\r\n\r\n"
        )
        connection.sendall(head.encode())
        return connection

    def body(self, language: str, content: bytes) -> bytes:
        """A form with one file."""
        parts = (
            b'\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n',
            self.tokens[language].encode() + b"\r\n" + SEAM,
            b'\r\nContent-Disposition: form-data; name="scans"; filename="a.jpg"\r\n\r\n',
            content + b"\r\n" + SEAM + b"--\r\n",
        )
        return SEAM + b"".join(parts)

    def scans(self) -> int:
        with self.office.inside(), reading() as session:
            return session.scalars(select(func.count()).select_from(PaperScan)).one()

    def files(self) -> list[Path]:
        folder = self.hall.instance / "files"
        return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]

    def memory(self) -> int:
        """The most bytes that any process of the server has held so far."""
        assert self.hall.process is not None
        group = self.hall.process.pid
        peaks = []
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                of_group = (status.parent / "stat").read_text().rsplit(")", 1)[1].split()[2]
                if int(of_group) == group:
                    found = re.search(r"VmHWM:\s+(\d+)", status.read_text())
                    peaks.append(int(found.group(1)) * 1024 if found else 0)
            except (FileNotFoundError, ProcessLookupError):
                continue
        return max(peaks)


def answer_of(connection: socket.socket) -> tuple[int, str]:
    """Status and page; whatever comes until the server hangs up."""
    told = b""
    while more := connection.recv(65536):
        told += more
        if b"</html>" in told:
            break
    head, _blank, page = told.partition(b"\r\n\r\n")
    return int(head.split()[1]), page.decode(errors="replace")


@pytest.fixture
def line(database_url: str, tmp_path: Path) -> Iterator[Line]:
    app = create_app(
        Settings(
            instance=tmp_path,
            database_url=database_url,
            owner_database_url=database_url,
            secret_key=kept_secret(tmp_path, "session"),
            testing=True,
        )
    )
    office = an_office(days=3)
    application = office.application()
    cookies, tokens = {}, {}
    for language in ("en", "lo"):
        desk = a_desk(app, a_user(language=language, counter_staff=office.centre), language)
        page = desk.get(f"{C}/applications/{application.id}").text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        cookie = desk.get_cookie("odsc")
        assert found and cookie
        tokens[language], cookies[language] = found.group(1), f"odsc={cookie.value}"
    hall = Hall(database_url, tmp_path)
    hall.serve()
    path = f"{C}/applications/{application.id}/papers/{min(office.papers)}/scans"
    yield Line(hall, office, path, cookies, tokens)
    hall.kill()
    app.extensions["database"].dispose()


def _until(what: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_a_whole_upload_is_kept(line: Line) -> None:
    body = line.body("lo", a_picture(size=(900, 700)))
    with line.opened("lo", f"Content-Length: {len(body)}\r\nConnection: close") as connection:
        connection.sendall(body)
        status = int(connection.recv(65536).split()[1])
    assert status == 303
    assert line.scans() == 1 and len(line.files()) == 2


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_line_that_is_cut_leaves_nothing_and_says_so(line: Line, language: str) -> None:
    body = line.body(language, a_picture(size=(900, 700)) + bytes(3 * MEGABYTE))
    for part in (0.5, 0.999):  # in the middle, and just before the last seam
        with line.opened(language, f"Content-Length: {len(body)}") as connection:
            connection.sendall(body[: int(len(body) * part)])
            connection.shutdown(socket.SHUT_WR)
            status, page = answer_of(connection)
        assert (status, INTERRUPTED[language] in page) == (400, True)
        assert f'href="{C}/applications"' in page
    with line.opened(language, "Transfer-Encoding: chunked") as connection:
        half = body[: len(body) // 2]
        connection.sendall(f"{len(body):x}\r\n".encode() + half)
        connection.shutdown(socket.SHUT_WR)
        status, page = answer_of(connection)
    assert (status, INTERRUPTED[language] in page) == (400, True)
    # Pulled out altogether: nobody is left to be told, and the server goes on.
    connection = line.opened(language, f"Content-Length: {len(body)}")
    connection.sendall(body[: len(body) // 2])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
    assert line.hall.ask("GET", "/readyz").status == 200
    assert line.scans() == 0 and line.files() == []


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_hundred_megabytes_are_refused_and_never_held(line: Line, language: str) -> None:
    size = 100 * MEGABYTE
    before = line.memory()
    with line.opened(language, f"Content-Length: {size}") as connection:
        connection.sendall(line.body(language, bytes(MEGABYTE))[:MEGABYTE])
        status, page = answer_of(connection)
    assert (status, TOO_MUCH[language] in page) == (413, True)
    # Without a length the server only learns on the way that it is too much.
    connection = line.opened(language, "Transfer-Encoding: chunked")
    start = line.body(language, b"")[:-20]
    connection.sendall(f"{len(start):x}\r\n".encode() + start + b"\r\n")
    piece = f"{MEGABYTE:x}\r\n".encode() + bytes(MEGABYTE) + b"\r\n"
    sent = 0
    try:
        for _megabyte in range(100):
            connection.sendall(piece)
            sent += 1
    except OSError:
        pass
    connection.close()
    assert sent < 90
    assert line.hall.ask("GET", "/readyz").status == 200
    assert line.memory() - before < 24 * MEGABYTE
    assert _until(lambda: not line.files()) and line.scans() == 0
