"""The counter console: take a counter, call, serve, end; and numbers given at the desk."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from odsc_counter.accounts.access import centre_door
from odsc_counter.catalogue.queries import offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import operations, queries
from odsc_counter.tickets.blueprint import blueprint, granted_reasons, page_language, told
from odsc_counter.tickets.lifecycle import LIFECYCLE
from odsc_counter.tickets.models import Counter, Ticket
from odsc_counter.tickets.words import REASONS


def _console_url(**_arguments: object) -> str:
    return url_for("tickets.console")


@blueprint.get("/c/<centre>/console")
@centre_door("ticket.call")
def console(centre: Centre) -> ResponseReturnValue:
    """A clerk's desk; without a counter, the choice of one."""
    counter = queries.counter_of_clerk(current_user.user.id)
    if counter is None:
        return render_template("tickets/choose_counter.html", counters=queries.counters())
    return render_template("tickets/console.html", **_desk(counter))


@blueprint.get("/c/<centre>/console/desk")
@centre_door("ticket.call")
def console_desk(centre: Centre) -> ResponseReturnValue:
    """The changing part of the console, for a page that is open."""
    counter = queries.counter_of_clerk(current_user.user.id)
    if counter is None:
        return redirect(_console_url())
    return render_template("tickets/_desk.html", **_desk(counter))


def _desk(counter: Counter) -> dict[str, Any]:
    clerk_id: int = current_user.user.id
    ticket = queries.open_ticket_of(clerk_id)
    return {
        "counter": counter,
        "waiting": queries.waiting(counter.id, clerk_id),
        "now": queries.queue_row(ticket) if ticket else None,
        "offered": _offered(ticket) if ticket else None,
        "now_seconds": _seconds_since(ticket.started_at or ticket.called_at) if ticket else 0,
        "others": [row for row in queries.counters() if row.counter.id != counter.id],
        "figures": queries.day_figures(clerk_id, queries.today()),
        "reasons": REASONS,
    }


def _offered(ticket: Ticket) -> object:
    rows = offered_services(ticket.day, ticket.service_id)
    return rows[0] if rows else None


def _seconds_since(at: Any) -> int:
    return int((clock.now() - at).total_seconds()) if at else 0


@blueprint.post("/c/<centre>/counters/<uuid:counter>/claim")
@centre_door("counter.claim")
@told(_console_url)
@once
def claim(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Sit down at a counter."""
    operations.claim_counter(counter, current_user.user.id)
    return redirect(_console_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/release")
@centre_door("counter.claim")
@told(_console_url)
@once
def release(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Leave the counter."""
    left = operations.release_counter(counter, current_user.user.id)
    flash(_("You left counter %(number)s.", number=left.number), "success")
    return redirect(_console_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/call-next")
@centre_door("ticket.call")
@told(_console_url)
@once
def call_next(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Call the next person to the counter."""
    if operations.call_next(centre, counter, current_user.user.id) is None:
        flash(_("Nobody is waiting at the moment."), "info")
    return redirect(_console_url(), 303)


def _add_verb(verb: str, operation: Callable[[uuid.UUID], Ticket]) -> None:
    """A door for a verb of the ticket's life; the permission stands in the lifecycle table."""

    @centre_door(LIFECYCLE.permission(verb))
    @told(_console_url)
    @once
    def view(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
        operation(ticket)
        return redirect(_console_url(), 303)

    address = f"/c/<centre>/tickets/<uuid:ticket>/{verb.replace('_', '-')}"
    blueprint.add_url_rule(address, verb, view, methods=["POST"])


_add_verb("recall", operations.recall)
_add_verb("start", operations.start)
_add_verb("complete", operations.complete)
_add_verb("no_show", operations.no_show)


def _new_url(**_arguments: object) -> str:
    return url_for("tickets.new")


@blueprint.get("/c/<centre>/tickets/new")
@centre_door("ticket.issue")
def new(centre: Centre) -> ResponseReturnValue:
    """Give a number at the desk, to somebody who can't use the kiosk."""
    code = request.args.get("issued", "")
    return render_template(
        "tickets/new.html",
        rows=offered_services(queries.today()),
        reasons=granted_reasons(),
        issued=queries.ticket_by_code(code) if code else None,
    )


@blueprint.post("/c/<centre>/tickets")
@centre_door("ticket.issue")
@told(_new_url)
@once
def issue(centre: Centre) -> ResponseReturnValue:
    """Give the number."""
    ticket = operations.issue(
        centre,
        request.form.get("service", 0, type=int),
        priority_reason=request.form.get("priority") or None,
        language=page_language(),
        channel="counter",
    )
    return redirect(url_for("tickets.new", issued=ticket.public_code), 303)
