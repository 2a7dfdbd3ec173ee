"""The public doors of seals: where a QR code leads, the public keys, the inspector's page."""

from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from werkzeug.wrappers import Response

from odsc_counter.accounts.access import public_door
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.work import reading
from odsc_counter.receipts import keys, seal_checks
from odsc_counter.receipts.blueprint import blueprint
from odsc_counter.receipts.seal import NotASeal
from odsc_counter.receipts.seal_checks import NoSuchReceipt, NotOurSeal, RecordDiffers

LANGUAGES = ("lo", "en")
PAPER = (
    "whoever holds the paper is led to what anyone with its code may see; no seal can be made up"
)


@blueprint.get("/R/<packed>")
@blueprint.get("/r/<packed>")
@public_door(PAPER)
def sealed(packed: str) -> ResponseReturnValue:
    """Where the QR code of a receipt leads: in capital letters, for a smaller code."""
    return _checked(packed)


@blueprint.get("/receipts/keys.json")
@public_door("public keys: made to be known by everybody")
def public_keys() -> ResponseReturnValue:
    """All public keys, for whoever verifies seals with a program of their own."""
    with reading() as session:
        return jsonify(keys.published(session))


@blueprint.get("/verify")
@public_door("public keys, and a check that the browser makes by itself")
def verify() -> ResponseReturnValue:
    """The inspector's page, which goes on working without a network.

    With `seal` after the question mark the server checks it: for browsers that can't.
    """
    text = request.args.get("seal", "")
    return _checked(text) if text else _verify_page()


@blueprint.get("/verify/<language>")
@public_door("public keys, and a check that the browser makes by itself")
def verify_in(language: str) -> ResponseReturnValue:
    """The same in a given language, whatever the browser's: both are kept for offline use."""
    if language not in LANGUAGES:
        raise NotFound
    with force_locale(language):
        return _verify_page()


@blueprint.get("/verify-worker.js")
@public_door("a script that keeps the inspector's page for use without a network")
def verify_worker() -> ResponseReturnValue:
    """The service worker: it may answer only for what lies below its own address."""
    response: Response = current_app.send_static_file("build/verify_worker.js")
    response.headers["Cache-Control"] = "no-store"
    return response


def _verify_page() -> str:
    with reading() as session:
        known = keys.published(session)["keys"]
    return render_template("receipts/verify.html", keys=known, made_at=clock.now())


def _checked(text: str) -> ResponseReturnValue:
    try:
        centre, code = seal_checks.receipt_of(text)
    except NotASeal as error:
        return _refused(error, 404)
    except (NotOurSeal, NoSuchReceipt, RecordDiffers) as error:
        return _refused(error, error.status)
    return redirect(url_for(".check", centre=centre.code, code=code))


def _refused(error: DomainError, status: int) -> tuple[str, int]:
    kind = "warning" if isinstance(error, NotASeal) else "danger"
    return render_template("receipts/seal.html", error=error, kind=kind), status
