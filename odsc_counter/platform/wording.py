"""Figures in words: rates and times, the same on every page that shows them."""

from functools import cache

from flask_babel import get_locale
from flask_babel import gettext as _

from odsc_counter.platform.money import format_number

UNKNOWN = "–"
COMMA_AND_POINT = str.maketrans(".,", ",.")


def decimal(value: float, places: int = 1) -> str:
    """A number with a decimal comma and points for thousands, as amounts have them: 1.003,1."""
    return f"{value:,.{places}f}".translate(COMMA_AND_POINT)


def percent(rate: float | None) -> str:
    """A share of one as a percentage; a dash when there is nothing to share."""
    if rate is None:
        return UNKNOWN
    return _patterns(str(get_locale()))[0] % {"number": decimal(rate * 100)}


def minutes(seconds: float | None) -> str:
    """A length of time in whole minutes; a dash when it is not known."""
    if seconds is None:
        return UNKNOWN
    return _patterns(str(get_locale()))[1] % {"number": format_number(round(seconds / 60))}


@cache
def _patterns(_language: str) -> tuple[str, str]:
    """How a percentage and minutes are written: a table holds thousands, and asking is dear."""
    return str(_("%(number)s%%")), str(_("%(number)s min"))


def direction(now: float | None, before: float | None) -> str | None:
    """up, down or None: which way an arrow beside a figure points."""
    if now is None or before is None or now == before:
        return None
    return "up" if now > before else "down"
