"""Reads what a program sent and holds it against its schema: strict, with a message a field.

Only the part of JSON Schema that `schemas` uses is known here; a test compares the answers
with those of a full validator.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from odsc_counter.platform.errors import DomainError, InvalidInput

Schema = dict[str, Any]
NOTHING: Schema = {"type": "object", "additionalProperties": False}
LONGEST_BODY = 64 * 1024
"""Bytes. The longest body that a schema allows is far shorter."""


class NotJson(DomainError):
    """The body is of another kind than JSON."""

    slug = "not-json"
    status = 415
    message = _l("Send JSON: the content type must be application/json.")


class MalformedJson(DomainError):
    """The body can't be parsed as JSON (RFC 8259), or names a member twice."""

    slug = "malformed-json"
    status = 400
    message = _l("This is not well-formed JSON.")


def read_body(schema: Schema | None) -> dict[str, Any]:
    """The request's body as its schema wants it; without a schema, none or `{}`.

    Raises NotJson, MalformedJson, InvalidInput, and 413 beyond LONGEST_BODY.
    """
    request.max_content_length = LONGEST_BODY
    raw = request.get_data()
    if schema is None and not raw:
        return {}
    if request.mimetype != "application/json":
        raise NotJson
    body: dict[str, Any] = _parsed(raw)
    refuse_unfit(body, schema or NOTHING)
    return body


def read_query(schema: Schema | None) -> dict[str, str]:
    """The address's query as its schema wants it. Raises InvalidInput."""
    given: dict[str, Any] = {
        name: values[0] if len(values) == 1 else values for name, values in request.args.lists()
    }
    refuse_unfit(given, schema or NOTHING)
    return given


def _parsed(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8")
        body = json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
        # Half a surrogate pair parses, but no database can store it.
        json.dumps(body, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise MalformedJson from error
    return body


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is named twice")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def refuse_unfit(value: object, schema: Schema) -> None:
    """Raise InvalidInput naming each field that does not fit, with dots: `applicant.phone`."""
    wrong: dict[str, str] = {}
    for field, message in _faults(value, schema, ""):
        wrong.setdefault(field or "body", message)
    if wrong:
        raise InvalidInput(wrong)


def _faults(value: Any, schema: Schema, field: str) -> Iterator[tuple[str, str]]:
    kind = schema["type"]
    misfit = _MISFITS[kind](value)
    if misfit is not None:
        yield field, misfit
    elif kind == "object":
        yield from _object_faults(value, schema, field)
    elif kind == "array":
        yield from _array_faults(value, schema, field)
    elif kind == "string":
        yield from ((field, message) for message in _string_faults(value, schema))
    elif kind == "integer":
        low, high = schema["minimum"], schema["maximum"]
        if not low <= value <= high:
            yield field, _("Use a number from %(low)s to %(high)s.", low=low, high=high)


def _object_faults(value: dict[str, Any], schema: Schema, field: str) -> Iterator[tuple[str, str]]:
    properties: dict[str, Schema] = schema.get("properties", {})
    prefix = f"{field}." if field else ""
    for name in schema.get("required", ()):
        if name not in value:
            yield prefix + name, _("This field is missing.")
    for name, member in value.items():
        if name in properties:
            yield from _faults(member, properties[name], prefix + name)
        else:
            yield prefix + name, _("This field is not known.")


def _array_faults(value: list[Any], schema: Schema, field: str) -> Iterator[tuple[str, str]]:
    if len(value) > schema["maxItems"]:
        yield field, _("Use at most %(number)s entries.", number=schema["maxItems"])
    for place, entry in enumerate(value):
        yield from _faults(entry, schema["items"], f"{field}.{place}")
        if entry in value[:place]:
            yield f"{field}.{place}", _("The same value stands here twice.")


def _string_faults(value: str, schema: Schema) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield _("Use one of: %(choices)s.", choices=", ".join(schema["enum"]))
    if len(value) > schema.get("maxLength", len(value)):
        yield _("Use at most %(number)s characters.", number=schema["maxLength"])
    # A dollar of Python's also stands before a last line end; JSON Schema's does not.
    if "pattern" in schema and not re.search(schema["pattern"].replace("$", r"\Z"), value):
        yield _("This is not written as expected.")
    if schema.get("format") == "uuid" and not _is_uuid(value):
        yield _("An identifier (UUID) is expected here.")
    if schema.get("format") == "date" and not _is_date(value):
        yield _("A date is expected here, as YYYY-MM-DD.")


def _is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_MISFITS: dict[str, Callable[[object], str | None]] = {
    "object": lambda value: None if isinstance(value, dict) else _("An object is expected here."),
    "array": lambda value: None if isinstance(value, list) else _("A list is expected here."),
    "string": lambda value: None if isinstance(value, str) else _("Text is expected here."),
    # In Python a truth value is a number; in JSON it is not.
    "integer": lambda value: None if type(value) is int else _("A whole number is expected here."),
}
