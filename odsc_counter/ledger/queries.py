"""What the books say: balances, and the postings behind them. Read only, one centre's scope."""

import uuid
from datetime import date

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from odsc_counter.ledger.accounts import TILL
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.platform.work import reading


def balance(
    session: Session,
    account: str,
    *,
    till_session_id: uuid.UUID | None = None,
    until: date | None = None,
) -> int:
    """Debits less credits of an account in kip: of one drawer, up to and with a day, or of all."""
    total = 0
    for column, sign in ((LedgerEntry.debit_account, 1), (LedgerEntry.credit_account, -1)):
        statement = select(func.coalesce(func.sum(LedgerEntry.amount_kip), 0)).where(
            column == account
        )
        if till_session_id is not None or until is not None:
            statement = statement.join(
                LedgerPosting,
                (LedgerPosting.centre_id == LedgerEntry.centre_id)
                & (LedgerPosting.id == LedgerEntry.posting_id),
            )
        if till_session_id is not None:
            statement = statement.where(LedgerPosting.till_session_id == till_session_id)
        if until is not None:
            statement = statement.where(LedgerPosting.day <= until)
        total += sign * int(session.scalars(statement).one())
    return total


def drawer_kip(session: Session, till_session_id: uuid.UUID) -> int:
    """What the books say is in a drawer."""
    return balance(session, TILL, till_session_id=till_session_id)


def trial_balance(first: date | None = None, last: date | None = None) -> dict[str, int]:
    """Debits less credits of every account that moved between two days (both within), in kip.

    The values sum to nought. Without days: from the first posting on.
    """
    sides = union_all(
        *(
            select(
                LedgerEntry.centre_id.label("centre_id"),
                column.label("account"),
                (LedgerEntry.amount_kip * literal(sign)).label("kip"),
                LedgerEntry.posting_id.label("posting_id"),
            )
            for column, sign in ((LedgerEntry.debit_account, 1), (LedgerEntry.credit_account, -1))
        )
    ).subquery()
    statement = select(sides.c.account, func.sum(sides.c.kip)).group_by(sides.c.account)
    if first is not None or last is not None:
        statement = statement.join(
            LedgerPosting,
            (LedgerPosting.centre_id == sides.c.centre_id)
            & (LedgerPosting.id == sides.c.posting_id),
        )
    if first is not None:
        statement = statement.where(LedgerPosting.day >= first)
    if last is not None:
        statement = statement.where(LedgerPosting.day <= last)
    with reading() as session:
        found = session.execute(statement.order_by(sides.c.account))
        return {account: int(kip) for account, kip in found}


def entries_of(posting_id: uuid.UUID) -> list[LedgerEntry]:
    """The entries of a posting in order; a receipt's posting has the receipt's id."""
    with reading() as session:
        return list(
            session.scalars(
                select(LedgerEntry)
                .where(LedgerEntry.posting_id == posting_id)
                .order_by(LedgerEntry.position)
            )
        )
