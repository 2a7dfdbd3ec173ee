"""What the holder of a number may know: the place in line, the counter, the services."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.platform.work import reading
from odsc_counter.tickets import counter_queries, in_line, queries
from odsc_counter.tickets.estimate import Range, wait_for
from odsc_counter.tickets.hall_models import AT_FIRST_NUMBER
from odsc_counter.tickets.lifecycle import CLOSED, COMPLETED, OPEN, TRANSFERRED, UNDONE, WAITING
from odsc_counter.tickets.models import FIRST, ServiceLeg, Ticket, Visit
from odsc_counter.tickets.order import rules_of

NOW, PLANNED = "now", "planned"
PUT_BACK, RETURNS, SENT_ON, NEXT_SERVICE, FOR_COUNTER = (
    "put_back",
    "returns",
    "sent_on",
    "next_service",
    "for_counter",
)
"""Why somebody waits who was at a counter before."""


@dataclass(frozen=True)
class VisitService:
    """One service of a visit, and how far it is: now, planned, or the outcome of its leg."""

    service_id: int
    name_lo: str
    name_en: str
    state: str

    def name(self, language: str) -> str:
        """The service's name in a language."""
        return self.name_lo if language == "lo" else self.name_en


@dataclass(frozen=True)
class Place:
    """Where a number stands at this moment."""

    ticket: Ticket
    ahead: int | None
    """People who are called before; None for whoever does not wait in a queue of today."""
    wait: Range | None
    """None: there is no estimate yet."""
    counter_number: int | None
    """Where they are called or served, or the counter that they were sent to."""
    standing: str
    """The ticket's state; of those who wait, also why they wait again."""
    services: tuple[VisitService, ...]
    files: int

    @property
    def wait_words(self) -> str:
        """The wait as a range in words; empty without an estimate."""
        return wait_in_words(self.wait) if self.wait else ""

    @property
    def facts(self) -> str:
        """A text that differs whenever the holder must be told something new."""
        return f"{self.ticket.version} {self.ahead} {self.wait_words} {self.counter_number}"


def wait_in_words(wait: Range) -> str:
    """A range of minutes as people say it."""
    low, high = max(0, wait.low_minutes), max(1, wait.high_minutes)
    if low == 0:
        return str(_("less than %(minutes)s min", minutes=high))
    if low >= high:
        return str(_("about %(minutes)s min", minutes=high))
    return str(_("about %(low)s–%(high)s min", low=low, high=high))


def place_of(ticket: Ticket) -> Place:
    """Where a number stands now. Raises nothing: a ticket always stands somewhere."""
    legs = queries.legs(ticket)
    counter_id = ticket.counter_id or ticket.for_counter_id
    with reading() as session:
        rules = rules_of(session)
        files = session.scalars(select(Visit.files).where(Visit.id == ticket.visit_id)).one()
        names = queries.service_names(session, {leg.service_id for leg in legs}, ticket.day)
    # Forgotten since an earlier day: the next first number closes it.
    is_over = rules.day_close == AT_FIRST_NUMBER and ticket.day < queries.today()
    position = 0 if is_over else in_line.position(ticket, rules)
    return Place(
        ticket=ticket,
        ahead=position - 1 if position else None,
        wait=wait_for(ticket, position),
        counter_number=counter_queries.counter(counter_id).number if counter_id else None,
        standing=CLOSED if is_over and ticket.state == WAITING else standing(ticket, legs),
        services=tuple(
            VisitService(
                leg.service_id,
                names[leg.service_id].name_lo,
                names[leg.service_id].name_en,
                _state_of(leg, ticket),
            )
            for leg in legs
            if leg.outcome != UNDONE
        ),
        files=files,
    )


def _state_of(leg: ServiceLeg, ticket: Ticket) -> str:
    if leg.outcome is not None:
        return leg.outcome
    is_now = leg.position == ticket.leg_no and ticket.state in OPEN
    return NOW if is_now else PLANNED


def standing(ticket: Ticket, legs: Sequence[ServiceLeg]) -> str:
    """The ticket's state; for whoever waits again, why that is."""
    if ticket.state != WAITING:
        return ticket.state
    if ticket.for_counter_id is not None:
        return FOR_COUNTER
    leg = legs[ticket.leg_no - 1]
    if leg.first_called_at is not None:
        return RETURNS if leg.hold_seconds and ticket.priority == FIRST else PUT_BACK
    before = {one.outcome for one in legs[: ticket.leg_no - 1]}
    if TRANSFERRED in before:
        return SENT_ON
    return NEXT_SERVICE if COMPLETED in before else WAITING
