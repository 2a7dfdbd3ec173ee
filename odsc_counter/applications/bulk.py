"""Many applications for one service at once, from a table: read, looked through, then taken."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from odsc_counter.applications import answers as told
from odsc_counter.applications.intake import take
from odsc_counter.applications.models import Application
from odsc_counter.catalogue.form_fields import CHOICE, Field, fields_of
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.people import details as people
from odsc_counter.people.details import Details
from odsc_counter.places.models import Centre
from odsc_counter.places.wording import language
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.table_files import NotATable, rows_of
from odsc_counter.platform.work import unit_of_work

MOST = 100
"""Files of one table: they are taken in one transaction."""
MOST_CELL = 1000
PERSON = ("full_name", "phone", "id_number", "village")
PAPER = "paper."
KEY = re.compile(r"\[([A-Za-z0-9_.-]+)\]\s*$")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True)
class Column:
    """One column of the table, by the key that stands in brackets in its head."""

    key: str
    label: str

    @property
    def head(self) -> str:
        """What stands in the first line."""
        return f"{self.label} [{self.key}]"


@dataclass(frozen=True)
class Line:
    """One line of the table and what is wrong with it."""

    number: int
    cells: dict[str, str]
    applicant: Details
    answers: dict[str, Any]
    papers: set[int]
    errors: list[str] = field(default_factory=list)


def columns(version: ServiceVersion, spoken: str) -> list[Column]:
    """The columns that a table for this service has."""
    labels = {
        "full_name": _("Full name"),
        "phone": _("Phone number"),
        "id_number": _("ID card or family book number"),
        "village": _("Village"),
    }
    found = [Column(key, str(labels[key])) for key in PERSON]
    for question in fields_of(version.form):
        label = question.label(spoken)
        if question.parts:
            found += [
                Column(f"{told.PREFIX}.{question.name}.{part}", f"{label}: {part}")
                for part in question.parts
            ]
        else:
            found.append(Column(f"{told.PREFIX}.{question.name}", label))
    found += [
        Column(PAPER + paper.document_type.code, f"{paper.document_type.name(spoken)} (x)")
        for paper in version.papers
    ]
    return found


def read_table(content: bytes) -> list[dict[str, str]]:
    """The lines of a CSV or XLSX file, by the keys of their columns; empty lines are left out.

    What it is shows in its bytes. Raises InvalidInput for a file that can't be read, has no
    known column, or has more than MOST lines.
    """
    try:
        rows = iter(rows_of(content, MOST + 200))
    except NotATable as error:
        raise _unreadable() from error
    keys = [_key(cell) for cell in next(rows, [])]
    if "full_name" not in keys:
        message = _("The first line must name the columns, as in the table that you can download.")
        raise InvalidInput({"table": str(message)})
    lines = []
    for row in rows:
        cells = {
            key: cell[:MOST_CELL] for key, cell in zip(keys, row, strict=False) if key and cell
        }
        if cells:
            lines.append(cells)
        if len(lines) > MOST:
            raise InvalidInput({"table": str(_("At most %(most)s lines at once.", most=MOST))})
    if not lines:
        raise InvalidInput({"table": str(_("The table has no lines."))})
    return lines


def looked_through(
    version: ServiceVersion, rows: Iterable[Mapping[str, str]], day: date
) -> list[Line]:
    """The lines with what is wrong with each, as taking them would find it. Changes nothing."""
    codes = {paper.document_type.code: paper.document_type_id for paper in version.papers}
    questions = {question.name: question for question in fields_of(version.form)}
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = {key: lao_normalize(str(value)) for key, value in row.items()}
        applicant = Details(
            cells.get("full_name", ""),
            phone=cells.get("phone", ""),
            id_number=cells.get("id_number", ""),
            village=cells.get("village", ""),
        )
        given = told.read(version.form, _as_typed(cells, questions))
        ticked = {
            key.removeprefix(PAPER)
            for key, value in cells.items()
            if key.startswith(PAPER) and value.lower() not in ("", "0", "no", "-")
        }
        line = Line(
            number, cells, applicant, given, {codes[code] for code in ticked if code in codes}
        )
        line.errors.extend(_errors(version, line, day, questions))
        line.errors.extend(
            str(_("This service does not ask for one of these papers."))
            for _c in ticked - set(codes)
        )
        lines.append(line)
    return lines


def take_all(
    centre: Centre,
    version: ServiceVersion,
    rows: Iterable[Mapping[str, str]],
    day: date,
    ticket_id: uuid.UUID | None = None,
) -> list[Application]:
    """Take an application for each line, all or none, in one transaction.

    Raises InvalidInput when a line is wrong, and what `take` raises.
    """
    lines = looked_through(version, rows, day)
    wrong = {str(line.number): "; ".join(line.errors) for line in lines if line.errors}
    if wrong or not 1 <= len(lines) <= MOST:
        raise InvalidInput(wrong or {"table": str(_("The table has no lines."))})
    with unit_of_work():
        return [
            take(
                centre,
                version.service_id,
                applicant=line.applicant,
                papers_present=line.papers,
                answers=line.answers,
                ticket_id=ticket_id,
            )
            for line in lines
        ]


def _errors(
    version: ServiceVersion, line: Line, day: date, questions: Mapping[str, Field]
) -> Iterable[str]:
    try:
        people.checked(line.applicant)
    except InvalidInput as error:
        yield from (str(message) for message in error.fields.values())
    try:
        told.check(version, line.answers, day)
    except InvalidInput as error:
        for key, message in error.fields.items():
            name = key.split(".")[1] if "." in key else ""
            label = questions[name].label(language()) if name in questions else ""
            yield f"{label}: {message}" if label else str(message)


def _as_typed(cells: Mapping[str, str], questions: Mapping[str, Field]) -> dict[str, str]:
    """Cells as a page would send them: days as a page writes them, choices by their value."""
    typed = {}
    for key, value in cells.items():
        name = key.split(".")[1] if key.startswith(f"{told.PREFIX}.") else ""
        written = _DAY.fullmatch(value)
        if name and written:
            value = f"{written[3]}-{int(written[2]):02}-{int(written[1]):02}"
        question = questions.get(name)
        if question is not None and question.kind == CHOICE:
            names = {
                label.casefold(): choice
                for spoken in ("lo", "en")
                for choice, label in question.choices(spoken)
            }
            value = names.get(value.casefold(), value)
        typed[key] = value
    return typed


def _key(head: str) -> str:
    found = KEY.search(head)
    return found[1] if found else head.strip()


def _unreadable() -> InvalidInput:
    return InvalidInput({"table": str(_("This is no table: choose a CSV or XLSX file."))})
