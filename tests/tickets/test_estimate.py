"""The wait estimate: a range from what the hall did, never an invented number."""

import random
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import counters, estimate, operations, profiles, queries
from odsc_counter.tickets.capacity import Ability, Capacity, Hall, Situation, Spell, usual_day
from odsc_counter.tickets.estimate import Range, rounded
from odsc_counter.tickets.forecast import Model
from odsc_counter.tickets.models import DeskSpell, ServiceLeg, Ticket, Visit
from odsc_counter.tickets.pace import Leg, learn
from odsc_counter.tickets.profiles import NewRule
from odsc_counter.tickets.replay import Watch
from tests.tickets.hall import Hall as SmallHall
from tests.tickets.hall import a_hall
from tests.tickets.hall_day import DAY, EIGHT
from tests.world import a_service

MINUTE = 60
GROUP, ELSEWHERE = uuid.UUID(int=1), uuid.UUID(int=2)
COUNTERS = (uuid.UUID(int=11), uuid.UUID(int=12))


@pytest.fixture(autouse=True)
def _forget() -> None:
    estimate.forget()


def past_day(day: date, seed: int, minutes: float = 10.0) -> tuple[list[Leg], list[Spell], int]:
    """A made-up day with two counters; people come faster than they are served, until four."""
    rng = random.Random(seed)
    midnight = int(clock.start_of_day(day).timestamp())
    begins = midnight + 8 * 3600
    free = dict.fromkeys(COUNTERS, begins)
    legs, arrives = [], begins
    while arrives < begins + 7 * 3600:
        counter = min(free, key=lambda one: free[one])
        called = max(free[counter], arrives)
        busy = int(rng.uniform(0.5, 1.5) * minutes * MINUTE)
        free[counter] = called + busy + 20
        legs.append(
            Leg(
                day=day,
                service_id=1,
                group_id=GROUP,
                is_first=True,
                is_priority=False,
                is_reliable=True,
                queued=arrives,
                called=called,
                ended=called + busy,
                busy=busy,
                was_held=False,
                counter_id=counter,
                clerk_id=COUNTERS.index(counter) + 1,
            )
        )
        arrives += int(rng.expovariate(1 / (minutes * MINUTE / 2)))
    spells = [
        Spell(counter, place, day, True, begins, begins + 9 * 3600)
        for place, counter in enumerate(COUNTERS, start=1)
    ]
    return legs, spells, midnight


def a_model(days: int = 12, minutes: float = 10.0) -> Model:
    legs: list[Leg] = []
    spells: list[Spell] = []
    midnights = {}
    for number in range(days):
        day = DAY - timedelta(days=number + 1)
        of_day, at_desks, midnight = past_day(day, number, minutes)
        legs += of_day
        spells += at_desks
        midnights[day] = midnight
    return Model(Hall(2, 2700, dict.fromkeys(COUNTERS, Ability())), legs, spells, midnights)


def now(ahead: int, *, open_speed: float = 2.0, idle: int = 0, hour: float = 9.0) -> Situation:
    return Situation(
        second=int(hour * 3600),
        ahead=ahead,
        is_priority=False,
        cycle=600.0,
        open_speed=open_speed,
        seated_speed=2.0,
        idle=idle,
        counters=frozenset(COUNTERS),
    )


# -- what is learnt


def test_the_pace_is_the_time_from_one_call_to_the_next() -> None:
    legs, _spells, _midnight = past_day(DAY, 3)
    pace = learn(legs)
    assert pace.is_known == (len(legs) >= 50)
    assert pace.gap == pytest.approx(20, abs=1)
    busy = sum(leg.busy for leg in legs) / len(legs)
    assert pace.mean == pytest.approx(busy + 20, rel=0.01)


def test_a_slow_service_and_a_slow_clerk_are_told_apart() -> None:
    legs = []
    for number in range(400):
        service, clerk = number % 2 + 1, number // 2 % 2 + 1
        busy = 300 * service * (2 if clerk == 2 else 1)
        at = 1_000_000 + number * 3600
        legs.append(
            Leg(
                DAY, service, GROUP, True, False, True, at, at, at + busy, busy, False,
                COUNTERS[clerk - 1], clerk,
            )
        )  # fmt: skip
    pace = learn(legs)
    assert pace.cycle(2) / pace.cycle(1) == pytest.approx(2, rel=0.1)
    assert pace.speed(1) / pace.speed(2) == pytest.approx(2, rel=0.15)


def test_the_longer_the_queue_the_longer_the_wait_and_the_wider_the_range() -> None:
    model = a_model()
    found = [model.forecast(now(ahead)) for ahead in (1, 3, 6)]
    highs = [one.high for one in found if one is not None]
    assert len(highs) == 3
    assert highs == sorted(highs)
    for one in found:
        assert one is not None and one.low <= one.middle <= one.high


def test_the_range_holds_about_four_of_five_of_a_day_that_it_never_saw() -> None:
    model = a_model(20)
    held = asked = 0
    for seed in range(100, 106):
        legs, spells, midnight = past_day(DAY, seed)
        for leg, situation in Watch(model.hall, model.pace, midnight).arrivals(legs, spells):
            found = model.forecast(situation)
            if found is None or leg.called is None:
                continue
            told = rounded(found.low, found.high)
            asked += 1
            held += told.low_minutes <= (leg.called - leg.queued) / 60 <= told.high_minutes
    assert asked > 200
    assert 0.7 <= held / asked <= 0.97


def test_nothing_is_known_of_a_hall_that_saw_few_people() -> None:
    legs, spells, midnight = past_day(DAY, 1)
    model = Model(Hall(2, 2700), legs[:40], spells, {DAY: midnight})
    assert model.forecast(now(2)) is None


def test_a_free_counter_means_hardly_any_wait() -> None:
    found = a_model().forecast(now(0, idle=1))
    assert found is not None
    assert found.middle < MINUTE


def test_nobody_is_called_during_the_meal() -> None:
    midnight = int(clock.start_of_day(DAY).timestamp())
    hours = {(8, 12): True, (12, 13): False, (13, 16): True}
    spells = [
        Spell(counter, 1, DAY, is_open, midnight + begins * 3600, midnight + ends * 3600)
        for counter in COUNTERS
        for (begins, ends), is_open in hours.items()
    ]
    day = usual_day(spells, {DAY: midnight})
    before_noon = Capacity(day, now(0, hour=11.5))
    assert before_noon.until(2 * 20 * MINUTE) == pytest.approx(20 * MINUTE, abs=5)
    assert before_noon.until(2 * 40 * MINUTE) == pytest.approx(100 * MINUTE, abs=5)
    at_the_meal = Capacity(day, now(0, open_speed=0.0, hour=12.5))
    assert at_the_meal.until(10 * MINUTE) == pytest.approx(35 * MINUTE, abs=5)
    # Who is still there after hours is served at the same pace.
    assert Capacity(day, now(0, hour=15.9)).until(2 * 30 * MINUTE) == pytest.approx(1800, abs=5)


def test_no_work_takes_no_time_and_nobody_there_never_ends() -> None:
    day = usual_day([], {})
    assert Capacity(day, now(0)).until(0) == 0
    assert Capacity(day, now(0)).within(0) == 0
    assert Capacity(day, now(0, open_speed=0.0)).until(60) is None


def test_a_rehearsal_in_no_time_breaks_nothing() -> None:
    legs = [
        replace(leg, called=leg.queued, ended=leg.queued, busy=0)
        for number in range(9)
        for leg in past_day(DAY - timedelta(days=number + 1), number)[0]
    ]
    model = Model(Hall(2, 2700), legs, [], {})
    assert model.forecast(now(3)) is None or model.pace.is_known


def test_priority_overtakes_by_the_ratio() -> None:
    hall = Hall(2, 2700)
    assert hall.ahead(True, 0, 9) == 0
    assert hall.ahead(True, 2, 9) == 2 + 4
    assert hall.ahead(False, 5, 4) == 4 + 3
    assert Hall(0, 2700).ahead(False, 5, 4) == 9


def test_who_waits_elsewhere_is_no_rival() -> None:
    only = Ability(frozenset({GROUP}))
    hall = Hall(2, 2700, {COUNTERS[0]: only, COUNTERS[1]: Ability(frozenset({ELSEWHERE}))})
    assert hall.can(COUNTERS[0], None, GROUP, 1)
    assert not hall.can(COUNTERS[1], None, GROUP, 1)
    assert not hall.pool(GROUP, 1).can(ELSEWHERE, 2)
    assert not Hall(2, 2700, {}, {7: only}).can(COUNTERS[0], 7, ELSEWHERE, 2)


def test_minutes_are_exact_below_ten_and_in_fives_above() -> None:
    assert rounded(61, 9 * 60 - 5) == Range(1, 9)
    assert rounded(13 * 60, 31 * 60) == Range(10, 35)
    assert rounded(0, 0) == Range(0, 1)


# -- asked in a hall


@pytest.fixture
def hall(database: Database) -> SmallHall:
    with clock.use(lambda: EIGHT):
        return a_hall("LA0101", counters=2)


def fill_past(hall: SmallHall, days: int = 12) -> None:
    """Write made-up days before the present one into the hall's records."""
    with centre_scope(hall.centre.id), unit_of_work() as work:
        group = queries.service_groups()[0].id
        for number in range(days):
            day = DAY - timedelta(days=number + 1)
            legs, spells, _midnight = past_day(day, number)
            for place, leg in enumerate(legs, start=1):
                _write(work.session, hall, group, day, place, leg)
            for place, spell in enumerate(spells):
                work.session.add(
                    DeskSpell(
                        counter_id=hall.counters[place].id,
                        clerk_id=hall.clerks[place].id,
                        day=day,
                        kind="open",
                        began_at=_at(spell.began),
                        ended_at=_at(spell.ended),
                    )
                )


def _at(second: int) -> datetime:
    return datetime.fromtimestamp(second, tz=EIGHT.tzinfo)


def _write(
    session: object, hall: SmallHall, group: uuid.UUID, day: date, number: int, leg: Leg
) -> None:
    assert leg.called is not None and leg.ended is not None and leg.counter_id is not None
    place = COUNTERS.index(leg.counter_id)
    arrived, called, ended = _at(leg.queued), _at(leg.called), _at(leg.ended)
    visit = Visit(arrived_at=arrived, day=day, language="lo", channel="kiosk")
    session.add(visit)  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    ticket = Ticket(
        visit_id=visit.id,
        day=day,
        letter="A",
        number=number,
        label=f"A{number:03}",
        public_code=f"{day}-{number}",
        language="lo",
        group_id=group,
        service_id=hall.service,
        priority=0,
        rank_at=arrived,
        issued_at=arrived,
        counted_at=ended,
        first_called_at=called,
        called_at=called,
        ended_at=ended,
        state="completed",
    )
    session.add(ticket)  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    session.add(  # type: ignore[attr-defined]
        ServiceLeg(
            ticket_id=ticket.id,
            position=1,
            day=day,
            service_id=hall.service,
            group_id=group,
            queued_at=arrived,
            first_called_at=called,
            started_at=called,
            ended_at=ended,
            outcome="completed",
            counter_id=hall.counters[place].id,
            clerk_id=hall.clerks[place].id,
            serving_seconds=leg.busy,
        )
    )


def test_a_new_hall_gives_no_estimate(hall: SmallHall) -> None:
    with centre_scope(hall.centre.id), clock.use(lambda: EIGHT):
        group = queries.service_groups()[0].id
        hall.issue(2)
        assert estimate.wait_if_taken(hall.service, group, 2) is None
        row = queries.waiting()[1]
        assert estimate.wait_for(row.ticket, 2) is None
        assert estimate.wait_for(row.ticket, 0) is None


def test_a_hall_tells_what_it_has_seen(hall: SmallHall) -> None:
    fill_past(hall)
    with centre_scope(hall.centre.id), clock.use(lambda: EIGHT + timedelta(hours=1)):
        group = queries.service_groups()[0].id
        hall.issue(8)
        hall.call(0)
        hall.call(1)
        first, last = queries.waiting()[0].ticket, queries.waiting()[5].ticket
        soon = estimate.wait_for(first, 1)
        late = estimate.wait_for(last, 6)
        taken = estimate.wait_if_taken(hall.service, group, 6)
        assert soon is not None and late is not None and taken is not None
        # Six people, two counters, ten minutes each: about half an hour.
        assert late.low_minutes <= 30 <= late.high_minutes
        assert soon.high_minutes <= 20
        assert taken.high_minutes >= late.high_minutes


def test_fewer_counters_mean_a_longer_wait_and_none_means_no_estimate(hall: SmallHall) -> None:
    fill_past(hall)
    with centre_scope(hall.centre.id), clock.use(lambda: EIGHT + timedelta(hours=1)):
        group = queries.service_groups()[0].id
        both = estimate.wait_if_taken(hall.service, group, 6)
        counters.release_counter(hall.counters[1].id)
        one = estimate.wait_if_taken(hall.service, group, 6)
        assert both is not None and one is not None
        assert one.high_minutes > 1.5 * both.high_minutes
        counters.release_counter(hall.counters[0].id)
        assert estimate.wait_if_taken(hall.service, group, 6) is None


def test_only_counters_that_may_call_the_person_count(hall: SmallHall) -> None:
    fill_past(hall)
    other = a_service(hall.centre, "MOPS-05", letter="B")
    with centre_scope(hall.centre.id), clock.use(lambda: EIGHT + timedelta(hours=1)):
        groups = {group.letter: group.id for group in queries.service_groups()}
        both = estimate.wait_if_taken(hall.service, groups["A"], 6)
        profile = profiles.save_profile(
            None,
            name_lo="ຊ່ອງ B",
            name_en="Only B",
            rules=[NewRule(position=1, group_id=groups["B"])],
            helps_others=False,
        )
        profiles.give_profile(hall.counters[1].id, profile.id)
        with clock.use(lambda: EIGHT + timedelta(hours=1, minutes=2)):
            one = estimate.wait_if_taken(hall.service, groups["A"], 6)
            assert estimate.wait_if_taken(other.id, groups["B"], 0) is not None
        assert both is not None and one is not None
        assert one.high_minutes > both.high_minutes


def test_another_centre_learns_nothing_from_it(hall: SmallHall) -> None:
    fill_past(hall)
    elsewhere = a_hall("LA0303", counters=1)
    with centre_scope(elsewhere.centre.id), clock.use(lambda: EIGHT + timedelta(hours=1)):
        group = queries.service_groups()[0].id
        assert estimate.wait_if_taken(elsewhere.service, group, 1) is None


def test_asking_again_within_a_minute_costs_two_statements(
    hall: SmallHall, database: Database
) -> None:
    fill_past(hall)
    with centre_scope(hall.centre.id), clock.use(lambda: EIGHT + timedelta(hours=1)):
        group = queries.service_groups()[0].id
        operations.issue(hall.centre, hall.service)
        estimate.wait_if_taken(hall.service, group, 1)
        asked: list[str] = []
        event.listen(
            database.reader,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_rest: asked.append(statement),
        )
        estimate.wait_if_taken(hall.service, group, 1)
    assert len([one for one in asked if one.startswith("SELECT")]) == 2
