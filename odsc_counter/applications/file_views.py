"""The doors of one file at the counter: taken, looked up, supplied, handed over, followed."""

import uuid
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from odsc_counter.accounts import words as doings
from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.applications import (
    answers,
    desk,
    escalation,
    holdings,
    intake_page,
    lifecycle,
    lists,
    operations,
    panels,
    pre_queries,
    queries,
    remarks,
    words,
)
from odsc_counter.applications.blueprint import back_to, blueprint, day_of, may_in
from odsc_counter.applications.forms import HandoverForm, ReasonForm
from odsc_counter.applications.models import Application
from odsc_counter.applications.offices import Offices, offices_of
from odsc_counter.applications.papers import owed
from odsc_counter.applications.remarks import CITIZEN
from odsc_counter.applications.tracking import spaced
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.people.forms import PersonForm, mark
from odsc_counter.places.models import Centre
from odsc_counter.places.wording import language
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import queries as tickets
from odsc_counter.traits.form import said_in


@blueprint.get("/c/<centre>/applications")
@centre_door("application.view")
def index(centre: Centre) -> ResponseReturnValue:
    """The applications of the centre, narrowed by list, state, ministry, ticket or words.

    With `open` in the address, the only one that is found is shown at once.
    """
    filters = lists.Filters(
        state=request.args.get("state", ""),
        show=request.args.get("show", ""),
        ministry_id=request.args.get("ministry", type=int),
        ticket_id=_uuid(request.args.get("ticket", "")),
        office=_office(request.args.get("office", "")),
        text=request.args.get("q", "").strip()[:80],
    )
    found = lists.listing(filters, request.args.get("page", 1, type=int))
    if found.total == 1 and request.args.get("open") == "1":
        return redirect(url_for(".detail", application=found.rows[0].id))
    return render_template(
        "applications/index.html",
        found=found,
        filters=filters,
        states=words.STATES,
        lists=words.LISTS,
        office_levels=LEVEL_NAMES,
        counts=lists.counts(day_of(centre)),
        counted=lists.COUNTED,
        ministries=queries.ministries(),
        today=day_of(centre),
        is_overdue=queries.is_overdue,
        level_of=escalation.level_of,
        before=escalation.cutoffs(day_of(centre)),
        must_know=words.MUST_KNOW,
        may=may_in(centre),
    )


def _office(text: str) -> tuple[int, str] | None:
    """A ministry's office as an address names it: 4.district."""
    ministry, _point, level = text.partition(".")
    known = ministry.isascii() and ministry.isdecimal() and len(ministry) < 9
    return (int(ministry), level) if known and level in LEVEL_NAMES else None


@blueprint.get("/c/<centre>/applications/new")
@centre_door("application.take")
def new(centre: Centre) -> ResponseReturnValue:
    """The form for a new application; a ticket in the address chooses the service.

    The number of a file that was begun before the visit fills the form with what was said.
    """
    ticket_id = _uuid(request.args.get("ticket", ""))
    ticket = tickets.ticket(ticket_id) if ticket_id else None
    service_id = request.args.get("service", type=int)
    number = request.args.get("draft", "").strip()[:40]
    draft, error = pre_queries.found(number) if number else (None, None)
    if service_id is None and ticket is not None and draft is None:
        service_id = ticket.service_id
    page = intake_page.drawn(
        centre,
        service_id,
        ticket_id,
        person_id=_uuid(request.args.get("person", "")),
        text=request.args.get("q"),
        draft=draft,
        number=number,
        number_error=error,
    )
    return page, 404 if error else 200


@blueprint.get("/c/<centre>/applications/known-people")
@centre_door("application.take")
def known_people(centre: Centre) -> ResponseReturnValue:
    """People whom the centre knows, as a list for the form of a new application."""
    ticket_id = _uuid(request.args.get("ticket", ""))
    return intake_page.known_people(
        request.args.get("q", ""),
        request.args.get("service", type=int),
        tickets.ticket(ticket_id).id if ticket_id else None,
        request.args.get("draft", "")[:40] or None,
    )


@blueprint.post("/c/<centre>/applications")
@centre_door("application.take")
@once
def take(centre: Centre) -> ResponseReturnValue:
    """Take the application."""
    form = PersonForm(request.form)
    service_id = request.form.get("service", type=int)
    given = answers_given(service_id, day_of(centre))
    ticket_id = _uuid(request.form.get("ticket", ""))
    present = set(request.form.getlist("papers", type=int))
    choice = intake_page.chosen_person(request.form.get("person", ""))
    number = request.form.get("draft", "")
    draft = pre_queries.open_draft(number) if number else None
    likely = intake_page.asks_first(form, choice)
    wrong: dict[str, str] = {}
    if service_id is not None and form.validate() and not likely:
        try:
            application = operations.take(
                centre,
                service_id,
                applicant=form.details(),
                person_id=choice.person_id,
                is_another=choice.is_another,
                papers_present=present,
                answers=given,
                ticket_id=ticket_id,
                channel=request.form.get("channel", "counter"),
                draft_code=draft.code if draft is not None else None,
                who_came=said_in(request.form),
            )
        except InvalidInput as error:
            wrong = answers.among(error.fields)
            mark(
                form,
                InvalidInput(
                    {name: said for name, said in error.fields.items() if name not in wrong}
                ),
            )
        else:
            flash(_("Application %(label)s is taken.", label=application.label), "success")
            return redirect(url_for(".detail", application=application.id), 303)
    page = intake_page.drawn(
        centre,
        service_id,
        ticket_id,
        form=form,
        person_id=choice.person_id,
        present=present,
        likely=likely,
        wrong=wrong,
        draft=draft,
    )
    return page, 422


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
            mark(form, error)
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
    words_said = form.reason.data or ""
    named = request.form.get("mention", "")[:60]
    if named and not to_citizen and f"@{named}" not in words_said:
        words_said = f"@{named} {words_said}"
    try:
        operations.say(centre, application, words_said, to_citizen=to_citizen)
    except InvalidInput as error:
        mark(form, error)
        return detail_page(centre, queries.application(application), 422, say_form=form)
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


def answers_given(service_id: int | None, day: date) -> answers.Answers:
    """What the page says to the service's own questions; nothing for an unknown service."""
    if service_id is None:
        return {}
    try:
        return answers.read(catalogue.service_on(service_id, day).form, request.form)
    except NotFound:
        return {}


def detail_page(
    centre: Centre, application: Application, status: int = 200, **forms: Form
) -> tuple[str, int]:
    """One application as whoever is signed in sees it; `forms` hold what was refused."""
    address = url_for(".follow", code=application.tracking_code, _external=True)
    may = may_in(centre)
    mine_offices = offices_of(signed_in().user.id) if may("application.decide") else Offices()
    steps = queries.steps(application.id)
    mine = [step for step in steps if mine_offices.cover(step)]
    papers = queries.papers(application.id)
    page = render_template(
        "applications/detail.html",
        application=application,
        papers=papers,
        owed=owed(papers),
        held_in=queries.labels({paper.held_in_id for paper in papers if paper.held_in_id}),
        answered=answers.shown(application.version_taken, application.answers, language()),
        ministry=queries.ministry(application.ministry_id),
        ticket=tickets.ticket(application.ticket_id) if application.ticket_id else None,
        timeline=queries.timeline(application.id),
        doing=doings.doing,
        state=words.STATES[application.state],
        late=queries.is_overdue(application, day_of(centre)),
        level=escalation.level_of(application, escalation.cutoffs(day_of(centre))),
        must_know=words.MUST_KNOW,
        allows=lambda verb: lifecycle.LIFECYCLE.allows(verb, application.state),
        may=may,
        me=signed_in().user.id,
        steps=steps,
        my_steps=[step for step in mine if step.state == lifecycle.AT_WORK],
        may_take_up=any(step.stage == steps[0].stage for step in mine),
        officers={step.id: desk.officers_of(step) for step in mine},
        holdings=holdings.holdings(application.id),
        remarks=remarks.remarks(application.id),
        mentions=remarks.mentions(application.id),
        with_names=remarks.with_names,
        colleagues=[
            (user.username, user.name(language()))
            for user in (remarks.colleagues(centre) if may("application.remark") else ())
        ],
        levels=LEVEL_NAMES,
        step_states=words.STEP_STATES,
        holders=words.HOLDERS,
        channels=words.CHANNELS,
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
