"""What the database refuses to plain SQL under the application's own role."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from odsc_counter.ledger import queries as books
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.platform.database import Database
from odsc_counter.receipts import queries
from odsc_counter.receipts.models import Receipt
from odsc_counter.tills import queries as tills
from tests.receipts.office import Office, an_office

MONEY = (
    "assessment", "assessment_line", "receipt", "receipt_line", "ledger_posting",
    "ledger_entry", "till_count", "event",
)  # fmt: skip


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


def plain(database: Database, row: Any, **changes: Any) -> tuple[str, dict[str, Any]]:
    """An INSERT of a row like the given one, with changes."""
    table = type(row).__table__
    values = {column.name: getattr(row, column.name) for column in table.columns}
    values = {
        name: key(database, value) if isinstance(value, uuid.UUID) else value
        for name, value in {**values, **changes}.items()
    }
    for name, value in values.items():
        if isinstance(value, dict | list):
            values[name] = json.dumps(value)
        elif database.dialect == "sqlite" and isinstance(value, datetime):
            values[name] = value.replace(tzinfo=None).isoformat(" ")
        elif database.dialect == "sqlite" and isinstance(value, date):
            values[name] = value.isoformat()
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    return f"insert into {table.name} ({names}) values ({places})", values


def forged(
    database: Database, receipt: Receipt, *, booked: int | None = None, **changes: Any
) -> list[tuple[str, dict[str, Any]]]:
    """A receipt like the given one as a skilful hand would write it: next number, right links,
    head moved on, posting and entries first. `changes` are what the wall must see."""
    number, linked = receipt.number + 1, uuid.uuid4().hex * 2
    values = {
        "id": uuid.uuid4(), "public_code": uuid.uuid4().hex[:12], "label": f"X-{number}",
        "number": number, "prev_hash": receipt.hash, "hash": linked, **changes,
    }  # fmt: skip
    amount = abs(values.get("amount_kip", receipt.amount_kip)) if booked is None else booked
    money, owed = "cash:till", "treasury"
    sides = (money, owed) if values.get("kind", receipt.kind) == "sale" else (owed, money)
    posting = LedgerPosting(
        centre_id=receipt.centre_id, id=values["id"], kind="receipt",
        till_session_id=receipt.till_session_id, day=receipt.day,
        posted_at=receipt.issued_at, posted_by_id=receipt.cashier_id, amount_kip=amount,
        memo="", corrects_day=None,
    )  # fmt: skip
    entry = LedgerEntry(
        centre_id=receipt.centre_id, posting_id=values["id"], position=1,
        debit_account=sides[0], credit_account=sides[1], amount_kip=amount,
    )  # fmt: skip
    head = "update receipt_series set last_no = :n, head_hash = :h where series = 'A'"
    return [
        (head, {"n": values["number"], "h": values["hash"]}),
        plain(database, posting),
        plain(database, entry),
        plain(database, receipt, **values),
    ]


def test_money_is_never_changed_or_removed(database: Database, office: Office) -> None:
    sale = office.sale()
    office.void(sale)
    with office.inside():
        till = tills.till(sale.till_session_id)
    office.count(till, 200_000)
    for table in MONEY:
        with plain_sql(database, office) as connection:
            assert connection.execute(text(f"select count(*) from {table}")).scalar_one() > 0
        refused(database, office, (f"update {table} set centre_id = centre_id", {}))
        refused(database, office, (f"delete from {table}", {}))


def test_a_receipt_is_the_next_of_its_chain(database: Database, office: Office) -> None:
    sale, other = office.sale(), office.assessed()
    as_other = {"application_id": other.application_id, "assessment_id": other.id}
    for wrong in (
        {"number": 9},
        {"prev_hash": "f" * 64},
        {"number": 1, "prev_hash": "0" * 64},
    ):
        assert "chain" in refused(
            database, office, *forged(database, sale, **{**as_other, **wrong})
        )
    head_not_moved = forged(database, sale, **as_other)[1:]
    assert "head of the chain" in refused(database, office, *head_not_moved)
    for backwards in ("last_no = 0", "last_no = 1", "last_no = 2, series = 'C'"):
        refused(database, office, (f"update receipt_series set {backwards}", {}))
    refused(database, office, ("delete from receipt_series", {}))


def test_a_sale_is_what_was_assessed_and_only_once(database: Database, office: Office) -> None:
    sale, other = office.sale(), office.assessed()
    as_other = {"application_id": other.application_id, "assessment_id": other.id}
    assert "is paid already" in refused(database, office, *forged(database, sale))
    less = {**as_other, "amount_kip": 10_000, "change_kip": 40_000}
    assert "not what was assessed" in refused(database, office, *forged(database, sale, **less))
    assert "bookings do not come" in refused(
        database, office, *forged(database, sale, booked=19_000, **as_other)
    )
    not_in_the_books = forged(database, sale, **as_other)
    assert "bookings do not come" in refused(
        database, office, not_in_the_books[0], not_in_the_books[3]
    )


def test_a_void_mirrors_one_sale_to_the_kip(database: Database, office: Office) -> None:
    sale = office.sale()
    like = {
        "kind": "void", "reverses_id": sale.id, "reason": "because", "amount_kip": -20_000,
        "approved_by_id": office.manager.id, "tendered_kip": 0, "change_kip": 0,
    }  # fmt: skip
    for wrong, says in (
        ({"amount_kip": -19_999}, "only a sale is taken back"),
        ({"amount_kip": -20_001}, "taken"),
        ({"payer_name": "Somebody else"}, "only a sale is taken back"),
        ({"approved_by_id": office.cashier.id}, ""),
        ({"reason": "no"}, ""),
    ):
        assert says in refused(database, office, *forged(database, sale, **{**like, **wrong}))
    void = office.void(sale)
    refused(database, office, *forged(database, void, **like))
    assert "taken" in refused(
        database, office, *forged(database, void, **{**like, "reverses_id": void.id})
    )


def test_nothing_is_written_in_a_till_that_is_not_open(database: Database, office: Office) -> None:
    sale, other = office.sale(), office.assessed()
    with office.inside():
        till = tills.till(sale.till_session_id)
    office.count(till, 220_000)
    as_other = {"application_id": other.application_id, "assessment_id": other.id}
    assert "till is not open" in refused(database, office, *forged(database, sale, **as_other))
    assert "stays as it was" in refused(
        database,
        office,
        (
            "update till_session set state = 'open', counted_kip = null, expected_kip = null,"
            " counted_at = null",
            {},
        ),
    )
    office.close_till(till, 220_000)
    for change in ("difference_reason = 'another'", "counted_kip = 1", "float_kip = 1"):
        refused(database, office, (f"update till_session set {change}", {}))
    refused(database, office, ("delete from till_session", {}))


def test_lines_and_bookings_cant_be_added_to_a_receipt_later(
    database: Database, office: Office
) -> None:
    sale = office.sale()
    with office.inside():
        (line,) = queries.receipt_lines(sale.id)
        (entry,) = books.entries_of(sale.id)
    assert "lines would not come" in refused(database, office, plain(database, line, position=2))
    assert "entries would not come" in refused(
        database, office, plain(database, entry, position=2, amount_kip=1)
    )


def test_a_line_that_takes_back_mirrors_its_own(database: Database, office: Office) -> None:
    first, second = office.sale(), office.sale()
    void = office.void(first)
    with office.inside():
        (line,) = queries.receipt_lines(void.id)
    for wrong in (
        {"reverses_id": second.id},
        {"amount_kip": -1, "gross_kip": -1, "unit_kip": -1},
        {"reverses_id": None, "reverses_position": None},
    ):
        refused(database, office, plain(database, line, position=2, **wrong))


def test_postgresql_refuses_a_commit_without_lines_or_receipt(
    database: Database, office: Office
) -> None:
    if database.dialect != "postgresql":
        pytest.skip("SQLite has no check at the commit: `check` counts there")
    sale, other = office.sale(), office.assessed()
    as_other = {"application_id": other.application_id, "assessment_id": other.id}
    whole = forged(database, sale, **as_other)
    assert "lines do not come to its amount" in refused(database, office, *whole)
    assert "there is no such receipt" in refused(database, office, whole[1], whole[2])
    assert "entries do not come to its amount" in refused(database, office, whole[1])
