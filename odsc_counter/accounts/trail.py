"""The audit trail as it is read: filtered, by pages, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from odsc_counter.accounts.models import User
from odsc_counter.platform import clock
from odsc_counter.platform.events import AreaEvent, Event, NationalEvent
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
    in_days = select(log).where(log.at >= since, log.at < until)
    wanted = _narrowed(in_days, log, filters)
    with reading() as session:
        total = session.scalar(wanted.with_only_columns(func.count(log.id))) or 0
        pages = max(1, -(-total // PER_PAGE))
        page = min(max(page, 1), pages)
        rows = session.scalars(
            wanted.order_by(log.at.desc(), log.id.desc())
            .limit(PER_PAGE)
            .offset((page - 1) * PER_PAGE)
        ).all()
        people = session.execute(
            select(log.actor_id, func.max(log.actor_name))
            .where(log.at >= since, log.at < until, log.actor_id.is_not(None))
            .group_by(log.actor_id)
            .order_by(func.max(log.actor_name))
        ).all()
        names = _accounts(session, rows)
    return Trail(
        list(rows),
        page,
        pages,
        total,
        [(str(number), name) for number, name in people],
        names,
    )


def _narrowed(statement: Select[Any], log: Log, filters: Filters) -> Select[Any]:
    if filters.person == "machine":
        statement = statement.where(log.actor_id.is_(None))
    elif filters.person.isascii() and filters.person.isdigit():
        statement = statement.where(log.actor_id == int(filters.person[:9]))
    kind, _dot, verb = filters.doing.partition(".")
    if kind:
        statement = statement.where(log.subject_kind == kind)
    if verb:
        statement = statement.where(log.verb == verb)
    return statement


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
