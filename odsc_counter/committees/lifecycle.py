"""The lives of a meeting and of a resolution."""

from odsc_counter.platform.lifecycle import STAYS, Lifecycle

PLANNED = "planned"
INVITED = "invited"
IN_SESSION = "in_session"
HELD = "held"
SIGNED = "signed"
CALLED_OFF = "called_off"

MEETING = Lifecycle(
    #  verb        from                     to          who
    ("plan", set(), PLANNED, "committee.run"),
    ("change", {PLANNED, INVITED}, STAYS, "committee.run"),
    ("invite", {PLANNED, INVITED}, INVITED, "committee.run"),
    ("open", {PLANNED, INVITED}, IN_SESSION, "committee.run"),
    ("end", {IN_SESSION}, HELD, "committee.run"),
    ("write", {IN_SESSION, HELD}, STAYS, "committee.run"),
    ("sign", {HELD}, SIGNED, "committee.run"),
    ("call_off", {PLANNED, INVITED}, CALLED_OFF, "committee.run"),
)
"""Signed minutes are not changed: a later resolution corrects them."""

PROPOSED = "proposed"
CONFIRMED = "confirmed"
AMENDED = "amended"
DEFERRED = "deferred"
REJECTED = "rejected"

DECIDED = frozenset({CONFIRMED, AMENDED, DEFERRED, REJECTED})
IN_FORCE = frozenset({CONFIRMED, AMENDED})

RESOLUTION = Lifecycle(
    #  verb        from             to          who
    ("propose", set(), PROPOSED, "committee.run"),
    ("reword", {PROPOSED}, STAYS, "committee.run"),
    ("confirm", {PROPOSED}, CONFIRMED, "committee.run"),
    ("amend", {PROPOSED}, AMENDED, "committee.run"),
    ("defer", {PROPOSED}, DEFERRED, "committee.run"),
    ("reject", {PROPOSED}, REJECTED, "committee.run"),
    ("reopen", {CONFIRMED, AMENDED, DEFERRED, REJECTED}, PROPOSED, "committee.run"),
)
"""As in the form of the 2021 workshop: proposed, then confirmed as proposed, confirmed with
amendments, deferred, or rejected. `reopen` only while the minutes are not signed."""
