"""The doors of what is done with an action item: note, report, accept, send back, move, cancel."""

import uuid
from collections.abc import Callable

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import seat_door
from odsc_counter.actions import operations
from odsc_counter.actions.action_views import detail_page
from odsc_counter.actions.blueprint import blueprint
from odsc_counter.actions.forms import DueForm, NoteForm
from odsc_counter.actions.models import ActionItem
from odsc_counter.applications import scan_files
from odsc_counter.applications.scan_files import KeptFile
from odsc_counter.config import Settings
from odsc_counter.places.models import Unit
from odsc_counter.platform.errors import DomainError, Forbidden, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.web.body_limits import MEGABYTE, takes_files


@blueprint.post("/a/<unit>/actions/<int:place>/<uuid:action>/note")
@seat_door("action.report")
@takes_files(1)
@once
def note(unit: Unit, place: int, action: uuid.UUID) -> ResponseReturnValue:
    """Note how it goes on."""
    return _said(
        unit, place, action, "note", _("The note is kept."),
        lambda version, text: operations.note(unit, action, version, text, _file()),
    )  # fmt: skip


@blueprint.post("/a/<unit>/actions/<int:place>/<uuid:action>/report")
@seat_door("action.report")
@takes_files(1)
@once
def report(unit: Unit, place: int, action: uuid.UUID) -> ResponseReturnValue:
    """Report it as done."""
    return _said(
        unit, place, action, "report",
        _("It is reported as done. The committee's secretary accepts it or sends it back."),
        lambda version, text: operations.report(unit, action, version, text, _file()),
    )  # fmt: skip


@blueprint.post("/a/<unit>/actions/<int:place>/<uuid:action>/accept")
@seat_door("action.accept")
@once
def accept(unit: Unit, place: int, action: uuid.UUID) -> ResponseReturnValue:
    """Accept it as done."""
    return _said(
        unit, place, action, "accept", _("The action item is done."),
        lambda version, text: operations.accept(unit, action, version, text),
    )  # fmt: skip


@blueprint.post("/a/<unit>/actions/<int:place>/<uuid:action>/return")
@seat_door("action.accept")
@once
def send_back(unit: Unit, place: int, action: uuid.UUID) -> ResponseReturnValue:
    """Send it back."""
    return _said(
        unit, place, action, "return", _("The action item is open again."),
        lambda version, text: operations.send_back(unit, action, version, text),
    )  # fmt: skip


@blueprint.post("/a/<unit>/actions/<int:place>/<uuid:action>/cancel")
@seat_door("action.accept")
@once
def cancel(unit: Unit, place: int, action: uuid.UUID) -> ResponseReturnValue:
    """Let it be."""
    return _said(
        unit, place, action, "cancel", _("The action item is cancelled."),
        lambda version, text: operations.cancel(unit, action, version, text),
    )  # fmt: skip


@blueprint.post("/a/<unit>/actions/<int:place>/<uuid:action>/due")
@seat_door("action.accept")
@once
def move_due(unit: Unit, place: int, action: uuid.UUID) -> ResponseReturnValue:
    """Move the due day."""
    form = DueForm(request.form, prefix="move_due-")

    def moved(version: int, text: str) -> ActionItem:
        if form.due_on.data is None:
            raise InvalidInput
        return operations.move_due(unit, action, version, form.due_on.data, text)

    return _said(unit, place, action, "move_due", _("The due day is moved."), moved, form)


def _said(
    unit: Unit,
    place: int,
    action: uuid.UUID,
    verb: str,
    told: str,
    deed: Callable[[int, str], ActionItem],
    form: NoteForm | None = None,
) -> ResponseReturnValue:
    form = form or NoteForm(request.form, prefix=f"{verb}-")
    if not form.validate():
        return detail_page(unit, place, action, 422, {verb: form})
    try:
        deed(request.form.get("version", 0, type=int), form.text.data or "")
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        fields = error.fields if isinstance(error, InvalidInput) else {}
        for name in fields.keys() & form._fields.keys():
            form[name].errors = [fields[name]]
        return detail_page(
            unit, place, action, error.status, {verb: form}, "" if fields else str(error)
        )
    flash(told, "success")
    return redirect(url_for(".detail", place=place, action=action), 303)


def _file() -> KeptFile | None:
    """The evidence that was sent, looked at and kept; None when there is none."""
    sent = request.files.get("evidence")
    if sent is None or not sent.filename:
        return None
    settings: Settings = current_app.config["SETTINGS"]
    return scan_files.keep(
        sent.stream.read(settings.upload_max_mb * MEGABYTE + 1),
        sent.filename,
        most_megabytes=settings.upload_max_mb,
        clamd=settings.clamd,
        small=False,
    )
