"""The doors of the outbox: the centre's list, a second try, and the panel on a file's page."""

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.applications import panels
from odsc_counter.applications.models import Application
from odsc_counter.messages import operations, queries, words
from odsc_counter.messages.lifecycle import LIFECYCLE
from odsc_counter.places.models import Centre
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.tenancy import current_scope

blueprint = Blueprint("messages", __name__, template_folder="templates")


@blueprint.get("/c/<centre>/messages")
@centre_door("message.view")
def index(centre: Centre) -> ResponseReturnValue:
    """All messages of the centre, or those in one state."""
    state = request.args.get("state", "")
    return render_template(
        "messages/index.html",
        found=queries.listing(state, request.args.get("page", 1, type=int)),
        state=state,
        may_retry=signed_in().may_in_centre("message.retry", centre.id),
        can_retry=lambda delivery: LIFECYCLE.allows("retry", delivery.state),
        words=words,
    )


@blueprint.post("/c/<centre>/messages/<uuid:delivery>/retry")
@centre_door("message.retry")
@once
def retry(centre: Centre, delivery: uuid.UUID) -> ResponseReturnValue:
    """Try a message again that was given up."""
    operations.retry(delivery)
    return redirect(url_for(".index", state=request.form.get("state", "")), 303)


@blueprint.post("/c/<centre>/applications/<uuid:application>/messages")
@centre_door("application.take")
@once
def set_silent(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """The applicant wants no messages about this file, or wants them again."""
    operations.keep_silent(application, silent=request.form.get("silent") == "1")
    return redirect(url_for("applications.detail", application=application), 303)


@panels.contribute
def messages_panel(application: Application) -> Markup:
    """The messages about a file, on its own page."""
    page = render_template(
        "messages/_of_application.html",
        application=application,
        rows=queries.about(application.id),
        is_silent=queries.is_silent(application.id),
        may_choose=signed_in().may_in_centre("application.take", current_scope().centre_id or 0),
        words=words,
    )
    return Markup(page)  # noqa: S704 - made by a template
