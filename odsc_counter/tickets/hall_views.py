"""The hall for its manager: today's tickets, the counters, and the end of the day."""

import uuid
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from odsc_counter.accounts.access import centre_door
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import counters, operations, profiles, queries
from odsc_counter.tickets.blueprint import blueprint, key_or_none, told
from odsc_counter.tickets.lifecycle import ENDED
from odsc_counter.tickets.words import REASONS, STATES


def _hall_url(**_arguments: object) -> str:
    return url_for("tickets.hall")


@blueprint.get("/c/<centre>/hall")
@centre_door("ticket.close_day")
def hall(centre: Centre) -> ResponseReturnValue:
    """Everything that goes on in the hall today."""
    today = queries.today()
    rows = queries.tickets_of(today)
    return render_template(
        "tickets/hall.html",
        today=today,
        rows=rows,
        open_count=sum(row.ticket.state not in ENDED for row in rows),
        counters=queries.counters(),
        profiles=profiles.profiles(),
        unclosed=queries.unclosed_days(today),
        states=STATES,
        reasons=REASONS,
    )


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


@blueprint.post("/c/<centre>/counters")
@centre_door("counter.set_up")
@told(_hall_url)
@once
def add_counter(centre: Centre) -> ResponseReturnValue:
    """Set up one more counter."""
    counter = counters.add_counter(request.form.get("number", 0, type=int))
    flash(_("Counter %(number)s is set up.", number=counter.number), "success")
    return redirect(_hall_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/profile")
@centre_door("counter.set_up")
@told(_hall_url)
@once
def give_profile(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Choose the work profile of a counter; none lets it call everybody."""
    profiles.give_profile(counter, key_or_none(request.form.get("profile", "")))
    flash(_("The changes are saved."), "success")
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
