"""The way of one file's paper in one transmittal, as a table."""

from odsc_counter.platform.lifecycle import Lifecycle

ON_WAY = "on_way"
RECEIVED = "received"
MISSING = "missing"
STAYED = "stayed"

OPEN = (ON_WAY, MISSING)
"""The paper is not where it should be; it can't be sent anywhere else."""

LIFECYCLE = Lifecycle(
    # verb       from                  to         permission
    ("send", set(), ON_WAY, "transmittal.make"),
    ("receive", {ON_WAY, MISSING}, RECEIVED, "transmittal.receive"),
    ("miss", {ON_WAY}, MISSING, "transmittal.receive"),
    ("find", {MISSING}, STAYED, "transmittal.make"),
)
