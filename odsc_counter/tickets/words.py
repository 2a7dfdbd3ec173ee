"""What states and reasons are called on pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.tickets.lifecycle import (
    CALLED,
    CANCELLED,
    CLOSED,
    COMPLETED,
    NO_SHOW,
    ON_HOLD,
    SERVING,
    TRANSFERRED,
    WAITING,
    WALKED_OUT,
)

STATES: dict[str, LazyString] = {
    WAITING: _("Waiting"),
    CALLED: _("Called"),
    SERVING: _("Being served"),
    ON_HOLD: _("On hold"),
    COMPLETED: _("Completed"),
    NO_SHOW: _("Did not come"),
    WALKED_OUT: _("Walked out"),
    CANCELLED: _("Cancelled"),
    CLOSED: _("Closed"),
}
OUTCOMES: dict[str, LazyString] = {**STATES, TRANSFERRED: _("Transferred")}
PRIORITY_REASONS: dict[str, LazyString] = {
    "elderly": _("Elderly person"),
    "disability": _("Person with a disability"),
    "pregnant": _("Pregnant woman"),
    "infant": _("With a small child"),
    "monk": _("Monk or novice"),
    "far_village": _("From a far village"),
}
REASONS: dict[str, LazyString] = {**PRIORITY_REASONS, "appointment": _("Appointment")}
"""What stands on a ticket: what people may claim, and the appointment."""
WHY: dict[str, LazyString] = {
    "sent_here": _("Sent to this counter"),
    "returns": _("Was here before and comes back"),
    "priority": _("Has priority, and it is their turn"),
    "appointment": _("The time of the appointment has come"),
    "waited_long": _("Has waited longest, over the limit"),
    "arrival": _("Has waited longest"),
}
BREAK_REASONS: dict[str, LazyString] = {
    "pause": _("Short break"),
    "meal": _("Meal"),
    "meeting": _("Meeting"),
    "back_office": _("Work in the back office"),
}
UNDO: dict[str, LazyString] = {
    "call": _("Undo the call of %(label)s"),
    "call_chosen": _("Undo the call of %(label)s"),
    "start": _("Undo the start of %(label)s"),
    "hold": _("Undo the hold of %(label)s"),
    "resume": _("Undo: %(label)s goes back on hold"),
    "put_back": _("Undo: %(label)s comes back to the counter"),
    "transfer": _("Undo the transfer of %(label)s"),
    "move": _("Undo the move of %(label)s"),
    "add_service": _("Undo the added service of %(label)s"),
    "next_service": _("Undo the completed service of %(label)s"),
    "send_on": _("Undo the completed service of %(label)s"),
    "complete": _("Undo the completion of %(label)s"),
    "no_show": _("Undo the no-show of %(label)s"),
    "walk_out": _("Undo the departure of %(label)s"),
    "cancel": _("Undo the cancellation of %(label)s"),
    "close": _("Undo the closing of %(label)s"),
}
"""What the button says that takes a step back."""
