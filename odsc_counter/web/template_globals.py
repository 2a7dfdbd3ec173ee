"""Functions that the shared templates need and that know no room."""

from uuid import uuid4

from flask import Flask
from flask_babel import force_locale, gettext


def new_request_key() -> str:
    """A fresh key for one rendering of a form, so that a repeated submit is recognised."""
    return uuid4().hex


def in_language(locale: str, message: str) -> str:
    """The message in a given language, whatever the language of the page.

    For hall boards, which show Lao and English together. The message must also stand in
    `_()` somewhere, so that it is extracted for translation.
    """
    with force_locale(locale):
        return str(gettext(message))


def add_template_globals(app: Flask) -> None:
    """Make the functions of this module known to every template and macro."""
    app.jinja_env.globals.update(new_request_key=new_request_key, in_language=in_language)
