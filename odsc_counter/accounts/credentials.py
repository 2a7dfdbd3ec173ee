"""Passwords, the one-time links that set them, and the tokens of programs."""

import secrets
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from odsc_counter.accounts import passwords, second_factor, sessions, signing_in
from odsc_counter.accounts.models import ApiToken, OneTimeLink, User, UserSession
from odsc_counter.accounts.reach import record, touchable
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.tenancy import current_actor, reference_scope
from odsc_counter.platform.work import Work, reading, unit_of_work

LINK_LASTS = timedelta(hours=72)


class LinkUsedUp(DomainError):
    """The one-time link was used, replaced, or is too old."""

    slug = "link-used-up"
    status = 404
    message = _("This link was used already or is too old. Ask for a new one.")


def check_password(username: str, password: str, totp: str | None = None) -> User:
    """The person whom a password and, where needed, a code prove. See `signing_in.prove`."""
    return signing_in.prove(username, password, totp)


def issue_one_time_link(user_id: int) -> str:
    """The secret part of a link that sets a password once, within 72 hours.

    Older links of the person are void. It is shown once and stored as a hash alone.
    Raises NotFound, NotForOneself, BelongsElsewhere.
    """
    token = sessions.new_token()
    now = clock.now()
    with unit_of_work() as work:
        touchable(work, user_id)
        void_links(work, user_id)
        work.session.add(
            OneTimeLink(
                token_hash=sessions.hashed(token),
                user_id=user_id,
                created_at=now,
                expires_at=now + LINK_LASTS,
                created_by_id=current_actor().user_id,
            )
        )
        record(work, "link_issued", user_id)
    return token


def owner_of_link(token: str) -> User:
    """Whose password a one-time link sets. Raises LinkUsedUp."""
    with reference_scope(), reading() as session:
        user = session.scalars(
            select(User)
            .join(OneTimeLink, OneTimeLink.user_id == User.id)
            .where(
                OneTimeLink.token_hash == sessions.hashed(token),
                OneTimeLink.used_at.is_(None),
                OneTimeLink.expires_at > clock.now(),
                User.is_active,
            )
        ).one_or_none()
    if user is None:
        raise LinkUsedUp
    return user


def use_one_time_link(token: str, password: str) -> User:
    """Set the password that the link allows to set. Raises LinkUsedUp, WeakPassword.

    Of two uses at the same moment one wins: the mark is compared and set in the database.
    """
    user = owner_of_link(token)
    passwords.refuse_weak(password, user.username)
    kept = passwords.hash_password(password)
    now = clock.now()
    with reference_scope(), unit_of_work() as work:
        used = work.session.execute(
            update(OneTimeLink)
            .where(
                OneTimeLink.token_hash == sessions.hashed(token),
                OneTimeLink.used_at.is_(None),
                OneTimeLink.expires_at > now,
            )
            .values(used_at=now)
        )
        if used.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has it
            raise LinkUsedUp
        _keep_password(work, user.id, kept, by="link")
    return user


def set_password(user_id: int, password: str, *, at: UserSession | None = None) -> None:
    """Give a person a new password; every sign-in but the one `at` hand ends.

    Raises WeakPassword, NotFound.
    """
    with reference_scope(), reading() as session:
        user = session.get(User, user_id)
    if user is None:
        raise NotFound
    passwords.refuse_weak(password, user.username)
    kept = passwords.hash_password(password)
    with reference_scope(), unit_of_work() as work:
        _keep_password(work, user_id, kept, at=at, by="person")


def _keep_password(
    work: Work, user_id: int, kept: str, *, at: UserSession | None = None, by: str
) -> None:
    work.session.execute(update(User).where(User.id == user_id).values(password_hash=kept))
    sessions.end_all(user_id, but=at)
    void_links(work, user_id)
    record(work, "password_set", user_id, by=by)


def remove_second_factor(user: User) -> None:
    """Switch one's own second step off, where no role needs it."""
    with reference_scope(), unit_of_work() as work:
        second_factor.switch_off(work, user.id)
        record(work, "second_factor_off", user.id)


def void_links(work: Work, user_id: int) -> None:
    now = clock.now()
    work.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.user_id == user_id,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
        .values(expires_at=now)
    )


def create_token(username: str, label: str = "") -> str:
    """A bearer token for a program that acts in a person's name; shown once.

    Raises NotFound when nobody active has the user name.
    """
    token = f"odsc_{secrets.token_urlsafe(32)}"
    with reference_scope(), unit_of_work() as work:
        user = work.session.scalars(
            select(User).where(User.username == username.strip().lower(), User.is_active)
        ).one_or_none()
        if user is None:
            raise NotFound
        work.session.add(
            ApiToken(
                token_hash=sessions.hashed(token),
                user_id=user.id,
                label=label,
                created_at=clock.now(),
            )
        )
        record(work, "token_created", user.id)
    return token


def revoke_token(token: str) -> None:
    """End a token at once. Raises NotFound."""
    with reference_scope(), unit_of_work() as work:
        found = work.session.scalars(
            select(ApiToken).where(
                ApiToken.token_hash == sessions.hashed(token), ApiToken.revoked_at.is_(None)
            )
        ).one_or_none()
        if found is None:
            raise NotFound
        found.revoked_at = clock.now()
        record(work, "token_revoked", found.user_id)
