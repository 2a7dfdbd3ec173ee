"""The doors of guidelines: a centre reads and acknowledges, an area sees who has."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import area_door, centre_door, signed_in
from odsc_counter.actions import guidelines as deeds
from odsc_counter.actions.blueprint import blueprint
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock


@blueprint.get("/c/<centre>/guidelines")
@centre_door("guideline.view")
def centre_guidelines(centre: Centre) -> ResponseReturnValue:
    """What the committees above ask of the centre."""
    return render_template(
        "actions/centre_guidelines.html",
        guidelines=deeds.for_centre(centre),
        today=clock.today(),
    )


@blueprint.get("/c/<centre>/guidelines/<uuid:guideline>")
@centre_door("guideline.view")
def centre_guideline(centre: Centre, guideline: uuid.UUID) -> ResponseReturnValue:
    """One guideline, in both languages."""
    return render_template(
        "actions/centre_guideline.html",
        found=deeds.one_for_centre(centre, guideline),
        may_acknowledge=signed_in().may_in_centre("guideline.acknowledge", centre.id),
        today=clock.today(),
    )


@blueprint.post("/c/<centre>/guidelines/<uuid:guideline>/acknowledge")
@centre_door("guideline.acknowledge")
def acknowledge(centre: Centre, guideline: uuid.UUID) -> ResponseReturnValue:
    """Say that the centre has read it; a second click changes nothing."""
    deeds.acknowledge(centre, guideline)
    flash(_("The committee sees that your centre has read it."), "success")
    return redirect(url_for(".centre_guidelines"), 303)


@blueprint.get("/a/<unit>/guidelines")
@area_door("resolution.view")
def guidelines(unit: Unit) -> ResponseReturnValue:
    """The guidelines that reach the area's centres, and how many have acknowledged each."""
    return render_template(
        "actions/guidelines.html", unit=unit, rows=deeds.progress(unit), today=clock.today()
    )


@blueprint.get("/a/<unit>/guidelines/<uuid:guideline>")
@area_door("resolution.view")
def guideline(unit: Unit, guideline: uuid.UUID) -> ResponseReturnValue:
    """One guideline, centre by centre."""
    found, centres = deeds.centres_of(unit, guideline)
    return render_template(
        "actions/guideline.html", unit=unit, found=found, centres=centres, today=clock.today()
    )
