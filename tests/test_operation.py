"""An installation can be set up, backed up, restored and checked from the command line."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from odsc_counter import backups
from odsc_counter.cli import main
from odsc_counter.platform.database import Database
from tests.postgresql import Server


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_url: str):
    """Call `odsc-counter` on an installation of its own."""
    monkeypatch.setenv("ODSC_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("ODSC_DATABASE_URL", empty_url)

    def call(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return call


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path):
    """The address of a database without any tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'instance' / 'odsc.db'}"
        return
    server: Server = request.getfixturevalue("server")
    server.execute("create database empty_one")
    yield server.url("empty_one")
    server.execute("drop database empty_one with (force)")


def test_init_is_repeatable_and_secrets_are_for_their_owner_alone(run, tmp_path: Path) -> None:
    run("init")
    run("init")
    keys = list((tmp_path / "instance").glob("*.key"))
    assert keys
    assert all(key.stat().st_mode & 0o777 == 0o600 for key in keys)


def test_nothing_runs_on_a_database_that_was_not_made(run) -> None:
    assert "odsc-counter init" in run("check", code=1).output


def test_a_demonstration_passes_the_check_and_survives_backup_and_restore(
    run, tmp_path: Path, empty_url: str, request: pytest.FixtureRequest
) -> None:
    run("demo", "--centres", "3", "--days", "4", "--seed", "7")
    assert "All is as it must be" in run("check").output
    run("demo", code=1)
    file = Path(run("backup").stdout.strip())
    assert file.is_file()
    if empty_url.startswith("sqlite"):
        run("restore", str(file), code=1)
        run("restore", str(file), "--replace")
        assert list((tmp_path / "instance").glob("odsc.db.before-*"))
    else:
        run("restore", str(file), code=1)
        server: Server = request.getfixturevalue("server")
        server.execute("drop database empty_one with (force)")
        server.execute("create database empty_one")
        run("restore", str(file))
    assert "All is as it must be" in run("check").output


def test_a_damaged_backup_is_refused(run, tmp_path: Path) -> None:
    run("init")
    file = Path(run("backup").stdout.strip())
    damaged = tmp_path / file.name
    shutil.copy(file, damaged)
    shutil.copy(f"{file}.sha256", f"{damaged}.sha256")
    with damaged.open("r+b") as stream:
        stream.seek(5000)
        stream.write(b"\xff\x00\xff")
    with pytest.raises(backups.BackupFailed):
        backups.verify(damaged)


def test_the_check_finds_what_was_tampered_with(run, empty_url: str) -> None:
    run("demo", "--centres", "2", "--days", "3", "--seed", "7")
    owner = Database(empty_url).owner_engine()
    with owner.begin() as connection:
        connection.exec_driver_sql("update ticket set state = 'no_show' where state = 'completed'")
        connection.exec_driver_sql("update centre_day set tickets = tickets + 1")
        connection.exec_driver_sql("update number_series set last_no = last_no + 1")
    owner.dispose()
    output = run("check", code=1).output
    for rule in ("states_equal_their_events", "figures_equal_a_recount", "ticket_numbers"):
        assert rule in output
