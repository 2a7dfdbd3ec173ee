"""The door of the morning page: what needs attention in an area today."""

from flask import render_template
from flask.typing import ResponseReturnValue

from odsc_counter.accounts.access import area_door, signed_in
from odsc_counter.committees import today as mornings
from odsc_counter.committees.blueprint import blueprint
from odsc_counter.flags import words as flag_words
from odsc_counter.places.models import Unit
from odsc_counter.places.wording import language


@blueprint.get("/a/<unit>/today")
@area_door("area.workload")
def today(unit: Unit) -> ResponseReturnValue:
    """What needs attention today, each with the page where it is dealt with."""
    at_seat = signed_in().may_at_seat("committee.attend", unit.code)
    return render_template(
        "committees/today.html",
        unit=unit,
        found=mornings.today(unit, language(), at_seat=at_seat),
        at_seat=at_seat,
        flag_words=flag_words,
        days_ahead=mornings.DAYS_AHEAD,
    )
