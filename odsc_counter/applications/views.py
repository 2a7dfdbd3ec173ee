"""The web doors of this room: parse, call one operation or query, render."""

import uuid
from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import Form

from odsc_counter.accounts import words as doings
from odsc_counter.accounts.access import centre_door, public_centre_door, signed_in
from odsc_counter.applications import lifecycle, operations, panels, queries, words
from odsc_counter.applications.forms import ApplicantForm, ReasonForm
from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import spaced
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import queries as tickets

blueprint = Blueprint("applications", __name__, template_folder="templates")


@blueprint.get("/c/<centre>/applications")
@centre_door("application.view")
def index(centre: Centre) -> ResponseReturnValue:
    """All applications of the centre, narrowed by state, ministry, ticket or words.

    With `open` in the address, the only one that is found is shown at once.
    """
    filters = queries.Filters(
        state=request.args.get("state", ""),
        overdue=request.args.get("overdue") == "1",
        ministry_id=request.args.get("ministry", type=int),
        ticket_id=_uuid(request.args.get("ticket", "")),
        text=request.args.get("q", "").strip()[:80],
    )
    found = queries.listing(filters, request.args.get("page", 1, type=int))
    if found.total == 1 and request.args.get("open") == "1":
        return redirect(url_for(".detail", application=found.rows[0].id))
    return render_template(
        "applications/index.html",
        found=found,
        filters=filters,
        states=words.STATES,
        ministries=queries.ministries(),
        today=_today(centre),
        is_overdue=queries.is_overdue,
        may=_may(centre),
    )


@blueprint.get("/c/<centre>/applications/new")
@centre_door("application.take")
def new(centre: Centre) -> ResponseReturnValue:
    """The form for a new application; a ticket in the address chooses the service."""
    ticket_id = _uuid(request.args.get("ticket", ""))
    ticket = tickets.ticket(ticket_id) if ticket_id else None
    service_id = request.args.get("service", type=int)
    if service_id is None and ticket is not None:
        service_id = ticket.service_id
    return _new_page(centre, ApplicantForm(), service_id, ticket_id, set())


@blueprint.post("/c/<centre>/applications")
@centre_door("application.take")
@once
def take(centre: Centre) -> ResponseReturnValue:
    """Take the application."""
    form = ApplicantForm(request.form)
    service_id = request.form.get("service", type=int)
    ticket_id = _uuid(request.form.get("ticket", ""))
    present = set(request.form.getlist("papers", type=int))
    if service_id is not None and form.validate():
        try:
            application = operations.take(
                centre,
                service_id,
                **{name: value or "" for name, value in form.data.items()},
                papers_present=present,
                ticket_id=ticket_id,
            )
        except InvalidInput as error:
            _mark(form, error)
        else:
            flash(_("Application %(label)s is taken.", label=application.label), "success")
            return redirect(url_for(".detail", application=application.id), 303)
    return _new_page(centre, form, service_id, ticket_id, present, 422)


@blueprint.get("/c/<centre>/applications/<uuid:application>")
@centre_door("application.view")
def detail(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """One application: facts, papers, fee, what may be done, and what happened."""
    return _detail_page(centre, queries.application(application))


@blueprint.post("/c/<centre>/applications/<uuid:application>/papers")
@centre_door("application.take")
@once
def supply_papers(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Note the papers that were brought later."""
    present = set(request.form.getlist("papers", type=int))
    try:
        operations.supply_papers(centre, application, present)
    except InvalidInput as error:
        flash(error.fields.get("papers", str(error)), "danger")
    return _back(application)


@blueprint.post("/c/<centre>/applications/<uuid:application>/approve")
@centre_door("application.decide")
@once
def approve(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Approve it, as an officer of the responsible ministry."""
    operations.approve(centre, application)
    return _back(application)


@blueprint.post("/c/<centre>/applications/<uuid:application>/reject")
@centre_door("application.decide")
@once
def reject(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Reject it with a reason."""
    form = ReasonForm(request.form, prefix="reject-")
    if not form.validate():
        return _detail_page(centre, queries.application(application), 422, reject_form=form)
    operations.reject(centre, application, form.reason.data or "")
    return _back(application)


@blueprint.post("/c/<centre>/applications/<uuid:application>/collect")
@centre_door("application.take")
@once
def collect(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Hand the result over."""
    operations.collect(centre, application)
    return _back(application)


@blueprint.post("/c/<centre>/applications/<uuid:application>/withdraw")
@centre_door("application.take")
@once
def withdraw(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Withdraw it at the citizen's wish."""
    form = ReasonForm(request.form, prefix="withdraw-")
    if not form.validate():
        return _detail_page(centre, queries.application(application), 422, withdraw_form=form)
    operations.withdraw(centre, application, form.reason.data or "")
    return _back(application)


@blueprint.get("/c/<centre>/f/<code>")
@public_centre_door("whoever holds the code sees state, date and office of one file; no name")
def follow(centre: Centre, code: str) -> ResponseReturnValue:
    """A citizen follows their own file."""
    application = queries.by_tracking_code(code)
    return render_template(
        "applications/follow.html",
        application=application,
        said=words.FOR_CITIZENS[application.state],
        state=words.STATES[application.state],
        ministry=queries.ministry(application.ministry_id),
        is_late=queries.is_overdue(application, _today(centre)),
    )


def _new_page(
    centre: Centre,
    form: ApplicantForm,
    service_id: int | None,
    ticket_id: uuid.UUID | None,
    present: set[int],
    status: int = 200,
) -> tuple[str, int]:
    offered = catalogue.offered_services(_today(centre))
    chosen = next((row for row in offered if row.service.id == service_id), None)
    page = render_template(
        "applications/new.html",
        form=form,
        offered=offered,
        chosen=chosen,
        ticket=tickets.ticket(ticket_id) if ticket_id else None,
        present=present,
    )
    return page, status


def _detail_page(
    centre: Centre, application: Application, status: int = 200, **forms: Form
) -> tuple[str, int]:
    address = url_for(".follow", code=application.tracking_code, _external=True)
    may = _may(centre)
    decides = may("application.decide") and (
        application.ministry_id in queries.ministries_decided_by(signed_in().user.id)
    )
    page = render_template(
        "applications/detail.html",
        application=application,
        papers=queries.papers(application.id),
        ministry=queries.ministry(application.ministry_id),
        ticket=tickets.ticket(application.ticket_id) if application.ticket_id else None,
        timeline=queries.timeline(application.id),
        doing=doings.doing,
        state=words.STATES[application.state],
        late=queries.is_overdue(application, _today(centre)),
        allows=lambda verb: lifecycle.LIFECYCLE.allows(verb, application.state),
        may=may,
        decides=decides,
        follow_url=address,
        qr=words.qr_image(address),
        code=spaced(application.tracking_code),
        panels=panels.drawn(application),
        **{
            "reject_form": ReasonForm(prefix="reject-"),
            "withdraw_form": ReasonForm(prefix="withdraw-"),
            **forms,
        },
    )
    return page, status


def _back(application: uuid.UUID) -> Response:
    return redirect(url_for(".detail", application=application), 303)


def _may(centre: Centre) -> Callable[[str], bool]:
    return lambda permission: signed_in().may_in_centre(permission, centre.id)


def _today(centre: Centre) -> date:
    return clock.business_day(clock.now(), centre.day_starts_minute)


def _uuid(text: str) -> uuid.UUID | None:
    """The id that a query names; None without one. Raises NotFound for anything else."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound from error


def _mark(form: Form, error: InvalidInput) -> None:
    """Put what the rules refused beside its field."""
    for name, message in error.fields.items():
        if name in form:
            form[name].errors = [message]
        else:
            form.form_errors.append(message)
