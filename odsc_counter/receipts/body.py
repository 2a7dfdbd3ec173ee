"""The canonical text of a receipt: everything that is printed, as values and not as ids.

The papers are made from it alone, so that an old receipt keeps the names, the law and the
letterhead of its day, whatever is renamed afterwards.
"""

import json
from typing import Any

from odsc_counter.accounts.models import User
from odsc_counter.applications.models import Application
from odsc_counter.catalogue.models import ILLUSTRATIVE, Letterhead, Ministry
from odsc_counter.places.models import Centre
from odsc_counter.platform.lao import kip_in_words
from odsc_counter.receipts.models import AssessmentLine, Receipt, ReceiptLine

FORMAT = 1
"""Goes up when a field changes its meaning; old texts are read by their own format."""


def canonical(values: dict[str, Any]) -> str:
    """The one way to write the values: sorted keys, no blanks, UTF-8 letters as they are."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def both(named: Any) -> dict[str, str]:
    """A name in both languages."""
    return {"en": named.name_en, "lo": named.name_lo}


def amount_in_words(amount_kip: int) -> dict[str, str]:
    """The amount in words in both languages; the words of a void say the sum given back."""
    return {
        "en": kip_in_words(abs(amount_kip), "en"),
        "lo": kip_in_words(abs(amount_kip), "lo"),
    }


def line_values(line: AssessmentLine | ReceiptLine, ministry: Ministry) -> dict[str, Any]:
    """What a receipt says about one fee."""
    return {
        "amount_kip": line.amount_kip,
        "legal_basis": line.legal_basis,
        "ministry": {"code": ministry.code, **both(ministry)},
        "name": both(line),
        "quantity": line.quantity,
        "service_code": line.service_code,
        "standing": line.standing,
        "unit_kip": line.unit_kip,
    }


def sale_values(
    *,
    centre: Centre,
    letterhead: Letterhead,
    application: Application,
    cashier: User,
    lines: list[dict[str, Any]],
) -> dict[str, Any]:
    """What is known of a sale before its number is taken."""
    return {
        "application": application.label,
        "cashier": both(cashier),
        "centre": {
            "code": centre.code,
            "phone": centre.phone,
            "unit": both(centre.unit),
            **both(centre),
        },
        "format": FORMAT,
        "illustrative": any(line["standing"] == ILLUSTRATIVE for line in lines),
        "letterhead": {
            "en": [letterhead.line1_en, letterhead.line2_en],
            "lo": [letterhead.line1_lo, letterhead.line2_lo],
        },
        "lines": lines,
        "payer": application.person.full_name,
        "service": both(application.version_taken),
    }


def numbered(values: dict[str, Any], receipt: Receipt) -> str:
    """The canonical text once number, code, money and moment are in the row."""
    return canonical(
        {
            **values,
            "amount_kip": receipt.amount_kip,
            "amount_words": amount_in_words(receipt.amount_kip),
            "change_kip": receipt.change_kip,
            "day": receipt.day.isoformat(),
            "fiscal_year": receipt.fiscal_year,
            "issued_at": receipt.issued_at.isoformat(timespec="microseconds"),
            "kind": receipt.kind,
            "label": receipt.label,
            "method": receipt.method,
            "number": receipt.number,
            "public_code": receipt.public_code,
            "tendered_kip": receipt.tendered_kip,
            "till_session": str(receipt.till_session_id),
        }
    )


def void_values(
    sale: Receipt, letterhead: Letterhead, cashier: User, approver: User, reason: str
) -> dict[str, Any]:
    """What a void says: the sale's own words with the sign turned, why, and who approved."""
    values: dict[str, Any] = json.loads(sale.body)
    for line in values["lines"]:
        line["unit_kip"] = -line["unit_kip"]
        line["amount_kip"] = -line["amount_kip"]
    return {
        **values,
        "approver": both(approver),
        "cashier": both(cashier),
        "letterhead": {
            "en": [letterhead.line1_en, letterhead.line2_en],
            "lo": [letterhead.line1_lo, letterhead.line2_lo],
        },
        "reason": reason,
        "voids": {"day": sale.day.isoformat(), "label": sale.label},
    }
