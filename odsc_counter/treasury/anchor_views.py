"""The nation's door to the anchors: what each centre's chains were when it closed a day."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from odsc_counter.accounts.access import national_door
from odsc_counter.platform import clock
from odsc_counter.treasury import anchors
from odsc_counter.treasury.blueprint import blueprint


@blueprint.get("/national/anchors")
@national_door("national.audit")
def national_anchors() -> ResponseReturnValue:
    """The anchors of a day, who has not closed it, and the root that can be published."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = anchors.last_day() or clock.today()
    return render_template("treasury/anchors.html", found=anchors.national_day(day))
