"""A queue as a test wants it: tickets written straight into the database at a standing clock."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.catalogue.models import OfferedService, ServiceGroup
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets import operations
from odsc_counter.tickets.hall_models import HallRules
from odsc_counter.tickets.lifecycle import ON_HOLD, WAITING
from odsc_counter.tickets.models import (
    NORMAL,
    PRIORITY,
    Counter,
    ServiceLeg,
    Ticket,
    Visit,
)
from odsc_counter.tickets.order import rules_of
from tests.world import a_centre, a_service, a_user, counters_of

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
CODES = {"A": ("MOPS-04", "MOPS-05"), "B": ("MOHA-01",), "C": ("MOF-02",)}


@dataclass
class Queue:
    """A centre with three groups of services, two counters, a clerk at each, at noon."""

    centre: Centre
    services: dict[str, list[int]]
    groups: dict[str, uuid.UUID]
    counters: list[Counter]
    clerks: list[User]
    numbers: dict[str, int] = field(default_factory=dict)

    def person(
        self,
        letter: str = "A",
        minutes: float = 1,
        *,
        priority: int = NORMAL,
        reason: str | None = None,
        service: int = 0,
        held_for: int | None = None,
        **more: Any,
    ) -> Ticket:
        """Somebody who came so many minutes ago.

        `held_for`: on hold, and the hold was over so many minutes ago.
        """
        number = self.numbers[letter] = self.numbers.get(letter, 0) + 1
        came = NOON - timedelta(minutes=minutes)
        held = {} if held_for is None else {"hold_until": NOON - timedelta(minutes=held_for)}
        if priority == PRIORITY and reason is None:
            reason = "elderly"
        with unit_of_work() as work:
            visit = Visit(arrived_at=came, day=NOON.date(), language="lo", channel="kiosk")
            work.session.add(visit)
            work.session.flush()
            ticket = Ticket(
                visit_id=visit.id,
                day=NOON.date(),
                letter=letter,
                number=number,
                label=f"{letter}{number:03}",
                public_code=uuid.uuid4().hex[:16],
                language="lo",
                group_id=self.groups[letter],
                service_id=self.services[letter][service],
                priority=priority,
                priority_reason=reason,
                rank_at=came,
                issued_at=came,
                counted_at=came,
                state=WAITING if held_for is None else ON_HOLD,
                **{**held, **more},
            )
            work.session.add(ticket)
            work.session.flush()
            work.session.add(
                ServiceLeg(
                    ticket_id=ticket.id,
                    position=1,
                    day=NOON.date(),
                    service_id=ticket.service_id,
                    group_id=ticket.group_id,
                    queued_at=came,
                )
            )
        return ticket

    def call(self, place: int = 0) -> str | None:
        """Who is called next, by label; they are served at once."""
        called = operations.call_next(self.centre, self.counters[place].id, self.clerks[place].id)
        if called is None:
            return None
        operations.start(called.id)
        operations.complete(called.id)
        return called.label

    def called(self, times: int, place: int = 0) -> list[str | None]:
        """Who is called by so many calls."""
        return [self.call(place) for _time in range(times)]

    def remember(self, since_priority: int, place: int = 0) -> None:
        """The counter has called so many ordinary people since the last with priority."""
        with unit_of_work() as work:
            counter = work.session.scalars(
                select(Counter).where(Counter.id == self.counters[place].id)
            ).one()
            counter.since_priority = since_priority

    def rules(self) -> HallRules:
        """The hall's rules as they are kept."""
        with reading() as session:
            return rules_of(session)


@contextmanager
def a_queue(code: str = "LA0101", **rules: Any) -> Iterator[Queue]:
    """A queue at noon, in its centre's scope; the usual rules unless told otherwise."""
    usual = {"no_show_calls": 2, "call_gap_seconds": 20, "ordinary_per_priority": 2}
    centre = a_centre(code, counters=2, **{**usual, **rules})
    for letter, codes in CODES.items():
        for one in codes:
            a_service(centre, one, letter=letter, papers=0)
    clerks = [a_user(counter_staff=centre) for _counter in range(2)]
    counters = counters_of(centre)
    with centre_scope(centre.id), clock.use(lambda: NOON):
        with unit_of_work() as work:
            groups = {g.letter: g.id for g in work.session.scalars(select(ServiceGroup))}
            offered = work.session.scalars(
                select(OfferedService).order_by(OfferedService.service_id)
            ).all()
        for counter, clerk in zip(counters, clerks, strict=True):
            operations.claim_counter(counter.id, clerk.id)
        services = {
            letter: [one.service_id for one in offered if one.group_id == groups[letter]]
            for letter in CODES
        }
        yield Queue(centre, services, groups, counters, clerks)


def labels(tickets: Sequence[Any]) -> list[str]:
    """The labels of tickets, or of rows that hold one."""
    return [getattr(one, "ticket", one).label for one in tickets]
