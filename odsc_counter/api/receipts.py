"""Receipts: the cashier's till, cash taken against a receipt, and its paper."""

import uuid
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.api import schemas
from odsc_counter.api.applications import assess, lines_as_json
from odsc_counter.api.endpoints import answer, endpoint
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import operations, paper, queries
from odsc_counter.receipts.models import CASH, Receipt
from odsc_counter.tills import operations as tills


@endpoint(
    "POST",
    "/centres/{centre}/till",
    centre_door("till.use"),
    summary="Open one's till",
    tag="receipts",
    body=schemas.NEW_TILL,
    answers={201: "Till"},
)
def open_till(centre: Centre, body: dict[str, Any]) -> object:
    """Open the till of the token's user with the float counted into the drawer. A receipt
    needs an open till of the same day."""
    till = tills.open_till(centre, signed_in().user, body["float_kip"])
    return answer(
        {
            "id": till.id,
            "state": till.state,
            "day": till.day.isoformat(),
            "opened_at": till.opened_at,
            "float_kip": till.float_kip,
        },
        201,
        url_for("tills.till"),
    )


@endpoint(
    "POST",
    "/centres/{centre}/receipts",
    centre_door("receipt.issue"),
    summary="Take the money and write the receipt",
    tag="receipts",
    body=schemas.NEW_RECEIPT,
    answers={201: "Receipt"},
)
def issue_receipt(centre: Centre, body: dict[str, Any]) -> object:
    """Take the money of an assessment; or, given an application, assess its fee and take it
    in one transaction. Nobody sends an amount to pay: it is the published one."""
    if ("application" in body) == ("assessment" in body):
        wrong = _("Name either an application or an assessment.")
        raise InvalidInput({"application": wrong, "assessment": wrong})
    method = body.get("method", CASH)
    if method == CASH and "tendered_kip" not in body:
        raise InvalidInput({"tendered_kip": _("Write the amount.")})
    with unit_of_work():
        if "application" in body:
            assessment_id = assess(centre, uuid.UUID(body["application"]), body).id
        else:
            assessment_id = uuid.UUID(body["assessment"])
        paid = operations.Payment(method, body.get("tendered_kip", 0), body.get("reference", ""))
        receipt = operations.issue(centre, assessment_id, signed_in().user, paid)
    return answer(receipt_as_json(receipt), 201, url_for("api.show_receipt", receipt=receipt.id))


@endpoint(
    "GET",
    "/centres/{centre}/receipts/{receipt}",
    centre_door("receipt.view"),
    summary="A receipt",
    tag="receipts",
    answers={200: "Receipt"},
)
def show_receipt(centre: Centre, receipt: uuid.UUID) -> object:
    """A receipt with its lines, and whether it was voided."""
    return answer(receipt_as_json(queries.receipt(receipt)))


@endpoint(
    "GET",
    "/centres/{centre}/receipts/{receipt}.pdf",
    centre_door("receipt.view"),
    summary="A receipt's paper",
    tag="receipts",
    query=schemas.PDF_CHOICE,
    answers={200: None},
    media_type="application/pdf",
)
def show_receipt_pdf(centre: Centre, receipt: uuid.UUID, query: dict[str, str]) -> object:
    """The receipt as a PDF, in Lao unless English is asked for."""
    return Response(
        paper.receipt_pdf(receipt, query.get("language", "lo")), mimetype="application/pdf"
    )


def receipt_as_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as the schema `Receipt` says."""
    return {
        "id": receipt.id,
        "number": receipt.label,
        "kind": receipt.kind,
        "standing": queries.listed(receipt).standing,
        "reverses": receipt.reverses_id,
        "application": receipt.application_id,
        "assessment": receipt.assessment_id,
        "payer": receipt.payer_name,
        "cashier": receipt.cashier_name,
        "amount_kip": receipt.amount_kip,
        "method": receipt.method,
        "payment_reference": receipt.payment_reference,
        "tendered_kip": receipt.tendered_kip,
        "change_kip": receipt.change_kip,
        "hash": receipt.hash,
        "issued_at": receipt.issued_at,
        "day": receipt.day.isoformat(),
        "lines": lines_as_json(queries.receipt_lines(receipt.id)),
        "pdf_url": url_for("api.show_receipt_pdf", receipt=receipt.id),
    }
