"""What the database refuses once a day is closed, whatever the program thinks."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.platform.database import Database
from odsc_counter.tills.models import TillSession
from odsc_counter.treasury.models import ChainAnchor, DailyClose, Deposit, LedgerApproval
from tests.pages import a_request
from tests.receipts.office import NOON
from tests.receipts.test_walls import plain_sql, refused
from tests.treasury.evening import CASH, MONDAY, Evening, after, an_evening, at


@pytest.fixture
def evening(database: Database) -> Iterator[Evening]:
    with at(MONDAY), a_request():
        evening = an_evening()
        evening.fund(500_000)
        evening.takings(CASH)
        evening.deposit(5_000)
        evening.close(MONDAY)
        yield evening


def write(connection: Connection, evening: Evening, model: Any, **values: Any) -> None:
    connection.execute(insert(model.__table__).values(centre_id=evening.office.centre.id, **values))


def refused_row(database: Database, evening: Evening, *rows: tuple[Any, dict[str, Any]]) -> str:
    """Write rows past the program; the database's own words of the refusal."""

    def run() -> None:
        with plain_sql(database, evening.office) as connection:
            for model, values in rows:
                write(connection, evening, model, **values)

    with pytest.raises(DBAPIError) as error:
        run()
    return str(error.value.orig)


def a_posting(evening: Evening, **changes: Any) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(), "kind": "movement", "till_session_id": None, "day": after(1),
        "posted_at": NOON, "posted_by_id": evening.office.manager.id, "amount_kip": 1_000,
        "memo": "", "corrects_day": None, **changes,
    }  # fmt: skip


def an_entry(posting: dict[str, Any], debit: str, credit: str) -> dict[str, Any]:
    return {
        "posting_id": posting["id"], "position": 1, "debit_account": debit,
        "credit_account": credit, "amount_kip": posting["amount_kip"],
    }  # fmt: skip


def a_deposit(posting: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": posting["id"], "kind": "deposit", "from_account": "cash:safe",
        "to_account": "treasury", "amount_kip": posting["amount_kip"], "bank": "B",
        "bank_account": "1", "slip_reference": "NEW", "deposited_on": MONDAY,
        "deposited_by": "x", "recorded_at": NOON, "recorded_by_id": None, **changes,
    }  # fmt: skip


def test_closes_anchors_and_deposits_are_never_changed(
    database: Database, evening: Evening
) -> None:
    for table in ("daily_close", "chain_anchor", "deposit", "ledger_approval"):
        with plain_sql(database, evening.office) as connection:
            assert connection.execute(text(f"select count(*) from {table}")).scalar_one() > 0
        refused(database, evening.office, (f"update {table} set centre_id = centre_id", {}))
        refused(database, evening.office, (f"delete from {table}", {}))


def test_a_closed_day_takes_no_posting_and_no_till(database: Database, evening: Evening) -> None:
    for day in (MONDAY, after(-1)):
        assert "the day is closed" in refused_row(
            database, evening, (LedgerPosting, a_posting(evening, day=day))
        )
        assert "the day is closed" in refused_row(
            database,
            evening,
            (
                TillSession,
                {
                    "id": uuid.uuid4(), "cashier_id": evening.office.cashier.id, "day": day,
                    "opened_at": NOON, "float_kip": 0, "difference_reason": "",
                    "state": "open", "version": 1,
                },
            ),
        )  # fmt: skip


def test_a_correction_speaks_of_a_closed_day(database: Database, evening: Evening) -> None:
    for changes in (
        {"kind": "correction"},
        {"kind": "movement", "corrects_day": MONDAY},
        {"kind": "correction", "corrects_day": after(1)},
    ):
        assert "closed day" in refused_row(
            database, evening, (LedgerPosting, a_posting(evening, **changes))
        )


def test_a_close_follows_the_last_and_jumps_over_nothing(
    database: Database, evening: Evening
) -> None:
    close = {
        "z_number": 2, "day": after(2), "closed_at": NOON, "closed_by_id": None, "body": "{}",
        "prev_hash": "1" * 64, "hash": "2" * 64, "key_id": "", "signature": "",
    }  # fmt: skip
    assert "does not follow" in refused_row(database, evening, (DailyClose, close))
    with plain_sql(database, evening.office) as connection:
        close["prev_hash"] = connection.execute(text("select hash from daily_close")).scalar_one()
    assert "does not follow" in refused_row(
        database, evening, (DailyClose, {**close, "day": after(-1)})
    )
    with at(after(1)):
        till = evening.office.open_till(0)
        assert "not signed off" in refused_row(database, evening, (DailyClose, close))
        evening.office.close_till(till, 0)
        evening.takings(CASH)
    assert "earlier day" in refused_row(database, evening, (DailyClose, close))


def test_an_anchor_is_of_its_close_and_of_a_chain(database: Database, evening: Evening) -> None:
    with plain_sql(database, evening.office) as connection:
        found = connection.execute(text("select hash, closed_at from daily_close")).one()
    anchor = {
        "day": MONDAY, "fiscal_year": 2026, "series": "B", "last_no": 9, "head_hash": "3" * 64,
        "total_kip": 0, "z_number": 1, "z_hash": found.hash, "closed_at": NOON,
    }  # fmt: skip
    assert "no such link" in refused_row(database, evening, (ChainAnchor, anchor))
    assert "not of its close" in refused_row(
        database, evening, (ChainAnchor, {**anchor, "fiscal_year": 2025, "series": "Z"})
    )


def test_nobody_deposits_more_than_there_is_or_owes(database: Database, evening: Evening) -> None:
    much = a_posting(evening, kind="deposit", amount_kip=15_001)
    assert "not so much is owed" in refused_row(
        database,
        evening,
        (LedgerPosting, much),
        (LedgerEntry, an_entry(much, "treasury", "cash:safe")),
        (Deposit, a_deposit(much)),
    )
    more = a_posting(evening, kind="deposit", amount_kip=1_000_000)
    assert "not so much" in refused_row(
        database,
        evening,
        (LedgerPosting, more),
        (LedgerEntry, an_entry(more, "treasury", "cash:safe")),
        (Deposit, a_deposit(more)),
    )
    other = a_posting(evening, kind="deposit")
    assert "booking is another" in refused_row(
        database,
        evening,
        (LedgerPosting, other),
        (LedgerEntry, an_entry(other, "treasury", "bank")),
        (Deposit, a_deposit(other)),
    )


def test_one_person_alone_approves_nothing(database: Database, evening: Evening) -> None:
    alone = a_posting(evening, kind="fund")
    boss = evening.office.manager.id
    rows = (
        (LedgerPosting, alone),
        (LedgerEntry, an_entry(alone, "cash:safe", "fund")),
    )
    refused_row(
        database,
        evening,
        *rows,
        (
            LedgerApproval,
            {"posting_id": alone["id"], "posted_by_id": boss, "approved_by_id": boss},
        ),
    )
    if database.dialect == "postgresql":  # SQLite has no check at the commit
        assert "no second person" in refused_row(database, evening, *rows)
