"""The life of an application, as one table."""

from odsc_counter.platform.lifecycle import Lifecycle

SUBMITTED = "submitted"
INCOMPLETE = "incomplete"
APPROVED = "approved"
REJECTED = "rejected"
COLLECTED = "collected"
WITHDRAWN = "withdrawn"

OPEN = (SUBMITTED, INCOMPLETE)

LIFECYCLE = Lifecycle(
    # verb        from                       to           permission
    ("submit", set(), SUBMITTED, "application.take"),
    ("submit_incomplete", set(), INCOMPLETE, "application.take"),
    ("supply_papers", {INCOMPLETE}, SUBMITTED, "application.take"),
    ("approve", {SUBMITTED}, APPROVED, "application.decide"),
    ("reject", {SUBMITTED}, REJECTED, "application.decide"),
    ("collect", {APPROVED, REJECTED}, COLLECTED, "application.take"),
    ("withdraw", {SUBMITTED, INCOMPLETE}, WITHDRAWN, "application.take"),
)
