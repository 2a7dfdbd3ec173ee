"""Proving who one is: the password, counted and slowed down, and a second person's word.

Nothing here may run inside another transaction: a failure must stay counted even when the
action that asked for the password is rolled back.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request
from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from odsc_counter.accounts import passwords, second_factor, throttle
from odsc_counter.accounts.access import signed_in
from odsc_counter.accounts.models import User
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.accounts.sessions import held_grants, may_sign_in, needs_second_step
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.tenancy import current_actor, current_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

View = TypeVar("View", bound=Callable[..., Any])


class WrongCredentials(DomainError):
    """User name and password don't fit, or the account can't be used: we don't say which."""

    slug = "wrong-credentials"
    status = 422
    message = _("Wrong username or password.")


class SecondFactorMissing(DomainError):
    """The person's role needs a second step that was never set up."""

    slug = "second-factor-missing"
    status = 422
    message = _("This person must first sign in once and set up the second step.")


def account_called(username: str) -> User | None:
    """The account of this user name."""
    with reference_scope(), reading() as database:
        return database.scalars(select(User).where(User.username == username)).one_or_none()


def authenticate(username: str, password: str) -> User:
    """The person whom user name and password prove.

    Raises WrongCredentials, TooManyAttempts. It takes as long for a name that nobody has.
    """
    username = username.strip().lower()
    attempts = (throttle.by_account(username), throttle.by_address(current_actor().origin))
    throttle.reserve(*attempts)
    user = account_called(username)
    right = passwords.verify(user.password_hash if user is not None else None, password)
    if user is None or not right or not may_sign_in(user):
        _record_failure(user)
        raise WrongCredentials
    throttle.succeeded(*attempts)
    if user.password_hash is not None and passwords.is_outdated(user.password_hash):
        _rehash(user, password)
    return user


def _record_failure(user: User | None) -> None:
    with reference_scope(), unit_of_work() as work:
        work.record_national(
            "sign_in_failed",
            subject_kind="user_account",
            subject_id=str(user.id) if user is not None else "",
        )


def _rehash(user: User, password: str) -> None:
    better = passwords.hash_password(password)
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(User)
            .where(User.id == user.id, User.password_hash == user.password_hash)
            .values(password_hash=better)
        )


def prove(username: str, password: str, code: str | None = None) -> User:
    """The person whom password and, where it is needed, a code prove, without a sign-in.

    For a second person's word at somebody else's desk. Raises WrongCredentials,
    TooManyAttempts, WrongCode, SecondFactorMissing.
    """
    user = authenticate(username, password)
    if needs_second_step(user, held_grants(user.id)):
        if user.totp_confirmed_at is None:
            raise SecondFactorMissing
        second_factor.accept(user, code or "")
    return user


class WrongPassword(DomainError):
    """The person who is signed in did not give their own password."""

    slug = "wrong-password"
    status = 422
    message = _("This is not your password.")


class NotASecondPerson(DomainError):
    """Two different people are needed, and the second must hold the permission here."""

    slug = "second-person-needed"
    status = 422
    message = _("Another person who may approve this must enter their name and password.")


def second_person(permission: str) -> Callable[[View], View]:
    """A POST that needs another person's word: `approver`, `approver_password`, `approver_code`.

    Stands between the door and `@once`, so that a wrong password stays counted whatever
    becomes of the action. The view asks `approver()` for the person.
    """
    if PERMISSIONS[permission].reach != "centre":
        raise ValueError(f"{permission} is not used in a centre")

    def mark(view: View) -> View:
        @wraps(view)
        def wrapper(**arguments: Any) -> Any:
            g.approval = _approval(permission)
            return view(**arguments)

        return wrapper  # type: ignore[return-value]  # the same view, asked before

    return mark


def _approval(permission: str) -> User | DomainError:
    try:
        user = prove(
            request.form.get("approver", ""),
            request.form.get("approver_password", ""),
            request.form.get("approver_code"),
        )
    except DomainError as error:
        return error
    here = current_scope().centre_id
    roles = {grant.role for grant in held_grants(user.id) if grant.centre_id == here}
    if user.id == current_actor().user_id or not roles & PERMISSIONS[permission].roles:
        return NotASecondPerson()
    return user


def approver() -> User:
    """The second person of this request. Raises what went wrong with their proof."""
    found: User | DomainError = g.approval
    if isinstance(found, DomainError):
        raise found
    return found


def own_word(view: View) -> View:
    """A POST that who is signed in confirms with their own password: `own_password`, `own_code`.

    Stands between the door and `@once`, for the same reason as `second_person`. The view calls
    `confirmed`. The code is needed where signing in needs one too.
    """

    @wraps(view)
    def wrapper(**arguments: Any) -> Any:
        try:
            g.confirmation = prove(
                signed_in().user.username,
                request.form.get("own_password", ""),
                request.form.get("own_code"),
            )
        except DomainError as error:
            g.confirmation = error
        return view(**arguments)

    return wrapper  # type: ignore[return-value]  # the same view, asked before


def confirmed() -> None:
    """Raise what went wrong with the own word of this request; return when it was right."""
    if isinstance(g.confirmation, WrongCredentials):
        raise WrongPassword
    if isinstance(g.confirmation, DomainError):
        raise g.confirmation


def own_code_needed() -> bool:
    """Whether the own word of whoever is signed in takes a code as well."""
    person = signed_in()
    return needs_second_step(person.user, person.grants)
