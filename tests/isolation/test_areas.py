"""Rows of units' offices: seen and written within the session's unit, and nowhere else."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from odsc_counter.places.models import Unit
from odsc_counter.platform.database import Database
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.idempotency import AreaRequestRecord
from odsc_counter.platform.tenancy import (
    Scope,
    ScopeBreach,
    area_scope,
    centre_scope,
    reference_scope,
    unit_area,
)
from odsc_counter.platform.work import reading, unit_of_work
from tests.isolation.halls import NOON
from tests.world import a_centre, a_unit

record: Any = AreaRequestRecord.__table__
UNITS = ("LA", "LA01", "LA0101", "LA0102", "LA02", "LA0201")


@pytest.fixture
def units(database: Database) -> dict[str, Unit]:
    """Two provinces with districts, each with one request and one event of its own."""
    units = {code: a_unit(code) for code in UNITS}
    for code, unit in units.items():
        with area_scope(unit.id), unit_of_work() as work:
            work.session.add(a_record(code))
            work.record_in_area("noted", subject_kind="place", subject_id=code)
    return units


def a_record(key: str, place: Unit | None = None) -> AreaRequestRecord:
    row = AreaRequestRecord(
        request_key=key, actor_id=0, fingerprint="x", status=200, headers={}, body="",
        created_at=NOON,
    )  # fmt: skip
    if place is not None:
        row.place_id = place.id
    return row


def seen_from(unit: Unit) -> set[str]:
    with area_scope(unit.id), reading() as session:
        return set(session.scalars(select(AreaRequestRecord.request_key)))


def test_each_unit_sees_itself_and_what_lies_within_it(units: dict[str, Unit]) -> None:
    seen = {code: seen_from(unit) for code, unit in units.items()}
    assert seen == {code: {one for one in UNITS if one.startswith(code)} for code in UNITS}


def test_the_closure_follows_a_district_that_moves_to_another_province(
    units: dict[str, Unit],
) -> None:
    with reference_scope(), unit_of_work() as work:
        work.session.get_one(Unit, units["LA0102"].id).parent_id = units["LA02"].id
    assert seen_from(units["LA01"]) == {"LA01", "LA0101"}
    assert seen_from(units["LA02"]) == {"LA02", "LA0201", "LA0102"}
    with (
        pytest.raises((IntegrityError, DatabaseError)),
        reference_scope(),
        unit_of_work() as work,
    ):
        work.session.get_one(Unit, units["LA02"].id).parent_id = units["LA01"].id


def test_a_province_writes_for_its_district_and_not_for_anothers(units: dict[str, Unit]) -> None:
    with area_scope(units["LA01"].id), unit_of_work() as work:
        work.session.add(a_record("down", units["LA0101"]))
    assert "down" in seen_from(units["LA0101"])
    for place in ("LA", "LA02", "LA0201"):
        with (
            area_scope(units["LA01"].id),
            pytest.raises(ScopeBreach),
            unit_of_work() as work,
        ):
            work.session.add(a_record("out", units[place]))


def test_a_flush_changes_rows_of_units_below(units: dict[str, Unit]) -> None:
    with area_scope(units["LA01"].id), unit_of_work() as work:
        row = work.session.scalars(select(AreaRequestRecord).filter_by(request_key="LA0102")).one()
        row.status = 303
    with area_scope(units["LA0102"].id), reading() as session:
        assert session.scalars(select(AreaRequestRecord.status)).one() == 303


REFUSED: list[Callable[[dict[str, Unit]], Any]] = [
    lambda units: select(record),
    lambda units: select(record).where(record.c.place_id == units["LA02"].id),
    lambda units: select(record).where(record.c.place_id.in_([units["LA01"].id])),
    lambda units: select(record).where(record.c.place_id.in_(select(unit_area.c.inner_id))),
    lambda units: select(record).where(
        record.c.place_id.in_(
            select(unit_area.c.inner_id).where(unit_area.c.area_id == units["LA"].id)
        )
    ),
    lambda units: select(record).where(
        record.c.place_id.in_(
            select(unit_area.c.area_id).where(unit_area.c.area_id == units["LA01"].id)
        )
    ),
    lambda units: update(record).values(status=1),
    lambda units: delete(record),
    lambda units: update(record).where(record.c.place_id == units["LA"].id).values(status=1),
    lambda units: insert(record).values(
        place_id=units["LA0201"].id, request_key="x", actor_id=0, fingerprint="", status=1,
        headers={}, body="", created_at=NOON,
    ),
    lambda units: update(record)
    .where(record.c.place_id == units["LA01"].id)
    .values(place_id=units["LA02"].id),
    lambda units: insert(unit_area).values(area_id=units["LA01"].id, inner_id=units["LA02"].id),
    lambda units: delete(unit_area),
    lambda units: text("select * from area_event"),
]  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
@pytest.mark.parametrize("writes", [False, True])
def test_no_statement_leaves_the_unit(
    statement: Callable[[dict[str, Unit]], Any], writes: bool, units: dict[str, Unit]
) -> None:
    with area_scope(units["LA01"].id):
        if not writes:
            with reading() as session, pytest.raises(ScopeBreach):
                session.execute(statement(units))
            return
        with unit_of_work() as work:
            with pytest.raises(ScopeBreach):
                work.session.execute(statement(units))
            work.doomed = True


def test_core_statements_that_name_a_unit_within_pass(units: dict[str, Unit]) -> None:
    inner = select(unit_area.c.inner_id).where(unit_area.c.area_id == units["LA01"].id)
    query = select(func.count()).select_from(record).where(record.c.place_id.in_(inner))
    with area_scope(units["LA01"].id):
        with reading() as session:
            assert session.scalar(query) == 3
        with unit_of_work() as work:
            named = record.c.place_id == units["LA0101"].id
            work.session.execute(update(record).where(named).values(status=204))
    with area_scope(units["LA0101"].id), reading() as session:
        assert session.scalars(select(AreaRequestRecord.status)).one() == 204


def test_neither_a_centre_nor_the_reference_scope_sees_them(units: dict[str, Unit]) -> None:
    centre = a_centre("LA0101")
    for scope in (centre_scope(centre.id), reference_scope()):
        with scope, reading() as session, pytest.raises(ScopeBreach):
            session.execute(select(AreaEvent))
    for scope in (centre_scope(centre.id), reference_scope()):
        with scope, pytest.raises(ScopeBreach), unit_of_work() as work:
            work.session.add(a_record("x", units["LA0101"]))


def test_an_offices_log_is_never_changed(units: dict[str, Unit], database: Database) -> None:
    with area_scope(units["LA"].id):
        for change in (update(AreaEvent).values(verb="x"), delete(AreaEvent)):
            with pytest.raises(DatabaseError), unit_of_work() as work:
                work.session.execute(change.execution_options(synchronize_session=False))


@pytest.fixture
def role(database: Database) -> Callable[[Unit | None, str], Any]:
    """Bare SQL as the application's role on PostgreSQL, in a unit's scope, without tripwire."""
    if database.dialect != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    option = {"cross_centre": "the wall is tested without the tripwire"}

    def ask(unit: Unit | None, query: str) -> Any:
        with database.writer.connect() as connection:
            connection.info["scope"] = Scope("reference")
            connection.execute(
                text("select set_config('app.area_id', :id, true)"),
                {"id": "" if unit is None else str(unit.id)},
                execution_options=option,
            )
            return connection.execute(text(query), execution_options=option)

    return ask


def test_the_last_wall_shows_a_unit_its_own(
    role: Callable[[Unit | None, str], Any], units: dict[str, Unit]
) -> None:
    for table in ("area_event", "area_request_record"):
        count = f"select count(*) from {table}"
        assert role(None, count).scalar() == 0
        assert [role(units[code], count).scalar() for code in ("LA", "LA01", "LA0102")] == [6, 3, 1]
    assert role(units["LA01"], "update area_request_record set status = 9").rowcount == 3
    with pytest.raises(DatabaseError, match="row-level security"):
        role(units["LA01"], f"update area_request_record set place_id = {units['LA02'].id}")
    with pytest.raises(DatabaseError, match="row-level security"):
        role(
            units["LA01"],
            "insert into area_event (place_id, id, at, verb, subject_kind, subject_id, actor_name,"
            f" origin, request_id, data) values ({units['LA02'].id}, '{uuid.uuid4()}', now(), 'x',"
            " 'x', 'x', '', '', '', '{}')",
        )
