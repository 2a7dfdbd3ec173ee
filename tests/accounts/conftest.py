"""The application on each database, a clock that stands still, and quick hashing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from odsc_counter.accounts import passwords
from odsc_counter.platform import clock
from tests.pages import an_app


class StoppedClock:
    """Tells the same time until it is moved on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def on(self, **time: float) -> None:
        """Move on by hours, minutes or seconds."""
        self.now += timedelta(**time)


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least work: what is tested here is what becomes of its answer."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))


@pytest.fixture
def stopped() -> Iterator[StoppedClock]:
    """A clock that stands still, at nine in the morning in Vientiane."""
    source = StoppedClock()
    with clock.use(lambda: source.now):
        yield source


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The whole application on a fresh database of each kind."""
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()
