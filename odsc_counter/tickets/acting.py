"""How every verb is carried out on a ticket: lock it, move it along its timeline, record it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.platform.errors import AlreadyChanged, NotFound
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work
from odsc_counter.tickets.errors import AnotherClerksTicket
from odsc_counter.tickets.lifecycle import AT_COUNTER, LIFECYCLE
from odsc_counter.tickets.models import ServiceLeg, Ticket
from odsc_counter.tickets.timeline import Step, apply


def locked_ticket(work: Work, ticket_id: uuid.UUID) -> Ticket:
    """The ticket as it is now, held until the transaction ends. Raises NotFound."""
    ticket = work.session.scalars(
        select(Ticket)
        .where(Ticket.id == ticket_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if ticket is None:
        raise NotFound
    return ticket


def own_ticket(work: Work, ticket_id: uuid.UUID) -> Ticket:
    """The same; refused to a signed-in clerk when another clerk has the person."""
    ticket = locked_ticket(work, ticket_id)
    actor = current_actor().user_id
    if ticket.state in AT_COUNTER and actor is not None and ticket.clerk_id != actor:
        raise AnotherClerksTicket(label=ticket.label)
    return ticket


def legs_of(session: Session, ticket: Ticket) -> list[ServiceLeg]:
    """The service legs of a ticket in their order."""
    return list(
        session.scalars(
            select(ServiceLeg)
            .where(ServiceLeg.ticket_id == ticket.id)
            .order_by(ServiceLeg.position)
            .execution_options(populate_existing=True)
        )
    )


def refuse_unless_allowed(ticket: Ticket, verb: str) -> None:
    """Raise AlreadyChanged where the lifecycle does not allow the verb now."""
    if not LIFECYCLE.allows(verb, ticket.state):
        raise AlreadyChanged


def act(
    work: Work,
    ticket: Ticket,
    verb: str,
    at: datetime,
    *,
    counter_id: uuid.UUID | None = None,
    **data: Any,
) -> None:
    """Do a verb to a locked ticket at a moment and record it. Raises AlreadyChanged.

    `data` is all that the verb needs, as JSON can hold it: the log must be able to tell the
    story alone. `counter_id` is the counter at which it is done; the ticket's own unless told.
    """
    refuse_unless_allowed(ticket, verb)
    legs = legs_of(work.session, ticket)
    here = counter_id or ticket.counter_id
    apply(ticket, legs, Step(verb, at, data, here), leg_maker(work, ticket, legs))
    work.change(ticket, LIFECYCLE, verb, at=at, day=ticket.day, counter_id=here, **data)


def leg_maker(work: Work, ticket: Ticket, legs: list[ServiceLeg]) -> Any:
    """Makes the next leg of a ticket as a row of the database."""

    def make(**facts: Any) -> ServiceLeg:
        times = dict.fromkeys(
            ("waiting_seconds", "walking_seconds", "serving_seconds", "hold_seconds"), 0
        )
        leg = ServiceLeg(
            ticket_id=ticket.id, position=len(legs) + 1, day=ticket.day, **{**times, **facts}
        )
        work.session.add(leg)
        return leg

    return make
