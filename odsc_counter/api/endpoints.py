"""How an endpoint is declared: once, for the route, the guard, the validation and the document."""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response
from flask_babel import get_locale

from odsc_counter.api.bodies import Schema, read_body, read_query
from odsc_counter.platform.idempotency import once

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
View = Callable[..., Any]

PARAMETERS: dict[str, tuple[str, Schema, str]] = {
    # name        converter of the route        schema of the document, meaning
    "centre": ("string", {"type": "string"}, "Code of the centre, such as LA0101"),
    "counter": (
        "int(min=1, max=999)",
        {"type": "integer", "minimum": 1, "maximum": 999},
        "Number of the counter, as it hangs above it",
    ),
    "ticket": ("uuid", {"type": "string", "format": "uuid"}, "Id of the ticket"),
    "application": ("uuid", {"type": "string", "format": "uuid"}, "Id of the application"),
    "receipt": ("uuid", {"type": "string", "format": "uuid"}, "Id of the receipt"),
}


@dataclass(frozen=True)
class Endpoint:
    """What one method on one path takes and answers."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    tag: str
    is_public: bool
    answers: dict[int, str | None]
    """Status of success: name of the answer's schema, or None for an empty body."""
    body: str | None = None
    """Name of the schema of the request's body."""
    query: Schema | None = None
    media_type: str = "application/json"

    @property
    def rule(self) -> str:
        """The path as Flask's router wants it."""
        return re.sub(
            r"{(\w+)}", lambda found: f"<{PARAMETERS[found[1]][0]}:{found[1]}>", self.path
        )


ENDPOINTS: list[Endpoint] = []


def endpoint(
    method: str,
    path: str,
    door: Callable[[View], View],
    *,
    summary: str,
    tag: str,
    answers: dict[int, str | None],
    body: Schema | None = None,
    query: Schema | None = None,
    is_public: bool = False,
    media_type: str = "application/json",
) -> Callable[[View], View]:
    """Declare the function below as what answers `method` on `path`.

    The function gets `body` and `query` as read and checked, where there is a schema. Every
    POST is done once per `Idempotency-Key`. Its docstring is the document's description.
    """

    def declare(view: View) -> View:
        declared = Endpoint(
            name=view.__name__,
            method=method,
            path=path,
            summary=summary,
            description=" ".join((view.__doc__ or "").split()),
            tag=tag,
            is_public=is_public,
            answers=answers,
            body=body["title"] if body is not None else None,
            query=query,
            media_type=media_type,
        )
        done = once(view) if method == "POST" else view

        @wraps(view)
        def parsed(**arguments: Any) -> Response:
            found = read_query(query)
            if query is not None:
                arguments["query"] = found
            if method == "POST":
                given = read_body(body)
                if body is not None:
                    arguments["body"] = given
            answer: Response = done(**arguments)
            return answer

        blueprint.add_url_rule(declared.rule, view.__name__, door(parsed), methods=[method])
        ENDPOINTS.append(declared)
        return view

    return declare


def answer(payload: object, status: int = 200, location: str | None = None) -> Response:
    """An answer in JSON; `location` is where a thing that was made can be found."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=_as_json)
    response = Response(text, status, mimetype="application/json")
    if location is not None:
        response.headers["Location"] = location
    return response


def _as_json(value: object) -> str:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"no form in JSON for {type(value).__name__}")


@blueprint.after_request
def say_language(response: Response) -> Response:
    """Say in which language the texts of a problem are (chosen by Accept-Language)."""
    if response.mimetype == "application/problem+json":
        response.headers["Content-Language"] = str(get_locale())
        response.headers.add("Vary", "Accept-Language")
    return response
