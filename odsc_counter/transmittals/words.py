"""What ways and states are called on pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.transmittals import lifecycle
from odsc_counter.transmittals.models import BACK, OUT

DIRECTIONS: dict[str, LazyString] = {
    OUT: _("From the counter to the office"),
    BACK: _("From the office to the counter"),
}

ITEM_STATES: dict[str, LazyString] = {
    lifecycle.ON_WAY: _("On its way"),
    lifecycle.RECEIVED: _("Came"),
    lifecycle.MISSING: _("Missing on arrival"),
    lifecycle.STAYED: _("Never left"),
}

TONES = {
    lifecycle.ON_WAY: "active",
    lifecycle.RECEIVED: "good",
    lifecycle.MISSING: "bad",
    lifecycle.STAYED: "muted",
}
"""How a state looks beside its words."""
