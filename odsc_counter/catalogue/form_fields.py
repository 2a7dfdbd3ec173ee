"""What a service asks, as data: a JSON Schema (2020-12) that pages and papers are made from.

The schema alone says what is a valid answer. Its `x-` words say how a field is shown: its
kind, its Lao title (the English one is `title`), the names of choices, the unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

TEXT, LONG, NUMBER, DATE, CHOICE = "text", "long", "number", "date", "choice"
PERSON, ADDRESS, DOCUMENT = "person", "address", "document"
KINDS = (TEXT, LONG, NUMBER, DATE, CHOICE, PERSON, ADDRESS, DOCUMENT)
BIRTH, HOME = "birth", "home"
SOURCES = {BIRTH: DATE, HOME: ADDRESS}
"""What of the applicant's record may fill a question, and the kind of such a question."""

_SHORT = 160
_WORDS = {"type": "string", "minLength": 1}
_DAY = {"type": "string", "format": "date"}
_PARTS: dict[str, dict[str, Any]] = {
    PERSON: {
        "properties": {
            "name": {**_WORDS, "maxLength": _SHORT},
            "id_number": {**_WORDS, "maxLength": 40},
            "birth_date": {**_DAY, "x-limit": "past"},
        },
        "required": ["name"],
    },
    ADDRESS: {
        "properties": {
            "district": {"type": "string", "pattern": "^LA[0-9]{4}$"},
            "village": {**_WORDS, "maxLength": 120},
        },
        "required": ["district"],
    },
    DOCUMENT: {
        "properties": {
            "number": {**_WORDS, "maxLength": 60},
            "date": {**_DAY, "x-limit": "past"},
            "issuer": {**_WORDS, "maxLength": _SHORT},
        },
        "required": ["number"],
    },
}
"""The kinds that consist of several inputs."""


@dataclass(frozen=True)
class Field:
    """One question of a form, as pages and papers show it."""

    name: str
    schema: dict[str, Any]
    is_required: bool

    @property
    def kind(self) -> str:
        """One of KINDS."""
        return str(self.schema["x-kind"])

    def label(self, language: str) -> str:
        """The question in a language."""
        return str(self.schema["x-title-lo" if language == "lo" else "title"])

    def unit(self, language: str) -> str:
        """The unit of a number; empty without one."""
        return str(self.schema.get("x-unit", {}).get(language, ""))

    @property
    def source(self) -> str:
        """What of the applicant's record fills it: one of SOURCES, or nothing."""
        return str(self.schema.get("x-from", ""))

    def choices(self, language: str) -> list[tuple[str, str]]:
        """Value and name of each choice."""
        names = self.schema.get("x-choices", {})
        return [(value, names[value][language]) for value in self.schema.get("enum", ())]

    @property
    def parts(self) -> list[str]:
        """Names of the inputs of which a person, address or document consists."""
        return list(self.schema.get("properties", ()))

    def needs(self, part: str) -> bool:
        """Whether a part must be filled once the field is."""
        return part in self.schema.get("required", ())


def schema_of(fields: Iterable[tuple[str, dict[str, Any], bool]]) -> dict[str, Any]:
    """The JSON Schema of a form of (name, definition, whether it must be answered).

    A definition is `kind`, `en`, `lo`, perhaps `from` (one of SOURCES), and by kind `longest`
    (characters), `lowest`, `highest`, `unit` (by language), `limit` (`past`, of a date),
    `choices` (value to names by language). Raises KeyError for a definition that lacks
    something, ValueError for an unknown kind or a source that can't fill it.
    """
    properties = {}
    required = []
    for name, definition, is_required in fields:
        properties[name] = _schema(definition)
        if is_required:
            required.append(name)
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        "x-order": list(properties),
    }


def fields_of(form: dict[str, Any]) -> list[Field]:
    """The questions of a form in their order."""
    required = form.get("required", ())
    return [
        Field(name, form["properties"][name], name in required) for name in form.get("x-order", ())
    ]


def definition_of(field: Field) -> dict[str, Any]:
    """What `schema_of` takes to make the field again."""
    schema = field.schema
    definition = {"kind": field.kind, "en": schema["title"], "lo": schema["x-title-lo"]}
    for word, key in (
        ("longest", "maxLength"),
        ("lowest", "minimum"),
        ("highest", "maximum"),
        ("unit", "x-unit"),
        ("limit", "x-limit"),
        ("choices", "x-choices"),
        ("from", "x-from"),
    ):
        if key in schema:
            definition[word] = schema[key]
    return definition


def _schema(definition: dict[str, Any]) -> dict[str, Any]:
    kind = definition["kind"]
    about = {"title": definition["en"], "x-title-lo": definition["lo"], "x-kind": kind}
    if definition.get("from"):
        if SOURCES.get(definition["from"]) != kind:
            raise ValueError(f"{definition['from']} can't fill a {kind}")
        about["x-from"] = definition["from"]
    if kind in (TEXT, LONG):
        longest = definition.get("longest", _SHORT if kind == TEXT else 1000)
        return {**about, **_WORDS, "maxLength": longest}
    if kind == NUMBER:
        limits = {
            key: definition[word]
            for word, key in (("lowest", "minimum"), ("highest", "maximum"), ("unit", "x-unit"))
            if word in definition
        }
        return {**about, "type": "number", **limits}
    if kind == DATE:
        limit = {"x-limit": definition["limit"]} if "limit" in definition else {}
        return {**about, **_DAY, **limit}
    if kind == CHOICE:
        choices = definition["choices"]
        return {**about, "type": "string", "enum": list(choices), "x-choices": choices}
    if kind in _PARTS:
        return {**about, "type": "object", **_PARTS[kind], "additionalProperties": False}
    raise ValueError(f"unknown kind of field: {kind}")
