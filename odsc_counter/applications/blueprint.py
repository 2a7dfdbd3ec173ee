"""The blueprint that the web doors of this room are put on, and what they share."""

import uuid
from collections.abc import Callable
from datetime import date

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from odsc_counter.accounts.access import signed_in
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock

blueprint = Blueprint("applications", __name__, template_folder="templates")


def back_to(application: uuid.UUID) -> Response:
    """Back to the file after a verb."""
    return redirect(url_for("applications.detail", application=application), 303)


def may_in(centre: Centre) -> Callable[[str], bool]:
    """Whether whoever is signed in may do something in the centre."""
    return lambda permission: signed_in().may_in_centre(permission, centre.id)


def day_of(centre: Centre) -> date:
    """The centre's own day."""
    return clock.business_day(clock.now(), centre.day_starts_minute)
