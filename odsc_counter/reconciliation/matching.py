"""Which receipt a line belongs to: by rule where it is certain, as a suggestion where it is near.

By rule: the same number of the payment, the same amount, and one receipt only that could be
meant. A suggestion has the same amount and a near day; a person looks and confirms.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from odsc_counter.reconciliation.models import BankStatementLine
from odsc_counter.reconciliation.parsing import normal_reference

NEAR = timedelta(days=3)
"""A suggested receipt is at most so far from the line: payments of a weekend arrive on Monday."""
FAR = timedelta(days=31)
"""By its own number a payment is looked for so far around the statement."""
MOST_SUGGESTED = 3
_NUMBER = re.compile(r"[0-9A-Za-z໐-໙]{6,60}")


@dataclass(frozen=True)
class Paid:
    """What of a receipt is held against a statement: a bank or QR payment, in or out."""

    id: uuid.UUID
    label: str
    kind: str
    day: date
    amount_kip: int
    method: str
    payment_reference: str
    payer_name: str
    is_voided: bool
    reverses_id: uuid.UUID | None = None


def by_rule(
    lines: Iterable[BankStatementLine], receipts: Iterable[Paid]
) -> list[tuple[BankStatementLine, Paid]]:
    """The certain pairs. No line and no receipt is in two of them.

    Of a voided sale and the one that replaced it under the same number, the valid one is meant.
    """
    by_number: dict[tuple[str, int], list[Paid]] = defaultdict(list)
    for receipt in receipts:
        number = normal_reference(receipt.payment_reference)
        if number:
            by_number[number, receipt.amount_kip].append(receipt)
    claims: dict[uuid.UUID, list[tuple[BankStatementLine, Paid]]] = defaultdict(list)
    for line in lines:
        meant = {
            receipt.id: receipt
            for number in _numbers(line)
            for receipt in by_number[number, line.amount_kip]
        }
        valid = [receipt for receipt in meant.values() if not receipt.is_voided]
        chosen = valid or list(meant.values())
        if len(chosen) == 1:
            claims[chosen[0].id].append((line, chosen[0]))
    # Two lines that name the same payment are for a person to tell apart.
    return [found[0] for found in claims.values() if len(found) == 1]


def suggestions(
    lines: Iterable[BankStatementLine], receipts: Sequence[Paid]
) -> dict[uuid.UUID, list[Paid]]:
    """For each line the receipts of its amount that are near, the nearest first."""
    by_amount: dict[int, list[Paid]] = defaultdict(list)
    for receipt in receipts:
        by_amount[receipt.amount_kip].append(receipt)
    found = {}
    for line in lines:
        near = [one for one in by_amount[line.amount_kip] if abs(one.day - line.day) <= NEAR]
        near.sort(key=lambda one: (one.is_voided, abs(one.day - line.day), one.label))
        found[line.id] = near[:MOST_SUGGESTED]
    return found


def _numbers(line: BankStatementLine) -> set[str]:
    """The payment's number: the reference, or what may be one in the text where there is none."""
    if line.reference.strip():
        return {normal_reference(line.reference)}
    return {
        normal_reference(word)
        for word in _NUMBER.findall(line.text)
        if any(letter.isdigit() for letter in word)
    }
