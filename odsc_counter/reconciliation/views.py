"""The doors of statements: the list, the look through a file, one statement, what is open."""

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from odsc_counter.accounts import queries as people
from odsc_counter.accounts import words as doings
from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.reconciliation import anomaly_views, operations, parsing, queries
from odsc_counter.reconciliation.blueprint import blueprint
from odsc_counter.reconciliation.forms import StatementForm, UnmatchForm, packed, unpacked
from odsc_counter.web.body_limits import takes_files

__all__ = ["anomaly_views", "blueprint"]


@blueprint.get("/c/<centre>/reconciliation")
@centre_door("statement.view")
def index(centre: Centre) -> ResponseReturnValue:
    """The books against the statements, all statements, and the form for a new one."""
    return _index_page(centre, StatementForm())


@blueprint.post("/c/<centre>/reconciliation/look")
@centre_door("statement.match")
@takes_files(1)
def look_through(centre: Centre) -> ResponseReturnValue:
    """Look through a statement: each line with what is wrong with it. Takes nothing."""
    form = StatementForm(request.form)
    file = request.files.get("table")
    content = file.stream.read() if file else b""
    if not form.validate():
        return _index_page(centre, form, 422)
    try:
        kept = packed(content)
        looked = operations.look(centre, content, form.account.data or "", form.method.data)
    except DomainError as error:
        fields = error.fields if isinstance(error, InvalidInput) else {"table": str(error)}
        return _index_page(centre, form, 422, error=fields["table"])
    return render_template(
        "reconciliation/look.html",
        looked=looked,
        form=form,
        kept=kept,
        file_name=(file.filename or "") if file else "",
        columns=parsing.HEADINGS,
    )


@blueprint.post("/c/<centre>/reconciliation")
@centre_door("statement.match")
@once
def take(centre: Centre) -> ResponseReturnValue:
    """Take the statement that was looked through, and match what is certain."""
    form = StatementForm(request.form)
    if not form.validate():
        return _index_page(centre, form, 422)
    try:
        made = operations.take(
            centre,
            unpacked(request.form.get("kept", "")),
            file_name=request.form.get("file_name", ""),
            account=form.account.data or "",
            method=form.method.data,
        )
    except DomainError as error:
        told = _("Choose the file again.") if isinstance(error, InvalidInput) else str(error)
        return _index_page(centre, form, error.status, error=told)
    flash(_("The statement is taken."), "success")
    return redirect(url_for(".statement", statement=made.id), 303)


@blueprint.get("/c/<centre>/reconciliation/statements/<uuid:statement>")
@centre_door("statement.view")
def statement(centre: Centre, statement: uuid.UUID) -> ResponseReturnValue:
    """One statement: lines without a receipt first, then those that have theirs."""
    return _statement_page(centre, statement)


@blueprint.post("/c/<centre>/reconciliation/statements/<uuid:statement>/certain")
@centre_door("statement.match")
@once
def match_certain(centre: Centre, statement: uuid.UUID) -> ResponseReturnValue:
    """Match again what is certain by now."""
    count = operations.match_certain(statement)
    flash(ngettext("%(num)s line matched.", "%(num)s lines matched.", count), "success")
    return redirect(url_for(".statement", statement=statement), 303)


@blueprint.post("/c/<centre>/reconciliation/lines/<uuid:line>/match")
@centre_door("statement.match")
@once
def match(centre: Centre, line: uuid.UUID) -> ResponseReturnValue:
    """Say that a line and a receipt belong together."""
    found = queries.line(line)
    try:
        operations.match(found.id, _receipt_id())
    except NotFound:
        if "label" not in request.form:
            raise
        told = _("There is no bank or QR payment with this number of a receipt.")
        return _statement_page(centre, found.statement_id, 422, wrong_line=line, wrong=told)
    except DomainError as error:
        told = str(error)
        return _statement_page(
            centre, found.statement_id, error.status, wrong_line=line, wrong=told
        )
    flash(_("The line is matched."), "success")
    return redirect(url_for(".statement", statement=found.statement_id), 303)


@blueprint.post("/c/<centre>/reconciliation/matches/<uuid:match>/unmatch")
@centre_door("statement.match")
@once
def unmatch(centre: Centre, match: uuid.UUID) -> ResponseReturnValue:
    """Take a match back, with a reason."""
    found, statement_id = queries.match(match)
    form = UnmatchForm(request.form)
    if not form.validate():
        return _statement_page(
            centre, statement_id, 422, wrong_match=match, wrong=form.reason.errors[0]
        )
    operations.unmatch(found.id, form.reason.data or "")
    flash(_("The match is taken back."), "success")
    return redirect(url_for(".statement", statement=statement_id), 303)


@blueprint.get("/c/<centre>/reconciliation/open")
@centre_door("statement.view")
def open_receipts(centre: Centre) -> ResponseReturnValue:
    """Payments in our books that no statement speaks of, the oldest first."""
    method = request.args.get("method", "")
    return render_template(
        "reconciliation/open.html",
        found=queries.open_receipts(
            method if method in queries.METHODS else None, request.args.get("page", 1, type=int)
        ),
        pairs=queries.cancelled_pairs(),
        method=method if method in queries.METHODS else "",
        today=_today(centre),
    )


def _index_page(
    centre: Centre, form: StatementForm, status: int = 200, error: str | None = None
) -> tuple[str, int]:
    statements = queries.statements()
    page = render_template(
        "reconciliation/index.html",
        statements=statements,
        people=people.names(row.statement.uploaded_by_id for row in statements),
        standings=queries.standings(),
        accounts=queries.accounts(),
        form=form,
        error=error,
        most=parsing.MOST,
        may_match=_may_match(centre),
    )
    return page, status


def _statement_page(
    centre: Centre, statement_id: uuid.UUID, status: int = 200, **wrong: Any
) -> tuple[str, int]:
    sheet = queries.sheet(statement_id)
    touched = queries.touched_by_people(statement_id)
    ids = [row.match.matched_by_id for row in sheet.matched if row.match]
    page = render_template(
        "reconciliation/statement.html",
        sheet=sheet,
        people=people.names([*ids, sheet.statement.uploaded_by_id]),
        events=queries.events_of(statement_id, touched),
        doing=doings.doing,
        may_match=_may_match(centre),
        **{"wrong_line": None, "wrong_match": None, "wrong": "", **wrong},
    )
    return page, status


def _receipt_id() -> uuid.UUID:
    """The receipt that was chosen, or whose number was typed. Raises NotFound."""
    label = request.form.get("label", "").strip().upper()
    if label:
        return queries.by_label(label).id
    try:
        return uuid.UUID(request.form.get("receipt", ""))
    except ValueError as error:
        raise NotFound from error


def _may_match(centre: Centre) -> bool:
    return signed_in().may_in_centre("statement.match", centre.id)


def _today(centre: Centre) -> date:
    return clock.business_day(clock.now(), centre.day_starts_minute)
