"""The sweep: raised once, seen again, subsided, woken, passed up by silence, never closed."""

import threading
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from odsc_counter.flags import operations, settings
from odsc_counter.flags.lifecycle import ANSWERED, CLOSED, OPEN, SNOOZED
from odsc_counter.flags.models import Flag
from odsc_counter.flags.sweeping import sweep
from odsc_counter.monitoring.load_models import CentreHour, CentreOffice
from odsc_counter.monitoring.models import CentreDay, CentreNow
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import (
    Actor,
    acting_as,
    area_scope,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import unit_of_work
from tests.flags.flagged import all_flags, as_it_is, events_of, on
from tests.world import a_centre, a_ministry, a_unit

FRIDAY = date(2026, 10, 9)
NOTHING: dict[str, int] = dict.fromkeys(
    (c.name for c in CentreOffice.__table__.columns if c.name not in
     {"centre_id", "ministry_id", "level", "computed_at"}), 0
)  # fmt: skip


def tills_open(centre: Centre, count: int) -> None:
    """So many tills were left open at the centre, says its rollup."""
    with centre_scope(centre.id), unit_of_work() as work:
        now = work.session.get(CentreNow, centre.id)
        if now is None:
            names = {
                c.name: 0
                for c in CentreNow.__table__.columns
                if c.name not in {"centre_id", "day", "computed_at"}
            }
            now = CentreNow(day=clock.today(), computed_at=clock.now(), **names)
            work.session.add(now)
        now.tills_left_open = count


def speaks(centre: Centre, days: int = 35) -> None:
    """The centre has figures on each of the last days, so that it isn't silent."""
    names = {
        c.name: 0
        for c in CentreDay.__table__.columns
        if c.name not in {"centre_id", "day", "computed_at"}
    }
    with centre_scope(centre.id), unit_of_work() as work:
        for back in range(days):
            day = FRIDAY + timedelta(days=30 - back)
            work.session.add(CentreDay(day=day, computed_at=clock.now(), **names))


def an_office(centre: Centre, **figures: int) -> None:
    ministry = a_ministry("MAE")
    with centre_scope(centre.id), unit_of_work() as work:
        work.session.add(
            CentreOffice(
                ministry_id=ministry.id,
                level="district",
                computed_at=clock.now(),
                **{**NOTHING, **figures},
            )
        )


@pytest.fixture
def centre(database: Database) -> Centre:
    centre = a_centre("LA0101")
    speaks(centre, 70)
    return centre


def district() -> Unit:
    return a_unit("LA0101")


def swept(day: date) -> Counter[str]:
    with on(day):
        return +sweep()


def the_flag() -> Flag:
    (flag,) = all_flags(a_unit("LA"))
    return flag


def test_without_a_country_there_is_nothing_to_sweep(database: Database) -> None:
    assert sweep() == Counter()


def test_late_files_of_one_office_raise_one_flag_in_the_centres_unit(centre: Centre) -> None:
    an_office(centre, files_open=9, overdue=5, over_standard=2, held_longest=12)
    assert swept(FRIDAY) == {"raise": 1}
    flag = the_flag()
    assert (flag.rule, flag.subject) == ("office_slow", "LA0101/MAE/district")
    assert (flag.place_id, flag.holder_id) == (district().id, district().id)
    assert (flag.about_centre_id, flag.office_level) == (centre.id, "district")
    assert flag.ministry_id == a_ministry("MAE").id
    assert flag.figures["measured"] == 5
    assert flag.answer_due_on == date(2026, 10, 14)  # three working days after a Friday


def test_a_sweep_twice_does_nothing_more_on_the_same_day(centre: Centre) -> None:
    tills_open(centre, 2)
    assert swept(FRIDAY) == {"raise": 1}
    assert swept(FRIDAY) == {}
    assert swept(FRIDAY + timedelta(days=1)) == {"see_again": 1}
    assert [event.verb for event in events_of(the_flag())] == ["raise", "see_again"]


def test_two_sweeps_at_once_raise_one_flag(database: Database) -> None:
    for number in range(1, 6):
        tills_open(a_centre(f"LA010{number}"), 2)
    gate = threading.Barrier(2)
    done: list[Counter[str]] = []
    wrong: list[BaseException] = []

    def run() -> None:
        gate.wait()
        try:
            done.append(sweep())
        except BaseException as error:
            wrong.append(error)

    both = [threading.Thread(target=run) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert wrong == []
    tills = [flag for flag in all_flags(a_unit("LA")) if flag.rule == "till_left_open"]
    assert len(tills) == 5
    assert sum(one["raise"] for one in done) == len(all_flags(a_unit("LA")))
    assert all(len(events_of(flag)) == 1 for flag in tills)


def test_what_is_no_longer_found_subsides_and_stays_until_somebody_closes_it(
    centre: Centre,
) -> None:
    tills_open(centre, 2)
    swept(FRIDAY)
    tills_open(centre, 0)
    assert swept(FRIDAY + timedelta(days=3)) == {"subside": 1}
    flag = the_flag()
    assert (flag.state, flag.subsided_on) == (OPEN, FRIDAY + timedelta(days=3))
    # Months of silence change nothing: it is not passed up, and above all not closed.
    assert swept(FRIDAY + timedelta(days=90)) == {"raise": 1}  # by now the centre is silent
    assert as_it_is(flag.id, district()).state == OPEN
    tills_open(centre, 3)
    swept(FRIDAY + timedelta(days=91))
    found = as_it_is(flag.id, district())
    assert (found.subsided_on, found.figures["measured"]) == (None, 3)


def test_silence_passes_a_flag_up_level_by_level_and_says_so(centre: Centre) -> None:
    tills_open(centre, 1)
    swept(FRIDAY)
    assert "escalate" not in swept(date(2026, 10, 13))  # the last day for the answer
    assert swept(date(2026, 10, 14)) == {"see_again": 1, "escalate": 1}
    flag = the_flag()
    assert (flag.state, flag.holder_id) == (OPEN, a_unit("LA01").id)
    assert flag.answer_due_on == date(2026, 10, 16)
    last = events_of(flag)[-1]
    assert (last.verb, last.data["by_silence"]) == ("escalate", True)
    assert (last.data["from_unit"], last.data["to_unit"]) == ("LA0101", "LA01")
    assert swept(date(2026, 10, 19))["escalate"] == 1
    assert the_flag().holder_id == a_unit("LA").id
    assert swept(date(2026, 11, 2)) == {"see_again": 1}  # nobody stands above the nation
    assert the_flag().state == OPEN


def test_an_answer_in_time_keeps_a_flag_where_it_is(centre: Centre) -> None:
    tills_open(centre, 1)
    swept(FRIDAY)
    answer(the_flag())
    assert swept(date(2026, 10, 20)) == {"see_again": 1}
    assert (the_flag().state, the_flag().holder_id) == (ANSWERED, district().id)


def test_a_flag_that_was_put_aside_wakes_by_itself(centre: Centre) -> None:
    tills_open(centre, 1)
    swept(FRIDAY)
    flag = the_flag()
    with on(FRIDAY), area_scope(district().id):
        operations.snooze(
            district(), flag.id, flag.version, "on the way", FRIDAY + timedelta(days=4)
        )
    assert "wake" not in swept(date(2026, 10, 12))
    assert the_flag().state == SNOOZED
    assert swept(date(2026, 10, 13))["wake"] == 1
    assert (the_flag().state, the_flag().snoozed_until) == (OPEN, None)
    assert the_flag().answer_due_on == date(2026, 10, 15)


def answer(flag: Flag, words: str = "we look after it") -> Flag:
    with on(FRIDAY), area_scope(district().id), acting_as(Actor("coordinator")):
        return operations.answer(district(), flag.id, flag.version, words)


def test_what_was_closed_rests_five_working_days_unless_it_gets_worse(centre: Centre) -> None:
    tills_open(centre, 2)
    swept(FRIDAY)
    flag = answer(the_flag())
    with on(FRIDAY), area_scope(district().id):
        operations.close(district(), flag.id, flag.version, "counted again, all is well")
    assert swept(date(2026, 10, 16)) == {}  # the fifth working day
    tills_open(centre, 3)
    assert swept(date(2026, 10, 16)) == {"raise": 1}
    states = [one.state for one in all_flags(a_unit("LA"))]
    assert sorted(states) == [CLOSED, OPEN]


def test_what_is_closed_and_lasts_is_raised_again_after_its_rest(centre: Centre) -> None:
    tills_open(centre, 2)
    swept(FRIDAY)
    flag = answer(the_flag())
    with on(FRIDAY), area_scope(district().id):
        operations.close(district(), flag.id, flag.version, "counted again, all is well")
    assert swept(date(2026, 10, 19)) == {"raise": 1}


SET = {"is_on": True, "threshold": 3, "answer_days": 7}


@pytest.mark.parametrize(
    ("set_in", "threshold"),
    [
        ({}, 1),
        ({"LA": {"threshold": 5}}, 5),
        ({"LA": {"threshold": 5}, "LA01": {"threshold": 4}}, 4),
        ({"LA": {"threshold": 5}, "LA01": {"threshold": 4}, "LA0101": {"threshold": 3}}, 3),
        ({"LA02": {"threshold": 9}, "LA0102": {"threshold": 9}}, 1),
        ({"LA": {"threshold": 5}, "LA0101": {"is_on": False}}, None),
    ],
)
def test_the_nearest_unit_upward_sets_the_threshold(
    centre: Centre, set_in: dict[str, dict[str, Any]], threshold: int | None
) -> None:
    for code, values in set_in.items():
        unit = a_unit(code)
        with area_scope(unit.id):
            settings.set_rule(unit, "till_left_open", **{**SET, **values})
    tills_open(centre, (threshold or 9) - (0 if threshold is None else 1))
    assert swept(FRIDAY) == {}
    if threshold is not None:
        tills_open(centre, threshold)
        assert swept(FRIDAY) == {"raise": 1}
        assert the_flag().figures["allowed"] == threshold


def test_a_rule_that_is_switched_off_lets_its_flags_subside(centre: Centre) -> None:
    tills_open(centre, 2)
    swept(FRIDAY)
    with area_scope(district().id):
        settings.set_rule(district(), "till_left_open", **{**SET, "is_on": False})
    assert swept(FRIDAY) == {"subside": 1}
    with area_scope(district().id):
        settings.return_to_above(district(), "till_left_open")
    assert swept(FRIDAY) == {"see_again": 1}


def test_a_centre_that_has_closed_for_good_raises_nothing(centre: Centre) -> None:
    other = a_centre("LA0102")
    tills_open(other, 2)
    assert swept(FRIDAY)["raise"] == 2  # its till, and its silence
    with reference_scope(), unit_of_work() as work:
        work.session.get_one(Centre, other.id).closed_on = FRIDAY
    assert swept(FRIDAY) == {"subside": 2}


def has(centre: Centre, first: date, last: date, **figures: int) -> None:
    """The centre has figures on each open day of these, the rest of them nought."""
    nought = {
        c.name: 0
        for c in CentreDay.__table__.columns
        if c.name not in {"centre_id", "day", "computed_at"}
    }
    with reference_scope():
        calendar = working_calendar()
    with centre_scope(centre.id), unit_of_work() as work:
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if calendar.is_open_day(day):
                values = {**nought, **figures}
                work.session.add(CentreDay(day=day, computed_at=clock.now(), **values))


YESTERDAY = FRIDAY - timedelta(days=1)
LAST_WEEK = FRIDAY - timedelta(days=7)
LONG_AGO = FRIDAY - timedelta(days=63)


def of_rule(rule: str) -> list[Flag]:
    return [flag for flag in all_flags(a_unit("LA")) if flag.rule == rule]


def test_a_sudden_change_is_raised_once_and_is_for_the_centres_unit(database: Database) -> None:
    centre = a_centre("LA0101")
    has(centre, LONG_AGO, LAST_WEEK - timedelta(days=1), visits=60, revenue_kip=900_000)
    has(centre, LAST_WEEK, YESTERDAY, visits=24, revenue_kip=900_000)
    assert swept(FRIDAY) == {"raise": 1}
    assert swept(FRIDAY) == {}
    (flag,) = of_rule("sudden_change")
    assert (flag.subject, flag.holder_id) == ("LA0101", district().id)
    assert flag.figures["visits_change"] == -60
    assert "revenue_kip_change" not in flag.figures
    assert flag.answer_due_on == date(2026, 10, 16)


def test_a_new_centre_has_not_changed_and_misses_no_days(database: Database) -> None:
    centre = a_centre("LA0101")
    has(centre, LAST_WEEK - timedelta(days=14), LAST_WEEK - timedelta(days=1), visits=60)
    has(centre, LAST_WEEK, YESTERDAY, visits=24)
    assert swept(FRIDAY) == {}


def test_days_that_are_missing_between_others_are_raised_and_entered_later_subside(
    database: Database,
) -> None:
    centre = a_centre("LA0101")
    gap = LAST_WEEK + timedelta(days=3), LAST_WEEK + timedelta(days=5)  # Monday to Wednesday
    has(centre, LONG_AGO, gap[0] - timedelta(days=1), visits=10)
    has(centre, gap[1] + timedelta(days=1), YESTERDAY, visits=10)
    assert swept(FRIDAY) == {"raise": 1}
    (flag,) = of_rule("days_missing")
    assert flag.figures["measured"] == 3
    has(centre, *gap, visits=10)
    assert swept(FRIDAY) == {"subside": 1}


def test_times_that_were_written_by_hand_and_numbers_at_night_are_raised(
    database: Database,
) -> None:
    by_hand, by_night = a_centre("LA0101"), a_centre("LA0102")
    for centre, unreliable in ((by_hand, 6), (by_night, 1)):
        has(centre, LONG_AGO, YESTERDAY, tickets=10, unreliable=unreliable, asked=10, visits=10)
    with centre_scope(by_night.id), unit_of_work() as work:
        for hour, arrivals in ((2, 30), (6, 10), (19, 10), (20, 30), (9, 20)):
            work.session.add(
                CentreHour(
                    month=date(2026, 10, 1), hour=hour, arrivals=arrivals, calls=0,
                    open_seconds=0, computed_at=clock.now(),
                )
            )  # fmt: skip
    assert swept(FRIDAY) == {"raise": 2}
    one, other = of_rule("unreliable_times")
    assert (one.subject, one.figures["unreliable_share"]) == ("LA0101", 60)
    assert (other.subject, other.figures["measured"], other.figures["off_hours"]) == (
        "LA0102", 60, 60
    )  # fmt: skip


def test_thresholds_of_a_unit_hold_for_these_rules_too(database: Database) -> None:
    centre = a_centre("LA0101")
    has(centre, LONG_AGO, YESTERDAY, tickets=10, unreliable=3, asked=10, visits=10)
    with area_scope(a_unit("LA01").id):
        settings.set_rule(
            a_unit("LA01"), "unreliable_times", is_on=True, threshold=35, answer_days=2
        )
    assert swept(FRIDAY) == {}
