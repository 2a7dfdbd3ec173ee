"""The form for pre-printed numbers: a line for each, read into entries; what was typed stays."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.tickets.back_entry import TIMES, PaperEntry
from odsc_counter.tickets.lifecycle import COMPLETED
from odsc_counter.tickets.paper_numbers import read_label

LINES = 10
FIELDS = ("number", "service", "priority", *TIMES, "outcome", "counter", "clerk")
AS_ABOVE = ("service", "counter", "clerk")
"""Left empty, these are as in the line above: a clerk types them once."""


@dataclass
class Line:
    """One line of the form as it was typed, and what is wrong with it by field."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nobody has written a number or a time."""
        return not any(self.values[name] for name in ("number", *TIMES))


def empty_line() -> Line:
    """A line for the next number."""
    return Line({**dict.fromkeys(FIELDS, ""), "outcome": COMPLETED})


def filled_lines(form: Mapping[str, str]) -> list[Line]:
    """The lines that were filled in, with what was left empty taken from the line above."""
    lines: list[Line] = []
    for place in range(LINES):
        line = Line({name: form.get(f"{name}-{place}", "").strip()[:80] for name in FIELDS})
        if line.is_empty:
            continue
        for name in AS_ABOVE:
            if not line.values[name] and lines:
                line.values[name] = lines[-1].values[name]
        lines.append(line)
    return lines


def padded(lines: Iterable[Line]) -> list[Line]:
    """As many lines as the form has, empty ones last."""
    found = list(lines)
    return [*found, *(empty_line() for _more in range(LINES - len(found)))]


def read_entry(line: Line, centre: Centre, day: date, letters: Mapping[int, str]) -> PaperEntry:
    """What a line says. `letters`: the group letter of each service. Raises InvalidInput."""
    values, wrong = line.values, dict[str, str]()
    service_id = _whole(values["service"]) or 0
    if service_id not in letters:
        wrong["service"] = _("Choose the service.")
    number = read_label(values["number"], letters.get(service_id, ""))
    if number is None:
        wrong["number"] = _("Write the number like this: A07.")
    times: dict[str, datetime | None] = {}
    for name in TIMES:
        try:
            times[name] = read_time(values[name], centre, day)
        except ValueError:
            wrong[name] = _("Write the time like this: 08:30.")
    counter_id: uuid.UUID | None = None
    try:
        counter_id = uuid.UUID(values["counter"]) if values["counter"] else None
    except ValueError:
        wrong["counter"] = _("Choose the counter.")
    if wrong or number is None:
        raise InvalidInput(wrong)
    return PaperEntry(
        day=day,
        letter=number[0],
        number=number[1],
        service_id=service_id,
        outcome=values["outcome"],
        arrived=times["arrived"],
        called=times["called"],
        started=times["started"],
        ended=times["ended"],
        counter_id=counter_id,
        clerk_id=_whole(values["clerk"]),
        priority_reason=values["priority"] or None,
    )


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def read_time(text: str, centre: Centre, day: date) -> datetime | None:
    """A time of the centre's day as people type it: 830, 0830, 8:30, 8.30; None for nothing.

    Raises ValueError.
    """
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2})[:.hH ]?(\d{2})", text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(text)
    minute = int(found[1]) * 60 + int(found[2])
    # Hours before the centre's day begins are those of the night after it.
    late = timedelta(days=1) if minute < centre.day_starts_minute else timedelta(0)
    return clock.start_of_day(day) + timedelta(minutes=minute) + late
