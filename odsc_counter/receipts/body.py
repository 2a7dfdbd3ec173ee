"""The canonical text of a receipt: everything that is printed, as values and not as ids.

The papers are made from it alone, so that an old receipt keeps the names, the law and the
letterhead of its day, whatever is renamed afterwards. What the row, its lines and its bookings
hold besides stands in it, too: the hash over this text seals them all.
"""

import json
from collections.abc import Iterable
from typing import Any

from odsc_counter.accounts.models import User
from odsc_counter.applications.models import Application
from odsc_counter.catalogue.models import ILLUSTRATIVE, Letterhead, Ministry
from odsc_counter.ledger.postings import Transfer
from odsc_counter.places.models import Centre
from odsc_counter.platform.lao import kip_in_words
from odsc_counter.receipts.models import Assessment, AssessmentLine, Receipt, ReceiptLine

FORMAT = 2
"""Goes up when a field changes its meaning; old texts are read by their own format."""

OF_THE_ROW = (
    "amount_kip",
    "change_kip",
    "fiscal_year",
    "kind",
    "label",
    "method",
    "number",
    "payment_reference",
    "public_code",
    "series",
    "tendered_kip",
)
"""Columns of a receipt that stand in its text under their own names."""
IDS = (
    "application_id",
    "approved_by_id",
    "assessment_id",
    "cashier_id",
    "id",
    "reverses_id",
    "till_session_id",
)
"""Columns whose ids are sealed, though no paper shows them."""


def canonical(values: dict[str, Any]) -> str:
    """The one way to write the values: sorted keys, no blanks, UTF-8 letters as they are."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def both(named: Any) -> dict[str, str]:
    """A name in both languages."""
    return {"en": named.name_en, "lo": named.name_lo}


def amount_in_words(amount_kip: int) -> dict[str, str]:
    """The amount in words in both languages; of a void or refund, of the sum given back."""
    return {
        "en": kip_in_words(abs(amount_kip), "en"),
        "lo": kip_in_words(abs(amount_kip), "lo"),
    }


def line_values(line: AssessmentLine | ReceiptLine, ministry: Ministry) -> dict[str, Any]:
    """What a receipt says about one fee."""
    return {
        "amount_kip": line.amount_kip,
        "computation": line.computation,
        "fee_line_id": line.fee_line_id,
        "gross_kip": line.gross_kip,
        "legal_basis": line.legal_basis,
        "ministry": {"code": ministry.code, **both(ministry)},
        "name": both(line),
        "position": line.position,
        "quantity": line.quantity,
        "reduction_kip": line.reduction_kip,
        "service_code": line.service_code,
        "shares": line.shares,
        "standing": line.standing,
        "unit_kip": line.unit_kip,
    }


def turned(line: dict[str, Any], position: int) -> dict[str, Any]:
    """A sale's line with its sign turned, as a void or refund says it."""
    amounts = ("amount_kip", "gross_kip", "reduction_kip", "unit_kip")
    return {
        **line,
        **{name: -line[name] for name in amounts},
        "position": position,
        "reverses_position": line["position"],
        "shares": [{**share, "kip": -share["kip"]} for share in line["shares"]],
    }


def sale_values(
    *,
    centre: Centre,
    counter: str,
    letterhead: Letterhead,
    application: Application,
    assessment: Assessment,
    cashier: User,
    lines: list[dict[str, Any]],
) -> dict[str, Any]:
    """What is known of a sale before its number is taken. `counter`: its number, or empty."""
    return {
        "application": application.label,
        "cashier": both(cashier),
        "centre": {
            "code": centre.code,
            "phone": centre.phone,
            "unit": both(centre.unit),
            **both(centre),
        },
        "counter": counter,
        "exemption": exemption(assessment),
        "format": FORMAT,
        "illustrative": any(line["standing"] == ILLUSTRATIVE for line in lines),
        "letterhead": lines_of(letterhead),
        "lines": lines,
        "payer": application.person.full_name,
        "service": both(application.version_taken),
    }


def exemption(assessment: Assessment) -> dict[str, Any] | None:
    """Who pays less or nothing, and by which paper; None for everybody else."""
    if not assessment.exemption_code:
        return None
    return {
        "code": assessment.exemption_code,
        "name": {"en": assessment.exemption_name_en, "lo": assessment.exemption_name_lo},
        "paper": assessment.exemption_paper,
    }


def lines_of(letterhead: Letterhead) -> dict[str, list[str]]:
    """The state's header lines in both languages."""
    return {
        "en": [letterhead.line1_en, letterhead.line2_en],
        "lo": [letterhead.line1_lo, letterhead.line2_lo],
    }


def reversal_values(
    sale: Receipt,
    *,
    lines: list[dict[str, Any]],
    counter: str,
    letterhead: Letterhead,
    cashier: User,
    approver: User,
    reason: str,
) -> dict[str, Any]:
    """What a void or a refund says: the sale's own words, why, and who approved.

    `lines` are the sale's lines that are taken back, already `turned`.
    """
    values: dict[str, Any] = json.loads(sale.body)
    return {
        "exemption": None,  # texts of format 1 don't speak of it
        **values,
        "approver": both(approver),
        "cashier": both(cashier),
        "counter": counter,
        "format": FORMAT,
        "letterhead": lines_of(letterhead),
        "lines": lines,
        "reason": reason,
        "reverses": {"day": sale.day.isoformat(), "label": sale.label},
    }


def numbered(values: dict[str, Any], receipt: Receipt, booked: Iterable[Transfer]) -> str:
    """The canonical text once number, code, money and moment are in the row."""
    return canonical({**values, **row_values(receipt), "entries": entries(booked)})


def row_values(receipt: Receipt) -> dict[str, Any]:
    """What the row of a receipt says in its text: `check` compares them column by column."""
    return {
        **{name: getattr(receipt, name) for name in OF_THE_ROW},
        "amount_words": amount_in_words(receipt.amount_kip),
        "day": receipt.day.isoformat(),
        "ids": {
            name: None if value is None else str(value)
            for name, value in ((name, getattr(receipt, name)) for name in IDS)
        },
        "issued_at": receipt.issued_at.isoformat(timespec="microseconds"),
    }


def entries(booked: Iterable[Transfer]) -> list[list[str | int]]:
    """The bookings of a receipt: debited account, credited account, kip."""
    return sorted([move.debit, move.credit, move.amount_kip] for move in booked)
