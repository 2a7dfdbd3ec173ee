"""Action items: given, reported by the place, accepted by the seat, reminded of, never lost."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from odsc_counter.actions import operations, queries, reminding
from odsc_counter.actions.errors import NotYours, OutsideOfTheArea
from odsc_counter.actions.lifecycle import CANCELLED, DONE, LIFECYCLE, OPEN, REPORTED
from odsc_counter.actions.models import ActionItem, ActionNote
from odsc_counter.committees.models import Resolution
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.tenancy import ScopeBreach, area_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.actions.things import a_seat, a_task, given
from tests.world import a_unit, a_user


@dataclass
class World:
    nation: Unit
    province: Unit
    district: Unit
    sibling: Unit
    other: Unit
    resolution: Resolution


@pytest.fixture
def world(database: Database) -> World:
    """A province whose committee has decided, its districts, and another province."""
    units = [a_unit(code) for code in ("LA", "LA01", "LA0101", "LA0102", "LA02")]
    return World(*units, a_seat(units[1]))


def again(unit: Unit, action: ActionItem) -> ActionItem:
    with area_scope(unit.id):
        return queries.detail(action.place_id, action.id).row.action


MAY = {
    ("note", OPEN), ("note", REPORTED), ("report", OPEN), ("accept", REPORTED),
    ("return", REPORTED), ("move_due", OPEN), ("move_due", REPORTED), ("remind", OPEN),
    ("cancel", OPEN), ("cancel", REPORTED),
}  # fmt: skip


@pytest.mark.parametrize("state", [OPEN, REPORTED, DONE, CANCELLED])
@pytest.mark.parametrize("verb", [verb for verb in LIFECYCLE.verbs if verb != "give"])
def test_each_verb_is_allowed_just_where_the_table_says(verb: str, state: str) -> None:
    assert LIFECYCLE.allows(verb, state) == ((verb, state) in MAY)


def test_a_task_goes_its_way_until_the_secretary_accepts_it(world: World) -> None:
    action = given(world.province, world.district, world.resolution)
    with area_scope(world.district.id):
        action = operations.note(world.district, action.id, action.version, "ເລີ່ມແລ້ວ")
        action = operations.report(world.district, action.id, action.version, "ສຳເລັດ")
    with area_scope(world.province.id):
        action = operations.send_back(world.province, action.id, action.version, "ຂາດຮູບ")
    assert (action.state, action.reported_at) == (OPEN, None)
    with area_scope(world.district.id):
        action = operations.report(world.district, action.id, action.version, "ມີຮູບແລ້ວ")
    with area_scope(world.province.id):
        action = operations.accept(world.province, action.id, action.version, "ດີແລ້ວ")
        said = queries.detail(world.district.id, action.id).notes
        events = list(work_events(world.province, str(action.id)))
    assert action.state == DONE
    assert [note.verb for note in said] == ["note", "report", "return", "report", "accept"]
    assert events == ["give", "note", "report", "return", "report", "accept"]


def work_events(unit: Unit, subject: str) -> list[str]:
    with area_scope(unit.id), reading() as session:
        return list(
            session.scalars(
                select(AreaEvent.verb)
                .where(AreaEvent.subject_id == subject)
                .order_by(AreaEvent.seq)
            )
        )


DEEDS: dict[str, tuple[str, Callable[..., ActionItem]]] = {
    "note": ("place", operations.note),
    "report": ("place", operations.report),
    "accept": ("seat", operations.accept),
    "return": ("seat", operations.send_back),
    "cancel": ("seat", operations.cancel),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_place_and_seat_do_each_their_own_and_nobody_else_anything(world: World, deed: str) -> None:
    who, operation = DEEDS[deed]
    action = given(world.province, world.district, world.resolution)
    if deed in ("accept", "return"):
        with area_scope(world.district.id):
            action = operations.report(world.district, action.id, action.version, "x x x")
    rightful = world.district if who == "place" else world.province
    for unit in (world.nation, world.province, world.district):
        if unit is not rightful:
            with area_scope(unit.id), pytest.raises(NotYours):
                operation(unit, action.id, action.version, "words")
    for unit in (world.sibling, world.other):
        with area_scope(unit.id), pytest.raises(NotFound):
            operation(unit, action.id, action.version, "words")
    with area_scope(rightful.id):
        operation(rightful, action.id, action.version, "words")


def test_who_sees_an_item(world: World) -> None:
    action = given(world.province, world.district, world.resolution)
    for unit in (world.nation, world.province, world.district):
        assert again(unit, action).id == action.id
    for unit in (world.sibling, world.other):
        with area_scope(unit.id), pytest.raises(NotFound):
            queries.detail(action.place_id, action.id)


def test_what_is_overdue_in_a_district_is_shown_to_the_nation(world: World) -> None:
    late = given(world.province, world.district, world.resolution, due_in=1)
    given(world.province, world.district, world.resolution, due_in=20)
    now = clock.now() + timedelta(days=3)
    with clock.use(lambda: now):
        for unit in (world.nation, world.province, world.district):
            with area_scope(unit.id):
                assert [row.action.id for row in queries.overdue(unit)] == [late.id]
        with area_scope(world.other.id):
            assert queries.overdue(world.other) == []


def test_a_committee_gives_nothing_outside_of_its_area(world: World) -> None:
    for place in (world.nation, world.other):
        with area_scope(world.province.id), pytest.raises(OutsideOfTheArea):
            operations.give(world.province, world.resolution.id, "1", a_task(place))
    with area_scope(world.district.id), pytest.raises((ScopeBreach, DatabaseError)):
        operations.give(world.province, world.resolution.id, "1", a_task(world.province))


def test_a_day_that_is_over_and_somebody_from_elsewhere_are_refused(world: World) -> None:
    stranger = a_user("stranger", district_coordinator=world.sibling)
    for more in ({"due_in": -1}, {"responsible_id": stranger.id}):
        with area_scope(world.province.id), pytest.raises(InvalidInput):
            operations.give(
                world.province, world.resolution.id, "1", a_task(world.district, **more)
            )


def test_two_secretaries_at_once_take_different_numbers(world: World, database: Database) -> None:
    made: list[int] = []
    start = threading.Barrier(4)

    def give() -> None:
        with bound_to(database), area_scope(world.province.id):
            start.wait()
            made.append(
                operations.give(
                    world.province, world.resolution.id, "1", a_task(world.district)
                ).number
            )

    threads = [threading.Thread(target=give) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [1, 2, 3, 4]


def test_two_who_judge_at_once_judge_once(world: World, database: Database) -> None:
    action = given(world.province, world.district, world.resolution)
    with area_scope(world.district.id):
        action = operations.report(world.district, action.id, action.version, "done it")
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def judge(deed: Callable[..., ActionItem]) -> None:
        with bound_to(database), area_scope(world.province.id):
            start.wait()
            with suppress(AlreadyChanged):
                outcomes.append(deed(world.province, action.id, action.version, "words").state)

    threads = [
        threading.Thread(target=judge, args=(deed,))
        for deed in (operations.accept, operations.send_back)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1
    assert again(world.province, action).state == outcomes[0]


def test_reminders_come_before_on_and_weekly_after_and_once_a_day(world: World) -> None:
    action = given(world.province, world.district, world.resolution, due_in=10)
    start = clock.today()
    reminded = []
    for day in range(30):
        today = start + timedelta(days=day)
        if reminding.remind(today):
            reminded.append(day)
        assert reminding.remind(today) == []
    assert reminded == [7, 10, 17, 24]
    assert reminding.remind(start + timedelta(days=33)) != []  # the run of day 31 never came
    assert reminding.remind(start + timedelta(days=34)) == []
    with area_scope(world.district.id):
        action = again(world.district, action)
        operations.report(world.district, action.id, action.version, "done it")
    assert reminding.remind(start + timedelta(days=45)) == []


def test_what_was_said_is_never_changed(world: World) -> None:
    action = given(world.province, world.district, world.resolution)
    with area_scope(world.district.id):
        operations.note(world.district, action.id, action.version, "as it was")
        for change in (update(ActionNote).values(text="x"), delete(ActionNote)):
            with pytest.raises(DatabaseError), unit_of_work() as work:
                work.session.execute(change.execution_options(synchronize_session=False))
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(ActionNote)) == 1
