"""The rules of the hall, on both databases."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets import calls, counter_queries, counters, in_line, operations, queries
from odsc_counter.tickets.errors import (
    AnotherClerksTicket,
    AtAnotherCounter,
    CounterNumberInUse,
    CounterTaken,
    NotAtCounter,
    NotOfferedToday,
    TicketStillOpen,
)
from tests.tickets.hall import Hall, a_hall, give_groups
from tests.world import a_centre, a_service


@pytest.fixture
def hall(database: Database) -> Hall:
    return a_hall()


def test_numbers_of_a_letter_run_from_one_and_letters_apart(hall: Hall) -> None:
    other = a_service(hall.centre, "MOPS-05", letter="B")
    with centre_scope(hall.centre.id):
        labels = [
            operations.issue(hall.centre, service).label
            for service in (hall.service, hall.service, other.id, hall.service)
        ]
    assert labels == ["A001", "A002", "B001", "A003"]


def test_numbers_start_anew_on_the_next_day_of_the_centre(hall: Hall) -> None:
    late = datetime(2026, 3, 2, 16, 59, tzinfo=UTC)  # 23:59 in Vientiane
    with centre_scope(hall.centre.id):
        with clock.use(lambda: late):
            first = operations.issue(hall.centre, hall.service)
        with clock.use(lambda: late + timedelta(minutes=2)):
            second = operations.issue(hall.centre, hall.service)
    assert (first.day, first.number) == (date(2026, 3, 2), 1)
    assert (second.day, second.number) == (date(2026, 3, 3), 1)


def test_a_service_that_is_not_offered_gives_no_number(hall: Hall) -> None:
    elsewhere = a_service(None, "MOPS-09")
    with centre_scope(hall.centre.id), pytest.raises(NotOfferedToday):
        operations.issue(hall.centre, elsewhere.id)
    with centre_scope(hall.centre.id):
        assert operations.issue(hall.centre, hall.service).number == 1


def test_an_issue_that_was_rolled_back_leaves_no_gap(hall: Hall) -> None:
    def issue_and_fail() -> float:
        with unit_of_work():
            return hall.issue(1)[0].number / 0

    with centre_scope(hall.centre.id):
        with pytest.raises(ZeroDivisionError):
            issue_and_fail()
        assert hall.issue(1)[0].number == 1


def test_an_unknown_reason_is_refused(hall: Hall) -> None:
    with centre_scope(hall.centre.id), pytest.raises(InvalidInput):
        operations.issue(hall.centre, hall.service, priority_reason="rich")


def test_priority_is_called_first_then_the_order_of_arrival(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        hall.issue(2)
        operations.issue(hall.centre, hall.service, priority_reason="elderly")
        called = []
        for _person in range(3):
            ticket = hall.call(0)
            assert ticket is not None
            called.append(ticket.number)
            operations.no_show(ticket.id)
        assert hall.call(0) is None
    assert called == [3, 1, 2]


def test_position_counts_who_would_be_called_before(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        first, second = hall.issue(2)
        pressing = operations.issue(hall.centre, hall.service, priority_reason="monk")
        assert [in_line.position(one) for one in (pressing, first, second)] == [1, 2, 3]
        called = hall.call(0)
        assert called is not None
        assert in_line.position(called) == 0
        assert in_line.position(queries.ticket(second.id)) == 2


def test_position_leaves_out_groups_that_no_shared_counter_serves(hall: Hall) -> None:
    other = a_service(hall.centre, "MOPS-05", letter="B")
    with centre_scope(hall.centre.id):
        hall.issue(3)
        lone = operations.issue(hall.centre, other.id)
        assert in_line.position(lone) == 4
        groups = {group.letter: group.id for group in queries.service_groups()}
        give_groups(hall.counters[0], groups["A"])
        give_groups(hall.counters[1], groups["B"])
        assert in_line.position(lone) == 1


def test_a_counter_calls_only_the_groups_that_it_serves(hall: Hall) -> None:
    other = a_service(hall.centre, "MOPS-05", letter="B")
    with centre_scope(hall.centre.id):
        hall.issue(1)
        groups = {group.letter: group.id for group in queries.service_groups()}
        with pytest.raises(NotFound):
            give_groups(hall.counters[0], uuid.uuid4())
        give_groups(hall.counters[0], groups["B"])
        assert hall.call(0) is None
        assert queries.waiting(hall.counters[0].id) == []
        operations.issue(hall.centre, other.id)
        called = hall.call(0)
        assert called is not None
        assert called.label == "B001"


def test_people_of_yesterday_are_not_called_today(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        with clock.use(lambda: datetime.now(UTC) - timedelta(days=1)):
            hall.issue(1)
        assert hall.call(0) is None
        assert [count for _day, count in queries.unclosed_days(queries.today())] == [1]


def test_a_clerk_calls_only_from_their_own_counter(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        hall.issue(1)
        with pytest.raises(NotAtCounter):
            operations.call_next(hall.centre, hall.counters[1].id, hall.clerks[0].id)


def test_nobody_is_called_while_a_ticket_is_open(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        hall.issue(2)
        hall.call(0)
        with pytest.raises(TicketStillOpen) as refused:
            hall.call(0)
    assert "A001" in str(refused.value.details)


def test_recalls_are_counted_and_ends_are_timed(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        hall.issue(1)
        called = hall.call(0)
        assert called is not None
        operations.recall(called.id)
        again = operations.recall(called.id)
        assert again.call_count == 3
        assert again.first_called_at == called.called_at
        operations.start(called.id)
        done = operations.complete(called.id)
        assert done.started_at is not None
        assert done.ended_at is not None
        assert counter_queries.open_ticket_of(hall.clerks[0].id) is None
        figures = queries.day_figures(hall.clerks[0].id, done.day)
    assert (figures.completed, figures.no_shows) == (1, 0)


def test_every_step_is_an_event_in_order(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        hall.issue(1)
        ticket = hall.call(0)
        assert ticket is not None
        operations.start(ticket.id)
        operations.complete(ticket.id)
        with reading() as session:
            events = session.scalars(
                select(Event).where(Event.subject_id == str(ticket.id)).order_by(Event.seq)
            ).all()
    assert [(one.verb, one.to_state) for one in events] == [
        ("issue", "waiting"),
        ("call", "called"),
        ("start", "serving"),
        ("complete", "completed"),
    ]
    assert {one.counter_id for one in events} == {None, hall.counters[0].id}


def test_only_the_clerk_who_called_goes_on_with_the_ticket(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        hall.issue(1)
        ticket = hall.call(0)
        assert ticket is not None
        with acting_as(Actor("other", hall.clerks[1].id)), pytest.raises(AnotherClerksTicket):
            operations.start(ticket.id)
        with acting_as(Actor("own", hall.clerks[0].id)):
            operations.start(ticket.id)


def test_a_counter_holds_one_clerk_and_a_clerk_one_counter(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        operations.claim_counter(hall.counters[0].id, hall.clerks[0].id)  # one's own again
        with pytest.raises(CounterTaken):
            operations.claim_counter(hall.counters[0].id, hall.clerks[1].id)
        spare = counters.add_counter(9)
        with pytest.raises(AtAnotherCounter):
            operations.claim_counter(spare.id, hall.clerks[0].id)
        assert [row.clerk.id if row.clerk else None for row in counter_queries.counters()] == [
            hall.clerks[0].id,
            hall.clerks[1].id,
            None,
        ]


def test_a_counter_is_left_only_when_nobody_stands_there(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        hall.issue(1)
        ticket = hall.call(0)
        assert ticket is not None
        with pytest.raises(TicketStillOpen):
            operations.release_counter(hall.counters[0].id, hall.clerks[0].id)
        with pytest.raises(NotAtCounter):
            operations.release_counter(hall.counters[0].id, hall.clerks[1].id)
        operations.no_show(ticket.id)
        operations.release_counter(hall.counters[0].id, hall.clerks[0].id)
        assert counter_queries.counter_of_clerk(hall.clerks[0].id) is None


def test_two_counters_never_bear_one_number(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        with pytest.raises(CounterNumberInUse):
            counters.add_counter(1)
        assert counter_queries.counter_by_number(1).id == hall.counters[0].id
        with pytest.raises(InvalidInput):
            counters.add_counter(0)


def test_closing_the_day_ends_what_is_open_and_nothing_else(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        hall.issue(4)
        served = hall.call(0)
        assert served is not None
        operations.start(served.id)
        operations.complete(served.id)
        hall.call(0)
        called = hall.call(1)
        assert called is not None
        operations.start(called.id)
        assert operations.close_day(hall.centre, served.day) == 3
        assert operations.close_day(hall.centre, served.day) == 0
        states = [row.ticket.state for row in queries.tickets_of(served.day)]
        assert states == ["completed", "closed", "closed", "closed"]
        assert counter_queries.open_ticket_of(hall.clerks[1].id) is None


def test_the_board_shows_the_latest_calls_first_and_a_recall_anew(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        hall.issue(12)
        for _person in range(11):
            ticket = hall.call(0)
            assert ticket is not None
            operations.start(ticket.id)
            operations.complete(ticket.id)
        last = hall.call(1)
        assert last is not None
        before = calls.board(hall.centre)
        operations.recall(last.id)
        after = calls.board(hall.centre)
    assert [call.ticket for call in before.calls] == [f"A{n:03}" for n in range(12, 3, -1)]
    assert (before.calls[0].counter, before.waiting) == (2, 0)
    assert before.calls[0].id != after.calls[0].id


def test_another_centres_ticket_and_counter_can_not_be_found(hall: Hall) -> None:
    elsewhere = a_centre("LA0202")
    with centre_scope(hall.centre.id):
        (ticket,) = hall.issue(1)
    with centre_scope(elsewhere.id):
        with pytest.raises(NotFound):
            queries.ticket(ticket.id)
        with pytest.raises(NotFound):
            queries.ticket_by_code(ticket.public_code)
        with pytest.raises(NotFound):
            operations.cancel(ticket.id)
        with pytest.raises(NotFound):
            operations.claim_counter(hall.counters[0].id, hall.clerks[0].id)
        assert queries.waiting() == []
        assert calls.board(elsewhere).waiting == 0
