"""One turn of the invented hall as the rows and events that the real verbs would have left."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from odsc_counter.accounts.models import User
from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.demo.book import Book, Life
from odsc_counter.demo.hall import Turn
from odsc_counter.tickets import lifecycle as queue
from odsc_counter.tickets.models import (
    NORMAL,
    PRIORITY,
    PRIORITY_REASONS,
    ServiceLeg,
    Ticket,
    Visit,
)
from odsc_counter.tickets.order import ORDINARY, URGENT
from odsc_counter.tickets.timeline import (
    LEG_FACTS,
    TICKET_FACTS,
    LegFacts,
    Step,
    TicketFacts,
    apply,
    born,
)

HALL = (None, "hall")
SYLLABLES = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass
class Place:
    """The counter at which a turn was served, and by whom."""

    counter_id: uuid.UUID
    clerk: User


@dataclass
class TicketWriter:
    """Writes the tickets of one centre's day."""

    book: Book
    rng: random.Random
    day: date
    midnight: datetime
    by_hand_share: float = 0.0
    """The share of numbers whose times were written down by hand."""

    def write(
        self,
        turn: Turn,
        service_id: int,
        group: ServiceGroup,
        place: Place | None,
        second: tuple[int, ServiceGroup] | None,
        again: Place | None = None,
    ) -> dict[str, Any]:
        """Visit, ticket, legs and events of one turn; returns the ticket's row."""
        book, rng = self.book, self.rng
        arrived = self.midnight + timedelta(seconds=turn.arrived)
        reason = rng.choice(PRIORITY_REASONS) if turn.priority else None
        files = rng.randrange(2, 12) if rng.random() < 0.02 else 1
        visit = book.add(
            Visit,
            id=book.new_id(arrived),
            arrived_at=arrived,
            day=self.day,
            language="lo",
            channel="kiosk",
            files=files,
        )
        number = book.number(f"ticket:{group.letter}", self.day.isoformat())
        label = f"{group.letter}{number:0{group.number_width}}"
        issued = Step(
            "issue",
            arrived,
            {
                "label": label,
                "service_id": service_id,
                "group_id": str(group.id),
                "then": [],
                "priority": PRIORITY if reason else NORMAL,
                "priority_reason": reason,
                "priority_from": None,
                "channel": "kiosk",
                "files": files,
            },
        )
        facts = born(issued)
        row = book.add(
            Ticket,
            id=book.new_id(arrived),
            visit_id=visit["id"],
            day=self.day,
            letter=group.letter,
            number=number,
            label=label,
            public_code="".join(rng.choices(SYLLABLES, k=16)),
            language="lo",
            is_paper=False,
            times_unreliable=self.by_hand_share > 0 and rng.random() < self.by_hand_share,
        )
        life = Life(book, "ticket", row["id"])
        life.step("issue", queue.WAITING, arrived, self.day, HALL, data=dict(issued.data))
        for step, at_place in self._steps(turn, place, second, again):
            self._take(facts, life, step, at_place)
        row.update({name: getattr(facts, name) for name in TICKET_FACTS})
        row.update(state=life.state, version=life.version)
        for position, leg in enumerate(facts.legs, start=1):
            values = {name: getattr(leg, name) for name in LEG_FACTS}
            book.add(ServiceLeg, ticket_id=row["id"], position=position, day=self.day, **values)
        return row

    def _take(self, facts: TicketFacts, life: Life, step: Step, place: Place | None) -> None:
        apply(facts, facts.legs, step, LegFacts)
        state = queue.LIFECYCLE.target(step.verb, life.state)
        at_desk = place is not None and step.verb not in ("cancel", "walk_out")
        actor = (place.clerk.id, place.clerk.name_lo) if place and at_desk else HALL
        here = facts.counter_id
        life.step(step.verb, state, step.at, self.day, actor, counter_id=here, data=dict(step.data))
        facts.state = state

    def _steps(
        self,
        turn: Turn,
        place: Place | None,
        second: tuple[int, ServiceGroup] | None,
        again: Place | None,
    ) -> list[tuple[Step, Place | None]]:
        """The verbs after the issue, in the order of time, with the place of each."""

        def at(seconds: int) -> datetime:
            return self.midnight + timedelta(seconds=seconds)

        found: list[tuple[int, str, Callable[[], dict[str, Any]]]] = []
        if place is not None and turn.called is not None:
            clerk_id = place.clerk.id
            lane = URGENT if turn.priority or turn.waited_long else ORDINARY
            why = "priority" if turn.priority else "arrival"
            if turn.waited_long:
                why = "waited_long"
            found.append(
                (turn.called, "call", lambda: {"clerk_id": clerk_id, "lane": lane, "why": why})
            )
            if turn.recalled is not None:
                found.append((turn.recalled, "recall", lambda: {"call": 2}))
            if turn.started is not None:
                found.append((turn.started, "start", dict))
            if turn.held is not None:
                until = at(turn.held + 900).isoformat()
                found.append((turn.held, "hold", lambda: {"until": until}))
            if turn.resumed is not None:
                found.append((turn.resumed, "resume", lambda: {"clerk_id": clerk_id}))
            if turn.next_service is not None and second is not None:
                service_id, group = second
                more = {"service_id": service_id, "group_id": str(group.id)}
                found.append((turn.next_service, "add_service", lambda: more))
                found.append((turn.next_service, "next_service", dict))
            if turn.moved is not None and second is not None:
                found.append((turn.moved, "transfer", lambda: _sent_on(second)))
        sent = len(found)
        if turn.again is not None and again is not None:
            there = {"clerk_id": again.clerk.id, "lane": ORDINARY, "why": "arrival"}
            found.append((turn.again.called, "call", lambda: there))
            if turn.again.started is not None:
                found.append((turn.again.started, "start", dict))
        if turn.ended is not None:
            found.append((turn.ended, ENDINGS[turn.outcome], dict))
        last = again if turn.again is not None else place
        steps = []
        for number, (seconds, verb, data) in enumerate(found):
            where = place if number < sent else last
            key = where.counter_id if where else None
            steps.append((seconds, Step(verb, at(seconds), data(), key), where))
        return [(step, where) for _at, step, where in sorted(steps, key=lambda one: one[0])]


def _sent_on(to: tuple[int, ServiceGroup]) -> dict[str, Any]:
    service_id, group = to
    return {
        "place": "age",
        "for_counter_id": None,
        "for_clerk_id": None,
        "service_id": service_id,
        "group_id": str(group.id),
        "come_back": False,
    }


ENDINGS = {
    "completed": "complete",
    "no_show": "no_show",
    "cancelled": "cancel",
    "walked_out": "walk_out",
}
