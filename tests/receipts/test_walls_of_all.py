"""What is only ever added stays as it is: table by table, row by row, whatever SQL is tried.

As the application's role on PostgreSQL, and on SQLite through a plain connection that sets no
pragma of ours. A new append-only table is tried here without being named.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from odsc_counter.platform.columns import AppendOnly, Base
from odsc_counter.platform.database import APP_ROLE, Database
from odsc_counter.receipts.operations import Payment
from tests.receipts.office import Office, an_office

Rows = dict[str, list[tuple[Any, ...]]]
TABLES = sorted(
    mapper.local_table.name  # type: ignore[attr-defined]  # a mapped class has a table
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, AppendOnly)
)
MONEY = {
    "assessment", "assessment_line", "event", "ledger_entry", "ledger_posting", "receipt",
    "receipt_line", "till_count",
}  # fmt: skip
CHANGING = ("receipt_series", "signing_key", "till_session")
ERRORS = (sqlite3.DatabaseError, psycopg.DatabaseError)


class Intruder:
    """Plain SQL of somebody who has the application's way in and nothing else."""

    def __init__(self, database: Database, office: Office) -> None:
        self.is_sqlite = database.dialect == "sqlite"
        self.url = database.url
        self.centre_id = office.centre.id
        self.columns = {
            table: [column.name for column in Base.metadata.tables[table].columns]
            for table in (*TABLES, *CHANGING)
        }
        self.keys = {
            table: [column.name for column in Base.metadata.tables[table].primary_key]
            for table in (*TABLES, *CHANGING)
        }

    def _connected(self) -> Any:
        if self.is_sqlite:
            return sqlite3.connect(str(self.url.database))
        connection = psycopg.connect(
            f"host={self.url.query['host']} user=postgres dbname={self.url.database}",
            options=f"-c role={APP_ROLE}",
        )
        connection.execute("select set_config('app.centre_id', %s, false)", [str(self.centre_id)])
        return connection

    def rows(self) -> Rows:
        """All that can be read of the tables."""
        with closing(self._connected()) as connection:
            return {
                table: connection.execute(
                    f"select {', '.join(self.columns[table])} from {table}"
                    f" order by {', '.join(self.keys[table])}"
                ).fetchall()
                for table in (*TABLES, *CHANGING)
            }

    def is_refused(self, statement: str, values: Any = ()) -> bool:
        """Try and commit; whether the database said no."""
        words = statement if self.is_sqlite else statement.replace("?", "%s")
        with closing(self._connected()) as connection:
            try:
                connection.execute(words, values)
                connection.commit()
            except ERRORS:
                return True
        return False

    def where(self, table: str) -> str:
        """One row by its key."""
        return " and ".join(f"{name} = ?" for name in self.keys[table])

    def keys_of(self, table: str, row: tuple[Any, ...]) -> list[Any]:
        """The key of a row as it was read."""
        return [row[self.columns[table].index(name)] for name in self.keys[table]]


@pytest.fixture
def office(database: Database) -> Office:
    """An office with something in each table of money, and a till that is open again."""
    office = an_office()
    till = office.open_till()
    office.void(office.sale())
    office.refund(office.sale(payment=Payment("qr", reference="QR-0001")))
    office.close_till(till, 179_000)
    office.open_till()
    return office


@pytest.fixture
def intruder(database: Database, office: Office) -> Iterator[Intruder]:
    """Whoever tries; nothing of what is there may have changed afterwards."""
    intruder = Intruder(database, office)
    before = intruder.rows()
    assert all(before[table] for table in (*MONEY, *CHANGING))
    yield intruder
    assert intruder.rows() == before


def test_the_tables_of_money_are_append_only(database: Database) -> None:
    assert set(TABLES) >= MONEY


def test_every_append_only_table_has_its_walls(database: Database) -> None:
    with database.owner_engine().connect() as connection:
        if database.dialect == "sqlite":
            found = connection.exec_driver_sql(
                "select tbl_name, name from sqlite_master where type = 'trigger'"
            ).all()
            kinds = ("no_update", "no_delete", "no_replace")
        else:
            found = connection.exec_driver_sql(
                "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal"
                " and tgenabled = 'O'"
            ).all()
            kinds = ("append_only", "no_truncate")
        missing = {(table, f"{table}_{kind}") for table in TABLES for kind in kinds} - {
            (table, name) for table, name in found
        }
        assert not missing
        if database.dialect == "postgresql":
            rights = connection.exec_driver_sql(
                "select table_name from information_schema.table_privileges"
                f" where grantee in ('{APP_ROLE}', 'odsc_national', 'PUBLIC')"
                " and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')"
            ).scalars()
            assert not set(rights) & set(TABLES)


def test_no_row_is_changed_in_any_column(intruder: Intruder) -> None:
    for table in TABLES:
        for row in intruder.rows()[table]:
            for column in intruder.columns[table]:
                assert intruder.is_refused(
                    f"update {table} set {column} = {column} where {intruder.where(table)}",
                    intruder.keys_of(table, row),
                ), f"{table}.{column}"


def test_no_row_and_no_table_is_removed(intruder: Intruder) -> None:
    for table, rows in intruder.rows().items():
        for row in rows:
            assert intruder.is_refused(
                f"delete from {table} where {intruder.where(table)}", intruder.keys_of(table, row)
            ), table
        if rows:
            assert intruder.is_refused(f"delete from {table}"), table
        if not intruder.is_sqlite:
            assert intruder.is_refused(f"truncate {table} cascade"), table
            assert intruder.is_refused(f"drop table {table}"), table
            assert intruder.is_refused(f"alter table {table} disable trigger all"), table


def test_no_row_takes_anothers_place(intruder: Intruder) -> None:
    for table, rows in intruder.rows().items():
        columns = intruder.columns[table]
        names, marks = ", ".join(columns), ", ".join("?" for _column in columns)
        # A table that is only added to may refuse with any words, but it must refuse.
        taken = intruder.keys[table]
        upsert = (
            f"insert into {table} ({names}) select {names} from {table} where true"
            f" on conflict ({', '.join(taken)}) do update set {columns[0]} = excluded.{columns[0]}"
        )
        if rows and table not in CHANGING:
            assert intruder.is_refused(upsert), table
        if not intruder.is_sqlite:
            continue
        for row in rows:
            for words in ("insert or replace", "replace"):
                assert intruder.is_refused(
                    f"{words} into {table} ({names}) values ({marks})", row
                ), table
            assert intruder.is_refused(
                f"insert or replace into {table} (rowid, {names}) select rowid, {names}"
                f" from {table} where {intruder.where(table)}",
                intruder.keys_of(table, row),
            ), table


NEW = "lower(hex(randomblob(16)))"
OTHER_KEYS = {
    "receipt": {"id": NEW, "public_code": NEW, "label": NEW},
    "event": {"id": NEW},
    "receipt_line": {"position": "position + 70"},
    "signing_key": {"key_id": NEW},
    "till_session": {"id": NEW},
}
HAS_OTHER_KEYS = {
    "event": "seq is not null",
    "receipt_line": "reverses_id is not null",
    "till_session": "state = 'open'",
}


def test_no_row_takes_the_place_of_one_with_the_same_number(intruder: Intruder) -> None:
    """Where another key than the first one is taken, SQLite would remove its row, too."""
    if not intruder.is_sqlite:
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    for table, changed in OTHER_KEYS.items():
        columns = intruder.columns[table]
        for some in range(1, len(changed) + 1):
            values = ", ".join(
                changed[name] if name in list(changed)[:some] else name for name in columns
            )
            assert intruder.is_refused(
                f"insert or replace into {table} ({', '.join(columns)})"
                f" select {values} from {table} where {HAS_OTHER_KEYS.get(table, 'true')}"
            ), (table, some)


UNLAWFUL = {
    "the chain goes back": "update receipt_series set last_no = last_no - 1",
    "the chain stands under another head": "update receipt_series set head_hash = 'x'",
    "the chain is another centre's": (
        "update receipt_series set last_no = last_no + 1,"
        " head_hash = 'x', centre_id = centre_id + 1"
    ),
    "the chain is another series": "update receipt_series set series = 'C'",
    "the total alone": "update receipt_series set total_kip = 0",
    "a till opens again": (
        "update till_session set state = 'open', counted_kip = null,"
        " expected_kip = null, counted_at = null, closed_at = null"
    ),
    "a till is counted again": "update till_session set counted_kip = 1 where state = 'closed'",
    "a till's float": "update till_session set float_kip = 1",
    "a till's cashier": "update till_session set cashier_id = cashier_id + 1",
    "a till's second person": "update till_session set signed_off_by_id = null",
    "a till's reason": "update till_session set difference_reason = 'another reason'",
    "a key's public half": "update signing_key set public_key = 'x'",
    "a key's name": "update signing_key set key_id = 'x'",
    "a key's centre": "update signing_key set at_centre_id = at_centre_id + 1",
}


@pytest.mark.parametrize("what", UNLAWFUL)
def test_what_does_change_moves_only_as_the_law_says(intruder: Intruder, what: str) -> None:
    assert intruder.is_refused(UNLAWFUL[what]), what


def test_an_open_till_keeps_who_and_when_and_how_much(database: Database) -> None:
    office = an_office()
    office.open_till()
    office.sale()
    intruder = Intruder(database, office)
    before = intruder.rows()
    for change in (
        "float_kip = 0", "cashier_id = 2", "day = '2020-01-01'", "centre_id = centre_id + 1",
        "opened_at = '2020-01-01 00:00:00'", "taken_over_from_id = id",
        "id = '00000000000000000000000000000000'",
    ):  # fmt: skip
        assert intruder.is_refused(f"update till_session set {change}"), change
    assert intruder.rows() == before
