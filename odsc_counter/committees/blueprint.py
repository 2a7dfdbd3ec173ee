"""The web doors of committees hang on this blueprint; each subject has a module of its own."""

import uuid

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

blueprint = Blueprint("committees", __name__, template_folder="templates")


def to_meeting(meeting: uuid.UUID, part: str | None = None) -> ResponseReturnValue:
    """Back to the meeting after a verb, to a part of its page if one is named."""
    return redirect(url_for("committees.meeting", meeting=meeting, _anchor=part), 303)
