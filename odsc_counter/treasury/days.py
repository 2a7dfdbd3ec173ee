"""Which days are closed, which are not, and on which day the books say something. Read only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.ledger.models import LedgerPosting
from odsc_counter.places import queries as places
from odsc_counter.platform.work import reading
from odsc_counter.tills.lifecycle import CLOSED
from odsc_counter.tills.models import TillSession
from odsc_counter.treasury.models import DailyClose

ONE_DAY = timedelta(days=1)
MOST = 60
"""Days that are offered for closing at once."""


@dataclass(frozen=True)
class OpenDay:
    """A day that nobody has closed yet."""

    day: date
    postings: int
    tills: tuple[TillSession, ...]
    """Those of the day, and of days before, that are not signed off."""
    is_next: bool
    """Whether it is this day's turn: no earlier day with money is open."""

    @property
    def can_be_closed(self) -> bool:
        """Whether nothing is missing."""
        return self.is_next and not self.tills


def last_close(session: Session) -> DailyClose | None:
    """The centre's last close; None before the first."""
    return session.scalars(
        select(DailyClose).order_by(DailyClose.z_number.desc()).limit(1)
    ).one_or_none()


def booking_day(session: Session, today: date) -> date:
    """The day on which the books say something now: today, or after its close the next day."""
    last = session.scalar(select(func.max(DailyClose.day)))
    return today if last is None or last < today else last + ONE_DAY


def open_days(today: date) -> list[OpenDay]:
    """Days up to today that can or must be closed, the earliest first.

    Working days and days with money after the last close; today always. At most `MOST`.
    """
    calendar = places.working_calendar()
    with reading() as session:
        last = session.scalar(select(func.max(DailyClose.day)))
        moved = postings_by_day(session, after=last, until=today)
        unfinished = session.scalars(
            select(TillSession)
            .where(TillSession.state != CLOSED)
            .order_by(TillSession.day, TillSession.opened_at)
        ).all()
    first = last + ONE_DAY if last is not None else min(moved, default=today)
    days = [first + offset * ONE_DAY for offset in range((today - first).days + 1)]
    found = []
    is_next = True
    for day in days:
        if day != today and day not in moved and not calendar.is_open_day(day):
            continue
        tills = tuple(till for till in unfinished if till.day <= day)
        found.append(OpenDay(day, moved.get(day, 0), tills, is_next))
        is_next = is_next and day not in moved
        if len(found) == MOST:
            break
    return found


def postings_by_day(session: Session, *, after: date | None, until: date) -> dict[date, int]:
    """How many postings each day has, of days after one and up to another."""
    statement = (
        select(LedgerPosting.day, func.count())
        .where(LedgerPosting.day <= until)
        .group_by(LedgerPosting.day)
    )
    if after is not None:
        statement = statement.where(LedgerPosting.day > after)
    return dict(session.execute(statement).tuples().all())


def closes(limit: int = 30) -> list[DailyClose]:
    """The last closes, the newest first."""
    with reading() as session:
        return list(
            session.scalars(select(DailyClose).order_by(DailyClose.z_number.desc()).limit(limit))
        )


def close_of(day: date) -> DailyClose | None:
    """The close of a day, if it was closed."""
    with reading() as session:
        return session.scalars(select(DailyClose).where(DailyClose.day == day)).one_or_none()


def is_closed(session: Session, day: date) -> bool:
    """Whether nothing more can be written on a day: its close or a later one stands."""
    last = session.scalar(select(func.max(DailyClose.day)))
    return last is not None and last >= day


def labels_of(tills: Collection[TillSession], names: dict[int, str]) -> str:
    """Tills in words, for a message: who, and of which day."""
    return ", ".join(f"{names.get(till.cashier_id, '?')} ({till.day:%d/%m/%Y})" for till in tills)
