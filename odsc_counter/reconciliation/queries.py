"""What people look at of statements and matches. Read only, in the scope of one centre."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from odsc_counter.ledger.accounts import BY_METHOD, QR_METHOD, TRANSFER_METHOD
from odsc_counter.ledger.models import LedgerEntry
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import reading
from odsc_counter.receipts.models import SALE, VOID, Receipt
from odsc_counter.reconciliation.matching import FAR, Paid, suggestions
from odsc_counter.reconciliation.models import BankMatch, BankStatement, BankStatementLine

PAGE_SIZE = 50
METHODS = (TRANSFER_METHOD, QR_METHOD)
NOT_CASH = Receipt.method != literal("cash", literal_execute=True)
"""Written into the statement as it is, so that SQLite too goes by the index of these rows."""


@dataclass(frozen=True)
class Counted:
    """A statement in a list, with how many of its lines have their receipt."""

    statement: BankStatement
    lines: int
    matched: int
    sum_kip: int


@dataclass(frozen=True)
class Row:
    """A line of a statement, and what it belongs to or might."""

    line: BankStatementLine
    match: BankMatch | None
    receipt: Paid | None
    suggested: list[Paid]


@dataclass(frozen=True)
class Sheet:
    """One statement as it is looked at."""

    statement: BankStatement
    rows: list[Row]

    @property
    def matched(self) -> list[Row]:
        """Lines that have their receipt."""
        return [row for row in self.rows if row.match is not None]

    @property
    def unmatched(self) -> list[Row]:
        """Lines without a receipt."""
        return [row for row in self.rows if row.match is None]

    @property
    def sum_kip(self) -> int:
        """What all lines come to."""
        return sum(row.line.amount_kip for row in self.rows)


@dataclass(frozen=True)
class Standing:
    """The books of one method against all its statements, in kip."""

    method: str
    books_kip: int
    """The balance of the account in our books."""
    statements_kip: int
    receipts_open_kip: int
    """Receipts without a line."""
    lines_open_kip: int
    """Lines without a receipt."""

    @property
    def difference_kip(self) -> int:
        """What the books have more than the statements."""
        return self.books_kip - self.statements_kip

    @property
    def other_kip(self) -> int:
        """What is left of the difference: deposits and other movements without a receipt."""
        return self.difference_kip - self.receipts_open_kip + self.lines_open_kip


@dataclass(frozen=True)
class Open:
    """A page of receipts that no line speaks of, the oldest first."""

    rows: list[Paid]
    total: int
    sum_kip: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


def statements() -> list[Counted]:
    """All statements, the newest first (a year of weekly ones of two accounts is a hundred)."""
    with reading() as session:
        found = session.execute(
            select(
                BankStatement,
                func.count(BankStatementLine.id),
                func.count(BankMatch.id),
                func.coalesce(func.sum(BankStatementLine.amount_kip), 0),
            )
            .outerjoin(
                BankStatementLine,
                (BankStatementLine.centre_id == BankStatement.centre_id)
                & (BankStatementLine.statement_id == BankStatement.id),
            )
            .outerjoin(
                BankMatch,
                (BankMatch.centre_id == BankStatementLine.centre_id)
                & (BankMatch.line_id == BankStatementLine.id)
                & BankMatch.undone_at.is_(None),
            )
            .group_by(BankStatement.centre_id, BankStatement.id)
            .order_by(BankStatement.uploaded_at.desc())
            .limit(200)
        )
        return [Counted(row[0], row[1], row[2], int(row[3])) for row in found]


def accounts() -> list[str]:
    """What the accounts of earlier statements were called."""
    with reading() as session:
        return list(
            session.scalars(
                select(BankStatement.account_label).distinct().order_by(BankStatement.account_label)
            )
        )


def statement(statement_id: uuid.UUID) -> BankStatement:
    """A statement. Raises NotFound."""
    with reading() as session:
        found = session.scalars(
            select(BankStatement).where(BankStatement.id == statement_id)
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


def sheet(statement_id: uuid.UUID) -> Sheet:
    """A statement with its lines, their receipts, and those that they might belong to."""
    found = statement(statement_id)
    with reading() as session:
        rows = session.execute(
            select(BankStatementLine, BankMatch)
            .outerjoin(
                BankMatch,
                (BankMatch.centre_id == BankStatementLine.centre_id)
                & (BankMatch.line_id == BankStatementLine.id)
                & BankMatch.undone_at.is_(None),
            )
            .where(BankStatementLine.statement_id == found.id)
            .order_by(BankStatementLine.position)
        ).all()
        receipts = paid_by_id(session, [match.receipt_id for _line, match in rows if match])
        unmatched = [line for line, match in rows if match is None]
        near = suggestions(unmatched, candidates(session, found)) if unmatched else {}
    return Sheet(
        found,
        [
            Row(line, match, receipts.get(match.receipt_id) if match else None,
                near.get(line.id, []))
            for line, match in rows
        ],
    )  # fmt: skip


def candidates(session: Session, around: BankStatement) -> list[Paid]:
    """Receipts of the statement's method and time that belong to no line."""
    return _paid(
        session,
        select_paid().where(
            NOT_CASH,
            Receipt.method == around.method,
            Receipt.day.between(around.first_day - FAR, around.last_day + FAR),
            ~is_matched(),
        ),
    )


def by_label(label: str) -> Paid:
    """The bank or QR payment whose receipt bears this number. Raises NotFound."""
    with reading() as session:
        found = _paid(session, select_paid().where(NOT_CASH, Receipt.label == label))
    if not found:
        raise NotFound
    return found[0]


def match(match_id: uuid.UUID) -> tuple[BankMatch, uuid.UUID]:
    """A match and the statement that its line is of. Raises NotFound."""
    with reading() as session:
        found = session.execute(
            select(BankMatch, BankStatementLine.statement_id)
            .join(
                BankStatementLine,
                (BankStatementLine.centre_id == BankMatch.centre_id)
                & (BankStatementLine.id == BankMatch.line_id),
            )
            .where(BankMatch.id == match_id)
        ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def line(line_id: uuid.UUID) -> BankStatementLine:
    """A line of a statement. Raises NotFound."""
    with reading() as session:
        found = session.scalars(
            select(BankStatementLine).where(BankStatementLine.id == line_id)
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_receipts(method: str | None = None, page: int = 1) -> Open:
    """Receipts of bank and QR payments that no line speaks of, the oldest first.

    A voided sale and its void, both without a line, cancel each other and are left out.
    """
    wanted = [NOT_CASH, ~is_matched(), ~cancels()]
    if method is not None:
        wanted.append(Receipt.method == method)
    with reading() as session:
        total, kip = session.execute(
            select(func.count(), func.coalesce(func.sum(Receipt.amount_kip), 0)).where(*wanted)
        ).one()
        number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
        rows = _paid(
            session,
            select_paid()
            .where(*wanted)
            .order_by(Receipt.day, Receipt.label)
            .limit(PAGE_SIZE)
            .offset((number - 1) * PAGE_SIZE),
        )
    return Open(rows, total, int(kip), number)


def cancelled_pairs(most: int = PAGE_SIZE) -> list[tuple[Paid, Paid]]:
    """Voided sales with their voids, where no line speaks of either; the newest first."""
    with reading() as session:
        sales = _paid(
            session,
            select_paid()
            .where(NOT_CASH, Receipt.kind == SALE, ~is_matched(), cancels())
            .order_by(Receipt.day.desc(), Receipt.label.desc())
            .limit(most),
        )
        voids = _paid(
            session,
            select_paid().where(
                Receipt.kind == VOID, Receipt.reverses_id.in_([sale.id for sale in sales])
            ),
        )
    of_sale = {void.reverses_id: void for void in voids}
    return [(sale, of_sale[sale.id]) for sale in sales]


def standings() -> list[Standing]:
    """The balances of bank and QR in the books against what the statements come to."""
    side = {
        name: case(
            (LedgerEntry.debit_account == account, LedgerEntry.amount_kip),
            (LedgerEntry.credit_account == account, -LedgerEntry.amount_kip),
            else_=0,
        )
        for name, account in BY_METHOD.items()
        if name in METHODS
    }
    accounts = [BY_METHOD[name] for name in METHODS]
    with reading() as session:
        books = session.execute(
            select(*(func.coalesce(func.sum(side[name]), 0) for name in METHODS)).where(
                LedgerEntry.debit_account.in_(accounts) | LedgerEntry.credit_account.in_(accounts)
            )
        ).one()
        lines = {
            method: (int(total), int(without))
            for method, total, without in session.execute(
                select(
                    BankStatement.method,
                    func.sum(BankStatementLine.amount_kip),
                    func.sum(case((BankMatch.id.is_(None), BankStatementLine.amount_kip), else_=0)),
                )
                .join(
                    BankStatementLine,
                    (BankStatementLine.centre_id == BankStatement.centre_id)
                    & (BankStatementLine.statement_id == BankStatement.id),
                )
                .outerjoin(
                    BankMatch,
                    (BankMatch.centre_id == BankStatementLine.centre_id)
                    & (BankMatch.line_id == BankStatementLine.id)
                    & BankMatch.undone_at.is_(None),
                )
                .group_by(BankStatement.method)
            )
        }
        without_line = {
            method: int(kip)
            for method, kip in session.execute(
                select(Receipt.method, func.sum(Receipt.amount_kip))
                .where(NOT_CASH, ~is_matched())
                .group_by(Receipt.method)
            )
        }
    return [
        Standing(
            method,
            int(kip),
            lines.get(method, (0, 0))[0],
            without_line.get(method, 0),
            lines.get(method, (0, 0))[1],
        )
        for method, kip in zip(METHODS, books, strict=True)
    ]


def events_of(statement_id: uuid.UUID, matches: Collection[uuid.UUID]) -> list[Event]:
    """The upload of a statement and what people did to its matches, oldest first."""
    subjects = [str(one) for one in matches]
    with reading() as session:
        return list(
            session.scalars(
                select(Event)
                .where(
                    ((Event.subject_kind == "bank_statement")
                     & (Event.subject_id == str(statement_id)))
                    | ((Event.subject_kind == "bank_match") & Event.subject_id.in_(subjects))
                )
                .order_by(Event.at, Event.id)
            )
        )  # fmt: skip


def touched_by_people(statement_id: uuid.UUID) -> list[uuid.UUID]:
    """The matches of a statement that a person made or took back."""
    with reading() as session:
        return list(
            session.scalars(
                select(BankMatch.id)
                .join(
                    BankStatementLine,
                    (BankStatementLine.centre_id == BankMatch.centre_id)
                    & (BankStatementLine.id == BankMatch.line_id),
                )
                .where(
                    BankStatementLine.statement_id == statement_id,
                    (BankMatch.made_by == "person") | BankMatch.undone_at.is_not(None),
                )
                .order_by(BankMatch.matched_at.desc())
                .limit(100)
            )
        )


def select_paid() -> Select[*tuple[Any, ...]]:
    """Receipts as `Paid`, in that order of columns."""
    return select(
        Receipt.id, Receipt.label, Receipt.kind, Receipt.day, Receipt.amount_kip, Receipt.method,
        Receipt.payment_reference, Receipt.payer_name, is_voided(), Receipt.reverses_id,
    )  # fmt: skip


def paid_by_id(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Paid]:
    """Receipts by their ids."""
    found: dict[uuid.UUID, Paid] = {}
    for first in range(0, len(ids), 500):
        part = ids[first : first + 500]
        found |= {row.id: row for row in _paid(session, select_paid().where(Receipt.id.in_(part)))}
    return found


def is_matched() -> ColumnElement[bool]:
    """Whether a line in some statement belongs to the receipt of the query around."""
    return exists().where(
        BankMatch.centre_id == Receipt.centre_id,
        BankMatch.receipt_id == Receipt.id,
        BankMatch.undone_at.is_(None),
    )


def is_voided() -> ColumnElement[bool]:
    """Whether the receipt of the query around was voided."""
    back = aliased(Receipt)
    return exists().where(
        back.centre_id == Receipt.centre_id, back.reverses_id == Receipt.id, back.kind == VOID
    )


def cancels() -> ColumnElement[bool]:
    """Whether the receipt is one of a sale and its void of which neither has a line."""
    other, back = aliased(BankMatch), aliased(Receipt)
    void_open = exists().where(
        back.centre_id == Receipt.centre_id,
        back.reverses_id == Receipt.id,
        back.kind == VOID,
        ~exists().where(
            other.centre_id == back.centre_id,
            other.receipt_id == back.id,
            other.undone_at.is_(None),
        ),
    )
    sale_open = (Receipt.kind == VOID) & ~exists().where(
        BankMatch.centre_id == Receipt.centre_id,
        BankMatch.receipt_id == Receipt.reverses_id,
        BankMatch.undone_at.is_(None),
    )
    return void_open | sale_open


def _paid(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Paid]:
    return [Paid(*row) for row in session.execute(statement)]
