"""Which devices are the hall's own kiosks: a signed cookie that a manager puts on each of them.

A kiosk is trusted with the hall's printer and prints by itself; a phone that opened the
kiosk's address is not asked to print, and takes numbers within a limit.
"""

from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from odsc_counter.places.models import Centre
from odsc_counter.platform.work import unit_of_work

COOKIE = "odsc-kiosk"
LASTS_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie; each number taken begins it anew."""


@dataclass(frozen=True)
class KioskDevice:
    """A kiosk of the hall."""

    prints: bool
    """A printer stands beside it, or the hall's network printer does."""


def this_device(centre: Centre) -> KioskDevice | None:
    """The kiosk that asks; None for every other device."""
    try:
        said = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadData:
        return None
    if said.get("centre") != centre.code:
        return None
    return KioskDevice(bool(said.get("prints")))


def make_kiosk(centre: Centre, prints: bool) -> KioskDevice:
    """Record that somebody makes a device a kiosk; `remember` then puts the cookie on it."""
    with unit_of_work() as work:
        work.record("set_up", subject_kind="kiosk", subject_id=centre.code, data={"prints": prints})
    return KioskDevice(prints)


def remember(answer: Response, centre: Centre, device: KioskDevice) -> Response:
    """Let the device know that it is a kiosk."""
    answer.set_cookie(
        COOKIE,
        str(_signer().dumps({"centre": centre.code, "prints": device.prints})),
        max_age=LASTS_SECONDS,
        path=_path(centre),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return answer


def forget(answer: Response, centre: Centre) -> Response:
    """The device is no kiosk any more."""
    answer.delete_cookie(COOKIE, path=_path(centre))
    return answer


def _path(centre: Centre) -> str:
    return f"/c/{centre.code}/kiosk"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="kiosk device")
