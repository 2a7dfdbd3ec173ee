"""Whose account may be changed from here, and where the change is written down."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from odsc_counter.accounts.access import Grant
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.sessions import held_grants
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work


class NotForOneself(DomainError):
    """Nobody changes their own roles or disables themselves."""

    slug = "not-for-oneself"
    status = 403
    message = _("You can't do this for yourself. Ask another person who may.")


class BelongsElsewhere(DomainError):
    """The person also works elsewhere, so the account is not this centre's to change."""

    slug = "belongs-elsewhere"
    status = 403
    message = _("This person also holds roles elsewhere. Ask the national administrator.")


def known_here(work: Work, user_id: int) -> User:
    """The person, if they hold or held a role at the centre in force. Raises NotFound."""
    user = work.session.get(User, user_id)
    scope = work.scope
    if user is None:
        raise NotFound
    if scope.kind == "centre":
        known = work.session.scalars(
            select(RoleGrant.id)
            .where(RoleGrant.user_id == user_id, RoleGrant.at_centre_id == scope.centre_id)
            .limit(1)
        ).first()
        if known is None:
            raise NotFound
    return user


def touchable(work: Work, user_id: int) -> User:
    """The person, if the account itself is within reach and isn't one's own."""
    user = known_here(work, user_id)
    if user_id == current_actor().user_id:
        raise NotForOneself
    if work.scope.kind == "centre" and not belongs_here_alone(
        held_grants(user_id), work.scope.centre_id
    ):
        raise BelongsElsewhere
    return user


def belongs_here_alone(grants: tuple[Grant, ...], centre_id: int | None) -> bool:
    """Whether the centre is the only place where the person holds roles, and holds one."""
    return bool(grants) and all(grant.centre_id == centre_id for grant in grants)


def record(work: Work, verb: str, user_id: int, **data: object) -> None:
    """In the centre's trail for its manager's doings, else in the national one."""
    kept = {name: value for name, value in data.items() if value is not None}
    if work.scope.kind == "centre":
        work.record(verb, subject_kind="user_account", subject_id=str(user_id), data=kept)
    else:
        work.record_national(verb, subject_kind="user_account", subject_id=str(user_id), **kept)
