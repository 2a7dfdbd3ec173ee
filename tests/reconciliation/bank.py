"""Statements as banks give them out, for the tests of this room."""

from datetime import date

from odsc_counter.ledger.accounts import TRANSFER_METHOD
from odsc_counter.receipts.models import Receipt
from odsc_counter.receipts.operations import Payment
from odsc_counter.reconciliation import operations
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
