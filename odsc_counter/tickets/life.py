"""The whole life of a ticket as people read it: its events in words, its services with times."""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.accounts import words as doings
from odsc_counter.accounts.models import User
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.platform import clock
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import reading
from odsc_counter.tickets.lifecycle import OPEN
from odsc_counter.tickets.models import Counter, ServiceLeg, Ticket
from odsc_counter.tickets.queries import QueueRow, queue_rows, service_names
from odsc_counter.tickets.timeline import SUMMED, moment
from odsc_counter.tickets.undoing import events_of

NUMBER = re.compile(r"(?:P\s*-?\s*)?([A-Z]{0,2})\s*-?\s*(\d{1,9})", re.IGNORECASE)
ELSEWHERE = {"transfer", "move", "add_service"}
"""Steps whose event names a service that the person goes on to."""


@dataclass(frozen=True)
class Step:
    """One event: when, who, what, and what else it says."""

    at: datetime
    who: str
    what: str
    counter: int | None
    details: Sequence[tuple[str, str]]

    @property
    def clock(self) -> str:
        """When, to the second, as the clock in the hall showed it."""
        return f"{clock.local(self.at):%H:%M:%S}"


@dataclass(frozen=True)
class Leg:
    """One service of the visit. Times in whole seconds, the running stretch included."""

    leg: ServiceLeg
    service: ServiceVersion
    is_now: bool
    counter: int | None
    clerk: User | None
    waiting: int
    walking: int
    serving: int
    hold: int


@dataclass(frozen=True)
class Life:
    """A ticket from its first event to the last."""

    row: QueueRow
    steps: Sequence[Step]
    legs: Sequence[Leg]
    counter: int | None
    """The number of the counter where it is or was last, or to which it was sent."""
    clerk: User | None
    """The clerk who has it, or to whom it was sent."""


def life_of(ticket: Ticket, language: str) -> Life:
    """All that happened to a ticket, in words of a language. Ten statements at most."""
    with reading() as session:
        (row,) = queue_rows([ticket])
        events = events_of(session, ticket)
        legs = session.scalars(
            select(ServiceLeg)
            .where(ServiceLeg.ticket_id == ticket.id)
            .order_by(ServiceLeg.position)
        ).all()
        services = service_names(session, _services(events, legs), ticket.day)
        counters = {one.id: one.number for one in session.scalars(select(Counter))}
        clerks = _clerks(session, ticket, events, legs)
    steps = [_step(event, services, counters, clerks, language) for event in events]
    at = ticket.counter_id or ticket.for_counter_id
    return Life(
        row,
        steps,
        [_leg(leg, ticket, services, counters, clerks) for leg in legs],
        counters.get(at) if at else None,
        clerks.get(ticket.clerk_id or ticket.for_clerk_id or 0),
    )


def _services(events: Iterable[Event], legs: Iterable[ServiceLeg]) -> set[int]:
    named = {int(event.data["service_id"]) for event in events if event.data.get("service_id")}
    return named | {leg.service_id for leg in legs}


def _clerks(
    session: Session, ticket: Ticket, events: Iterable[Event], legs: Iterable[ServiceLeg]
) -> dict[int, User]:
    wanted = {event.data.get("for_clerk_id") for event in events}
    wanted |= {leg.clerk_id for leg in legs} | {ticket.clerk_id, ticket.for_clerk_id}
    found = session.scalars(select(User).where(User.id.in_([key for key in wanted if key])))
    return {user.id: user for user in found}


def _step(
    event: Event,
    services: dict[int, ServiceVersion],
    counters: dict[uuid.UUID, int],
    clerks: dict[int, User],
    language: str,
) -> Step:
    data = event.data
    details = doings.details(data)
    if event.verb in ELSEWHERE and data.get("service_id"):
        name = services[int(data["service_id"])].name(language)
        details = [(_("To the service"), name), *details]
    if sent_to := data.get("for_counter_id"):
        number = counters.get(uuid.UUID(sent_to))
        details = [(_("To the counter"), str(number or "–")), *details]
    if sent_to := data.get("for_clerk_id"):
        user = clerks.get(int(sent_to))
        details = [(_("To the clerk"), user.name(language) if user else "–"), *details]
    what = doings.doing("ticket", event.verb)
    if event.verb == "prioritise" and not data.get("priority_reason"):
        what = _("Priority taken back")
    return Step(
        moment(event),
        doings.actor(event),
        what,
        counters.get(event.counter_id) if event.counter_id else None,
        details,
    )


def _leg(
    leg: ServiceLeg,
    ticket: Ticket,
    services: dict[int, ServiceVersion],
    counters: dict[uuid.UUID, int],
    clerks: dict[int, User],
) -> Leg:
    is_now = ticket.state in OPEN and leg.position == ticket.leg_no
    spent = {name: getattr(leg, name) for name in SUMMED.values()}
    if is_now:
        running = int((clock.now() - ticket.counted_at).total_seconds())
        spent[SUMMED[ticket.state]] += max(0, running)
    return Leg(
        leg,
        services[leg.service_id],
        is_now,
        counters.get(leg.counter_id) if leg.counter_id else None,
        clerks.get(leg.clerk_id or 0),
        waiting=spent["waiting_seconds"],
        walking=spent["walking_seconds"],
        serving=spent["serving_seconds"],
        hold=spent["hold_seconds"],
    )


def find(day: date, text: str) -> list[QueueRow]:
    """The tickets of a day whose number people may mean by a text: A012, a 12, or 12 alone.

    All of the day for an empty text, in the order of issue; none for a text without a number.
    """
    wanted = select(Ticket).where(Ticket.day == day).order_by(Ticket.issued_at, Ticket.id)
    if text.strip():
        meant = NUMBER.fullmatch(text.strip())
        if meant is None:
            return []
        letter, number = meant[1].upper(), int(meant[2])
        wanted = wanted.where(Ticket.number == number)
        if letter:
            # The series of pre-printed numbers bears the small letter.
            wanted = wanted.where(Ticket.letter.in_((letter, letter.lower())))
    with reading() as session:
        return queue_rows(session.scalars(wanted).all())
