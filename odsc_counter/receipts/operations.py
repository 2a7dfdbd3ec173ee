"""What the cash office does: assess a fee, take cash against a receipt, void it, print it.

Every function is one transaction in the scope of one centre. Locks are always taken in the
same order: application, till session, number series. The number comes last but one.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.applications import lifecycle as applications_lifecycle
from odsc_counter.applications import queries as applications
from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import new_code
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.receipts import body, fees, ledger, queries
from odsc_counter.receipts.errors import (
    AlreadyPaid,
    AlreadyVoided,
    AssessmentReplaced,
    MayNotApprove,
    NothingToPay,
    NotPayable,
    ReasonMissing,
    SamePerson,
    TooLittleCash,
    TooMuchCash,
    VoidOfVoid,
)
from odsc_counter.receipts.models import (
    CASH,
    SALE,
    VOID,
    Assessment,
    AssessmentLine,
    Receipt,
    ReceiptLine,
    TillSession,
)
from odsc_counter.receipts.tills import close_till, open_till, open_till_of

__all__ = ["assess", "close_till", "issue", "open_till", "print_paper", "void"]

PAYABLE = {
    applications_lifecycle.SUBMITTED,
    applications_lifecycle.INCOMPLETE,
    applications_lifecycle.UNDER_REVIEW,
    applications_lifecycle.APPROVED,
    applications_lifecycle.READY,
    applications_lifecycle.COLLECTED,
}
LARGEST_CHANGE = 10_000_000
"""Kip: a hundred of the largest note. More change than that was mistyped."""

ORIGINAL = 0
"""The number of the first print; the copies count from one."""
SEQ_OF_ORIGINAL = 2
"""A receipt's events: 1 the issue, 2 the original's print, 3 copy 1, 4 copy 2 …"""


def assess(
    centre: Centre, application_id: uuid.UUID, fee_line_id: int, quantity: int = 1
) -> Assessment:
    """Say what an application owes: one line of today's published schedule, `quantity` times.

    A later assessment replaces an earlier one until one is paid. Raises NotFound (no such
    application, or the line is not in force for its service today), FeeRefused,
    InvalidInput (quantity), AlreadyPaid, NotPayable.
    """
    now, day = _moment(centre)
    with unit_of_work() as work:
        application = applications.locked(work.session, application_id)
        _refuse_unless_payable(work.session, application)
        line = fees.chosen_line(application.service_id, fee_line_id, day)
        version = catalogue.service_on(application.service_id, day)
        unit_kip = int(line.amount or 0)
        amount = fees.product(unit_kip, quantity)
        assessment = Assessment(
            application_id=application.id,
            total_kip=amount,
            assessed_at=now,
            assessed_by_id=current_actor().user_id,
        )
        work.session.add(assessment)
        work.session.flush()
        work.session.add(
            AssessmentLine(
                assessment_id=assessment.id,
                position=1,
                fee_line_id=line.id,
                ministry_id=version.ministry_id,
                service_code=version.service.code,
                name_en=fees.printed_name(version, line, "en"),
                name_lo=fees.printed_name(version, line, "lo"),
                legal_basis=line.legal_basis,
                standing=line.standing,
                quantity=quantity,
                unit_kip=unit_kip,
                amount_kip=amount,
            )
        )
        work.record(
            "assess",
            subject_kind="assessment",
            subject_id=str(assessment.id),
            day=day,
            data={
                "application": application.label,
                "fee_line": line.id,
                "quantity": quantity,
                "total_kip": amount,
            },
        )
    return assessment


def issue(centre: Centre, assessment_id: uuid.UUID, cashier: User, tendered_kip: int) -> Receipt:
    """Take cash for an assessment and write the receipt, its lines, the ledger and the event.

    `tendered_kip` is the cash that the citizen handed over; the change is computed. Raises
    NotFound, NoOpenTill, TillOfEarlierDay, AlreadyPaid, AssessmentReplaced, NotPayable,
    NothingToPay, TooLittleCash, TooMuchCash, IllustrativeFee. When it raises, no number is
    used up.
    """
    now, day = _moment(centre)
    with unit_of_work() as work:
        session = work.session
        assessment = queries.assessment(assessment_id)
        application = applications.locked(session, assessment.application_id)
        _refuse_unless_payable(session, application)
        if queries.latest_assessment_id(session, application.id) != assessment.id:
            raise AssessmentReplaced
        till = open_till_of(session, cashier.id, day)
        assessed = queries.assessment_lines(assessment.id)
        fees.refuse_examples(line.standing for line in assessed)
        amount = assessment.total_kip
        _refuse_wrong_cash(amount, tendered_kip)
        ministries = {
            line.ministry_id: applications.ministry(line.ministry_id) for line in assessed
        }
        values = body.sale_values(
            centre=session.get_one(Centre, centre.id),  # with its unit's name of this moment
            letterhead=catalogue.letterhead_on(day),
            application=application,
            cashier=cashier,
            lines=[body.line_values(line, ministries[line.ministry_id]) for line in assessed],
        )
        receipt = _numbered_receipt(
            _Draft(centre, now, day, till, cashier, values),
            session,
            kind=SALE,
            assessment_id=assessment.id,
            application_id=application.id,
            payer_name=application.person.full_name,
            amount_kip=amount,
            tendered_kip=tendered_kip,
            change_kip=tendered_kip - amount,
        )
        session.add_all(_receipt_line(receipt, line, sign=1) for line in assessed)
        session.add_all(
            ledger.entries(
                receipt,
                (ledger.Share(ministries[x.ministry_id].code, x.amount_kip) for x in assessed),
            )
        )
        _record_issue(work, receipt, {"application": application.label})
    return receipt


def void(
    centre: Centre, receipt_id: uuid.UUID, cashier: User, approver: User, reason: str
) -> Receipt:
    """Take a receipt back by a counter-entry: a new number, the same lines, the sign turned.

    The money leaves the cashier's open till. `approver` has just signed in on the same page
    (see accounts.operations.check_password). The original stays as it is; a new assessment
    can be paid afterwards. Raises NotFound, VoidOfVoid, AlreadyVoided, SamePerson,
    MayNotApprove, ReasonMissing, NoOpenTill, TillOfEarlierDay.
    """
    now, day = _moment(centre)
    why = lao_normalize(reason)
    if not 5 <= len(why) <= 300:
        raise ReasonMissing
    with unit_of_work() as work:
        session = work.session
        sale = queries.receipt(receipt_id)
        if sale.kind == VOID:
            raise VoidOfVoid
        if approver.id in (cashier.id, current_actor().user_id):
            raise SamePerson
        if not queries.may_approve_void(approver, day):
            raise MayNotApprove
        application = applications.locked(session, sale.application_id)
        if queries.void_of(sale.id) is not None:
            raise AlreadyVoided
        till = open_till_of(session, cashier.id, day)
        lines = queries.receipt_lines(sale.id)
        booked = queries.ledger_of(sale.id)
        values = body.void_values(sale, catalogue.letterhead_on(day), cashier, approver, why)
        receipt = _numbered_receipt(
            _Draft(centre, now, day, till, cashier, values),
            session,
            kind=VOID,
            voids_id=sale.id,
            assessment_id=sale.assessment_id,
            application_id=sale.application_id,
            payer_name=sale.payer_name,
            amount_kip=-sale.amount_kip,
            tendered_kip=0,
            change_kip=0,
            reason=why,
            approved_by_id=approver.id,
        )
        session.add_all(_receipt_line(receipt, line, sign=-1) for line in lines)
        session.add_all(ledger.mirrored(receipt, booked))
        _record_issue(
            work,
            receipt,
            {
                "application": application.label,
                "voids": sale.label,
                "reason": why,
                "approved_by": approver.username,
            },
        )
    return receipt


def print_paper(receipt_id: uuid.UUID, language: str) -> int:
    """Note that a receipt is being printed, and say which print it is.

    Returns 0 for the original, 1 for COPY 1, and so on. `language` is lo, en or both. Raises
    NotFound. Two prints at the same moment never get the same number: the log's own unique
    key numbers them.
    """
    with unit_of_work() as work:
        receipt = queries.receipt(receipt_id)
        copy = queries.print_count(receipt.id)
        work.record(
            "print",
            subject_kind="receipt",
            subject_id=str(receipt.id),
            seq=SEQ_OF_ORIGINAL + copy,
            data={"copy": copy, "label": receipt.label, "language": language},
        )
        work.session.flush()
    return copy


@dataclass(frozen=True)
class _Draft:
    """All of a receipt that is known before its number."""

    centre: Centre
    now: datetime
    day: date
    till: TillSession
    cashier: User
    values: dict[str, Any]


def _numbered_receipt(draft: _Draft, session: Session, **columns: Any) -> Receipt:
    year = draft.day.year  # the fiscal year is the calendar year since 2017
    number = take_number(session, "receipt", str(year))
    receipt = Receipt(
        fiscal_year=year,
        number=number,
        label=f"{draft.centre.code}-{year}-{number:06}",
        public_code=new_code(),
        till_session_id=draft.till.id,
        cashier_id=draft.cashier.id,
        cashier_name=draft.cashier.name_lo,
        method=CASH,
        issued_at=draft.now,
        day=draft.day,
        **columns,
    )
    receipt.body = body.numbered(draft.values, receipt)
    session.add(receipt)
    session.flush()
    return receipt


def _receipt_line(
    receipt: Receipt, line: AssessmentLine | ReceiptLine, *, sign: int
) -> ReceiptLine:
    return ReceiptLine(
        receipt_id=receipt.id,
        position=line.position,
        fee_line_id=line.fee_line_id,
        ministry_id=line.ministry_id,
        service_code=line.service_code,
        name_en=line.name_en,
        name_lo=line.name_lo,
        legal_basis=line.legal_basis,
        standing=line.standing,
        quantity=line.quantity,
        unit_kip=sign * line.unit_kip,
        amount_kip=sign * line.amount_kip,
    )


def _record_issue(work: Work, receipt: Receipt, data: dict[str, Any]) -> None:
    work.record(
        "void" if receipt.kind == VOID else "issue",
        subject_kind="receipt",
        subject_id=str(receipt.id),
        seq=1,
        day=receipt.day,
        data={
            "label": receipt.label,
            "amount_kip": receipt.amount_kip,
            "till_session": str(receipt.till_session_id),
            **data,
        },
    )


def _moment(centre: Centre) -> tuple[datetime, date]:
    now = clock.now()
    return now, clock.business_day(now, centre.day_starts_minute)


def _refuse_unless_payable(session: Session, application: Application) -> None:
    if application.state not in PAYABLE:
        raise NotPayable
    paid = queries.live_sale(application.id)
    if paid is not None:
        raise AlreadyPaid(label=paid.label)


def _refuse_wrong_cash(amount_kip: int, tendered_kip: int) -> None:
    if amount_kip == 0:
        raise NothingToPay
    if tendered_kip < amount_kip:
        raise TooLittleCash
    if tendered_kip - amount_kip > LARGEST_CHANGE:
        raise TooMuchCash
