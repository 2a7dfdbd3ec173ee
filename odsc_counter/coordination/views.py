"""The web doors of this room: parse, call one operation or query, render."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import get_locale
from flask_login import current_user

from odsc_counter.accounts.access import area_door
from odsc_counter.coordination import queries
from odsc_counter.monitoring import wording
from odsc_counter.places.models import Unit

blueprint = Blueprint("coordination", __name__, template_folder="templates")

PROVINCE = 1


@blueprint.get("/a/<unit>/workload")
@area_door("area.workload")
def workload(unit: Unit) -> Response:
    """How the centres of an area stand now; renews its figures by itself."""
    language = "en" if str(get_locale()) == "en" else "lo"
    page = render_template(
        "coordination/workload_figures.html"
        if request.headers.get("X-Fragment")
        else "coordination/workload.html",
        workload=queries.workload(unit, language),
        unit=unit,
        by_centre=unit.level >= PROVINCE,
        may_see=lambda code: current_user.may_in_area("area.workload", code),
        may_enter=current_user.may_in_area("centre.enter", unit.code),
        words=wording,
    )
    response = make_response(page)
    response.add_etag()
    response.make_conditional(request)
    return response
