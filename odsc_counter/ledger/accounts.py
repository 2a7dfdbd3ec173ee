"""The chart of accounts, and the kinds of postings. A table that an accountant could check.

Money of the centre's own hands stands on the left (debit): tills, safe, bank, Lao QR. What it is
owed to stands on the right (credit): treasury, ministries, the centre's share, the change fund.
"""

TILL = "cash:till"
"""Cash in drawers; which drawer is said by the posting's till session."""
SAFE = "cash:safe"
BANK = "bank"
QR = "qr"
TREASURY = "treasury"
CENTRE = "centre"
DIFFERENCE = "difference"
"""Counted less expected: a shortage is debited, a surplus credited."""
FUND = "fund"
"""The change fund that the centre was given to hold."""

MONEY = (TILL, SAFE, BANK, QR)
"""The accounts whose balance is money that somebody could count."""

RECEIPT = "receipt"
FLOAT = "float"
MOVEMENT = "movement"
CLOSE = "close"
DEPOSIT = "deposit"
FUNDING = "fund"
SETTLEMENT = "settlement"
CORRECTION = "correction"
KINDS = (RECEIPT, FLOAT, MOVEMENT, CLOSE, DEPOSIT, FUNDING, SETTLEMENT, CORRECTION)

CASH_METHOD = "cash"
TRANSFER_METHOD = "transfer"
QR_METHOD = "qr"
METHODS = (CASH_METHOD, TRANSFER_METHOD, QR_METHOD)
"""How a citizen pays: notes, a bank transfer, a Lao QR payment."""

BY_METHOD = {CASH_METHOD: TILL, TRANSFER_METHOD: BANK, QR_METHOD: QR}
"""Where the money of each method arrives."""


def ministry(code: str) -> str:
    """The account of what a ministry keeps of the fees."""
    return f"ministry:{code}"
