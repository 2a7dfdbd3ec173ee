"""What an applicant answers to a service's own questions: read, checked, shown."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from odsc_counter.catalogue.form_fields import (
    ADDRESS,
    BIRTH,
    CHOICE,
    DATE,
    DOCUMENT,
    HOME,
    LONG,
    NUMBER,
    PERSON,
    Field,
    fields_of,
)
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.people.models import Person
from odsc_counter.places import queries as places
from odsc_counter.places.models import Unit
from odsc_counter.places.wording import place
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import european_digits, lao_normalize

PREFIX = "answers"
Answers = dict[str, Any]


def read(form: dict[str, Any], given: Mapping[str, str]) -> Answers:
    """The answers in what a page sent: fields `answers.<name>` or `answers.<name>.<part>`.

    Empty inputs are no answer. What can't be read as a number stays text, for `check` to say.
    """
    answers: Answers = {}
    for field in fields_of(form):
        key = f"{PREFIX}.{field.name}"
        if field.parts:
            parts = {part: _text(given.get(f"{key}.{part}", "")) for part in field.parts}
            value: Any = {part: text for part, text in parts.items() if text}
        else:
            value = _text(given.get(key, ""))
            if field.kind == LONG:
                value = lao_normalize(given.get(key, "")).strip()
            elif field.kind == NUMBER:
                value = _number(value)
        if value not in ("", {}):
            answers[field.name] = value
    return answers


def flat(answers: Answers) -> dict[str, str]:
    """The answers as a page's inputs hold them: what `read` takes."""
    found: dict[str, str] = {}
    for name, value in answers.items():
        if isinstance(value, dict):
            found |= {f"{PREFIX}.{name}.{part}": str(text) for part, text in value.items()}
        else:
            found[f"{PREFIX}.{name}"] = str(value)
    return found


def from_record(form: dict[str, Any], person: Person) -> Answers:
    """The answers that the applicant's record gives, to be looked through by the clerk."""
    known: dict[str, Any] = {}
    if person.birth_on is not None:
        known[BIRTH] = person.birth_on.isoformat()
    if person.unit is not None and person.unit.kind == "district":
        village = {"village": person.village} if person.village else {}
        known[HOME] = {"district": person.unit.code, **village}
    return {field.name: known[field.source] for field in fields_of(form) if field.source in known}


def check(version: ServiceVersion, answers: Answers, today: date) -> None:
    """Raise InvalidInput, by `answers.<name>` and part, unless the answers fit the form."""
    form = version.form or {"type": "object", "additionalProperties": False}
    validator = Draft202012Validator(form, format_checker=FormatChecker())
    wrong: dict[str, str] = {}
    for error in validator.iter_errors(answers):
        for key in _places(error):
            wrong.setdefault(key, _complaint(error))
    for key, value, schema in _leaves(form, answers):
        if key in wrong:
            continue
        if schema.get("x-limit") == "past" and value > today.isoformat():
            wrong[key] = _("This day has not come yet.")
        if schema.get("pattern") and _district(value) is None:
            wrong[key] = _("Choose one of the list.")
    if wrong:
        raise InvalidInput(wrong)


def among(fields: Mapping[str, str]) -> dict[str, str]:
    """Those of the named complaints that concern answers."""
    return {key: said for key, said in fields.items() if key.split(".")[0] == PREFIX}


def shown(version: ServiceVersion, answers: Answers, language: str) -> list[tuple[str, str]]:
    """Question and answer in words, in the order of the form."""
    return [
        (field.label(language), in_words(field, answers[field.name], language))
        for field in fields_of(version.form)
        if field.name in answers
    ]


def in_words(field: Field, value: Any, language: str) -> str:
    """One answer as a person would write it."""
    if field.kind == CHOICE:
        return dict(field.choices(language)).get(value, str(value))
    if field.kind == NUMBER:
        return f"{format_decimal(value)} {field.unit(language)}".strip()
    if field.kind == DATE:
        return _day(value)
    if field.kind == ADDRESS:
        unit = _district(value["district"])
        where = place(unit) if unit else value["district"]
        return ", ".join(part for part in (value.get("village"), where) if part)
    if field.kind in (PERSON, DOCUMENT):
        words = (_day(text) if "date" in part else text for part, text in value.items())
        return " · ".join(words)
    return str(value)


def _day(text: str) -> str:
    return date.fromisoformat(text).strftime("%d/%m/%Y")


def _district(code: str) -> Unit | None:
    try:
        unit = places.unit_by_code(code)
    except NotFound:
        return None
    return unit if unit.kind == "district" else None


def _text(given: str) -> str:
    return lao_normalize(given).replace("\n", " ").strip()


def _number(text: str) -> int | float | str:
    plain = european_digits(text).replace(" ", "")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain.replace(",", "."))
    except ValueError:
        return text
    return number if abs(number) < 1e15 else text


def _places(error: ValidationError) -> Iterable[str]:
    """Where on the page the error stands; a missing answer stands at its own place."""
    path = ".".join([PREFIX, *map(str, error.path)])
    if error.validator == "required":
        return [f"{path}.{name}" for name in error.validator_value if name not in error.instance]
    return [path]


def _complaint(error: ValidationError) -> str:
    limit = error.validator_value
    said = _("This can't be read.")
    match error.validator:
        case "required":
            said = _("This must be answered.")
        case "maxLength":
            said = _("Use at most %(number)s characters.", number=limit)
        case "minimum":
            said = _("Use %(number)s or more.", number=format_decimal(limit))
        case "maximum":
            said = _("Use %(number)s or less.", number=format_decimal(limit))
        case "enum" | "pattern":
            said = _("Choose one of the list.")
        case "format":
            said = _("Write a day that exists.")
        case "type" if limit == "number":
            said = _("Write a number.")
        case "additionalProperties":
            said = _("This service does not ask for this.")
    return str(said)


def _leaves(
    schema: dict[str, Any], value: Any, key: str = PREFIX
) -> Iterable[tuple[str, str, dict[str, Any]]]:
    """Each text answer with its place and its schema."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in schema.get("properties", {}):
                yield from _leaves(schema["properties"][name], part, f"{key}.{name}")
    elif isinstance(value, str):
        yield key, value, schema
