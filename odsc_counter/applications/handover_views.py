"""The hand-over on the file's own page, and its protocol as a PDF."""

import uuid

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from odsc_counter.accounts.access import centre_door
from odsc_counter.applications import handovers, panels, queries, signatures, words
from odsc_counter.applications.blueprint import blueprint
from odsc_counter.applications.handover_paper import handover_pdf
from odsc_counter.applications.models import Application
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import NotFound


@blueprint.get("/c/<centre>/applications/<uuid:application>/handover.pdf")
@centre_door("application.view")
def handover_protocol(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Who took the result, how they showed who they are, and their signature."""
    file = queries.application(application)
    handover = handovers.handover_of(application)
    if handover is None:
        raise NotFound
    return inline_pdf(
        handover_pdf(
            centre,
            file,
            handover,
            handovers.handed_by(handover),
            request.args.get("language", "both"),
        ),
        f"{file.label}-handover",
    )


@panels.contribute
def handover_panel(application: Application) -> Markup:
    """The hand-over on the file's own page; nothing before it."""
    handover = handovers.handover_of(application.id) if application.collected_on else None
    if handover is None:
        return Markup("")
    return Markup(  # noqa: S704 - made by a template
        render_template(
            "applications/_handover.html",
            application=application,
            handover=handover,
            handed_by=handovers.handed_by(handover),
            takers=words.TAKERS,
            proofs=words.PROOFS,
            signature=signatures.path(handover.signature),
            box=(signatures.WIDTH, signatures.HEIGHT),
        )
    )
