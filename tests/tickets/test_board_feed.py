"""What a display without a stream gets: the board with an ETag, the same mark as the stream's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.live import hub
from odsc_counter.platform.tenancy import centre_scope
from tests.pages import a_desk, an_app
from tests.tickets.hall import Hall, a_hall


class Display:
    """A screen in the hall, and the hall behind it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.client: FlaskClient = a_desk(an_app(database_url, folder))
        self.hall: Hall = a_hall()

    @property
    def path(self) -> str:
        return f"/c/{self.hall.centre.code}"


@pytest.fixture
def display(database: Database, database_url: str, tmp_path: Path) -> Iterator[Display]:
    yield Display(database_url, tmp_path)
    hub.close_all()


def test_a_board_that_asks_gets_nothing_back_until_something_changed(
    display: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = display.client.get(f"{display.path}/board.json")
    tag = first.headers["ETag"]
    assert first.status_code == 200 and first.get_json()["waiting"] == 0

    later = datetime.now(UTC) + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    again = display.client.get(f"{display.path}/board.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["X-Now"] == later.isoformat()

    with centre_scope(display.hall.centre.id):
        display.hall.issue(1)
    news = display.client.get(f"{display.path}/board.json", headers={"If-None-Match": tag})
    assert news.status_code == 200 and news.get_json()["waiting"] == 1
    assert news.headers["ETag"] != tag


def test_the_tag_of_the_board_is_the_id_of_the_streams_state(display: Display) -> None:
    tag = display.client.get(f"{display.path}/board.json").headers["ETag"].strip('"')
    for known in ({"headers": {"Last-Event-ID": tag}}, {"query_string": {"last": tag}}):
        answer = display.client.get(f"{display.path}/stream", **known)
        parts = iter(answer.response)
        assert next(parts) == b"retry: 2000\n\n"
        assert b"event: beat" in next(parts)
        answer.close()


def test_the_streams_that_a_process_holds_leave_threads_for_pages(display: Display) -> None:
    settings = display.client.application.config["SETTINGS"]
    assert hub.most == settings.streams == settings.threads - 64
    assert settings.streams >= 200
