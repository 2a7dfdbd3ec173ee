"""The doors of resolutions: those of a meeting, one of them, and the list of what holds."""

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import area_door, seat_door, signed_in
from odsc_counter.committees import resolution_queries as queries
from odsc_counter.committees import resolution_words as words
from odsc_counter.committees import resolutions
from odsc_counter.committees.blueprint import blueprint, to_meeting
from odsc_counter.committees.models import Meeting
from odsc_counter.committees.resolution_forms import DecisionForm, ProposalForm
from odsc_counter.places.models import Unit
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.spreadsheet import CSV_TYPE, as_csv


@blueprint.get("/a/<unit>/resolutions")
@area_door("resolution.view")
def decisions(unit: Unit) -> ResponseReturnValue:
    """What the committees of an area have decided and signed; one can search in it."""
    text = _typed()
    only_own = "own" in request.args
    return render_template(
        "committees/decisions.html",
        unit=unit,
        rows=queries.in_force(text, unit.id if only_own else None),
        text=text,
        only_own=only_own,
        most=queries.MOST,
        words=words,
    )


@blueprint.get("/a/<unit>/resolutions.csv")
@area_door("resolution.view")
def decisions_csv(unit: Unit) -> ResponseReturnValue:
    """The same list as a table for spreadsheets."""
    language = language_now()
    rows = queries.in_force(_typed(), unit.id if "own" in request.args else None)
    content = as_csv(
        [
            _("Number"), _("Committee"), _("Decided on"), _("Title in Lao"), _("Title in English"),
            _("Text in Lao"), _("Text in English"), _("Decision"), _("Corrected by"),
        ],
        [
            (
                words.label(row.resolution, row.place),
                row.place.name(language),
                row.resolution.decided_at.date().isoformat() if row.resolution.decided_at else "",
                row.resolution.title_lo,
                row.resolution.title_en,
                words.text_in_force(row.resolution, "lo"),
                words.english_in_force(row.resolution),
                str(words.STATES[row.resolution.state]),
                ", ".join(words.label(one, row.place) for one in row.corrected_by),
            )
            for row in rows
        ],
    )  # fmt: skip
    return Response(
        content,
        mimetype=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="resolutions-{unit.code}.csv"'},
    )


@blueprint.get("/a/<unit>/decisions/<int:place>/<uuid:resolution>")
@area_door("resolution.view")
def decision(unit: Unit, place: int, resolution: uuid.UUID) -> ResponseReturnValue:
    """One resolution that holds, of this unit's committee or one within it."""
    whole = queries.decision(place, resolution)
    return render_template(
        "committees/decision.html",
        unit=unit,
        whole=whole,
        words=words,
        may_open=whole.place.id == unit.id
        and signed_in().may_at_seat("committee.attend", unit.code),
    )


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>/resolutions/new")
@seat_door("committee.run")
def new_resolution(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """The form for a proposal."""
    found = queries.meeting_of(unit, meeting)
    item = request.args.get("item", type=uuid.UUID)
    return _proposal_page(unit, found, _proposal_form(unit, found, agenda_item_id=item))


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/resolutions")
@seat_door("committee.run")
@once
def propose(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Put a resolution before the meeting."""
    found = queries.meeting_of(unit, meeting)
    form = _proposal_form(unit, found)
    if not form.validate():
        return _proposal_page(unit, found, form, status=422)
    try:
        made = resolutions.propose(unit, meeting, form.proposal)
    except NotFound:
        raise
    except DomainError as error:
        form.take(error)
        return _proposal_page(unit, found, form, status=error.status)
    flash(_("Resolution %(label)s is proposed.", label=words.label(made, unit)), "success")
    return redirect(url_for(".resolution", resolution=made.id), 303)


@blueprint.get("/a/<unit>/resolutions/<uuid:resolution>")
@seat_door("committee.attend")
def resolution(unit: Unit, resolution: uuid.UUID) -> ResponseReturnValue:
    """A resolution of the unit's own committee, with the form that decides it."""
    return _resolution_page(unit, resolution)


@blueprint.get("/a/<unit>/resolutions/<uuid:resolution>/words")
@seat_door("committee.run")
def other_words(unit: Unit, resolution: uuid.UUID) -> ResponseReturnValue:
    """The form that rewords a proposal."""
    whole = queries.own(unit, resolution)
    form = _proposal_form(unit, whole.meeting, obj=whole.resolution)
    return _proposal_page(unit, whole.meeting, form, whole)


@blueprint.post("/a/<unit>/resolutions/<uuid:resolution>/words")
@seat_door("committee.run")
@once
def reword(unit: Unit, resolution: uuid.UUID) -> ResponseReturnValue:
    """Change a proposal that is not decided yet."""
    whole = queries.own(unit, resolution)
    form = _proposal_form(unit, whole.meeting)
    if not form.validate():
        return _proposal_page(unit, whole.meeting, form, whole, status=422)
    try:
        resolutions.reword(unit, resolution, form.proposal)
    except NotFound:
        raise
    except DomainError as error:
        form.take(error)
        return _proposal_page(unit, whole.meeting, form, whole, status=error.status)
    flash(_("The proposal is reworded."), "success")
    return redirect(url_for(".resolution", resolution=resolution), 303)


@blueprint.post("/a/<unit>/resolutions/<uuid:resolution>/decide")
@seat_door("committee.run")
@once
def decide(unit: Unit, resolution: uuid.UUID) -> ResponseReturnValue:
    """Write down what the meeting decided."""
    form = DecisionForm(request.form)
    if not form.validate():
        return _resolution_page(unit, resolution, form, status=422)
    try:
        decided = resolutions.decide(unit, resolution, form.ruling)
    except NotFound:
        raise
    except DomainError as error:
        form.take(error)
        return _resolution_page(unit, resolution, form, status=error.status)
    flash(
        _(
            "%(label)s: %(state)s.",
            label=words.label(decided, unit),
            state=words.STATES[decided.state],
        ),
        "success",
    )
    return to_meeting(decided.meeting_id, "resolutions")


@blueprint.post("/a/<unit>/resolutions/<uuid:resolution>/reopen")
@seat_door("committee.run")
@once
def reopen(unit: Unit, resolution: uuid.UUID) -> ResponseReturnValue:
    """Take a decision back while the minutes are not signed."""
    resolutions.reopen(unit, resolution)
    flash(_("The decision is taken back."), "success")
    return redirect(url_for(".resolution", resolution=resolution), 303)


@blueprint.app_template_global("resolutions_of")
def resolutions_of(meeting: Meeting) -> queries.OfMeeting:
    """The resolutions of a meeting, for the part of its page that lists them."""
    return queries.of_meeting(meeting)


@blueprint.app_template_global("resolution_words")
def _words() -> object:
    return words


def _typed() -> str:
    return request.args.get("q", "").strip()[:80]


def _proposal_form(unit: Unit, meeting: Meeting, **more: object) -> ProposalForm:
    return ProposalForm(
        request.form if request.method == "POST" else None,
        members=queries.members_on(meeting),
        items=queries.agenda_of(meeting),
        earlier=queries.correctable(unit),
        unit=unit,
        language=language_now(),
        **more,
    )


def _proposal_page(
    unit: Unit,
    meeting: Meeting,
    form: ProposalForm,
    whole: queries.Whole | None = None,
    status: int = 200,
) -> tuple[str, int]:
    page = render_template(
        "committees/proposal.html",
        unit=unit,
        meeting=meeting,
        whole=whole,
        form=form,
        words=words,
        is_writable=meeting.state in resolutions.WRITABLE,
    )
    return page, status


def _resolution_page(
    unit: Unit, resolution: uuid.UUID, form: DecisionForm | None = None, status: int = 200
) -> tuple[str, int]:
    whole = queries.own(unit, resolution)
    page = render_template(
        "committees/resolution.html",
        unit=unit,
        whole=whole,
        words=words,
        form=form
        or DecisionForm(amended_lo=whole.resolution.text_lo, amended_en=whole.resolution.text_en),
        may_run=signed_in().may_at_seat("committee.run", unit.code),
        is_writable=whole.meeting.state in resolutions.WRITABLE,
    )
    return page, status
