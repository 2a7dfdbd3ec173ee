"""One's own notices: what waits for one, newest first."""

import uuid

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from odsc_counter.accounts import notice_words, notices
from odsc_counter.accounts.access import signed_in, signed_in_door
from odsc_counter.accounts.blueprint import blueprint, local_path


@blueprint.get("/me/notices")
@signed_in_door()
def my_notices() -> ResponseReturnValue:
    """What one was told, newest first."""
    number = min(max(request.args.get("page", 1, type=int), 1), 1_000_000)
    return render_template(
        "accounts/notices.html",
        found=notices.page_of(signed_in().user.id, number),
        words=notice_words,
    )


@blueprint.post("/me/notices/read")
@signed_in_door()
def read_notices() -> ResponseReturnValue:
    """Mark all of one's notices as read."""
    notices.mark_read(signed_in().user.id)
    return redirect(url_for(".my_notices"), 303)


@blueprint.post("/me/notices/<uuid:notice>/read")
@signed_in_door()
def read_notice(notice: uuid.UUID) -> ResponseReturnValue:
    """Mark one notice as read, and go on to what it is about where that is asked for."""
    notices.mark_read(signed_in().user.id, notice)
    onward = request.form.get("next")
    return redirect(local_path(onward) if onward else url_for(".my_notices"), 303)
