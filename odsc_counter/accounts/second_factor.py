"""The second step of a sign-in: a code from the person's phone, or a recovery code.

A code works once: the time step of the last one is compared and set in the database.
"""

import base64
import hashlib
import hmac
import secrets
from functools import cache
from pathlib import Path

import pyotp
import segno
from cryptography.fernet import Fernet
from flask import current_app, has_app_context
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select, update

from odsc_counter.accounts import throttle
from odsc_counter.accounts.models import RecoveryCode, User
from odsc_counter.config import kept_secret, settings_from_environment
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import Work, reading, unit_of_work

STEP_SECONDS = 30
DRIFT = 1
"""Steps that the phone's clock may be off, either way."""
RECOVERY_CODES = 10
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Nothing that looks like something else on paper: no I, O, 0 or 1."""


class WrongCode(InvalidInput):
    """The code is not right, too old, or was used before."""

    slug = "wrong-code"
    message = _("This code is not right, or was used already. Wait for the next one.")


@cache
def _cipher(instance: Path) -> Fernet:
    secret = kept_secret(instance, "second-factor")
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))


def _safe() -> Fernet:
    settings = current_app.config["SETTINGS"] if has_app_context() else settings_from_environment()
    return _cipher(settings.instance)


def secret_of(user: User) -> str | None:
    """The secret that the person's phone shares with us; None when none was made."""
    if user.totp_secret is None:
        return None
    return _safe().decrypt(user.totp_secret.encode()).decode()


def prepare(user: User) -> None:
    """Make a secret for a person who has none yet. It counts once a code confirmed it."""
    sealed = _safe().encrypt(pyotp.random_base32().encode()).decode()
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(User)
            .where(User.id == user.id, User.totp_secret.is_(None))
            .values(totp_secret=sealed)
        )


def address_for_phone(user: User) -> str:
    """The secret as an address that the phone's program reads from a QR code."""
    return pyotp.TOTP(secret_of(user) or "").provisioning_uri(
        name=user.username, issuer_name="ODSC Counter"
    )


def qr_image(text: str) -> str:
    """A QR code as an address of an image that needs no request."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=3))


def in_groups(secret: str) -> str:
    """The secret in groups of four, to be typed by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _step_now() -> int:
    return int(clock.now().timestamp()) // STEP_SECONDS


def code_shown_in_demonstration(user: User) -> str | None:
    """The next code that would be accepted, for an invented person whom no phone knows."""
    secret = secret_of(user)
    if not user.is_demo or secret is None:
        return None
    step = max(_step_now(), user.totp_last_step + 1)
    return pyotp.HOTP(secret).at(step) if step <= _step_now() + DRIFT else None


def _matching_step(secret: str, code: str) -> int | None:
    now = _step_now()
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(pyotp.HOTP(secret).at(step).encode(), code.encode()):
            return step
    return None


def _take_step(work: Work, user: User, step: int) -> bool:
    taken = work.session.execute(
        update(User)
        .where(User.id == user.id, User.totp_last_step < step)
        .values(totp_last_step=step)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE has it


def _recovery_hash(user_id: int, code: str) -> str:
    bare = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(f"{user_id}:{bare}".encode()).hexdigest()


def _take_recovery_code(work: Work, user: User, code: str) -> bool:
    taken = work.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _recovery_hash(user.id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE has it


def accept(user: User, code: str) -> None:
    """Take a code of the phone, or a recovery code. Each works once.

    Raises WrongCode, TooManyAttempts. Keeps count of failures, so it must not run inside a
    transaction that may be rolled back.
    """
    attempt = throttle.by_account(user.username, "code")
    throttle.reserve(attempt)
    secret = secret_of(user)
    code = "".join(code.split())
    with reference_scope(), unit_of_work() as work:
        if secret is None or user.totp_confirmed_at is None:
            accepted = False
        elif code.isascii() and code.isdigit():
            step = _matching_step(secret, code)
            accepted = step is not None and _take_step(work, user, step)
        else:
            accepted = _take_recovery_code(work, user, code)
            if accepted:
                work.record_national(
                    "recovery_code_used", subject_kind="user_account", subject_id=str(user.id)
                )
        if not accepted:
            work.record_national("wrong_code", subject_kind="user_account", subject_id=str(user.id))
    if not accepted:
        raise WrongCode
    throttle.succeeded(attempt)


def confirm(user: User, code: str) -> list[str]:
    """Switch the second step on with a first code; returns the recovery codes, once.

    Raises WrongCode, TooManyAttempts.
    """
    attempt = throttle.by_account(user.username, "code")
    throttle.reserve(attempt)
    secret = secret_of(user)
    step = _matching_step(secret, "".join(code.split())) if secret is not None else None
    if step is None:
        raise WrongCode
    with reference_scope(), unit_of_work() as work:
        switched = work.session.execute(
            update(User)
            .where(User.id == user.id, User.totp_confirmed_at.is_(None))
            .values(totp_confirmed_at=clock.now(), totp_last_step=step)
        )
        if switched.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has it
            raise WrongCode
        work.record_national(
            "second_factor_on", subject_kind="user_account", subject_id=str(user.id)
        )
        codes = _new_codes(work, user.id)
    throttle.succeeded(attempt)
    return codes


def renew_recovery_codes(user: User) -> list[str]:
    """New recovery codes; the old ones are worth nothing from now on."""
    with reference_scope(), unit_of_work() as work:
        work.record_national(
            "recovery_codes_made", subject_kind="user_account", subject_id=str(user.id)
        )
        return _new_codes(work, user.id)


def _new_codes(work: Work, user_id: int) -> list[str]:
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        for _ in range(RECOVERY_CODES)
    ]
    work.session.add_all(
        RecoveryCode(user_id=user_id, code_hash=_recovery_hash(user_id, code)) for code in codes
    )
    return codes


def recovery_codes_left(user_id: int) -> int:
    """How many recovery codes a person has not used yet."""
    with reference_scope(), reading() as database:
        return (
            database.scalar(
                select(func.count())
                .select_from(RecoveryCode)
                .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
            )
            or 0
        )


def switch_off(work: Work, user_id: int) -> None:
    """Forget the phone: part of an operation that says why."""
    work.session.execute(
        update(User).where(User.id == user_id).values(totp_secret=None, totp_confirmed_at=None)
    )
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
