"""The last wall, PostgreSQL's own: a raw connection in the application's role, no ORM, no tripwire.

What a programmer could do by mistake with bare SQL must still stay within one centre.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from odsc_counter.platform.columns import AreaOwned, Base, Rollup
from odsc_counter.platform.database import Database, use_database
from tests.isolation.halls import DAY, NOON, Halls, two_halls
from tests.postgresql import Server

ROLLUPS = {
    mapper.local_table.name  # type: ignore[attr-defined]  # our mapped classes have tables
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, Rollup)
}
AREAS = {
    mapper.local_table.name  # type: ignore[attr-defined]  # as above
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, AreaOwned)
}
OWNED = {name for name, table in Base.metadata.tables.items() if "centre_id" in table.c}
NEW_VISIT = (
    "insert into visit (centre_id, id, arrived_at, day, language, channel)"
    " values (%s, %s, %s, %s, 'lo', 'api')"
)
NEW_TICKET = (
    "insert into ticket (centre_id, id, visit_id, day, letter, number, label, public_code,"
    " group_id, service_id, priority, language, issued_at, call_count, state, version)"
    " select centre_id, %s, %s, day, letter, 99, label, %s, group_id, service_id, priority,"
    " language, issued_at, call_count, state, version from ticket limit 1"
)


@dataclass
class World:
    owner: str
    conninfo: str
    halls: Halls


@pytest.fixture(scope="module")
def world(server: Server) -> Iterator[World]:
    name = f"walls_{uuid.uuid4().hex[:8]}"
    server.execute(f"create database {name} template template_odsc")
    database = Database(server.url(name))
    use_database(database)
    halls = two_halls()
    database.dispose()
    # A login as production has it: no superuser, and only our two roles to put on.
    server.execute(f"create role {name} login noinherit")
    server.execute(f"grant odsc_app, odsc_national to {name}")
    conninfo = server.conninfo(name)
    yield World(conninfo, conninfo.replace("user=postgres", f"user={name}"), halls)
    server.execute(f"drop database {name} with (force)")
    server.execute(f"drop role {name}")


class Raw:
    """A connection in one of the two roles; the scope is told as the product tells it."""

    def __init__(self, world: World, role: str = "odsc_app") -> None:
        self.connection = psycopg.connect(f"{world.conninfo} options='-c role={role}'")

    def scope(self, centre: object = "", area: object = "") -> None:
        self.connection.execute(
            "select set_config('app.centre_id', %s, true), set_config('app.area_id', %s, true)",
            (str(centre), str(area)),
        )

    def execute(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(query, values)
        return cursor.fetchall() if cursor.description else []

    def count(self, table: str) -> int:
        return int(self.execute(f"select count(*) from {table}")[0][0])

    def change(self, query: str, *values: object) -> int:
        return self.connection.execute(query, values).rowcount


@pytest.fixture
def raw(world: World) -> Iterator[Raw]:
    raw = Raw(world)
    yield raw
    raw.connection.close()


def test_without_a_scope_every_table_of_centres_is_empty(raw: Raw) -> None:
    assert {table: raw.count(table) for table in sorted(OWNED | AREAS)} == (
        dict.fromkeys(OWNED | AREAS, 0)
    )


def test_with_a_scope_only_that_centre_is_seen(raw: Raw, world: World) -> None:
    raw.scope(world.halls.ours.id)
    for table in sorted(OWNED):
        seen = raw.execute(f"select distinct centre_id from {table}")
        assert seen in ([], [(world.halls.ours.id,)]), table
    assert raw.count("ticket") == 3


def test_the_scope_ends_with_the_transaction(raw: Raw, world: World) -> None:
    raw.scope(world.halls.ours.id)
    assert raw.count("ticket") == 3
    raw.connection.commit()
    # The setting comes back as '' and not as null: it must mean nobody, and not fail.
    assert raw.count("ticket") == 0
    raw.connection.rollback()
    assert raw.count("ticket") == 0


def test_the_scope_survives_a_savepoint_that_is_rolled_back(raw: Raw, world: World) -> None:
    raw.scope(world.halls.ours.id)
    with pytest.raises(psycopg.errors.DivisionByZero), raw.connection.transaction():
        raw.scope(world.halls.theirs.id)
        raw.execute("select 1 / 0")
    assert raw.execute("select distinct centre_id from ticket") == [(world.halls.ours.id,)]


def test_a_pooled_connection_brings_nothing_from_its_last_user(world: World) -> None:
    connection = psycopg.connect(f"{world.conninfo} options='-c role=odsc_app'")
    seen = []
    for hall in (world.halls.ours, world.halls.theirs, world.halls.ours):
        with connection.transaction():
            assert connection.execute("select count(*) from ticket").fetchone() == (0,)
            connection.execute("select set_config('app.centre_id', %s, true)", (str(hall.id),))
            seen.append(connection.execute("select distinct centre_id from ticket").fetchall())
    connection.close()
    assert seen == [
        [(hall.id,)] for hall in (world.halls.ours, world.halls.theirs, world.halls.ours)
    ]


def test_no_row_is_written_for_another_centre(raw: Raw, world: World) -> None:
    raw.scope(world.halls.ours.id)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        raw.execute(NEW_VISIT, world.halls.theirs.id, uuid.uuid4(), NOON, DAY)


def test_no_row_is_moved_to_another_centre(raw: Raw, world: World) -> None:
    raw.scope(world.halls.ours.id)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        raw.execute("update person set centre_id = %s", world.halls.theirs.id)


def test_changes_without_a_condition_touch_our_rows_alone(raw: Raw, world: World) -> None:
    raw.scope(world.halls.ours.id)
    assert raw.change("update person set village = 'x'") == 1
    assert raw.change("delete from centre_day") == 1


def test_a_foreign_parent_and_a_missing_one_are_told_apart_by_nothing(world: World) -> None:
    messages = []
    for parent in (world.halls.theirs.visit, uuid.UUID(int=7)):
        raw = Raw(world)
        raw.scope(world.halls.ours.id)
        with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught:
            raw.execute(NEW_TICKET, uuid.uuid4(), parent, uuid.uuid4().hex)
        messages.append(str(caught.value).replace(str(parent), "…"))
        raw.connection.close()
    assert messages[0] == messages[1]


def test_an_id_that_another_centre_uses_is_free_for_us(raw: Raw, world: World) -> None:
    raw.scope(world.halls.ours.id)
    raw.execute(NEW_VISIT, world.halls.ours.id, world.halls.theirs.visit, NOON, DAY)
    raw.execute(NEW_VISIT, world.halls.ours.id, uuid.UUID(int=7), NOON, DAY)


@pytest.mark.parametrize(
    "statement",
    [
        "truncate ticket",
        "alter table ticket disable row level security",
        "drop policy own_centre on ticket",
        "drop table ticket",
        "create table public.copied as select 1",
        "set role postgres",
        "set session authorization postgres",
        "alter role odsc_app bypassrls",
        "delete from ticket",
        "update receipt set amount_kip = 0",
        "delete from receipt",
        "update event set verb = 'x'",
        "delete from event",
        "update national_event set verb = 'x'",
        "update ledger_entry set amount_kip = 1",
        "alter table event disable trigger event_append_only",
        "set session_replication_role = replica",
        "select * from pg_authid",
        "copy ticket to program 'cat'",
    ],
)
def test_the_application_may_not(raw: Raw, world: World, statement: str) -> None:
    raw.scope(world.halls.ours.id)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute(statement)


def test_switching_row_security_off_fails_rather_than_leaks(raw: Raw, world: World) -> None:
    raw.scope(world.halls.ours.id)
    raw.execute("set local row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("select * from ticket")


def test_the_planners_statistics_show_no_values(raw: Raw, world: World) -> None:
    with psycopg.connect(world.owner, autocommit=True) as owner:
        owner.execute("analyze person")
        assert owner.execute("select 1 from pg_stats where tablename = 'person'").fetchall()
    assert raw.execute("select 1 from pg_stats where tablename = 'person'") == []


def test_the_national_role_reads_rollups_of_its_area_and_no_person(world: World) -> None:
    for unit, centres in ((world.halls.district, 1), (world.halls.province, 2)):
        raw = Raw(world, "odsc_national")
        raw.scope(area=unit.id)
        assert raw.count("centre_day") == centres
        assert raw.count("centre") == 2
        raw.connection.close()


@pytest.mark.parametrize("table", sorted(set(Base.metadata.tables) - ROLLUPS - AREAS))
def test_the_national_role_may_not_read(world: World, table: str) -> None:
    raw = Raw(world, "odsc_national")
    raw.scope(centre=world.halls.ours.id, area=world.halls.province.id)
    allowed = table not in OWNED and raw.execute(
        "select has_table_privilege('odsc_national', %s, 'select')", table
    ) == [(True,)]
    if not allowed:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.count(table)
    else:
        columns = {column.name for column in Base.metadata.tables[table].c}
        assert not columns & {"password_hash", "token_hash", "full_name", "code_hash"}, table
    raw.connection.close()


def test_the_national_role_writes_nothing(world: World) -> None:
    for table in sorted(ROLLUPS | AREAS | {"centre", "unit", "unit_area"}):
        raw = Raw(world, "odsc_national")
        raw.scope(centre=world.halls.ours.id, area=world.halls.province.id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(f"delete from {table}")
        raw.connection.close()


def test_a_read_of_an_area_can_not_become_a_write(raw: Raw, world: World) -> None:
    raw.scope(area=world.halls.province.id)
    assert raw.count("centre_day") == 2
    assert raw.change("update centre_day set tickets = 0") == 0
    assert raw.change("delete from centre_day") == 0


def test_no_view_or_function_stands_beside_the_walls(world: World) -> None:
    with psycopg.connect(world.owner) as owner:
        views = owner.execute(
            "select relname from pg_class where relkind in ('v', 'm')"
            " and relnamespace = 'public'::regnamespace"
        ).fetchall()
        definers = owner.execute(
            "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
        ).fetchall()
    assert views == definers == []
