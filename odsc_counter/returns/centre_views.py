"""A centre's doors: its months, one return, the signature, and the paper."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.accounts.signing_in import confirmed, own_code_needed, own_word
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.places.models import Centre
from odsc_counter.places.wording import language
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.returns import operations, queries, sheets, words
from odsc_counter.returns.blueprint import blueprint
from odsc_counter.returns.forms import PREFIX, SignForm, sign_form
from odsc_counter.returns.months import month_of
from odsc_counter.returns.paper import return_pdf
from odsc_counter.returns.queries import Sheet
from odsc_counter.returns.standing import MAY_SIGN, SENT_BACK, Version, due_on


@blueprint.get("/c/<centre>/returns")
@centre_door("return.view")
def centre_returns(centre: Centre) -> ResponseReturnValue:
    """The centre's months and where the return of each stands."""
    return render_template(
        "returns/centre_returns.html",
        rows=queries.of_centre(centre),
        words=words,
        due_on=due_on,
    )


@blueprint.get("/c/<centre>/returns/<month>")
@centre_door("return.view")
def centre_return(centre: Centre, month: str) -> ResponseReturnValue:
    """One return: the newest version or the one asked for, and what can be signed."""
    return _page(centre, month_of(month))


@blueprint.post("/c/<centre>/returns/<month>/sign")
@centre_door("return.sign")
@own_word
@once
def sign(centre: Centre, month: str) -> ResponseReturnValue:
    """Sign the return, or its next version."""
    first = month_of(month)
    sheet = queries.one_of_centre(centre, first)
    draft, _pending = queries.draft_of(centre, first)
    form = sign_form(draft.findings, request.form, is_later=bool(sheet.standing.versions))
    if not form.validate():
        return _page(centre, first, form, 422)
    try:
        confirmed()
        row = operations.sign(centre, first, form.said, form.seen.data or "")
    except NotFound:
        raise
    except DomainError as error:
        form.take(error)
        return _page(centre, first, form, error.status)
    flash(
        _("Version %(version)s is signed. The coordinator was told.", version=row.version),
        "success",
    )
    return redirect(url_for(".centre_return", month=month), 303)


@blueprint.get("/c/<centre>/returns/<month>/<int:version>/paper")
@centre_door("return.view")
def centre_paper(centre: Centre, month: str, version: int) -> ResponseReturnValue:
    """One version on paper."""
    sheet = queries.one_of_centre(centre, month_of(month))
    found = sheets.chosen(sheet, str(version))
    if found is None:
        raise NotFound
    return inline_pdf(return_pdf(sheet, found, language()), f"{centre.code}-{month}-v{version}")


def _page(
    centre: Centre, month: date, form: SignForm | None = None, status: int = 200
) -> tuple[str, int]:
    sheet = queries.one_of_centre(centre, month)
    version = sheets.chosen(sheet, request.args.get("version", ""))
    is_newest = version is None or version is sheet.standing.newest
    may_sign = signed_in().may_in_centre("return.sign", centre.id) and is_newest
    draft = pending = None
    if sheet.standing.state in MAY_SIGN and is_newest:
        draft, pending = queries.draft_of(centre, month)
        if form is None:
            form = sign_form(draft.findings, is_later=version is not None, values=_earlier(sheet))
        form.seen.data = draft.hash
    shows_draft = draft is not None and sheet.standing.state in ("to_sign", SENT_BACK)
    figures, compared = sheet.standing.drawn.figures, sheet.compared
    if version is not None and not shows_draft:
        figures, compared = version.content["figures"], version.content["compared"]
    page = render_template(
        "returns/centre_return.html",
        sheet=sheet,
        standing=sheet.standing,
        version=version,
        is_newest=is_newest,
        shows_draft=shows_draft,
        draft=draft,
        pending=pending,
        form=form if may_sign else None,
        prefix=PREFIX,
        needs_code=own_code_needed(),
        lines=list(sheets.lines(figures, compared)),
        explained=sheets.explained(version.content) if version else [],
        due_on=due_on(month),
        words=words,
    )
    return page, status


def _earlier(sheet: Sheet) -> dict[str, Any]:
    """What was said with the version before, to be said again or better."""
    newest: Version | None = sheet.standing.newest
    if newest is None:
        return {}
    comments = {PREFIX + key: said for key, said in newest.content["comments"].items()}
    return {**comments, "note": newest.content["note"]}
