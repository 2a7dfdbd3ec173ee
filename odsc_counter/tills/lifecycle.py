"""The life of a till session, as one table."""

from odsc_counter.platform.lifecycle import Lifecycle

OPEN = "open"
COUNTED = "counted"
CLOSED = "closed"

LIFECYCLE = Lifecycle(
    # verb       from       to       permission
    ("open", set(), OPEN, "till.use"),
    ("count", {OPEN}, COUNTED, "till.use"),
    ("recount", {COUNTED}, COUNTED, "till.use"),
    ("sign_off", {COUNTED}, CLOSED, "till.sign_off"),
)
