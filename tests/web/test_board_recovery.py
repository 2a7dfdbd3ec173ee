"""The hall board when the server freezes, dies and comes back: it never shows old as new."""

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.load.hall import CENTRE, Hall


@pytest.fixture
def hall(static: Path, sqlite_template: Path, tmp_path: Path) -> Iterator[Hall]:
    """A centre on SQLite, served as in production."""
    shutil.copy(sqlite_template, tmp_path / "odsc.db")
    hall = Hall(f"sqlite:///{tmp_path / 'odsc.db'}", tmp_path)
    hall.fill()
    hall.serve()
    yield hall
    hall.kill()


@pytest.fixture
def board(chromium: Browser, hall: Hall) -> Iterator[Page]:
    """The hall's board in a browser, marked so that a reload would be noticed."""
    context = chromium.new_context(locale="lo-LA", timezone_id="Asia/Vientiane")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{hall.port}/c/{CENTRE}/board")
    page.evaluate("() => { window.neverReloaded = true; }")
    yield page
    context.close()


def call_somebody(hall: Hall, clerk: int) -> str:
    """Issue a number and call it."""
    assert hall.post(clerk, "tickets", body={"service": "MOPS-04"}).status == 201
    called = hall.post(clerk, f"counters/{clerk + 1}/call-next")
    assert called.status == 200, called
    return str(called.body["number"])


def test_a_board_outlives_its_server(hall: Hall, board: Page) -> None:
    shown, stale = board.locator("main"), board.locator("[data-board=stale]")
    before = call_somebody(hall, 0)
    expect(shown).to_contain_text(before)
    expect(stale).to_be_hidden()

    assert hall.process is not None
    os.killpg(hall.process.pid, signal.SIGSTOP)  # frozen: no answer and no goodbye
    expect(stale).to_be_visible(timeout=20_000)
    expect(shown).to_contain_text(before)

    hall.kill()
    meanwhile = replace(hall, process=None, port=0)
    meanwhile.serve()  # where the board does not look
    number = call_somebody(meanwhile, 1)
    meanwhile.stop()
    expect(stale).to_be_visible()
    expect(shown).to_contain_text(before)
    expect(shown).not_to_contain_text(number)

    hall.serve()
    expect(shown).to_contain_text(number, timeout=20_000)
    expect(stale).to_be_hidden()
    live = call_somebody(hall, 2)
    expect(shown).to_contain_text(live, timeout=10_000)
    assert board.evaluate("() => window.neverReloaded")
