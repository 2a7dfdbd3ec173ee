"""What the cash office does: take money against a receipt, and take it back.

Every function is one transaction in the scope of one centre. Locks are always taken in the
same order: application, till session, head of the chain.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.accounts.queries import may_at_centre
from odsc_counter.applications import queries as applications
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.ledger.queries import drawer_kip
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import body, chain, fees, queries
from odsc_counter.receipts.assessing import assess, refuse_unless_payable
from odsc_counter.receipts.errors import (
    AlreadyReversed,
    AlreadyVoided,
    AssessmentReplaced,
    AssessmentUsed,
    MayNotApprove,
    NothingToPay,
    NotReversible,
    ReasonMissing,
    ReferenceMissing,
    ReferenceUsed,
    SamePerson,
    TooLateToVoid,
    TooLittleCash,
    TooMuchCash,
)
from odsc_counter.receipts.models import CASH, QR, REFUND, SALE, SERIES_OF, TRANSFER, VOID, Receipt
from odsc_counter.receipts.writing import Draft, counter_name, ministries_of, write
from odsc_counter.tills.errors import NotSoMuchInDrawer
from odsc_counter.tills.models import TillSession
from odsc_counter.tills.operations import open_till_of

__all__ = ["Payment", "assess", "issue", "refund", "void"]

LARGEST_CHANGE = 10_000_000
"""Kip: a hundred of the largest note. More change than that was mistyped."""


@dataclass(frozen=True)
class Payment:
    """How money comes in or goes back: cash, or a bank or QR payment with its own number."""

    method: str = CASH
    tendered_kip: int = 0
    """Cash that the citizen hands over; the change is computed."""
    reference: str = ""


def issue(centre: Centre, assessment_id: uuid.UUID, cashier: User, payment: Payment) -> Receipt:
    """Take the money of an assessment and write the receipt, its lines, the ledger, the event.

    Raises NotFound, NoOpenTill, TillOfEarlierDay, AlreadyPaid, AssessmentReplaced,
    AssessmentUsed, NotPayable, NothingToPay, TooLittleCash, TooMuchCash, ReferenceMissing,
    ReferenceUsed, IllustrativeFee, SigningKeyMissing. When it raises, no number is
    used up.
    """
    now, day = _moment(centre)
    with unit_of_work() as work:
        session = work.session
        assessment = queries.assessment(assessment_id)
        application = applications.locked(session, assessment.application_id)
        refuse_unless_payable(session, application)
        if queries.latest_assessment_id(session, application.id) != assessment.id:
            raise AssessmentReplaced
        if queries.was_paid(assessment.id):
            raise AssessmentUsed
        till = open_till_of(session, cashier.id, day)
        assessed = queries.assessment_lines(assessment.id)
        fees.refuse_examples(line.standing for line in assessed)
        amount = assessment.total_kip
        if payment.method != CASH:
            # Held before its number is looked for, so that nobody uses the same one meanwhile.
            chain.held(session, day.year, SERIES_OF[SALE])
        paid = _sensible(payment, amount)
        ministries = ministries_of(assessed)
        values = body.sale_values(
            centre=session.get_one(Centre, centre.id),  # with its unit's name of this moment
            counter=counter_name(session, till),
            letterhead=catalogue.letterhead_on(day),
            application=application,
            assessment=assessment,
            cashier=cashier,
            lines=[body.line_values(line, ministries[line.ministry_id]) for line in assessed],
        )
        return write(
            work,
            Draft(centre, now, day, till, cashier, values, assessed),
            kind=SALE,
            assessment_id=assessment.id,
            application_id=application.id,
            payer_name=application.person.full_name,
            amount_kip=amount,
            method=paid.method,
            payment_reference=paid.reference,
            tendered_kip=paid.tendered_kip,
            change_kip=paid.tendered_kip - amount if paid.method == CASH else 0,
        )


def void(
    centre: Centre, receipt_id: uuid.UUID, cashier: User, approver: User, reason: str
) -> Receipt:
    """Take a receipt back on its own day by a counter-entry: a new number, the sign turned.

    The money goes back the way it came; cash leaves the cashier's open till. `approver` has
    just signed in on the same page. The original stays as it is; a new assessment can be paid
    afterwards. Raises NotFound, NotReversible, TooLateToVoid, AlreadyVoided, AlreadyReversed,
    SamePerson, MayNotApprove, ReasonMissing, NoOpenTill, TillOfEarlierDay, NotSoMuchInDrawer.
    """
    sale = queries.receipt(receipt_id)
    return _take_back(
        centre, sale, cashier, approver, reason, kind=VOID,
        payment=Payment(sale.method), positions=None,
    )  # fmt: skip


def refund(
    centre: Centre,
    receipt_id: uuid.UUID,
    cashier: User,
    approver: User,
    reason: str,
    *,
    positions: Collection[int] | None = None,
    payment: Payment | None = None,
) -> Receipt:
    """Give back what a receipt took, whole or single lines of it, by a document of its own.

    On any day, also after the close. `positions`: the lines; all that are left unless told.
    `payment` says how the money goes back: cash unless told. Each line goes back once, which
    the database holds. Raises as `void` does, without TooLateToVoid, and ReferenceMissing.
    """
    sale = queries.receipt(receipt_id)
    back = payment or Payment()
    if back.method != CASH and len(back.reference.strip()) < 4:
        raise ReferenceMissing
    return _take_back(
        centre, sale, cashier, approver, reason, kind=REFUND, payment=back, positions=positions
    )


def _take_back(
    centre: Centre,
    sale: Receipt,
    cashier: User,
    approver: User,
    reason: str,
    *,
    kind: str,
    payment: Payment,
    positions: Collection[int] | None,
) -> Receipt:
    now, day = _moment(centre)
    why = lao_normalize(reason)
    if not 5 <= len(why) <= 300:
        raise ReasonMissing
    if sale.kind != SALE:
        raise NotReversible
    with unit_of_work() as work:
        session = work.session
        if approver.id in (cashier.id, current_actor().user_id):
            raise SamePerson
        if not may_at_centre(approver, "receipt.approve_void", day):
            raise MayNotApprove
        application = applications.locked(session, sale.application_id)
        if queries.void_of(sale.id) is not None:
            raise AlreadyVoided
        if kind == VOID and sale.day != day:
            raise TooLateToVoid
        left = queries.lines_not_reversed(sale.id)
        lines = [line for line in left if positions is None or line.position in positions]
        if (kind == VOID and len(left) < len(queries.receipt_lines(sale.id))) or not lines:
            raise AlreadyReversed
        till = open_till_of(session, cashier.id, day)
        amount = sum(line.amount_kip for line in lines)
        _refuse_empty_drawer(session, till, payment, amount)
        ministries = ministries_of(lines)
        values = body.reversal_values(
            sale,
            lines=[
                body.turned(body.line_values(line, ministries[line.ministry_id]), position)
                for position, line in enumerate(lines, start=1)
            ],
            counter=counter_name(session, till),
            letterhead=catalogue.letterhead_on(day),
            cashier=cashier,
            approver=approver,
            reason=why,
        )
        return write(
            work,
            Draft(centre, now, day, till, cashier, values, lines),
            kind=kind,
            reverses_id=sale.id,
            assessment_id=sale.assessment_id,
            application_id=application.id,
            payer_name=sale.payer_name,
            amount_kip=-amount,
            method=payment.method,
            payment_reference=payment.reference.strip(),
            reason=why,
            approved_by_id=approver.id,
        )


def _moment(centre: Centre) -> tuple[datetime, date]:
    now = clock.now()
    return now, clock.business_day(now, centre.day_starts_minute)


def _sensible(payment: Payment, amount_kip: int) -> Payment:
    if amount_kip == 0:
        raise NothingToPay
    if payment.method in (TRANSFER, QR):
        reference = "".join(payment.reference.split()).upper()
        if not 4 <= len(reference) <= 60:
            raise ReferenceMissing
        used = queries.sale_by_reference(payment.method, reference)
        if used is not None:
            raise ReferenceUsed(label=used.label)
        return Payment(payment.method, 0, reference)
    if payment.tendered_kip < amount_kip:
        raise TooLittleCash
    if payment.tendered_kip - amount_kip > LARGEST_CHANGE:
        raise TooMuchCash
    return Payment(CASH, payment.tendered_kip)


def _refuse_empty_drawer(
    session: Session, till: TillSession, payment: Payment, amount_kip: int
) -> None:
    if payment.method == CASH and drawer_kip(session, till.id) < amount_kip:
        raise NotSoMuchInDrawer
