"""The supervisor's panel: what it counts, whom it shows as waiting, and what it calls stuck."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import Actor, acting_as
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import life, operations, profiles, queries, supervision
from odsc_counter.tickets.models import FIRST, PRIORITY, Counter, Ticket
from odsc_counter.tickets.order import ORDINARY, RETURNING, URGENT
from odsc_counter.tickets.profiles import NewRule
from odsc_counter.tickets.supervision import HallNow
from tests.tickets.queues import NOON, Queue, a_queue, labels


@pytest.fixture
def queue(database: Database) -> Iterator[Queue]:
    with a_queue(target_wait_minutes=20) as made:
        yield made


def _later(minutes: float) -> HallNow:
    with clock.use(lambda: NOON + timedelta(minutes=minutes)):
        return supervision.hall_now()


def _stuck(now: HallNow) -> dict[str, str]:
    return {one.standing.ticket.label: one.why for one in now.stuck}


def _served(queue: Queue, label: str, *, since: float, place: int = 0) -> Ticket:
    """Somebody at a counter whose service began so many minutes ago."""
    with clock.use(lambda: NOON - timedelta(minutes=since)):
        ticket = operations.call_next(
            queue.centre, queue.counters[place].id, queue.clerks[place].id
        )
        assert ticket is not None
        assert ticket.label == label
        return operations.start(ticket.id)


def test_who_waits_in_which_lane_and_how_long_against_the_target(queue: Queue) -> None:
    queue.person("A", minutes=21)
    queue.person("A", minutes=19)
    queue.person("B", minutes=5, priority=PRIORITY)
    queue.person("C", minutes=1, priority=FIRST)
    now = supervision.hall_now()
    assert labels(now.waiting)[:2] == ["C001", "B001"]
    assert now.by_lane == {RETURNING: 1, URGENT: 1, ORDINARY: 2}
    assert now.longest_seconds == 21 * 60
    assert now.over_target == 1
    assert now.open_today == 4


def test_the_wait_is_that_for_the_present_service(queue: Queue) -> None:
    queue.person("A", minutes=50)
    ticket = _served(queue, "A001", since=10)
    to = operations.Destination(service_id=queue.services["B"][0])
    with clock.use(lambda: NOON - timedelta(minutes=4)):
        operations.transfer(queue.centre, ticket.id, to)
    (one,) = supervision.hall_now().waiting
    assert one.seconds == 4 * 60


def test_the_share_within_target_counts_walkouts_as_missed(queue: Queue) -> None:
    queue.person("A", minutes=21)
    queue.person("A", minutes=20)
    gone = queue.person("B", minutes=3)
    unreliable = queue.person("C", minutes=2, times_unreliable=True)
    assert queue.called(2) == ["A001", "A002"]
    operations.walk_out(gone.id)
    assert queue.call() == unreliable.label
    counts = supervision.hall_now().counts
    assert (counts.served, counts.walked_out) == (3, 1)
    assert (counts.in_target, counts.judged, counts.percent_in_target) == (1, 3, 33)


def test_before_anybody_was_called_there_is_no_share(queue: Queue) -> None:
    assert supervision.hall_now().counts.percent_in_target is None


def test_a_call_that_nobody_follows_is_stuck_after_five_minutes(queue: Queue) -> None:
    queue.person("A")
    operations.call_next(queue.centre, queue.counters[0].id, queue.clerks[0].id)
    assert _stuck(_later(5)) == {}
    assert _stuck(_later(5.1)) == {"A001": "called_long"}


def test_a_service_is_stuck_after_an_hour_or_thrice_its_usual_time(queue: Queue) -> None:
    queue.person("A", minutes=70)
    _served(queue, "A001", since=59)
    assert _stuck(_later(0)) == {}
    assert _stuck(_later(1.1)) == {"A001": "serving_long"}
    for _case in range(10):
        queue.person("B", minutes=90)
        ticket = _served(queue, f"B{queue.numbers['B']:03}", since=40, place=1)
        with clock.use(lambda: NOON - timedelta(minutes=36)):
            operations.complete(ticket.id)
    queue.person("B", minutes=60)
    _served(queue, "B011", since=11.9, place=1)
    assert _stuck(_later(0)) == {}
    assert _stuck(_later(0.2)) == {"B011": "serving_long"}


def test_a_hold_that_is_over_is_stuck_and_waits_at_the_front(queue: Queue) -> None:
    queue.person("A", minutes=3)
    queue.person("B", minutes=30, held_for=2)
    queue.person("C", minutes=30, held_for=-4)
    now = supervision.hall_now()
    assert labels(now.waiting) == ["B001", "A001"]
    assert labels(now.on_hold) == ["C001"]
    assert _stuck(now) == {"B001": "hold_over"}


def test_a_wait_of_more_than_twice_the_target_is_stuck(queue: Queue) -> None:
    queue.person("A", minutes=40)
    assert _stuck(_later(0)) == {}
    assert _stuck(_later(0.1)) == {"A001": "waited_twice"}


def test_who_was_sent_to_an_empty_seat_is_stuck(queue: Queue) -> None:
    queue.person("A", for_counter_id=queue.counters[1].id)
    queue.person("A", for_clerk_id=queue.clerks[1].id)
    assert _stuck(supervision.hall_now()) == {}
    operations.release_counter(queue.counters[1].id)
    assert _stuck(supervision.hall_now()) == dict.fromkeys(("A001", "A002"), "sent_to_nobody")


def test_whom_no_open_counter_calls_is_stuck(queue: Queue) -> None:
    operations.release_counter(queue.counters[1].id)
    rule = NewRule(1, group_id=queue.groups["B"], after_minutes=30)
    profile = profiles.save_profile(None, name_lo="ກ", name_en="", rules=[rule], helps_others=False)
    profiles.give_profile(queue.counters[0].id, profile.id)
    queue.person("A")
    queue.person("B")
    assert _stuck(supervision.hall_now()) == {"A001": "nobody_calls"}
    operations.release_counter(queue.counters[0].id)
    now = supervision.hall_now()
    assert (now.open_counters, now.stuck) == (0, [])


def test_a_ticket_whose_clerk_has_gone_is_stuck(queue: Queue) -> None:
    queue.person("A")
    operations.call_next(queue.centre, queue.counters[0].id, queue.clerks[0].id)
    with unit_of_work() as work:
        work.session.get_one(Counter, (queue.centre.id, queue.counters[0].id)).clerk_id = None
    assert _stuck(supervision.hall_now()) == {"A001": "clerk_gone"}


def test_what_an_earlier_day_left_open_is_stuck_and_not_in_the_queue(queue: Queue) -> None:
    queue.person("A", minutes=1)
    now = _later(24 * 60)
    assert (list(now.waiting), now.open_today) == ([], 0)
    assert _stuck(now) == {"A001": "earlier_day"}
    assert [count for _day, count in now.unclosed] == [1]


def test_the_panel_asks_as_often_for_many_as_for_few(queue: Queue, database: Database) -> None:
    asked = []

    def count(*_arguments: object) -> None:
        asked.append(1)

    numbers = []
    for _time in range(2):
        for letter in "ABC":
            for _person in range(4):
                queue.person(letter, minutes=50, for_clerk_id=queue.clerks[0].id)
        asked.clear()
        sqlalchemy_event.listen(database.reader, "before_cursor_execute", count)
        supervision.hall_now()
        sqlalchemy_event.remove(database.reader, "before_cursor_execute", count)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 25


# -- one ticket's life


def test_the_life_of_a_ticket_is_told_in_words_with_running_times(queue: Queue) -> None:
    lead = Actor("ນ. ຫົວໜ້າ", queue.clerks[1].id)
    with clock.use(lambda: NOON - timedelta(minutes=30)):
        ticket = operations.issue(queue.centre, queue.services["A"][0], files=3)
    _served(queue, "A001", since=20)
    to = operations.Destination(
        service_id=queue.services["B"][0], counter_id=queue.counters[1].id, place="first"
    )
    with clock.use(lambda: NOON - timedelta(minutes=5)), acting_as(lead):
        moved = operations.move(queue.centre, ticket.id, to, "the wrong desk")
    told = life.life_of(moved, "en")
    assert [step.what for step in told.steps] == [
        "Ticket issued", "Called", "Service started", "Moved by the supervisor",
    ]  # fmt: skip
    assert [step.counter for step in told.steps] == [None, 1, 1, 1]
    last = told.steps[-1]
    assert (last.who, last.clock) == ("ນ. ຫົວໜ້າ", "11:55:00")
    assert dict(last.details) == {
        "To the counter": "2",
        "To the service": "Service MOHA-01",
        "Reason": "the wrong desk",
        "Place in the queue": "At the front",
    }
    first, second = told.legs
    assert (first.waiting, first.serving, first.leg.outcome) == (600, 900, "transferred")
    assert (second.is_now, second.waiting, told.counter) == (True, 300, 2)


def test_a_ticket_is_found_by_what_people_say(queue: Queue) -> None:
    queue.person("A")
    queue.person("A")
    queue.person("B")
    day = NOON.date()
    assert labels(life.find(day, "")) == ["A001", "A002", "B001"]
    for text in ("A001", "a1", " a 001 ", "A-1"):
        assert labels(life.find(day, text)) == ["A001"], text
    assert labels(life.find(day, "1")) == ["A001", "B001"]
    for text in ("Z1", "99", "x", "A", "1; drop", "A" * 20, "9" * 20):
        assert life.find(day, text) == [], text
    assert life.find(day - timedelta(days=1), "A001") == []


def test_pages_that_follow_the_hall_look_again_each_minute(queue: Queue) -> None:
    marks = []
    for seconds in (0, 30, 61):
        moment = NOON + timedelta(seconds=seconds)
        with clock.use(lambda at=moment: at):
            marks.append(queries.queue_mark(queue.centre))
    assert marks[0] == marks[1] != marks[2]
