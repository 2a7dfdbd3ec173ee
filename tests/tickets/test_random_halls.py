"""Random verbs by several clerks: whatever they do, the hall's promises hold.

A state machine (Hypothesis) drives one hall with three counters; its clock moves as it goes.
After each step everything is compared with what the events say, and at the end with every
rule of `odsc-counter check`.
"""

import itertools
import random
import uuid
from collections import Counter as Tally
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from odsc_counter import checking
from odsc_counter.monitoring import rollups
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.events import Event
from odsc_counter.platform.lifecycle import BEFORE, STAYS
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets import counter_queries, operations, queries, timeline
from odsc_counter.tickets.lifecycle import AT_COUNTER, LIFECYCLE, UNDONE
from odsc_counter.tickets.models import PRIORITY_REASONS, ServiceLeg, Ticket
from tests.tickets.hall import Hall, a_hall
from tests.world import a_service

OPENS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CLERKS = st.integers(0, 2)
PLACES = st.sampled_from(["first", "last", "age"])
_codes = (
    f"LA{province:02}{district:02}"
    for province, district in itertools.product(range(1, 19), range(1, 90))
)


def _elsewhere(machine: "HallMachine", ticket_id: uuid.UUID, place: str) -> Any:
    """Some destination or other, the same for the same ticket and place."""
    dice = random.Random(f"{ticket_id.int % 97}{place}")
    hall = machine.hall
    return operations.Destination(
        service_id=dice.choice([None, hall.service, machine.other_service]),
        counter_id=dice.choice([None, None, *(counter.id for counter in hall.counters)]),
        clerk_id=dice.choice([None, None, *(user.id for user in hall.clerks)]),
        place=place,
        come_back=dice.random() < 0.5,
    )


Deed = Callable[["HallMachine", int, uuid.UUID, str], Any]
DEEDS: dict[str, Deed] = {
    "recall": lambda m, _c, t, _p: operations.recall(t),
    "start": lambda m, _c, t, _p: operations.start(t),
    "complete": lambda m, _c, t, p: operations.complete(t, here=p != "last"),
    "no_show": lambda m, _c, t, _p: operations.no_show(t),
    "hold": lambda m, _c, t, _p: operations.hold(t, 2),
    "walk_out": lambda m, _c, t, _p: operations.walk_out(t),
    "cancel": lambda m, _c, t, _p: operations.cancel(t),
    "undo": lambda m, _c, t, _p: operations.undo(t),
    "put_back": lambda m, _c, t, p: operations.put_back(t, p),
    "close": lambda m, _c, t, _p: operations.close(t, "why"),
    "prioritise": lambda m, _c, t, p: operations.prioritise(t, None if p == "age" else "monk"),
    "add_service": lambda m, _c, t, _p: operations.add_service(m.hall.centre, t, m.other_service),
    "transfer": lambda m, _c, t, p: operations.transfer(m.hall.centre, t, _elsewhere(m, t, p)),
    "move": lambda m, _c, t, p: operations.move(m.hall.centre, t, _elsewhere(m, t, p), "why"),
    "call_chosen": lambda m, c, t, _p: operations.call_chosen(
        m.hall.centre, m.hall.counters[c].id, t
    ),
    "resume": lambda m, c, t, _p: operations.resume(t, m.hall.counters[c].id, m.hall.clerks[c].id),
}


class HallMachine(RuleBasedStateMachine):
    """One hall, its clerks, and what became of each ticket as the table of verbs tells it."""

    hall: Hall
    other_service: int

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENS
        self.states: dict[uuid.UUID, str] = {}

    @initialize(
        ratio=st.integers(0, 3),
        gap=st.sampled_from([0, 20]),
        calls=st.integers(1, 2),
        by_hand=st.booleans(),
    )
    def open_the_hall(self, ratio: int, gap: int, calls: int, by_hand: bool) -> None:
        self.hall = a_hall(
            next(_codes),
            3,
            ordinary_per_priority=ratio,
            call_gap_seconds=gap,
            no_show_calls=calls,
            day_close="by_hand" if by_hand else "at_first_number",
        )
        self.other_service = a_service(self.hall.centre, "MOPS-05", letter="B").id

    def _do(self, clerk: int, deed: Callable[[], Any]) -> Any:
        """The clerk does something at this moment; a refusal is an answer, too."""
        user = self.hall.clerks[clerk]
        with (
            clock.use(lambda: self.now),
            centre_scope(self.hall.centre.id),
            acting_as(Actor(user.name_lo, user.id)),
        ):
            try:
                return deed()
            except DomainError:
                return None

    @rule(seconds=st.sampled_from([1, 7, 30, 45, 300, 1800, 20 * 3600]), part=st.floats(0, 0.99))
    def time_passes(self, seconds: int, part: float) -> None:
        self.now += timedelta(seconds=seconds + part)

    @rule(
        second=st.booleans(),
        reason=st.sampled_from([None, None, *PRIORITY_REASONS]),
        files=st.integers(1, 3),
    )
    def issue(self, second: bool, reason: str | None, files: int) -> None:
        ticket = self._do(
            0,
            lambda: operations.issue(
                self.hall.centre,
                self.hall.service,
                then=[self.other_service] if second else [],
                priority_reason=reason,
                files=files,
            ),
        )
        assert ticket.state == "waiting"
        self._look()

    @rule(clerk=CLERKS, choice=st.integers(0, 99), place=PLACES)
    def work(self, clerk: int, choice: int, place: str) -> None:
        """The clerk goes on: with the person in front of them, or with whoever is next."""
        ticket = self._in_front_of(clerk)
        self.now += timedelta(seconds=21)
        if ticket is None:
            self._take_somebody(clerk, choice)
        else:
            verbs = sorted(verb for verb in DEEDS if LIFECYCLE.allows(verb, ticket.state))
            self._verb(clerk, verbs[choice % len(verbs)], ticket.id, place)

    @rule(clerk=CLERKS, choice=st.integers(0, 99), place=PLACES)
    def work_on(self, clerk: int, choice: int, place: str) -> None:
        self.work(clerk, choice, place)

    @rule(clerk=CLERKS, choice=st.integers(0, 99), place=PLACES)
    def work_on_and_on(self, clerk: int, choice: int, place: str) -> None:
        self.work(clerk, choice, place)

    def _take_somebody(self, clerk: int, choice: int) -> None:
        counter, user = self.hall.counters[clerk], self.hall.clerks[clerk]
        held = [one for one, _events in self._records() if one.state == "on_hold"]
        if held and choice % 3 == 0:
            ticket_id = held[choice % len(held)].id
            self._do(clerk, lambda: operations.resume(ticket_id, counter.id, user.id))
        elif choice % 7 == 0:
            centre = self.hall.centre
            self._do(
                clerk,
                lambda: operations.serve_now(centre, counter.id, user.id, self.other_service),
            )
        else:
            called = self._do(clerk, lambda: self.hall.call(clerk))
            assert called is None or called.state == "called"
        self._look()

    @rule(clerk=CLERKS)
    def undo(self, clerk: int) -> None:
        """The clerk takes their last step back, if it can be."""
        mine = [
            (events[-1].at, ticket.id)
            for ticket, events in self._records()
            if events[-1].actor_id == self.hall.clerks[clerk].id
        ]
        if mine:
            ticket_id = max(mine)[1]
            self._do(clerk, lambda: operations.undo(ticket_id))
            self._look()

    @rule(clerk=CLERKS, number=st.integers(0, 30), choice=st.integers(0, 99), place=PLACES)
    def anything(self, clerk: int, number: int, choice: int, place: str) -> None:
        """Any verb to any ticket: often refused, and then nothing has changed."""
        ids = list(self.states)
        if ids:
            verb = sorted(DEEDS)[choice % len(DEEDS)]
            self._verb(clerk, verb, ids[number % len(ids)], place)

    @rule(clerk=CLERKS, leave=st.booleans())
    def rest(self, clerk: int, leave: bool) -> None:
        counter, user = self.hall.counters[clerk], self.hall.clerks[clerk]
        if leave:
            self._do(clerk, lambda: operations.release_counter(counter.id, user.id))
            self._do(clerk, lambda: operations.claim_counter(counter.id, user.id))
        else:
            self._do(clerk, lambda: operations.go_on_break(counter.id, user.id))
            self.now += timedelta(minutes=3)
            self._do(clerk, lambda: operations.return_from_break(counter.id, user.id))

    def _verb(self, clerk: int, verb: str, ticket_id: uuid.UUID, place: str) -> None:
        before = self.states[ticket_id]
        ticket = self._do(clerk, lambda: DEEDS[verb](self, clerk, ticket_id, place))
        step = next(step for step in LIFECYCLE if step.verb == verb)
        self._look()
        if ticket is None:
            # Another ticket may have come back from a hold; this one is as it was.
            assert self.states[ticket_id] in (before, "waiting")
        else:
            assert before in step.origins or before == "on_hold"
            if step.target not in (STAYS, BEFORE) and verb != "complete":
                assert self.states[ticket_id] == step.target

    def _look(self) -> None:
        """Take over what the records say; `the_promises_hold` compares them with the events."""
        self.states = {ticket.id: ticket.state for ticket, _events in self._records()}

    def _in_front_of(self, clerk: int) -> Ticket | None:
        user = self.hall.clerks[clerk]
        with centre_scope(self.hall.centre.id):
            return counter_queries.open_ticket_of(user.id)

    def _records(self) -> list[tuple[Ticket, list[Event]]]:
        with centre_scope(self.hall.centre.id), reading() as session:
            told: dict[str, list[Event]] = {}
            for event in session.scalars(
                select(Event).where(Event.subject_kind == "ticket").order_by(Event.seq)
            ):
                told.setdefault(event.subject_id, []).append(event)
            return [(one, told[str(one.id)]) for one in session.scalars(select(Ticket))]

    @invariant()
    def the_promises_hold(self) -> None:
        if not hasattr(self, "hall"):
            return
        legs: dict[uuid.UUID, list[ServiceLeg]] = {}
        with centre_scope(self.hall.centre.id), reading() as session:
            for leg in session.scalars(select(ServiceLeg).order_by(ServiceLeg.position)):
                legs.setdefault(leg.ticket_id, []).append(leg)
        records = self._records()
        for ticket, events in records:
            assert list(timeline.differences(ticket, legs[ticket.id], events)) == []
            assert ticket.state == events[-1].to_state == self.states[ticket.id]
            spent = sum(
                leg.waiting_seconds + leg.walking_seconds + leg.serving_seconds + leg.hold_seconds
                for leg in legs[ticket.id]
            )
            # Every second of a stay is counted once, whatever was done or undone.
            assert spent == int(ticket.counted_at.timestamp()) - int(ticket.issued_at.timestamp())
            assert all(leg.outcome != UNDONE for leg in legs[ticket.id][: ticket.leg_no][-1:])
        at_work = [ticket for ticket, _events in records if ticket.state in AT_COUNTER]
        for number in (
            Tally(ticket.counter_id for ticket in at_work),
            Tally(ticket.clerk_id for ticket in at_work),
        ):
            assert all(count == 1 for count in number.values())
        numbers = Tally((ticket.day, ticket.label) for ticket, _events in records)
        assert all(count == 1 for count in numbers.values())

    def teardown(self) -> None:
        if not hasattr(self, "hall"):
            return
        centre = self.hall.centre
        with clock.use(lambda: self.now), centre_scope(centre.id):
            days = {ticket.day for ticket, _events in self._records()}
            for day in days:
                operations.close_day(centre, day)
            assert queries.unclosed_days(max(days, default=clock.today()) + timedelta(1)) == []
            with reading() as session:
                found = [what for check in checking.RULES for what in check(session)]
            assert found == []
            rollups.rebuild(centre, min(days, default=OPENS.date()), clock.today())


@pytest.mark.parametrize("steps", [50])
def test_whatever_clerks_do_the_promises_hold(database: Database, steps: int) -> None:
    run_state_machine_as_test(
        HallMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=steps,
            deadline=None,
            # Without shrinking: a failure says what happened, and in minutes, not in an hour.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
