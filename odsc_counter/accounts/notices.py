"""Notices: telling people that something waits for them, and what they have not read yet."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.notice_models import Notice
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import current_actor, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

PER_PAGE = 30
LONGEST = 300
"""Letters of a subject; what is longer is cut."""


UNREAD = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.user_id == User.id, Notice.read_at.is_(None))
    .correlate(User)
    .scalar_subquery()
)
"""How many notices a person has not read: a column beside the person's account."""


@dataclass(frozen=True)
class Page:
    """One page of a person's notices, newest first."""

    rows: list[Notice]
    number: int
    pages: int
    unread: int


def tell(
    session: Session,
    user_ids: Iterable[int | None],
    kind: str,
    subjects: Mapping[str, str],
    address: str,
) -> None:
    """Tell people of something, within the caller's transaction.

    Nobody is told what they did themselves, nor twice. `subjects`: by language, lo and en.
    """
    own = current_actor().user_id
    wanted = {user_id for user_id in user_ids if user_id is not None and user_id != own}
    now = clock.now()
    session.add_all(
        Notice(
            user_id=user_id,
            kind=kind,
            subject_lo=_cut(subjects["lo"]),
            subject_en=_cut(subjects["en"]),
            address=address,
            at=now,
        )
        for user_id in sorted(wanted)
    )


def _cut(subject: str) -> str:
    return subject if len(subject) <= LONGEST else f"{subject[: LONGEST - 1]}…"


def holders(unit_id: int, roles: Collection[str] | None = None) -> list[User]:
    """People who hold one of these roles (None: any) at this very unit today, by user name.

    Reads beside a running transaction: accounts are no area's.
    """
    today = clock.today()
    held = select(RoleGrant.user_id).where(
        RoleGrant.at_unit_id == unit_id,
        RoleGrant.granted_on <= today,
        or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
    )
    if roles is not None:
        held = held.where(RoleGrant.role.in_(roles))
    with reference_scope(), reading() as session:
        return list(
            session.scalars(
                select(User).where(User.is_active, User.id.in_(held)).order_by(User.username)
            )
        )


def holders_at_centre(centre_id: int, roles: Collection[str]) -> list[User]:
    """People who hold one of these roles at this very centre today, by user name.

    Reads beside a running transaction, as `holders` does.
    """
    today = clock.today()
    held = select(RoleGrant.user_id).where(
        RoleGrant.at_centre_id == centre_id,
        RoleGrant.granted_on <= today,
        or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
        RoleGrant.role.in_(roles),
    )
    with reference_scope(), reading() as session:
        return list(
            session.scalars(
                select(User).where(User.is_active, User.id.in_(held)).order_by(User.username)
            )
        )


def told_of(kind: str, addresses: Collection[str], since: datetime) -> set[tuple[str, int]]:
    """Who was told of what since a moment: pairs of an address and a person's key."""
    with reference_scope(), reading() as session:
        rows = session.execute(
            select(Notice.address, Notice.user_id).where(
                Notice.kind == kind, Notice.address.in_(addresses), Notice.at >= since
            )
        )
        return set(rows.tuples().all())


def page_of(user_id: int, number: int) -> Page:
    """One page of a person's notices; a number beyond the last shows the last."""
    with reference_scope(), reading() as session:
        total, left = session.execute(
            select(func.count(), func.count().filter(Notice.read_at.is_(None))).where(
                Notice.user_id == user_id
            )
        ).one()
        pages = max(1, -(-total // PER_PAGE))
        number = min(max(number, 1), pages)
        rows = session.scalars(
            select(Notice)
            .where(Notice.user_id == user_id)
            .order_by(Notice.at.desc(), Notice.id.desc())
            .limit(PER_PAGE)
            .offset((number - 1) * PER_PAGE)
        ).all()
    return Page(list(rows), number, pages, left)


def mark_read(user_id: int, notice_id: uuid.UUID | None = None) -> int:
    """Note that a person has read a notice of theirs, or all of them. Returns how many were new.

    Another person's notice stays as it is.
    """
    with reference_scope(), unit_of_work() as work:
        statement = update(Notice).where(*_unread(user_id))
        if notice_id is not None:
            statement = statement.where(Notice.id == notice_id)
        done = work.session.execute(
            statement.values(read_at=clock.now()).returning(Notice.id),
            execution_options={"synchronize_session": False},
        )
        return len(done.all())


def _unread(user_id: int) -> tuple[ColumnElement[bool], ...]:
    return Notice.user_id == user_id, Notice.read_at.is_(None)
