"""Many people at the same moment, on both databases, with real threads."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from sqlalchemy import select

from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, DomainError
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets import counter_queries, operations, queries
from odsc_counter.tickets.errors import CounterTaken, TicketStillOpen
from odsc_counter.tickets.models import Ticket
from tests.tickets.hall import a_hall
from tests.world import a_user


def at_once(centre_id: int, actions: list[Callable[[], Any]]) -> list[Any]:
    """Start all actions at the same moment; an exception of the field is a result, too."""
    line = threading.Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        line.wait()
        with centre_scope(centre_id):
            try:
                return action()
            except DomainError as error:
                return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_numbers_have_no_gap_and_no_double_when_many_ask_at_once(database: Database) -> None:
    hall = a_hall()
    people = 12

    def three() -> list[int]:
        return [operations.issue(hall.centre, hall.service).number for _time in range(3)]

    numbers = sorted(chain.from_iterable(at_once(hall.centre.id, [three] * people)))
    assert numbers == list(range(1, 3 * people + 1))


def test_eight_counters_never_call_the_same_person(database: Database) -> None:
    hall = a_hall(counters=8)
    with centre_scope(hall.centre.id):
        hall.issue(20)

    def work_at(place: int) -> Callable[[], list[str]]:
        def until_empty() -> list[str]:
            called = []
            while (ticket := hall.call(place)) is not None:
                called.append(ticket.label)
                operations.start(ticket.id)
                operations.complete(ticket.id)
            return called

        return until_empty

    called = list(
        chain.from_iterable(at_once(hall.centre.id, [work_at(place) for place in range(8)]))
    )
    assert sorted(called) == [f"A{number:03d}" for number in range(1, 21)]
    with centre_scope(hall.centre.id), reading() as session:
        assert set(session.scalars(select(Ticket.state))) == {"completed"}


def test_a_double_click_on_call_next_calls_one_person(database: Database) -> None:
    hall = a_hall()
    with centre_scope(hall.centre.id):
        hall.issue(5)
    results = at_once(hall.centre.id, [lambda: hall.call(0)] * 4)
    assert sum(isinstance(one, Ticket) for one in results) == 1
    assert sum(isinstance(one, TicketStillOpen) for one in results) == 3
    with centre_scope(hall.centre.id):
        assert len(queries.waiting()) == 4


def test_the_second_of_two_starts_hears_that_it_was_too_late(database: Database) -> None:
    hall = a_hall()
    with centre_scope(hall.centre.id):
        hall.issue(1)
        ticket = hall.call(0)
    assert ticket is not None
    results = at_once(hall.centre.id, [lambda: operations.start(ticket.id)] * 2)
    assert sorted(type(one).__name__ for one in results) == ["AlreadyChanged", "Ticket"]
    assert any(isinstance(one, AlreadyChanged) for one in results)


def test_one_of_many_clerks_gets_the_counter(database: Database) -> None:
    hall = a_hall(counters=1)
    with centre_scope(hall.centre.id):
        operations.release_counter(hall.counters[0].id, hall.clerks[0].id)
    clerks = [a_user(counter_staff=hall.centre) for _person in range(4)]

    def sit(user_id: int) -> Callable[[], Any]:
        return lambda: operations.claim_counter(hall.counters[0].id, user_id)

    results = at_once(hall.centre.id, [sit(clerk.id) for clerk in clerks])
    assert sum(isinstance(one, CounterTaken) for one in results) == 3


def test_nobody_is_called_to_a_counter_that_is_being_left(database: Database) -> None:
    hall = a_hall()
    counter, clerk = hall.counters[0], hall.clerks[0]
    for _time in range(4):
        with centre_scope(hall.centre.id):
            operations.claim_counter(counter.id, clerk.id)
            hall.issue(1)
        at_once(
            hall.centre.id,
            [
                lambda: hall.call(0),
                lambda: operations.release_counter(counter.id, clerk.id),
            ],
        )
        with centre_scope(hall.centre.id):
            open_ticket = counter_queries.open_ticket_of(clerk.id)
            if open_ticket is not None:
                assert counter_queries.counter_of_clerk(clerk.id) is not None
                operations.no_show(open_ticket.id)
