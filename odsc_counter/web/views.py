"""The doors that belong to no room: start page, language, health."""

from flask import Blueprint, jsonify, redirect, request, session
from flask_login import current_user
from sqlalchemy import text
from werkzeug.wrappers import Response

from odsc_counter.accounts import operations as accounts
from odsc_counter.accounts.access import public_door
from odsc_counter.platform.database import current_database
from odsc_counter.web.navigation import landing

blueprint = Blueprint("web", __name__)


@blueprint.get("/")
@public_door("sends everyone on to where they belong")
def home() -> Response:
    """To the person's own first page, or to the sign-in."""
    return redirect(landing() if current_user.is_authenticated else "/sign-in")


@blueprint.post("/language")
@public_door("changes nothing but the language of one's own pages")
def set_language() -> Response:
    """Remember the language: in the account when signed in, else in this browser."""
    language = "en" if request.form.get("language") == "en" else "lo"
    session["language"] = language
    if current_user.is_authenticated:
        accounts.set_language(current_user.user.id, language)
    target = request.form.get("next", "/")
    local = target.startswith("/") and not target.startswith(("//", "/\\"))
    return redirect(target if local else "/")


@blueprint.get("/healthz")
@public_door("says only that the program runs")
def healthz() -> Response:
    """The process is alive."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public_door("says only whether the database answers")
def readyz() -> tuple[Response, int]:
    """The database answers and its schema is in place."""
    try:
        with current_database().reader.connect() as connection:
            revision = connection.execute(
                text("select version_num from alembic_version"),
                execution_options={"cross_centre": "readiness"},
            ).scalar()
    except Exception:
        return jsonify(status="database unreachable"), 503
    if revision is None:
        return jsonify(status="not initialised"), 503
    return jsonify(status="ready", revision=revision), 200
