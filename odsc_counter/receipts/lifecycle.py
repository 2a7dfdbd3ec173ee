"""The life of a till session, as one table. Receipts have none: they stand for ever."""

from odsc_counter.platform.lifecycle import Lifecycle

OPEN = "open"
CLOSED = "closed"

LIFECYCLE = Lifecycle(
    # verb      from    to      permission
    ("open", set(), OPEN, "till.use"),
    ("close", {OPEN}, CLOSED, "till.use"),
)
