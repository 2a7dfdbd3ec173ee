"""The doors of action items: the lists of an area, and one item with what was said about it."""

import uuid
from typing import Any

from flask import Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import area_door, seat_door, signed_in
from odsc_counter.actions import queries, words
from odsc_counter.actions.blueprint import blueprint
from odsc_counter.actions.forms import DueForm, NoteForm
from odsc_counter.actions.lifecycle import LIFECYCLE
from odsc_counter.coordination import comment_form
from odsc_counter.coordination.comments import Subject
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock, media
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.file_store import NotThere, current_store
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.spreadsheet import CSV_TYPE, as_csv
from odsc_counter.web.headers import shut_in


def _which() -> str:
    asked = request.args.get("list", "open")
    return asked if asked in queries.LISTS else "open"


@blueprint.get("/a/<unit>/actions")
@area_door("action.view")
def index(unit: Unit) -> ResponseReturnValue:
    """The action items within an area, the first due first."""
    which = _which()
    page = min(max(request.args.get("page", 1, type=int), 1), 1_000_000)
    return render_template(
        "actions/index.html",
        unit=unit,
        listing=queries.listing(unit, which, signed_in().user.id, page),
        which=which,
        today=clock.today(),
        words=words,
    )


@blueprint.get("/a/<unit>/actions.csv")
@area_door("action.view")
def index_csv(unit: Unit) -> ResponseReturnValue:
    """The same list as a table for spreadsheets."""
    which, today, language = _which(), clock.today(), language_now()
    rows = queries.every(unit, which, signed_in().user.id)
    content = as_csv(
        [
            _("Number"), _("Resolution"), _("Task in Lao"), _("Task in English"), _("Place"),
            _("Office"), _("Responsible person"), _("Due on"), _("State"), _("Overdue"),
        ],
        [
            (
                words.label(row.action, row.seat.code),
                row.action.resolution_label,
                row.action.task_lo,
                row.action.task_en,
                row.place.name(language),
                row.action.office_lo if language == "lo" else row.action.office_en
                or row.action.office_lo,
                row.action.responsible_name,
                row.action.due_on.isoformat(),
                str(words.STATES[row.action.state]),
                _("Yes") if words.is_overdue(row.action, today) else "",
            )
            for row in rows
        ],
    )  # fmt: skip
    name = f"actions-{unit.code}-{which}-{today:%Y%m%d}.csv"
    return Response(
        content,
        mimetype=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.get("/a/<unit>/actions/<int:place>/<uuid:action>")
@area_door("action.view")
def detail(unit: Unit, place: int, action: uuid.UUID) -> ResponseReturnValue:
    """One action item: what is to be done, how it goes on, and what may be done with it here."""
    return detail_page(unit, place, action)


@blueprint.post("/a/<unit>/actions/<int:place>/<uuid:action>/comments")
@area_door("action.view")
@once
def comment(unit: Unit, place: int, action: uuid.UUID) -> ResponseReturnValue:
    """Say something about the action item to those who see it."""
    refused = comment_form.taken(_subject(queries.detail(place, action).row))
    if refused is not None:
        return detail_page(unit, place, action, 422, comment=refused)
    return redirect(
        url_for(".detail", unit=unit.code, place=place, action=action, _anchor="comments"), 303
    )


def _subject(row: queries.Row) -> Subject:
    action = row.action
    label = f"{action.number}/{action.year}"
    titles = {
        "lo": f"{label} {action.task_lo}",
        "en": f"{label} {action.task_en or action.task_lo}",
    }
    address = f"/a/{row.place.code}/actions/{row.place.id}/{action.id}"
    return Subject("action_item", action.id, row.place, titles, address)


@blueprint.get("/a/<unit>/actions/<int:place>/<uuid:action>/evidence/<uuid:note>")
@seat_door("action.report")
def evidence(unit: Unit, place: int, action: uuid.UUID, note: uuid.UUID) -> ResponseReturnValue:
    """The file beside a note: for the office that does it and for the seat that gave it."""
    row = queries.detail(place, action).row
    if unit.id not in (row.place.id, row.seat.id):
        raise NotFound
    found = queries.evidence(place, action, note)
    try:
        file = current_store().of_units.open(place, found.file_hash)
    except NotThere as error:
        raise NotFound from error
    ending = media.ENDINGS[found.media_type]
    response = send_file(
        file, mimetype=found.media_type, download_name=f"evidence-{found.file_hash[:12]}.{ending}"
    )
    shut_in(response)
    return response


def detail_page(
    unit: Unit,
    place: int,
    action_id: uuid.UUID,
    status: int = 200,
    refused: dict[str, Any] | None = None,
    error: str = "",
    comment: comment_form.CommentForm | None = None,
) -> ResponseReturnValue:
    """The page of an action item, with a form that was refused as it was typed."""
    found = queries.detail(place, action_id)
    action, person = found.row.action, signed_in()
    at_place = found.row.place.id == unit.id and person.may_at_seat("action.report", unit.code)
    at_seat = found.row.seat.id == unit.id and person.may_at_seat("action.accept", unit.code)
    may = {
        verb
        for verb in LIFECYCLE.verbs
        if LIFECYCLE.allows(verb, action.state)
        and (
            (at_place and LIFECYCLE.permission(verb) == "action.report")
            or (at_seat and LIFECYCLE.permission(verb) == "action.accept")
        )
    }
    forms: dict[str, Any] = {verb: NoteForm(prefix=f"{verb}-") for verb in may - {"move_due"}}
    forms["move_due"] = DueForm(prefix="move_due-", due_on=action.due_on)
    forms |= refused or {}
    page = render_template(
        "actions/detail.html",
        unit=unit,
        found=found,
        action=action,
        may=may,
        forms=forms,
        today=clock.today(),
        words=words,
        sees_files=unit.id in (found.row.place.id, found.row.seat.id)
        and person.may_at_seat("action.report", unit.code),
        error=error,
        comments=comment_form.panel(_subject(found.row), comment),
    )
    return page, status
