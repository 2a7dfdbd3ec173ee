"""What offices do about flags: the lifecycle turned round, seats, versions, days, reasons."""

import threading
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from odsc_counter.flags import operations, queries
from odsc_counter.flags.errors import HeldElsewhere, NobodyAbove, NobodyBelow, NotAnswered
from odsc_counter.flags.lifecycle import ANSWERED, CLOSED, LIFECYCLE, OPEN, SNOOZED
from odsc_counter.flags.models import Flag
from odsc_counter.flags.queries import Filters
from odsc_counter.places.models import Unit
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.lifecycle import NotAllowed
from odsc_counter.platform.tenancy import area_scope
from tests.flags.flagged import a_flag, as_it_is, events_of, moved, on
from tests.world import a_unit, a_user

FRIDAY = date(2026, 10, 9)
STATES = (None, OPEN, ANSWERED, SNOOZED, CLOSED)
ALLOWED = {
    "raise": {None: OPEN},
    "see_again": {OPEN: OPEN, ANSWERED: ANSWERED, SNOOZED: SNOOZED},
    "subside": {OPEN: OPEN, ANSWERED: ANSWERED, SNOOZED: SNOOZED},
    "assign": {OPEN: OPEN, ANSWERED: ANSWERED, SNOOZED: SNOOZED},
    "answer": {OPEN: ANSWERED, ANSWERED: ANSWERED, SNOOZED: ANSWERED},
    "snooze": {OPEN: SNOOZED, ANSWERED: SNOOZED},
    "wake": {SNOOZED: OPEN},
    "escalate": {OPEN: OPEN, ANSWERED: OPEN, SNOOZED: OPEN},
    "hand_back": {OPEN: OPEN, ANSWERED: OPEN, SNOOZED: OPEN},
    "close": {OPEN: CLOSED, ANSWERED: CLOSED},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", LIFECYCLE.verbs)
def test_every_verb_in_every_state(verb: str, state: str | None) -> None:
    if state in ALLOWED[verb]:
        assert LIFECYCLE.target(verb, state) == ALLOWED[verb][state]
    else:
        with pytest.raises(NotAllowed):
            LIFECYCLE.target(verb, state)


def unit(code: str) -> Unit:
    return a_unit(code)


def does(code: str, act: Callable[..., Flag], flag: Flag, *more: Any) -> Flag:
    """An office does something with the flag as it is now."""
    seat = unit(code)
    with on(FRIDAY), area_scope(seat.id):
        version = queries.flag_row(flag.id).flag.version
        return act(seat, flag.id, version, *more)


ANSWER = (operations.answer, "we look after it")
SNOOZE = (operations.snooze, "on the way", FRIDAY + timedelta(days=3))
ESCALATE = (operations.escalate, "needs the province")
HAND_BACK = (operations.hand_back, "yours to do")
CLOSE = (operations.close, "done and seen")
ASSIGN = (operations.assign, None)
DEEDS = {
    "answer": ANSWER, "snooze": SNOOZE, "assign": ASSIGN,
    "escalate": ESCALATE, "hand_back": HAND_BACK, "close": CLOSE,
}  # fmt: skip


def in_state(state: str) -> Flag:
    """A flag of the district that lies with the province in this state."""
    a_unit("LA0101")
    with on(FRIDAY):
        flag = a_flag(unit("LA0101"), holder_id=unit("LA01").id)
    if state == ANSWERED:
        return moved(flag, "answer", answer="before")
    if state == SNOOZED:
        return moved(flag, "snooze", snoozed_until=FRIDAY + timedelta(days=2))
    if state == CLOSED:
        return moved(flag, "close", closed_at=flag.raised_at, close_reason="before")
    return flag


@pytest.mark.parametrize("state", [OPEN, ANSWERED, SNOOZED, CLOSED])
def test_every_deed_in_every_state_does_what_the_table_says(database: Database, state: str) -> None:
    for verb, (act, *more) in DEEDS.items():
        flag = in_state(state)
        if state in ALLOWED[verb]:
            does("LA01", act, flag, *more)
            kept = as_it_is(flag.id, unit("LA"))
            assert kept.state == ALLOWED[verb][state], (verb, state)
            assert events_of(flag)[-1].verb == verb
        else:
            before = len(events_of(flag))
            with pytest.raises(AlreadyChanged):
                does("LA01", act, flag, *more)
            assert len(events_of(flag)) == before
        done = as_it_is(flag.id, unit("LA"))
        if done.state == SNOOZED:
            done = moved(done, "answer", snoozed_until=None)
        if done.state != CLOSED:  # the next one is about the same situation
            moved(done, "close", closed_at=flag.raised_at, close_reason="after")


@pytest.mark.parametrize("verb", DEEDS)
@pytest.mark.parametrize(
    ("seat", "refusal"),
    [
        ("LA0101", HeldElsewhere),  # whose flag it was
        ("LA", HeldElsewhere),
        ("LA0102", NotFound),
        ("LA02", NotFound),
    ],
)
def test_only_the_seat_that_holds_a_flag_acts(
    database: Database, verb: str, seat: str, refusal: type[DomainError]
) -> None:
    flag = in_state(OPEN)
    act, *more = DEEDS[verb]
    somewhere = unit(seat)
    with on(FRIDAY), area_scope(somewhere.id), pytest.raises(refusal):
        act(somewhere, flag.id, flag.version, *more)
    assert as_it_is(flag.id, unit("LA")).version == flag.version


def test_a_flag_goes_up_to_the_nation_and_back_down(database: Database) -> None:
    with on(FRIDAY):
        flag = a_flag(unit("LA0101"), owner_id=a_user().id)
    with pytest.raises(NobodyBelow):
        does("LA0101", *HAND_BACK[:1], flag, *HAND_BACK[1:])
    way = []
    for code, (act, words) in (
        ("LA0101", ESCALATE), ("LA01", ESCALATE), ("LA", HAND_BACK), ("LA01", HAND_BACK),
    ):  # fmt: skip
        kept = does(code, act, flag, words)
        way.append(kept.holder_id)
        assert (kept.place_id, kept.owner_id) == (unit("LA0101").id, None)
    assert way == [unit(code).id for code in ("LA01", "LA", "LA01", "LA0101")]
    told = [(e.data.get("from_unit"), e.data.get("to_unit")) for e in events_of(flag)[1:]]
    assert told == [("LA0101", "LA01"), ("LA01", "LA"), ("LA", "LA01"), ("LA01", "LA0101")]


def test_nobody_stands_above_the_nation(database: Database) -> None:
    flag = a_flag(unit("LA0101"), holder_id=unit("LA").id)
    with pytest.raises(NobodyAbove):
        does("LA", ESCALATE[0], flag, ESCALATE[1])


@pytest.mark.parametrize(
    ("act", "more", "field"),
    [
        (operations.answer, ("", None), "text"),
        (operations.answer, ("  ok  ", None), "text"),
        (operations.answer, ("x" * 2001, None), "text"),
        (operations.answer, ("we will", FRIDAY - timedelta(days=1)), "promised_on"),
        (operations.answer, ("we will", FRIDAY + timedelta(days=367)), "promised_on"),
        (operations.snooze, ("", FRIDAY + timedelta(days=1)), "reason"),
        (operations.snooze, ("because", FRIDAY), "until"),
        (operations.snooze, ("because", FRIDAY + timedelta(days=31)), "until"),
        (operations.escalate, ("",), "reason"),
        (operations.close, ("no",), "reason"),
        (operations.assign, (999_999,), "owner"),
    ],
)
def test_what_says_nothing_or_too_much_is_refused(
    database: Database, act: Callable[..., Flag], more: tuple[Any, ...], field: str
) -> None:
    with on(FRIDAY):
        flag = a_flag(unit("LA0101"))
    with pytest.raises(InvalidInput) as refusal:
        does("LA0101", act, flag, *more)
    assert set(refusal.value.fields) == {field}
    assert as_it_is(flag.id, unit("LA0101")).version == flag.version


def test_a_flag_is_given_to_people_of_the_seat_alone(database: Database) -> None:
    here = a_user(district_coordinator=unit("LA0101"))
    secretary = a_user(committee_secretary=unit("LA0101"))
    others = [
        a_user(district_coordinator=unit("LA0102")),
        a_user(province_coordinator=unit("LA01")),
        a_user(committee_member=unit("LA0101")),
    ]
    flag = a_flag(unit("LA0101"))
    assert {one.id for one in queries.people_of(unit("LA0101"))} == {here.id, secretary.id}
    assert does("LA0101", operations.assign, flag, here.id).owner_id == here.id
    for other in others:
        with pytest.raises(InvalidInput):
            does("LA0101", operations.assign, flag, other.id)
    assert does("LA0101", operations.assign, flag, None).owner_id is None


def test_the_own_office_answers_before_it_closes_what_lasts(database: Database) -> None:
    flag = a_flag(unit("LA0101"))
    with pytest.raises(NotAnswered):
        does("LA0101", CLOSE[0], flag, CLOSE[1])
    does("LA0101", ANSWER[0], flag, ANSWER[1])
    assert does("LA0101", CLOSE[0], flag, CLOSE[1]).close_reason == CLOSE[1]


def test_what_has_subsided_may_be_closed_at_once_and_a_level_above_may_close(
    database: Database,
) -> None:
    flag = moved(a_flag(unit("LA0101")), "subside", subsided_on=FRIDAY)
    assert does("LA0101", CLOSE[0], flag, CLOSE[1]).state == CLOSED
    above = a_flag(unit("LA0101"), holder_id=unit("LA01").id)
    assert does("LA01", CLOSE[0], above, CLOSE[1]).closed_at is not None


def test_of_two_people_at_once_one_is_told(database: Database) -> None:
    seat = unit("LA0101")
    flag = a_flag(seat)
    gate = threading.Barrier(2)
    outcomes: list[str] = []

    def run(words: str) -> None:
        gate.wait()
        with area_scope(seat.id):
            try:
                operations.answer(seat, flag.id, flag.version, words)
                outcomes.append("kept")
            except AlreadyChanged:
                outcomes.append("told")

    both = [threading.Thread(target=run, args=(f"answer number {n}",)) for n in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(outcomes) == ["kept", "told"]
    assert [event.verb for event in events_of(flag)] == ["raise", "answer"]


SEEN = {
    # who looks     the flags that they see
    "LA0101": {"LA0101"},
    "LA0102": {"LA0102"},
    "LA01": {"LA0101", "LA0102", "LA01"},
    "LA02": {"LA0201"},
    "LA0201": {"LA0201"},
    "LA": {"LA0101", "LA0102", "LA01", "LA0201"},
}


@pytest.mark.parametrize("looks", SEEN)
def test_who_sees_which_flags(database: Database, looks: str) -> None:
    flags = {
        code: a_flag(unit(code), holder_id=unit("LA").id)
        for code in ("LA0101", "LA0102", "LA01", "LA0201")
    }
    with area_scope(unit(looks).id):
        page = queries.listing(Filters())
        assert {row.place.code for row in page.rows} == SEEN[looks]
        assert page.total == queries.counts(Filters())["live"] == len(SEEN[looks])
        assert len(queries.for_file(Filters())) == len(SEEN[looks])
        for code, flag in flags.items():
            if code in SEEN[looks]:
                assert queries.flag_row(flag.id).place.code == code
            else:
                with pytest.raises(NotFound):
                    queries.flag_row(flag.id)


def test_an_agenda_proposes_the_live_flags_that_lie_with_its_own_unit(database: Database) -> None:
    province = unit("LA01")
    own = a_flag(unit("LA0101"), holder_id=province.id)
    a_flag(unit("LA0102"))
    closed = a_flag(province)
    moved(closed, "close", closed_at=closed.raised_at, close_reason="done")
    with area_scope(province.id):
        assert [row.flag.id for row in queries.for_agenda(province)] == [own.id]


def test_lists_show_what_is_asked_for_late_first(database: Database) -> None:
    here, province = unit("LA0101"), unit("LA01")
    yesterday = FRIDAY - timedelta(days=1)
    with on(FRIDAY):
        late = a_flag(here, answer_due_on=yesterday)
        fresh = a_flag(here, "voids_spike", figures={"measured": 300, "allowed": 200})
        promised = moved(a_flag(here, "fee_deviation"), "answer", promised_on=yesterday)
        asleep = moved(a_flag(here, "uncollected"), "snooze", snoozed_until=FRIDAY)
        a_flag(here, "silent_centre", holder_id=province.id)
    with on(FRIDAY), area_scope(province.id):

        def shown(*given: Any) -> set[uuid.UUID]:
            return {row.flag.id for row in queries.listing(Filters(*given)).rows}

        assert shown("late") == {late.id, promised.id}
        assert shown("snoozed") == {asleep.id}
        assert shown("live", "voids_spike") == {fresh.id}
        assert len(shown("live", "", 2)) == 4
        assert len(shown("live", "", 1)) == len(shown("live", "", None, province.id)) == 1
        assert {row.flag.id for row in queries.listing(Filters()).rows[:2]} == {
            late.id, promised.id,
        }  # fmt: skip
        assert queries.counts(Filters()) == {
            "live": 5, "late": 2, "open": 3, "answered": 1, "snoozed": 1, "closed": 0, "all": 5,
        }  # fmt: skip


def test_days_of_merely_being_found_again_are_told_once(database: Database) -> None:
    flag = a_flag(unit("LA0101"))
    for _ in range(3):
        moved(flag, "see_again")
    does("LA0101", ANSWER[0], flag, ANSWER[1])
    moved(flag, "see_again")
    with area_scope(unit("LA0101").id):
        told = [event.verb for event in queries.history(flag)]
    assert told == ["raise", "see_again", "answer", "see_again"]
