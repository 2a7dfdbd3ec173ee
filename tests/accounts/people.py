"""People with passwords and phones, and what they do in their browsers."""

from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from odsc_counter.accounts import passwords, second_factor
from odsc_counter.accounts.models import User, UserSession
from odsc_counter.platform import clock
from odsc_counter.platform.events import Event, NationalEvent
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.world import a_user

PASSWORD = "mekong-river-boat"


def somebody(username: str = "keo", *, password: str | None = PASSWORD, **roles: Any) -> User:
    """A person with a password, who reads English."""
    user = a_user(username, language="en", **roles)
    if password is not None:
        kept = passwords.hash_password(password)
        with reference_scope(), unit_of_work() as work:
            work.session.execute(update(User).where(User.id == user.id).values(password_hash=kept))
    return again(user)


def again(user: User) -> User:
    """The account as the database holds it now."""
    with reference_scope(), reading() as session:
        return session.scalars(select(User).where(User.id == user.id)).one()


def with_phone(app: Flask, user: User) -> User:
    """The person after the second step was set up, with no code used yet."""
    with app.app_context():
        second_factor.prepare(user)
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(User).where(User.id == user.id).values(totp_confirmed_at=clock.now())
        )
    return again(user)


def code_of(app: Flask, user: User, steps: int = 0) -> str:
    """What the person's phone shows now (or so many steps of 30 seconds later)."""
    with app.app_context():
        secret = second_factor.secret_of(again(user))
    assert secret is not None
    return pyotp.HOTP(secret).at(int(clock.now().timestamp()) // 30 + steps)


def sign_in(
    client: FlaskClient, username: str = "keo", password: str = PASSWORD, **more: Any
) -> TestResponse:
    """Send the sign-in form."""
    return client.post("/sign-in", data={"username": username, "password": password}, **more)


def signed_in(app: Flask, username: str = "keo") -> FlaskClient:
    """A browser in which the person signed in with a password."""
    client = app.test_client()
    assert sign_in(client, username).status_code == 303
    return client


def is_signed_in(client: FlaskClient) -> bool:
    """Whether the browser may see its person's own page."""
    return client.get("/me").status_code == 200


def national_verbs() -> list[str]:
    """What the national log holds, in order."""
    with reference_scope(), reading() as session:
        return list(session.scalars(select(NationalEvent.verb).order_by(NationalEvent.id)))


def centre_events(centre_id: int) -> list[Event]:
    """What a centre's log holds, in order."""
    with centre_scope(centre_id), reading() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


def sessions_of(user: User) -> list[UserSession]:
    """All sign-ins of a person, also ended ones."""
    with reference_scope(), reading() as session:
        return list(session.scalars(select(UserSession).where(UserSession.user_id == user.id)))


def make_demonstration() -> None:
    """Mark the installation as a demonstration."""
    with reference_scope(), unit_of_work() as work:
        work.record_national("demonstration", subject_kind="installation", subject_id="1")
