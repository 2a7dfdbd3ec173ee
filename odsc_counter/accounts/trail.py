"""The audit trail as it is read: filtered, by pages, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true, tuple_
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.platform import clock
from odsc_counter.platform.events import AreaEvent, Event, NationalEvent
from odsc_counter.platform.sql_sums import count_if
from odsc_counter.platform.work import reading

Log = type[Event] | type[AreaEvent] | type[NationalEvent]
PER_PAGE = 50
USUAL_DAYS = 7


@dataclass(frozen=True)
class Filters:
    """What part of a trail is asked for; days are inclusive."""

    first: date
    last: date
    person: str = ""
    """An account's number, `machine` for what no person did, or nothing."""
    doing: str = ""
    """`kind` or `kind.verb`, or nothing."""


@dataclass(frozen=True)
class Trail:
    """One page of a trail."""

    rows: list[Any]
    page: int
    pages: int
    total: int
    people: list[tuple[str, str]]
    """Who acted in these days: number and name, for the filter."""
    names: dict[str, User]
    """Accounts that the rows are about, by the number that the rows hold."""


def centre_trail(filters: Filters, page: int, day_starts_minute: int = 0) -> Trail:
    """The trail of the centre in force."""
    return _trail(Event, filters, page, day_starts_minute)


def national_trail(filters: Filters, page: int) -> Trail:
    """What happened outside any one centre."""
    return _trail(NationalEvent, filters, page, 0)


def area_trail(filters: Filters, page: int) -> Trail:
    """What the offices of the unit in force and of all units within it did."""
    return _trail(AreaEvent, filters, page, 0)


def _trail(log: Log, filters: Filters, page: int, day_starts_minute: int) -> Trail:
    since = clock.start_of_day(filters.first, day_starts_minute)
    until = clock.start_of_day(filters.last + timedelta(days=1), day_starts_minute)
    in_days = log.at >= since, log.at < until
    narrowed = list(_narrowed(log, filters))
    with reading() as session:
        # Whom one can ask for and how many rows are asked for, in one walk through the days.
        actors = session.execute(
            select(log.actor_id, func.max(log.actor_name), count_if(and_(true(), *narrowed)))
            .where(*in_days)
            .group_by(log.actor_id)
            .order_by(func.max(log.actor_name))
        ).all()
        total = sum(count for _number, _name, count in actors)
        pages = max(1, -(-total // PER_PAGE))
        page = min(max(page, 1), pages)
        rows = _rows(session, [*in_days, *narrowed], log, page, total)
        names = _accounts(session, rows)
    return Trail(
        rows,
        page,
        pages,
        total,
        [(str(number), name) for number, name, _count in actors if number is not None],
        names,
    )


def _rows(
    session: Session, wanted: list[ColumnElement[bool]], log: Log, page: int, total: int
) -> list[Any]:
    """The rows of a page, newest first.

    Counted from whichever end is nearer, and sorted as keys alone: a year's last page would
    else carry each whole row of the year through a sort.
    """
    before = (page - 1) * PER_PAGE
    many = min(PER_PAGE, total - before)
    if many <= 0:
        return []
    newest: list[ColumnElement[Any]] = [log.at.desc(), log.id.desc()]
    oldest: list[ColumnElement[Any]] = [log.at.asc(), log.id.asc()]
    after = total - before - many
    near, skipped = (newest, before) if before <= after else (oldest, after)
    key = [getattr(log, column.key) for column in log.__table__.primary_key]
    keys = session.execute(
        select(*key).where(*wanted).order_by(*near).limit(many).offset(skipped)
    ).all()
    found = select(log).where(tuple_(*key).in_([tuple(one) for one in keys])).order_by(*newest)
    return list(session.scalars(found))


def _narrowed(log: Log, filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.person == "machine":
        yield log.actor_id.is_(None)
    elif filters.person.isascii() and filters.person.isdigit():
        yield log.actor_id == int(filters.person[:9])
    kind, _dot, verb = filters.doing.partition(".")
    if kind:
        yield log.subject_kind == kind
    if verb:
        yield log.verb == verb


def _accounts(session: Any, rows: Iterable[Any]) -> dict[str, User]:
    numbers = {
        int(row.subject_id)
        for row in rows
        if row.subject_kind == "user_account" and row.subject_id.isdigit()
    }
    if not numbers:
        return {}
    found = session.scalars(select(User).where(User.id.in_(numbers)))
    return {str(user.id): user for user in found}
