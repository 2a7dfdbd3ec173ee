"""The hall for whoever keeps it running: the live panel, and the end of the day."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import counters, displays, operations, supervision
from odsc_counter.tickets.blueprint import blueprint, told
from odsc_counter.tickets.words import (
    BREAK_REASONS,
    DISPLAY_KINDS,
    DISPLAY_STATES,
    LANES,
    REASONS,
    STATES,
    STUCK,
)


def may_here(centre: Centre) -> Callable[[str], bool]:
    """Tells templates what the signed-in person may do at the centre."""
    person = signed_in()
    return lambda permission: person.may_in_centre(permission, centre.id)


def _hall_url(**_arguments: object) -> str:
    return url_for("tickets.hall")


@blueprint.get("/c/<centre>/hall")
@centre_door("hall.view")
def hall(centre: Centre) -> ResponseReturnValue:
    """Everything that goes on in the hall now."""
    return render_template("tickets/hall.html", **_panel(centre))


@blueprint.get("/c/<centre>/hall/now")
@centre_door("hall.view")
def hall_now(centre: Centre) -> ResponseReturnValue:
    """The changing part of the panel, for a page that is open."""
    return render_template("tickets/_hall.html", **_panel(centre))


def _panel(centre: Centre) -> dict[str, Any]:
    return {
        "now": supervision.hall_now(),
        "may": may_here(centre),
        "states": STATES,
        "reasons": REASONS,
        "lanes": LANES,
        "stuck_words": STUCK,
        "break_reasons": BREAK_REASONS,
        "displays": displays.displays(),
        "display_kinds": DISPLAY_KINDS,
        "display_states": DISPLAY_STATES,
    }


@blueprint.post("/c/<centre>/hall/close")
@centre_door("ticket.close_day")
@told(_hall_url)
@once
def close(centre: Centre) -> ResponseReturnValue:
    """Close what is still open of a day."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError as error:
        raise NotFound from error
    closed = operations.close_day(centre, day)
    flash(
        ngettext(
            "The day is closed. %(num)s ticket was still open.",
            "The day is closed. %(num)s tickets were still open.",
            closed,
        ),
        "success",
    )
    return redirect(_hall_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/free")
@centre_door("counter.set_up")
@told(_hall_url)
@once
def free_counter(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Free a counter whose clerk has gone without leaving it."""
    freed = counters.release_counter(counter)
    flash(_("Counter %(number)s is free.", number=freed.number), "success")
    return redirect(_hall_url(), 303)
