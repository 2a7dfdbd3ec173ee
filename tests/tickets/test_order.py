"""Who is next: the ratio, ageing, who comes back, who was sent; and that list and call agree."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from odsc_counter.platform.database import Database
from odsc_counter.platform.work import reading
from odsc_counter.tickets import counter_queries, profiles, queries
from odsc_counter.tickets.models import APPOINTMENT, FIRST, NORMAL, PRIORITY, Ticket
from odsc_counter.tickets.order import desk_of, in_calling_order, in_queue, next_statement
from odsc_counter.tickets.profiles import NewRule
from tests.tickets.queues import NOON, Queue, a_queue, labels

RATIOS = range(4)


@pytest.fixture
def queue(database: Database) -> Iterator[Queue]:
    with a_queue(ordinary_per_priority=2, ageing_minutes=45) as made:
        yield made


def test_after_one_with_priority_exactly_two_ordinary_people_are_called(queue: Queue) -> None:
    for _person in range(6):
        queue.person("A", minutes=10)
    for _person in range(3):
        queue.person("B", minutes=5, priority=PRIORITY)
    expected = ["B001", "A001", "A002", "B002", "A003", "A004", "B003", "A005", "A006"]
    assert queue.called(9) == expected


def test_the_list_shows_the_ratio_before_it_happens(queue: Queue) -> None:
    for _person in range(3):
        queue.person("A", minutes=10)
        queue.person("B", minutes=5, priority=PRIORITY)
    shown = labels(queries.waiting(queue.counters[0].id, queue.clerks[0].id))
    assert shown == ["B001", "A001", "A002", "B002", "A003", "B003"]
    assert queue.called(6) == shown


def test_each_counter_remembers_its_own_turn(queue: Queue) -> None:
    for _person in range(4):
        queue.person("A", minutes=10)
        queue.person("B", minutes=5, priority=PRIORITY)
    assert queue.called(2, place=0) == ["B001", "A001"]
    assert queue.called(2, place=1) == ["B002", "A002"]
    assert queue.called(2, place=0) == ["A003", "B003"]


def test_without_the_other_class_nobody_waits_for_the_ratio(queue: Queue) -> None:
    queue.person("A")
    queue.person("A")
    queue.remember(0)
    queue.person("B", priority=PRIORITY)
    assert queue.called(4) == ["A001", "A002", "B001", None]


def test_a_ratio_of_zero_lets_priority_always_go_first(database: Database) -> None:
    with a_queue(ordinary_per_priority=0) as queue:
        queue.person("A", minutes=40)
        queue.person("B", minutes=2, priority=PRIORITY)
        queue.person("B", minutes=1, priority=PRIORITY)
        assert queue.called(3) == ["B001", "B002", "A001"]


def test_who_waited_over_the_limit_counts_as_having_priority(queue: Queue) -> None:
    queue.person("A", minutes=45)
    queue.person("B", minutes=30, priority=PRIORITY)
    queue.person("A", minutes=44)
    queue.remember(2)
    first = queries.next_for(queue.counters[0].id, queue.clerks[0].id)
    assert first is not None
    assert (first.row.ticket.label, first.why) == ("A001", "waited_long")
    assert queue.called(3) == ["A001", "A002", "B001"]


def test_who_comes_back_is_called_before_all(queue: Queue) -> None:
    queue.person("A", minutes=60)
    queue.person("B", minutes=5, priority=PRIORITY)
    queue.person("C", minutes=3, priority=FIRST)
    queue.person("C", minutes=30, held_for=2)
    assert queue.called(4) == ["C001", "C002", "A001", "B001"]


def test_a_return_takes_nothing_from_the_ratio(queue: Queue) -> None:
    queue.remember(1)
    queue.person("C", priority=FIRST)
    queue.person("A", minutes=9)
    queue.person("B", minutes=8, priority=PRIORITY)
    assert queue.called(3) == ["C001", "A001", "B001"]


def test_who_was_sent_to_a_counter_or_clerk_is_called_there_alone(queue: Queue) -> None:
    queue.person("A", minutes=9)
    queue.person("B", minutes=1, for_counter_id=queue.counters[1].id)
    queue.person("B", minutes=1, for_clerk_id=queue.clerks[0].id)
    first = queries.next_for(queue.counters[0].id, queue.clerks[0].id)
    assert first is not None
    assert (first.row.ticket.label, first.why) == ("B002", "sent_here")
    assert queue.called(3, place=0) == ["B002", "A001", None]
    assert queue.called(2, place=1) == ["B001", None]


def test_a_hold_that_is_over_comes_back_to_every_counter(queue: Queue) -> None:
    queue.person("B", minutes=20, held_for=1, for_counter_id=queue.counters[1].id)
    seen = queries.next_for(queue.counters[0].id, queue.clerks[0].id)
    assert seen is not None
    assert (seen.row.ticket.label, seen.why) == ("B001", "returns")
    assert queue.call(0) == "B001"


def test_an_appointment_has_priority_from_its_own_time_on(queue: Queue) -> None:
    soon = NOON + timedelta(minutes=5)
    queue.person("B", minutes=2, priority=PRIORITY, reason=APPOINTMENT, priority_from=soon)
    queue.person("A", minutes=4)
    queue.person("C", minutes=1, priority=PRIORITY, reason=APPOINTMENT, priority_from=NOON)
    assert queue.called(3) == ["C001", "A001", "B001"]


# -- what the list shows is what the database finds is what is called


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """A small hall: who waits, by which rules, and what the first counter may call."""
    person = st.fixed_dictionaries(
        {
            "letter": st.sampled_from("AAABBC"),
            "service": st.integers(0, 1),
            "minutes": st.sampled_from([0, 1, 5, 9, 10, 11, 30, 44, 45, 46, 90]),
            "kind": st.sampled_from(
                ["plain"] * 4 + ["priority"] * 3 + ["later", "back", "held", "on hold"]
            ),
            "sent": st.sampled_from([None] * 6 + ["counter 0", "counter 1", "clerk 0", "clerk 1"]),
        }
    )
    rule = st.tuples(
        st.integers(1, 3), st.sampled_from(["A", "B", "C", "service"]), st.sampled_from([0, 0, 10])
    )
    return {
        "people": draw(st.lists(person, min_size=1, max_size=8)),
        "rules": draw(st.lists(rule, max_size=4)),
        "helps": draw(st.booleans()),
        "skills": draw(st.sets(st.sampled_from("ABC"))),
        "ratio": draw(st.sampled_from(RATIOS)),
        "since": draw(st.integers(0, 3)),
    }


def _fill(queue: Queue, world: dict[str, Any]) -> None:
    for person in world["people"]:
        more: dict[str, Any] = {}
        if person["sent"] is not None:
            what, place = person["sent"].split()
            key = {"counter": "for_counter_id", "clerk": "for_clerk_id"}[what]
            rows: list[Any] = queue.counters if what == "counter" else queue.clerks
            more[key] = rows[int(place)].id
        match person["kind"]:
            case "priority":
                more["priority"] = PRIORITY
            case "later":
                more |= {
                    "priority": PRIORITY,
                    "reason": APPOINTMENT,
                    "priority_from": NOON + timedelta(minutes=1),
                }
            case "back":
                more["priority"] = FIRST
            case "held":
                more["held_for"] = min(person["minutes"], 3)
            case "on hold":
                more["held_for"] = -5
            case _:
                more["priority"] = NORMAL
        service = person["service"] % len(queue.services[person["letter"]])
        queue.person(person["letter"], person["minutes"], service=service, **more)
    if world["rules"]:
        profile = profiles.save_profile(
            None,
            name_lo="ກຸ່ມ",
            name_en="Some",
            helps_others=world["helps"],
            rules=[
                NewRule(place, service_id=queue.services["A"][1], after_minutes=after)
                if what == "service"
                else NewRule(place, group_id=queue.groups[what], after_minutes=after)
                for place, what, after in world["rules"]
            ],
        )
        profiles.give_profile(queue.counters[0].id, profile.id)
    if world["skills"]:
        chosen = {queue.groups[letter] for letter in world["skills"]}
        profiles.set_skills(queue.clerks[0].id, chosen)
    queue.remember(world["since"])


MADE = {"queues": 0}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds())
def test_list_statement_and_call_agree(database: Database, world: dict[str, Any]) -> None:
    MADE["queues"] += 1
    code = f"LA{MADE['queues'] // 90 % 90 + 10}{MADE['queues'] % 90 + 10}"
    with a_queue(code, ordinary_per_priority=world["ratio"], ageing_minutes=45) as queue:
        _fill(queue, world)
        counter, clerk = queue.counters[0], queue.clerks[0]
        with reading() as session:
            rules = queue.rules()
            desk = desk_of(session, counter_queries.counter(counter.id), clerk.id)
            found = list(session.scalars(select(Ticket).where(in_queue(rules, NOON.date(), NOON))))
            listed = labels(in_calling_order(found, rules, NOON, desk.since_priority, desk))
            first = session.execute(next_statement(desk, rules, NOON.date(), NOON).limit(1)).first()
        event(f"{min(len(listed), 4)} may be called")
        assert listed[:1] == ([first[0].label] if first is not None else [])
        assert queue.called(len(listed) + 1) == [*listed, None]
