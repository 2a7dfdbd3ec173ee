"""The life of a ticket, as one table, and how the service leg it is on ends."""

from odsc_counter.platform.lifecycle import BEFORE, STAYS, Lifecycle

WAITING = "waiting"
CALLED = "called"
SERVING = "serving"
ON_HOLD = "on_hold"
COMPLETED = "completed"
NO_SHOW = "no_show"
WALKED_OUT = "walked_out"
CANCELLED = "cancelled"
CLOSED = "closed"

AT_COUNTER = (CALLED, SERVING)
OPEN = (WAITING, CALLED, SERVING, ON_HOLD)
ENDED = (COMPLETED, NO_SHOW, WALKED_OUT, CANCELLED, CLOSED)

LIFECYCLE = Lifecycle(
    # verb          from                                    to          permission
    ("issue", set(), WAITING, "ticket.issue"),
    ("serve_now", set(), SERVING, "ticket.serve"),
    ("call", {WAITING}, CALLED, "ticket.call"),
    ("call_chosen", {WAITING}, CALLED, "ticket.call_chosen"),
    ("recall", {CALLED}, CALLED, "ticket.call"),
    ("start", {CALLED}, SERVING, "ticket.serve"),
    ("hold", {CALLED, SERVING}, ON_HOLD, "ticket.serve"),
    ("resume", {ON_HOLD}, SERVING, "ticket.serve"),
    ("come_back", {ON_HOLD}, WAITING, "ticket.call"),
    ("put_back", {CALLED, SERVING}, WAITING, "ticket.call"),
    ("transfer", {CALLED, SERVING, ON_HOLD}, WAITING, "ticket.serve"),
    ("move", {WAITING, CALLED, SERVING, ON_HOLD}, WAITING, "ticket.move"),
    ("add_service", {WAITING, CALLED, SERVING, ON_HOLD}, STAYS, "ticket.serve"),
    ("prioritise", {WAITING}, WAITING, "ticket.issue"),
    ("print", {WAITING, CALLED, SERVING, ON_HOLD}, STAYS, "ticket.issue"),
    ("next_service", {SERVING}, SERVING, "ticket.serve"),
    ("send_on", {SERVING}, WAITING, "ticket.serve"),
    ("complete", {SERVING}, COMPLETED, "ticket.serve"),
    ("no_show", {CALLED}, NO_SHOW, "ticket.call"),
    ("walk_out", {WAITING, ON_HOLD, SERVING}, WALKED_OUT, "ticket.serve"),
    ("cancel", {WAITING, ON_HOLD}, CANCELLED, "ticket.issue"),
    ("close", {WAITING, CALLED, SERVING, ON_HOLD}, CLOSED, "ticket.move"),
    ("close_day", {WAITING, CALLED, SERVING, ON_HOLD}, CLOSED, "ticket.close_day"),
    (
        "undo",
        {WAITING, CALLED, SERVING, ON_HOLD, COMPLETED, NO_SHOW, WALKED_OUT, CANCELLED, CLOSED},
        BEFORE,
        "ticket.call",
    ),
)

TRANSFERRED = "transferred"
UNDONE = "undone"
LEG_ENDS = {
    # verb           outcome of the leg that the ticket was on
    "transfer": TRANSFERRED,
    "move": TRANSFERRED,
    "next_service": COMPLETED,
    "send_on": COMPLETED,
    "complete": COMPLETED,
    "no_show": NO_SHOW,
    "walk_out": WALKED_OUT,
    "cancel": CANCELLED,
    "close": CLOSED,
    "close_day": CLOSED,
}
"""A leg that an undone step had begun ends as `undone` and counts nowhere."""

UNDOABLE = frozenset(
    {
        "call",
        "call_chosen",
        "start",
        "hold",
        "resume",
        "put_back",
        "transfer",
        "move",
        "add_service",
        "next_service",
        "send_on",
        "complete",
        "no_show",
        "walk_out",
        "cancel",
        "close",
    }
)
"""Steps that the person who took them may take back for a short while."""
