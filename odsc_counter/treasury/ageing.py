"""What of each day's takings is not deposited yet, and for how long: first in, first out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from odsc_counter.ledger.accounts import (
    CENTRE,
    CORRECTION,
    DEPOSIT,
    RECEIPT,
    SETTLEMENT,
    TREASURY,
)
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.places import queries as places
from odsc_counter.platform.work import reading

BUCKETS = ((0, 1), (2, 3), (4, 7), (8, None))
"""Working days since the takings: from and to, both within."""


@dataclass(frozen=True)
class Outstanding:
    """What is left of one day's takings."""

    day: date
    kip: int
    working_days: int


@dataclass(frozen=True)
class Ageing:
    """All that is owed to treasury, ministries and centre, by day and by age."""

    days: Sequence[Outstanding]
    buckets: tuple[int, ...]
    """Kip by `BUCKETS`."""

    @property
    def total_kip(self) -> int:
        """What is owed in all."""
        return sum(self.buckets)


def outstanding(today: date) -> Ageing:
    """What is not deposited, as the books of this centre say."""
    calendar = places.working_calendar()
    with reading() as session:
        taken, paid = _by_day(session)
    left = first_out(taken, paid)
    days = [Outstanding(day, kip, calendar.working_days(day, today)) for day, kip in left]
    return Ageing(days, tuple(_in_bucket(days, *bucket) for bucket in BUCKETS))


def first_out(taken: Iterable[tuple[date, int]], paid_kip: int) -> list[tuple[date, int]]:
    """What is left of each day's takings when payments meet the oldest first.

    `taken` is in the order of days; what a day gives back meets the oldest takings too. Days
    of which nothing is left are not returned.
    """
    rows = list(taken)
    paid_kip += sum(-kip for _day, kip in rows if kip < 0)
    left = []
    for day, kip in rows:
        if kip <= 0:
            continue
        met = min(kip, paid_kip)
        paid_kip -= met
        if kip > met:
            left.append((day, kip - met))
    return left


def _in_bucket(days: Sequence[Outstanding], least: int, most: int | None) -> int:
    return sum(
        row.kip
        for row in days
        if row.working_days >= least and (most is None or row.working_days <= most)
    )


def _by_day(session: Session) -> tuple[list[tuple[date, int]], int]:
    """What became owed on each day, and all that was paid of it."""
    owed = _owed(LedgerEntry.credit_account)
    paid_back = _owed(LedgerEntry.debit_account)
    side = case((owed, LedgerEntry.amount_kip), else_=0) - case(
        (paid_back, LedgerEntry.amount_kip), else_=0
    )
    day = func.coalesce(LedgerPosting.corrects_day, LedgerPosting.day)
    statement = (
        select(day, LedgerPosting.kind, func.sum(side))
        .join(
            LedgerEntry,
            (LedgerEntry.centre_id == LedgerPosting.centre_id)
            & (LedgerEntry.posting_id == LedgerPosting.id),
        )
        .where(LedgerPosting.kind.in_((RECEIPT, CORRECTION, DEPOSIT, SETTLEMENT)))
        .group_by(day, LedgerPosting.kind)
        .order_by(day)
    )
    taken: Counter[date] = Counter()
    paid = 0
    for on, kind, kip in session.execute(statement):
        if kind in (DEPOSIT, SETTLEMENT):
            paid -= int(kip)
        else:
            taken[on] += int(kip)
    return sorted(taken.items()), paid


def _owed(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(column.in_((TREASURY, CENTRE)), column.like("ministry:%"))
