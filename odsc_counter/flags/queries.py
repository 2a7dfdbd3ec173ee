"""What people look at: the flags of an area, one flag with its history, what an agenda proposes.

All within the area of the session: a province has no way to another province's flags.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.catalogue.models import Ministry
from odsc_counter.flags.lifecycle import ANSWERED, CLOSED, LIVE, OPEN, SNOOZED
from odsc_counter.flags.models import Flag
from odsc_counter.flags.rules import DATA_RULES
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading

PER_PAGE = 25
MOST_IN_FILE = 5000
"""Rows of a file; who needs more narrows the list."""
LATE = "late"
DATA = "data"
"""In the place of one rule: all rules of data quality together."""
STATES = ("live", LATE, OPEN, ANSWERED, SNOOZED, CLOSED, "all")
"""What a list shows; `late`: no answer in time, or a promise that was not kept."""


@dataclass(frozen=True)
class Filters:
    """What a list of flags is narrowed to; empty means all."""

    show: str = "live"
    rule: str = ""
    level: int | None = None
    """Level of the unit whose office must act."""
    mine: int | None = None
    """Only those that lie with the office of this unit."""


@dataclass(frozen=True)
class FlagRow:
    """A flag with what it names."""

    flag: Flag
    place: Unit
    holder: Unit
    centre: Centre | None
    ministry: Ministry | None

    @property
    def is_late(self) -> bool:
        """Not answered in time, or promised for a day that has passed while it lasts."""
        today, flag = clock.today(), self.flag
        if flag.state == OPEN:
            return flag.answer_due_on < today
        is_promised = flag.promised_on is not None and flag.promised_on < today
        return flag.state == ANSWERED and is_promised and flag.subsided_on is None


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    rows: list[FlagRow]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PER_PAGE))


def listing(filters: Filters, page: int = 1) -> Page:
    """A page of flags of the area in force: the late ones first, then the newest."""
    conditions = _narrowed(filters, clock.today())
    with reading() as session:
        total = session.scalar(select(func.count(Flag.id)).where(*conditions)) or 0
        number = min(max(1, page), max(1, -(-total // PER_PAGE)))
        return Page(_rows(session, conditions, PER_PAGE, (number - 1) * PER_PAGE), total, number)


def for_file(filters: Filters) -> list[FlagRow]:
    """The same list in one piece, for a file of a spreadsheet."""
    with reading() as session:
        return _rows(session, _narrowed(filters, clock.today()), MOST_IN_FILE, 0)


def counts(filters: Filters) -> dict[str, int]:
    """How many flags each value of STATES has, with the other filters in force. One statement."""
    today = clock.today()
    others = _narrowed(Filters("all", filters.rule, filters.level, filters.mine), today)
    columns = [
        func.coalesce(func.sum(case((and_(*_shown(show, today)), 1), else_=0)), 0)
        if _shown(show, today)
        else func.count(Flag.id)
        for show in STATES
    ]
    with reading() as session:
        row = session.execute(select(*columns).where(*others)).one()
    return dict(zip(STATES, map(int, row), strict=True))


def for_agenda(unit: Unit) -> list[FlagRow]:
    """The live flags with which a unit's committee may deal: those that lie with its office."""
    with reading() as session:
        return _rows(session, [Flag.state.in_(LIVE), Flag.holder_id == unit.id], MOST_IN_FILE, 0)


def rows_of(flag_ids: Sequence[uuid.UUID]) -> list[FlagRow]:
    """Flags of the area in force with what they are about, in no order that means anything."""
    if not flag_ids:
        return []
    with reading() as session:
        return _rows(session, [Flag.id.in_(flag_ids)], len(flag_ids), 0)


def due_by_today(most: int) -> tuple[list[FlagRow], int]:
    """Flags of the area that ask for something by today, at most so many, and how many in all.

    An answer is due, or the day that an answer has promised has come while the situation lasts.
    """
    today = clock.today()
    due = or_(
        and_(Flag.state == OPEN, Flag.answer_due_on <= today),
        and_(Flag.state == ANSWERED, Flag.promised_on <= today, Flag.subsided_on.is_(None)),
    )
    with reading() as session:
        total = session.scalar(select(func.count(Flag.id)).where(due)) or 0
        return _rows(session, [due], most, 0), total


def owned_by(user_id: int) -> list[FlagRow]:
    """The live flags of the area in force of which a person takes care."""
    with reading() as session:
        return _rows(session, [Flag.state.in_(LIVE), Flag.owner_id == user_id], MOST_IN_FILE, 0)


def flag_row(flag_id: uuid.UUID) -> FlagRow:
    """One flag within the area in force. Raises NotFound."""
    with reading() as session:
        rows = _rows(session, [Flag.id == flag_id], 1, 0)
    if not rows:
        raise NotFound
    return rows[0]


def history(flag: Flag) -> list[AreaEvent]:
    """What happened with a flag, oldest first.

    Of days on which it was merely found again only the last one of a row is told.
    """
    with reading() as session:
        events = list(
            session.scalars(
                select(AreaEvent)
                .where(
                    AreaEvent.subject_kind == "flag",
                    AreaEvent.subject_id == str(flag.id),
                    AreaEvent.place_id == flag.place_id,
                )
                .order_by(AreaEvent.seq)
            )
        )
    following = [*events[1:], None]
    return [
        event
        for event, after in zip(events, following, strict=True)
        if not (event.verb == "see_again" and after is not None and after.verb == "see_again")
    ]


def people_of(unit: Unit) -> list[User]:
    """Who may act on flags at a unit's own office today, by name."""
    today = clock.today()
    with reference_scope(), reading() as session:
        return list(
            session.scalars(
                select(User)
                .where(
                    User.is_active,
                    User.id.in_(
                        select(RoleGrant.user_id).where(
                            RoleGrant.at_unit_id == unit.id,
                            RoleGrant.role.in_(PERMISSIONS["flag.act"].roles),
                            RoleGrant.granted_on <= today,
                            or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
                        )
                    ),
                )
                .order_by(User.username)
            )
        )


def names(user_ids: Iterable[int | None]) -> dict[int, User]:
    """The accounts behind ids, for their names."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    with reference_scope(), reading() as session:
        return {user.id: user for user in session.scalars(select(User).where(User.id.in_(wanted)))}


def _rows(
    session: Session, conditions: list[ColumnElement[bool]], limit: int, offset: int
) -> list[FlagRow]:
    place, holder = aliased(Unit), aliased(Unit)
    today = clock.today()
    late = case((and_(*_shown(LATE, today)), 0), (Flag.state == CLOSED, 2), else_=1)
    rows = session.execute(
        select(Flag, place, holder, Centre, Ministry)
        .join(place, place.id == Flag.place_id)
        .join(holder, holder.id == Flag.holder_id)
        .outerjoin(Centre, Centre.id == Flag.about_centre_id)
        .outerjoin(Ministry, Ministry.id == Flag.ministry_id)
        .where(*conditions)
        .order_by(late, Flag.raised_at.desc(), Flag.id)
        .limit(limit)
        .offset(offset)
    )
    return [FlagRow(*row) for row in rows]


def _narrowed(filters: Filters, today: date) -> list[ColumnElement[bool]]:
    conditions = _shown(filters.show, today)
    if filters.rule == DATA:
        conditions.append(Flag.rule.in_(DATA_RULES))
    elif filters.rule:
        conditions.append(Flag.rule == filters.rule)
    if filters.level is not None:
        conditions.append(Flag.holder_id.in_(select(Unit.id).where(Unit.level == filters.level)))
    if filters.mine is not None:
        conditions.append(Flag.holder_id == filters.mine)
    return conditions


def _shown(show: str, today: date) -> list[ColumnElement[bool]]:
    if show == "all":
        return []
    if show == "live":
        return [Flag.state != CLOSED]
    if show == LATE:
        return [
            or_(
                and_(Flag.state == OPEN, Flag.answer_due_on < today),
                and_(
                    Flag.state == ANSWERED,
                    Flag.promised_on < today,
                    Flag.subsided_on.is_(None),
                ),
            )
        ]
    return [Flag.state == show]
