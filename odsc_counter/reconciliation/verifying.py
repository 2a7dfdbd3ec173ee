"""What must always hold of statements and matches, for `odsc-counter check`."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.platform.events import Event
from odsc_counter.receipts.models import Receipt
from odsc_counter.reconciliation.models import BankMatch, BankStatement, BankStatementLine


def matches_are_of_one_amount(session: Session) -> Iterator[str]:
    """A line and its receipt are of the same amount and the same way of payment."""
    for label, amount, method, line_amount, line_method in session.execute(
        select(
            Receipt.label,
            Receipt.amount_kip,
            Receipt.method,
            BankStatementLine.amount_kip,
            BankStatement.method,
        )
        .join(
            BankMatch,
            (BankMatch.centre_id == Receipt.centre_id) & (BankMatch.receipt_id == Receipt.id),
        )
        .join(
            BankStatementLine,
            (BankStatementLine.centre_id == BankMatch.centre_id)
            & (BankStatementLine.id == BankMatch.line_id),
        )
        .join(
            BankStatement,
            (BankStatement.centre_id == BankStatementLine.centre_id)
            & (BankStatement.id == BankStatementLine.statement_id),
        )
        .where(
            (Receipt.amount_kip != BankStatementLine.amount_kip)
            | (Receipt.method != BankStatement.method)
        )
    ):
        yield f"{label}: {amount} kip by {method}, its line {line_amount} by {line_method}"


def nothing_is_matched_twice(session: Session) -> Iterator[str]:
    """In force, a line belongs to one receipt and a receipt to one line."""
    for what, column in (("line", BankMatch.line_id), ("receipt", BankMatch.receipt_id)):
        for key, count in session.execute(
            select(column, func.count())
            .where(BankMatch.undone_at.is_(None))
            .group_by(column)
            .having(func.count() > 1)
        ):
            yield f"{what} {key}: matched {count} times at once"


def matches_equal_their_events(session: Session) -> Iterator[str]:
    """Each match was told once when it was made, and once when it was taken back."""
    told: dict[str, list[str]] = {}
    for subject, verb in session.execute(
        select(Event.subject_id, Event.verb)
        .where(Event.subject_kind == "bank_match")
        .order_by(Event.at, Event.id)
    ):
        told.setdefault(subject, []).append(verb)
    for key, undone in session.execute(select(BankMatch.id, BankMatch.undone_at)):
        verbs = told.pop(str(key), [])
        if sorted(verbs) != ["match"] + ["unmatch"] * (undone is not None):
            yield f"match {key}: its events say {', '.join(verbs) or 'nothing'}"
    for subject in told:
        yield f"match {subject}: has events and no row"


def statements_hold_what_was_taken(session: Session) -> Iterator[str]:
    """A statement has as many lines, and as much money, as its upload told."""
    lines = {
        str(key): (count, int(kip))
        for key, count, kip in session.execute(
            select(
                BankStatementLine.statement_id,
                func.count(),
                func.sum(BankStatementLine.amount_kip),
            ).group_by(BankStatementLine.statement_id)
        )
    }
    for subject, data in session.execute(
        select(Event.subject_id, Event.data).where(
            Event.subject_kind == "bank_statement", Event.verb == "take"
        )
    ):
        held = lines.pop(subject, (0, 0))
        if held != (data["lines"], data["amount_kip"]):
            yield (
                f"statement {subject}: {held[0]} lines of {held[1]} kip, taken were"
                f" {data['lines']} of {data['amount_kip']}"
            )
    for subject in lines:
        yield f"statement {subject}: nobody took it"


RULES = (
    matches_are_of_one_amount,
    nothing_is_matched_twice,
    matches_equal_their_events,
    statements_hold_what_was_taken,
)
