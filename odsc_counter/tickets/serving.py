"""What happens at the counter: start, hold, resume, further services, completion."""

import uuid
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets.acting import (
    act,
    legs_of,
    locked_ticket,
    own_ticket,
    refuse_unless_allowed,
)
from odsc_counter.tickets.calling import refuse_unless_ready
from odsc_counter.tickets.counters import locked_counter
from odsc_counter.tickets.errors import TicketStillOpen
from odsc_counter.tickets.issuing import MOST_SERVICES, offered_group
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.order import rules_of
from odsc_counter.tickets.timeline import next_planned

LONGEST_HOLD_MINUTES = 600


def start(ticket_id: uuid.UUID) -> Ticket:
    """The person stands at the counter. Raises AlreadyChanged unless they are called."""
    with unit_of_work() as work:
        ticket = own_ticket(work, ticket_id)
        act(work, ticket, "start", clock.now())
    return ticket


def hold(ticket_id: uuid.UUID, minutes: int | None = None) -> Ticket:
    """Let the person step aside: to copy a paper, to fetch a photograph.

    The counter is free for others. After `minutes` (the centre's rule unless told) the ticket
    comes back by itself, at the front. Raises AlreadyChanged, and InvalidInput for a length
    that is none.
    """
    now = clock.now()
    if minutes is not None and not 1 <= minutes <= LONGEST_HOLD_MINUTES:
        raise InvalidInput({"minutes": f"1-{LONGEST_HOLD_MINUTES}"})
    with unit_of_work() as work:
        ticket = own_ticket(work, ticket_id)
        length = minutes or rules_of(work.session).hold_minutes
        until = now + timedelta(minutes=length)
        act(work, ticket, "hold", now, until=until.isoformat())
    return ticket


def resume(ticket_id: uuid.UUID, counter_id: uuid.UUID, clerk_id: int) -> Ticket:
    """Go on serving somebody who was on hold, at this counter.

    Raises NotAtCounter, OnBreak, TicketStillOpen while another person is in front of the
    clerk, and AlreadyChanged unless the ticket is on hold.
    """
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        refuse_unless_ready(work.session, counter, clerk_id)
        ticket = locked_ticket(work, ticket_id)
        label = ticket.label  # a failed flush takes the ticket's attributes with it
        try:
            act(work, ticket, "resume", clock.now(), counter_id=counter_id, clerk_id=clerk_id)
        except IntegrityError as error:
            raise TicketStillOpen(label=label) from error
    return ticket


def add_service(centre: Centre, ticket_id: uuid.UUID, service_id: int) -> Ticket:
    """Add a further service to the visit, under the same number, after the present one.

    Raises AlreadyChanged for a ticket that has ended, NotOfferedToday, ServiceClosedToday and
    InvalidInput for too many services.
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        ticket = own_ticket(work, ticket_id)
        refuse_unless_allowed(ticket, "add_service")
        legs = legs_of(work.session, ticket)
        if sum(leg.outcome is None for leg in legs) >= MOST_SERVICES:
            raise InvalidInput({"service": f"1-{MOST_SERVICES}"})
        group = offered_group(work.session, service_id, day)
        act(
            work,
            ticket,
            "add_service",
            now,
            service_id=service_id,
            group_id=str(group.id),
        )
    return ticket


def complete(ticket_id: uuid.UUID, *, here: bool = True) -> Ticket:
    """The service was given. Raises AlreadyChanged unless the person is being served.

    Where a further service of the visit is planned, the person goes on with it: at this
    counter, or back to the queue for it when `here` is False. Whoever was sent over from
    another counter to come back goes back to that one, at the front. Else the visit is over.
    """
    now = clock.now()
    with unit_of_work() as work:
        ticket = own_ticket(work, ticket_id)
        refuse_unless_allowed(ticket, "complete")
        if ticket.return_leg_no is not None:
            act(work, ticket, "send_on", now)
        elif next_planned(legs_of(work.session, ticket)) is None:
            act(work, ticket, "complete", now)
        else:
            act(work, ticket, "next_service" if here else "send_on", now)
    return ticket
