"""What states and reasons are called on pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.tickets.lifecycle import (
    CALLED,
    CANCELLED,
    CLOSED,
    COMPLETED,
    NO_SHOW,
    SERVING,
    WAITING,
)

STATES: dict[str, LazyString] = {
    WAITING: _("Waiting"),
    CALLED: _("Called"),
    SERVING: _("Being served"),
    COMPLETED: _("Completed"),
    NO_SHOW: _("Did not come"),
    CANCELLED: _("Cancelled"),
    CLOSED: _("Closed at the end of the day"),
}
PRIORITY_REASONS: dict[str, LazyString] = {
    "elderly": _("Elderly person"),
    "disability": _("Person with a disability"),
    "pregnant": _("Pregnant woman"),
    "infant": _("With a small child"),
    "monk": _("Monk or novice"),
    "far_village": _("From a far village"),
}
