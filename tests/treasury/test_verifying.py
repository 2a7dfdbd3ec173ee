"""`odsc-counter check` finds what was done behind the back of closed days."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from odsc_counter.platform.database import Database
from odsc_counter.receipts import chain
from tests.pages import a_request
from tests.treasury.evening import (
    CASH,
    MONDAY,
    Evening,
    after,
    an_evening,
    at,
    breaches,
    transfer,
)

TABLES = ("daily_close", "chain_anchor", "deposit", "receipt", "receipt_line", "ledger_posting",
          "ledger_entry", "ledger_approval", "receipt_series", "event")  # fmt: skip


@pytest.fixture
def evening(database: Database) -> Iterator[Evening]:
    with at(MONDAY), a_request():
        evening = an_evening()
        evening.fund(500_000)
        evening.takings(CASH, transfer("TX-0001"))
        evening.close(MONDAY)
    with at(after(1)), a_request():
        evening.takings(CASH)
        evening.deposit(25_000, on=after(1))
        evening.close(after(1))
        assert breaches() == []
        yield evening


def behind(database: Database, *statements: str) -> None:
    """What the owner of the database can do, past every wall."""
    engine = database.owner_engine()
    with engine.begin() as connection:
        _take_walls_down(connection)
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0, statement
    engine.dispose()


def _take_walls_down(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        for table in TABLES:
            connection.execute(text(f"alter table {table} disable trigger user"))
            connection.execute(text(f"alter table {table} no force row level security"))
        connection.execute(text("set session_replication_role = replica"))
        return
    triggers = connection.execute(
        text("select name from sqlite_master where type = 'trigger'")
    ).scalars()
    for trigger in list(triggers):
        connection.execute(text(f"drop trigger {trigger}"))
    connection.execute(text("pragma defer_foreign_keys = on"))


def found(word: str) -> list[str]:
    return [breach for breach in breaches() if word in breach]


def test_a_changed_z_is_found(evening: Evening, database: Database) -> None:
    behind(
        database,
        "update daily_close set body = replace(body, '40000', '20000') where z_number = 1",
    )
    assert found(f"Z 1 of {MONDAY}: the text was changed")
    assert found(f"Z 1 of {MONDAY}: counted again, its net_kip")


def test_a_z_that_was_hashed_anew_is_no_longer_signed(evening: Evening, database: Database) -> None:
    engine = database.owner_engine()
    with engine.begin() as connection:
        _take_walls_down(connection)
        row = connection.execute(
            text("select body, prev_hash from daily_close where z_number = 2")
        ).one()
        body = row.body.replace('"net_kip":20000', '"net_kip":10000')
        connection.execute(
            text("update daily_close set body = :body, hash = :hash where z_number = 2"),
            {"body": body, "hash": chain.link(row.prev_hash, body)},
        )
    engine.dispose()
    assert found(f"Z 2 of {after(1)}: the signature")
    assert found(f"{after(1)}: the anchors are others")


def test_a_truncated_tail_of_receipts_is_found(evening: Evening, database: Database) -> None:
    behind(
        database,
        "delete from receipt_line where receipt_id in (select id from receipt where number = 3)",
        "delete from ledger_entry where posting_id in (select id from receipt where number = 3)",
        "delete from ledger_posting where id in (select id from receipt where number = 3)",
        "delete from receipt where number = 3",
        "update receipt_series set last_no = 2, head_hash = (select hash from receipt"
        " where number = 2), total_kip = 40000",
    )
    assert found(f"2026-A, anchor of {after(1)}: number 3 is missing, the chain ends with 2")


def test_a_chain_that_was_written_anew_is_found(evening: Evening, database: Database) -> None:
    new = "5" * 64
    behind(database, f"update receipt set hash = '{new}' where number = 2")
    assert found(f"2026-A, anchor of {MONDAY}: number 2 has another hash")


def test_closes_that_were_cut_off_are_found(evening: Evening, database: Database) -> None:
    behind(database, "delete from daily_close where z_number = 2")
    assert found(f"{after(1)}: has anchors and no close")


def test_anchors_that_are_gone_are_found(evening: Evening, database: Database) -> None:
    behind(database, "delete from chain_anchor where series = 'A' and z_number = 2")
    assert found(f"{after(1)}: the anchors are others")


def test_a_posting_that_was_slipped_into_a_closed_day_is_found(
    evening: Evening, database: Database
) -> None:
    behind(
        database,
        f"update ledger_posting set day = '{MONDAY}' where kind = 'deposit'",
    )
    assert found(f"Z 1 of {MONDAY}: counted again, its balances")
    assert found(f"Z 1 of {MONDAY}: counted again, its deposits")


def test_a_second_word_and_a_deposit_that_are_gone_are_found(
    evening: Evening, database: Database
) -> None:
    behind(database, "delete from ledger_approval", "delete from deposit")
    assert found("no second person agreed")
    assert found("there is no such deposit")
