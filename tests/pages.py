"""The whole application in a test, and a browser's requests from a desk that is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel

from odsc_counter.accounts import sessions
from odsc_counter.accounts.models import User, UserSession
from odsc_counter.app import create_app
from odsc_counter.config import Settings
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work


def an_app(database_url: str, instance: Path) -> Flask:
    """The application on a database. Forms need no CSRF token: that is tested elsewhere.

    Its fixture must not be called `app`: pytest-flask would keep one context open around all
    requests of a test, and the second person would be taken for the first.
    """
    app = create_app(
        Settings(
            instance=instance,
            database_url=database_url,
            owner_database_url=database_url,
            secret_key="of a test",
            testing=True,
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def a_desk(app: Flask, user: User | None = None, language: str = "en") -> FlaskClient:
    """A browser in which the person has signed in with both steps; nobody unless told."""
    client = app.test_client()
    if user is not None:
        token = sessions.new_token()
        now = clock.now()
        with reference_scope(), unit_of_work() as work:
            work.session.add(
                UserSession(
                    token_hash=sessions.hashed(token),
                    user_id=user.id,
                    created_at=now,
                    last_seen_at=now,
                    second_factor_at=now,
                    origin="",
                    agent="",
                )
            )
    with client.session_transaction() as cookie:
        cookie["language"] = language
        if user is not None:
            cookie[sessions.COOKIE_KEY] = token
    return client


@contextmanager
def a_request(language: str = "en") -> Iterator[None]:
    """A request in a language, for what must speak without a page."""
    app = Flask("test")
    Babel(app, locale_selector=lambda: language)
    with app.test_request_context():
        yield
