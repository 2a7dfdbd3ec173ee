"""Morning letters: to whom, once a day, with what; and nothing without a server or a reason."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_string, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from odsc_counter.accounts.models import User
from odsc_counter.committees import digest
from odsc_counter.committees.digest_models import DigestLetter
from odsc_counter.config import settings_from_environment
from odsc_counter.platform import clock
from odsc_counter.platform.post import NotPosted, Post
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.actions.things import a_seat, given
from tests.pages import an_app
from tests.world import a_unit, a_user

MORNING = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
"""08:00 of a Tuesday in Vientiane."""


class _Talk(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a client needs to hand over a letter."""

    server: "Box"

    def handle(self) -> None:
        self._say("220 box")
        lines: list[str] = []
        in_letter = False
        for raw in self.rfile:
            line = raw.decode("utf-8").rstrip("\r\n")
            if in_letter:
                if line == ".":
                    in_letter = False
                    self.server.letters.append("\n".join(lines))
                    self._say("250 kept")
                else:
                    lines.append(line)
                continue
            word = line.split(" ")[0].upper()
            if word == "DATA":
                in_letter = not self.server.is_full
                lines = []
                self._say("354 go on" if in_letter else "452 full")
            else:
                if word == "QUIT" and self.server.is_rude:
                    return
                self._say("221 bye" if word == "QUIT" else "250 ok")
                if word == "QUIT":
                    return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Box(socketserver.ThreadingTCPServer):
    """A mail server that keeps its letters, or says that it is full."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters: list[str] = []
        self.is_full = False
        self.is_rude = False

    @property
    def post(self) -> Post:
        return Post(f"smtp+plain://127.0.0.1:{self.server_address[1]}", "odsc@moha.gov.la")

    def texts(self) -> list[Any]:
        return [message_from_string(letter, policy=policy.default) for letter in self.letters]


@pytest.fixture
def box() -> Iterator[Box]:
    with Box() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A province with an action item of its district that is overdue on the MORNING."""
    app = an_app(database_url, tmp_path)
    province, district = a_unit("LA01"), a_unit("LA0101")
    with clock.use(lambda: MORNING - timedelta(days=9)):
        given(province, district, a_seat(province), due_in=4)
    with app.app_context():
        yield app
    app.extensions["database"].dispose()


def wishing(user: User, email: str = "keo@moha.gov.la", wants: bool = True) -> User:
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(User).where(User.id == user.id).values(email=email, wants_digest=wants)
        )
    return user


def sent_at(moment: datetime, post: Post | None) -> int:
    with clock.use(lambda: moment):
        return digest.send_due(post)


@pytest.mark.parametrize(
    ("language", "subject", "task"),
    [("lo", "ມື້ນີ້", "ຕິດປະກາດ"), ("en", "Today", "Put up the notice")],
)
def test_a_letter_says_what_is_due_in_the_readers_language(
    app: Flask, box: Box, language: str, subject: str, task: str
) -> None:
    wishing(a_user("keo", language=language, district_coordinator=a_unit("LA0101")))
    assert sent_at(MORNING, box.post) == 1
    (letter,) = box.texts()
    assert letter["To"] == "keo@moha.gov.la"
    assert letter["Subject"].startswith(subject)
    assert task in letter.get_content()


def test_a_letter_leaves_once_a_day_and_again_on_the_next(app: Flask, box: Box) -> None:
    wishing(a_user("keo", district_coordinator=a_unit("LA0101")))
    counts = [sent_at(MORNING + timedelta(hours=hours), box.post) for hours in (0, 1, 2, 24, 25)]
    assert counts == [1, 0, 0, 1, 0]


def test_nothing_leaves_early_on_a_day_off_or_without_a_server(app: Flask, box: Box) -> None:
    wishing(a_user("keo", district_coordinator=a_unit("LA0101")))
    assert sent_at(MORNING - timedelta(hours=2), box.post) == 0
    assert sent_at(MORNING + timedelta(days=4), box.post) == 0  # a Saturday
    assert sent_at(MORNING, None) == 0
    assert box.letters == []


def test_who_gets_no_letter(app: Flask, box: Box) -> None:
    district = a_unit("LA0101")
    wishing(a_user("no-wish", district_coordinator=district), wants=False)
    wishing(a_user("no-address", district_coordinator=district), email="")
    wishing(a_user("quiet", district_coordinator=a_unit("LA0201")))
    wishing(a_user("nobody"))
    assert sent_at(MORNING, box.post) == 0
    wishing(a_user("above", province_coordinator=a_unit("LA01")))
    assert sent_at(MORNING, box.post) == 1


def test_a_full_box_is_tried_again_and_given_up_after_five(app: Flask, box: Box) -> None:
    wishing(a_user("keo", district_coordinator=a_unit("LA0101")))
    box.is_full = True
    assert [sent_at(MORNING, box.post) for _ in range(3)] == [0, 0, 0]
    box.is_full = False
    assert sent_at(MORNING, box.post) == 1
    with reference_scope(), reading() as session:
        row = session.scalars(select(DigestLetter)).one()
    assert (row.attempts, row.day) == (4, date(2026, 3, 3))
    box.is_full = True
    later = MORNING + timedelta(days=1)
    assert [sent_at(later, box.post) for _ in range(7)] == [0] * 7
    with reference_scope(), reading() as session:
        attempts = session.scalars(
            select(DigestLetter.attempts).where(DigestLetter.day == date(2026, 3, 4))
        ).one()
    assert attempts == digest.MOST_ATTEMPTS


@pytest.mark.parametrize("scheme", ["smtp+plain://odsc:secret@", "smtp://odsc:secret@", "smtp://"])
def test_neither_password_nor_letter_goes_in_the_open_unasked(box: Box, scheme: str) -> None:
    post = Post(f"{scheme}127.0.0.1:{box.server_address[1]}", "odsc@moha.gov.la")
    with pytest.raises(NotPosted):
        post.send("keo@moha.gov.la", "x", "x")
    assert box.letters == []


def test_a_server_that_hangs_up_after_taking_a_letter_has_taken_it(box: Box) -> None:
    box.is_rude = True
    box.post.send("keo@moha.gov.la", "x", "x")
    [letter] = box.texts()
    assert letter["Message-ID"].endswith("@moha.gov.la>")
    assert letter["Date"]


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "mail.gov.la"])
def test_a_wrong_address_of_the_server_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, url: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("ODSC_INSTANCE", str(tmp_path))
    monkeypatch.setenv("ODSC_SMTP_URL", url)
    monkeypatch.setenv("ODSC_MAIL_FROM", "odsc@moha.gov.la")
    with pytest.raises(ValueError, match="ODSC_SMTP_URL"):
        settings_from_environment()
