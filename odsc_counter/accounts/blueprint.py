"""The blueprint that the web doors of this room are put on."""

from urllib.parse import urlsplit

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, template_folder="templates")


def local_path(target: str | None) -> str:
    """The address to go on to, if it is one of ours; else the first page."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target) else target
