"""The page on which the author of a proposal builds what a service asks."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from odsc_counter.accounts.access import national_door, signed_in
from odsc_counter.catalogue import form_builder, proposal_queries, proposals
from odsc_counter.catalogue.blueprint import blueprint
from odsc_counter.catalogue.form_builder import Row
from odsc_counter.catalogue.form_fields import (
    ADDRESS,
    CHOICE,
    DATE,
    DOCUMENT,
    LONG,
    NUMBER,
    PERSON,
    TEXT,
)
from odsc_counter.catalogue.lifecycle import PROPOSAL_LIFECYCLE
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.idempotency import once

KIND_NAMES = {
    TEXT: _l("Text"),
    LONG: _l("Longer text"),
    NUMBER: _l("Number"),
    DATE: _l("Date"),
    CHOICE: _l("Choice"),
    PERSON: _l("Person"),
    ADDRESS: _l("Address"),
    DOCUMENT: _l("Document"),
}


def _page(
    proposal_id: int,
    rows: list[Row] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> tuple[str, int]:
    page = proposal_queries.proposal_page(proposal_id)
    proposal = page.proposal
    may_change = proposal.author_id == signed_in().user.id and PROPOSAL_LIFECYCLE.allows(
        "rewrite", proposal.state
    )
    drawn = render_template(
        "catalogue/form_builder.html",
        proposal=proposal,
        rows=form_builder.rows_of(proposal.content["form"]) if rows is None else rows,
        wrong=wrong or {},
        kinds=KIND_NAMES,
        may_change=may_change,
        most=form_builder.MOST,
    )
    return drawn, status


@blueprint.get("/national/proposals/<int:proposal_id>/form")
@national_door("catalogue.propose")
def form_rows(proposal_id: int) -> ResponseReturnValue:
    """The questions of a proposal's form, each a row."""
    return _page(proposal_id)


@blueprint.post("/national/proposals/<int:proposal_id>/form")
@national_door("catalogue.propose")
@once
def set_form(proposal_id: int) -> ResponseReturnValue:
    """Keep the form; or only add, remove or move a row of the page."""
    rows = form_builder.rows_given(request.form)
    order = request.form.get("do", "save")
    if order != "save":
        return _page(proposal_id, form_builder.changed(rows, order))
    try:
        proposals.set_form(proposal_id, form_builder.form_from(rows))
    except InvalidInput as error:
        return _page(proposal_id, rows, error.fields, 422)
    flash(_("The changes are saved."), "success")
    return redirect(url_for("catalogue.proposal", proposal_id=proposal_id), 303)
