"""The verbs of a ticket at the console: each a door whose permission the lifecycle names."""

import uuid
from collections.abc import Callable

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.places.models import Centre
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import counter_queries, operations, queries
from odsc_counter.tickets.blueprint import blueprint, console_url, key_or_none, told
from odsc_counter.tickets.errors import NotAtCounter
from odsc_counter.tickets.lifecycle import LIFECYCLE

Do = Callable[[Centre, uuid.UUID], object]


def _door(verb: str) -> Callable[[Do], Do]:
    """Open `/c/<centre>/tickets/<ticket>/<verb>` for a verb of the lifecycle."""

    def add(do: Do) -> Do:
        @centre_door(LIFECYCLE.permission(verb))
        @told(console_url)
        @once
        def view(centre: Centre, ticket: uuid.UUID) -> ResponseReturnValue:
            do(centre, ticket)
            return redirect(console_url(), 303)

        address = f"/c/<centre>/tickets/<uuid:ticket>/{verb.replace('_', '-')}"
        blueprint.add_url_rule(address, verb, view, methods=["POST"])
        return do

    return add


def _without_more(verb: str, operation: Callable[[uuid.UUID], object]) -> None:
    _door(verb)(lambda _centre, ticket: operation(ticket))


_without_more("recall", operations.recall)
_without_more("start", operations.start)
_without_more("no_show", operations.no_show)
_without_more("walk_out", operations.walk_out)
_without_more("undo", operations.undo)


@_door("complete")
def complete(_centre: Centre, ticket: uuid.UUID) -> None:
    """End the service; `on`: the person waits elsewhere for the next one of the visit."""
    operations.complete(ticket, here="on" not in request.form)


@_door("hold")
def hold(_centre: Centre, ticket: uuid.UUID) -> None:
    """Let the person step aside for so many minutes."""
    held = operations.hold(ticket, request.form.get("minutes", type=int))
    flash(_("%(label)s is on hold.", label=held.label), "success")


@_door("resume")
def resume(_centre: Centre, ticket: uuid.UUID) -> None:
    """Go on with somebody who was on hold, at the clerk's own counter."""
    queries.ticket(ticket)  # an unknown one is unknown wherever one sits
    clerk_id = signed_in().user.id
    counter = counter_queries.counter_of_clerk(clerk_id)
    if counter is None:
        raise NotAtCounter
    operations.resume(ticket, counter.id, clerk_id)


@_door("put_back")
def put_back(_centre: Centre, ticket: uuid.UUID) -> None:
    """Put the person back into the queue: first, last or by age."""
    back = operations.put_back(ticket, request.form.get("place", "age"))
    flash(_("%(label)s is back in the queue.", label=back.label), "success")


@_door("transfer")
def transfer(centre: Centre, ticket: uuid.UUID) -> None:
    """Send the person to a service, a counter or a colleague.

    The field `to` holds the key of a counter or the number of an account.
    """
    form = request.form
    to = form.get("to", "")
    sent = operations.transfer(
        centre,
        ticket,
        operations.Destination(
            service_id=form.get("service", type=int),
            counter_id=None if to.isdecimal() else key_or_none(to),
            clerk_id=int(to) if to.isdecimal() else None,
            place=form.get("place", "age"),
            come_back="come_back" in form,
        ),
    )
    flash(_("%(label)s is sent on.", label=sent.label), "success")


@_door("add_service")
def add_service(centre: Centre, ticket: uuid.UUID) -> None:
    """Plan one more service for the visit, under the same number."""
    operations.add_service(centre, ticket, request.form.get("service", 0, type=int))


@_door("prioritise")
def prioritise(_centre: Centre, ticket: uuid.UUID) -> None:
    """Grant a waiting person priority, or take it back."""
    operations.prioritise(ticket, request.form.get("priority") or None)


@_door("cancel")
def cancel(_centre: Centre, ticket: uuid.UUID) -> None:
    """Take a number back."""
    given_back = operations.cancel(ticket)
    flash(_("%(label)s is cancelled.", label=given_back.label), "success")
