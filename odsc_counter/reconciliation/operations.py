"""What is done with statements: take one, match a line with a receipt, take a match back.

Every function is one transaction in the scope of one centre. That a line and a receipt belong
together once is held by the database: of two people who match at once, one is told.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.reconciliation import queries
from odsc_counter.reconciliation.errors import (
    AlreadyMatched,
    AlreadyUndone,
    DoesNotFit,
    NothingNew,
    ReasonMissing,
    StatementKnown,
)
from odsc_counter.reconciliation.matching import by_rule
from odsc_counter.reconciliation.models import (
    BY_PERSON,
    BY_RULE,
    BankMatch,
    BankStatement,
    BankStatementLine,
)
from odsc_counter.reconciliation.parsing import Line, Parsed, fingerprints, parse


@dataclass(frozen=True)
class LookedAt:
    """A statement that was read and held against what is known. Nothing was changed."""

    parsed: Parsed
    fresh: list[Line]
    """Lines that no earlier statement of the account has."""

    @property
    def is_good(self) -> bool:
        """Whether it can be taken."""
        return self.parsed.is_good and bool(self.fresh)

    @property
    def known(self) -> int:
        """How many lines earlier statements have."""
        return len(self.parsed.lines) - len(self.fresh)


def look(centre: Centre, content: bytes, account: str, method: str) -> LookedAt:
    """Read a statement and say which of its lines are new. Changes nothing.

    Raises InvalidInput (under `table`) for what is no statement, StatementKnown.
    """
    parsed = parse(content, clock.business_day(clock.now(), centre.day_starts_minute))
    with reading() as session:
        _refuse_known_file(session, parsed)
        fresh = _new_lines(session, lao_normalize(account), method, parsed)
    return LookedAt(parsed, [line for line, _mark in fresh])


def take(
    centre: Centre, content: bytes, *, file_name: str, account: str, method: str
) -> BankStatement:
    """Take a statement with all its lines that are new, and match those that are certain.

    Raises InvalidInput (a line is wrong, or no name of the account is given), StatementKnown,
    NothingNew, AlreadyChanged where another statement with the same lines came first.
    """
    parsed = parse(content, clock.business_day(clock.now(), centre.day_starts_minute))
    label = lao_normalize(account)
    wrong = {str(line.number): "; ".join(line.errors) for line in parsed.lines if line.errors}
    if not 2 <= len(label) <= 80:
        wrong["account"] = "2-80"
    if wrong or method not in queries.METHODS:
        raise InvalidInput(wrong)
    with unit_of_work() as work:
        _refuse_known_file(work.session, parsed)
        fresh = _new_lines(work.session, label, method, parsed)
        if not fresh:
            raise NothingNew
        days = [_day(line) for line, _mark in fresh]
        made = BankStatement(
            id=new_id(),
            file_hash=parsed.file_hash,
            file_name=lao_normalize(file_name)[:160],
            account_label=label,
            method=method,
            first_day=min(days),
            last_day=max(days),
            known_lines=len(parsed.lines) - len(fresh),
            uploaded_at=clock.now(),
            uploaded_by_id=current_actor().user_id,
        )
        lines = [
            BankStatementLine(
                id=new_id(),
                statement_id=made.id,
                position=position,
                day=line.day,
                amount_kip=line.amount_kip,
                reference=line.reference,
                text=line.text,
                fingerprint=mark,
            )
            for position, (line, mark) in enumerate(fresh, start=1)
        ]
        work.session.add(made)
        try:
            work.session.flush()
            work.session.add_all(lines)
            work.session.flush()
        except IntegrityError as error:
            raise AlreadyChanged from error
        matched = _match_certain(work, made, lines)
        work.record(
            "take",
            subject_kind="bank_statement",
            subject_id=str(made.id),
            data={
                "label": label, "file_name": made.file_name, "file_hash": made.file_hash,
                "lines": len(lines), "known_lines": made.known_lines, "matched": matched,
                "amount_kip": sum(line.amount_kip for line in lines),
            },
        )  # fmt: skip
    return made


def match_certain(statement_id: uuid.UUID) -> int:
    """Match again what is certain by now, for receipts that came after the upload.

    Returns how many lines were matched. Raises NotFound, AlreadyMatched.
    """
    with unit_of_work() as work:
        found = queries.statement(statement_id)
        rows = queries.sheet(found.id).unmatched
        return _match_certain(work, found, [row.line for row in rows])


def match(line_id: uuid.UUID, receipt_id: uuid.UUID) -> BankMatch:
    """A person says that a line and a receipt belong together.

    Raises NotFound, DoesNotFit, AlreadyMatched.
    """
    with unit_of_work() as work:
        session = work.session
        line = queries.line(line_id)
        receipt = queries.paid_by_id(session, [receipt_id]).get(receipt_id)
        if receipt is None:
            raise NotFound
        method = queries.statement(line.statement_id).method
        if (receipt.amount_kip, receipt.method) != (line.amount_kip, method):
            raise DoesNotFit
        made = _pair(line, receipt.id, BY_PERSON)
        session.add(made)
        _flush_matches(work)
        _record_match(work, made, receipt.label, line)
    return made


def unmatch(match_id: uuid.UUID, reason: str) -> BankMatch:
    """Take a match back. The row stays and says who, when and why.

    Raises NotFound, AlreadyUndone, ReasonMissing.
    """
    why = lao_normalize(reason)
    if not 5 <= len(why) <= 300:
        raise ReasonMissing
    with unit_of_work() as work:
        session = work.session
        found = session.scalars(
            select(BankMatch).where(BankMatch.id == match_id).with_for_update()
        ).one_or_none()
        if found is None:
            raise NotFound
        if found.undone_at is not None:
            raise AlreadyUndone
        found.undone_at = clock.now()
        found.undone_by_id = current_actor().user_id
        found.undo_reason = why
        session.flush()
        receipt = queries.paid_by_id(session, [found.receipt_id])[found.receipt_id]
        work.record(
            "unmatch",
            subject_kind="bank_match",
            subject_id=str(found.id),
            data={"label": receipt.label, "amount_kip": receipt.amount_kip, "reason": why},
        )
    return found


def _refuse_known_file(session: Session, parsed: Parsed) -> None:
    known = session.scalars(
        select(BankStatement).where(BankStatement.file_hash == parsed.file_hash)
    ).one_or_none()
    if known is not None:
        raise StatementKnown(day=f"{clock.local(known.uploaded_at):%d/%m/%Y}")


def _new_lines(
    session: Session, account: str, method: str, parsed: Parsed
) -> list[tuple[Line, str]]:
    """Lines that no earlier statement of the account has, each with its fingerprint."""
    marks = fingerprints(account, method, parsed.lines)
    known: set[str] = set()
    for first in range(0, len(marks), 500):
        part = marks[first : first + 500]
        known |= set(
            session.scalars(
                select(BankStatementLine.fingerprint).where(BankStatementLine.fingerprint.in_(part))
            )
        )
    return [
        (line, mark) for line, mark in zip(parsed.lines, marks, strict=True) if mark not in known
    ]


def _match_certain(work: Work, around: BankStatement, lines: Sequence[BankStatementLine]) -> int:
    pairs = by_rule(lines, queries.candidates(work.session, around))
    made = [_pair(line, receipt.id, BY_RULE) for line, receipt in pairs]
    work.session.add_all(made)
    _flush_matches(work)
    for row, (line, receipt) in zip(made, pairs, strict=True):
        _record_match(work, row, receipt.label, line)
    return len(made)


def _pair(line: BankStatementLine, receipt_id: uuid.UUID, made_by: str) -> BankMatch:
    return BankMatch(
        id=new_id(),
        line_id=line.id,
        receipt_id=receipt_id,
        made_by=made_by,
        matched_at=clock.now(),
        matched_by_id=current_actor().user_id,
    )


def _flush_matches(work: Work) -> None:
    try:
        work.session.flush()
    except IntegrityError as error:
        raise AlreadyMatched from error


def _record_match(work: Work, made: BankMatch, label: str, line: BankStatementLine) -> None:
    work.record(
        "match",
        subject_kind="bank_match",
        subject_id=str(made.id),
        data={
            "label": label,
            "amount_kip": line.amount_kip,
            "made_by": made.made_by,
            "statement": str(line.statement_id),
        },
    )


def _day(line: Line) -> date:
    if line.day is None:
        raise ValueError("a line without a day is refused before")
    return line.day
