"""The web doors of this room, and the address under which people know the nation's page."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from odsc_counter.accounts.access import national_door
from odsc_counter.monitoring import figure_views, group_views, open_views, register_views
from odsc_counter.monitoring.blueprint import blueprint

__all__ = ["blueprint", "figure_views", "group_views", "open_views", "register_views"]


@blueprint.get("/national")
@national_door("national.summary")
def national() -> ResponseReturnValue:
    """The figures of the nation, with whatever else the address asks for."""
    asked = request.query_string.decode("ascii", "ignore")
    return redirect(url_for("monitoring.figures", unit="LA") + (f"?{asked}" if asked else ""))
