"""The doors of one file at the counter: taken, looked up, supplied, handed over, followed."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from odsc_counter.accounts import words as doings
from odsc_counter.accounts.access import centre_door, public_centre_door, signed_in
from odsc_counter.applications import (
    desk,
    holdings,
    lifecycle,
    operations,
    panels,
    queries,
    remarks,
    words,
)
from odsc_counter.applications.blueprint import back_to, blueprint, day_of, may_in
from odsc_counter.applications.forms import ApplicantForm, HandoverForm, ReasonForm
from odsc_counter.applications.models import Application
from odsc_counter.applications.remarks import CITIZEN
from odsc_counter.applications.tracking import spaced
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.register_queries import suspended_services
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import queries as tickets


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
        today=day_of(centre),
        is_overdue=queries.is_overdue,
        may=may_in(centre),
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
                full_name=form.full_name.data or "",
                phone=form.phone.data or "",
                id_number=form.id_number.data or "",
                village=form.village.data or "",
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
    return detail_page(centre, queries.application(application))


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
    return back_to(application)


@blueprint.post("/c/<centre>/applications/<uuid:application>/ready")
@centre_door("application.make_ready")
@once
def make_ready(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """The result has come to the counter."""
    try:
        operations.make_ready(centre, application, request.form.get("result_number", ""))
    except InvalidInput as error:
        flash(str(error.fields["result_number"]), "danger")
    return back_to(application)


@blueprint.post("/c/<centre>/applications/<uuid:application>/collect")
@centre_door("application.take")
@once
def collect(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Hand the result over, and keep who took it."""
    form = HandoverForm(request.form)
    if form.validate():
        try:
            operations.collect(
                centre,
                application,
                operations.Taker(**{name: value or "" for name, value in form.data.items()}),
            )
        except InvalidInput as error:
            _mark(form, error)
        else:
            return back_to(application)
    return detail_page(centre, queries.application(application), 422, handover_form=form)


@blueprint.post("/c/<centre>/applications/<uuid:application>/expire")
@centre_door("application.expire")
@once
def expire(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """End a file for which nobody came."""
    form = ReasonForm(request.form, prefix="expire-")
    if not form.validate():
        return detail_page(centre, queries.application(application), 422, expire_form=form)
    operations.expire(centre, application, form.reason.data or "")
    return back_to(application)


@blueprint.post("/c/<centre>/applications/<uuid:application>/remarks")
@centre_door("application.remark")
@once
def say(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """A note for colleagues, or a message to the citizen."""
    form = ReasonForm(request.form, prefix="say-")
    if not form.validate():
        return detail_page(centre, queries.application(application), 422, say_form=form)
    to_citizen = request.form.get("audience") == CITIZEN
    operations.say(centre, application, form.reason.data or "", to_citizen=to_citizen)
    return back_to(application)


@blueprint.post("/c/<centre>/applications/<uuid:application>/withdraw")
@centre_door("application.take")
@once
def withdraw(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Withdraw it at the citizen's wish."""
    form = ReasonForm(request.form, prefix="withdraw-")
    if not form.validate():
        return detail_page(centre, queries.application(application), 422, withdraw_form=form)
    operations.withdraw(centre, application, form.reason.data or "")
    return back_to(application)


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
        is_late=queries.is_overdue(application, day_of(centre)),
        steps=queries.steps(application.id),
        step_states=words.STEP_STATES,
        said_to_citizen=remarks.remarks(application.id, CITIZEN),
        missing=[paper for paper in queries.papers(application.id) if not paper.is_present],
    )


def _new_page(
    centre: Centre,
    form: ApplicantForm,
    service_id: int | None,
    ticket_id: uuid.UUID | None,
    present: set[int],
    status: int = 200,
) -> tuple[str, int]:
    offered = catalogue.offered_services(day_of(centre))
    chosen = next((row for row in offered if row.service.id == service_id), None)
    page = render_template(
        "applications/new.html",
        form=form,
        offered=offered,
        suspended=suspended_services(day_of(centre)),
        chosen=chosen,
        ticket=tickets.ticket(ticket_id) if ticket_id else None,
        present=present,
    )
    return page, status


def detail_page(
    centre: Centre, application: Application, status: int = 200, **forms: Form
) -> tuple[str, int]:
    """One application as whoever is signed in sees it; `forms` hold what was refused."""
    address = url_for(".follow", code=application.tracking_code, _external=True)
    may = may_in(centre)
    decides_for = (
        queries.ministries_decided_by(signed_in().user.id) if may("application.decide") else set()
    )
    steps = queries.steps(application.id)
    mine = [step for step in steps if step.ministry_id in decides_for]
    page = render_template(
        "applications/detail.html",
        application=application,
        papers=queries.papers(application.id),
        ministry=queries.ministry(application.ministry_id),
        ticket=tickets.ticket(application.ticket_id) if application.ticket_id else None,
        timeline=queries.timeline(application.id),
        doing=doings.doing,
        state=words.STATES[application.state],
        late=queries.is_overdue(application, day_of(centre)),
        allows=lambda verb: lifecycle.LIFECYCLE.allows(verb, application.state),
        may=may,
        me=signed_in().user.id,
        steps=steps,
        my_steps=[step for step in mine if step.state == lifecycle.AT_WORK],
        may_take_up=any(step.stage == steps[0].stage for step in mine),
        officers={step.ministry_id: desk.officers_of(step.ministry_id) for step in mine},
        holdings=holdings.holdings(application.id),
        remarks=remarks.remarks(application.id),
        levels=words.LEVELS,
        step_states=words.STEP_STATES,
        holders=words.HOLDERS,
        audiences=words.AUDIENCES,
        follow_url=address,
        qr=words.qr_image(address),
        code=spaced(application.tracking_code),
        panels=panels.drawn(application),
        **{
            "reject_form": ReasonForm(prefix="reject-"),
            "back_form": ReasonForm(prefix="back-"),
            "return_form": ReasonForm(prefix="return-"),
            "withdraw_form": ReasonForm(prefix="withdraw-"),
            "expire_form": ReasonForm(prefix="expire-"),
            "say_form": ReasonForm(prefix="say-"),
            "handover_form": HandoverForm(),
            **forms,
        },
    )
    return page, status


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
