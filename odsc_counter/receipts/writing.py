"""How a receipt comes into being: number, hash, signature, bookings and event in one transaction.

Used by the operations alone. The head of the chain is held from `write` on until the commit, so
it comes last but for what it seals.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.applications import queries as applications
from odsc_counter.applications.tracking import new_code
from odsc_counter.catalogue.models import Ministry
from odsc_counter.ledger import postings
from odsc_counter.ledger.accounts import RECEIPT
from odsc_counter.places.models import Centre
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.work import Work
from odsc_counter.receipts import body, chain, keys, seal
from odsc_counter.receipts.models import (
    SALE,
    SERIES_OF,
    AssessmentLine,
    Receipt,
    ReceiptLine,
)
from odsc_counter.tickets.models import Counter
from odsc_counter.tills.models import TillSession

CHARGED = (
    "fee_line_id",
    "ministry_id",
    "service_code",
    "name_en",
    "name_lo",
    "legal_basis",
    "standing",
    "computation",
)
"""What a receipt's line takes over from the line that it charges or takes back."""


@dataclass(frozen=True)
class Draft:
    """All of a receipt that is known before its number."""

    centre: Centre
    now: datetime
    day: date
    till: TillSession
    cashier: User
    values: dict[str, Any]
    """What the paper says, as `body.sale_values` or `body.reversal_values` give it."""
    sources: Sequence[AssessmentLine | ReceiptLine]
    """The lines that are charged or taken back, in the order of `values["lines"]`."""


def write(work: Work, draft: Draft, *, kind: str, **columns: Any) -> Receipt:
    """Write the receipt with its lines, bookings and event, and seal it.

    `columns` are those of the row that only the deed knows. Raises SigningKeyMissing; when it
    raises, no number is used up.
    """
    session = work.session
    signer = keys.signer_for(work, draft.centre)
    year, series = draft.day.year, SERIES_OF[kind]  # the fiscal year is the calendar year
    head = chain.held(session, year, series)
    receipt = Receipt(
        id=new_id(),
        fiscal_year=year,
        series=series,
        number=head.next_number,
        label=chain.label(draft.centre.code, year, series, head.next_number),
        public_code=new_code(),
        kind=kind,
        till_session_id=draft.till.id,
        cashier_id=draft.cashier.id,
        cashier_name=draft.cashier.name_lo,
        issued_at=draft.now,
        day=draft.day,
        **{
            "approved_by_id": None,
            "change_kip": 0,
            "payment_reference": "",
            "reason": "",
            "reverses_id": None,
            "tendered_kip": 0,
            **columns,
        },
    )
    lines = draft.values["lines"]
    booked = postings.taken(
        receipt.method,
        (postings.Share(share["to"], share["kip"]) for line in lines for share in line["shares"]),
    )
    receipt.body = body.numbered(draft.values, receipt, booked)
    receipt.prev_hash = head.hash
    receipt.hash = chain.link(head.hash, receipt.body)
    receipt.key_id = signer.key_id
    signature = signer.sign(chain.signed_text(receipt.hash))
    receipt.signature = base64.b64encode(signature).decode("ascii")
    receipt.seal = seal.sealed(
        signer,
        centre_id=draft.centre.id,
        fiscal_year=year,
        series=series,
        number=receipt.number,
        amount_kip=receipt.amount_kip,
        issued_at=receipt.issued_at,
        receipt_hash=receipt.hash,
    )
    head.move_on(receipt.hash, receipt.amount_kip)
    postings.post(
        work, RECEIPT, booked, day=draft.day, at=draft.now, posting_id=receipt.id,
        till_session_id=draft.till.id, memo=receipt.label,
    )  # fmt: skip
    session.add(receipt)
    session.flush()
    session.add_all(
        ReceiptLine(
            receipt_id=receipt.id,
            position=line["position"],
            reverses_id=receipt.reverses_id,
            reverses_position=line.get("reverses_position"),
            quantity=line["quantity"],
            unit_kip=line["unit_kip"],
            gross_kip=line["gross_kip"],
            reduction_kip=line["reduction_kip"],
            amount_kip=line["amount_kip"],
            shares=line["shares"],
            **{name: getattr(source, name) for name in CHARGED},
        )
        for line, source in zip(lines, draft.sources, strict=True)
    )
    _record(work, receipt, draft.values)
    return receipt


def ministries_of(lines: Sequence[AssessmentLine | ReceiptLine]) -> dict[int, Ministry]:
    """The ministries of the lines, by id."""
    return {line.ministry_id: applications.ministry(line.ministry_id) for line in lines}


def counter_name(session: Session, till: TillSession) -> str:
    """The number of the counter at which a drawer stands; empty for a desk that is no counter."""
    if till.counter_id is None:
        return ""
    number = session.scalars(select(Counter.number).where(Counter.id == till.counter_id)).one()
    return str(number)


def _record(work: Work, receipt: Receipt, values: dict[str, Any]) -> None:
    told = {
        "label": receipt.label,
        "amount_kip": receipt.amount_kip,
        "method": receipt.method,
        "hash": receipt.hash,
        "till_session": str(receipt.till_session_id),
        "application": values["application"],
    }
    if receipt.kind != SALE:
        told |= {
            "reverses": values["reverses"]["label"],
            "reason": receipt.reason,
            "approved_by": values["approver"]["en"],
        }
    work.record(
        "issue" if receipt.kind == SALE else receipt.kind,
        subject_kind="receipt",
        subject_id=str(receipt.id),
        seq=1,
        day=receipt.day,
        data=told,
    )
