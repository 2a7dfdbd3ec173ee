"""Statements taken, lines matched by rule and by people, and taken back."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from odsc_counter.ledger.accounts import QR_METHOD
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.work import reading
from odsc_counter.receipts import verifying as money
from odsc_counter.receipts.operations import Payment
from odsc_counter.reconciliation import operations, queries, verifying
from odsc_counter.reconciliation.errors import (
    AlreadyMatched,
    AlreadyUndone,
    DoesNotFit,
    NothingNew,
    ReasonMissing,
    StatementKnown,
)
from odsc_counter.reconciliation.models import BankMatch
from odsc_counter.reconciliation.queries import Sheet
from tests.pages import a_request
from tests.receipts.office import NOON, Office, an_office
from tests.receipts.test_walls import plain_sql
from tests.reconciliation.bank import TODAY, a_csv, a_line, take, transfer

FEE = 20_000


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    with clock.use(lambda: NOON), a_request():
        yield


@pytest.fixture
def office(database: Database) -> Office:
    office = an_office(fee=FEE)
    office.open_till()
    return office


def sheet(office: Office, statement: Any) -> Sheet:
    with office.inside(office.manager):
        return queries.sheet(statement.id)


def pairs(found: Sheet) -> dict[str, str]:
    return {row.line.reference: row.receipt.label for row in found.matched if row.receipt}


def faults(office: Office) -> list[str]:
    """What `odsc-counter check` says of the centre's money and statements."""
    with office.inside(), reading() as session:
        return [what for rule in (*money.RULES, *verifying.RULES) for what in rule(session)]


def as_manager(office: Office, deed: Callable[..., Any], *told: Any) -> Any:
    with office.inside(office.manager):
        return deed(*told)


def test_the_same_number_and_amount_are_matched_by_rule(office: Office) -> None:
    sale, other = transfer(office, "FT 1001"), transfer(office, "FT1002")
    qr = transfer(office, "FT1003", QR_METHOD)
    statement = take(
        office,
        a_csv(
            a_line(TODAY, "ft-1001", FEE),
            a_line(TODAY, "FT1002", FEE + 1),
            a_line(TODAY, "FT1003", FEE),
            a_line(TODAY, "", FEE, "TRF FROM A ref FT1004 B"),
        ),
    )
    found = sheet(office, statement)
    assert pairs(found) == {"ft-1001": sale.label}
    near = {row.line.reference: [one.label for one in row.suggested] for row in found.unmatched}
    assert near == {"FT1002": [], "FT1003": [other.label], "": [other.label]}
    assert qr.label not in str(near)


def test_a_number_in_the_text_counts_where_there_is_no_reference(office: Office) -> None:
    sale = transfer(office, "202611230042")
    found = sheet(office, take(office, a_csv(a_line(TODAY, "", FEE, "QR/202611230042/PAID"))))
    assert pairs(found) == {"": sale.label}


def test_a_refund_through_the_bank_is_matched_with_money_that_went_out(office: Office) -> None:
    sale = transfer(office, "FT1001")
    back = office.refund(sale, payment=Payment("transfer", reference="FT2001"))
    lines = (a_line(TODAY, "FT1001", FEE), a_line(TODAY, "FT2001", -FEE))
    found = sheet(office, take(office, a_csv(*lines)))
    assert pairs(found) == {"FT1001": sale.label, "FT2001": back.label}


def test_of_a_voided_sale_and_its_successor_the_valid_one_is_meant(office: Office) -> None:
    first = transfer(office, "FT1001")
    office.void(first)
    second = transfer(office, "FT1001")
    found = sheet(office, take(office, a_csv(a_line(TODAY, "FT1001", FEE))))
    assert pairs(found) == {"FT1001": second.label}
    with office.inside():
        assert [(a.label, a.is_voided) for a, _b in queries.cancelled_pairs()] == [
            (first.label, True)
        ]
        assert queries.open_receipts().total == 0


def test_two_lines_with_one_number_are_left_to_a_person(office: Office) -> None:
    transfer(office, "FT1001")
    lines = (a_line(TODAY, "FT1001", FEE), a_line(TODAY, "FT1001", FEE, "again"))
    found = sheet(office, take(office, a_csv(*lines)))
    assert not found.matched
    assert [len(row.suggested) for row in found.unmatched] == [1, 1]


def test_a_suggestion_is_near_and_the_nearest_comes_first(office: Office) -> None:
    sale = transfer(office, "FT1001")
    near, far = TODAY - timedelta(days=3), TODAY - timedelta(days=4)
    lines = (a_line(near, "X1", FEE), a_line(far, "X2", FEE))
    found = sheet(office, take(office, a_csv(*lines)))
    assert [[one.label for one in row.suggested] for row in found.unmatched] == [[sale.label], []]


def test_a_file_is_taken_once_and_known_lines_are_left_out(office: Office) -> None:
    first = a_csv(a_line(TODAY, "FT1", FEE), a_line(TODAY, "FT2", FEE))
    take(office, first)
    with pytest.raises(StatementKnown):
        take(office, first)
    with pytest.raises(NothingNew):
        take(office, a_csv(a_line(TODAY, "ft2", FEE)))
    later = take(office, a_csv(a_line(TODAY, "FT2", FEE), a_line(TODAY, "FT3", FEE)))
    found = sheet(office, later)
    assert ([row.line.reference for row in found.rows], later.known_lines) == (["FT3"], 1)
    # On another account the same line is another payment.
    assert take(office, a_csv(a_line(TODAY, "FT3", FEE)), account="LDB 2").known_lines == 0
    with office.inside():
        assert sum(one.lines for one in queries.statements()) == 4


def test_a_wrong_line_or_no_account_takes_nothing(office: Office) -> None:
    good = a_line(TODAY, "FT1", FEE)
    for content, more in (
        (a_csv(good, "31/02/2026,FT2,5000,"), {}),
        (a_csv(good), {"account": " "}),
        (a_csv(good), {"method": "cash"}),
    ):
        with pytest.raises(InvalidInput):
            take(office, content, **more)
    with office.inside():
        assert queries.statements() == []


def test_a_person_matches_what_fits_and_nothing_else(office: Office) -> None:
    sale, qr = transfer(office, "FT1001"), transfer(office, "QR1001", QR_METHOD)
    cash = office.sale()
    lines = (a_line(TODAY, "X1", FEE), a_line(TODAY, "X2", FEE + 1), a_line(TODAY, "X3", FEE))
    first, second, third = sheet(office, take(office, a_csv(*lines))).rows
    for line, receipt in ((second, sale), (first, qr), (first, cash)):
        with pytest.raises(DoesNotFit):
            as_manager(office, operations.match, line.line.id, receipt.id)
    made = as_manager(office, operations.match, first.line.id, sale.id)
    assert (made.made_by, made.matched_by_id) == ("person", office.manager.id)
    with pytest.raises(AlreadyMatched):
        as_manager(office, operations.match, third.line.id, sale.id)
    with pytest.raises(NotFound):
        as_manager(office, operations.match, third.line.id, third.line.id)


def test_a_match_taken_back_stays_on_record_and_makes_room(office: Office) -> None:
    sale = transfer(office, "FT1001")
    statement = take(office, a_csv(a_line(TODAY, "FT1001", FEE)))
    (row,) = sheet(office, statement).matched
    assert row.match is not None
    with pytest.raises(ReasonMissing):
        as_manager(office, operations.unmatch, row.match.id, " no ")
    as_manager(office, operations.unmatch, row.match.id, "Another person's payment")
    with pytest.raises(AlreadyUndone):
        as_manager(office, operations.unmatch, row.match.id, "Another person's payment")
    assert not sheet(office, statement).matched
    again = as_manager(office, operations.match, row.line.id, sale.id)
    with office.inside(), reading() as session:
        kept = session.query(BankMatch).order_by(BankMatch.matched_at, BankMatch.id).all()
        assert [one.undone_by_id for one in kept] == [office.manager.id, None]
        assert kept[1].id == again.id
    assert faults(office) == []


def test_what_comes_after_the_upload_is_matched_when_asked(office: Office) -> None:
    statement = take(office, a_csv(a_line(TODAY, "FT1001", FEE)))
    assert as_manager(office, operations.match_certain, statement.id) == 0
    transfer(office, "FT1001")
    assert as_manager(office, operations.match_certain, statement.id) == 1


def test_books_and_statements_stand_side_by_side(office: Office) -> None:
    transfer(office, "FT1001")
    transfer(office, "FT1002")
    office.void(transfer(office, "FT1003"))
    take(office, a_csv(a_line(TODAY, "FT1001", FEE), a_line(TODAY, "X9", 7_000)))
    with office.inside():
        bank, qr = queries.standings()
        assert queries.open_receipts().sum_kip == FEE
    assert (bank.books_kip, bank.statements_kip, bank.difference_kip) == (40_000, 27_000, 13_000)
    assert (bank.receipts_open_kip, bank.lines_open_kip, bank.other_kip) == (FEE, 7_000, 0)
    assert qr.books_kip == qr.statements_kip == 0


def at_once(office: Office, *deeds: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment; what each gave or raised."""
    gate = threading.Barrier(len(deeds))
    outcomes: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        with office.inside(office.manager), a_request():
            gate.wait()
            try:
                outcomes[place] = deed()
            except DomainError as error:
                outcomes[place] = error

    threads = [threading.Thread(target=run, args=(n, deed)) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_who_match_at_once_one_is_told(office: Office) -> None:
    sale, other = transfer(office, "FT1001"), transfer(office, "FT1002")
    lines = (a_line(TODAY, "X1", FEE), a_line(TODAY, "X2", FEE))
    first, second = (row.line for row in sheet(office, take(office, a_csv(*lines))).rows)
    for one, two in (
        ((first, sale), (second, sale)),
        ((second, sale), (second, other)),
    ):
        done = at_once(
            office,
            lambda pair=one: operations.match(pair[0].id, pair[1].id),
            lambda pair=two: operations.match(pair[0].id, pair[1].id),
        )
        made = [one for one in done if isinstance(one, BankMatch)]
        assert [type(one) for one in done if one not in made] == [AlreadyMatched]
        as_manager(office, operations.unmatch, made[0].id, "For the next round")
    assert faults(office) == []


def test_of_two_uploads_at_once_no_line_doubles(office: Office) -> None:
    line = a_line(TODAY, "FT1", FEE)
    same = a_csv(line)
    overlapping = a_csv(line, a_line(TODAY, "FT2", FEE))

    def upload(content: bytes) -> Any:
        return operations.take(
            office.centre, content, file_name="x.csv", account="A1", method="transfer"
        )

    done = at_once(
        office, *(lambda content=one: upload(content) for one in (same, same, overlapping))
    )
    refused = [one for one in done if isinstance(one, DomainError)]
    assert all(isinstance(one, StatementKnown | NothingNew | AlreadyChanged) for one in refused)
    with office.inside():
        counted = queries.statements()
    assert sum(one.lines for one in counted) <= 2
    assert len(counted) == 3 - len(refused)
    assert faults(office) == []


def test_the_database_refuses_to_forge_or_forget(database: Database, office: Office) -> None:
    transfer(office, "FT1001")
    cash = office.sale()
    take(office, a_csv(a_line(TODAY, "FT1001", FEE), a_line(TODAY, "X2", FEE)))
    for statement in (
        "update bank_statement set account_label = 'x'",
        "delete from bank_statement",
        "update bank_statement_line set amount_kip = 1",
        "delete from bank_statement_line",
        "update bank_match set made_by = 'person'",
        "update bank_match set receipt_id = line_id",
        "delete from bank_match",
    ):
        with pytest.raises(DBAPIError), plain_sql(database, office) as connection:
            connection.execute(text(statement))
    forged = (
        "insert into bank_match (centre_id, id, line_id, receipt_id, made_by, matched_at,"
        " undo_reason) select l.centre_id, l.id, l.id, r.id, 'rule', r.issued_at, ''"
        " from bank_statement_line l join receipt r on r.centre_id = l.centre_id"
        " where l.reference = 'X2' and r.label = :label"
    )
    with (
        pytest.raises(DBAPIError, match="one amount and one method"),
        plain_sql(database, office) as connection,
    ):
        connection.execute(text(forged), {"label": cash.label})
