"""The secret address under which a person's calendar program reads: made, renewed, revoked."""

from datetime import datetime

from sqlalchemy import select, update

from odsc_counter.accounts import sessions
from odsc_counter.accounts.models import CalendarToken, User
from odsc_counter.accounts.reach import record
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import Work, reading, unit_of_work


def make(user_id: int) -> str:
    """The secret part of a new address, 256 random bits; an older one ends at once.

    It is shown once and stored as a hash alone.
    """
    token = sessions.new_token()
    with reference_scope(), unit_of_work() as work:
        # Two makings at once come one after the other: the later one holds.
        work.session.get_one(User, user_id, with_for_update=True)
        _end(work, user_id)
        work.session.add(
            CalendarToken(
                token_hash=sessions.hashed(token), user_id=user_id, created_at=clock.now()
            )
        )
        record(work, "calendar_made", user_id)
    return token


def revoke(user_id: int) -> None:
    """End a person's address at once. Raises NotFound when there is none."""
    with reference_scope(), unit_of_work() as work:
        if _end(work, user_id) == 0:
            raise NotFound
        record(work, "calendar_revoked", user_id)


def made_at(user_id: int) -> datetime | None:
    """When the person's good address was made; None without one."""
    with reference_scope(), reading() as session:
        return session.scalars(
            select(CalendarToken.created_at).where(
                CalendarToken.user_id == user_id, CalendarToken.revoked_at.is_(None)
            )
        ).one_or_none()


def owner(token: str) -> User:
    """Whose calendar an address shows. Raises NotFound for a wrong or revoked one.

    An account that can't sign in has no calendar either.
    """
    with reference_scope(), reading() as session:
        user = session.scalars(
            select(User)
            .join(CalendarToken, CalendarToken.user_id == User.id)
            .where(
                CalendarToken.token_hash == sessions.hashed(token),
                CalendarToken.revoked_at.is_(None),
            )
        ).one_or_none()
    if user is None or not sessions.may_sign_in(user):
        raise NotFound
    return user


def _end(work: Work, user_id: int) -> int:
    """End what is good now, and say how many there were."""
    ended = work.session.execute(
        update(CalendarToken)
        .where(CalendarToken.user_id == user_id, CalendarToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE has it
