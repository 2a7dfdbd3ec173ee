"""What the database refuses to plain SQL under the application's own role."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from odsc_counter.platform.database import Database
from odsc_counter.receipts import operations
from odsc_counter.receipts.models import Receipt
from tests.receipts.office import Office, an_office

MONEY = ("assessment", "assessment_line", "receipt", "receipt_line", "ledger_entry", "event")


@pytest.fixture
def office(database: Database) -> Office:
    office = an_office()
    office.open_till()
    return office


@contextmanager
def plain_sql(database: Database, office: Office) -> Iterator[Connection]:
    """A connection as the application has it, past the session and its tripwire."""
    engine = database.writer.execution_options(cross_centre="a test of the walls")
    with engine.begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(
                text("select set_config('app.centre_id', :centre, true)"),
                {"centre": str(office.centre.id)},
            )
        yield connection


def refused(database: Database, office: Office, *statements: tuple[str, dict[str, Any]]) -> str:
    """Run statements in one transaction, which must be refused; the database's words."""

    def run() -> None:
        with plain_sql(database, office) as connection:
            for statement, values in statements:
                connection.execute(text(statement), values)

    with pytest.raises(DBAPIError) as error:
        run()
    return str(error.value.orig)


def key(database: Database, value: uuid.UUID) -> Any:
    return value.hex if database.dialect == "sqlite" else value


def copied(database: Database, receipt: Receipt, **changes: Any) -> tuple[str, dict[str, Any]]:
    """An INSERT of a receipt like the given one, with changes."""
    values = {
        column.name: getattr(receipt, column.name)
        for column in Receipt.__table__.columns  # type: ignore[attr-defined]  # mapped
    }
    values.update(id=uuid.uuid4(), public_code=uuid.uuid4().hex[:12], label="X", **changes)
    values = {
        name: key(database, value) if isinstance(value, uuid.UUID) else value
        for name, value in values.items()
    }
    if database.dialect == "sqlite":
        values["issued_at"] = values["issued_at"].replace(tzinfo=None).isoformat(" ")
        values["day"] = values["day"].isoformat()
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    return f"insert into receipt ({names}) values ({places})", values


def next_number(number: int) -> tuple[str, dict[str, Any]]:
    return "update number_series set last_no = :n where series = 'receipt'", {"n": number}


def test_money_is_never_changed_or_removed(database: Database, office: Office) -> None:
    office.void(office.sale())
    for table in MONEY:
        with plain_sql(database, office) as connection:
            assert connection.execute(text(f"select count(*) from {table}")).scalar_one() > 0
        refused(database, office, (f"update {table} set centre_id = centre_id", {}))
        refused(database, office, (f"delete from {table}", {}))


def test_a_receipts_number_is_the_next_of_its_series(database: Database, office: Office) -> None:
    sale = office.sale()
    other = office.assessed()
    as_other = {"application_id": other.application_id, "assessment_id": other.id}
    assert "taken from its series" in refused(
        database, office, copied(database, sale, number=2, **as_other)
    )
    assert "number before is missing" in refused(
        database, office, next_number(9), copied(database, sale, number=9, **as_other)
    )
    assert (
        "uq_receipt_number"
        in refused(database, office, copied(database, sale, number=1, **as_other))
        or database.dialect == "sqlite"
    )


def test_a_sale_is_what_was_assessed_and_only_once(database: Database, office: Office) -> None:
    sale = office.sale()
    assert "is paid already" in refused(
        database, office, next_number(2), copied(database, sale, number=2)
    )
    other = office.assessed()
    assert "not what was assessed" in refused(
        database,
        office,
        next_number(2),
        copied(
            database, sale, number=2, amount_kip=10_000, change_kip=40_000,
            application_id=other.application_id, assessment_id=other.id,
        ),
    )  # fmt: skip


def test_a_void_mirrors_one_sale_to_the_kip(database: Database, office: Office) -> None:
    sale = office.sale()
    forged = {
        "number": 2, "kind": "void", "voids_id": sale.id, "reason": "because",
        "approved_by_id": office.manager.id, "tendered_kip": 0, "change_kip": 0,
    }  # fmt: skip
    assert "mirrors one sale" in refused(
        database, office, next_number(2), copied(database, sale, amount_kip=-19_999, **forged)
    )
    void = office.void(sale)
    again = {**forged, "number": 3, "amount_kip": -20_000}
    refused(database, office, next_number(3), copied(database, sale, **again))
    assert "mirrors one sale" in refused(
        database,
        office,
        next_number(3),
        copied(database, sale, **{**again, "voids_id": void.id}),
    )
    refused(
        database,
        office,
        next_number(3),
        copied(database, office.sale(), **{**again, "approved_by_id": office.cashier.id}),
    )


def test_nothing_is_written_in_a_till_that_is_not_open(database: Database, office: Office) -> None:
    sale = office.sale()
    other = office.assessed()
    with office.inside():
        operations.close_till(sale.till_session_id, 220_000)
    assert "till is not open" in refused(
        database,
        office,
        next_number(2),
        copied(
            database, sale, number=2,
            application_id=other.application_id, assessment_id=other.id,
        ),
    )  # fmt: skip
    assert "stays as it was" in refused(
        database, office, ("update till_session set state = 'open', counted_kip = null", {})
    )
    refused(database, office, ("delete from till_session", {}))


def test_lines_and_bookings_cant_be_added_to_a_receipt_later(
    database: Database, office: Office
) -> None:
    office.sale()
    columns = (
        "centre_id, receipt_id, {0}fee_line_id, ministry_id, service_code, name_en, name_lo,"
        " legal_basis, standing, quantity, unit_kip, amount_kip"
    )
    more = columns.format("position, ")
    copy = more.replace("position", "position + 1")
    assert "lines would not come" in refused(
        database, office, (f"insert into receipt_line ({more}) select {copy} from receipt_line", {})
    )
    assert "ledger would not come" in refused(
        database,
        office,
        (
            "insert into ledger_entry"
            " (centre_id, id, receipt_id, account, debit_kip, credit_kip, day)"
            " select centre_id, :id, receipt_id, 'cash', 1, 0, day"
            " from ledger_entry where account = 'cash'",
            {"id": key(database, uuid.uuid4())},
        ),
    )


def test_postgresql_refuses_a_commit_without_lines_or_ledger(
    database: Database, office: Office
) -> None:
    if database.dialect != "postgresql":
        pytest.skip("SQLite has no check at the commit: `check` counts there")
    sale = office.sale()
    other = office.assessed()
    assert "do not come to its amount" in refused(
        database,
        office,
        next_number(2),
        copied(
            database, sale, number=2,
            application_id=other.application_id, assessment_id=other.id,
        ),
    )  # fmt: skip
