"""One fixture gives every test of data its database: SQLite and PostgreSQL in turn."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from odsc_counter import schema
from odsc_counter.platform import tripwire
from odsc_counter.platform.database import Database, use_database
from odsc_counter.receipts.key_files import KeyFiles, use_key_files
from tests import thrift
from tests.postgresql import Server

thrift.scratch_in_memory()
thrift.install()

KINDS = ("sqlite", "postgresql")
LONG = (
    "isolation/test_routes.py", "web/test_service_day.py", "load/test_rush.py",
    "web/test_board.py", "web/test_console.py", "web/test_appointments.py",
    "web/test_kiosk.py", "web/test_hall_set_up.py", "web/test_case_story.py",
    "applications/test_every_deed.py", "web/test_board_recovery.py", "web/",
    "load/", "test_operation.py", "isolation/", "tickets/test_random_halls.py",
)  # fmt: skip
"""Files that keep a worker for a minute or more, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files: one that came last would leave the other worker idle."""

    def place(item: pytest.Item) -> int:
        path = item.nodeid.removeprefix("tests/")
        return next((at for at, name in enumerate(LONG) if path.startswith(name)), len(LONG))

    items.sort(key=place)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The throw-away PostgreSQL server, with a migrated template to copy from."""
    server = Server()
    try:
        server.execute("create database template_odsc")
        database = Database(server.url("template_odsc"))
        engine = database.owner_engine()
        schema.migrate(engine)
        engine.dispose()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "odsc.db"
    engine = Database(f"sqlite:///{path}").owner_engine()
    schema.migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("rollback")
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    engine.dispose()
    return path


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, empty, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "odsc.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("server")
    name = f"t{os.getpid()}_{uuid.uuid4().hex[:8]}"
    server.execute(f"create database {name} template template_odsc")
    yield server.url(name)
    server.execute(f"drop database {name} with (force)")


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A fresh, empty, migrated database of each kind, in use for the test with its keys."""
    use_key_files(KeyFiles(tmp_path / "keys"))
    database = Database(database_url)
    tripwire.install(database)
    use_database(database)
    yield database
    database.dispose()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Instead of pytest-flask's: its open request would lend one `g` to all of a test's."""
