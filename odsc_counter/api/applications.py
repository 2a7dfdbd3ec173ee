"""Applications: taken at the counter, looked up, and the fee that they owe."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door
from odsc_counter.api import schemas
from odsc_counter.api.endpoints import answer, endpoint
from odsc_counter.applications import operations, queries
from odsc_counter.applications.models import Application
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.fee_rules import ONE_OF
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import operations as cash_office
from odsc_counter.receipts import queries as receipts
from odsc_counter.receipts.fees import Charge, Exemption
from odsc_counter.receipts.models import Assessment, AssessmentLine, ReceiptLine
from odsc_counter.tickets.queries import today


@endpoint(
    "POST",
    "/centres/{centre}/applications",
    centre_door("application.take"),
    summary="Take an application",
    tag="applications",
    body=schemas.NEW_APPLICATION,
    answers={201: "Application"},
)
def take_application(centre: Centre, body: dict[str, Any]) -> object:
    """Take a citizen's application for a service that the centre offers. It is `incomplete`
    while a paper of the service's list is missing; the day on which it is due is set when all
    are there."""
    service = service_named(body["service"])
    version = catalogue.service_on(service, today())
    application = operations.take(
        centre,
        service,
        **body["applicant"],
        papers_present=_paper_ids(version, body["papers"]),
        answers=body.get("answers", {}),
        ticket_id=uuid.UUID(body["ticket"]) if "ticket" in body else None,
    )
    return answer(
        application_as_json(application),
        201,
        url_for("api.show_application", application=application.id),
    )


@endpoint(
    "GET",
    "/centres/{centre}/applications/{application}",
    centre_door("application.view"),
    summary="An application",
    tag="applications",
    answers={200: "Application"},
)
def show_application(centre: Centre, application: uuid.UUID) -> object:
    """An application with its papers, as it stands now."""
    return answer(application_as_json(queries.application(application)))


@endpoint(
    "POST",
    "/centres/{centre}/applications/{application}/assessments",
    centre_door("fee.assess"),
    summary="Assess the fee",
    tag="applications",
    body=schemas.NEW_ASSESSMENT,
    answers={201: "Assessment"},
)
def assess_application(centre: Centre, application: uuid.UUID, body: dict[str, Any]) -> object:
    """Say what the application owes by today's published schedule. The latest assessment
    holds until one is paid."""
    with unit_of_work():
        assessment = assess(centre, application, body)
        lines = receipts.assessment_lines(assessment.id)
    return answer(
        {
            "id": assessment.id,
            "application": assessment.application_id,
            "total_kip": assessment.total_kip,
            "assessed_at": assessment.assessed_at,
            "lines": lines_as_json(lines),
        },
        201,
        url_for("api.show_application", application=application),
    )


def assess(centre: Centre, application_id: uuid.UUID, body: dict[str, Any]) -> Assessment:
    """Assess by the fee lines that a body names, with what it says of the case."""
    service = queries.application(application_id).service_id
    charges = [
        Charge(
            _fee_line(service, one.get("fee"), today()),
            quantity=one.get("quantity", 1),
            measure=one.get("measure"),
            value_kip=one.get("declared_value"),
            days_late=one.get("days_late"),
        )
        for one in (body, *body.get("added", ()))
    ]
    claimed = body.get("exemption")
    exemption = Exemption(claimed["class"], claimed["paper"]) if claimed else None
    return cash_office.assess(centre, application_id, charges, exemption)


def service_named(code: str) -> int:
    """The id of the service with this code. Raises InvalidInput."""
    try:
        return catalogue.service_by_code(code).id
    except NotFound as error:
        raise InvalidInput({"service": _("There is no service with this code.")}) from error


def _paper_ids(version: ServiceVersion, codes: Iterable[str]) -> set[int]:
    known = {paper.document_type.code: paper.document_type_id for paper in version.papers}
    unknown = {
        f"papers.{place}": _("This service does not ask for one of these papers.")
        for place, code in enumerate(codes)
        if code not in known
    }
    if unknown:
        raise InvalidInput(unknown)
    return {known[code] for code in codes}


def _fee_line(service_id: int, code: str | None, day: date) -> int:
    published = catalogue.fee_lines_on(service_id, day)
    lines = {line.code: line.id for line in published}
    base = [line.id for line in published if line.part == ONE_OF]
    if code is None and len(base) == 1:
        return base[0]
    if code is None or code not in lines:
        raise InvalidInput({"fee": _("Use one of: %(choices)s.", choices=", ".join(lines))})
    return lines[code]


def application_as_json(application: Application) -> dict[str, Any]:
    """An application as the schema `Application` says."""
    person = application.person
    return {
        "id": application.id,
        "number": application.label,
        "tracking_code": application.tracking_code,
        "state": application.state,
        "service": application.version_taken.service.code,
        "applicant": {
            "full_name": person.full_name,
            "phone": person.phone,
            "id_number": person.id_number,
            "village": person.village,
        },
        "papers": [
            {
                "code": paper.document_type.code,
                "name": name(paper.document_type),
                "is_present": paper.is_present,
                "is_required": paper.is_required,
            }
            for paper in queries.papers(application.id)
        ],
        "answers": application.answers,
        "ticket": application.ticket_id,
        "submitted_at": application.submitted_at,
        "due_on": application.due_on.isoformat() if application.due_on else None,
        "decided_at": application.decided_at,
        "decision_reason": application.decision_reason,
    }


def lines_as_json(lines: Iterable[AssessmentLine | ReceiptLine]) -> list[dict[str, Any]]:
    """The lines of an assessment or a receipt."""
    return [
        {
            "service": line.service_code,
            "name": name(line),
            "legal_basis": line.legal_basis,
            "standing": line.standing,
            "quantity": line.quantity,
            "unit_kip": line.unit_kip,
            "reduction_kip": line.reduction_kip,
            "amount_kip": line.amount_kip,
            "words": line.computation.get("words", {"lo": "", "en": ""}),
        }
        for line in lines
    ]


def name(named: Any) -> dict[str, str]:
    """The name of a thing in both languages."""
    return {"lo": named.name_lo, "en": named.name_en}
