"""An area's doors: all its centres of one month, one return, the coordinator's word, the paper."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import area_door, signed_in
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.places.models import Unit
from odsc_counter.places.wording import language
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, Forbidden, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.returns import operations, queries, sheets, telling, words
from odsc_counter.returns.blueprint import blueprint
from odsc_counter.returns.content import month_before
from odsc_counter.returns.forms import ReviewForm
from odsc_counter.returns.models import APPROVE
from odsc_counter.returns.months import month_of
from odsc_counter.returns.paper import return_pdf
from odsc_counter.returns.queries import Sheet
from odsc_counter.returns.standing import SIGNED, Version, due_on

MOST_DIGITS = 6


@blueprint.get("/a/<unit>/returns")
@area_door("area.returns")
def area_returns(unit: Unit) -> ResponseReturnValue:
    """Every centre's return of one month: what is there, what is late, what waits."""
    month = _month()
    rows = queries.in_area(unit, month)
    after = first_of_next_month(month)
    return render_template(
        "returns/area_returns.html",
        unit=unit,
        month=month,
        rows=rows,
        complete=sum(one.is_complete for one in rows),
        late=sum(one.is_late for one in rows),
        waiting=sum(one.state == SIGNED for one in rows),
        earlier=month_before(month),
        later=after if after <= first_of_month(clock.today()) else None,
        due_on=due_on(month),
        words=words,
    )


@blueprint.get("/a/<unit>/returns/<code>/<month>")
@area_door("area.returns")
def area_return(unit: Unit, code: str, month: str) -> ResponseReturnValue:
    """One centre's return: the newest version or the one asked for."""
    return _page(unit, queries.one_in_area(unit, code, month_of(month)))


@blueprint.post("/a/<unit>/returns/<code>/<month>/review")
@area_door("return.review", levels=(1, 2))
@once
def review(unit: Unit, code: str, month: str) -> ResponseReturnValue:
    """Approve a version or send it back."""
    sheet = queries.one_in_area(unit, code, month_of(month))
    form = ReviewForm(request.form)
    if not form.validate():
        return _page(unit, sheet, form, 422)
    try:
        operations.review(
            sheet.standing.centre,
            sheet.standing.month,
            _number(form.version.data or ""),
            form.seen.data or "",
            form.verdict.data,
            form.words.data or "",
        )
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        form.take(error)
        return _page(unit, sheet, form, error.status)
    if form.verdict.data == APPROVE:
        flash(_("The return is approved: it is official now."), "success")
    else:
        flash(_("The return is sent back. The centre was told."), "success")
    return redirect(url_for(".area_return", unit=unit.code, code=code, month=month), 303)


@blueprint.get("/a/<unit>/returns/<code>/<month>/<int:version>/paper")
@area_door("area.returns")
def area_paper(unit: Unit, code: str, month: str, version: int) -> ResponseReturnValue:
    """One version on paper."""
    sheet = queries.one_in_area(unit, code, month_of(month))
    found = sheets.chosen(sheet, str(version))
    if found is None:
        raise NotFound
    return inline_pdf(return_pdf(sheet, found, language()), f"{code}-{month}-v{version}")


def _page(
    unit: Unit, sheet: Sheet, form: ReviewForm | None = None, status: int = 200
) -> tuple[str, int]:
    standing = sheet.standing
    version = sheets.chosen(sheet, request.args.get("version", ""))
    if _may_review(unit, version, sheet):
        form = form or ReviewForm()
        row = standing.versions[-1].row
        form.version.data, form.seen.data = str(row.version), row.content_hash
    else:
        form = None
    figures, compared = standing.drawn.figures, sheet.compared
    if version is not None:
        figures, compared = version.content["figures"], version.content["compared"]
    page = render_template(
        "returns/area_return.html",
        unit=unit,
        sheet=sheet,
        standing=standing,
        version=version,
        form=form,
        lines=list(sheets.lines(figures, compared)),
        explained=sheets.explained(version.content) if version else [],
        due_on=due_on(standing.month),
        words=words,
    )
    return page, status


def _number(text: str) -> int:
    """A version's number as a form sent it; 0, which no version has, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


def _may_review(unit: Unit, version: Version | None, sheet: Sheet) -> bool:
    person = signed_in()
    if version is None or version.review is not None or version is not sheet.standing.newest:
        return False
    return (
        person.may_in_area("return.review", unit.code)
        and version.row.signed_by_id != person.user.id
        and any(one.id == person.user.id for one in telling.reviewers(sheet.standing.centre))
    )


def _month() -> date:
    """The month that the address names; the last one that is over when it names none."""
    this = first_of_month(clock.today())
    asked = request.args.get("month", "")
    if not asked:
        return month_before(this)
    try:
        return min(month_of(asked), this)
    except NotFound:
        return month_before(this)
