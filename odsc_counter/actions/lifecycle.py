"""The life of an action item: it is done when the committee's secretary accepts it."""

from odsc_counter.platform.lifecycle import STAYS, Lifecycle

OPEN = "open"
REPORTED = "reported"
DONE = "done"
CANCELLED = "cancelled"

LIVE = frozenset({OPEN, REPORTED})

LIFECYCLE = Lifecycle(
    #  verb       from              to         who
    ("give", set(), OPEN, "committee.run"),
    ("note", {OPEN, REPORTED}, STAYS, "action.report"),
    ("report", {OPEN}, REPORTED, "action.report"),
    ("accept", {REPORTED}, DONE, "action.accept"),
    ("return", {REPORTED}, OPEN, "action.accept"),
    ("move_due", {OPEN, REPORTED}, STAYS, "action.accept"),
    ("remind", {OPEN}, STAYS, ""),
    ("cancel", {OPEN, REPORTED}, CANCELLED, "action.accept"),
)
