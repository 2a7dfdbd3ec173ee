"""A stay with detours: several services, holds, transfers, steps taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, NotFound
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets import calls, in_line, operations, queries, undoing
from odsc_counter.tickets.errors import (
    AtAnotherCentre,
    CallAgainFirst,
    DestinationMissing,
    NobodyAtCounter,
    NothingToUndo,
    OnBreak,
    ReasonMissing,
    ReasonNotGranted,
    ServiceClosedToday,
    TicketStillOpen,
    TooSoon,
)
from odsc_counter.tickets.hall_models import HallNotice
from odsc_counter.tickets.models import DeskSpell, ServiceLeg, Ticket, Visit
from tests.tickets.hall import Hall, a_hall
from tests.world import LONG_AGO, a_centre, a_service, a_user, counters_of

MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 9:00 in Vientiane


class Day:
    """A hall with two services whose clock the test sets."""

    def __init__(self, **rules: object) -> None:
        self.hall: Hall = a_hall("LA0101", 2, **rules)
        self.second = a_service(self.hall.centre, "MOPS-05", letter="B").id
        self.now = MORNING

    def after(self, **time: int) -> None:
        self.now += timedelta(**time)

    @contextmanager
    def clerk(self, place: int = 0) -> Iterator[None]:
        user = self.hall.clerks[place]
        with (
            clock.use(lambda: self.now),
            centre_scope(self.hall.centre.id),
            acting_as(Actor(user.name_lo, user.id)),
        ):
            yield

    def issue(self, **more: object) -> Ticket:
        with self.clerk():
            return operations.issue(self.hall.centre, self.hall.service, **more)

    def serve(self, place: int = 0) -> Ticket:
        with self.clerk(place):
            ticket = self.hall.call(place)
            assert ticket is not None
            return operations.start(ticket.id)


@pytest.fixture
def day(database: Database) -> Day:
    return Day()


def times(leg: ServiceLeg) -> tuple[int, int, int]:
    return leg.waiting_seconds, leg.walking_seconds, leg.serving_seconds


def test_each_leg_is_timed_apart_and_number_and_arrival_survive_a_transfer(day: Day) -> None:
    ticket = day.issue()
    day.after(minutes=10)
    with day.clerk():
        day.hall.call(0)
        day.after(seconds=40)
        operations.start(ticket.id)
        day.after(minutes=5)
        to = operations.Destination(service_id=day.second)
        moved = operations.transfer(day.hall.centre, ticket.id, to)
        assert (moved.label, moved.issued_at, moved.state) == ("A001", MORNING, "waiting")
        day.after(minutes=2)
        called = day.hall.call(0)
        assert called is not None and called.id == ticket.id
        day.after(seconds=30)
        operations.start(ticket.id)
        day.after(minutes=3)
        operations.complete(ticket.id)
        first, second = queries.legs(queries.ticket(ticket.id))
    assert (first.outcome, first.service_id) == ("transferred", day.hall.service)
    assert times(first) == (600, 40, 300)
    assert (second.outcome, second.service_id) == ("completed", day.second)
    assert times(second) == (120, 30, 180)


def test_several_services_under_one_number_are_served_one_after_the_other(day: Day) -> None:
    ticket = day.issue(then=[day.second], files=10)
    day.serve()
    with day.clerk():
        day.after(minutes=4)
        going_on = operations.complete(ticket.id)
        assert (going_on.state, going_on.service_id) == ("serving", day.second)
        operations.add_service(day.hall.centre, ticket.id, day.hall.service)
        day.after(minutes=6)
        waiting = operations.complete(ticket.id, here=False)
        assert (waiting.state, waiting.service_id) == ("waiting", day.hall.service)
        assert in_line.position(waiting) == 1
        day.hall.call(0)
        operations.start(ticket.id)
        assert operations.complete(ticket.id).state == "completed"
        legs = queries.legs(ticket)
        with reading() as session:
            assert session.scalars(select(Visit.files)).one() == 10
    assert [leg.outcome for leg in legs] == ["completed"] * 3
    assert [leg.serving_seconds for leg in legs] == [240, 360, 0]


def test_a_hold_comes_back_by_itself_and_is_called_first(day: Day) -> None:
    held = day.issue()
    day.serve()
    with day.clerk():
        operations.hold(held.id, 15)
        others = [day.issue(), day.issue(priority_reason="elderly")]
        day.after(minutes=14)
        assert queries.waiting()[0].ticket.id == others[1].id
        day.after(minutes=2)
        assert queries.waiting()[0].ticket.id == held.id
        assert queries.next_for(day.hall.counters[0].id, day.hall.clerks[0].id).why == "returns"
        again = day.hall.call(0)
        assert again is not None and again.id == held.id
        (leg,) = queries.legs(again)
    # It waited again from the fifteenth minute on, and not from when somebody looked.
    assert (leg.hold_seconds, leg.waiting_seconds) == (15 * 60, 60)


def test_a_person_on_hold_is_resumed_where_a_counter_is_free(day: Day) -> None:
    held = day.issue()
    day.serve()
    with day.clerk():
        operations.hold(held.id)
    day.issue()
    day.serve()
    with day.clerk(), pytest.raises(TicketStillOpen):
        operations.resume(held.id, day.hall.counters[0].id, day.hall.clerks[0].id)
    with day.clerk(1):
        back = operations.resume(held.id, day.hall.counters[1].id, day.hall.clerks[1].id)
    assert (back.state, back.clerk_id) == ("serving", day.hall.clerks[1].id)


def test_who_was_sent_over_to_come_back_goes_back_to_the_first_counter(day: Day) -> None:
    ticket = day.issue()
    day.serve()
    with day.clerk():
        to = operations.Destination(
            service_id=day.second, counter_id=day.hall.counters[1].id, come_back=True
        )
        operations.transfer(day.hall.centre, ticket.id, to)
        assert day.hall.call(0) is None
    day.issue()
    day.serve(1)
    with day.clerk(1):
        back = operations.complete(ticket.id)
        assert (back.state, back.service_id) == ("waiting", day.hall.service)
        next_one = day.hall.call(1)
        assert next_one is not None and next_one.id != ticket.id
    with day.clerk():
        called = day.hall.call(0)
        assert called is not None and called.id == ticket.id
        operations.start(ticket.id)
        assert operations.complete(ticket.id).state == "completed"


def test_a_person_is_sent_to_a_clerk_of_this_centre_only(day: Day) -> None:
    ticket = day.issue()
    day.serve()
    stranger = a_user(counter_staff=a_centre("LA0202"))
    centre = day.hall.centre
    with day.clerk():
        with pytest.raises(NotFound):
            operations.transfer(centre, ticket.id, operations.Destination(clerk_id=stranger.id))
        with pytest.raises(DestinationMissing):
            operations.transfer(centre, ticket.id, operations.Destination())
        to_clerk = operations.Destination(clerk_id=day.hall.clerks[1].id, place="last")
        operations.transfer(centre, ticket.id, to_clerk)
        assert day.hall.call(0) is None
    with day.clerk(1):
        assert day.hall.call(1) is not None


def test_the_place_in_the_queue_is_first_last_or_by_age(day: Day) -> None:
    for place, expected in (("first", 1), ("last", 3), ("age", 1)):
        ticket = day.issue()
        day.serve()
        day.after(seconds=5)
        others = [day.issue(), day.issue()]
        with day.clerk():
            day.after(seconds=5)
            back = operations.put_back(ticket.id, place)
            assert in_line.position(back) == expected, place
            for one in (ticket, *others):
                operations.cancel(one.id)


def test_a_no_show_needs_the_centres_calls_and_time_to_walk(database: Database) -> None:
    day = Day(no_show_calls=2, call_gap_seconds=20)
    ticket = day.issue()
    with day.clerk():
        day.hall.call(0)
        with pytest.raises(CallAgainFirst):
            operations.no_show(ticket.id)
        with pytest.raises(TooSoon):
            operations.recall(ticket.id)
        day.after(seconds=21)
        operations.recall(ticket.id)
        with pytest.raises(TooSoon):
            operations.no_show(ticket.id)
        day.after(seconds=21)
        assert operations.no_show(ticket.id).state == "no_show"


def test_somebody_without_a_number_is_served_and_has_not_waited(day: Day) -> None:
    with day.clerk():
        counter, clerk = day.hall.counters[0].id, day.hall.clerks[0].id
        ticket = operations.serve_now(day.hall.centre, counter, clerk, day.second, files=3)
        assert (ticket.label, ticket.state) == ("B001", "serving")
        with pytest.raises(TicketStillOpen):
            operations.serve_now(day.hall.centre, counter, clerk, day.second)
        day.after(minutes=7)
        operations.complete(ticket.id)
        (leg,) = queries.legs(ticket)
        figures = queries.day_figures(clerk, ticket.day)
    assert (leg.waiting_seconds, leg.serving_seconds) == (0, 420)
    assert (figures.completed, figures.average_wait_seconds) == (1, None)


def test_the_last_step_is_taken_back_and_the_time_counts_as_if_it_had_not_been(day: Day) -> None:
    ticket = day.issue()
    day.serve()
    with day.clerk():
        day.after(minutes=3)
        operations.complete(ticket.id)
        day.after(minutes=1)
        again = operations.undo(ticket.id)
        assert (again.state, again.ended_at) == ("serving", None)
        with pytest.raises(NothingToUndo):
            operations.undo(ticket.id)
        day.after(minutes=1)
        operations.complete(ticket.id)
        (leg,) = queries.legs(ticket)
        with reading() as session:
            verbs = [event.verb for event in undoing.events_of(session, ticket)]
    assert leg.serving_seconds == 5 * 60
    assert verbs == ["issue", "call", "start", "complete", "undo", "complete"]


def test_a_transfer_that_is_taken_back_leaves_its_leg_as_undone(day: Day) -> None:
    ticket = day.issue()
    day.serve()
    with day.clerk():
        to = operations.Destination(service_id=day.second)
        operations.transfer(day.hall.centre, ticket.id, to)
        back = operations.undo(ticket.id)
        assert (back.state, back.service_id) == ("serving", day.hall.service)
        operations.complete(ticket.id)
        outcomes = [leg.outcome for leg in queries.legs(ticket)]
    assert outcomes == ["completed", "undone"]


def test_only_the_own_step_is_taken_back_and_only_for_a_while(day: Day) -> None:
    ticket = day.issue()
    day.serve()
    with day.clerk(1), pytest.raises(NothingToUndo):
        operations.undo(ticket.id)
    day.after(minutes=4)
    with day.clerk(), pytest.raises(NothingToUndo):
        operations.undo(ticket.id)


def test_a_completion_is_not_taken_back_while_somebody_else_stands_there(day: Day) -> None:
    ticket = day.issue()
    day.issue()
    day.serve()
    with day.clerk():
        operations.complete(ticket.id)
        assert day.hall.call(0) is not None
        with pytest.raises(TicketStillOpen):
            operations.undo(ticket.id)


def test_a_supervisor_moves_and_closes_any_ticket_for_a_reason(day: Day) -> None:
    first, second = day.issue(), day.issue()
    day.serve()
    centre = day.hall.centre
    with day.clerk(1):
        with pytest.raises(ReasonMissing):
            operations.close(first.id, "  ")
        operations.close(first.id, "the clerk fell ill")
        to = operations.Destination(counter_id=day.hall.counters[1].id)
        operations.move(centre, second.id, to, "speaks Hmong")
        assert len(queries.legs(second)) == 1
        assert day.hall.call(1) is not None
        events = _reasons(second)
    assert events == ["speaks Hmong"]


def _reasons(ticket: Ticket) -> list[str]:
    with reading() as session:
        events = undoing.events_of(session, ticket)
    return [event.data["reason"] for event in events if "reason" in event.data]


def test_a_chosen_person_is_called_in_the_name_of_the_clerk_there(day: Day) -> None:
    day.issue()
    chosen = day.issue()
    with day.clerk(1):
        called = operations.call_chosen(day.hall.centre, day.hall.counters[0].id, chosen.id)
        assert (called.state, called.clerk_id) == ("called", day.hall.clerks[0].id)
        with pytest.raises(AlreadyChanged):
            operations.call_chosen(day.hall.centre, day.hall.counters[1].id, chosen.id)
        operations.release_counter(day.hall.counters[1].id, day.hall.clerks[1].id)
        with pytest.raises(NobodyAtCounter):
            operations.call_chosen(day.hall.centre, day.hall.counters[1].id, chosen.id)


def test_the_kiosk_grants_no_reason_that_the_centre_does_not(database: Database) -> None:
    day = Day(reasons=["elderly"])
    with pytest.raises(ReasonNotGranted):
        day.issue(priority_reason="monk")
    ticket = day.issue()
    with day.clerk():
        assert operations.prioritise(ticket.id, "elderly").priority_reason == "elderly"
        assert operations.prioritise(ticket.id, None).priority_reason is None
        with pytest.raises(ReasonNotGranted):
            operations.prioritise(ticket.id, "monk")


def test_a_service_that_a_notice_closes_gives_no_numbers(day: Day) -> None:
    with day.clerk():
        with unit_of_work() as work:
            work.session.add(
                HallNotice(
                    text_lo="ເຄື່ອງພິມເພ",
                    text_en="The printer is broken",
                    service_id=day.hall.service,
                    closes_service=True,
                    shown_from=LONG_AGO,
                    created_at=MORNING,
                )
            )
        with pytest.raises(ServiceClosedToday):
            operations.issue(day.hall.centre, day.hall.service)
        assert operations.issue(day.hall.centre, day.second).label == "B001"


def test_numbers_begin_where_the_group_says_and_a_change_holds_from_the_next_day(
    day: Day,
) -> None:
    def begin_at(first: int) -> None:
        with day.clerk(), unit_of_work() as work:
            group = work.session.scalars(
                select(ServiceGroup).where(ServiceGroup.letter == "A")
            ).one()
            group.first_number, group.number_width = first, 4

    begin_at(101)
    assert [day.issue().label for _person in range(2)] == ["A0101", "A0102"]
    begin_at(501)
    assert day.issue().label == "A0103"
    day.after(days=1)
    assert day.issue().label == "A0501"


def test_the_first_number_of_a_day_closes_what_the_day_before_left_open(day: Day) -> None:
    waiting, serving = day.issue(), day.issue()
    day.serve()
    day.after(days=1)
    day.issue()
    with day.clerk():
        assert [queries.ticket(one.id).state for one in (waiting, serving)] == ["closed"] * 2
        assert queries.unclosed_days(queries.today()) == []


def test_a_centre_that_works_overnight_keeps_its_queue(database: Database) -> None:
    day = Day(day_close="by_hand")
    old = day.issue()
    day.after(days=1)
    day.issue()
    with day.clerk():
        called = day.hall.call(0)
        assert called is not None and called.id == old.id
        assert operations.close_day(day.hall.centre, old.day) == 1


def test_a_break_is_recorded_and_nobody_is_called_meanwhile(day: Day) -> None:
    counter, clerk = day.hall.counters[0].id, day.hall.clerks[0].id
    day.issue()
    with day.clerk():
        operations.go_on_break(counter, clerk, "meal")
        with pytest.raises(OnBreak):
            day.hall.call(0)
        day.after(minutes=30)
        operations.return_from_break(counter, clerk)
        assert day.hall.call(0) is not None
        with pytest.raises(TicketStillOpen):
            operations.go_on_break(counter, clerk)
        with reading() as session:
            spells = session.scalars(
                select(DeskSpell)
                .where(DeskSpell.counter_id == counter)
                .order_by(DeskSpell.began_at)
            ).all()
    rest = next(spell for spell in spells if spell.kind == "break")
    assert rest.reason == "meal"
    assert rest.ended_at - rest.began_at == timedelta(minutes=30)
    assert [spell.ended_at for spell in spells].count(None) == 1


def test_a_clerk_sits_in_one_centre_of_the_nation_at_a_time(day: Day) -> None:
    clerk = day.hall.clerks[0]
    elsewhere = a_centre("LA0202")
    there = counters_of(elsewhere)[0].id
    ticket = day.issue()
    day.serve()
    with centre_scope(elsewhere.id), pytest.raises(AtAnotherCentre):
        operations.claim_counter(there, clerk.id)
    with day.clerk():
        operations.complete(ticket.id)
        operations.release_counter(day.hall.counters[0].id, clerk.id)
    with centre_scope(elsewhere.id):
        assert operations.claim_counter(there, clerk.id).clerk_id == clerk.id


def test_a_number_called_anew_on_another_leg_is_a_new_call_on_the_board(day: Day) -> None:
    ticket = day.issue()
    day.serve()
    with day.clerk():
        (first,) = calls.board(day.hall.centre).calls
        to = operations.Destination(service_id=day.second)
        operations.transfer(day.hall.centre, ticket.id, to)
        assert calls.board(day.hall.centre).calls == ()
        day.after(seconds=1)
        day.hall.call(0)
        (second,) = calls.board(day.hall.centre).calls
    assert first.id != second.id
