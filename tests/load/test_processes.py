"""Several processes serve one PostgreSQL database: a call through one is seen through all."""

import os
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.load.hall import Hall
from tests.load.streams import Follower
from tests.postgresql import Server

BEAT_SECONDS = 5.0


@pytest.fixture
def hall(server: Server, tmp_path: Path) -> Iterator[Hall]:
    """A hall on PostgreSQL, filled and not yet served."""
    name = f"p{os.getpid()}_{uuid.uuid4().hex[:8]}"
    server.execute(f"create database {name} template template_odsc")
    hall = Hall(server.url(name), tmp_path)
    hall.fill()
    yield hall
    hall.kill()
    server.execute(f"drop database {name} with (force)")


def call_somebody(hall: Hall, clerk: int) -> str:
    """Issue a number and call it at the clerk's own counter; the clerk is free again."""
    assert hall.post(clerk, "tickets", body={"service": "MOPS-04"}).status == 201
    called = hall.post(clerk, f"counters/{clerk + 1}/call-next")
    assert called.status == 200, called
    assert hall.post(clerk, f"tickets/{called.body['id']}/no-show").status == 200
    return str(called.body["number"])


def test_a_commit_on_one_host_reaches_a_stream_of_another(hall: Hall, tmp_path: Path) -> None:
    hall.settings = {"ODSC_LIVE_NOTIFY": "1"}
    other = replace(hall, instance=tmp_path / "other", process=None, port=0)
    other.instance.mkdir()
    hall.serve()
    other.serve()
    try:
        board = Follower(hall)
        board.next()
        for clerk in range(6):
            number = call_somebody(other, clerk)
            # By chance alone a beat would bring one of them, but hardly all.
            board.until_called(number, seconds=1.5)
        board.close()
    finally:
        other.kill()


def test_workers_of_one_host_share_the_streams_and_end_with_their_parent(hall: Hall) -> None:
    hall.settings = {"ODSC_PROCESSES": "2"}
    hall.serve()
    boards = [Follower(hall) for _number in range(8)]
    for board in boards:
        board.next()
    for clerk in range(4):
        number = call_somebody(hall, clerk)
        for board in boards:
            board.until_called(number, seconds=1.5)
    assert hall.process is not None
    children = Path(f"/proc/{hall.process.pid}/task/{hall.process.pid}/children").read_text()
    assert len(children.split()) == 2
    # The parent alone is killed: its workers must not go on beating for boards.
    os.kill(hall.process.pid, signal.SIGKILL)
    end = time.monotonic() + 3 * BEAT_SECONDS
    for board in boards:
        assert board.ended.wait(max(0.0, end - time.monotonic()))


def test_a_page_that_joins_again_is_told_what_is_new_to_it(hall: Hall) -> None:
    hall.serve()
    board = Follower(hall)
    first = board.next()
    board.close()
    assert first["event"] == "state"
    again = Follower(hall, last=first["id"])
    assert again.next()["event"] == "beat"
    number = call_somebody(hall, 0)
    again.until_called(number)
    again.close()
    late = Follower(hall, last=first["id"])
    assert late.next()["event"] == "state"
    late.close()
