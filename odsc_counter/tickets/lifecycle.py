"""The life of a ticket, as one table."""

from odsc_counter.platform.lifecycle import Lifecycle

WAITING = "waiting"
CALLED = "called"
SERVING = "serving"
COMPLETED = "completed"
NO_SHOW = "no_show"
CANCELLED = "cancelled"
CLOSED = "closed"

AT_COUNTER = (CALLED, SERVING)
ENDED = (COMPLETED, NO_SHOW, CANCELLED, CLOSED)

LIFECYCLE = Lifecycle(
    # verb         from               to         permission
    ("issue", set(), WAITING, "ticket.issue"),
    ("call", {WAITING}, CALLED, "ticket.call"),
    ("recall", {CALLED}, CALLED, "ticket.call"),
    ("start", {CALLED}, SERVING, "ticket.serve"),
    ("complete", {SERVING}, COMPLETED, "ticket.serve"),
    ("no_show", {CALLED}, NO_SHOW, "ticket.call"),
    ("cancel", {WAITING}, CANCELLED, "ticket.issue"),
    ("close_day", {WAITING, CALLED, SERVING}, CLOSED, "ticket.close_day"),
)
