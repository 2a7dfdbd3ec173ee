"""Figures in words: rates, times, changes, the same on every page that shows them."""

from flask_babel import gettext as _

from odsc_counter.platform.money import format_number

UNKNOWN = "–"
MILLION = 1_000_000


def decimal(value: float, places: int = 1) -> str:
    """A number with a decimal comma, as amounts with points for thousands ask for: 3,1."""
    return f"{value:.{places}f}".replace(".", ",")


def percent(rate: float | None) -> str:
    """A share of one as a percentage; a dash when there is nothing to share."""
    if rate is None:
        return UNKNOWN
    return str(_("%(number)s%%", number=decimal(rate * 100)))


def minutes(seconds: float | None) -> str:
    """A length of time in whole minutes; a dash when it is not known."""
    if seconds is None:
        return UNKNOWN
    return str(_("%(number)s min", number=format_number(round(seconds / 60))))


def large_amount(kip: int) -> tuple[str, str]:
    """A large amount and its unit, as people say it: in millions from a million up."""
    if abs(kip) < MILLION:
        return format_number(kip), _("kip")
    return decimal(kip / MILLION), _("million kip")


def wait_classes() -> list[str]:
    """The waiting-time classes, shortest first."""
    return [
        _("up to 5 minutes"),
        _("5 to 15 minutes"),
        _("15 to 30 minutes"),
        _("30 to 60 minutes"),
        _("over 60 minutes"),
    ]


def wait_class(number: int | None) -> str:
    """The words for a waiting-time class; a dash when there is none."""
    return UNKNOWN if number is None else wait_classes()[number]


def direction(now: float | None, before: float | None) -> str | None:
    """up, down or None: which way an arrow beside a figure points."""
    if now is None or before is None or now == before:
        return None
    return "up" if now > before else "down"
