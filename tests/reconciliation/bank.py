"""Statements as banks give them out, for the tests of this room."""

import uuid
from dataclasses import dataclass
from datetime import date

from odsc_counter.accounts.models import User
from odsc_counter.applications import operations as applications
from odsc_counter.ledger.accounts import TRANSFER_METHOD
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.receipts import operations as receipts
from odsc_counter.receipts.fees import Charge
from odsc_counter.receipts.models import Receipt
from odsc_counter.receipts.operations import Payment
from odsc_counter.reconciliation import operations, queries
from odsc_counter.reconciliation.models import BankStatement
from tests.receipts.office import NOON, Office

ACCOUNT = "BCEL 010-12-00-1"
TODAY = NOON.date()
HEAD = "Date,Reference,Amount,Description"


def a_csv(*lines: str, head: str = HEAD) -> bytes:
    """A statement with these lines."""
    return "\n".join((head, *lines)).encode()


def a_line(day: date, reference: str, amount: int, text: str = "TRF") -> str:
    """One line of it."""
    return f"{day:%d/%m/%Y},{reference},{amount},{text}"


def take(office: Office, content: bytes, **more: str) -> BankStatement:
    """The statement, taken by the manager."""
    told = {"file_name": "statement.csv", "account": ACCOUNT, "method": TRANSFER_METHOD, **more}
    with office.inside(office.manager):
        return operations.take(office.centre, content, **told)


def transfer(office: Office, reference: str, method: str = TRANSFER_METHOD) -> Receipt:
    """A receipt for a payment through the bank."""
    return office.sale(payment=Payment(method, reference=reference))


@dataclass(frozen=True)
class Matched:
    """The keys of a statement's only line, which has its receipt."""

    statement_id: uuid.UUID
    line_id: uuid.UUID
    match_id: uuid.UUID


def a_matched_line(
    centre: Centre, cashier: User, service_id: int, fee_line_id: int, *, reference: str
) -> Matched:
    """A bank payment and the statement that shows it, in the scope that is in force."""
    application = applications.take(
        centre, service_id, full_name=f"Payer of {centre.code}", papers_present=set()
    )
    assessment = receipts.assess(centre, application.id, [Charge(fee_line_id)])
    sale = receipts.issue(
        centre, assessment.id, cashier, Payment(TRANSFER_METHOD, reference=reference)
    )
    content = a_csv(a_line(clock.today(), reference, sale.amount_kip))
    made = operations.take(
        centre, content, file_name="x.csv", account=f"Account of {centre.code}",
        method=TRANSFER_METHOD,
    )  # fmt: skip
    (row,) = queries.sheet(made.id).matched
    assert row.match is not None
    return Matched(made.id, row.line.id, row.match.id)
