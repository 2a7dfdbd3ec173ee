"""Questions of a service as rows that an author fills in, and the form that follows from them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from odsc_counter.catalogue.form_fields import (
    CHOICE,
    DATE,
    KINDS,
    LONG,
    NUMBER,
    SOURCES,
    TEXT,
    definition_of,
    fields_of,
    schema_of,
)
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import european_digits, lao_normalize

MOST = 40
"""Questions that a form may have: a person sits before the counter meanwhile."""
INPUTS = (
    "name", "kind", "en", "lo", "required", "choices", "longest", "lowest", "highest",
    "unit_en", "unit_lo", "limit", "source",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One question as it is typed; all text."""

    name: str = ""
    """Under which the answer is kept; follows from the English question when it is new."""
    kind: str = TEXT
    en: str = ""
    lo: str = ""
    required: str = ""
    choices: str = ""
    """One a line: value | English | Lao."""
    longest: str = ""
    lowest: str = ""
    highest: str = ""
    unit_en: str = ""
    unit_lo: str = ""
    limit: str = ""
    source: str = ""
    """What of the applicant's record fills it: one of SOURCES, or nothing."""


def rows_of(form: Mapping[str, Any]) -> list[Row]:
    """The rows in which a form is shown."""
    rows = []
    for field in fields_of(dict(form)):
        about = definition_of(field)
        unit = about.get("unit", {})
        choices = about.get("choices", {})
        rows.append(
            Row(
                name=field.name,
                kind=field.kind,
                en=about["en"],
                lo=about["lo"],
                required="1" if field.is_required else "",
                choices="\n".join(
                    f"{value} | {names['en']} | {names['lo']}" for value, names in choices.items()
                ),
                longest=str(about.get("longest", "")),
                lowest=str(about.get("lowest", "")),
                highest=str(about.get("highest", "")),
                unit_en=unit.get("en", ""),
                unit_lo=unit.get("lo", ""),
                limit=about.get("limit", ""),
                source=about.get("from", ""),
            )
        )
    return rows


def rows_given(given: Mapping[str, str]) -> list[Row]:
    """The rows that a page sent as `row-<number>-<input>`, in their order."""
    numbers = sorted(
        {int(match[1]) for key in given if (match := re.match(r"row-(\d{1,3})-kind$", key))}
    )[:MOST]
    return [
        Row(**{name: given.get(f"row-{number}-{name}", "") for name in INPUTS})
        for number in numbers
    ]


def changed(rows: list[Row], order: str) -> list[Row]:
    """The rows after `add`, `remove-n`, `up-n` or `down-n`; as they are for anything else."""
    rows = list(rows)
    verb, _dash, text = order.partition("-")
    place = int(text) if text.isdecimal() else -1
    if verb == "add" and len(rows) < MOST:
        rows.append(Row())
    elif verb == "remove" and 0 <= place < len(rows):
        del rows[place]
    elif verb == "up" and 0 < place < len(rows):
        rows[place - 1 : place + 1] = rows[place], rows[place - 1]
    elif verb == "down" and 0 <= place < len(rows) - 1:
        rows[place : place + 2] = rows[place + 1], rows[place]
    return rows


def form_from(rows: Iterable[Row]) -> dict[str, Any]:
    """The form that the rows describe. Raises InvalidInput by `row-<number>-<input>`."""
    wrong: dict[str, str] = {}
    fields: dict[str, tuple[dict[str, Any], bool]] = {}
    for number, row in enumerate(rows):
        said: dict[str, str] = {}
        definition = _definition(row, said)
        name = row.name if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", row.name) else ""
        name = name or _name(row.en, set(fields), number)
        if name in fields:
            said["en"] = str(_("Two questions have this name."))
        fields[name] = (definition, bool(row.required))
        wrong |= {f"row-{number}-{key}": text for key, text in said.items()}
    if wrong:
        raise InvalidInput(wrong)
    return schema_of((name, about, needed) for name, (about, needed) in fields.items())


def _definition(row: Row, wrong: dict[str, str]) -> dict[str, Any]:
    definition: dict[str, Any] = {"kind": row.kind}
    if row.kind not in KINDS:
        wrong["kind"] = str(_("Choose one of the list."))
        definition["kind"] = TEXT
    for language in ("en", "lo"):
        label = lao_normalize(getattr(row, language)).replace("\n", " ").strip()
        if not 1 <= len(label) <= 160:
            wrong[language] = str(_("Write the question, in 1 to 160 characters."))
        definition[language] = label
    if row.kind == CHOICE:
        definition["choices"] = _choices(row.choices, wrong)
    if row.kind in (TEXT, LONG) and row.longest:
        definition["longest"] = _whole(row.longest, "longest", wrong, 1, 2000)
    if row.kind == NUMBER:
        for name in ("lowest", "highest"):
            if getattr(row, name):
                definition[name] = _whole(getattr(row, name), name, wrong, -(10**13), 10**13)
        highest = definition.get("highest", definition.get("lowest", 0))
        if definition.get("lowest", highest) > highest and not wrong:
            wrong["highest"] = str(_("This is below the lowest."))
        if row.unit_en.strip() and row.unit_lo.strip():
            definition["unit"] = {
                "en": row.unit_en.strip()[:40],
                "lo": lao_normalize(row.unit_lo).strip()[:40],
            }
    if row.kind == DATE and row.limit == "past":
        definition["limit"] = "past"
    if row.source:
        if SOURCES.get(row.source) == row.kind:
            definition["from"] = row.source
        else:
            wrong["source"] = str(_("Only a date of birth or an address can be filled in."))
    return definition


def _choices(text: str, wrong: dict[str, str]) -> dict[str, dict[str, str]]:
    choices: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        parts = [lao_normalize(part).strip() for part in line.split("|")]
        if not any(parts):
            continue
        value = parts[0].lower()
        good = len(parts) == 3 and all(parts) and re.fullmatch(r"[a-z0-9_]{1,40}", value)
        if not good or value in choices:
            wrong["choices"] = str(
                _("Write one choice a line: a short name, then English, then Lao, with | between.")
            )
            continue
        choices[value] = {"en": parts[1][:100], "lo": parts[2][:100]}
    if not choices:
        wrong.setdefault("choices", str(_("Write at least one choice.")))
    return choices


def _whole(text: str, name: str, wrong: dict[str, str], least: int, most: int) -> int:
    try:
        number = int(european_digits(text).strip())
    except ValueError:
        number = most + 1
    if not least <= number <= most:
        wrong[name] = str(_("Write a whole number."))
        return least
    return number


def _name(label: str, taken: set[str], number: int) -> str:
    """A name from the English question, not used yet."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30]
    if not stem or not stem[0].isalpha():
        stem = f"question_{number + 1}"
    name, again = stem, 2
    while name in taken:
        name, again = f"{stem}_{again}", again + 1
    return name
