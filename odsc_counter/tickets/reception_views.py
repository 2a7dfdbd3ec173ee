"""Numbers given at the desk, and people who are served without one."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.catalogue.queries import offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.tickets import operations, queries
from odsc_counter.tickets.blueprint import (
    blueprint,
    console_url,
    granted_reasons,
    told,
)
from odsc_counter.tickets.models import Ticket


def _back(**_arguments: object) -> str:
    return console_url() if _is_from_console() else url_for("tickets.new")


def _is_from_console() -> bool:
    return request.form.get("from") == "console"


@blueprint.get("/c/<centre>/tickets/new")
@centre_door("ticket.issue")
def new(centre: Centre) -> ResponseReturnValue:
    """Give a number at the desk, to somebody who can't use the kiosk."""
    code = request.args.get("issued", "")
    return render_template(
        "tickets/new.html",
        offered=offered_services(clock.business_day(clock.now(), centre.day_starts_minute)),
        granted=granted_reasons(),
        issued=queries.ticket_by_code(code) if code else None,
    )


@blueprint.post("/c/<centre>/tickets")
@centre_door("ticket.issue")
@told(_back)
@once
def issue(centre: Centre) -> ResponseReturnValue:
    """Give the number."""
    form = request.form
    ticket = operations.issue(
        centre,
        form.get("service", 0, type=int),
        then=form.getlist("then", type=int),
        priority_reason=form.get("priority") or None,
        language=language_now(),
        channel="counter",
        files=form.get("files", 1, type=int),
    )
    if _is_from_console():
        flash(_given(ticket), "success")
        return redirect(console_url(), 303)
    return redirect(url_for("tickets.new", issued=ticket.public_code), 303)


def _given(ticket: Ticket) -> Markup:
    """The message with the way to the paper."""
    said = _("The new number is %(label)s.", label=ticket.label)
    paper = url_for("tickets.paper", code=ticket.public_code)
    link = Markup('<a href="{}" target="_blank">{}</a>').format(paper, _("Print the ticket"))
    return Markup("{} {}").format(said, link)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/serve")
@centre_door("ticket.serve")
@told(console_url)
@once
def serve_now(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Serve somebody at the counter who has no number."""
    operations.serve_now(
        centre,
        counter,
        signed_in().user.id,
        request.form.get("service", 0, type=int),
        language=language_now(),
        files=request.form.get("files", 1, type=int),
    )
    return redirect(console_url(), 303)
