"""The web doors of receipts and their papers: parse, call one operation or query, render."""

import uuid
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from odsc_counter.accounts import words as doings
from odsc_counter.accounts.access import centre_door, public_centre_door, signed_in
from odsc_counter.accounts.signing_in import approver, second_person
from odsc_counter.applications import queries as applications
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.receipts import fee_views, operations, paper, queries, seal_views
from odsc_counter.receipts.blueprint import blueprint
from odsc_counter.receipts.forms import RefundForm, VoidForm
from odsc_counter.receipts.models import REFUND, SALE
from odsc_counter.tills import panels
from odsc_counter.tills import queries as tills
from odsc_counter.tills.models import TillSession

__all__ = ["blueprint", "fee_views", "seal_views"]

PRINT_LASTS = timedelta(minutes=10)
"""How long a recorded print can be fetched: later it is a new copy with a new number."""


@blueprint.get("/c/<centre>/receipts")
@centre_door("receipt.view")
def index(centre: Centre) -> ResponseReturnValue:
    """All receipts of the centre, of one day or found by name or number."""
    day = _day(request.args.get("day", ""))
    text = request.args.get("q", "").strip()[:80]
    return render_template(
        "receipts/index.html",
        found=queries.listing(day, text, request.args.get("page", 1, type=int)),
        day=day,
        text=text,
    )


@blueprint.get("/c/<centre>/receipts/<uuid:receipt>")
@centre_door("receipt.view")
def detail(centre: Centre, receipt: uuid.UUID) -> ResponseReturnValue:
    """One receipt: what it says, its prints, and the form that voids it."""
    return _detail_page(centre, receipt, VoidForm())


@blueprint.post("/c/<centre>/receipts/<uuid:receipt>/void")
@centre_door("receipt.void")
@second_person("receipt.approve_void")
@once
def void(centre: Centre, receipt: uuid.UUID) -> ResponseReturnValue:
    """Void a receipt with a second person's word, given on this same page."""
    form = VoidForm(request.form)
    if queries.void_of(receipt) is not None:  # the same click again, its code is used up
        return redirect(url_for(".detail", receipt=receipt), 303)
    if not form.validate():
        return _detail_page(centre, receipt, form, 422)
    try:
        made = operations.void(
            centre, receipt, signed_in().user, approver(), form.reason.data or ""
        )
    except NotFound:
        raise
    except DomainError as error:
        form.form_errors.append(str(error))
        return _detail_page(centre, receipt, form, 422)
    flash(_("The receipt is voided. Give the money back."), "success")
    return redirect(url_for(".detail", receipt=made.id), 303)


@blueprint.post("/c/<centre>/receipts/<uuid:receipt>/refund")
@centre_door("receipt.refund")
@second_person("receipt.approve_void")
@once
def refund(centre: Centre, receipt: uuid.UUID) -> ResponseReturnValue:
    """Give money of a receipt back by a document of its own, with a second person's word."""
    form = RefundForm(request.form)
    sale = queries.receipt(receipt)
    if not queries.lines_not_reversed(sale.id):  # the same click again, its code is used up
        return redirect(url_for(".detail", receipt=receipt), 303)
    if not form.validate() or not form.positions.data:
        if not form.positions.data:
            form.form_errors.append(_("Choose what is given back."))
        return _detail_page(centre, receipt, VoidForm(), 422, form)
    try:
        made = operations.refund(
            centre,
            receipt,
            signed_in().user,
            approver(),
            form.reason.data or "",
            positions=form.positions.data,
            payment=form.payment,
        )
    except NotFound:
        raise
    except DomainError as error:
        form.form_errors.append(str(error))
        return _detail_page(centre, receipt, VoidForm(), 422, form)
    flash(_("The refund is written. Give the money back."), "success")
    return redirect(url_for(".detail", receipt=made.id), 303)


@blueprint.post("/c/<centre>/receipts/<uuid:receipt>/print")
@centre_door("receipt.view")
@once
def print_paper(centre: Centre, receipt: uuid.UUID) -> ResponseReturnValue:
    """Record a print, then show its paper: the first is the original, later ones copies."""
    language = request.form.get("language", "both")
    language = language if language in ("lo", "en") else "both"
    copy = operations.print_paper(receipt, language)
    return redirect(url_for(".pdf", receipt=receipt, copy=copy), 303)


@blueprint.get("/c/<centre>/receipts/<uuid:receipt>/pdf")
@centre_door("receipt.view")
def pdf(centre: Centre, receipt: uuid.UUID) -> ResponseReturnValue:
    """The paper of a recorded print; without a number: marked as a copy, for reading."""
    copy = request.args.get("copy", type=int)
    language = request.args.get("language", "both")
    if "copy" in request.args:
        printed = queries.print_event(receipt, -1 if copy is None else copy)
        if clock.now() - printed.at > PRINT_LASTS:
            raise NotFound
        language = printed.data["language"]
    name = f"{queries.receipt(receipt).label}.pdf"
    return Response(
        paper.receipt_pdf(receipt, language, copy=copy),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@blueprint.get("/c/<centre>/r/<code>")
@public_centre_door("whoever holds the paper sees centre, number, date, amount, status; no name")
def check(centre: Centre, code: str) -> ResponseReturnValue:
    """Whether a paper is what our books say."""
    found = queries.by_public_code(code)
    return render_template("receipts/check.html", found=found, place_of=centre)


@panels.contribute
def receipts_of_till(till: TillSession) -> Markup:
    """The receipts of a drawer on the till's own page."""
    rows = queries.receipts_of_till(till.id)
    return Markup(render_template("receipts/_of_till.html", rows=rows))  # noqa: S704 - made by a template


def _detail_page(
    centre: Centre,
    receipt_id: uuid.UUID,
    form: VoidForm,
    status: int = 200,
    refund_form: RefundForm | None = None,
) -> tuple[str, int]:
    receipt = queries.receipt(receipt_id)
    person = signed_in()
    listed = queries.listed(receipt)
    left = queries.lines_not_reversed(receipt.id) if receipt.kind == SALE else []
    lines = queries.receipt_lines(receipt.id)
    reversals = queries.reversals_of(receipt.id)
    today = clock.business_day(clock.now(), centre.day_starts_minute)
    page = render_template(
        "receipts/detail.html",
        receipt=receipt,
        listed=listed,
        lines=lines,
        left=left,
        application=applications.application(receipt.application_id),
        voided_by=queries.void_of(receipt.id),
        reverses=queries.receipt(receipt.reverses_id) if receipt.reverses_id else None,
        refunds=[queries.listed(row) for row in reversals if row.kind == REFUND],
        approved_by=queries.person(receipt.approved_by_id) if receipt.approved_by_id else None,
        events=queries.events_of(receipt.id),
        prints=queries.print_count(receipt.id),
        doing=doings.doing,
        form=form,
        refund_form=refund_form or RefundForm(),
        may_void=person.may_in_centre("receipt.void", centre.id)
        and receipt.kind == SALE
        and receipt.day == today
        and len(left) == len(lines),
        may_refund=person.may_in_centre("receipt.refund", centre.id) and bool(left),
        has_till=tills.open_till(person.user.id) is not None,
        may_call=person.may_in_centre("ticket.call", centre.id),
    )
    return page, status


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
