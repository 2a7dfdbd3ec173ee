"""Saying what an application owes, by the published schedule of the day."""

import uuid

from sqlalchemy.orm import Session

from odsc_counter.applications import lifecycle as applications_lifecycle
from odsc_counter.applications import queries as applications
from odsc_counter.applications.models import Application
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.ledger.accounts import TREASURY
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import fees, queries
from odsc_counter.receipts.errors import AlreadyPaid, NotPayable
from odsc_counter.receipts.models import Assessment, AssessmentLine

PAYABLE = {
    applications_lifecycle.SUBMITTED,
    applications_lifecycle.INCOMPLETE,
    applications_lifecycle.UNDER_REVIEW,
    applications_lifecycle.APPROVED,
    applications_lifecycle.READY,
    applications_lifecycle.COLLECTED,
}


def assess(
    centre: Centre, application_id: uuid.UUID, fee_line_id: int, quantity: int = 1
) -> Assessment:
    """Say what an application owes: one line of today's published schedule, `quantity` times.

    A later assessment replaces an earlier one until one is paid. Raises NotFound (no such
    application, or the line is not in force for its service today), FeeRefused,
    InvalidInput (quantity), AlreadyPaid, NotPayable.
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        application = applications.locked(work.session, application_id)
        refuse_unless_payable(work.session, application)
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
                gross_kip=amount,
                reduction_kip=0,
                amount_kip=amount,
                computation={},
                shares=[{"to": TREASURY, "kip": amount}],
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


def refuse_unless_payable(session: Session, application: Application) -> None:
    """Raise NotPayable or AlreadyPaid where no fee is due on an application."""
    if application.state not in PAYABLE:
        raise NotPayable
    paid = queries.live_sale(application.id)
    if paid is not None:
        raise AlreadyPaid(label=paid.label)
