"""A person's calendar: the secret address on one's own page, and what a program reads there."""

from hashlib import sha256

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import calendar_tokens
from odsc_counter.accounts.access import public_door, signed_in, signed_in_door
from odsc_counter.committees import calendar
from odsc_counter.committees.blueprint import blueprint


def _page(address: str | None = None) -> str:
    made_at = calendar_tokens.made_at(signed_in().user.id)
    return render_template("committees/own_calendar.html", made_at=made_at, address=address)


@blueprint.get("/me/calendar")
@signed_in_door()
def own_calendar() -> ResponseReturnValue:
    """Whether one has an address, and since when."""
    return _page()


@blueprint.post("/me/calendar")
@signed_in_door()
def make_calendar() -> ResponseReturnValue:
    """Make an address, in place of one that there was. It is shown this once."""
    token = calendar_tokens.make(signed_in().user.id)
    return _page(url_for(".calendar_feed", token=token, _external=True))


@blueprint.post("/me/calendar/revoke")
@signed_in_door()
def revoke_calendar() -> ResponseReturnValue:
    """End one's address."""
    calendar_tokens.revoke(signed_in().user.id)
    flash(_("The address is revoked. Whoever has it reads nothing any more."), "success")
    return redirect(url_for(".own_calendar"), 303)


@blueprint.get("/calendar/<token>.ics")
@public_door("serves only the bearer of a secret address, and writes nothing")
def calendar_feed(token: str) -> ResponseReturnValue:
    """The calendar, for a program that knows the address."""
    body = calendar.feed(calendar_tokens.owner(token))
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.set_etag(sha256(body).hexdigest())
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)
