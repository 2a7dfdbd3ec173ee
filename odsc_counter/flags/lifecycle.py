"""The life of a flag: who may move it on, from where to where. Silence ends none."""

from odsc_counter.platform.lifecycle import STAYS, Lifecycle

OPEN = "open"
ANSWERED = "answered"
SNOOZED = "snoozed"
CLOSED = "closed"

LIVE = frozenset({OPEN, ANSWERED, SNOOZED})

LIFECYCLE = Lifecycle(
    #  verb        from                        to         who
    ("raise", set(), OPEN, ""),
    ("see_again", {OPEN, ANSWERED, SNOOZED}, STAYS, ""),
    ("subside", {OPEN, ANSWERED, SNOOZED}, STAYS, ""),
    ("assign", {OPEN, ANSWERED, SNOOZED}, STAYS, "flag.act"),
    ("answer", {OPEN, ANSWERED, SNOOZED}, ANSWERED, "flag.act"),
    ("snooze", {OPEN, ANSWERED}, SNOOZED, "flag.act"),
    ("wake", {SNOOZED}, OPEN, ""),
    ("escalate", {OPEN, ANSWERED, SNOOZED}, OPEN, "flag.act"),
    ("hand_back", {OPEN, ANSWERED, SNOOZED}, OPEN, "flag.act"),
    ("close", {OPEN, ANSWERED}, CLOSED, "flag.act"),
)
"""`see_again` and `subside` are the sweep's: the situation is still there, or is there no more.
A flag whose situation has subsided stays until somebody closes it with a reason."""
