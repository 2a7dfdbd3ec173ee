"""One ticket for the supervisor: its whole life, what can be done about it, and how it is found."""

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door
from odsc_counter.catalogue.queries import offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.tickets import counter_queries, life, operations, queries
from odsc_counter.tickets.blueprint import (
    blueprint,
    granted_reasons,
    key_or_none,
    told,
)
from odsc_counter.tickets.hall_views import may_here
from odsc_counter.tickets.lifecycle import LIFECYCLE, WAITING
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.words import LANES, OUTCOMES, PLACES, REASONS, STATES, STUCK

PER_PAGE = 100
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)


@blueprint.get("/c/<centre>/hall/tickets")
@centre_door("hall.view")
def hall_tickets(centre: Centre) -> ResponseReturnValue:
    """The tickets of any day; a number that only one of them bears leads to it."""
    today = queries.today()
    day = _day_asked(today)
    text = request.args.get("number", "").strip()[:20]
    found = life.find(day, text)
    if text and len(found) == 1:
        return redirect(url_for("tickets.hall_ticket", ticket=found[0].ticket.id), 303)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "tickets/hall_tickets.html",
        day=day,
        text=text,
        total=len(found),
        rows=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        page=page,
        pages=pages,
        states=STATES,
        reasons=REASONS,
    )


def _day_asked(otherwise: date) -> date:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return otherwise
    return day if EARLIEST <= day <= LATEST else otherwise


def _ticket_url(ticket: uuid.UUID, **_more: object) -> str:
    return url_for("tickets.hall_ticket", ticket=ticket)


@blueprint.get("/c/<centre>/hall/tickets/<uuid:ticket>")
@centre_door("hall.view")
def hall_ticket(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
    """The life of a ticket, and what can be done about it."""
    found = queries.ticket(ticket)
    because = request.args.get("because", "")
    return render_template(
        "tickets/hall_ticket.html",
        life=life.life_of(found, language_now()),
        because=STUCK.get(because, ""),
        **_deeds(centre, found),
    )


def _deeds(centre: Centre, ticket: Ticket) -> dict[str, Any]:
    """What the person may do to a ticket, with all that the forms offer."""
    may = may_here(centre)
    is_due = ticket.hold_until is not None and ticket.hold_until <= clock.now()

    def can(verb: str) -> bool:
        # A call first brings back whoever's hold is over.
        state = WAITING if verb == "call_chosen" and is_due else ticket.state
        return LIFECYCLE.allows(verb, state) and may(LIFECYCLE.permission(verb))

    counters = counter_queries.counters()
    return {
        "can": can,
        "counters": counters,
        "free": [row for row in counters if row.state == "idle"],
        "clerks": [row.clerk for row in counters if row.clerk is not None],
        "services": offered_services(queries.today()) if can("move") else [],
        "granted": granted_reasons(),
        "states": STATES,
        "outcomes": OUTCOMES,
        "reasons": REASONS,
        "lanes": LANES,
        "places": PLACES,
    }


@blueprint.post("/c/<centre>/hall/tickets/<uuid:ticket>/call")
@centre_door("ticket.call_chosen")
@told(_ticket_url)
@once
def hall_call(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
    """Call the person to a counter out of turn, in the name of the clerk there."""
    queries.ticket(ticket)  # what does not exist is not found, before anything else is said
    counter = _needed_key("counter")
    reason = " ".join(request.form.get("reason", "").split())[:300]
    called = operations.call_chosen(centre, counter, ticket, reason)
    number = counter_queries.counter(counter).number
    flash(
        _("%(label)s is called to counter %(number)s.", label=called.label, number=number),
        "success",
    )
    return redirect(url_for("tickets.hall"), 303)


@blueprint.post("/c/<centre>/hall/tickets/<uuid:ticket>/move")
@centre_door("ticket.move")
@told(_ticket_url)
@once
def hall_move(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
    """Move the person to another service, counter, clerk or place in the queue."""
    to = operations.Destination(
        service_id=_number_or_none("service"),
        counter_id=key_or_none(request.form.get("counter", "")),
        clerk_id=_number_or_none("clerk"),
        place=request.form.get("place", "age"),
    )
    moved = operations.move(centre, ticket, to, request.form.get("reason", ""))
    flash(_("%(label)s is moved.", label=moved.label), "success")
    return redirect(url_for("tickets.hall"), 303)


@blueprint.post("/c/<centre>/hall/tickets/<uuid:ticket>/close")
@centre_door("ticket.move")
@told(_ticket_url)
@once
def hall_close(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
    """End the ticket for a reason; it counts neither as served nor as no-show."""
    closed = operations.close(ticket, request.form.get("reason", ""))
    flash(_("%(label)s is closed.", label=closed.label), "success")
    return redirect(url_for("tickets.hall"), 303)


@blueprint.post("/c/<centre>/hall/tickets/<uuid:ticket>/priority")
@centre_door("ticket.issue")
@told(_ticket_url)
@once
def hall_prioritise(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
    """Grant priority for a reason, or take it back."""
    changed = operations.prioritise(ticket, request.form.get("priority") or None)
    if changed.priority_reason:
        flash(_("%(label)s has priority.", label=changed.label), "success")
    else:
        flash(_("%(label)s waits by arrival.", label=changed.label), "success")
    return redirect(url_for("tickets.hall"), 303)


def _needed_key(name: str) -> uuid.UUID:
    key = key_or_none(request.form.get(name, ""))
    if key is None:
        raise NotFound
    return key


def _number_or_none(name: str) -> int | None:
    """A key that is a number; None for an empty field. Raises NotFound for anything else."""
    text = request.form.get(name, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise NotFound
    return int(text)
