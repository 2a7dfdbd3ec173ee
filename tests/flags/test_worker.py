"""The sweep runs by itself while the server does, and from the command line."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from odsc_counter.flags import commands, sweeping, worker
from odsc_counter.flags.worker import FlagWorker
from tests.flags.flagged import all_flags
from tests.pages import an_app
from tests.world import a_centre, a_unit


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


def until(condition: object) -> bool:
    """Whether the condition holds within ten seconds."""
    for _ in range(200):
        if condition():  # type: ignore[operator]  # asked again and again
            return True
        time.sleep(0.05)
    return False


def test_the_worker_sweeps_at_its_start_and_ends_when_told(web: Flask) -> None:
    a_centre("LA0101")
    worker = FlagWorker(web)
    worker.start()
    assert until(lambda: len(all_flags(a_unit("LA"))) == 1)
    worker.stop()


def test_a_fault_does_not_end_the_worker(web: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    a_centre("LA0101")
    calls: list[int] = []

    def first_fails() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("the database is away")
        sweeping.sweep()

    monkeypatch.setattr(worker, "sweep", first_fails)
    monkeypatch.setattr(worker, "EVERY_SECONDS", 0.05)
    thread = FlagWorker(web)
    thread.start()
    assert until(lambda: len(all_flags(a_unit("LA"))) == 1)
    thread.stop()


def test_the_command_says_what_was_done(web: Flask) -> None:
    a_centre("LA0101")
    (command,) = commands.commands(lambda act: act)
    result = CliRunner().invoke(command)
    assert result.exit_code == 0
    assert result.output.startswith("1 raised, 0 found again")
