"""What is done to accounts: made, given roles, given passwords, disabled.

The scope in force decides how far one reaches. In a centre's scope (its manager) only people
who hold or held a role there exist, only its own roles are given, and whoever also belongs
elsewhere stays untouched but for those roles. In the reference scope (the national
administrator, the command line) everyone is within reach.
"""

import re

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from odsc_counter.accounts import second_factor, sessions
from odsc_counter.accounts.credentials import (
    LinkUsedUp,
    check_password,
    create_token,
    issue_one_time_link,
    owner_of_link,
    remove_second_factor,
    revoke_token,
    set_password,
    use_one_time_link,
    void_links,
)
from odsc_counter.accounts.entering import enter_centre, leave_centre
from odsc_counter.accounts.models import ApiToken, CalendarToken, RoleGrant, User
from odsc_counter.accounts.permissions import HAS_MINISTRY, MINISTRY_OFFICER, OFFICE_LEVELS, PLACES
from odsc_counter.accounts.reach import (
    BelongsElsewhere,
    NotForOneself,
    known_here,
    record,
    touchable,
)
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.tenancy import (
    centre_scope,
    current_actor,
    current_scope,
    reference_scope,
)
from odsc_counter.platform.work import Work, unit_of_work

__all__ = [
    "BelongsElsewhere",
    "LinkUsedUp",
    "NotForOneself",
    "bring_in",
    "check_password",
    "create_staff",
    "create_token",
    "create_user",
    "disable_user",
    "enable_user",
    "end_role",
    "enter_centre",
    "grant_role",
    "issue_one_time_link",
    "leave_centre",
    "owner_of_link",
    "remove_second_factor",
    "reset_second_factor",
    "revoke_token",
    "set_language",
    "set_password",
    "use_one_time_link",
]

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")
UNIT_KINDS = {0: "nation", 1: "province", 2: "district"}


class UsernameTaken(InvalidInput):
    """Somebody has this user name already."""

    slug = "username-taken"

    def __init__(self) -> None:
        super().__init__({"username": str(_("This user name is taken."))})


class RoleHeldAlready(DomainError):
    """The person holds this role at this place."""

    slug = "role-held-already"
    message = _("This person holds this role there already.")


def set_language(user_id: int, language: str) -> None:
    """Remember in which language a person reads the pages: 'lo' or 'en'."""
    with reference_scope(), unit_of_work() as work:
        work.session.execute(update(User).where(User.id == user_id).values(language=language))


# People and their roles


def create_user(
    username: str, name_lo: str, name_en: str, *, language: str = "lo", is_demo: bool = False
) -> User:
    """Make an account without a password: a one-time link sets it.

    In a centre's scope the same transaction must grant a role there, or the new person
    would be out of everyone's reach: see `create_staff`. Raises InvalidInput, UsernameTaken.
    """
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        message = _("Use 3 to 60 small Latin letters, digits, dots, hyphens or underscores.")
        raise InvalidInput({"username": str(message)})
    user = User(
        username=username,
        name_lo=name_lo.strip(),
        name_en=name_en.strip(),
        language=language,
        is_active=True,
        is_demo=is_demo,
        totp_last_step=0,
        created_at=clock.now(),
        created_by_id=current_actor().user_id,
    )
    with unit_of_work() as work:
        work.session.add(user)
        try:
            work.session.flush()
        except IntegrityError as error:
            raise UsernameTaken from error
        record(work, "user_created", user.id, username=username)
    return user


def create_staff(
    username: str,
    name_lo: str,
    name_en: str,
    role: str,
    *,
    ministry_id: int | None = None,
    office_level: str = "",
) -> User:
    """Make an account for a new member of the centre's staff, with a first role."""
    with unit_of_work() as work:
        user = create_user(username, name_lo, name_en)
        _grant(work, user.id, role, current_scope().centre_id, None, ministry_id, office_level)
    return user


def bring_in(
    username: str, role: str, *, ministry_id: int | None = None, office_level: str = ""
) -> User:
    """Give a role at the centre to somebody who has an account already.

    Raises InvalidInput when nobody has this user name.
    """
    with unit_of_work() as work:
        user = work.session.scalars(
            select(User).where(User.username == username.strip().lower(), User.is_active)
        ).one_or_none()
        if user is None:
            raise InvalidInput({"existing": str(_("Nobody has this user name."))})
        _grant(work, user.id, role, current_scope().centre_id, None, ministry_id, office_level)
    return user


def grant_role(
    user_id: int,
    role: str,
    *,
    centre_id: int | None = None,
    unit_id: int | None = None,
    ministry_id: int | None = None,
    office_level: str = "",
) -> None:
    """Give a person a role at a centre or for a unit; it is in force at once.

    Raises NotFound, NotForOneself, RoleHeldAlready, InvalidInput (the role is not held at
    such a place).
    """
    if current_scope().kind == "centre":
        with unit_of_work() as work:
            known_here(work, user_id)
            _grant(work, user_id, role, current_scope().centre_id, None, ministry_id, office_level)
    elif centre_id is not None:
        # Also in the trail of the centre where the person will be met.
        with centre_scope(centre_id), unit_of_work() as work:
            _grant(work, user_id, role, centre_id, None, ministry_id, office_level)
            work.record_national(
                "role_granted",
                subject_kind="user_account",
                subject_id=str(user_id),
                role=role,
                place=_code(work, centre_id, None),
            )
    else:
        with unit_of_work() as work:
            _grant(work, user_id, role, None, unit_id, ministry_id, office_level)


def _grant(
    work: Work,
    user_id: int,
    role: str,
    centre_id: int | None,
    unit_id: int | None,
    ministry_id: int | None,
    office_level: str,
) -> None:
    if user_id == current_actor().user_id:
        raise NotForOneself
    if work.session.get(User, user_id) is None:
        raise NotFound
    _refuse_wrong_place(work, role, centre_id, unit_id)
    if (
        (ministry_id is None)
        if role == MINISTRY_OFFICER
        else (ministry_id is not None and role not in HAS_MINISTRY)
    ):
        message = _("Choose a ministry for ministry officers and committee members alone.")
        raise InvalidInput({"ministry_id": str(message)})
    if office_level and (office_level not in OFFICE_LEVELS or role != MINISTRY_OFFICER):
        raise InvalidInput({"office_level": str(_("Choose one of the list."))})
    work.session.add(
        RoleGrant(
            user_id=user_id,
            role=role,
            at_centre_id=centre_id,
            at_unit_id=unit_id,
            ministry_id=ministry_id,
            office_level=office_level,
            granted_on=clock.today(),
        )
    )
    try:
        work.session.flush()
    except IntegrityError as error:
        raise RoleHeldAlready from error
    record(work, "role_granted", user_id, role=role, place=_code(work, centre_id, unit_id))


def _code(work: Work, centre_id: int | None, unit_id: int | None) -> str:
    """The code of a place, which stays readable in a trail."""
    if centre_id is not None:
        return work.session.get_one(Centre, centre_id).code
    return work.session.get_one(Unit, unit_id).code


def _refuse_wrong_place(work: Work, role: str, centre_id: int | None, unit_id: int | None) -> None:
    if centre_id is not None:
        kind = "centre" if work.session.get(Centre, centre_id) is not None else None
    else:
        unit = work.session.get(Unit, unit_id) if unit_id is not None else None
        kind = UNIT_KINDS[unit.level] if unit is not None else None
    if role not in PLACES or kind not in PLACES[role]:
        raise InvalidInput({"role": str(_("This role is not held at such a place."))})


def end_role(grant_id: int, *, user_id: int | None = None) -> None:
    """Take a role away, at once; `user_id` says whose it must be.

    Raises NotFound, NotForOneself.
    """
    scope = current_scope()
    with unit_of_work() as work:
        grant = work.session.get(RoleGrant, grant_id)
        if grant is None or grant.ended_on is not None:
            raise NotFound
        if user_id not in (None, grant.user_id):
            raise NotFound
        if scope.kind == "centre" and grant.at_centre_id != scope.centre_id:
            raise NotFound
        if grant.user_id == current_actor().user_id:
            raise NotForOneself
        ended = work.session.execute(
            update(RoleGrant)
            .where(RoleGrant.id == grant_id, RoleGrant.ended_on.is_(None))
            .values(ended_on=clock.today())
        )
        if ended.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has it
            raise NotFound
        place = _code(work, grant.at_centre_id, grant.at_unit_id)
        record(work, "role_ended", grant.user_id, role=grant.role, place=place)


def disable_user(user_id: int) -> None:
    """Shut an account: its sign-ins and tokens end at once, its past stays.

    Raises NotFound, NotForOneself, BelongsElsewhere.
    """
    with unit_of_work() as work:
        touchable(work, user_id)
        work.session.execute(update(User).where(User.id == user_id).values(is_active=False))
        sessions.end_all(user_id)
        work.session.execute(
            update(ApiToken)
            .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )
        work.session.execute(
            update(CalendarToken)
            .where(CalendarToken.user_id == user_id, CalendarToken.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )
        void_links(work, user_id)
        record(work, "user_disabled", user_id)


def enable_user(user_id: int) -> None:
    """Open a shut account again. Raises NotFound, NotForOneself, BelongsElsewhere."""
    with unit_of_work() as work:
        touchable(work, user_id)
        work.session.execute(update(User).where(User.id == user_id).values(is_active=True))
        record(work, "user_enabled", user_id)


def reset_second_factor(user_id: int) -> None:
    """Forget a lost phone; the person sets up another at the next sign-in."""
    with unit_of_work() as work:
        touchable(work, user_id)
        second_factor.switch_off(work, user_id)
        sessions.end_all(user_id)
        record(work, "second_factor_reset", user_id)
