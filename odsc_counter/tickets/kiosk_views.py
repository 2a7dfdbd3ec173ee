"""For the citizen: the touch screen that gives numbers, and the number on a phone."""

from hashlib import sha256

import segno
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import public_centre_door
from odsc_counter.catalogue.queries import OfferedRow, offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import operations, queries
from odsc_counter.tickets.blueprint import blueprint, granted_reasons, page_language, told
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.words import STATES

PUBLISHED = "shows what the centre publishes"
OWN_NUMBER = "a person takes a number; nothing about anybody is asked or shown"
OWN_CODE = "the random code is known to its holder alone; no name stands behind it"


def _kiosk_url(**_arguments: object) -> str:
    return url_for("tickets.kiosk")


@blueprint.get("/c/<centre>/kiosk")
@public_centre_door(PUBLISHED)
def kiosk(centre: Centre) -> ResponseReturnValue:
    """The first page of the touch screen: groups of services, or the services of the only one."""
    rows = offered_services(queries.today())
    groups = {row.group.letter: row.group for row in rows}
    if len(groups) == 1:
        return _services_page(rows, back_url=None)
    return render_template("tickets/kiosk.html", groups=list(groups.values()))


@blueprint.get("/c/<centre>/kiosk/<letter>")
@public_centre_door(PUBLISHED)
def kiosk_group(centre: Centre, letter: str) -> ResponseReturnValue:
    """The services of a group."""
    rows = [row for row in offered_services(queries.today()) if row.group.letter == letter]
    if not rows:
        raise NotFound
    return _services_page(rows, back_url=url_for("tickets.kiosk"))


def _services_page(rows: list[OfferedRow], back_url: str | None) -> str:
    return render_template("tickets/kiosk_services.html", rows=rows, back_url=back_url)


@blueprint.get("/c/<centre>/kiosk/services/<int:service>")
@public_centre_door(PUBLISHED)
def kiosk_service(centre: Centre, service: int) -> ResponseReturnValue:
    """Papers and fee of a service, before a number is taken."""
    return render_template(
        "tickets/kiosk_service.html", row=_offered(service), reasons=granted_reasons()
    )


def _offered(service_id: int) -> OfferedRow:
    rows = offered_services(queries.today(), service_id)
    if not rows:
        raise NotFound
    return rows[0]


@blueprint.post("/c/<centre>/kiosk")
@public_centre_door(OWN_NUMBER)
@told(_kiosk_url)
@once
def take(centre: Centre) -> ResponseReturnValue:
    """Take a number."""
    ticket = operations.issue(
        centre,
        request.form.get("service", 0, type=int),
        priority_reason=request.form.get("priority") or None,
        language=page_language(),
        channel="kiosk",
    )
    return redirect(url_for("tickets.paper", code=ticket.public_code), 303)


@blueprint.get("/c/<centre>/kiosk/tickets/<code>")
@public_centre_door(OWN_CODE)
def paper(centre: Centre, code: str) -> ResponseReturnValue:
    """The ticket to read, photograph or print on 80 mm paper."""
    ticket = queries.ticket_by_code(code)
    address = url_for("tickets.status", code=code, _external=True)
    picture = segno.make(address, error="m").svg_data_uri(scale=4, border=2)
    return render_template(
        "tickets/paper.html", row=_row_of(ticket), qr=picture, address=address, **_place(ticket)
    )


def _row_of(ticket: Ticket) -> OfferedRow | None:
    rows = offered_services(ticket.day, ticket.service_id)
    return rows[0] if rows else None


def _place(ticket: Ticket) -> dict[str, object]:
    """What the holder of a number may know about it."""
    place = queries.position(ticket)
    counter = queries.counter(ticket.counter_id).number if ticket.counter_id else None
    return {"ticket": ticket, "ahead": place - 1, "counter_number": counter, "states": STATES}


@blueprint.get("/c/<centre>/t/<code>")
@public_centre_door(OWN_CODE)
def status(centre: Centre, code: str) -> ResponseReturnValue:
    """The number on a phone. Asked again, it answers 304 until something has changed."""
    ticket = queries.ticket_by_code(code)
    place = _place(ticket)
    seen = f"{ticket.version} {place['ahead']} {page_language()}"
    tag = sha256(seen.encode()).hexdigest()[:20]
    if request.headers.get("X-Fragment"):
        answer: Response = make_response(render_template("tickets/_status.html", **place))
    else:
        answer = make_response(
            render_template(
                "tickets/status.html",
                row=_row_of(ticket),
                etag=f'"{tag}"',
                refresh_seconds=30,
                **place,
            )
        )
    answer.set_etag(tag)
    return answer.make_conditional(request) if request.headers.get("X-Fragment") else answer


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
