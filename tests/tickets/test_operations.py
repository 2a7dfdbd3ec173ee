"""The hall's rules: numbers without gap, nobody called twice, every verb guarded."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import operations, queries
from odsc_counter.tickets.errors import (
    CounterTaken,
    NotAtCounter,
    NotOffered,
    NotYourTicket,
    NumberTaken,
    TicketOpen,
)
from odsc_counter.tickets.lifecycle import LIFECYCLE
from odsc_counter.tickets.models import Ticket
from tests.world import a_centre, a_service, a_user, counters_of


class Hall:
    """A centre with one service and as many clerks at counters as asked for."""

    def __init__(self, counters: int = 2, code: str = "LA0101") -> None:
        self.centre = a_centre(code, counters=counters)
        self.service = a_service(self.centre)
        self.counters = counters_of(self.centre)
        self.clerks = [a_user(counter_staff=self.centre) for _ in self.counters]

    def sit(self) -> "Hall":
        for index in range(len(self.counters)):
            self.do(index, operations.claim_counter, self.counters[index].id, self.clerks[index].id)
        return self

    def do(self, clerk: int, operation: Callable[..., Any], *arguments: Any) -> Any:
        user = self.clerks[clerk]
        with centre_scope(self.centre.id), acting_as(Actor(user.name_lo, user.id)):
            return operation(*arguments)

    def issue(self, **more: Any) -> Ticket:
        with centre_scope(self.centre.id):
            return operations.issue(self.centre, self.service.id, **more)

    def call(self, clerk: int = 0) -> Ticket | None:
        return self.do(
            clerk,
            operations.call_next,
            self.centre,
            self.counters[clerk].id,
            self.clerks[clerk].id,
        )


def at_once(count: int, action: Callable[[int], Any]) -> list[Any]:
    """Run the action in so many threads that start together; errors come back as values."""
    results: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(index: int) -> None:
        barrier.wait(timeout=20)
        try:
            results[index] = action(index)
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_numbers_run_from_one_and_start_anew_each_day(database: Database) -> None:
    hall = Hall()
    assert [hall.issue().label for _ in range(3)] == ["A001", "A002", "A003"]
    tomorrow = clock.now() + timedelta(days=1)
    with clock.use(lambda: tomorrow):
        assert hall.issue().label == "A001"


def test_a_service_that_is_not_offered_gives_no_number(database: Database) -> None:
    hall = Hall()
    other = a_service(None, "MOHA-01")
    with centre_scope(hall.centre.id), pytest.raises(NotOffered):
        operations.issue(hall.centre, other.id)
    with pytest.raises(InvalidInput):
        hall.issue(priority_reason="in a hurry")
    assert hall.issue().number == 1


def test_concurrent_issues_give_each_number_once_and_leave_no_gap(database: Database) -> None:
    hall = Hall()
    tickets = at_once(24, lambda _index: hall.issue())
    assert sorted(ticket.number for ticket in tickets) == list(range(1, 25))


def test_a_rolled_back_issue_leaves_no_gap(database: Database) -> None:
    hall = Hall()
    hall.issue()
    with pytest.raises(RuntimeError), centre_scope(hall.centre.id), unit_of_work():
        operations.issue(hall.centre, hall.service.id)
        raise RuntimeError
    assert hall.issue().number == 2


def test_counters_calling_at_once_never_get_the_same_person(database: Database) -> None:
    hall = Hall(counters=8).sit()
    for _ in range(20):
        hall.issue()

    def serve_three(clerk: int) -> list[str]:
        called = []
        for _ in range(3):
            ticket = hall.call(clerk)
            if ticket is None:
                break
            called.append(ticket.label)
            hall.do(clerk, operations.start, ticket.id)
            hall.do(clerk, operations.complete, ticket.id)
        return called

    called = [label for labels in at_once(8, serve_three) for label in labels]
    assert len(called) == len(set(called)) == 20


def test_priority_goes_first_then_who_came_first(database: Database) -> None:
    hall = Hall().sit()
    hall.issue(), hall.issue(), hall.issue(priority_reason="elderly")
    order = []
    while (ticket := hall.call()) is not None:
        order.append(ticket.label)
        hall.do(0, operations.no_show, ticket.id)
    assert order == ["A003", "A001", "A002"]


def test_a_double_click_starts_once(database: Database) -> None:
    hall = Hall().sit()
    hall.issue()
    ticket = hall.call()
    assert ticket is not None
    results = at_once(6, lambda _index: hall.do(0, operations.start, ticket.id))
    assert sum(isinstance(result, Ticket) for result in results) == 1
    assert sum(isinstance(result, AlreadyChanged) for result in results) == 5


def test_two_tabs_of_one_clerk_call_one_person(database: Database) -> None:
    hall = Hall().sit()
    hall.issue(), hall.issue()
    results = at_once(4, lambda _index: hall.call(0))
    assert sum(isinstance(result, Ticket) for result in results) == 1
    assert sum(isinstance(result, TicketOpen) for result in results) == 3


def test_only_who_sits_there_calls_and_only_who_called_serves(database: Database) -> None:
    hall = Hall()
    hall.issue()
    with pytest.raises(NotAtCounter):
        hall.call()
    hall.sit()
    ticket = hall.call()
    assert ticket is not None
    with pytest.raises(NotYourTicket):
        hall.do(1, operations.start, ticket.id)


def test_a_counter_has_one_clerk_and_a_clerk_one_counter(database: Database) -> None:
    hall = Hall(counters=3)
    first = hall.counters[0].id
    results = at_once(
        3, lambda index: hall.do(index, operations.claim_counter, first, hall.clerks[index].id)
    )
    assert sum(isinstance(result, CounterTaken) for result in results) == 2
    winner = next(i for i, result in enumerate(results) if not isinstance(result, Exception))
    hall.do(winner, operations.claim_counter, hall.counters[1].id, hall.clerks[winner].id)
    with centre_scope(hall.centre.id):
        assert queries.counter_by_number(1).clerk_id is None
        assert queries.counter_by_number(2).clerk_id == hall.clerks[winner].id


def test_nobody_leaves_while_somebody_is_served(database: Database) -> None:
    hall = Hall().sit()
    hall.issue()
    ticket = hall.call()
    assert ticket is not None
    counter, clerk = hall.counters[0].id, hall.clerks[0].id
    with pytest.raises(TicketOpen):
        hall.do(0, operations.release_counter, counter, clerk)
    with pytest.raises(TicketOpen):
        hall.do(0, operations.free_counter, counter)
    hall.do(0, operations.no_show, ticket.id)
    hall.do(0, operations.release_counter, counter, clerk)


def test_a_recall_is_a_call_of_its_own_on_the_board(database: Database) -> None:
    hall = Hall().sit()
    hall.issue()
    ticket = hall.call()
    assert ticket is not None
    with centre_scope(hall.centre.id):
        before = queries.board(hall.centre).calls[0]
    again = hall.do(0, operations.recall, ticket.id)
    with centre_scope(hall.centre.id):
        after = queries.board(hall.centre).calls[0]
    assert again.call_count == 2
    assert (before.ticket, before.counter) == (after.ticket, after.counter) == ("A001", 1)
    assert before.id != after.id


def test_the_place_in_line_counts_who_is_called_before(database: Database) -> None:
    hall = Hall().sit()
    first, second = hall.issue(), hall.issue()
    urgent = hall.issue(priority_reason="infant")
    with centre_scope(hall.centre.id):
        assert [queries.position(one) for one in (urgent, first, second)] == [1, 2, 3]
    called = hall.call()
    assert called is not None
    with centre_scope(hall.centre.id):
        assert queries.position(queries.ticket(called.id)) == 0


def test_closing_the_day_ends_what_is_open_and_nothing_counts_as_served(
    database: Database,
) -> None:
    hall = Hall().sit()
    hall.issue(), hall.issue()
    served = hall.call()
    assert served is not None
    hall.do(0, operations.start, served.id)
    with centre_scope(hall.centre.id):
        assert operations.close_day(hall.centre, served.day) == 2
        states = {one.state for one in queries.tickets_of_day(hall.centre, served.day)}
        assert operations.close_day(hall.centre, served.day) == 0
    assert states == {"closed"}


def test_a_counter_serves_its_groups_alone(database: Database) -> None:
    hall = Hall().sit()
    other = a_service(hall.centre, "MOHA-01", letter="B")
    hall.issue()
    with centre_scope(hall.centre.id):
        mine = operations.issue(hall.centre, other.id)
        operations.set_groups(hall.counters[0].id, [mine.group_id])
        with pytest.raises(NotFound):
            operations.set_groups(hall.counters[0].id, [uuid.uuid4()])
    called = hall.call()
    assert called is not None
    assert called.label == "B001"


def test_a_counter_number_stands_once(database: Database) -> None:
    hall = Hall()
    with centre_scope(hall.centre.id):
        assert operations.add_counter(9).number == 9
        with pytest.raises(NumberTaken):
            operations.add_counter(9)
        with pytest.raises(InvalidInput):
            operations.add_counter(0)


VERBS = {
    "recall": operations.recall,
    "start": operations.start,
    "complete": operations.complete,
    "no_show": operations.no_show,
    "cancel": operations.cancel,
}


def _ticket_in(hall: Hall, state: str) -> Ticket:
    ticket = hall.issue()
    path = {
        "waiting": (),
        "called": ("call",),
        "serving": ("call", "start"),
        "completed": ("call", "start", "complete"),
        "no_show": ("call", "no_show"),
        "cancelled": ("cancel",),
        "closed": ("close",),
    }[state]
    for verb in path:
        if verb == "call":
            hall.call()
        elif verb == "close":
            with centre_scope(hall.centre.id):
                operations.close_day(hall.centre, ticket.day)
        else:
            hall.do(0, VERBS[verb], ticket.id)
    return ticket


ALLOWED = {
    ("waiting", "cancel"),
    ("called", "recall"),
    ("called", "start"),
    ("called", "no_show"),
    ("serving", "complete"),
}


def test_the_lifecycle_turned_round(database: Database) -> None:
    """Every state and every verb: what the table allows works, all else is refused."""
    for row, state in enumerate(sorted(LIFECYCLE.states)):
        for column, (verb, operation) in enumerate(VERBS.items()):
            hall = Hall(counters=1, code=f"LA{row:02}{column:02}")
            hall.sit()
            ticket = _ticket_in(hall, state)
            try:
                hall.do(0, operation, ticket.id)
                done = True
            except DomainError:
                done = False
            assert done == ((state, verb) in ALLOWED), (state, verb)


def test_another_centres_ticket_does_not_exist_here(database: Database) -> None:
    here, there = Hall().sit(), Hall(code="LA0201").sit()
    foreign = there.issue()
    for operation in VERBS.values():
        with pytest.raises(NotFound):
            here.do(0, operation, foreign.id)
    with pytest.raises(NotFound):
        here.do(0, operations.claim_counter, there.counters[0].id, here.clerks[0].id)
