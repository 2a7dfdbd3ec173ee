"""The number on the citizen's own phone: by its secret link, without an account."""

from hashlib import sha256

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import public_centre_door
from odsc_counter.catalogue.queries import offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.tickets import operations, queries
from odsc_counter.tickets.blueprint import blueprint, told
from odsc_counter.tickets.lifecycle import CALLED, LIFECYCLE
from odsc_counter.tickets.place import Place, place_of
from odsc_counter.tickets.printing_views import OWN_CODE

SOON = 3
"""With so few people ahead the page asks more often."""
SOON_SECONDS, LATER_SECONDS = 8, 20


@blueprint.get("/c/<centre>/t/<code>")
@public_centre_door(OWN_CODE)
def status(centre: Centre, code: str) -> ResponseReturnValue:
    """The number on a phone. Asked again, it answers 304 until something has changed."""
    ticket = queries.ticket_by_code(code)
    place = place_of(ticket)
    tag = sha256(f"{place.facts} {language_now()}".encode()).hexdigest()[:20]
    values = {
        "ticket": ticket,
        "place": place,
        "may_cancel": LIFECYCLE.allows("cancel", ticket.state),
        "ask_seconds": SOON_SECONDS if _is_soon(place) else LATER_SECONDS,
    }
    if request.headers.get("X-Fragment"):
        answer: Response = make_response(render_template("tickets/_status.html", **values))
        answer.set_etag(tag)
        return answer.make_conditional(request)
    by_id = {row.service.id: row for row in offered_services(ticket.day)}
    rows = {one.service_id: by_id.get(one.service_id) for one in place.services}
    answer = make_response(
        render_template(
            "tickets/status.html",
            rows=[row for row in rows.values() if row is not None],
            etag=f'"{tag}"',
            refresh_seconds=30,
            **values,
        )
    )
    answer.set_etag(tag)
    return answer


def _is_soon(place: Place) -> bool:
    waits_soon = place.ahead is not None and place.ahead <= SOON
    return waits_soon or place.ticket.state == CALLED


def _status_url(code: str, **_arguments: object) -> str:
    return url_for("tickets.status", code=code)


@blueprint.post("/c/<centre>/t/<code>/cancel")
@public_centre_door(OWN_CODE)
@told(_status_url)
@once
def cancel_own(centre: Centre, code: str) -> ResponseReturnValue:
    """Give the number back."""
    operations.cancel(queries.ticket_by_code(code).id)
    flash(_("Your number is cancelled."), "success")
    return redirect(_status_url(code), 303)
