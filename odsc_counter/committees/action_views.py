"""The doors that give an action item from a resolution in force."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import seat_door
from odsc_counter.actions import operations as actions
from odsc_counter.actions.forms import ActionForm
from odsc_counter.catalogue.queries import ministries_on
from odsc_counter.committees import resolution_queries as queries
from odsc_counter.committees import resolution_words as words
from odsc_counter.committees.blueprint import blueprint
from odsc_counter.committees.lifecycle import IN_FORCE
from odsc_counter.places.models import Unit
from odsc_counter.places.queries import units_within
from odsc_counter.places.wording import place
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading


@blueprint.get("/a/<unit>/resolutions/<uuid:resolution>/actions/new")
@seat_door("committee.run")
def new_action(unit: Unit, resolution: uuid.UUID) -> ResponseReturnValue:
    """The form for an action item."""
    whole = _in_force(unit, resolution)
    return _page(unit, whole, _form(unit, place_id=str(unit.id)))


@blueprint.post("/a/<unit>/resolutions/<uuid:resolution>/actions")
@seat_door("committee.run")
@once
def give_action(unit: Unit, resolution: uuid.UUID) -> ResponseReturnValue:
    """Give an office a task from a resolution."""
    whole = _in_force(unit, resolution)
    form = _form(unit)
    if not form.validate():
        return _page(unit, whole, form, 422)
    try:
        actions.give(unit, resolution, words.label(whole.resolution, unit), form.task)
    except DomainError as error:
        fields = error.fields if isinstance(error, InvalidInput) else {}
        for name, message in fields.items():
            form[name].errors = [message]
        if not fields:
            form.form_errors.append(str(error))
        return _page(unit, whole, form, error.status)
    flash(_("The action item is given."), "success")
    return redirect(url_for(".resolution", resolution=resolution, _anchor="actions"), 303)


def _in_force(unit: Unit, resolution: uuid.UUID) -> queries.Whole:
    whole = queries.own(unit, resolution)
    if whole.resolution.state not in IN_FORCE:
        raise NotFound
    return whole


def _form(unit: Unit, **values: str) -> ActionForm:
    language = language_now()
    within = units_within(unit)
    with reference_scope(), reading() as session:
        people = {one.id: one for at in within for one in actions.people_at(session, at.id)}
    return ActionForm(
        None if values else request.form,
        places=[(str(one.id), place(one)) for one in within],
        people=[(str(one.id), f"{one.name(language)} ({one.username})") for one in people.values()],
        ministries=[(str(one.id), one.name(language)) for one in ministries_on(clock.today())],
        data=values,
    )


def _page(
    unit: Unit, whole: queries.Whole, form: ActionForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "committees/give_action.html", unit=unit, whole=whole, form=form, words=words
    )
    return page, status
