"""What states and deeds of action items are called on pages."""

from datetime import date

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from odsc_counter.actions.lifecycle import CANCELLED, DONE, LIVE, OPEN, REPORTED
from odsc_counter.actions.models import ActionItem

STATES = {
    OPEN: _("Open"),
    REPORTED: _("Reported as done, to be accepted"),
    DONE: _("Done and accepted"),
    CANCELLED: _("Cancelled"),
}
TONES = {OPEN: "info", REPORTED: "active", DONE: "good", CANCELLED: "muted"}
DEEDS = {
    "note": _("Progress noted"),
    "report": _("Reported as done"),
    "accept": _("Accepted as done"),
    "return": _("Returned: not done yet"),
    "move_due": _("Due day moved"),
    "cancel": _("Action item cancelled"),
}


def label(action: ActionItem, seat_code: str) -> str:
    """The number of an action item as people say it: 3/2026-LA01."""
    return f"{action.number}/{action.year}-{seat_code}"


def is_overdue(action: ActionItem, today: date) -> bool:
    """Whether it should have been done by now."""
    return action.state in LIVE and action.due_on < today


def due_in_words(action: ActionItem, today: date) -> str:
    """How long it is until or since the due day; nothing once it is over."""
    if action.state not in LIVE:
        return ""
    days = (action.due_on - today).days
    if days == 0:
        return str(gettext("due today"))
    if days < 0:
        return str(ngettext("%(num)s day overdue", "%(num)s days overdue", -days))
    return str(ngettext("in %(num)s day", "in %(num)s days", days))
