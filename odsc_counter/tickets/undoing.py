"""Taking the last step back, for a short while, by whoever took it."""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.acting import legs_of, locked_ticket
from odsc_counter.tickets.calling import refuse_unless_ready
from odsc_counter.tickets.counters import locked_counter
from odsc_counter.tickets.errors import NothingToUndo, TicketStillOpen
from odsc_counter.tickets.lifecycle import AT_COUNTER, LIFECYCLE, UNDOABLE
from odsc_counter.tickets.models import Counter, ServiceLeg, Ticket
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
    NothingToUndo; and where the person would come back to a counter, NotAtCounter when its
    clerk has left, OnBreak, and TicketStillOpen when somebody else stands there meanwhile.
    """
    now = clock.now()
    with unit_of_work() as work:
        ticket, counter, events = _locked(work, ticket_id)
        last = events[-1]
        limit = timedelta(seconds=rules_of(work.session).undo_seconds)
        mine = last.actor_id == current_actor().user_id
        if not mine or last.verb not in UNDOABLE or now - last.at > limit or len(events) < 2:
            raise NothingToUndo
        legs = legs_of(work.session, ticket)
        again = undone(_facts(ticket, legs), replay(events[:-1]), now)
        if _comes_back(ticket, last):
            if counter is None or counter.id != again.counter_id:
                raise NothingToUndo
            refuse_unless_ready(work.session, counter, again.clerk_id)
        _restore(ticket, legs, again)
        label = ticket.label
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


def _locked(work: Work, ticket_id: uuid.UUID) -> tuple[Ticket, Counter | None, list[Event]]:
    """The ticket with its events, and the counter it may come back to, locked before it."""
    looked_at = work.session.scalars(select(Ticket).where(Ticket.id == ticket_id)).one_or_none()
    if looked_at is None:
        raise NotFound
    events = events_of(work.session, looked_at)
    leads_back = events and events[-1].from_state in AT_COUNTER
    counter_id = events[-1].counter_id or looked_at.counter_id if leads_back else None
    counter = locked_counter(work.session, counter_id) if counter_id else None
    ticket = locked_ticket(work, ticket_id)
    return ticket, counter, events_of(work.session, ticket)


def _comes_back(ticket: Ticket, last: Event) -> bool:
    return last.from_state in AT_COUNTER and ticket.state not in AT_COUNTER


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
