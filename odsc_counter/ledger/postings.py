"""The one way to write into the books, within the transaction of the deed that it tells of."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from odsc_counter.ledger.accounts import BY_METHOD, KINDS
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.platform import clock
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work


@dataclass(frozen=True)
class Transfer:
    """An amount of whole kip, above nought, that goes from one account to another."""

    debit: str
    credit: str
    amount_kip: int


def post(
    work: Work,
    kind: str,
    transfers: Iterable[Transfer],
    *,
    day: date,
    at: datetime | None = None,
    posting_id: uuid.UUID | None = None,
    till_session_id: uuid.UUID | None = None,
    memo: str = "",
    corrects_day: date | None = None,
) -> LedgerPosting:
    """Write one posting with its entries; transfers between the same accounts become one.

    Raises ValueError for an unknown kind or a posting without an entry: a fault of ours.
    """
    moved = merged(transfers)
    if kind not in KINDS or not moved or min(one.amount_kip for one in moved) < 0:
        raise ValueError("a posting is of a known kind and moves money from account to account")
    posting = LedgerPosting(
        id=posting_id or new_id(),
        kind=kind,
        till_session_id=till_session_id,
        day=day,
        posted_at=at or clock.now(),
        posted_by_id=current_actor().user_id,
        amount_kip=sum(one.amount_kip for one in moved),
        memo=memo,
        corrects_day=corrects_day,
    )
    work.session.add(posting)
    work.session.flush()
    work.session.add_all(
        LedgerEntry(
            posting_id=posting.id,
            position=position,
            debit_account=one.debit,
            credit_account=one.credit,
            amount_kip=one.amount_kip,
        )
        for position, one in enumerate(moved, start=1)
    )
    work.session.flush()
    return posting


def merged(transfers: Iterable[Transfer]) -> list[Transfer]:
    """One transfer for each pair of accounts, in their order; none of nought."""
    sums: Counter[tuple[str, str]] = Counter()
    for transfer in transfers:
        sums[transfer.debit, transfer.credit] += transfer.amount_kip
    return [Transfer(*accounts, amount) for accounts, amount in sorted(sums.items()) if amount]


@dataclass(frozen=True)
class Share:
    """What one account is owed of a receipt, in kip; negative where money goes back."""

    to: str
    kip: int


def taken(method: str, shares: Iterable[Share]) -> list[Transfer]:
    """Money taken by a method and whom it is owed to, as `post` books it.

    Negative shares go the other way.
    """
    money = BY_METHOD[method]
    return merged(
        Transfer(money, share.to, share.kip)
        if share.kip > 0
        else Transfer(share.to, money, -share.kip)
        for share in shares
    )
