"""The blueprint that the web doors of this room are put on, and what they share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, flash, redirect
from flask_babel import get_locale

from odsc_counter.platform.errors import DomainError, NotFound

blueprint = Blueprint("tickets", __name__, template_folder="templates")


def page_language() -> str:
    """The language of the page: lo or en."""
    return "en" if str(get_locale()) == "en" else "lo"


def told(back: Callable[..., str]) -> Callable[..., Any]:
    """A refusal by the hall's rules is told on the page that the person came from.

    Stands outside `once`: by then the transaction is undone. `back` gets the route's
    arguments. What does not exist here stays a 404.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(**arguments: Any) -> Any:
            try:
                return view(**arguments)
            except NotFound:
                raise
            except DomainError as error:
                flash(str(error), "danger")
                return redirect(back(**arguments), 303)

        return wrapper

    return decorate
