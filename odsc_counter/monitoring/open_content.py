"""What a publication holds: measures, the trees that they are added up in, and its one text.

Knows counts and codes; reads no database.
"""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from odsc_counter.monitoring.disclosure import Branch, withheld

FORMAT = 1
"""Of the content; a later one is read beside it, and never instead of it."""
PLACES, SERVICES = "places", "services"
TABLES = (PLACES, SERVICES)
MEASURES = {
    PLACES: (
        "visits", "applications", "decided", "decided_on_time", "decided_late", "receipts",
    ),
    SERVICES: ("asked", "applications", "decided"),
}  # fmt: skip
ON_TIME, LATE = "decided_on_time", "decided_late"
NATION_ONLY = "decided"
"""By province decisions are told as on time and late alone: their sum would be a cross table."""
NORMAL, WITHHELD, NOT_COLLECTED, NO_CENTRE = "A", "Q", "L", "M"
"""Of SDMX's CL_OBS_STATUS: normal; and missing: suppressed, not collected, can't exist."""
OTHER = "OTHER"
"""The row of a ministry that takes together what centres offer alone and what has ended."""


@dataclass(frozen=True)
class Place:
    """The nation or a province in one month, with its counts under the names of the measures."""

    code: str
    name_en: str
    name_lo: str
    counted: int
    """Centres whose figures are in it, of so many that worked (`centres`)."""
    centres: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Group:
    """A ministry or a service in one month."""

    code: str
    name_en: str
    name_lo: str
    counts: Mapping[str, int]
    services: tuple["Group", ...] = ()


class FiguresDisagree(ValueError):
    """The provinces and the services of a measure don't come to the same sum."""


def content_of(
    month: date,
    nation: Place,
    provinces: Sequence[Place],
    ministries: Sequence[Group],
    below: int,
    lots: random.Random,
) -> dict[str, Any]:
    """A month as it is published, with None for whatever is withheld or was not collected.

    Raises FiguresDisagree when what must be one sum is two.
    """
    telling = [place for place in provinces if place.counted]
    trees = {
        "visits": [_by_place("visits", nation, telling)],
        "receipts": [_by_place("receipts", nation, telling)],
        "asked": [_by_service("asked", nation, ministries)],
        "applications": [
            _by_place("applications", nation, telling),
            _by_service("applications", nation, ministries),
        ],
        "decided": [
            _by_outcome(nation, telling),
            _by_service("decided", nation, ministries),
        ],
    }
    hidden: set[object] = set()
    for measure, of_measure in trees.items():
        if len({tree.value for tree in of_measure}) > 1:
            raise FiguresDisagree(measure)
        hidden |= withheld(of_measure, below, lots)
    return {
        "format": FORMAT,
        "month": f"{month:%Y-%m}",
        "small_below": below,
        PLACES: [_place_row(place, place is nation, hidden) for place in (nation, *provinces)],
        SERVICES: list(_service_rows(nation, ministries, hidden)),
    }


def canonical(values: Mapping[str, Any]) -> str:
    """The one text of a publication: sorted names, no blanks, Lao as it is."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def _by_place(measure: str, nation: Place, provinces: Iterable[Place]) -> Branch:
    parts = tuple(Branch((one.code, measure), one.counts[measure]) for one in provinces)
    return _sum_of((nation.code, measure), parts)


def _by_outcome(nation: Place, provinces: Sequence[Place]) -> Branch:
    outcomes = tuple(_by_place(outcome, nation, provinces) for outcome in (ON_TIME, LATE))
    return _sum_of((nation.code, "decided"), outcomes)


def _by_service(measure: str, nation: Place, ministries: Iterable[Group]) -> Branch:
    parts = tuple(
        _sum_of(
            (ministry.code, measure),
            tuple(Branch((one.code, measure), one.counts[measure]) for one in ministry.services),
        )
        for ministry in ministries
    )
    return _sum_of((nation.code, measure), parts)


def _sum_of(key: tuple[str, str], parts: tuple[Branch, ...]) -> Branch:
    return Branch(key, sum(part.value for part in parts), parts)


def _place_row(place: Place, is_nation: bool, hidden: set[object]) -> dict[str, Any]:
    names = [name for name in MEASURES[PLACES] if is_nation or name != NATION_ONLY]
    row = {
        "code": place.code,
        "level": "nation" if is_nation else "province",
        **_names(place),
        "counted": place.counted,
        "centres": place.centres,
    }
    if not place.counted:
        return {
            **row,
            "values": dict.fromkeys(names),
            "status": dict.fromkeys(names, NOT_COLLECTED if place.centres else NO_CENTRE),
        }
    return {**row, **_told(place.code, place.counts, names, hidden)}


def _service_rows(
    nation: Place, ministries: Iterable[Group], hidden: set[object]
) -> Iterable[dict[str, Any]]:
    def row(level: str, ministry: str, group: Place | Group) -> dict[str, Any]:
        names = MEASURES[SERVICES]
        return {
            "code": group.code,
            "level": level,
            "ministry": ministry,
            **_names(group),
            "counted": nation.counted,
            "centres": nation.centres,
            **_told(group.code, group.counts, names, hidden),
        }

    yield row("nation", "", nation)
    for ministry in ministries:
        yield row("ministry", ministry.code, ministry)
        for service in ministry.services:
            yield row("service", ministry.code, service)


def _names(one: Place | Group) -> dict[str, str]:
    return {"name_en": one.name_en, "name_lo": one.name_lo}


def _told(
    code: str, counts: Mapping[str, int], names: Iterable[str], hidden: set[object]
) -> dict[str, Any]:
    silent = {name for name in names if (code, name) in hidden}
    return {
        "values": {name: None if name in silent else counts[name] for name in names},
        "status": {name: WITHHELD if name in silent else NORMAL for name in names},
    }
