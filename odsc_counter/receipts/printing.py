"""Which papers of receipts were printed: every print is recorded, later ones are copies."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from odsc_counter.applications import queries as applications
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.errors import AlreadyChanged, DomainError, NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.receipts import queries
from odsc_counter.receipts.models import VOID, Receipt
from odsc_counter.tills.models import TillSession

A5, ROLL = "a5", "80mm"
FORMATS = (A5, ROLL)
"""The papers that a receipt is drawn for."""
SEQ_OF_ORIGINAL = 2
"""An event's place in a receipt's life: 1 is its issue, the original is printed after it."""
MOST_TOGETHER = 200
"""So many receipts are printed as one document at most."""


class NothingToPrint(DomainError):
    """No receipt was written on the day, at the till, or in the part asked for."""

    slug = "nothing-to-print"
    status = 422
    message = _("There is no receipt to print here.")


@dataclass(frozen=True)
class Printed:
    """A document of receipts that was recorded: of each which print it is, and how it looks."""

    at: datetime
    language: str
    paper_format: str
    prints: tuple[tuple[uuid.UUID, int], ...]


def print_paper(receipt_id: uuid.UUID, language: str, paper_format: str = A5) -> int:
    """Note that a receipt is being printed, and say which print it is.

    Returns 0 for the original, 1 for COPY 1, and so on. `language` is lo, en or both,
    `paper_format` one of FORMATS. Raises NotFound. Prints at the same moment wait for one
    another; beside a whole day's, AlreadyChanged: the log's own unique key numbers them.
    """
    with unit_of_work() as work:
        receipt = queries.receipt(receipt_id)
        applications.locked(work.session, receipt.application_id)
        copy = _print_counts(work, [receipt.id]).get(str(receipt.id), 0)
        _record(work, receipt, copy, {"language": language, "format": paper_format})
        _written(work)
    return copy


def print_day(
    day: date,
    language: str,
    paper_format: str = A5,
    *,
    till_id: uuid.UUID | None = None,
    part: int = 1,
) -> uuid.UUID:
    """Note that the receipts of a day, or of one till on it, are being printed as one document.

    At most MOST_TOGETHER in the order of their numbers; `part` 2 is those that follow. Returns
    the key of the document for `printed_together`. Raises NothingToPrint; NotFound for a till
    that is not there; AlreadyChanged when one of them was printed at the same moment.
    """
    with unit_of_work() as work:
        _refuse_unknown_till(work, till_id)
        found = work.session.scalars(
            select(Receipt)
            .where(*_of_day(day, till_id))
            .order_by(Receipt.fiscal_year, Receipt.issued_at, Receipt.id)
            .limit(MOST_TOGETHER)
            .offset((max(1, part) - 1) * MOST_TOGETHER)
        ).all()
        if not found:
            raise NothingToPrint
        document = new_id()
        choice = {"language": language, "format": paper_format}
        counts = _print_counts(work, [receipt.id for receipt in found])
        prints = [(receipt, counts.get(str(receipt.id), 0)) for receipt in found]
        for receipt, copy in prints:
            _record(work, receipt, copy, {**choice, "together": str(document)})
        work.record(
            "print",
            subject_kind="receipt_batch",
            subject_id=str(document),
            seq=1,
            data={
                **choice,
                "day": day.isoformat(),
                "prints": [[str(receipt.id), copy] for receipt, copy in prints],
            },
        )
        _written(work)
    return document


def printed_together(document: uuid.UUID) -> Printed:
    """What was recorded of a document of many receipts. Raises NotFound."""
    with reading() as session:
        event = session.scalars(
            select(Event).where(
                Event.subject_kind == "receipt_batch", Event.subject_id == str(document)
            )
        ).one_or_none()
    if event is None:
        raise NotFound
    prints = tuple((uuid.UUID(receipt), copy) for receipt, copy in event.data["prints"])
    return Printed(event.at, event.data["language"], event.data["format"], prints)


def count_of_day(day: date) -> int:
    """How many receipts were written on a day of the centre."""
    with reading() as session:
        return session.scalars(
            select(func.count()).select_from(Receipt).where(*_of_day(day, None))
        ).one()


def receipts_by_id(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Receipt]:
    """Receipts of the centre by their ids; those that aren't there are left out."""
    with reading() as session:
        return {row.id: row for row in session.scalars(select(Receipt).where(Receipt.id.in_(ids)))}


def voided_among(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of the receipts were voided."""
    with reading() as session:
        found = session.scalars(
            select(Receipt.reverses_id).where(Receipt.kind == VOID, Receipt.reverses_id.in_(ids))
        )
        return {receipt_id for receipt_id in found if receipt_id is not None}


def _written(work: Work) -> None:
    try:
        work.session.flush()
    except IntegrityError as error:
        raise AlreadyChanged from error


def _refuse_unknown_till(work: Work, till_id: uuid.UUID | None) -> None:
    wanted = select(TillSession.id).where(TillSession.id == till_id)
    if till_id is not None and work.session.scalars(wanted).one_or_none() is None:
        raise NotFound


def _of_day(day: date, till_id: uuid.UUID | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Receipt.day == day]
    if till_id is not None:
        conditions.append(Receipt.till_session_id == till_id)
    return conditions


def _print_counts(work: Work, ids: Collection[uuid.UUID]) -> dict[str, int]:
    rows = work.session.execute(
        select(Event.subject_id, func.count())
        .where(
            Event.subject_kind == "receipt",
            Event.subject_id.in_([str(one) for one in ids]),
            Event.verb == "print",
        )
        .group_by(Event.subject_id)
    )
    return {row[0]: row[1] for row in rows}


def _record(work: Work, receipt: Receipt, copy: int, choice: dict[str, Any]) -> None:
    work.record(
        "print",
        subject_kind="receipt",
        subject_id=str(receipt.id),
        seq=SEQ_OF_ORIGINAL + copy,
        data={"copy": copy, "label": receipt.label, **choice},
    )
