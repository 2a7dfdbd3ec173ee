"""What people look at of fees, receipts and tills. Read only, in the scope of one centre."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from odsc_counter.accounts.models import User
from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import read_code
from odsc_counter.catalogue.fee_models import ExemptionClass
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.sql_text import ESCAPE, part_of
from odsc_counter.platform.work import reading
from odsc_counter.receipts import fees
from odsc_counter.receipts.models import (
    REFUND,
    SALE,
    VOID,
    Assessment,
    AssessmentLine,
    Receipt,
    ReceiptLine,
)

PAGE_SIZE = 25
Row = TypeVar("Row")


@dataclass(frozen=True)
class FeeState:
    """Where an application stands with its fee."""

    choices: list[fees.Offer]
    exemptions: list[ExemptionClass]
    """Who pays less for this service."""
    assessment: Assessment | None
    assessed: list[AssessmentLine]
    paid: Receipt | None
    receipts: list[Receipt]


@dataclass(frozen=True)
class Listed:
    """A receipt in a list, whether it was voided, and what of it was refunded, in kip."""

    receipt: Receipt
    is_voided: bool
    refunded_kip: int = 0

    @property
    def standing(self) -> str:
        """valid, voided, refunded or part_refunded; of a void or refund its kind."""
        if self.receipt.kind != SALE:
            return self.receipt.kind
        if self.is_voided:
            return "voided"
        if self.refunded_kip == 0:
            return "valid"
        return "refunded" if self.refunded_kip >= self.receipt.amount_kip else "part_refunded"


@dataclass(frozen=True)
class Page:
    """One page of receipts."""

    rows: list[Listed]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


def receipt(receipt_id: uuid.UUID) -> Receipt:
    """A receipt. Raises NotFound."""
    return _one(select(Receipt).where(Receipt.id == receipt_id))


def by_public_code(code: str) -> Listed:
    """The receipt that a citizen checks by the code on the paper. Raises NotFound."""
    return listed(_one(select(Receipt).where(Receipt.public_code == read_code(code))))


def listed(found: Receipt) -> Listed:
    """A receipt with what has become of it."""
    with reading() as session:
        row = session.execute(
            select(_is_voided(), _refunded()).select_from(Receipt).where(Receipt.id == found.id)
        ).one()
        return Listed(found, *row)


def receipt_lines(receipt_id: uuid.UUID) -> list[ReceiptLine]:
    """The lines of a receipt in order."""
    return _all(
        select(ReceiptLine)
        .where(ReceiptLine.receipt_id == receipt_id)
        .order_by(ReceiptLine.position)
    )


def void_of(receipt_id: uuid.UUID) -> Receipt | None:
    """The receipt that voids this one; None while it is valid."""
    return _first(select(Receipt).where(Receipt.reverses_id == receipt_id, Receipt.kind == VOID))


def reversals_of(receipt_id: uuid.UUID) -> list[Receipt]:
    """The void or the refunds of a receipt, in order."""
    return _all(
        select(Receipt)
        .where(Receipt.reverses_id == receipt_id)
        .order_by(Receipt.issued_at, Receipt.number)
    )


def lines_not_reversed(receipt_id: uuid.UUID) -> list[ReceiptLine]:
    """The lines of a sale that neither a void nor a refund has taken back yet."""
    back = aliased(ReceiptLine)
    return _all(
        select(ReceiptLine)
        .where(
            ReceiptLine.receipt_id == receipt_id,
            ~exists().where(
                back.centre_id == ReceiptLine.centre_id,
                back.reverses_id == ReceiptLine.receipt_id,
                back.reverses_position == ReceiptLine.position,
            ),
        )
        .order_by(ReceiptLine.position)
    )


def sale_by_reference(method: str, reference: str) -> Receipt | None:
    """The valid sale that was paid by this very payment, if there is one."""
    return _first(
        select(Receipt)
        .where(
            Receipt.kind == SALE,
            Receipt.method == method,
            Receipt.payment_reference == reference,
            ~_is_voided(),
        )
        .limit(1)
    )


def live_sale(application_id: uuid.UUID) -> Receipt | None:
    """The receipt by which an application is paid; None when unpaid, voided or given back."""
    return _first(
        select(Receipt).where(
            Receipt.application_id == application_id,
            Receipt.kind == SALE,
            ~_is_voided(),
            _refunded() < Receipt.amount_kip,
        )
    )


def was_paid(assessment_id: uuid.UUID) -> bool:
    """Whether there is a sale of an assessment, be it voided or given back since."""
    return (
        _first(
            select(Receipt.id).where(Receipt.assessment_id == assessment_id, Receipt.kind == SALE)
        )
        is not None
    )


def assessment(assessment_id: uuid.UUID) -> Assessment:
    """An assessment. Raises NotFound."""
    return _one(select(Assessment).where(Assessment.id == assessment_id))


def assessment_lines(assessment_id: uuid.UUID) -> list[AssessmentLine]:
    """The lines of an assessment in order."""
    return _all(
        select(AssessmentLine)
        .where(AssessmentLine.assessment_id == assessment_id)
        .order_by(AssessmentLine.position)
    )


def latest_assessment_id(session: Session, application_id: uuid.UUID) -> uuid.UUID | None:
    """Which assessment of an application holds: the last one."""
    return session.scalars(
        select(Assessment.id)
        .where(Assessment.application_id == application_id)
        .order_by(Assessment.assessed_at.desc(), Assessment.id.desc())
        .limit(1)
    ).one_or_none()


def owed_before_payment(application_id: uuid.UUID) -> Assessment | None:
    """The assessment that holds and is not paid yet: what the citizen must bring."""
    with reading() as session:
        latest = latest_assessment_id(session, application_id)
        if latest is None or live_sale(application_id) is not None:
            return None
        taken_back = session.scalar(
            select(Receipt.id).where(Receipt.assessment_id == latest, Receipt.kind != SALE).limit(1)
        )
        return assessment(latest) if taken_back is None else None


def fee_state(application: Application, day: date) -> FeeState:
    """Choices of the day's schedule, the assessment that holds, and the receipts so far.

    An assessment whose receipt was voided holds no longer: a new one must be made.
    """
    with reading() as session:
        latest = latest_assessment_id(session, application.id)
        receipts = _all(
            select(Receipt)
            .where(Receipt.application_id == application.id)
            .order_by(Receipt.issued_at, Receipt.number)
        )
        paid = live_sale(application.id)
        used = {found.assessment_id for found in receipts if found.kind != SALE}
        if paid is not None:
            used.discard(paid.assessment_id)
        holds = assessment(latest) if latest is not None and latest not in used else None
        return FeeState(
            choices=fees.offers(application.service_id, day),
            exemptions=fees.exemptions_offered(application.version_taken.service.code, day),
            assessment=holds,
            assessed=assessment_lines(holds.id) if holds is not None else [],
            paid=paid,
            receipts=receipts,
        )


def listing(day: date | None, text: str, page: int = 1) -> Page:
    """A page of receipts, the newest first, of one day or of all."""
    conditions: list[ColumnElement[bool]] = []
    if day is not None:
        conditions.append(Receipt.day == day)
    wanted = text.strip()
    if wanted:
        if wanted.isdecimal() and len(wanted) < 9:
            conditions.append(Receipt.number == int(wanted))
        else:
            conditions.append(
                or_(
                    Receipt.label.like(part_of(wanted.upper()), escape=ESCAPE),
                    Receipt.payer_name.like(part_of(lao_normalize(wanted)), escape=ESCAPE),
                    Receipt.public_code == read_code(wanted),
                )
            )
    with reading() as session:
        total = session.scalars(select(func.count()).select_from(Receipt).where(*conditions)).one()
        number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
        found = session.execute(
            select(Receipt, _is_voided(), _refunded())
            .where(*conditions)
            .order_by(Receipt.issued_at.desc(), Receipt.label.desc())
            .limit(PAGE_SIZE)
            .offset((number - 1) * PAGE_SIZE)
        )
        return Page([Listed(*row) for row in found], total, number)


def receipts_of_till(till_id: uuid.UUID) -> list[Listed]:
    """What was written at a till, the newest first."""
    with reading() as session:
        found = session.execute(
            select(Receipt, _is_voided(), _refunded())
            .where(Receipt.till_session_id == till_id)
            .order_by(Receipt.issued_at.desc(), Receipt.label.desc())
        )
        return [Listed(*row) for row in found]


def person(user_id: int) -> User:
    """An account, for the name of who opened a till or approved a void. Raises NotFound."""
    return _one(select(User).where(User.id == user_id))


def events_of(receipt_id: uuid.UUID) -> list[Event]:
    """All that happened to a receipt: its issue and its prints, oldest first."""
    return _all(
        select(Event)
        .where(Event.subject_kind == "receipt", Event.subject_id == str(receipt_id))
        .order_by(Event.at, Event.id)
    )


def print_count(receipt_id: uuid.UUID) -> int:
    """How many prints of a receipt are on record, the original among them."""
    return sum(event.verb == "print" for event in events_of(receipt_id))


def print_event(receipt_id: uuid.UUID, copy: int) -> Event:
    """The record of a print: 0 the original, n COPY n. Raises NotFound."""
    for event in events_of(receipt_id):
        if event.verb == "print" and event.data["copy"] == copy:
            return event
    raise NotFound


def _is_voided() -> ColumnElement[bool]:
    back = aliased(Receipt)
    return exists().where(
        back.centre_id == Receipt.centre_id, back.reverses_id == Receipt.id, back.kind == VOID
    )


def _refunded() -> ColumnElement[int]:
    """What was refunded of a receipt in the statement around, in kip."""
    back = aliased(Receipt)
    return (
        select(func.coalesce(-func.sum(back.amount_kip), 0))
        .where(
            back.centre_id == Receipt.centre_id,
            back.reverses_id == Receipt.id,
            back.kind == REFUND,
        )
        .correlate(Receipt)
        .scalar_subquery()
    )


def _one(statement: Select[Row]) -> Row:
    found = _first(statement)
    if found is None:
        raise NotFound
    return found


def _first(statement: Select[Row]) -> Row | None:
    with reading() as session:
        return session.scalars(statement).one_or_none()


def _all(statement: Select[Row]) -> list[Row]:
    with reading() as session:
        found: Sequence[Row] = session.scalars(statement).all()
        return list(found)
