"""What kinds, states and reasons of messages are called on pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.messages import lifecycle, phones, texts

KINDS: dict[str, LazyString] = {
    texts.PAPERS_MISSING: _("Something is missing"),
    texts.APPROVED: _("Approved"),
    texts.REJECTED: _("Rejected"),
    texts.READY: _("Ready for collection"),
    texts.REMINDER: _("Reminder of an appointment"),
}

STATES: dict[str, LazyString] = {
    lifecycle.PENDING: _("Waits to be sent"),
    lifecycle.FAILED: _("Failed, will be tried again"),
    lifecycle.SENT: _("Sent"),
    lifecycle.LOGGED: _("Only logged"),
    lifecycle.GIVEN_UP: _("Given up"),
    lifecycle.SKIPPED: _("Not sent"),
}
TONES = {
    lifecycle.PENDING: "info",
    lifecycle.FAILED: "attention",
    lifecycle.SENT: "good",
    lifecycle.LOGGED: "muted",
    lifecycle.GIVEN_UP: "bad",
    lifecycle.SKIPPED: "muted",
}

OPTED_OUT = "opted_out"
REFUSED = "refused"
NO_ANSWER = "no_answer"
TOO_LATE = "too_late"

REASONS: dict[str, LazyString] = {
    phones.NO_PHONE: _("No telephone number"),
    phones.LANDLINE: _("A fixed line gets no text messages"),
    phones.FOREIGN: _("A number of another country"),
    phones.NOT_A_NUMBER: _("Not a telephone number"),
    OPTED_OUT: _("The citizen wants no messages"),
    REFUSED: _("The gateway refused it"),
    NO_ANSWER: _("The gateway did not answer"),
    TOO_LATE: _("It would have come too late"),
}
