"""What states and reasons are called on pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.tickets import appointment_lifecycle as appointments
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
from odsc_counter.tickets.order import ORDINARY, RETURNING, URGENT

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
APPOINTMENT_STATES: dict[str, LazyString] = {
    appointments.BOOKED: _("Booked"),
    appointments.ARRIVED: _("Has come"),
    appointments.CANCELLED: _("Cancelled"),
    appointments.MISSED: _("Missed"),
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
LANES: dict[int, LazyString] = {
    RETURNING: _("Comes back"),
    URGENT: _("Before others"),
    ORDINARY: _("By arrival"),
}
PLACES: dict[str, LazyString] = {
    "age": _("By arrival"),
    "first": _("At the front"),
    "last": _("At the end"),
}
STUCK: dict[str, LazyString] = {
    "earlier_day": _("Left over from an earlier day"),
    "clerk_gone": _("Nobody sits at the counter any more"),
    "called_long": _("Called long ago, and nobody has started serving"),
    "serving_long": _("Being served for unusually long"),
    "hold_over": _("The hold is over, but nobody has called yet"),
    "sent_to_nobody": _("Sent to a counter or clerk where nobody sits"),
    "nobody_calls": _("No open counter calls this service"),
    "waited_twice": _("Waits more than twice as long as the target"),
}
"""What the supervisor's panel says about a ticket that needs somebody's help."""
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
DISPLAY_KINDS: dict[str, LazyString] = {"board": _("Board"), "kiosk": _("Kiosk")}
DISPLAY_STATES: dict[str, tuple[LazyString, str]] = {
    "live": (_("Live"), "good"),
    "stale": (_("Without connection"), "attention"),
    "silent": (_("Silent"), "bad"),
}
"""What a board or kiosk is said to be, and the tone of it."""
