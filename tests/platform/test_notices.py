"""Word between processes: with the commit, once, and never lost for longer than a reconnection."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from odsc_counter import serving
from odsc_counter.config import Settings, settings_from_environment
from odsc_counter.platform import notices, tripwire
from odsc_counter.platform.database import Database, UnsafeDatabase, use_database
from odsc_counter.platform.notices import ANNOUNCE, Listening, tell_others
from odsc_counter.platform.tenancy import ScopeBreach, centre_scope
from odsc_counter.platform.turns import alone_with
from odsc_counter.platform.work import unit_of_work
from tests.world import a_centre


@pytest.fixture
def told(database: Database) -> Iterator[Database]:
    """The database as one of several processes uses it; PostgreSQL only."""
    if database.dialect == "sqlite":
        pytest.skip("one process has SQLite for itself")
    told = Database(database.url.render_as_string(hide_password=False), tells_others=True)
    tripwire.install(told)
    use_database(told)
    yield told
    told.dispose()


def another_connection(database: Database) -> "psycopg.Connection[Any]":
    """A connection of another program, without a transaction."""
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True)


def wait_for(claim: Any, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.01)


def words_of(database: Database) -> list[Any]:
    """The words that are sent from now on, each with its statement's parameters."""
    sent: list[Any] = []

    @event.listens_for(database.writer, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement == ANNOUNCE:
            sent.append(parameters)

    return sent


def test_a_transaction_with_many_events_says_one_word(told: Database) -> None:
    centre = a_centre()
    sent = words_of(told)
    with centre_scope(centre.id), unit_of_work() as work:
        for number in range(3):
            work.record("done", subject_kind="test", subject_id=str(number))
    assert [word.split()[0] for (word,) in sent] == [str(centre.id)]


def test_others_hear_what_was_committed_and_nothing_else(told: Database) -> None:
    centre = a_centre()
    with another_connection(told) as other:
        other.execute("listen odsc_live")

        def fail() -> None:
            with centre_scope(centre.id), unit_of_work() as work:
                work.record("tried", subject_kind="test", subject_id="1")
                tell_others(work)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        with centre_scope(centre.id), unit_of_work() as work:
            work.record("done", subject_kind="test", subject_id="1")
        heard = list(other.notifies(timeout=0.5))
    assert [notice.payload.split()[0] for notice in heard] == [str(centre.id)]


def test_a_process_hears_the_others_and_not_itself(told: Database) -> None:
    heard: list[int] = []
    unsure: list[bool] = []
    listening = Listening(told, heard.append, lambda: unsure.append(True))
    listening.start()
    wait_for(lambda: unsure)
    with another_connection(told) as other:
        for word in (f"7 {notices._sender()}", "8 another", "nonsense", ""):
            other.execute(ANNOUNCE, (word,))
    wait_for(lambda: heard)
    time.sleep(0.2)
    listening.stop()
    assert heard == [8]


def test_a_broken_connection_is_made_again_and_every_hall_looked_at(
    told: Database,
) -> None:
    heard: list[int] = []
    unsure: list[bool] = []
    listening = Listening(told, heard.append, lambda: unsure.append(True))
    listening.start()
    wait_for(lambda: len(unsure) == 1)
    with another_connection(told) as other:
        other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where query = 'listen odsc_live' and datname = current_database()"
        )
        wait_for(lambda: len(unsure) == 2)
        other.execute(ANNOUNCE, ("9 another",))
    wait_for(lambda: heard == [9])
    listening.stop()


def test_a_single_process_says_nothing(database: Database) -> None:
    centre = a_centre()
    sent = words_of(database)
    with centre_scope(centre.id), unit_of_work() as work:
        work.record("done", subject_kind="test", subject_id="1")
    assert sent == []


def test_the_tripwire_knows_the_word_letter_by_letter(told: Database) -> None:
    centre = a_centre()
    with centre_scope(centre.id), unit_of_work() as work:
        connection = work.session.connection()
        connection.exec_driver_sql(ANNOUNCE, ("1 x",))
        for near in (ANNOUNCE + " ", ANNOUNCE.upper(), ANNOUNCE.replace("odsc_live", "other")):
            with pytest.raises(ScopeBreach):
                connection.exec_driver_sql(near, ("1 x",))


def test_an_errand_is_done_by_one_process_at_a_time(database: Database) -> None:
    with alone_with("rollups") as ours, alone_with("rollups") as second, alone_with("x") as other:
        assert ours and other
        assert second is (database.dialect == "sqlite")  # which has one process only
    with alone_with("rollups") as again:
        assert again


def test_sqlite_refuses_several_processes_in_plain_words(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'odsc.db'}"
    for more in ({"processes": 2}, {"live_notify": True}):
        settings = Settings(tmp_path, url, url, secret_key="x", **more)  # type: ignore[arg-type]
        with pytest.raises(UnsafeDatabase, match="PostgreSQL"):
            serving.assert_ready(settings)


def test_settings_for_several_processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ODSC_INSTANCE", str(tmp_path))
    assert not settings_from_environment().tells_others
    monkeypatch.setenv("ODSC_PROCESSES", "2")
    assert settings_from_environment().tells_others
    monkeypatch.setenv("ODSC_PROCESSES", "0")
    with pytest.raises(ValueError, match="ODSC_PROCESSES"):
        settings_from_environment()
    monkeypatch.setenv("ODSC_PROCESSES", "1")
    monkeypatch.setenv("ODSC_LIVE_NOTIFY", "1")
    assert settings_from_environment().tells_others
