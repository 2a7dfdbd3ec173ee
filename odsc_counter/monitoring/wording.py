"""What the nation's figures are called in words."""

from flask_babel import gettext as _

from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.money import format_number
from odsc_counter.platform.wording import UNKNOWN, decimal, direction, minutes, percent

__all__ = [
    "UNKNOWN",
    "decimal",
    "direction",
    "large_amount",
    "minutes",
    "percent",
    "unclear_days",
    "wait_classes",
]

MILLION = 1_000_000


def large_amount(kip: int) -> tuple[str, str]:
    """A large amount and its unit, as people say it: in millions from a million up."""
    if abs(kip) < MILLION:
        return format_number(kip), _("kip")
    return decimal(kip / MILLION), _("million kip")


def unclear_days() -> InvalidInput:
    """Why a file of unclear days is refused: other days would be taken for them."""
    words = _("Choose two days, the earlier one first, at most five years apart.")
    return InvalidInput({"from": words})


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
