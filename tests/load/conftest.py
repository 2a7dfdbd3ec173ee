"""A served hall on each database, both of them durable as in production."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from odsc_counter import schema
from odsc_counter.platform.database import Database
from tests.load.hall import Hall
from tests.postgresql import Server


@pytest.fixture(scope="session")
def durable_server() -> Iterator[Server]:
    """PostgreSQL with fsync on: what it acknowledged must outlive a crash."""
    server = Server(durable=True)
    yield server
    server.stop()


@pytest.fixture
def disk() -> Iterator[Path]:
    """A folder on the disk, where pytest's own may lie in memory."""
    with tempfile.TemporaryDirectory(prefix="odsc-load-") as folder:
        yield Path(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def hall(request: pytest.FixtureRequest, disk: Path) -> Iterator[Hall]:
    """The hall, filled and served; it is ended by its own process id."""
    if request.param == "sqlite":
        url = f"sqlite:///{disk / 'odsc.db'}"
        shutil.copy(request.getfixturevalue("sqlite_template"), disk / "odsc.db")
    else:
        server: Server = request.getfixturevalue("durable_server")
        name = f"load_{uuid.uuid4().hex[:8]}"
        server.execute(f"create database {name}")
        url = server.url(name)
        engine = Database(url).owner_engine()
        schema.migrate(engine)
        engine.dispose()
    hall = Hall(url, disk)
    hall.fill()
    hall.serve()
    yield hall
    hall.kill()
