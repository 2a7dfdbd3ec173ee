"""What states, verbs and reasons of the register are called."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.catalogue import lifecycle
from odsc_counter.catalogue.register_models import (
    ACT_UNDER_REVISION,
    NO_BUDGET,
    NO_STAFF,
    OTHER,
    SYSTEM_DOWN,
    UNCLEAR_FEE,
    ServiceStanding,
)

STATES: dict[str, LazyString] = {
    lifecycle.OFFERED: _("Offered"),
    lifecycle.SUSPENDED: _("Suspended"),
    lifecycle.WITHDRAWN: _("No longer offered"),
}

TONES = {
    lifecycle.OFFERED: "good",
    lifecycle.SUSPENDED: "attention",
    lifecycle.WITHDRAWN: "muted",
}

REASONS: dict[str, LazyString] = {
    UNCLEAR_FEE: _("The fee is unclear"),
    NO_BUDGET: _("No budget"),
    NO_STAFF: _("No staff"),
    SYSTEM_DOWN: _("The system or the power is down"),
    ACT_UNDER_REVISION: _("The act is under revision"),
    OTHER: _("Another reason"),
}

VERBS: dict[str, LazyString] = {
    "suspend": _("Suspend the service"),
    "resume": _("Offer the service again"),
    "withdraw": _("Stop offering the service"),
    "offer_again": _("Offer the service again"),
}


def why(standing: ServiceStanding, language: str) -> str:
    """The reason and the words beside it, in the language that pages are shown in."""
    reason = str(REASONS[standing.reason]) if standing.reason else ""
    words = standing.words(language)
    if standing.reason == OTHER and words:
        return words
    return " · ".join(part for part in (reason, words) if part)
