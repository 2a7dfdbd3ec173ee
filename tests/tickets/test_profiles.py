"""Work profiles and skills: whom a counter calls, in which order, and who is left to others."""

from collections.abc import Iterator

import pytest

from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.tickets import profiles
from odsc_counter.tickets.models import FIRST, PRIORITY
from odsc_counter.tickets.profiles import NewRule
from tests.tickets.queues import Queue, a_queue
from tests.world import a_user


@pytest.fixture
def queue(database: Database) -> Iterator[Queue]:
    with a_queue(ordinary_per_priority=2, ageing_minutes=45) as made:
        yield made


def _work_by(queue: Queue, *rules: NewRule, helps_others: bool = False, place: int = 0) -> None:
    profile = profiles.save_profile(
        None, name_lo=f"ໜ້າທີ່ {place}", name_en="Work", rules=rules, helps_others=helps_others
    )
    profiles.give_profile(queue.counters[place].id, profile.id)


def test_a_counter_without_a_profile_calls_everybody(queue: Queue) -> None:
    queue.person("C", minutes=3)
    queue.person("A", minutes=2)
    assert queue.called(3) == ["C001", "A001", None]


def test_rules_are_tried_in_their_order_whoever_came_first(queue: Queue) -> None:
    _work_by(queue, NewRule(1, group_id=queue.groups["B"]), NewRule(2, group_id=queue.groups["A"]))
    queue.person("A", minutes=9)
    queue.person("C", minutes=8)
    queue.person("B", minutes=7)
    queue.person("A", minutes=6)
    assert queue.called(4) == ["B001", "A001", "A002", None]


def test_rules_of_the_same_place_are_one(queue: Queue) -> None:
    _work_by(queue, NewRule(1, group_id=queue.groups["B"]), NewRule(1, group_id=queue.groups["A"]))
    queue.person("A", minutes=9)
    queue.person("B", minutes=7)
    queue.person("A", minutes=6)
    assert queue.called(3) == ["A001", "B001", "A002"]


def test_a_rule_for_one_service_leaves_the_rest_of_its_group(queue: Queue) -> None:
    _work_by(queue, NewRule(1, service_id=queue.services["A"][1]))
    queue.person("A", minutes=9, service=0)
    queue.person("A", minutes=8, service=1)
    assert queue.called(2) == ["A002", None]


def test_a_rule_with_a_wait_holds_once_somebody_waited_so_long(queue: Queue) -> None:
    _work_by(
        queue,
        NewRule(1, group_id=queue.groups["B"], after_minutes=10),
        NewRule(2, group_id=queue.groups["A"]),
    )
    queue.person("B", minutes=10)
    queue.person("B", minutes=9)
    queue.person("A", minutes=2)
    assert queue.called(3) == ["B001", "A001", None]


def test_the_fallback_helps_all_others_when_no_rule_finds_anybody(queue: Queue) -> None:
    _work_by(queue, NewRule(1, group_id=queue.groups["B"]), helps_others=True)
    queue.person("A", minutes=9)
    queue.person("C", minutes=20)
    queue.person("B", minutes=1)
    assert queue.called(4) == ["B001", "C001", "A001", None]


def test_within_a_rule_priority_and_ratio_hold(queue: Queue) -> None:
    _work_by(queue, NewRule(1, group_id=queue.groups["A"]))
    for _person in range(3):
        queue.person("A", minutes=9)
    queue.person("A", minutes=2, priority=PRIORITY)
    queue.person("A", minutes=1, priority=PRIORITY)
    assert queue.called(5) == ["A004", "A001", "A002", "A005", "A003"]


def test_who_comes_back_goes_before_the_order_of_rules_but_only_where_they_are_served(
    queue: Queue,
) -> None:
    _work_by(queue, NewRule(1, group_id=queue.groups["B"]), NewRule(2, group_id=queue.groups["A"]))
    queue.person("B", minutes=9)
    queue.person("A", minutes=1, priority=FIRST)
    queue.person("C", minutes=1, priority=FIRST)
    assert queue.called(3) == ["A001", "B001", None]


def test_who_was_sent_here_comes_whatever_the_rules_and_skills_say(queue: Queue) -> None:
    _work_by(queue, NewRule(1, group_id=queue.groups["B"]))
    profiles.set_skills(queue.clerks[0].id, [queue.groups["B"]])
    queue.person("B", minutes=9)
    queue.person("C", minutes=1, for_counter_id=queue.counters[0].id)
    assert queue.called(2) == ["C001", "B001"]


def test_skills_narrow_what_a_clerk_calls_even_as_a_helper(queue: Queue) -> None:
    _work_by(queue, NewRule(1, group_id=queue.groups["B"]), helps_others=True)
    profiles.set_skills(queue.clerks[0].id, [queue.groups["A"], queue.groups["B"]])
    queue.person("C", minutes=9)
    queue.person("A", minutes=8)
    assert queue.called(2, place=0) == ["A001", None]
    assert queue.called(1, place=1) == ["C001"]
    profiles.set_skills(queue.clerks[0].id, [])
    queue.person("C", minutes=2)
    assert queue.called(1, place=0) == ["C002"]


def test_a_profile_that_is_removed_lets_its_counters_call_everybody(queue: Queue) -> None:
    _work_by(queue, NewRule(1, group_id=queue.groups["B"]))
    (row,) = profiles.profiles()
    assert row.counters == (1,)
    queue.person("C")
    assert queue.call() is None
    profiles.remove_profile(row.profile.id)
    assert queue.call() == "C001"
    with pytest.raises(NotFound):
        profiles.remove_profile(row.profile.id)


def test_a_profile_is_changed_in_place_and_its_name_is_its_own(queue: Queue) -> None:
    _work_by(queue, NewRule(1, group_id=queue.groups["B"]))
    _work_by(queue, NewRule(1, group_id=queue.groups["C"]), place=1)
    first, second = profiles.profiles()
    a_rule = [NewRule(1, group_id=queue.groups["A"], after_minutes=5)]
    with pytest.raises(InvalidInput) as refused:
        profiles.save_profile(
            second.profile.id,
            name_lo=first.profile.name_lo,
            name_en="",
            rules=a_rule,
            helps_others=True,
        )
    assert set(refused.value.fields) == {"name_lo"}
    profiles.save_profile(
        second.profile.id, name_lo="ໃໝ່", name_en="", rules=a_rule, helps_others=True
    )
    kept = {row.profile.name_lo: row for row in profiles.profiles()}["ໃໝ່"]
    assert kept.profile.id == second.profile.id
    assert [(rule.group_id, rule.after_minutes) for rule in kept.rules] == [(queue.groups["A"], 5)]
    assert kept.counters == (2,)


def test_a_profile_holds_only_what_the_centre_has(queue: Queue) -> None:
    with a_queue("LA0202") as other:
        foreign = other.groups["A"]
    for rule in (NewRule(1, group_id=foreign), NewRule(1, service_id=999_999)):
        with pytest.raises(NotFound):
            profiles.save_profile(None, name_lo="ກ", name_en="", rules=[rule], helps_others=False)
    for rules in ([], [NewRule(1, group_id=queue.groups["A"], after_minutes=601)]):
        with pytest.raises(InvalidInput):
            profiles.save_profile(None, name_lo="ກ", name_en="", rules=rules, helps_others=False)
    assert profiles.profiles() == []


def test_skills_are_given_to_the_clerks_of_this_centre_alone(queue: Queue) -> None:
    with pytest.raises(NotFound):
        profiles.set_skills(a_user().id, [queue.groups["A"]])
    with pytest.raises(NotFound):
        profiles.set_skills(queue.clerks[0].id, [queue.counters[0].id])
    names = {user.id for user, _skills in profiles.clerks()}
    assert names == {clerk.id for clerk in queue.clerks}
