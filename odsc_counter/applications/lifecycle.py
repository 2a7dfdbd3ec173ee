"""The life of an application, of one office's step in it, and of a draft, as tables."""

from odsc_counter.platform.lifecycle import STAYS, Lifecycle

SUBMITTED = "submitted"
INCOMPLETE = "incomplete"
UNDER_REVIEW = "under_review"
APPROVED = "approved"
REJECTED = "rejected"
READY = "ready"
COLLECTED = "collected"
WITHDRAWN = "withdrawn"
EXPIRED = "expired"

OPEN = (SUBMITTED, INCOMPLETE, UNDER_REVIEW)
"""Taken and undecided: what is counted as open, and can be overdue."""
RUNNING = (SUBMITTED, UNDER_REVIEW)
"""The offices have all that they need, and the promised day comes nearer."""

LIFECYCLE = Lifecycle(
    # verb               from                                to            permission
    ("submit", set(), SUBMITTED, "application.take"),
    ("submit_incomplete", set(), INCOMPLETE, "application.take"),
    ("supply_papers", {INCOMPLETE}, SUBMITTED, "application.take"),
    ("supply_correction", {INCOMPLETE}, UNDER_REVIEW, "application.take"),
    ("take_up", {SUBMITTED}, UNDER_REVIEW, "application.decide"),
    ("go_on", {UNDER_REVIEW}, STAYS, "application.decide"),
    ("return_to_office", {UNDER_REVIEW}, STAYS, "application.decide"),
    ("send_back", {UNDER_REVIEW}, INCOMPLETE, "application.decide"),
    ("approve", {UNDER_REVIEW}, APPROVED, "application.decide"),
    ("reject", {UNDER_REVIEW}, REJECTED, "application.decide"),
    ("make_ready", {APPROVED}, READY, "application.make_ready"),
    ("collect", {APPROVED, READY, REJECTED}, COLLECTED, "application.take"),
    ("withdraw", {SUBMITTED, INCOMPLETE, UNDER_REVIEW}, WITHDRAWN, "application.take"),
    ("expire", {INCOMPLETE, READY}, EXPIRED, "application.expire"),
)

PENDING = "pending"
AT_WORK = "at_work"
WAITING = "waiting"
PASSED = "passed"
REFUSED = "refused"
DROPPED = "dropped"

STEP_LIFECYCLE = Lifecycle(
    # verb         from                        to        permission
    ("plan", set(), PENDING, "application.take"),
    ("begin", {PENDING}, AT_WORK, "application.decide"),
    ("assign", {AT_WORK, WAITING}, STAYS, "application.assign"),
    ("pass", {AT_WORK}, PASSED, "application.decide"),
    ("refuse", {AT_WORK}, REFUSED, "application.decide"),
    ("wait", {AT_WORK}, WAITING, "application.decide"),
    ("resume", {WAITING}, AT_WORK, "application.take"),
    ("put_off", {AT_WORK}, PENDING, "application.decide"),
    ("reopen", {PASSED}, AT_WORK, "application.decide"),
    ("drop", {PENDING, AT_WORK, WAITING}, DROPPED, "application.take"),
)

DRAFT = "draft"
CONFIRMED = "confirmed"

PRE_LIFECYCLE = Lifecycle(
    # verb       from      to         permission
    ("register", set(), DRAFT, "application.take"),
    ("confirm", {DRAFT}, CONFIRMED, "application.take"),
    ("withdraw", {DRAFT}, WITHDRAWN, "application.take"),
)
"""Of a file that is begun before the visit. A citizen registers it without an account."""
