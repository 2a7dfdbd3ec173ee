"""Databases that all tests of a module share, for worlds that are costly to build."""

import shutil
import uuid
from collections.abc import Iterator

import pytest

from odsc_counter.platform import tripwire
from odsc_counter.platform.database import Database, use_database
from tests.conftest import KINDS
from tests.postgresql import Server


@pytest.fixture(scope="module", params=KINDS)
def shared_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a migrated database that lives as long as the module's tests."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("shared") / "odsc.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("server")
    name = f"shared_{uuid.uuid4().hex[:8]}"
    server.execute(f"create database {name} template template_odsc")
    yield server.url(name)
    server.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def shared_database(shared_url: str) -> Iterator[Database]:
    """That database, watched by the tripwire and in use."""
    database = Database(shared_url)
    tripwire.install(database)
    use_database(database)
    yield database
    database.dispose()
