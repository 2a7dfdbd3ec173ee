"""The doors of the committee itself: what it is, who sits in it and until when."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import seat_door, signed_in
from odsc_counter.catalogue.queries import ministries_on
from odsc_counter.committees import meeting_words as words
from odsc_counter.committees import members, queries
from odsc_counter.committees.blueprint import blueprint
from odsc_counter.committees.forms import CommitteeForm, EndForm, MemberForm
from odsc_counter.committees.models import CommitteeMember
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now


def taken_back(form: Any, error: DomainError) -> None:
    """Put a refusal beside the fields that it is about, or over the form."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    for name, message in fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, message]
    if not any(name in form for name in fields):
        form.form_errors.append(str(error))


@blueprint.get("/a/<unit>/committee")
@seat_door("committee.attend")
def committee(unit: Unit) -> ResponseReturnValue:
    """The unit's committee: who sits in it, in which role, until when."""
    return _page(unit)


@blueprint.post("/a/<unit>/committee")
@seat_door("committee.run")
@once
def set_up(unit: Unit) -> ResponseReturnValue:
    """Set the committee up, or change its name and quorum."""
    form = CommitteeForm(request.form)
    if not form.validate():
        return _page(unit, 422, set_up_form=form)
    members.set_up(
        unit,
        name_lo=form.name_lo.data or "",
        name_en=form.name_en.data or "",
        founded_by=form.founded_by.data or "",
        quorum_percent=form.quorum_percent.data or 50,
    )
    flash(_("The committee is set up."), "success")
    return redirect(url_for(".committee"), 303)


@blueprint.post("/a/<unit>/committee/members")
@seat_door("committee.run")
@once
def add_member(unit: Unit) -> ResponseReturnValue:
    """Give somebody a seat."""
    form = _member_form(unit)
    if form.validate():
        try:
            members.add(unit, form.seat)
        except DomainError as error:
            taken_back(form, error)
        else:
            flash(_("The member has a seat."), "success")
            return redirect(url_for(".committee"), 303)
    return _page(unit, 422, member_form=form)


@blueprint.get("/a/<unit>/committee/members/<uuid:member>")
@seat_door("committee.run")
def member(unit: Unit, member: uuid.UUID) -> ResponseReturnValue:
    """One seat: correct it, renew its term, end it."""
    return _member_page(unit, queries.member(unit, member))


@blueprint.post("/a/<unit>/committee/members/<uuid:member>")
@seat_door("committee.run")
@once
def change_member(unit: Unit, member: uuid.UUID) -> ResponseReturnValue:
    """Correct a seat or renew its term."""
    found = queries.member(unit, member)
    form = _member_form(unit)
    if form.validate():
        try:
            members.change(unit, member, form.seat)
        except DomainError as error:
            taken_back(form, error)
        else:
            flash(_("The seat is changed."), "success")
            return redirect(url_for(".committee"), 303)
    return _member_page(unit, found, 422, form=form)


@blueprint.post("/a/<unit>/committee/members/<uuid:member>/end")
@seat_door("committee.run")
@once
def end_member(unit: Unit, member: uuid.UUID) -> ResponseReturnValue:
    """End a seat."""
    found = queries.member(unit, member)
    form = EndForm(request.form)
    if form.validate() and form.ended_on.data is not None:
        try:
            members.end(unit, member, form.ended_on.data, form.reason.data or "")
        except DomainError as error:
            taken_back(form, error)
        else:
            flash(_("The seat has ended."), "success")
            return redirect(url_for(".committee"), 303)
    return _member_page(unit, found, 422, end_form=form)


def _member_form(unit: Unit, **values: Any) -> MemberForm:
    language = language_now()
    return MemberForm(
        None if values else request.form,
        ministries=[(str(one.id), one.name(language)) for one in ministries_on(clock.today())],
        accounts=[(str(one.id), one.name(language)) for one in queries.accounts_at(unit)],
        **values,
    )


def _page(
    unit: Unit,
    status: int = 200,
    set_up_form: CommitteeForm | None = None,
    member_form: MemberForm | None = None,
) -> ResponseReturnValue:
    board = queries.board(unit)
    page = render_template(
        "committees/committee.html",
        unit=unit,
        board=board,
        words=words,
        may_run=signed_in().may_at_seat("committee.run", unit.code),
        today=clock.today(),
        set_up_form=set_up_form or CommitteeForm(obj=board.committee),
        member_form=member_form or _member_form(unit, from_on=clock.today()),
    )
    return page, status


def _member_page(
    unit: Unit,
    found: CommitteeMember,
    status: int = 200,
    form: MemberForm | None = None,
    end_form: EndForm | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "committees/member.html",
        unit=unit,
        member=found,
        form=form or _member_form(unit, obj=found),
        end_form=end_form or EndForm(ended_on=clock.today()),
    )
    return page, status
