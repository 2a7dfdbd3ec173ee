"""The doors through which citizens follow their own files, at the centre and for the nation."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import public_centre_door, public_door
from odsc_counter.accounts.throttle import TooManyAttempts
from odsc_counter.applications import following, holdings, panels, queries, remarks, words
from odsc_counter.applications.blueprint import blueprint, day_of
from odsc_counter.applications.lifecycle import INCOMPLETE, RUNNING
from odsc_counter.applications.papers import owed
from odsc_counter.applications.remarks import CITIZEN
from odsc_counter.applications.tracking import spaced
from odsc_counter.places import queries as places
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import DomainError, InvalidInput
from odsc_counter.platform.lao import european_digits, language_now

PAIR = "whoever knows number and digits is led to one file without a name; guessing is slowed down"


@blueprint.get("/c/<centre>/f/<code>")
@public_centre_door("whoever holds the code sees state, date and office of one file; no name")
def follow(centre: Centre, code: str) -> ResponseReturnValue:
    """A citizen follows their own file."""
    application = following.file_of_code(code)
    day = day_of(centre)
    missing = owed(queries.papers(application.id))
    corrects = application.state == INCOMPLETE and not missing
    return render_template(
        "applications/follow.html",
        application=application,
        number=spaced(application.tracking_code),
        said=words.CORRECTION if corrects else words.FOR_CITIZENS[application.state],
        state=words.STATES[application.state],
        ministry=queries.ministry(application.ministry_id),
        is_late=queries.is_overdue(application, day),
        runs=application.state in RUNNING,
        steps=queries.steps(application.id),
        step_states=words.STEP_STATES,
        holders={one.holder for one in holdings.holdings(application.id) if not one.ended_at},
        said_to_citizen=remarks.remarks(application.id, CITIZEN),
        missing=missing,
        panels=panels.drawn_in_public(application),
    )


@blueprint.get("/c/<centre>/f")
@public_centre_door("an empty form, and which centre it belongs to")
def follow_form(centre: Centre) -> ResponseReturnValue:
    """Where a citizen writes the number of their file and four digits."""
    return _form()


@blueprint.post("/c/<centre>/f")
@public_centre_door(PAIR)
def find_own(centre: Centre) -> ResponseReturnValue:
    """Lead to the file. Nothing is changed, so that a repetition needs no key."""
    number, digits = request.form.get("number", "")[:40], request.form.get("digits", "")[:20]
    try:
        application = following.file_of(centre, number, digits)
    except (InvalidInput, following.NoSuchPair, TooManyAttempts) as error:
        return _form(number, digits, error), error.status
    return redirect(url_for(".follow", code=application.tracking_code), 303)


@blueprint.get("/follow")
@public_door("the list of the nation's centres, and which of them a number begins with")
def follow_anywhere() -> ResponseReturnValue:
    """Find the centre of a file by the number on its slip, or in the list."""
    label = european_digits(request.args.get("label", "")).strip().upper()[:40]
    centres = places.open_centres(language_now())
    for code in sorted((centre.code for centre in centres), key=len, reverse=True):
        if label.startswith(f"{code}-"):
            return redirect(url_for(".follow_form", centre=code))
    error = _("No centre's numbers begin like this. Choose the centre in the list.")
    return render_template(
        "applications/follow_anywhere.html",
        centres=centres,
        label=label,
        error=error if label else None,
    )


def _form(number: str = "", digits: str = "", error: DomainError | None = None) -> str:
    return render_template(
        "applications/follow_form.html",
        number=number,
        digits=digits,
        error=error,
        fields=error.fields if isinstance(error, InvalidInput) else {},
    )
