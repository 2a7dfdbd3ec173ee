"""Taking the last step back, for a short while, by whoever took it."""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.platform import clock
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets.acting import legs_of, locked_ticket
from odsc_counter.tickets.calling import refuse_while_open
from odsc_counter.tickets.errors import NothingToUndo, TicketStillOpen
from odsc_counter.tickets.lifecycle import AT_COUNTER, LIFECYCLE, UNDOABLE
from odsc_counter.tickets.models import ServiceLeg, Ticket
from odsc_counter.tickets.order import rules_of
from odsc_counter.tickets.timeline import (
    LEG_FACTS,
    TICKET_FACTS,
    LegFacts,
    TicketFacts,
    replay,
    undone,
)


def events_of(session: Session, ticket: Ticket) -> list[Event]:
    """The events of a ticket's life, oldest first."""
    return list(
        session.scalars(
            select(Event)
            .where(
                Event.subject_kind == "ticket",
                Event.subject_id == str(ticket.id),
                Event.seq.is_not(None),
            )
            .order_by(Event.seq)
        )
    )


def undo(ticket_id: uuid.UUID) -> Ticket:
    """Take the last step of a ticket back; the log keeps both.

    Only for the person who took it, for as long as the centre's rules say. Raises
    NothingToUndo, and TicketStillOpen when somebody else stands at the counter meanwhile.
    """
    now = clock.now()
    with unit_of_work() as work:
        ticket = locked_ticket(work, ticket_id)
        events = events_of(work.session, ticket)
        last = events[-1]
        limit = timedelta(seconds=rules_of(work.session).undo_seconds)
        mine = last.actor_id == current_actor().user_id
        if not mine or last.verb not in UNDOABLE or now - last.at > limit or len(events) < 2:
            raise NothingToUndo
        if last.from_state in AT_COUNTER and last.to_state not in AT_COUNTER:
            refuse_while_open(work.session, last.counter_id, last.actor_id)
        legs = legs_of(work.session, ticket)
        label = ticket.label  # a failed flush takes the ticket's attributes with it
        again = undone(_facts(ticket, legs), replay(events[:-1]), now)
        _restore(ticket, legs, again)
        try:
            work.change(
                ticket,
                LIFECYCLE,
                "undo",
                back_to=last.from_state,
                at=now,
                day=ticket.day,
                counter_id=last.counter_id,
                undoes=last.seq,
                verb_undone=last.verb,
            )
        except IntegrityError as error:
            raise TicketStillOpen(label=label) from error
    return ticket


def _facts(ticket: Ticket, legs: list[ServiceLeg]) -> TicketFacts:
    values = {name: getattr(ticket, name) for name in TICKET_FACTS}
    kept = [LegFacts(**{name: getattr(leg, name) for name in LEG_FACTS}) for leg in legs]
    return TicketFacts(**values, legs=kept)


def _restore(ticket: Ticket, legs: list[ServiceLeg], again: TicketFacts) -> None:
    for name in TICKET_FACTS:
        if name != "state":  # the lifecycle's own step sets it
            setattr(ticket, name, getattr(again, name))
    for leg, facts in zip(legs, again.legs, strict=True):
        for name in LEG_FACTS:
            setattr(leg, name, getattr(facts, name))
