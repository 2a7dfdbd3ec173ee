"""Where else a person may go: another service, counter or clerk; another class; or away."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from odsc_counter.accounts.models import RoleGrant
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.acting import act, locked_ticket, own_ticket, refuse_unless_allowed
from odsc_counter.tickets.calling import known_place
from odsc_counter.tickets.errors import DestinationMissing, ReasonMissing, ReasonNotGranted
from odsc_counter.tickets.issuing import offered_group
from odsc_counter.tickets.lifecycle import WAITING
from odsc_counter.tickets.models import Counter, Ticket
from odsc_counter.tickets.order import rules_of


@dataclass(frozen=True)
class Destination:
    """Where a person is sent: for which service, to whom, at which place of the queue."""

    service_id: int | None = None
    """None: the same service as now."""
    counter_id: uuid.UUID | None = None
    clerk_id: int | None = None
    place: str = "age"
    """first, last, or by age (the original arrival)."""
    come_back: bool = False
    """Afterwards the person goes back to the counter that they were sent from."""


def transfer(centre: Centre, ticket_id: uuid.UUID, to: Destination) -> Ticket:
    """Send the person on; number and original arrival stay.

    Raises AlreadyChanged unless they are called, being served or on hold, DestinationMissing,
    NotOfferedToday, ServiceClosedToday, and NotFound for a counter or clerk that the centre
    does not have.
    """
    with unit_of_work() as work:
        ticket = own_ticket(work, ticket_id)
        _refuse_foreign(work, centre, to)
        refuse_unless_allowed(ticket, "transfer")
        _send(work, centre, ticket, "transfer", to)
    return ticket


def move(centre: Centre, ticket_id: uuid.UUID, to: Destination, reason: str) -> Ticket:
    """Move anybody's ticket, for a reason that is recorded: a supervisor's verb.

    Raises ReasonMissing and what `transfer` raises; waiting tickets can be moved too.
    """
    reason = given_reason(reason)
    with unit_of_work() as work:
        ticket = locked_ticket(work, ticket_id)
        _refuse_foreign(work, centre, to)
        refuse_unless_allowed(ticket, "move")
        _send(work, centre, ticket, "move", to, reason=reason)
    return ticket


def _send(
    work: Work, centre: Centre, ticket: Ticket, verb: str, to: Destination, **more: str
) -> None:
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    if verb == "transfer" and {to.service_id, to.counter_id, to.clerk_id} == {None}:
        raise DestinationMissing
    data: dict[str, Any] = {
        "place": known_place(to.place),
        "for_counter_id": str(to.counter_id) if to.counter_id else None,
        "for_clerk_id": to.clerk_id,
        **more,
    }
    # Who only waits, and stays with the service, begins no new leg by being moved.
    if to.service_id is not None or ticket.state != WAITING:
        service_id = to.service_id or ticket.service_id
        group = offered_group(work.session, service_id, day)
        data |= {
            "service_id": service_id,
            "group_id": str(group.id),
            "come_back": to.come_back and ticket.counter_id is not None,
        }
    act(work, ticket, verb, now, **data)


def _refuse_foreign(work: Work, centre: Centre, to: Destination) -> None:
    session = work.session
    if to.counter_id is not None:
        known = select(Counter.id).where(Counter.id == to.counter_id)
        if session.scalars(known).one_or_none() is None:
            raise NotFound
    if to.clerk_id is not None:
        works_here = (
            select(RoleGrant.id)
            .where(RoleGrant.user_id == to.clerk_id, RoleGrant.at_centre_id == centre.id)
            .limit(1)
        )
        if session.scalars(works_here).one_or_none() is None:
            raise NotFound


def prioritise(ticket_id: uuid.UUID, reason: str | None) -> Ticket:
    """Grant a waiting person priority for a reason, or take it back with None.

    Raises AlreadyChanged unless they wait, ReasonNotGranted where the centre's rules do not
    know the reason.
    """
    with unit_of_work() as work:
        ticket = locked_ticket(work, ticket_id)
        if reason is not None and reason not in rules_of(work.session).reasons:
            raise ReasonNotGranted
        act(work, ticket, "prioritise", clock.now(), priority_reason=reason)
    return ticket


def walk_out(ticket_id: uuid.UUID) -> Ticket:
    """The person has left without being served to the end. Raises AlreadyChanged."""
    with unit_of_work() as work:
        ticket = own_ticket(work, ticket_id)
        act(work, ticket, "walk_out", clock.now())
    return ticket


def cancel(ticket_id: uuid.UUID, reason: str | None = None) -> Ticket:
    """The person gives the number back. Raises AlreadyChanged unless they wait or are on hold.

    `reason`: "printer" when no paper came out and they would rather not have the number.
    """
    with unit_of_work() as work:
        ticket = locked_ticket(work, ticket_id)
        data: dict[str, Any] = {"reason": reason} if reason else {}
        act(work, ticket, "cancel", clock.now(), **data)
    return ticket


def close(ticket_id: uuid.UUID, reason: str) -> Ticket:
    """End anybody's ticket, for a reason that is recorded: a supervisor's verb.

    It counts as closed, neither served nor no-show. Raises ReasonMissing, AlreadyChanged.
    """
    reason = given_reason(reason)
    with unit_of_work() as work:
        ticket = locked_ticket(work, ticket_id)
        act(work, ticket, "close", clock.now(), reason=reason, by=current_actor().user_id)
    return ticket


def given_reason(reason: str) -> str:
    """The reason without needless space. Raises ReasonMissing when there is none."""
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise ReasonMissing
    return reason
