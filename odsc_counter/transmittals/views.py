"""The doors of transmittals: bundled, printed, confirmed by the other side, cleared up."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.applications import panels
from odsc_counter.applications import queries as applications
from odsc_counter.applications.blueprint import day_of, may_in
from odsc_counter.applications.models import Application
from odsc_counter.applications.offices import offices_of
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.applications.words import STATES
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import DomainError, Forbidden, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.transmittals import operations, queries, words
from odsc_counter.transmittals.blueprint import blueprint
from odsc_counter.transmittals.models import BACK, OUT, Transmittal
from odsc_counter.transmittals.paper import transmittal_pdf
from odsc_counter.transmittals.sides import Side

SHOWN = ("open", "late", "missing", "all")


@blueprint.get("/c/<centre>/transmittals")
@centre_door("transmittal.view")
def index(centre: Centre) -> ResponseReturnValue:
    """All bundles: on their way, late, with missing papers. A number typed leads to its own."""
    text = request.args.get("q", "").strip()[:40]
    if text:
        try:
            return redirect(url_for(".detail", code=queries.by_code(text).code))
        except NotFound:
            flash(_("No transmittal has this number or code."), "danger")
    show = request.args.get("show", "open")
    show = show if show in SHOWN else "open"
    side = _side(centre)
    own = None if side.at_counter or not side.ministries else side.ministries
    return render_template(
        "transmittals/index.html",
        rows=queries.bundles(show, day_of(centre), own),
        show=show,
        text=text,
        side=side,
        may=may_in(centre),
        directions=words.DIRECTIONS,
        most=queries.MOST,
        late_after=queries.LATE_AFTER,
    )


@blueprint.get("/c/<centre>/transmittals/new")
@centre_door("transmittal.make")
def new(centre: Centre) -> ResponseReturnValue:
    """Choose among the files whose papers lie here, for one ministry."""
    return _new_page(
        centre, request.args.get("direction", ""), request.args.get("ministry", type=int)
    )


@blueprint.post("/c/<centre>/transmittals")
@centre_door("transmittal.make")
@once
def make(centre: Centre) -> ResponseReturnValue:
    """Bundle the chosen files."""
    direction = request.form.get("direction", "")
    ministry_id = request.form.get("ministry", type=int)
    chosen = request.form.getlist("application", type=uuid.UUID)
    if ministry_id is None:
        raise NotFound
    try:
        made = operations.make(centre, _side(centre), direction, ministry_id, chosen)
    except (NotFound, Forbidden):
        raise
    except InvalidInput as error:
        flash(str(error.fields["files"]), "danger")
        return _new_page(centre, direction, ministry_id, 422)
    except DomainError as error:
        flash(str(error), "danger")
        return _new_page(centre, direction, ministry_id, error.status)
    flash(
        _("Transmittal %(label)s is made. Print it and let it go along.", label=made.label),
        "success",
    )
    return redirect(url_for(".detail", code=made.code), 303)


@blueprint.get("/c/<centre>/transmittals/<code>")
@centre_door("transmittal.view")
def detail(centre: Centre, code: str) -> ResponseReturnValue:
    """One bundle: its files, and for the other side the form that confirms it."""
    return _detail_page(centre, queries.by_code(code))


@blueprint.get("/c/<centre>/transmittals/<code>/pdf")
@centre_door("transmittal.view")
def pdf(centre: Centre, code: str) -> ResponseReturnValue:
    """The paper that goes along with the bundle and is signed at both ends."""
    bundle = queries.by_code(code)
    language = request.args.get("language", "both")
    return inline_pdf(transmittal_pdf(centre, bundle, language), bundle.label)


@blueprint.post("/c/<centre>/transmittals/<code>/receive")
@centre_door("transmittal.receive")
@once
def receive(centre: Centre, code: str) -> ResponseReturnValue:
    """Confirm which files of the bundle came."""
    came = set(request.form.getlist("item", type=uuid.UUID))
    numbers = {item: request.form.get(f"result-{item}", "") for item in came}
    try:
        bundle = operations.receive(centre, _side(centre), code, came, numbers)
    except InvalidInput as error:
        for message in error.fields.values():
            flash(str(message), "danger")
        return _detail_page(centre, queries.by_code(code), 422)
    missing = len(queries.items(bundle.id)) - len(came)
    flash(
        ngettext("%(num)s file is received.", "%(num)s files are received.", len(came)), "success"
    )
    if missing:
        flash(
            ngettext(
                "%(num)s file did not come. The other side is told.",
                "%(num)s files did not come. The other side is told.",
                missing,
            ),
            "warning",
        )
    return redirect(url_for(".detail", code=bundle.code), 303)


@blueprint.post("/c/<centre>/transmittals/items/<uuid:item>/came")
@centre_door("transmittal.receive")
@once
def came(centre: Centre, item: uuid.UUID) -> ResponseReturnValue:
    """A missing paper has come after all."""
    return redirect(
        url_for(".detail", code=operations.came_later(centre, _side(centre), item).code), 303
    )


@blueprint.post("/c/<centre>/transmittals/items/<uuid:item>/stayed")
@centre_door("transmittal.make")
@once
def stayed(centre: Centre, item: uuid.UUID) -> ResponseReturnValue:
    """A missing paper still lies where it was sent from."""
    return redirect(
        url_for(".detail", code=operations.stayed(centre, _side(centre), item).code), 303
    )


@panels.contribute
def travels_panel(application: Application) -> Markup:
    """The ways of the paper on the application's own page; nothing before the first one."""
    travels = queries.travels(application.id)
    if not travels:
        return Markup("")
    return Markup(  # noqa: S704 - made by a template
        render_template(
            "transmittals/_travels.html",
            travels=travels,
            directions=words.DIRECTIONS,
            item_states=words.ITEM_STATES,
            tones=words.TONES,
        )
    )


def _side(centre: Centre) -> Side:
    may = may_in(centre)
    ministries = offices_of(signed_in().user.id).ministries if may("application.decide") else set()
    return Side(may("application.take"), frozenset(ministries))


def _new_page(
    centre: Centre, direction: str, ministry_id: int | None, status: int = 200
) -> tuple[str, int]:
    side = _side(centre)
    if direction not in (OUT, BACK):
        direction = OUT if side.at_counter else BACK
    if direction == OUT:
        choices = queries.ministries_waiting() if side.at_counter else []
    else:
        choices = [
            (ministry, len(queries.lying(BACK, ministry.id)))
            for ministry in applications.ministries()
            if ministry.id in side.ministries
        ]
    if ministry_id is None and choices:
        ministry_id = choices[0][0].id
    is_mine = ministry_id is not None and side.gives(direction, ministry_id)
    page = render_template(
        "transmittals/new.html",
        direction=direction,
        directions=words.DIRECTIONS,
        choices=choices,
        ministry_id=ministry_id,
        rows=queries.lying(direction, ministry_id) if is_mine and ministry_id is not None else [],
        states=STATES,
        side=side,
        today=day_of(centre),
    )
    return page, status


def _detail_page(centre: Centre, bundle: Transmittal, status: int = 200) -> tuple[str, int]:
    side, may = _side(centre), may_in(centre)
    receipt = queries.receipt_of(bundle.id)
    takes = may("transmittal.receive") and side.takes(bundle.direction, bundle.ministry_id)
    page = render_template(
        "transmittals/detail.html",
        bundle=bundle,
        receipt=receipt,
        rows=queries.items(bundle.id),
        papers=queries.papers_in(bundle.id),
        takes=takes,
        may_confirm=takes and receipt is None,
        gives=may("transmittal.make") and side.gives(bundle.direction, bundle.ministry_id),
        directions=words.DIRECTIONS,
        item_states=words.ITEM_STATES,
        tones=words.TONES,
        states=STATES,
    )
    return page, status
