"""The counter console: take a counter, see the hall from it, call, rest, leave."""

import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.catalogue.queries import offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import counter_queries, counters, operations, profiles, queries
from odsc_counter.tickets.blueprint import (
    blueprint,
    console_url,
    granted_reasons,
    is_fragment,
    key_or_none,
    told,
)
from odsc_counter.tickets.counters import BREAK_REASONS
from odsc_counter.tickets.desk import clerks_desk
from odsc_counter.tickets.words import BREAK_REASONS as BREAKS
from odsc_counter.tickets.words import REASONS, UNDO, WHY

HOLD_MINUTES = (5, 10, 15, 30, 60)
LISTED_PEOPLE = 40
"""So many of a long queue are listed; the rest are counted."""
NOBODY = uuid.UUID(int=0)
"""Stands in the addresses of dialogs until the page knows whom they are about."""


@blueprint.get("/c/<centre>/console")
@centre_door("ticket.call")
def console(centre: Centre) -> ResponseReturnValue:
    """A clerk's desk; without a counter, the choice of one.

    `dialog` and `ticket` in the address open a dialog without script.
    """
    about = key_or_none(request.args.get("ticket", ""))
    ticket = queries.ticket(about) if about else None
    desk = _desk(centre)
    if not desk:
        return render_template(
            "tickets/choose_counter.html",
            counters=counter_queries.counters(),
            elsewhere=counters.seat_elsewhere(signed_in().user.id),
        )
    return render_template(
        "tickets/console.html",
        **desk,
        offered=offered_services(_day(centre)),
        counters=counter_queries.counters(),
        clerks=[user for user, _skills in profiles.clerks()],
        granted=granted_reasons(),
        breaks={reason: BREAKS[reason] for reason in BREAK_REASONS},
        hold_minutes=HOLD_MINUTES,
        dialog=request.args.get("dialog", ""),
        about=ticket,
        about_id=ticket.id if ticket else NOBODY,
    )


@blueprint.get("/c/<centre>/console/desk")
@centre_door("ticket.call")
def console_desk(centre: Centre) -> ResponseReturnValue:
    """The changing part of the console, for a page that is open."""
    desk = _desk(centre)
    if not desk or not is_fragment():
        return redirect(url_for("tickets.console"))
    response: Response = make_response(render_template("tickets/_desk.html", **desk))
    response.headers["X-Fragment"] = "desk"
    return response


def _desk(centre: Centre) -> dict[str, Any]:
    person = signed_in()
    desk = clerks_desk(centre, person.user.id)
    if desk is None:
        return {}
    return {
        "desk": desk,
        "listed": LISTED_PEOPLE,
        "nobody": NOBODY,
        "may_choose": person.may_in_centre("ticket.call_chosen", centre.id),
        "reasons": REASONS,
        "why": WHY,
        "undo_words": UNDO,
        "break_words": BREAKS,
    }


def _day(centre: Centre) -> Any:
    return clock.business_day(clock.now(), centre.day_starts_minute)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/claim")
@centre_door("counter.claim")
@told(console_url)
@once
def claim(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Sit down at a counter."""
    operations.claim_counter(counter, signed_in().user.id)
    return redirect(console_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/release")
@centre_door("counter.claim")
@told(console_url)
@once
def release(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Leave the counter."""
    left = operations.release_counter(counter, signed_in().user.id)
    flash(_("You left counter %(number)s.", number=left.number), "success")
    return redirect(console_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/call-next")
@centre_door("ticket.call")
@told(console_url)
@once
def call_next(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Call the next person to the counter."""
    if operations.call_next(centre, counter, signed_in().user.id) is None:
        flash(_("Nobody is waiting at the moment."), "info")
    return redirect(console_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/call/<uuid:ticket>")
@centre_door("ticket.call_chosen")
@told(console_url)
@once
def call_chosen(centre: Centre, counter: uuid.UUID, ticket: uuid.UUID) -> ResponseReturnValue:
    """Call a certain person to the counter, out of turn."""
    queries.ticket(ticket)  # an unknown one is unknown whoever sits at the counter
    operations.call_chosen(centre, counter, ticket)
    return redirect(console_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/break")
@centre_door("counter.claim")
@told(console_url)
@once
def go_on_break(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Rest without leaving the counter."""
    reason = request.form.get("reason", BREAK_REASONS[0])
    operations.go_on_break(counter, signed_in().user.id, reason)
    return redirect(console_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/break/end")
@centre_door("counter.claim")
@told(console_url)
@once
def end_break(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Go on working."""
    operations.return_from_break(counter, signed_in().user.id)
    return redirect(console_url(), 303)
