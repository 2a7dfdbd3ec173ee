"""The books as an accountant reads them: trial balance, account sheets, postings, exports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, or_, select

from odsc_counter.ledger.accounts import KINDS
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.ledger.queries import trial_balance
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.sql_text import ESCAPE, part_of
from odsc_counter.platform.work import reading, unit_of_work

PAGE_SIZE = 50
Row = tuple[LedgerPosting, LedgerEntry]


@dataclass(frozen=True)
class BalanceLine:
    """One account between two days: what stood before, what was added on each side."""

    account: str
    before_kip: int
    debit_kip: int
    credit_kip: int

    @property
    def after_kip(self) -> int:
        """Debits less credits at the end."""
        return self.before_kip + self.debit_kip - self.credit_kip


@dataclass(frozen=True)
class Filters:
    """Which postings are looked at."""

    first: date
    last: date
    account: str = ""
    kind: str = ""
    text: str = ""


@dataclass(frozen=True)
class SheetLine:
    """An entry on an account's sheet, seen from that account; `balance_kip` after it."""

    posting: LedgerPosting
    other: str
    kip: int
    balance_kip: int


@dataclass(frozen=True)
class Page:
    """One page of postings."""

    rows: list[Row]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


def balances(first: date, last: date) -> list[BalanceLine]:
    """The trial balance between two days, both within. The sums of both sides are equal."""
    with reading() as session:
        before = trial_balance(None, date.fromordinal(first.toordinal() - 1))
        sides: list[dict[str, int]] = []
        for column in (LedgerEntry.debit_account, LedgerEntry.credit_account):
            found = session.execute(
                select(column, func.sum(LedgerEntry.amount_kip))
                .join(LedgerPosting, _of_posting())
                .where(LedgerPosting.day >= first, LedgerPosting.day <= last)
                .group_by(column)
            )
            sides.append({account: int(kip) for account, kip in found})
    debited, credited = sides
    return [
        BalanceLine(
            account, before.get(account, 0), debited.get(account, 0), credited.get(account, 0)
        )
        for account in sorted({*before, *debited, *credited})
    ]


def postings(filters: Filters, page: int = 1) -> Page:
    """A page of entries with their postings, the newest first."""
    conditions = _conditions(filters)
    with reading() as session:
        total = session.scalars(
            select(func.count())
            .select_from(LedgerPosting)
            .join(LedgerEntry, _of_posting())
            .where(*conditions)
        ).one()
        number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
        rows = session.execute(
            select(LedgerPosting, LedgerEntry)
            .join(LedgerEntry, _of_posting())
            .where(*conditions)
            .order_by(LedgerPosting.posted_at.desc(), LedgerPosting.id.desc(), LedgerEntry.position)
            .limit(PAGE_SIZE)
            .offset((number - 1) * PAGE_SIZE)
        )
        return Page(list(rows.tuples()), total, number)


def all_postings(filters: Filters) -> Iterator[Row]:
    """Every entry that the filters let through, the oldest first."""
    with reading() as session:
        yield from session.execute(
            select(LedgerPosting, LedgerEntry)
            .join(LedgerEntry, _of_posting())
            .where(*_conditions(filters))
            .order_by(LedgerPosting.posted_at, LedgerPosting.id, LedgerEntry.position)
            .execution_options(yield_per=1000)
        ).tuples()


def sheet(account: str, first: date, last: date, page: int = 1) -> tuple[Page, list[SheetLine]]:
    """A page of an account's sheet, the oldest entry first, with the balance after each."""
    filters = Filters(first, last, account)
    conditions = _conditions(filters)
    order = (LedgerPosting.posted_at, LedgerPosting.id, LedgerEntry.position)
    signed = case(
        (LedgerEntry.debit_account == account, LedgerEntry.amount_kip),
        else_=-LedgerEntry.amount_kip,
    )
    with reading() as session:
        total = session.scalars(
            select(func.count())
            .select_from(LedgerPosting)
            .join(LedgerEntry, _of_posting())
            .where(*conditions)
        ).one()
        number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
        rows = list(
            session.execute(
                select(LedgerPosting, LedgerEntry)
                .join(LedgerEntry, _of_posting())
                .where(*conditions)
                .order_by(*order)
                .limit(PAGE_SIZE)
                .offset((number - 1) * PAGE_SIZE)
            ).tuples()
        )
        earlier = (
            select(signed.label("kip"), LedgerEntry.centre_id)
            .join(LedgerPosting, _of_posting())
            .where(*conditions)
            .order_by(*order)
            .limit((number - 1) * PAGE_SIZE)
            .subquery()
        )
        turned = session.scalar(select(func.coalesce(func.sum(earlier.c.kip), 0))) or 0
        before = trial_balance(None, date.fromordinal(first.toordinal() - 1))
    running = before.get(account, 0) + int(turned)
    lines = []
    for posting, entry in rows:
        is_debit = entry.debit_account == account
        kip = entry.amount_kip if is_debit else -entry.amount_kip
        running += kip
        other = entry.credit_account if is_debit else entry.debit_account
        lines.append(SheetLine(posting, other, kip, running))
    return Page(rows, total, number), lines


def record_export(what: str, kind: str, filters: Filters) -> None:
    """Note who took which figures out of the house."""
    with unit_of_work() as work:
        work.record(
            "export",
            subject_kind="books",
            subject_id=what,
            data={
                "format": kind,
                "from": filters.first.isoformat(),
                "to": filters.last.isoformat(),
                "account": filters.account,
            },
        )


def _of_posting() -> ColumnElement[bool]:
    return (LedgerEntry.centre_id == LedgerPosting.centre_id) & (
        LedgerEntry.posting_id == LedgerPosting.id
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        LedgerPosting.day >= filters.first,
        LedgerPosting.day <= filters.last,
    ]
    if filters.account:
        conditions.append(
            or_(
                LedgerEntry.debit_account == filters.account,
                LedgerEntry.credit_account == filters.account,
            )
        )
    if filters.kind in KINDS:
        conditions.append(LedgerPosting.kind == filters.kind)
    if filters.text:
        conditions.append(
            LedgerPosting.memo.like(part_of(lao_normalize(filters.text)), escape=ESCAPE)
        )
    return conditions
