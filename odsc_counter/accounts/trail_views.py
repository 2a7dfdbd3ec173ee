"""Who did what: the audit trail of a centre and of the nation, and auditors' ways in."""

from datetime import date, timedelta
from types import ModuleType
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import area_words, entering, queries, trail, words
from odsc_counter.accounts.access import (
    area_door,
    centre_door,
    contains,
    national_door,
    signed_in,
    signed_in_door,
)
from odsc_counter.accounts.blueprint import blueprint
from odsc_counter.accounts.forms import EnterForm
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound


def _day(name: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise
    return day if date(2000, 1, 1) <= day <= date(2200, 1, 1) else otherwise


def _filters() -> trail.Filters:
    last = _day("to", clock.today())
    first = _day("from", last - timedelta(days=trail.USUAL_DAYS - 1))
    return trail.Filters(
        min(first, last),
        max(first, last),
        request.args.get("person", "")[:12],
        request.args.get("doing", "")[:81],
    )


def _page_asked() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 1_000_000)


def _page(
    template: str,
    found: trail.Trail,
    filters: trail.Filters,
    dictionary: ModuleType = words,
    **more: object,
) -> str:
    return render_template(
        template,
        trail=found,
        filters=filters,
        words=dictionary,
        **more,
        asked={
            "from": filters.first.isoformat(),
            "to": filters.last.isoformat(),
            "person": filters.person,
            "doing": filters.doing,
        },
    )


@blueprint.get("/c/<centre>/trail", endpoint="trail")
@centre_door("audit.view")
def centre_trail(centre: Centre) -> ResponseReturnValue:
    """Who did what at the centre."""
    filters = _filters()
    found = trail.centre_trail(filters, _page_asked(), centre.day_starts_minute)
    return _page("accounts/trail.html", found, filters)


@blueprint.get("/a/<unit>/trail")
@area_door("area.audit")
def area_trail(unit: Unit) -> ResponseReturnValue:
    """What the offices of a unit and of all units within it did: flags, meetings, decisions."""
    filters = _filters()
    found = trail.area_trail(filters, _page_asked())
    return _page("accounts/area_trail.html", found, filters, area_words, unit=unit)


@blueprint.get("/national/trail")
@national_door("national.audit")
def national_trail() -> ResponseReturnValue:
    """Who did what to accounts and reference data, and who crossed into a centre."""
    filters = _filters()
    return _page(
        "accounts/national_trail.html", trail.national_trail(filters, _page_asked()), filters
    )


def _enter_page(unit: Unit, form: EnterForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "accounts/enter.html", form=form, unit=unit, centres=queries.centres_below(unit)
    )
    return page, status


@blueprint.get("/a/<unit>/enter")
@area_door("centre.enter")
def enter(unit: Unit) -> ResponseReturnValue:
    """Ask an auditor which centre to enter, and why."""
    return _enter_page(unit, EnterForm(formdata=None))


@blueprint.post("/a/<unit>/enter")
@area_door("centre.enter")
def enter_centre(unit: Unit) -> ResponseReturnValue:
    """Let an auditor into one centre; both trails say so."""
    form = EnterForm()
    person = signed_in()
    if not form.validate() or person.session is None:
        return _enter_page(unit, form, 422)
    centre = queries.centre_by_id(min(max(form.centre_id.data or 0, 0), 2**31 - 1))
    if not contains(unit.code, centre.unit.code):
        raise NotFound
    try:
        entering.enter_centre(person.session, centre, form.text("reason"))
    except InvalidInput as error:
        form.take(error)
        return _enter_page(unit, form, 422)
    flash(_("You have entered the centre. Both audit trails say so, with your reason."), "success")
    return redirect(url_for(".trail", centre=centre.code), 303)


@blueprint.post("/leave-centre")
@signed_in_door()
def leave_centre() -> ResponseReturnValue:
    """End an auditor's stay in a centre."""
    person = signed_in()
    if person.session is None:
        raise NotFound
    entering.leave_centre(person.session)
    flash(_("You have left the centre."), "success")
    return redirect("/", 303)


@blueprint.app_context_processor
def entered() -> dict[str, Any]:
    """The centre that an auditor has entered, for the notice on every page."""
    person = signed_in()
    if not person.is_authenticated or person.session is None:
        return {}
    entered_id = person.session.entered_centre_id
    return {"entered_centre": queries.centre_by_id(entered_id)} if entered_id else {}
