"""The doors for many files at once: the empty table, the look through it, the taking."""

import json
import uuid
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door
from odsc_counter.applications import bulk, queries, slips
from odsc_counter.applications.blueprint import blueprint, day_of
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.applications.slip_paper import slips_pdf
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.places.models import Centre
from odsc_counter.places.wording import language
from odsc_counter.platform import spreadsheet
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import queries as tickets
from odsc_counter.web.body_limits import takes_files


@blueprint.get("/c/<centre>/applications/many")
@centre_door("application.take")
def many(centre: Centre) -> ResponseReturnValue:
    """Choose the service, get its table, give the filled one."""
    return _page(centre)


@blueprint.get("/c/<centre>/applications/many/<any(csv, xlsx):kind>")
@centre_door("application.take")
def many_table(centre: Centre, kind: str) -> ResponseReturnValue:
    """The empty table of a service."""
    version = _version(centre)
    heads = [column.head for column in bulk.columns(version, language())]
    name = f"{version.service.code}.{kind}"
    if kind == "csv":
        body, mimetype = spreadsheet.as_csv(heads, []), spreadsheet.CSV_TYPE
    else:
        body = spreadsheet.as_xlsx(version.service.code, heads, [])
        mimetype = spreadsheet.XLSX_TYPE
    answer = Response(body, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/c/<centre>/applications/many/look")
@centre_door("application.take")
@takes_files(1)
def look_through_many(centre: Centre) -> ResponseReturnValue:
    """Look through the filled table: each line with what is wrong with it. Takes nothing."""
    version = _version(centre)
    file = request.files.get("table")
    try:
        rows = bulk.read_table(file.stream.read() if file else b"")
    except InvalidInput as error:
        return _page(centre, error=error.fields["table"], status=422)
    return _page(centre, lines=bulk.looked_through(version, rows, day_of(centre)), rows=rows)


@blueprint.post("/c/<centre>/applications/many")
@centre_door("application.take")
@once
def take_many(centre: Centre) -> ResponseReturnValue:
    """Take all files of the table that was looked through."""
    version = _version(centre)
    rows = _rows()
    day = day_of(centre)
    try:
        taken = bulk.take_all(centre, version, rows, day, _ticket_id())
    except InvalidInput as error:
        lines = bulk.looked_through(version, rows, day)
        return _page(centre, lines=lines, rows=rows, error=error.fields.get("table"), status=422)
    return redirect(url_for(".many_taken", file=[application.id for application in taken]), 303)


@blueprint.get("/c/<centre>/applications/many/taken")
@centre_door("application.view")
def many_taken(centre: Centre) -> ResponseReturnValue:
    """The files that were taken, and their slips; without any, all files of the centre."""
    files = _files()
    if not files:
        return redirect(url_for(".index"))
    return render_template(
        "applications/many_taken.html", files=[queries.application(one) for one in files], ids=files
    )


@blueprint.get("/c/<centre>/applications/many/slips.pdf")
@centre_door("application.view")
def many_slips(centre: Centre) -> ResponseReturnValue:
    """The slips of the named files in one go; without any, all files of the centre."""
    if not _files():
        return redirect(url_for(".index"))
    found = [slips.slip_of(one) for one in _files()]
    made = slips_pdf(centre, found, request.args.get("language", "both"))
    return inline_pdf(made, f"{found[0].application.label}-slips")


def _page(
    centre: Centre,
    lines: list[bulk.Line] | None = None,
    rows: list[dict[str, str]] | None = None,
    error: str | None = None,
    status: int = 200,
) -> tuple[str, int]:
    offered = catalogue.offered_services(day_of(centre))
    service_id = request.values.get("service", type=int)
    chosen = next((row for row in offered if row.service.id == service_id), None)
    ticket_id = _ticket_id()
    page = render_template(
        "applications/many.html",
        offered=offered,
        chosen=chosen,
        lines=lines,
        rows=json.dumps(rows, ensure_ascii=False) if rows else "",
        is_good=bool(lines) and not any(line.errors for line in lines or ()),
        error=error,
        most=bulk.MOST,
        ticket=tickets.ticket(ticket_id) if ticket_id else None,
    )
    return page, status


def _version(centre: Centre) -> ServiceVersion:
    service_id = request.values.get("service", type=int)
    if service_id is None:
        raise NotFound
    return catalogue.offered_service(service_id, day_of(centre)).version


def _ticket_id() -> uuid.UUID | None:
    text = request.values.get("ticket", "")
    try:
        return uuid.UUID(text) if text else None
    except ValueError as error:
        raise NotFound from error


def _files() -> list[uuid.UUID]:
    return request.args.getlist("file", type=uuid.UUID)[: bulk.MOST]


def _rows() -> list[dict[str, str]]:
    """The lines that the page kept. Raises InvalidInput for what no page of ours sends."""
    try:
        rows: Any = json.loads(request.form.get("rows", ""))
        if not isinstance(rows, list) or len(rows) > bulk.MOST:
            raise ValueError
        return [
            {str(key)[:100]: str(value)[: bulk.MOST_CELL] for key, value in row.items()}
            for row in rows
        ]
    except (ValueError, AttributeError) as error:
        raise InvalidInput({"table": str(_("The table has no lines."))}) from error
