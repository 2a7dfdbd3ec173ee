"""The ticket once it is taken: did it come out, print it again, keep or cancel it."""

import uuid

import segno
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from odsc_counter.accounts.access import centre_door, public_centre_door
from odsc_counter.places.models import Centre
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import operations, queries
from odsc_counter.tickets.blueprint import blueprint, told
from odsc_counter.tickets.kiosk_device import KioskDevice, this_device
from odsc_counter.tickets.lifecycle import LIFECYCLE
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.place import place_of
from odsc_counter.tickets.printing import (
    BROWSER,
    NETWORK,
    PrinterFailed,
    print_on_network,
    printed,
    printer_of_hall,
)
from odsc_counter.tickets.slip import Slip, slip_of

OWN_CODE = "the random code is known to its holder alone; no name stands behind it"
ASKS, FAILED = "asks", "failed"
"""Steps after a print: the kiosk asks whether the ticket came out; it did not."""


def status_address(ticket: Ticket) -> str:
    """The address of the phone status page, as the QR code holds it."""
    return url_for("tickets.status", code=ticket.public_code, _external=True)


def slip_now(centre: Centre, ticket: Ticket) -> Slip:
    """The slip of a ticket as it stands now."""
    return slip_of(centre, place_of(ticket), status_address(ticket))


def qr_picture(address: str) -> str:
    """A QR code as the address of a picture."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=2))


def way_of(device: KioskDevice | None) -> str | None:
    """How a device prints: on the hall's printer, by its browser, or (a kiosk without) not.

    Only the hall's own kiosks reach the printer: paper is not for whoever knows the address.
    """
    if device is None:
        return BROWSER
    if not device.prints:
        return None
    return NETWORK if printer_of_hall() is not None else BROWSER


@blueprint.get("/c/<centre>/kiosk/tickets/<code>")
@public_centre_door(OWN_CODE)
def paper(centre: Centre, code: str) -> ResponseReturnValue:
    """The number on the screen, and the question whether the printed ticket came out.

    A page that nobody answers goes back to the start and the number stays valid: most people
    take the paper and walk away.
    """
    ticket = queries.ticket_by_code(code)
    place, address = place_of(ticket), status_address(ticket)
    device = this_device(centre)
    step = request.args.get("step", "")
    way = way_of(device)
    return render_template(
        "tickets/paper.html",
        ticket=ticket,
        place=place,
        slip=slip_of(centre, place, address),
        qr=qr_picture(address),
        device=device,
        step=step,
        way=way,
        prints_now=step == ASKS and way == BROWSER,
        may_cancel=LIFECYCLE.allows("cancel", ticket.state),
        may_print=way is not None and LIFECYCLE.allows("print", ticket.state),
    )


def _paper_url(code: str, **_arguments: object) -> str:
    return url_for("tickets.paper", code=code)


@blueprint.post("/c/<centre>/kiosk/tickets/<code>/print")
@public_centre_door(OWN_CODE)
@told(_paper_url)
def print_own(centre: Centre, code: str) -> ResponseReturnValue:
    """Print the ticket, or print it again: then it says that it is a copy."""
    ticket = queries.ticket_by_code(code)
    return print_and_ask(centre, ticket, way_of(this_device(centre)) or BROWSER)


def print_and_ask(centre: Centre, ticket: Ticket, way: str) -> Response:
    """Print a ticket; on to the question whether it came out, or to what to do when it didn't."""
    step = ASKS
    try:
        _print(centre, ticket, way)
    except PrinterFailed as error:
        flash(str(error), "danger")
        step = FAILED
    return redirect(url_for("tickets.paper", code=ticket.public_code, step=step), 303)


def _print(centre: Centre, ticket: Ticket, way: str) -> None:
    printer = printer_of_hall()
    if way == NETWORK and printer is not None:
        print_on_network(ticket.id, printer, lambda one: slip_now(centre, one))
    else:
        printed(ticket.id, BROWSER)


@blueprint.post("/c/<centre>/kiosk/tickets/<code>/cancel")
@public_centre_door(OWN_CODE)
@told(_paper_url)
@once
def cancel_at_kiosk(centre: Centre, code: str) -> ResponseReturnValue:
    """Give a number back at the kiosk: usually because no paper came out."""
    reason = "printer" if request.form.get("reason") == "printer" else None
    ticket = operations.cancel(queries.ticket_by_code(code).id, reason=reason)
    flash(_("Number %(label)s is cancelled.", label=ticket.label), "success")
    return redirect(url_for("tickets.kiosk"), 303)


def _desk_url(**_arguments: object) -> str:
    """Back to the page of the staff that the print was asked for from."""
    pages = {"console": "tickets.console", "hall": "tickets.hall"}
    return url_for(pages.get(request.values.get("back", ""), "tickets.new"))


@blueprint.post("/c/<centre>/tickets/<uuid:ticket>/print")
@centre_door(LIFECYCLE.permission("print"))
@told(_desk_url)
def print_at_desk(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
    """Print somebody's ticket from the desk: on the hall's printer, else by the browser."""
    found = queries.ticket(ticket)
    way = NETWORK if printer_of_hall() is not None else BROWSER
    _print(centre, found, way)
    if way == BROWSER:
        back = request.form.get("back")
        return redirect(url_for("tickets.paper_at_desk", ticket=found.id, back=back), 303)
    flash(_("The ticket %(label)s is printed.", label=found.label), "success")
    return redirect(_desk_url(), 303)


@blueprint.get("/c/<centre>/tickets/<uuid:ticket>/paper")
@centre_door(LIFECYCLE.permission("print"))
def paper_at_desk(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
    """The ticket as the browser of a desk prints it."""
    found = queries.ticket(ticket)
    return render_template(
        "tickets/paper_at_desk.html",
        ticket=found,
        slip=slip_now(centre, found),
        qr=qr_picture(status_address(found)),
        back_url=_desk_url(),
        back=request.args.get("back", ""),
        may_print=LIFECYCLE.allows("print", found.state),
    )
