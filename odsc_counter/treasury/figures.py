"""What a day came to, counted from rows that are never changed: so it can be counted again.

Everything here is the same on every day that asks; what may change later (names of people,
copies printed after the close) stands beside it in the close's body.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from odsc_counter.ledger.accounts import CORRECTION, FUNDING, METHODS
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.ledger.queries import trial_balance
from odsc_counter.receipts.models import KINDS, SALE, VOID, Receipt
from odsc_counter.tills.models import TillSession
from odsc_counter.treasury.models import Deposit, LedgerApproval


def figures(session: Session, day: date) -> dict[str, Any]:
    """All figures of a day as plain values, in a fixed order."""
    receipts = session.scalars(
        select(Receipt)
        .where(Receipt.day == day)
        .order_by(Receipt.fiscal_year, Receipt.series, Receipt.number)
    ).all()
    bodies = {receipt.id: json.loads(receipt.body) for receipt in receipts}
    told = [(receipt, bodies[receipt.id]) for receipt in receipts]
    return {
        "balances": trial_balance(None, day),
        "corrections": [_moved(*row) for row in _postings(session, day, CORRECTION)],
        "deposits": _deposits(session, day),
        "funding": [_moved(*row) for row in _postings(session, day, FUNDING)],
        "kinds": {kind: _sum([row for row in receipts if row.kind == kind]) for kind in KINDS},
        "methods": {
            method: {
                kind: _sum([row for row in receipts if (row.method, row.kind) == (method, kind)])
                for kind in KINDS
            }
            for method in METHODS
        },
        "ministries": _ministries(told),
        "net_kip": sum(receipt.amount_kip for receipt in receipts),
        "reductions": _reductions(told),
        "series": series_at(session, day),
        "services": _services(told),
        "shares": _shares(told),
        "taken_back": _taken_back(session, day),
        "tills": _tills(session, day),
    }


def series_at(session: Session, day: date) -> list[dict[str, Any]]:
    """Where the chains of the day's fiscal year stood at its end, and what the day added.

    A series that has no receipt up to the day is left out.
    """
    ends = session.execute(
        select(
            Receipt.series,
            func.max(Receipt.number),
            func.sum(Receipt.amount_kip),
        )
        .where(Receipt.fiscal_year == day.year, Receipt.day <= day)
        .group_by(Receipt.series)
        .order_by(Receipt.series)
    ).all()
    found = []
    for series, last_no, total in ends:
        of_series = (Receipt.fiscal_year == day.year, Receipt.series == series)
        last = session.execute(
            select(Receipt.label, Receipt.hash).where(*of_series, Receipt.number == last_no)
        ).one()
        count, first_no = session.execute(
            select(func.count(), func.min(Receipt.number)).where(*of_series, Receipt.day == day)
        ).one()
        first = session.scalar(select(Receipt.label).where(*of_series, Receipt.number == first_no))
        found.append(
            {
                "count": count,
                "first": first,
                "fiscal_year": day.year,
                "head_hash": last.hash,
                "last": last.label if count else None,
                "last_no": last_no,
                "series": series,
                "total_kip": int(total),
            }
        )
    return found


def _sum(receipts: Sequence[Receipt]) -> dict[str, int]:
    return {"count": len(receipts), "kip": sum(receipt.amount_kip for receipt in receipts)}


def _services(told: Sequence[tuple[Receipt, dict[str, Any]]]) -> list[dict[str, Any]]:
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    names: dict[str, dict[str, str]] = {}
    for receipt, body in told:
        for line in body["lines"]:
            code = line["service_code"]
            names[code] = body.get("service") or line["name"]
            sums[code]["kip"] += line["amount_kip"]
        for code in {line["service_code"] for line in body["lines"]}:
            sums[code][receipt.kind] += 1
    return [
        {
            "code": code,
            "kip": sums[code]["kip"],
            "name": names[code],
            **{kind: sums[code][kind] for kind in KINDS},
        }
        for code in sorted(sums)
    ]


def _ministries(told: Sequence[tuple[Receipt, dict[str, Any]]]) -> list[dict[str, Any]]:
    sums: Counter[str] = Counter()
    names: dict[str, dict[str, str]] = {}
    for _receipt, body in told:
        for line in body["lines"]:
            ministry = line["ministry"]
            names[ministry["code"]] = {code: ministry[code] for code in ("en", "lo")}
            sums[ministry["code"]] += line["amount_kip"]
    return [{"code": code, "kip": sums[code], "name": names[code]} for code in sorted(sums)]


def _shares(told: Sequence[tuple[Receipt, dict[str, Any]]]) -> dict[str, int]:
    """Who is owed what of the day's receipts, by account."""
    sums: Counter[str] = Counter()
    for _receipt, body in told:
        for line in body["lines"]:
            for share in line.get("shares", ()):
                sums[share["to"]] += share["kip"]
    return dict(sorted(sums.items()))


def _reductions(told: Sequence[tuple[Receipt, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Sales that cost less than the schedule, less those that were voided, by class."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    names: dict[str, dict[str, str]] = {}
    for receipt, body in told:
        reduced = sum(line.get("reduction_kip", 0) for line in body["lines"])
        if not reduced or receipt.kind not in (SALE, VOID):
            continue
        exemption = body.get("exemption") or {"code": "", "name": {"en": "", "lo": ""}}
        names[exemption["code"]] = exemption["name"]
        sums[exemption["code"]]["kip"] += reduced
        sums[exemption["code"]]["count"] += 1 if receipt.kind == SALE else -1
    return [
        {"code": code, "count": sums[code]["count"], "kip": sums[code]["kip"], "name": names[code]}
        for code in sorted(sums)
    ]


def _taken_back(session: Session, day: date) -> list[dict[str, Any]]:
    """Voids and refunds of the day, with the sale and its own day."""
    sale = aliased(Receipt)
    rows = session.execute(
        select(
            Receipt.label, Receipt.kind, Receipt.amount_kip, Receipt.reason,
            sale.label.label("of"), sale.day.label("of_day"),
        )
        .join(
            sale, (sale.centre_id == Receipt.centre_id) & (sale.id == Receipt.reverses_id)
        )
        .where(Receipt.day == day, Receipt.kind != SALE)
        .order_by(Receipt.series, Receipt.number)
    )  # fmt: skip
    return [
        {
            "kind": row.kind,
            "kip": row.amount_kip,
            "label": row.label,
            "of": row.of,
            "of_day": row.of_day.isoformat(),
            "reason": row.reason,
        }
        for row in rows
    ]


def _tills(session: Session, day: date) -> list[dict[str, Any]]:
    return [
        {
            "cashier": till.cashier_id,
            "closed_at": till.closed_at.isoformat(timespec="seconds") if till.closed_at else None,
            "counted_kip": till.counted_kip,
            "difference_kip": (till.counted_kip or 0) - (till.expected_kip or 0),
            "expected_kip": till.expected_kip,
            "float_kip": till.float_kip,
            "opened_at": till.opened_at.isoformat(timespec="seconds"),
            "reason": till.difference_reason,
            "second": till.signed_off_by_id,
        }
        for till in session.scalars(
            select(TillSession)
            .where(TillSession.day == day)
            .order_by(TillSession.opened_at, TillSession.id)
        )
    ]


def _deposits(session: Session, day: date) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Deposit)
        .join(
            LedgerPosting,
            (LedgerPosting.centre_id == Deposit.centre_id) & (LedgerPosting.id == Deposit.id),
        )
        .where(LedgerPosting.day == day)
        .order_by(Deposit.recorded_at, Deposit.id)
    )
    return [
        {
            "bank": row.bank,
            "from": row.from_account,
            "kip": row.amount_kip,
            "on": row.deposited_on.isoformat(),
            "reference": row.slip_reference,
            "to": row.to_account,
        }
        for row in rows
    ]


def _postings(
    session: Session, day: date, kind: str
) -> list[tuple[LedgerPosting, LedgerEntry, LedgerApproval]]:
    """Postings of a day that two people made; each has one entry."""
    return approved(session, LedgerPosting.day == day, LedgerPosting.kind == kind)


def approved(
    session: Session, *conditions: Any
) -> list[tuple[LedgerPosting, LedgerEntry, LedgerApproval]]:
    """Postings with their entry and second person, in the order of their making."""
    found = session.execute(
        select(LedgerPosting, LedgerEntry, LedgerApproval)
        .join(
            LedgerEntry,
            (LedgerEntry.centre_id == LedgerPosting.centre_id)
            & (LedgerEntry.posting_id == LedgerPosting.id),
        )
        .join(
            LedgerApproval,
            (LedgerApproval.centre_id == LedgerPosting.centre_id)
            & (LedgerApproval.posting_id == LedgerPosting.id),
        )
        .where(*conditions)
        .order_by(LedgerPosting.posted_at, LedgerPosting.id)
    )
    return list(found.tuples())


def _moved(posting: LedgerPosting, entry: LedgerEntry, approval: LedgerApproval) -> dict[str, Any]:
    return {
        "approved_by": approval.approved_by_id,
        "by": approval.posted_by_id,
        "credit": entry.credit_account,
        "debit": entry.debit_account,
        "kip": entry.amount_kip,
        "of_day": posting.corrects_day.isoformat() if posting.corrects_day else None,
        "reason": posting.memo,
    }
