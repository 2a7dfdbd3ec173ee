"""The web doors of this room: parse, call one operation or query, render."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from odsc_counter.accounts.access import national_door
from odsc_counter.places import operations, queries
from odsc_counter.places.forms import CentreForm, NewCentreForm
from odsc_counter.places.wording import language, place, short_place
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput

blueprint = Blueprint("places", __name__, template_folder="templates")
blueprint.add_app_template_filter(place)
blueprint.add_app_template_filter(short_place)


@blueprint.get("/national/centres")
@national_door("national.centres")
def centres() -> ResponseReturnValue:
    """All provinces and districts with their centres; most have none yet."""
    text = request.args.get("q", "").strip()[:80]
    found = queries.search_units(text, limit=200) if text else []
    return render_template(
        "places/centres.html",
        tree=queries.unit_tree(language()),
        text=text,
        found={unit.id for unit in found} | {unit.parent_id for unit in found if unit.level == 2},
        wanted={unit.id for unit in found},
    )


@blueprint.get("/national/centres/open")
@national_door("national.centres")
def ask_open() -> ResponseReturnValue:
    """The form that opens a centre in a unit."""
    unit = queries.unit_by_code(request.args.get("unit", ""))
    form = NewCentreForm(
        opened_on=clock.today(),
        name_lo=f"ສູນບໍລິການຜ່ານປະຕູດຽວ {unit.name_lo}",
        name_en=f"{unit.name_en} One-Door Service Centre",
    )
    return render_template("places/open.html", unit=unit, form=form)


@blueprint.post("/national/centres/open")
@national_door("national.centres")
def open_centre() -> ResponseReturnValue:
    """Open a centre."""
    unit = queries.unit_by_code(request.form.get("unit", ""))
    form = NewCentreForm(request.form)
    if form.validate():
        try:
            centre = operations.open_centre(unit.code, **_typed(form))
        except InvalidInput as error:
            _mark(form, error)
        else:
            flash(_("The centre is open: %(name)s", name=centre.name(language())), "success")
            return redirect(url_for("places.centres", q=unit.code), 303)
    return render_template("places/open.html", unit=unit, form=form), 422


@blueprint.get("/national/centres/<code>")
@national_door("national.centres")
def edit(code: str) -> ResponseReturnValue:
    """A centre's particulars."""
    centre = queries.centre_by_code(code)
    return render_template(
        "places/edit.html", code=code, place_of=centre, form=CentreForm(obj=centre)
    )


@blueprint.post("/national/centres/<code>")
@national_door("national.centres")
def update(code: str) -> ResponseReturnValue:
    """Change a centre's particulars."""
    centre = queries.centre_by_code(code)
    form = CentreForm(request.form)
    if form.validate():
        try:
            operations.update_centre(code, **_typed(form))
        except InvalidInput as error:
            _mark(form, error)
        else:
            flash(_("The changes are saved."), "success")
            return redirect(url_for("places.edit", code=code), 303)
    return render_template("places/edit.html", code=code, place_of=centre, form=form), 422


@blueprint.post("/national/centres/<code>/close")
@national_door("national.centres")
def close(code: str) -> ResponseReturnValue:
    """Close a centre for good."""
    operations.close_centre(code)
    flash(_("The centre is closed. Its records stay."), "success")
    return redirect(url_for("places.edit", code=code), 303)


def _typed(form: Form) -> dict[str, Any]:
    return {name: value if value is not None else "" for name, value in form.data.items()}


def _mark(form: Form, error: InvalidInput) -> None:
    """Put what the rules refused beside its field."""
    for name, message in error.fields.items():
        if name in form:
            form[name].errors = [message]
        else:
            form.form_errors.append(message)
