"""Pages for the citizen's phone go over the line compressed; style sheets already do.

Only pages of the public doors, and only for whoever is not signed in: the length of a compressed
page tells a listener something about a secret that stands in it beside text of his own choice
(the attack is known as BREACH), and these pages hold none.
"""

import gzip

from flask import Flask, Response, request
from flask_login import current_user

from odsc_counter.accounts.access import door_of

WORTH_IT = 800
"""Bytes; a shorter answer fits one packet as it is."""


def install(app: Flask) -> None:
    """Compress the citizen's pages of an app."""

    @app.after_request
    def compress(response: Response) -> Response:
        if _is_for_a_citizen() and _can_be_compressed(response):
            response.set_data(gzip.compress(response.get_data(), compresslevel=6, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            response.vary.add("Accept-Encoding")
        return response


def _is_for_a_citizen() -> bool:
    door = door_of(request.endpoint) if request.endpoint else None
    is_public = door is not None and door.kind == "public_centre"
    return is_public and not current_user.is_authenticated


def _can_be_compressed(response: Response) -> bool:
    return (
        response.mimetype == "text/html"
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
        and request.accept_encodings.quality("gzip") > 0
        and len(response.get_data()) >= WORTH_IT
    )
