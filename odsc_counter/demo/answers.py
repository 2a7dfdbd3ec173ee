"""Invented answers to a service's own questions, valid by its form."""

import random
from datetime import date, timedelta
from typing import Any

from odsc_counter.catalogue.form_fields import (
    ADDRESS,
    CHOICE,
    DATE,
    DOCUMENT,
    NUMBER,
    PERSON,
    Field,
    fields_of,
)
from odsc_counter.demo.people import a_name

WORDS = ("ຕາມທີ່ແຈ້ງ", "ເພື່ອປະກອບເອກະສານ", "ຕາມຄວາມເປັນຈິງ")


def invented_answers(
    form: dict[str, Any], day: date, district: str, rng: random.Random
) -> dict[str, Any]:
    """An answer to every question that must be answered, as of a day, for a district's code."""
    return {
        field.name: _answer(field, day, district, rng)
        for field in fields_of(form)
        if field.is_required
    }


def _answer(field: Field, day: date, district: str, rng: random.Random) -> Any:
    match field.kind:
        case kind if kind == NUMBER:
            lowest = field.schema.get("minimum", 0)
            return rng.randint(lowest, min(field.schema.get("maximum", lowest + 200), lowest + 200))
        case kind if kind == DATE:
            back = rng.randrange(1, 300)
            is_past = field.schema.get("x-limit") == "past"
            return (day - timedelta(days=back) if is_past else day + timedelta(days=9)).isoformat()
        case kind if kind == CHOICE:
            return rng.choice(field.schema["enum"])
        case kind if kind == PERSON:
            return {"name": a_name(rng)[0]}
        case kind if kind == ADDRESS:
            return {"district": district}
        case kind if kind == DOCUMENT:
            return {"number": f"{rng.randrange(10**5):05}/{day.year}"}
    longest = field.schema.get("maxLength", 160)
    return rng.choice(WORDS)[:longest]
