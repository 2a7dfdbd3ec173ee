"""The doors of reports: a unit's list, one report, its paper and files, drafting and publishing."""

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import area_door, seat_door, signed_in
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.places.models import Unit
from odsc_counter.places.wording import language
from odsc_counter.platform import clock, spreadsheet
from odsc_counter.platform.errors import DomainError, Forbidden, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import Language
from odsc_counter.reports import files, operations, queries, wording
from odsc_counter.reports.blueprint import blueprint
from odsc_counter.reports.forms import DraftForm, draft_form
from odsc_counter.reports.paper import report_pdf
from odsc_counter.reports.periods import periods_over
from odsc_counter.reports.queries import DRAFT, Shown
from odsc_counter.reports.tables import tables


@blueprint.get("/a/<unit>/reports")
@area_door("area.reports")
def index(unit: Unit) -> ResponseReturnValue:
    """A unit's published reports; its drafts too for who works on them."""
    return _list(unit, None)


@blueprint.post("/a/<unit>/reports/draft")
@seat_door("report.draft")
@once
def draft(unit: Unit) -> ResponseReturnValue:
    """Draft the report of a period."""
    form = draft_form(periods_over(clock.today()), request.form)
    if not form.validate():
        return _list(unit, form, 422)
    try:
        row = operations.draft(unit, form.period.data or "", form.reason.data or "")
    except DomainError as error:
        form.take(error)
        return _list(unit, form, error.status)
    flash(_("The report is drafted. Another person publishes it."), "success")
    return redirect(url_for(".report", unit=unit.code, report=row.id), 303)


@blueprint.get("/a/<unit>/reports/<uuid:report>")
@area_door("area.reports")
def report(unit: Unit, report: uuid.UUID) -> ResponseReturnValue:
    """One report: what was published, or what a draft would publish now."""
    return _page(unit, _shown(unit, report))


@blueprint.post("/a/<unit>/reports/<uuid:report>/publish")
@seat_door("report.publish")
@once
def publish(unit: Unit, report: uuid.UUID) -> ResponseReturnValue:
    """Publish a draft that somebody else made."""
    try:
        row = operations.publish(unit, report, request.form.get("seen", ""))
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        return _page(unit, _shown(unit, report), str(error), error.status)
    flash(_("Version %(version)s is published.", version=row.version), "success")
    return redirect(url_for(".report", unit=unit.code, report=report), 303)


@blueprint.post("/a/<unit>/reports/<uuid:report>/withdraw")
@seat_door("report.draft")
@once
def withdraw(unit: Unit, report: uuid.UUID) -> ResponseReturnValue:
    """Take a draft back."""
    operations.withdraw(unit, report)
    flash(_("The draft is withdrawn."), "success")
    return redirect(url_for(".index", unit=unit.code), 303)


@blueprint.get("/a/<unit>/reports/<uuid:report>/<any(lo, en):language>.pdf")
@area_door("area.reports")
def paper(unit: Unit, report: uuid.UUID, language: Language) -> ResponseReturnValue:
    """A report as PDF in one language, drawn from its content and nothing else."""
    shown = _shown(unit, report)
    return inline_pdf(report_pdf(shown.content, _hash(shown), language), _name(shown, language))


@blueprint.get("/a/<unit>/reports/<uuid:report>/annex.xlsx")
@area_door("area.reports")
def annex(unit: Unit, report: uuid.UUID) -> ResponseReturnValue:
    """All tables of a report as a workbook, in the language of the page."""
    shown = _shown(unit, report)
    return _attached(
        files.annex(shown.content, _language()),
        spreadsheet.XLSX_TYPE,
        f"{_name(shown, _language())}.xlsx",
    )


@blueprint.get("/a/<unit>/reports/<uuid:report>/<table>.csv")
@area_door("area.reports")
def table_file(unit: Unit, report: uuid.UUID, table: str) -> ResponseReturnValue:
    """One table of a report as CSV."""
    shown = _shown(unit, report)
    found = [one for one in tables(shown.content, _language()) if one.key == table]
    if not found:
        raise NotFound
    return _attached(
        files.table_csv(found[0]),
        spreadsheet.CSV_TYPE,
        f"{_name(shown, _language())}-{table}.csv",
    )


def _works_on(unit: Unit) -> bool:
    """Whether drafts are the person's to see: what is not published is its office's own."""
    person = signed_in()
    return any(person.may_at_seat(one, unit.code) for one in ("report.draft", "report.publish"))


def _shown(unit: Unit, report: uuid.UUID) -> Shown:
    return queries.shown(unit, report, with_drafts=_works_on(unit))


def _language() -> Language:
    return "en" if language() == "en" else "lo"


def _list(unit: Unit, form: DraftForm | None, status: int = 200) -> tuple[str, int]:
    if form is None and signed_in().may_at_seat("report.draft", unit.code):
        form = draft_form(periods_over(clock.today()))
    page = render_template(
        "reports/index.html",
        unit=unit,
        reports=queries.reports_of(unit, with_drafts=_works_on(unit)),
        form=form,
        wording=wording,
    )
    return page, status


def _page(
    unit: Unit, shown: Shown, refused: str = "", status: int = 200
) -> tuple[str, int]:  # fmt: skip
    person, draft_row = signed_in(), shown.report.draft
    is_draft = shown.report.state == DRAFT
    may_publish = is_draft and person.may_at_seat("report.publish", unit.code)
    page = render_template(
        "reports/report.html",
        unit=unit,
        shown=shown,
        content=shown.content,
        report=shown.report,
        tables=[one for one in tables(shown.content, _language()) if not one.in_file],
        headline=wording.headline(shown.content, _language()),
        missing=wording.missing(shown.content, _language()),
        refused=refused,
        is_own=draft_row.drafted_by_id == person.user.id,
        may_publish=may_publish,
        may_withdraw=is_draft and person.may_at_seat("report.draft", unit.code),
        wording=wording,
    )
    return page, status


def _hash(shown: Shown) -> str | None:
    decision = shown.report.decision
    return decision.content_hash if decision is not None else None


def _name(shown: Shown, language: str) -> str:
    report = shown.report
    version = f"v{shown.content['version']}" if report.frozen is not None else report.state
    return f"{shown.content['unit']['code']}-{report.period.code}-{version}-{language}"


def _attached(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content,
        mimetype=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
