"""Whether the money of a centre is as it was written: chains, signatures, lines, books, drawers.

What `odsc-counter check` asks of the cash office. Everything is counted again from the rows, in
the order of the chains; a difference says which receipt, posting or till, and what is wrong.
"""

import base64
import binascii
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby, islice
from typing import Any

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, aliased

from odsc_counter.ledger.accounts import RECEIPT, TILL
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.ledger.postings import Transfer
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.receipts import body, chain, keys, seal
from odsc_counter.receipts.models import (
    GENESIS,
    SALE,
    Assessment,
    AssessmentLine,
    Receipt,
    ReceiptLine,
    ReceiptSeries,
)
from odsc_counter.tills.lifecycle import CLOSED, OPEN
from odsc_counter.tills.models import TillCount, TillSession

AT_ONCE = 500
"""Receipts whose lines, bookings and events are read together."""

LINE_COLUMNS = (
    "amount_kip",
    "computation",
    "fee_line_id",
    "gross_kip",
    "legal_basis",
    "position",
    "quantity",
    "reduction_kip",
    "service_code",
    "shares",
    "standing",
    "unit_kip",
)


def receipts_are_sealed(session: Session) -> Iterator[str]:
    """Every chain is whole: no receipt is missing, added, exchanged or changed in any column."""
    public = _public_keys(session)
    receipts = session.scalars(
        select(Receipt)
        .order_by(Receipt.fiscal_year, Receipt.series, Receipt.number)
        .execution_options(yield_per=AT_ONCE)
    )
    ends: dict[tuple[int, str], tuple[int, str, int]] = {}
    for key, of_series in groupby(receipts, lambda row: (row.fiscal_year, row.series)):
        number, before, total, signed = 0, GENESIS, 0, False
        while few := list(islice(of_series, AT_ONCE)):
            beside = _Beside(session, few)
            for receipt in few:
                if receipt.number != number + 1:
                    yield f"{receipt.label}: follows number {number} of its series"
                if receipt.prev_hash != before:
                    yield f"{receipt.label}: does not follow the receipt before it"
                yield from _own_faults(receipt, beside, signed, public)
                signed = signed or bool(receipt.key_id)
                number, before = receipt.number, receipt.hash
                total += receipt.amount_kip
            session.expunge_all()
        ends[key] = (number, before, total)
    heads = {
        (row.fiscal_year, row.series): (row.last_no, row.head_hash, row.total_kip)
        for row in session.scalars(select(ReceiptSeries))
    }
    for key in sorted(ends.keys() | heads.keys()):
        end, head = ends.get(key, (0, GENESIS, 0)), heads.get(key)
        if end != head:
            yield f"{key[0]}-{key[1]}: ends with {end}, the head of the chain says {head}"


class _Beside:
    """What stands beside receipts in other tables, read for several at once."""

    def __init__(self, session: Session, receipts: Sequence[Receipt]) -> None:
        ids = [receipt.id for receipt in receipts]
        self.lines: dict[uuid.UUID, list[ReceiptLine]] = defaultdict(list)
        for line in session.scalars(
            select(ReceiptLine)
            .where(ReceiptLine.receipt_id.in_(ids))
            .order_by(ReceiptLine.receipt_id, ReceiptLine.position)
        ):
            self.lines[line.receipt_id].append(line)
        self.entries: dict[uuid.UUID, list[Transfer]] = defaultdict(list)
        for entry in session.scalars(select(LedgerEntry).where(LedgerEntry.posting_id.in_(ids))):
            self.entries[entry.posting_id].append(
                Transfer(entry.debit_account, entry.credit_account, entry.amount_kip)
            )
        self.postings = {
            posting.id: posting
            for posting in session.scalars(select(LedgerPosting).where(LedgerPosting.id.in_(ids)))
        }
        self.events: dict[str, list[Event]] = defaultdict(list)
        for event in session.scalars(
            select(Event).where(
                Event.subject_kind == "receipt",
                Event.subject_id.in_([str(one) for one in ids]),
                Event.verb != "print",
            )
        ):
            self.events[event.subject_id].append(event)


def _own_faults(
    receipt: Receipt, beside: _Beside, signed_before: bool, public: Any
) -> Iterator[str]:
    name = receipt.label
    if chain.link(receipt.prev_hash, receipt.body) != receipt.hash:
        yield f"{name}: the text was changed, its hash is another"
    if receipt.key_id or signed_before:
        yield from _signature_faults(receipt, public)
    try:
        told: dict[str, Any] = json.loads(receipt.body)
    except ValueError:
        yield f"{name}: the text can't be read"
        return
    for column in _changed_columns(receipt, told):
        yield f"{name}: the row says another {column} than the sealed text"
    if told["format"] >= 2:
        yield from _line_faults(receipt, beside.lines[receipt.id], told["lines"])
        if body.entries(beside.entries[receipt.id]) != told["entries"]:
            yield f"{name}: its bookings are others than the sealed text says"
    yield from _posting_faults(receipt, beside)
    events = beside.events[str(receipt.id)]
    verb = "issue" if receipt.kind == SALE else receipt.kind
    if [event.verb for event in events] != [verb]:
        yield f"{name}: has {len(events)} events of its making"
    elif events[0].data["amount_kip"] != receipt.amount_kip or (
        events[0].data.get("hash", receipt.hash) != receipt.hash
    ):
        yield f"{name}: its event tells another amount or hash"


def _signature_faults(receipt: Receipt, public: Any) -> Iterator[str]:
    key = public(receipt.key_id)
    if key is None:
        yield f"{receipt.label}: no such key {receipt.key_id!r}"
        return
    try:
        signature = base64.b64decode(receipt.signature, validate=True)
        message = chain.signed_text(receipt.hash)
    except (binascii.Error, ValueError):
        signature, message = b"", b"-"
    if not keys.verify(key, message, signature):
        yield f"{receipt.label}: the signature is not the centre's"
    try:
        opened = seal.opened(receipt.seal)
    except seal.NotASeal:
        yield f"{receipt.label}: the seal can't be read"
        return
    if not seal.verify(opened, key) or (
        opened.fiscal_year, opened.series, opened.number, opened.amount_kip,
    ) != (receipt.fiscal_year, receipt.series, receipt.number, receipt.amount_kip):  # fmt: skip
        yield f"{receipt.label}: the seal speaks of another receipt"


def _changed_columns(receipt: Receipt, told: dict[str, Any]) -> list[str]:
    said = body.row_values(receipt)
    if told["format"] < 2:
        said = {name: value for name, value in said.items() if name in told}
    wrong = [name for name, value in said.items() if told.get(name) != value]
    if told["payer"] != receipt.payer_name:
        wrong.append("payer_name")
    if told["cashier"]["lo"] != receipt.cashier_name:
        wrong.append("cashier_name")
    if told.get("reason", "") != receipt.reason:
        wrong.append("reason")
    return wrong


def _line_faults(
    receipt: Receipt, lines: Sequence[ReceiptLine], told: Sequence[dict[str, Any]]
) -> Iterator[str]:
    rows = [
        {
            **{name: getattr(line, name) for name in LINE_COLUMNS},
            "name": body.both(line),
            "reverses_position": line.reverses_position,
        }
        for line in lines
    ]
    said = [
        {name: line.get(name) for name in (*LINE_COLUMNS, "name", "reverses_position")}
        for line in told
    ]
    if rows != said:
        yield f"{receipt.label}: its lines are others than the sealed text says"


def _posting_faults(receipt: Receipt, beside: _Beside) -> Iterator[str]:
    posting = beside.postings.get(receipt.id)
    booked = sum(move.amount_kip for move in beside.entries[receipt.id])
    if posting is None or (
        posting.kind, posting.till_session_id, posting.day, posting.amount_kip, booked,
    ) != (
        RECEIPT, receipt.till_session_id, receipt.day, abs(receipt.amount_kip),
        abs(receipt.amount_kip),
    ):  # fmt: skip
        yield f"{receipt.label}: {receipt.amount_kip} kip, booked {booked}"


def _public_keys(session: Session) -> Any:
    @cache
    def found(key_id: str) -> bytes | None:
        try:
            return keys.public_key(session, key_id)
        except NotFound:
            return None

    return found


def receipts_match_their_assessment(session: Session) -> Iterator[str]:
    """A sale is what its assessment says, and an assessment what its lines come to."""
    lines = (
        select(AssessmentLine.assessment_id, func.sum(AssessmentLine.amount_kip).label("total"))
        .group_by(AssessmentLine.assessment_id)
        .subquery()
    )
    for identity, total, summed in session.execute(
        select(Assessment.id, Assessment.total_kip, lines.c.total)
        .outerjoin(lines, lines.c.assessment_id == Assessment.id)
        .where(func.coalesce(lines.c.total, 0) != Assessment.total_kip)
    ):
        yield f"assessment {identity}: {total} kip, its lines {summed}"
    for label in session.scalars(
        select(Receipt.label)
        .join(Assessment, Assessment.id == Receipt.assessment_id)
        .where(Receipt.kind == SALE, Receipt.amount_kip != Assessment.total_kip)
    ):
        yield f"{label}: not the amount that was assessed"


def what_is_taken_back_was_taken(session: Session) -> Iterator[str]:
    """A void or refund takes back lines of one sale, to the kip and once."""
    sale = aliased(ReceiptLine)
    rows = session.execute(
        select(Receipt.label, ReceiptLine.position)
        .join(ReceiptLine, ReceiptLine.receipt_id == Receipt.id)
        .outerjoin(
            sale,
            (sale.centre_id == ReceiptLine.centre_id)
            & (sale.receipt_id == ReceiptLine.reverses_id)
            & (sale.position == ReceiptLine.reverses_position),
        )
        .where(
            Receipt.kind != SALE,
            func.coalesce(sale.amount_kip, 0) != -ReceiptLine.amount_kip,
        )
    )
    for label, position in rows:
        yield f"{label}: line {position} does not mirror what it takes back"


def books_balance(session: Session) -> Iterator[str]:
    """A posting comes to its entries, and one of a receipt has its receipt."""
    sums = (
        select(LedgerEntry.posting_id, func.sum(LedgerEntry.amount_kip).label("total"))
        .group_by(LedgerEntry.posting_id)
        .subquery()
    )
    for identity, kind, amount, total in session.execute(
        select(LedgerPosting.id, LedgerPosting.kind, LedgerPosting.amount_kip, sums.c.total)
        .outerjoin(sums, sums.c.posting_id == LedgerPosting.id)
        .where(func.coalesce(sums.c.total, 0) != LedgerPosting.amount_kip)
    ):
        yield f"posting {identity} ({kind}): {amount} kip, its entries {total}"
    for identity in session.scalars(
        select(LedgerPosting.id).where(
            LedgerPosting.kind == RECEIPT,
            ~exists().where(
                Receipt.centre_id == LedgerPosting.centre_id, Receipt.id == LedgerPosting.id
            ),
        )
    ):
        yield f"posting {identity}: its receipt is missing"


def receipts_are_where_events_tell(session: Session) -> Iterator[str]:
    """No receipt is gone whose making is on record."""
    known = {str(one) for one in session.scalars(select(Receipt.id))}
    for subject, data in session.execute(
        select(Event.subject_id, Event.data).where(
            Event.subject_kind == "receipt", Event.verb.in_(("issue", "void", "refund"))
        )
    ):
        if subject not in known:
            yield f"{data.get('label', subject)}: was written and is missing"


def drawers_equal_the_books(session: Session) -> Iterator[str]:
    """A till's count is what its books said, and a till that is signed off is empty."""
    side = case(
        (LedgerEntry.debit_account == TILL, LedgerEntry.amount_kip),
        (LedgerEntry.credit_account == TILL, -LedgerEntry.amount_kip),
        else_=0,
    )
    balances: dict[uuid.UUID, int] = {
        till: int(kip)
        for till, kip in session.execute(
            select(LedgerPosting.till_session_id, func.sum(side))
            .join(
                LedgerEntry,
                (LedgerEntry.centre_id == LedgerPosting.centre_id)
                & (LedgerEntry.posting_id == LedgerPosting.id),
            )
            .where(LedgerPosting.till_session_id.is_not(None))
            .group_by(LedgerPosting.till_session_id)
        )
        if till is not None
    }
    last: dict[uuid.UUID, TillCount] = {}
    for count in session.scalars(select(TillCount).order_by(TillCount.seq)):
        if sum(int(note) * held for note, held in count.notes.items()) != count.counted_kip:
            yield f"till {count.till_session_id}: count {count.seq} is not what its notes come to"
        last[count.till_session_id] = count
    for till in session.scalars(select(TillSession)):
        yield from _drawer_faults(till, balances.get(till.id, 0), last.get(till.id))


def _drawer_faults(till: TillSession, balance: int, last: TillCount | None) -> Iterable[str]:
    if till.state == CLOSED and balance != 0:
        yield f"till {till.id}: signed off, and the books hold {balance} kip in it"
    if till.state not in (OPEN, CLOSED) and balance != till.expected_kip:
        yield f"till {till.id}: expected {till.expected_kip} kip, the books say {balance}"
    if last is not None and (last.counted_kip, last.expected_kip) != (
        till.counted_kip,
        till.expected_kip,
    ):
        yield f"till {till.id}: its last count is another"


RULES = (
    receipts_are_sealed,
    receipts_match_their_assessment,
    what_is_taken_back_was_taken,
    books_balance,
    receipts_are_where_events_tell,
    drawers_equal_the_books,
)
