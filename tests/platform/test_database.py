"""The database keeps what we promise: settings, walls, and agreement with the models."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from odsc_counter.platform.columns import AppendOnly, AreaOwned, Base, CentreOwned, Rollup
from odsc_counter.platform.database import Database, FairLock
from odsc_counter.schema import metadata

CENTRE_TABLES = {
    mapper.local_table.name: mapper.class_
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, CentreOwned)
}
AREA_TABLES = {
    mapper.local_table.name
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, AreaOwned)
}


def test_settings_are_asserted_on_a_real_connection(database: Database) -> None:
    database.assert_safe()


def test_models_and_migrations_agree(database: Database) -> None:
    with database.owner_engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_centre_stands_first_in_every_key_of_its_tables() -> None:
    for name in CENTRE_TABLES:
        table = metadata.tables[name]
        assert next(iter(table.primary_key)).name == "centre_id", name
        for constraint in table.constraints:
            columns = [column.name for column in getattr(constraint, "columns", [])]
            if constraint.__visit_name__ == "unique_constraint":
                assert columns[0] == "centre_id", (name, columns)
            if constraint.__visit_name__ == "foreign_key_constraint":
                target = constraint.referred_table.name  # type: ignore[attr-defined]  # by kind
                assert target not in CENTRE_TABLES or columns[0] == "centre_id", (name, columns)
        for index in table.indexes:
            assert next(iter(index.columns)).name == "centre_id", (name, index.name)


def test_only_tables_of_centres_have_a_centre_id() -> None:
    for name, table in metadata.tables.items():
        assert ("centre_id" in table.columns) == (name in CENTRE_TABLES), name


def test_row_level_security_is_forced_on_every_table_of_centres(database: Database) -> None:
    if database.dialect != "postgresql":
        pytest.skip("SQLite has no row-level security; the tripwire guards it")
    with database.owner_engine().connect() as connection:
        forced = set(
            connection.execute(
                text("select relname from pg_class where relrowsecurity and relforcerowsecurity")
            ).scalars()
        )
        assert forced == set(CENTRE_TABLES) | set(AREA_TABLES)
        national = set(
            connection.execute(
                text(
                    "select table_name from information_schema.role_table_grants"
                    " where grantee = 'odsc_national'"
                )
            ).scalars()
        )
    rollups = {name for name, cls in CENTRE_TABLES.items() if issubclass(cls, Rollup)}
    assert national & set(CENTRE_TABLES) == rollups
    assert set(AREA_TABLES) <= national
    assert "user_account" not in national


def test_append_only_tables_have_their_triggers(database: Database) -> None:
    query = (
        "select tbl_name from sqlite_master where name like '%_no_update'"
        if database.dialect == "sqlite"
        else "select event_object_table from information_schema.triggers"
        " where trigger_name like '%_append_only'"
    )
    with database.owner_engine().connect() as connection:
        guarded = set(connection.execute(text(query)).scalars())
    expected = {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, AppendOnly)
    }
    assert guarded == expected


def test_the_writers_lock_is_handed_on_in_order() -> None:
    lock = FairLock()
    lock.acquire()
    order: list[int] = []

    def ask(number: int) -> None:
        lock.acquire()
        order.append(number)
        lock.release()

    threads = []
    for number in range(8):
        thread = threading.Thread(target=ask, args=(number,))
        thread.start()
        while len(lock._waiting) <= number:
            pass
        threads.append(thread)
    lock.release()
    for thread in threads:
        thread.join(timeout=5)
    assert order == list(range(8))
