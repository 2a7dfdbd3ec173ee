"""The doors of the offices: an officer's desk, and what they do with one file or many."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.applications import desk, operations, words
from odsc_counter.applications.blueprint import back_to, blueprint, day_of
from odsc_counter.applications.file_views import detail_page
from odsc_counter.applications.forms import ReasonForm
from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.places import queries as places
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import DomainError, Forbidden, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once


@blueprint.get("/c/<centre>/desk")
@centre_door("application.decide")
def office_desk(centre: Centre) -> ResponseReturnValue:
    """What lies with the officer's own ministry: to take up, at work, late."""
    show = request.args.get("show", "")
    person = signed_in()
    others = {
        grant.centre_id
        for grant in person.grants
        if grant.centre_id not in (None, centre.id)
        and person.may_in_centre("application.decide", grant.centre_id)
    }
    return render_template(
        "applications/desk.html",
        rows=desk.on_desk(signed_in().user.id, show),
        counts=desk.counts(signed_in().user.id, day_of(centre)),
        show=show,
        elsewhere=desk.counts_elsewhere(person.user.id, sorted(others)),
        codes=places.centre_codes(others),
        today=day_of(centre),
        levels=LEVEL_NAMES,
        step_states=words.STEP_STATES,
        most=desk.MOST,
    )


@blueprint.post("/c/<centre>/desk/pass")
@centre_door("application.decide")
@once
def pass_many(centre: Centre) -> ResponseReturnValue:
    """Pass several files at once; each in a transaction of its own, and each refusal told."""
    passed = 0
    for step in request.form.getlist("step", type=uuid.UUID):
        try:
            operations.pass_step(centre, step)
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            flash(str(error), "danger")
        else:
            passed += 1
    if passed:
        flash(
            ngettext("%(num)s file is passed on.", "%(num)s files are passed on.", passed),
            "success",
        )
    else:
        flash(_("Tick the files first."), "danger")
    return redirect(url_for(".office_desk"), 303)


@blueprint.post("/c/<centre>/applications/<uuid:application>/take-up")
@centre_door("application.decide")
@once
def take_up(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Confirm that the office has the file."""
    operations.take_up(centre, application)
    return back_to(application)


@blueprint.post("/c/<centre>/steps/<uuid:step>/assign")
@centre_door("application.assign")
@once
def assign(centre: Centre, step: uuid.UUID) -> ResponseReturnValue:
    """Give the step to an officer of the ministry: oneself, a colleague, a stand-in."""
    to = request.form.get("officer", type=int)
    assigned = operations.assign(centre, step, signed_in().user.id if to is None else to)
    return back_to(assigned.application_id)


@blueprint.post("/c/<centre>/steps/<uuid:step>/pass")
@centre_door("application.decide")
@once
def pass_step(centre: Centre, step: uuid.UUID) -> ResponseReturnValue:
    """The office has done its part; the deciding office grants."""
    try:
        application = operations.pass_step(centre, step, request.form.get("words", ""))
    except InvalidInput as error:
        return _refused(centre, step, error)
    return back_to(application.id)


@blueprint.post("/c/<centre>/steps/<uuid:step>/reject")
@centre_door("application.decide")
@once
def reject(centre: Centre, step: uuid.UUID) -> ResponseReturnValue:
    """Refuse what was applied for, with a reason."""
    form = ReasonForm(request.form, prefix="reject-")
    if not form.validate():
        return detail_page(centre, desk.application_of(step), 422, reject_form=form)
    return back_to(operations.reject(centre, step, form.reason.data or "").id)


@blueprint.post("/c/<centre>/steps/<uuid:step>/send-back")
@centre_door("application.decide")
@once
def send_back(centre: Centre, step: uuid.UUID) -> ResponseReturnValue:
    """Ask the citizen for papers or a correction."""
    form = ReasonForm(request.form, prefix="back-")
    if not form.validate():
        return detail_page(centre, desk.application_of(step), 422, back_form=form)
    papers = frozenset(request.form.getlist("papers", type=int))
    try:
        application = operations.send_back(centre, step, form.reason.data or "", papers)
    except InvalidInput as error:
        return _refused(centre, step, error)
    return back_to(application.id)


@blueprint.post("/c/<centre>/steps/<uuid:step>/return")
@centre_door("application.decide")
@once
def return_to_office(centre: Centre, step: uuid.UUID) -> ResponseReturnValue:
    """Give the file back to an office that had passed it."""
    form = ReasonForm(request.form, prefix="return-")
    to = request.form.get("to", type=uuid.UUID)
    if not form.validate() or to is None:
        return detail_page(centre, desk.application_of(step), 422, return_form=form)
    try:
        application = operations.return_to_office(centre, step, to, form.reason.data or "")
    except InvalidInput as error:
        return _refused(centre, step, error)
    return back_to(application.id)


def _refused(centre: Centre, step: uuid.UUID, error: InvalidInput) -> ResponseReturnValue:
    for message in error.fields.values():
        flash(str(message), "danger")
    return detail_page(centre, desk.application_of(step), 422)
