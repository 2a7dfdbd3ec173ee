"""What the pages of one return have in common: which version is shown, and its lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from odsc_counter.monitoring.indicators import THEMES, Indicator
from odsc_counter.platform.errors import NotFound
from odsc_counter.returns import words
from odsc_counter.returns.queries import Sheet
from odsc_counter.returns.rules import Finding, finding_of
from odsc_counter.returns.standing import Version


@dataclass(frozen=True)
class Line:
    """One figure of a return in words, with the months that it is compared to."""

    indicator: Indicator
    now: str
    month_before: str
    year_before: str


@dataclass(frozen=True)
class Explained:
    """A finding with what was said of it."""

    finding: Finding
    comment: str


def chosen(sheet: Sheet, asked: str) -> Version | None:
    """The version that an address asks for; the newest when it asks for none.

    Raises NotFound for one that is not there.
    """
    versions = sheet.standing.versions
    if not asked:
        return sheet.standing.newest
    found = [one for one in versions if str(one.row.version) == asked]
    if not found:
        raise NotFound
    return found[0]


def lines(
    figures: Mapping[str, int], compared: Mapping[str, Mapping[str, int] | None]
) -> Iterator[tuple[LazyString, list[Line]]]:
    """The figures by theme: the name of the theme and its lines."""
    for theme, name in THEMES.items():
        yield (
            name,
            [
                Line(
                    one,
                    words.value(one, figures),
                    words.value(one, compared["month_before"]),
                    words.value(one, compared["year_before"]),
                )
                for one in words.SHOWN
                if one.theme == theme
            ],
        )


def explained(content: Mapping[str, Any]) -> list[Explained]:
    """The findings of a signed version with their comments."""
    return [
        Explained(finding_of(one), content["comments"].get(one["key"], ""))
        for one in content["findings"]
    ]
