"""Saying what an application owes, by the published schedule of the day."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from odsc_counter.applications import lifecycle as applications_lifecycle
from odsc_counter.applications import queries as applications
from odsc_counter.applications.models import Application
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import fees, queries
from odsc_counter.receipts.errors import AlreadyPaid, NotPayable
from odsc_counter.receipts.fees import Charge, Exemption
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
    centre: Centre,
    application_id: uuid.UUID,
    charges: Sequence[Charge],
    exemption: Exemption | None = None,
) -> Assessment:
    """Say what an application owes by today's published schedule.

    One base fee of the service, with extras and fines; `exemption` is the class of people who pay
    less that the clerk saw the paper of. A later assessment replaces an earlier one until one is
    paid. Raises NotFound (no such application, or a line is not in force for its service today),
    FeeRefused, WrongFees, ExemptionRefused, InvalidInput, AlreadyPaid, NotPayable.
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        application = applications.locked(work.session, application_id)
        refuse_unless_payable(work.session, application)
        version = catalogue.service_on(application.service_id, day)
        picked = fees.chosen(fees.offers(application.service_id, day), charges)
        paper = lao_normalize(exemption.paper).replace("\n", " ") if exemption else ""
        people = (
            fees.exemption_for(replace(exemption, paper=paper), version.service.code, day)
            if exemption is not None
            else None
        )
        owed = fees.due(picked, people, paper, version.ministry.code)
        assessment = Assessment(
            application_id=application.id,
            total_kip=sum(one.fee.amount_kip for one in owed),
            assessed_at=now,
            assessed_by_id=current_actor().user_id,
            exemption_code=people.code if people else "",
            exemption_name_en=people.name_en if people else "",
            exemption_name_lo=people.name_lo if people else "",
            exemption_paper=paper,
        )
        work.session.add(assessment)
        work.session.flush()
        work.session.add_all(
            _line(assessment, position, version, one) for position, one in enumerate(owed, start=1)
        )
        work.record(
            "assess",
            subject_kind="assessment",
            subject_id=str(assessment.id),
            day=day,
            data={
                "application": application.label,
                "fee_lines": [one.line.id for one in owed],
                "exemption": assessment.exemption_code,
                "total_kip": assessment.total_kip,
            },
        )
    return assessment


def _line(
    assessment: Assessment, position: int, version: ServiceVersion, owed: fees.Due
) -> AssessmentLine:
    line, fee = owed.line, owed.fee
    return AssessmentLine(
        assessment_id=assessment.id,
        position=position,
        fee_line_id=line.id,
        ministry_id=version.ministry_id,
        service_code=version.service.code,
        name_en=fees.printed_name(version, line, "en"),
        name_lo=fees.printed_name(version, line, "lo"),
        legal_basis=fees.printed_act(line),
        standing=line.standing,
        quantity=fee.quantity,
        unit_kip=fee.unit_kip,
        gross_kip=fee.gross_kip,
        reduction_kip=fee.reduction_kip,
        amount_kip=fee.amount_kip,
        computation=fee.computation,
        shares=fee.shares,
    )


def refuse_unless_payable(session: Session, application: Application) -> None:
    """Raise NotPayable or AlreadyPaid where no fee is due on an application."""
    if application.state not in PAYABLE:
        raise NotPayable
    paid = queries.live_sale(application.id)
    if paid is not None:
        raise AlreadyPaid(label=paid.label)
