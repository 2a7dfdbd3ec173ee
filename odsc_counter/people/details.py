"""What somebody says about a person or a business, checked and brought into one spelling."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.people import keys
from odsc_counter.people.models import BUSINESS, PERSON, Person
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import european_digits, lao_normalize
from odsc_counter.platform.work import reading

FIELDS = (
    "kind",
    "full_name",
    "phone",
    "id_number",
    "family_book",
    "business_number",
    "birth_on",
    "birth_year",
    "unit_id",
    "village",
)
"""What a record says of a person; the other columns follow from these."""
LONGEST = {
    "full_name": 160,
    "phone": 20,
    "id_number": 40,
    "family_book": 40,
    "business_number": 40,
    "village": 120,
}
_ONLY_OF = {
    PERSON: ("id_number", "family_book", "birth_on", "birth_year"),
    BUSINESS: ("business_number",),
}
_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_YEAR = re.compile(r"\d{4}")
_OLDEST = 1900


@dataclass(frozen=True)
class Details:
    """What was typed about a person; only the name must be there."""

    full_name: str
    kind: str = PERSON
    phone: str = ""
    id_number: str = ""
    family_book: str = ""
    business_number: str = ""
    birth: str = ""
    """A day (31/12/1990) or a year alone."""
    unit_id: int | None = None
    """A district, or a province where the district is not known."""
    village: str = ""


def checked(details: Details) -> dict[str, Any]:
    """The values of FIELDS as they are stored.

    What only people have is left out of a business, and the other way round. Raises
    InvalidInput, with a message for each field.
    """
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {"kind": details.kind, "unit_id": details.unit_id}
    for field, longest in LONGEST.items():
        text = lao_normalize(getattr(details, field)).replace("\n", " ")
        if field not in ("full_name", "village"):
            text = european_digits(text)
        if len(text) > longest:
            wrong[field] = _("Use at most %(number)s characters.", number=longest)
        values[field] = text
    if not values["full_name"]:
        wrong["full_name"] = _("Write the name.")
    if details.kind not in _ONLY_OF:
        wrong["kind"] = _("Choose one of the list.")
    try:
        values["birth_on"], values["birth_year"] = birth(details.birth)
    except ValueError:
        wrong["birth"] = _("Write a day such as 31/12/1990, or a year such as 1990.")
    if details.unit_id is not None and not _is_place(details.unit_id):
        wrong["unit"] = _("Choose one of the list.")
    if wrong:
        raise InvalidInput(wrong)
    for kind, fields in _ONLY_OF.items():
        if kind != details.kind:
            values |= {field: None if field.startswith("birth") else "" for field in fields}
    return values


def birth(text: str) -> tuple[date | None, int | None]:
    """The day and the year of a birth, as far as they are told.

    Raises ValueError for what is neither, and for a day that is to come or before 1900.
    """
    text = european_digits(lao_normalize(text))
    if not text:
        return None, None
    today = clock.today()
    day = None
    if written := _DAY.fullmatch(text):
        day = date(int(written[3]), int(written[2]), int(written[1]))
        year = day.year
    elif _YEAR.fullmatch(text):
        year = int(text)
    else:
        raise ValueError(text)
    if not _OLDEST <= year <= today.year or (day is not None and day > today):
        raise ValueError(text)
    return day, year


def birth_text(person: Person) -> str:
    """The birth as a clerk types it."""
    if person.birth_on is not None:
        return f"{person.birth_on:%d/%m/%Y}"
    return str(person.birth_year or "")


def with_keys(values: dict[str, Any]) -> dict[str, Any]:
    """The values with what is looked up and compared beside them."""
    return {
        **values,
        "name_key": keys.full_name_key(values["full_name"]),
        "phone_key": keys.phone_key(values["phone"]),
        "id_key": keys.document_key(values["id_number"]),
        "family_book_key": keys.document_key(values["family_book"]),
        "business_key": keys.document_key(values["business_number"]),
    }


def _is_place(unit_id: int) -> bool:
    with reading() as session:
        level = session.scalars(select(Unit.level).where(Unit.id == unit_id)).one_or_none()
    return level in (1, 2)
