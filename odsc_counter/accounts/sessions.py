"""Who is at the desk: sign-ins kept on the server, read afresh at every request.

The browser's cookie carries a random token; the database holds its hash. Ending the row ends
the sign-in at once. A desk that is locked, or whose second step is still missing, is nobody to
every door: only the lock screen and the second step know whose it is.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask import Flask, Request, current_app, g, request, session
from flask_login import LoginManager
from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from odsc_counter.accounts.access import Grant, SignedIn, is_api
from odsc_counter.accounts.models import ApiToken, RoleGrant, User, UserSession
from odsc_counter.accounts.notices import UNREAD
from odsc_counter.accounts.permissions import NEEDS_SECOND_FACTOR
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.events import NationalEvent
from odsc_counter.platform.tenancy import Actor, acting_as, current_actor, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

COOKIE_KEY = "desk"
LONGEST = timedelta(hours=12)
"""A sign-in lasts a working day at most."""
LONGEST_IDLE = timedelta(hours=4)
"""A desk that nobody came back to is signed out, not only locked."""
SECOND_STEP_WITHIN = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly we remember when a desk was last used: one small write a minute."""


class Standing(StrEnum):
    """What a sign-in is good for."""

    OPEN = "open"
    LOCKED = "locked"
    SECOND_STEP = "second_step"


@dataclass(frozen=True)
class Desk:
    """A sign-in that has not ended, and whose it is."""

    session: UserSession
    user: User
    grants: tuple[Grant, ...]
    standing: Standing
    unread: int
    """Notices that the person has not read."""


def hashed(token: str) -> str:
    """What is stored of a token. It has 256 random bits, so a plain hash can't be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """256 random bits, safe in addresses and headers."""
    return secrets.token_urlsafe(32)


def is_demonstration() -> bool:
    """Whether this installation holds invented data: `demo` says so in the national log.

    Answers False while the database can't be asked: the page that says so needs an answer.
    """
    if current_app.extensions.get("demonstration"):
        return True
    try:
        with reference_scope(), reading() as database:
            found = database.scalar(select(exists().where(NationalEvent.verb == "demonstration")))
    except SQLAlchemyError:
        return False
    current_app.extensions["demonstration"] = bool(found)
    return bool(found)


def held_grants(user_id: int) -> tuple[Grant, ...]:
    """The roles that a person holds today, and where."""
    today = clock.today()
    statement = (
        select(RoleGrant, Unit.code)
        .outerjoin(Unit, Unit.id == RoleGrant.at_unit_id)
        .where(
            RoleGrant.user_id == user_id,
            RoleGrant.granted_on <= today,
            or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
        )
        .order_by(RoleGrant.id)
    )
    with reference_scope(), reading() as database:
        return tuple(
            Grant(grant.role, grant.at_centre_id, grant.at_unit_id, code, grant.ministry_id)
            for grant, code in database.execute(statement)
        )


def needs_second_step(user: User, grants: tuple[Grant, ...]) -> bool:
    """Whether the password alone is not enough: by choice, or by the roles that are held."""
    by_role = any(grant.role in NEEDS_SECOND_FACTOR for grant in grants)
    return by_role or user.totp_confirmed_at is not None


def may_sign_in(user: User) -> bool:
    """Whether the account is good for this installation at all."""
    return user.is_active and (not user.is_demo or is_demonstration())


def desk() -> Desk | None:
    """The sign-in of this request, whatever it is good for; None without one."""
    if "desk" not in g:
        # Should the database fail now, the page that says so must not ask again.
        g.desk = None
        g.desk = _find_desk(session.get(COOKIE_KEY))
    found: Desk | None = g.desk
    return found


def _find_desk(token: str | None) -> Desk | None:
    if not token:
        return None
    with reference_scope(), reading() as database:
        row = database.execute(
            select(UserSession, User, UNREAD)
            .join(User, User.id == UserSession.user_id)
            .where(UserSession.token_hash == hashed(token), UserSession.ended_at.is_(None))
        ).one_or_none()
    if row is None:
        return None
    found, user, unread = row
    now = clock.now()
    if now - found.created_at >= LONGEST or now - found.last_seen_at >= LONGEST_IDLE:
        return None
    if not may_sign_in(user):
        return None
    grants = held_grants(user.id)
    return Desk(found, user, grants, _standing(found, user, grants, now), unread)


def _standing(found: UserSession, user: User, grants: tuple[Grant, ...], now: datetime) -> Standing:
    if found.second_factor_at is None and needs_second_step(user, grants):
        return Standing.SECOND_STEP
    idle = timedelta(minutes=current_app.config["SETTINGS"].idle_lock_minutes)
    if found.locked_at is not None or now - found.last_seen_at >= idle:
        return Standing.LOCKED
    return Standing.OPEN


def second_step_is_due(found: Desk) -> bool:
    """Whether the second step of this sign-in may still be done."""
    return clock.now() - found.session.created_at < SECOND_STEP_WITHIN


def is_use() -> bool:
    """Whether the request shows a person at the desk, and not a page that refreshes itself."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return request.method != "GET" or mode == "navigate"


def _load(incoming: Request) -> SignedIn | None:
    if is_api():
        return _from_token(incoming)
    found = desk()
    if found is None or found.standing is not Standing.OPEN:
        return None
    if is_use() and clock.now() - found.session.last_seen_at >= SEEN_EVERY:
        _seen(found.session)
    return SignedIn(found.user, found.grants, session=found.session, unread_notices=found.unread)


def _seen(found: UserSession) -> None:
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(UserSession)
            .where(UserSession.token_hash == found.token_hash)
            .values(last_seen_at=clock.now())
        )


def _from_token(incoming: Request) -> SignedIn | None:
    kind, _space, token = incoming.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return None
    with reference_scope(), reading() as database:
        row = database.execute(
            select(ApiToken, User)
            .join(User, User.id == ApiToken.user_id)
            .where(ApiToken.token_hash == hashed(token.strip()), ApiToken.revoked_at.is_(None))
        ).one_or_none()
    if row is None or not may_sign_in(row.User):
        return None
    return SignedIn(row.User, held_grants(row.User.id), token=row.ApiToken)


def as_person(user: User) -> Actor:
    """The person as the one who acts, from where the present request comes."""
    now = current_actor()
    return Actor(user.name_lo, user.id, now.origin, now.request_id)


def begin(user: User, *, second_step_done: bool = False) -> None:
    """Sign a person in on this browser, with a new token; what was signed in here ends."""
    token = new_token()
    now = clock.now()
    with reference_scope(), acting_as(as_person(user)), unit_of_work() as work:
        _end(UserSession.token_hash == hashed(session.get(COOKIE_KEY) or ""))
        work.session.add(
            UserSession(
                token_hash=hashed(token),
                user_id=user.id,
                created_at=now,
                last_seen_at=now,
                second_factor_at=now if second_step_done else None,
                origin=(request.remote_addr or "")[:64],
                agent=request.user_agent.string[:200],
            )
        )
        if second_step_done or not needs_second_step(user, held_grants(user.id)):
            work.record_national("signed_in", subject_kind="user_account", subject_id=str(user.id))
    session.clear()
    session[COOKIE_KEY] = token
    session["language"] = user.language
    _forget_who()


def end(found: Desk) -> None:
    """Sign out: this sign-in is over, also for whoever copied its cookie."""
    with reference_scope(), acting_as(as_person(found.user)), unit_of_work() as work:
        _end(UserSession.token_hash == found.session.token_hash)
        work.record_national(
            "signed_out", subject_kind="user_account", subject_id=str(found.user.id)
        )
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    _forget_who()


def end_all(user_id: int, *, but: UserSession | None = None) -> None:
    """End every sign-in of a person, except perhaps the one that they sit at."""
    kept = but.token_hash if but is not None else ""
    with unit_of_work():
        _end((UserSession.user_id == user_id) & (UserSession.token_hash != kept))


def end_other(found: Desk, key: str) -> None:
    """End one of the person's own sign-ins, named by the start of its stored hash."""
    with reference_scope(), unit_of_work() as work:
        _end(
            (UserSession.user_id == found.user.id)
            & (func.substr(UserSession.token_hash, 1, len(key)) == key)
        )
        work.record_national(
            "session_ended", subject_kind="user_account", subject_id=str(found.user.id)
        )


def lock(found: Desk) -> None:
    """Lock the desk: from now on the password alone opens it again."""
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(UserSession)
            .where(UserSession.token_hash == found.session.token_hash)
            .values(locked_at=clock.now())
        )
    _forget_who()


def unlock(found: Desk) -> None:
    """Open a locked desk again; it gets a new token, as every proof of the password gives."""
    token = new_token()
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(UserSession)
            .where(UserSession.token_hash == found.session.token_hash)
            .values(token_hash=hashed(token), locked_at=None, last_seen_at=clock.now())
        )
    session[COOKIE_KEY] = token
    _forget_who()


def pass_second_step(found: Desk) -> None:
    """Make a sign-in whole after its second step."""
    begin(found.user, second_step_done=True)


def _end(which: object) -> None:
    with unit_of_work() as work:
        work.session.execute(
            update(UserSession)
            .where(which, UserSession.ended_at.is_(None))  # type: ignore[arg-type]  # a condition
            .values(ended_at=clock.now())
        )


def _forget_who() -> None:
    g.pop("desk", None)
    g.pop("_login_user", None)


def install(app: Flask, login: LoginManager) -> None:
    """Tell Flask-Login who asks: by cookie on pages, by bearer token in the API."""
    # Nobody is remembered beyond the session, and the session's protection is our own.
    login.session_protection = None
    login.request_loader(_load)
