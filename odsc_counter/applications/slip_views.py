"""The doors of a file's papers: slip, list of what to bring, all slips of a ticket."""

import uuid

from flask import request
from flask.typing import ResponseReturnValue

from odsc_counter.accounts.access import centre_door
from odsc_counter.applications import slips
from odsc_counter.applications.blueprint import blueprint
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.applications.slip_paper import bring_pdf, slips_pdf
from odsc_counter.places.models import Centre


@blueprint.get("/c/<centre>/applications/<uuid:application>/slip.pdf")
@centre_door("application.view")
def slip_pdf(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """The acknowledgement that the citizen takes home, with the list of what is owed."""
    slip = slips.slip_of(application)
    return inline_pdf(slips_pdf(centre, [slip], _language()), slip.application.label)


@blueprint.get("/c/<centre>/applications/<uuid:application>/bring.pdf")
@centre_door("application.view")
def bring_list_pdf(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """The list of what to bring, alone."""
    slip = slips.slip_of(application)
    return inline_pdf(bring_pdf(centre, slip, _language()), f"{slip.application.label}-bring")


@blueprint.get("/c/<centre>/tickets/<uuid:ticket>/slips.pdf")
@centre_door("application.view")
def ticket_slips_pdf(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
    """The slips of all files that were taken under one ticket, in one go."""
    found = slips.slips_of_ticket(ticket)
    return inline_pdf(slips_pdf(centre, found, _language()), f"{found[0].application.label}-slips")


def _language() -> str:
    return request.args.get("language", "both")
