"""The double entry behind each receipt, written by one function so that it always balances."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from odsc_counter.receipts.models import LedgerEntry, Receipt

CASH_ACCOUNT = "cash"


@dataclass(frozen=True)
class Share:
    """What one ministry gets of a receipt, in kip; negative on a void."""

    ministry_code: str
    amount_kip: int


def revenue_account(ministry_code: str) -> str:
    """The account in which a ministry's fees gather."""
    return f"revenue:{ministry_code}"


def entries(receipt: Receipt, shares: Iterable[Share]) -> list[LedgerEntry]:
    """Cash against the revenue of each ministry; a void has the sides exchanged.

    Raises ValueError when the shares do not come to the receipt's amount: a fault of ours.
    """
    revenue: Counter[str] = Counter()
    for share in shares:
        revenue[revenue_account(share.ministry_code)] += share.amount_kip
    if sum(revenue.values()) != receipt.amount_kip:
        raise ValueError("the shares of a receipt must come to its amount")
    booked = [(CASH_ACCOUNT, receipt.amount_kip)]
    booked += [(account, -amount) for account, amount in sorted(revenue.items())]
    return [
        LedgerEntry(
            receipt_id=receipt.id,
            account=account,
            debit_kip=max(amount, 0),
            credit_kip=max(-amount, 0),
            day=receipt.day,
        )
        for account, amount in booked
    ]


def mirrored(receipt: Receipt, booked: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """The entries of a sale with their sides exchanged, for the receipt that voids it."""
    return [
        LedgerEntry(
            receipt_id=receipt.id,
            account=entry.account,
            debit_kip=entry.credit_kip,
            credit_kip=entry.debit_kip,
            day=receipt.day,
        )
        for entry in booked
    ]
