"""What the states of a proposal are called."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.catalogue import lifecycle

STATES: dict[str, LazyString] = {
    lifecycle.DRAFT: _("Draft"),
    lifecycle.IN_REVIEW: _("In review"),
    lifecycle.RETURNED: _("Returned to its author"),
    lifecycle.APPROVED: _("Approved, not published yet"),
    lifecycle.PUBLISHED: _("Published"),
    lifecycle.DROPPED: _("Withdrawn by its author"),
}

TONES = {
    lifecycle.DRAFT: "muted",
    lifecycle.IN_REVIEW: "active",
    lifecycle.RETURNED: "attention",
    lifecycle.APPROVED: "info",
    lifecycle.PUBLISHED: "good",
    lifecycle.DROPPED: "muted",
}
