"""A report's indicators: their frozen definitions, and the rows that page, paper and files show.

Definitions are kept within a report, so that a later release can't give it other words or rates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from odsc_counter.monitoring.figure_tables import Row, say
from odsc_counter.monitoring.indicators import THEMES, Indicator
from odsc_counter.monitoring.measures import Measures
from odsc_counter.platform.lao import Language
from odsc_counter.reports.content import Values
from odsc_counter.returns.words import SHOWN

LANGUAGES: tuple[Language, ...] = ("lo", "en")
WORDS = ("label", "meaning", "over", "leaves_out")
KEPT = ("code", "theme", "unit", "better")
SUMS = ("numerator", "denominator", "less")


def definitions() -> list[Values]:
    """The indicators of reports as they are defined now, in both languages."""
    found: list[Values] = []
    for one in SHOWN:
        if one.theme == "centres":
            continue  # coverage says it of centres and months that were signed
        kept: Values = {name: getattr(one, name) for name in KEPT}
        kept |= {name: list(getattr(one, name)) for name in SUMS}
        kept["words"] = {language: _words(one, language) for language in LANGUAGES}
        found.append(kept)
    return found


def _words(one: Indicator, language: Language) -> dict[str, str]:
    with force_locale(language):
        told = {name: getattr(one, name) for name in WORDS}
        said = {name: str(words) for name, words in told.items() if words is not None}
        return {**said, "theme_name": str(THEMES[one.theme])}


def indicators(content: Values, language: str) -> tuple[Indicator, ...]:
    """The indicators that a report was made with, in one of its languages."""
    return tuple(_indicator(one, language) for one in content["definitions"])


def _indicator(kept: Values, language: str) -> Indicator:
    values: dict[str, Any] = {name: kept[name] for name in KEPT}
    values |= {name: tuple(kept[name]) for name in SUMS}
    values |= {name: kept["words"][language].get(name) for name in WORDS}
    return Indicator(**values)


def themes(content: Values, language: str) -> dict[str, str]:
    """The themes of a report's indicators and what they are called."""
    return {one["theme"]: one["words"][language]["theme_name"] for one in content["definitions"]}


def measures(figures: Mapping[str, int] | None, coverage: Mapping[str, int]) -> Measures:
    """Sums of a report as indicators take them."""
    known = {name: number for name, number in (figures or {}).items() if name in vars(Measures())}
    reporting = coverage["complete"] + coverage["partial"]
    return Measures(**known, centres=coverage["centres"], reporting=reporting)


@dataclass(frozen=True)
class Line:
    """One indicator of the whole, and of the same centres in the period and the one before."""

    indicator: Indicator
    value: float | None
    above: int | None
    below: int | None
    few: bool
    same: Row

    @property
    def said(self) -> str:
        """The value in words."""
        return say(self.indicator, self.value)


NOBODY = {"centres": 0, "complete": 0, "partial": 0}


def lines(content: Values, language: str) -> list[Line]:
    """Every indicator of a report."""
    whole = measures(content["figures"], content["coverage"])
    is_told = content["figures"] is not None
    before = content["before"]
    now_same, then_same = (before["figures_now"], before["figures"])
    found = []
    for one in indicators(content, language):
        above, below = one.parts(whole)
        number = one.value(whole) if is_told else None
        found.append(
            Line(
                one,
                number,
                above if is_told else None,
                below if is_told and one.is_rate else None,
                number is not None and one.is_few(whole),
                Row(one, value(one, now_same), value(one, then_same), few=False),
            )
        )
    return found


def value(indicator: Indicator, figures: Mapping[str, int] | None) -> float | None:
    """An indicator of some sums; None where nobody has said anything or there is no rate."""
    return None if figures is None else indicator.value(measures(figures, NOBODY))


def said(indicator: Indicator, figures: Mapping[str, int] | None) -> str:
    """An indicator of some sums in words; a dash where nothing is known."""
    return say(indicator, value(indicator, figures))


def by_code(content: Values, language: str) -> dict[str, Indicator]:
    """The indicators by their codes."""
    return {one.code: one for one in indicators(content, language)}


def changed(content: Values, language: str) -> list[tuple[Indicator, str, str]]:
    """The indicators that the version before told otherwise: its value and this one's."""
    if content["changes"] is None:
        return []
    before, names = content["changes"]["figures_before"], set(content["changes"]["figures"])
    return [
        (one, said(one, before), said(one, content["figures"]))
        for one in indicators(content, language)
        if one.figures & names
    ]


def standing_words(coverage: Mapping[str, Any]) -> str:
    """A part's coverage in words."""
    if not coverage["centres"]:
        return str(_("No centre yet"))
    return str(
        _("%(complete)s of %(centres)s centres complete",
          complete=coverage["complete"], centres=coverage["centres"])
    )  # fmt: skip
