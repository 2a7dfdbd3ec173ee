"""Whether closed days are as they were closed: closes, their anchors, and the chains they name.

What `odsc-counter check` asks of the treasury. A close is counted again from the day's rows, an
anchor looked up in the chain: a tail that was cut off, a chain that was written anew and a Z
that was changed are each found and named.
"""

import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from odsc_counter.ledger.accounts import CORRECTION, FUNDING
from odsc_counter.ledger.models import LedgerPosting
from odsc_counter.platform.errors import NotFound
from odsc_counter.receipts import body, chain, keys
from odsc_counter.receipts.models import GENESIS, Receipt
from odsc_counter.treasury.closing import anchors_of
from odsc_counter.treasury.figures import figures
from odsc_counter.treasury.models import (
    CLOSES,
    DEPOSIT_KINDS,
    ChainAnchor,
    DailyClose,
    Deposit,
    LedgerApproval,
)

ANCHOR_COLUMNS = (
    "fiscal_year", "series", "last_no", "head_hash", "total_kip", "z_number", "z_hash", "closed_at",
)  # fmt: skip


def closes_are_sealed(session: Session) -> Iterator[str]:
    """The chain of closes is whole, each is the centre's, and each day comes to what it says."""
    number, before = 0, GENESIS
    for close in session.scalars(select(DailyClose).order_by(DailyClose.z_number)):
        name = f"Z {close.z_number} of {close.day}"
        if close.z_number != number + 1 or close.prev_hash != before:
            yield f"{name}: does not follow the close before it"
        number, before = close.z_number, close.hash
        if chain.link(close.prev_hash, close.body) != close.hash:
            yield f"{name}: the text was changed, its hash is another"
        if not _is_signed(session, close):
            yield f"{name}: the signature is not the centre's"
        try:
            told: dict[str, Any] = json.loads(close.body)
        except ValueError:
            yield f"{name}: the text can't be read"
            continue
        row = (close.z_number, close.day.isoformat(), close.closed_at.isoformat())
        if row != (told["z_number"], told["day"], told["closed_at"]):
            yield f"{name}: the row says another number, day or time than the sealed text"
        counted = json.loads(body.canonical(figures(session, close.day)))
        for part in sorted(counted.keys() | told["figures"].keys()):
            if counted.get(part) != told["figures"].get(part):
                yield f"{name}: counted again, its {part} are others"


def anchors_hold(session: Session) -> Iterator[str]:
    """Every anchor is of its close and names a link that is still in its chain."""
    anchors: dict[date, list[ChainAnchor]] = defaultdict(list)
    for anchor in session.scalars(select(ChainAnchor).order_by(ChainAnchor.day)):
        anchors[anchor.day].append(anchor)
    closes = {close.day: close for close in session.scalars(select(DailyClose))}
    for day in sorted(anchors.keys() | closes.keys()):
        if day not in closes:
            yield f"{day}: has anchors and no close: the end of the closes was cut off"
        else:
            yield from _anchors_of_close(closes[day], anchors[day])
    links: dict[tuple[int, str], dict[int, str]] = defaultdict(dict)
    for year, series, number, linked in session.execute(
        select(Receipt.fiscal_year, Receipt.series, Receipt.number, Receipt.hash)
    ):
        links[year, series][number] = linked
    for day in sorted(anchors):
        for anchor in anchors[day]:
            if anchor.series != CLOSES:
                yield from _link_faults(anchor, links[anchor.fiscal_year, anchor.series])


def _anchors_of_close(close: DailyClose, rows: list[ChainAnchor]) -> Iterator[str]:
    try:
        wanted = anchors_of(close, json.loads(close.body)["figures"])
    except (ValueError, KeyError):
        return  # said by closes_are_sealed

    def said(anchors: list[ChainAnchor]) -> list[tuple[Any, ...]]:
        return sorted(tuple(getattr(row, name) for name in ANCHOR_COLUMNS) for row in anchors)

    if said(wanted) != said(rows):
        yield f"{close.day}: the anchors are others than the Z says"


def _link_faults(anchor: ChainAnchor, links: dict[int, str]) -> Iterator[str]:
    name = f"{anchor.fiscal_year}-{anchor.series}, anchor of {anchor.day}"
    found = links.get(anchor.last_no)
    if found is None:
        yield (
            f"{name}: number {anchor.last_no} is missing, the chain ends with"
            f" {max(links, default=0)}: its end was cut off"
        )
    elif found != anchor.head_hash:
        yield f"{name}: number {anchor.last_no} has another hash: the chain was written anew"


def _is_signed(session: Session, close: DailyClose) -> bool:
    try:
        key = keys.public_key(session, close.key_id)
        signature = base64.b64decode(close.signature, validate=True)
        message = bytes.fromhex(close.hash)
    except (NotFound, binascii.Error, ValueError):
        return False
    return keys.verify(key, message, signature)


def closed_days_are_shut(session: Session) -> Iterator[str]:
    """No day on which money moved was jumped over by a later close."""
    last = session.scalar(select(func.max(DailyClose.day)))
    if last is None:
        return
    for day, count in session.execute(
        select(LedgerPosting.day, func.count())
        .where(
            LedgerPosting.day <= last,
            ~exists().where(
                DailyClose.centre_id == LedgerPosting.centre_id,
                DailyClose.day == LedgerPosting.day,
            ),
        )
        .group_by(LedgerPosting.day)
        .order_by(LedgerPosting.day)
    ):
        yield f"{day}: {count} postings, never closed, and a later day is"


def second_words_were_given(session: Session) -> Iterator[str]:
    """Corrections and the change fund had two people; deposits are what was booked."""
    for identity, kind in session.execute(
        select(LedgerPosting.id, LedgerPosting.kind).where(
            LedgerPosting.kind.in_((CORRECTION, FUNDING)),
            ~exists().where(
                LedgerApproval.centre_id == LedgerPosting.centre_id,
                LedgerApproval.posting_id == LedgerPosting.id,
                LedgerApproval.posted_by_id == LedgerPosting.posted_by_id,
            ),
        )
    ):
        yield f"posting {identity} ({kind}): no second person agreed"
    for identity, kind in session.execute(
        select(LedgerPosting.id, LedgerPosting.kind).where(
            LedgerPosting.kind.in_(DEPOSIT_KINDS),
            ~exists().where(
                Deposit.centre_id == LedgerPosting.centre_id,
                Deposit.id == LedgerPosting.id,
                Deposit.amount_kip == LedgerPosting.amount_kip,
                Deposit.kind == LedgerPosting.kind,
            ),
        )
    ):
        yield f"posting {identity} ({kind}): there is no such deposit"


RULES = (closes_are_sealed, anchors_hold, closed_days_are_shut, second_words_were_given)
