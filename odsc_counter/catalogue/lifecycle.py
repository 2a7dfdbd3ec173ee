"""What becomes of a service at a centre, and of a proposal to change the catalogue: two tables."""

from odsc_counter.platform.lifecycle import Lifecycle

OFFERED = "offered"
SUSPENDED = "suspended"
WITHDRAWN = "withdrawn"

OFFER_LIFECYCLE = Lifecycle(
    # verb          from                    to         permission
    ("offer", set(), OFFERED, "offer.set_up"),
    ("suspend", {OFFERED}, SUSPENDED, "offer.set_up"),
    ("resume", {SUSPENDED}, OFFERED, "offer.set_up"),
    ("withdraw", {OFFERED, SUSPENDED}, WITHDRAWN, "offer.set_up"),
    ("offer_again", {WITHDRAWN}, OFFERED, "offer.set_up"),
)

DRAFT = "draft"
IN_REVIEW = "in_review"
RETURNED = "returned"
APPROVED = "approved"
PUBLISHED = "published"
DROPPED = "dropped"

PROPOSAL_LIFECYCLE = Lifecycle(
    # verb        from                                    to         permission
    ("draft", set(), DRAFT, "catalogue.propose"),
    ("rewrite", {DRAFT, RETURNED}, DRAFT, "catalogue.propose"),
    ("submit", {DRAFT, RETURNED}, IN_REVIEW, "catalogue.propose"),
    ("return", {IN_REVIEW, APPROVED}, RETURNED, "catalogue.review"),
    ("approve", {IN_REVIEW}, APPROVED, "catalogue.review"),
    ("publish", {APPROVED}, PUBLISHED, "catalogue.review"),
    ("drop", {DRAFT, RETURNED, IN_REVIEW, APPROVED}, DROPPED, "catalogue.propose"),
)
