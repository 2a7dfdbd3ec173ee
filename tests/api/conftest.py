"""The whole program on each kind of database, called without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from odsc_counter.app import create_app
from odsc_counter.config import Settings
from tests.api.callers import Hall, a_hall


@pytest.fixture
def program(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The program. Not called `app`: pytest-flask would let all calls share one context."""
    app = create_app(
        Settings(
            instance=tmp_path,
            database_url=database_url,
            owner_database_url=database_url,
            secret_key="for the tests alone",
            log_level="ERROR",
            testing=True,
        )
    )
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def hall(program: Flask) -> Hall:
    """A small hall with people in it."""
    return a_hall(program)
