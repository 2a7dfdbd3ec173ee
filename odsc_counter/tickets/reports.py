"""The hall's figures of a period: as a whole, or by service, counter, clerk, hour or day.

Read-only. The database counts, sums and makes histograms by the minute; what comes back is a
few rows for each line of a report, however many tickets there were.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.sql_sums import count_if, sum_if
from odsc_counter.platform.sql_time import local_hour
from odsc_counter.platform.work import reading
from odsc_counter.tickets.counted_legs import (
    CALLED,
    COUNTED,
    ENDED,
    JUDGED,
    SERVED,
    TIMED,
    in_target,
)
from odsc_counter.tickets.lifecycle import (
    CANCELLED,
    CLOSED,
    NO_SHOW,
    TRANSFERRED,
    WALKED_OUT,
)
from odsc_counter.tickets.models import Counter, DeskSpell, ServiceLeg, Ticket, Visit
from odsc_counter.tickets.order import rules_of
from odsc_counter.tickets.queries import service_names
from odsc_counter.tickets.tally import Tally, Times


class By(StrEnum):
    """What the lines of a report are."""

    CENTRE = "centre"
    SERVICE = "service"
    COUNTER = "counter"
    STAFF = "staff"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True)
class Line:
    """One line of a report: a service, a counter, a clerk, an hour or a day."""

    key: Any
    name_lo: str
    name_en: str
    tally: Tally

    def name(self, language: str) -> str:
        """The line's name in a language; empty for an hour or a day, which `key` says."""
        return self.name_lo if language == "lo" else self.name_en


@dataclass(frozen=True)
class Report:
    """The lines of a report and their sum."""

    by: By
    first: date
    last: date
    target_minutes: int
    lines: tuple[Line, ...]
    total: Tally
    days: int
    """Days of the period on which anybody took a number or sat at a counter."""


def report(centre: Centre, by: By, first: date, last: date) -> Report:
    """The figures of a period, both days included, line by line. At most nine statements."""
    with reading() as session:
        target = rules_of(session).target_wait_minutes
        tallies: dict[Any, Tally] = defaultdict(Tally)
        days: set[date] = set()
        _add_legs(session, tallies, _Legs(by, first, last), target)
        if by in (By.CENTRE, By.HOUR, By.DAY):
            _add_tickets(session, tallies, by, first, last)
        if by is not By.SERVICE:
            for spell in _spells(session, centre, first, last):
                days.add(spell.day)
                _add_spell(tallies, by, spell)
        with_tickets = select(Ticket.day).where(Ticket.day.between(first, last)).distinct()
        days |= set(session.scalars(with_tickets))
        total = sum(tallies.values(), Tally())
        lines = _named(session, by, tallies, last)
    return Report(by, first, last, target, tuple(lines), total, len(days))


# -- service legs


def _line_of(by: By) -> ColumnElement[Any] | None:
    """The column that a leg's line is read from; None where all are one line."""
    return {
        By.SERVICE: ServiceLeg.service_id,
        By.COUNTER: ServiceLeg.counter_id,
        By.STAFF: ServiceLeg.clerk_id,
        By.HOUR: local_hour(ServiceLeg.queued_at),
        By.DAY: ServiceLeg.day,
    }.get(by)  # type: ignore[return-value]  # attributes of a class are columns


class _Legs:
    """The legs of a period that count, told apart by the lines of a report."""

    def __init__(self, by: By, first: date, last: date) -> None:
        self.by = by
        self.line = _line_of(by)
        self.counted = ServiceLeg.day.between(first, last) & COUNTED
        # Few tickets are unreliable: they are listed once, rather than looked up leg by leg.
        self.listed = (
            select(Ticket.id.label("id"))
            .where(Ticket.day.between(first, last), Ticket.times_unreliable)
            .subquery("unreliable")
        )
        self.reliable = self.listed.c.id.is_(None)

    def select(self, columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """The statement that reads columns, line by line."""
        keyed = [*columns] if self.line is None else [self.line.label("line"), *columns]
        statement = (
            select(*keyed)
            .select_from(ServiceLeg)
            .outerjoin(self.listed, self.listed.c.id == ServiceLeg.ticket_id)
            .where(self.counted)
        )
        if self.line is None:
            return statement
        if self.by in (By.COUNTER, By.STAFF):
            statement = statement.where(self.line.is_not(None))
        return statement.group_by(self.line)


def _add_legs(
    session: Session, tallies: dict[Any, Tally], legs: _Legs, target_minutes: int
) -> None:
    outcome = ServiceLeg.outcome
    busy = ServiceLeg.walking_seconds + ServiceLeg.serving_seconds
    counts: dict[str, ColumnElement[int]] = {
        "asked": func.count(),
        "open": count_if(outcome.is_(None)),
        "called": count_if(CALLED),
        "served": count_if(SERVED),
        "transferred": count_if(outcome == TRANSFERRED),
        "no_shows": count_if(outcome == NO_SHOW),
        "walked_out": count_if(outcome == WALKED_OUT),
        "cancelled": count_if(outcome == CANCELLED),
        "closed": count_if(outcome == CLOSED),
        "unreliable_legs": count_if(~legs.reliable),
        "judged": count_if(legs.reliable & JUDGED),
        "in_target": count_if(legs.reliable & in_target(target_minutes)),
        "busy_seconds": sum_if(legs.reliable & ENDED, busy),
    }
    columns = [column.label(name) for name, column in counts.items()]
    for key, row in _keyed(session, legs.select(columns), legs.by):
        for name, value in zip(counts, row, strict=True):
            setattr(tallies[key], name, int(value))
    for name in TIMED:
        _add_times(session, tallies, legs, name)


def _add_times(session: Session, tallies: dict[Any, Tally], legs: _Legs, name: str) -> None:
    condition, seconds = TIMED[name]
    minute = ((seconds + 59) // 60).label("minute")
    statement = legs.select([minute, func.count(), func.sum(seconds)])
    statement = statement.where(condition, legs.reliable).group_by(minute)
    for key, row in _keyed(session, statement, legs.by):
        times: Times = getattr(tallies[key], name)
        times.add(*(int(value) for value in row))


def _keyed(session: Session, statement: Select[Any], by: By) -> Iterator[tuple[Any, list[Any]]]:
    for row in session.execute(statement):
        key, *rest = (None, *row) if by is By.CENTRE else row
        yield key, rest


# -- tickets


def _add_tickets(
    session: Session, tallies: dict[Any, Tally], by: By, first: date, last: date
) -> None:
    line: ColumnElement[Any] | None = {
        By.HOUR: local_hour(Ticket.issued_at),
        By.DAY: Ticket.day,
    }.get(by)  # type: ignore[assignment]
    columns: list[ColumnElement[Any]] = [
        func.count(),
        func.coalesce(func.sum(Visit.files), 0),
        count_if(Ticket.times_unreliable),
    ]
    statement = (
        select(*(columns if line is None else [line.label("line"), *columns]))
        .select_from(Ticket)
        .join(Visit, (Visit.centre_id == Ticket.centre_id) & (Visit.id == Ticket.visit_id))
        .where(Ticket.day.between(first, last))
    )
    if line is not None:
        statement = statement.group_by(line)
    for key, (tickets, files, unreliable) in _keyed(session, statement, by):
        tally = tallies[key]
        tally.tickets, tally.files = int(tickets), int(files)
        tally.unreliable_tickets = int(unreliable)


@dataclass(frozen=True)
class DayOfReasons:
    """How many numbers of a day had each reason for priority."""

    day: date
    reasons: dict[str | None, int]
    """None: without a reason."""

    @property
    def tickets(self) -> int:
        """All numbers of the day."""
        return sum(self.reasons.values())


def reasons_by_day(first: date, last: date) -> list[DayOfReasons]:
    """The daily count per priority reason. One statement."""
    days: dict[date, dict[str | None, int]] = {}
    with reading() as session:
        rows = session.execute(
            select(Ticket.day, Ticket.priority_reason, func.count())
            .where(Ticket.day.between(first, last))
            .group_by(Ticket.day, Ticket.priority_reason)
            .order_by(Ticket.day)
        )
        for day, reason, number in rows:
            days.setdefault(day, {})[reason] = number
    return [DayOfReasons(day, reasons) for day, reasons in days.items()]


# -- desks


@dataclass(frozen=True)
class _Spell:
    counter_id: uuid.UUID
    clerk_id: int
    day: date
    kind: str
    began: datetime
    ended: datetime


def _spells(session: Session, centre: Centre, first: date, last: date) -> Iterator[_Spell]:
    """The time at the desks; what runs is counted until now, and none beyond its day."""
    now = clock.now()
    rows = session.execute(
        select(
            DeskSpell.counter_id,
            DeskSpell.clerk_id,
            DeskSpell.day,
            DeskSpell.kind,
            DeskSpell.began_at,
            DeskSpell.ended_at,
        )
        .where(DeskSpell.day.between(first, last))
        .execution_options(yield_per=1000)
    )
    for counter_id, clerk_id, day, kind, began, ended in rows:
        midnight = clock.start_of_day(day + timedelta(days=1), centre.day_starts_minute)
        until = min(ended or now, midnight)
        if until > began:
            yield _Spell(counter_id, clerk_id, day, kind, began, until)


def _add_spell(tallies: dict[Any, Tally], by: By, spell: _Spell) -> None:
    if by is By.HOUR:
        for hour, seconds in _hours(spell.began, spell.ended):
            _add_seconds(tallies[hour], spell.kind, seconds)
        return
    key = {By.COUNTER: spell.counter_id, By.STAFF: spell.clerk_id, By.DAY: spell.day}.get(by)
    _add_seconds(tallies[key], spell.kind, _seconds(spell.began, spell.ended))


def _add_seconds(tally: Tally, kind: str, seconds: int) -> None:
    if kind == "open":
        tally.open_seconds += seconds
    else:
        tally.break_seconds += seconds


def _seconds(began: datetime, ended: datetime) -> int:
    return int(ended.timestamp()) - int(began.timestamp())


def _hours(began: datetime, ended: datetime) -> Iterator[tuple[int, int]]:
    """A stretch of time cut at the full hours of Vientiane: hour of the day and seconds."""
    while began < ended:
        here = clock.local(began)
        full = here.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        until = min(ended, full)
        yield here.hour, _seconds(began, until)
        began = until


# -- names


def _named(
    session: Session, by: By, tallies: dict[Any, Tally], last: date
) -> Iterator[Line] | list[Line]:
    if by is By.SERVICE:
        names = service_names(session, tallies, last)
        found = [
            Line(key, names[key].name_lo, names[key].name_en, tally)
            for key, tally in tallies.items()
        ]
        return sorted(found, key=lambda line: (-line.tally.asked, line.key))
    if by is By.COUNTER:
        numbers = dict(session.execute(select(Counter.id, Counter.number)).tuples().all())
        lines = [
            Line(numbers[key], str(numbers[key]), str(numbers[key]), tally)
            for key, tally in tallies.items()
        ]
        return sorted(lines, key=lambda line: int(line.key))
    if by is By.STAFF:
        people = session.scalars(select(User).where(User.id.in_(list(tallies))))
        lines = [Line(one.id, one.name("lo"), one.name("en"), tallies[one.id]) for one in people]
        return sorted(lines, key=lambda line: (-line.tally.served, line.key))
    return [Line(key, "", "", tallies[key]) for key in sorted(tallies)]
