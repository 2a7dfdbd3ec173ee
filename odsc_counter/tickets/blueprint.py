"""The blueprint that the web doors of this room are put on, and what they share."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import LazyString

from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.work import reading
from odsc_counter.tickets.order import rules_of
from odsc_counter.tickets.words import PRIORITY_REASONS

blueprint = Blueprint("tickets", __name__, template_folder="templates")


def is_fragment() -> bool:
    """Whether a page that is open asks, which wants no whole page in answer."""
    return "X-Fragment" in request.headers


def console_url(**_arguments: object) -> str:
    """Where a verb of the console leads: to the console, or to its changing part."""
    return url_for("tickets.console_desk" if is_fragment() else "tickets.console")


def granted_reasons() -> dict[str, LazyString]:
    """The reasons for priority that the centre grants, in words."""
    with reading() as session:
        granted = rules_of(session).reasons
    return {reason: words for reason, words in PRIORITY_REASONS.items() if reason in granted}


def key_or_none(text: str) -> uuid.UUID | None:
    """The key that a form sent; None for an empty field. Raises NotFound for anything else."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound from error


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
