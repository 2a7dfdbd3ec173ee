"""The life of a message on its way to a citizen's telephone, as one table.

Nobody needs a permission for what the outbox does by itself; its lines name the one of the
people who look after it.
"""

from odsc_counter.platform.lifecycle import Lifecycle

PENDING = "pending"
FAILED = "failed"
SENT = "sent"
LOGGED = "logged"
GIVEN_UP = "given_up"
SKIPPED = "skipped"

DUE = (PENDING, FAILED)
"""Still to be sent: FAILED has been tried in vain and will be tried again."""

LIFECYCLE = Lifecycle(
    # verb      from               to         permission
    ("queue", set(), PENDING, "message.retry"),
    ("skip", set(), SKIPPED, "message.retry"),
    ("send", {PENDING, FAILED}, SENT, "message.retry"),
    ("log", {PENDING, FAILED}, LOGGED, "message.retry"),
    ("fail", {PENDING, FAILED}, FAILED, "message.retry"),
    ("give_up", {PENDING, FAILED}, GIVEN_UP, "message.retry"),
    ("stop", {PENDING, FAILED}, SKIPPED, "application.take"),
    ("retry", {GIVEN_UP}, PENDING, "message.retry"),
)
