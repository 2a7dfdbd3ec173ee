"""What states are called on pages, and the QR code that leads to a citizen's own page."""

import segno
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.applications import escalation_models, lifecycle, lists

STATES: dict[str, LazyString] = {
    lifecycle.SUBMITTED: _("Submitted"),
    lifecycle.INCOMPLETE: _("Papers missing"),
    lifecycle.UNDER_REVIEW: _("Under review"),
    lifecycle.APPROVED: _("Approved"),
    lifecycle.REJECTED: _("Rejected"),
    lifecycle.READY: _("Ready for collection"),
    lifecycle.COLLECTED: _("Collected"),
    lifecycle.WITHDRAWN: _("Withdrawn"),
    lifecycle.EXPIRED: _("Expired"),
}

FOR_CITIZENS: dict[str, LazyString] = {
    lifecycle.SUBMITTED: _("We have everything and are working on it."),
    lifecycle.INCOMPLETE: _("Papers are missing. Please bring them to the centre."),
    lifecycle.UNDER_REVIEW: _("The offices are working on it."),
    lifecycle.APPROVED: _("It is approved. The result is on its way to the centre."),
    lifecycle.READY: _("Ready for collection. Please come to the centre."),
    lifecycle.REJECTED: _("Your application was rejected. Please come to the centre."),
    lifecycle.COLLECTED: _("You have collected the result."),
    lifecycle.WITHDRAWN: _("This application was withdrawn."),
    lifecycle.EXPIRED: _("This application was ended because nobody came."),
}

CORRECTION = _("A correction is needed. Please come to the centre.")
"""Instead of FOR_CITIZENS where the file is incomplete though no paper is missing."""

STEP_STATES: dict[str, LazyString] = {
    lifecycle.PENDING: _("Not begun"),
    lifecycle.AT_WORK: _("At work"),
    lifecycle.WAITING: _("Waits for the citizen"),
    lifecycle.PASSED: _("Done"),
    lifecycle.REFUSED: _("Rejected"),
    lifecycle.DROPPED: _("Not needed any more"),
}

LISTS: dict[str, LazyString] = {
    lists.OVERDUE: _("Overdue"),
    lists.ESCALATED: _("Escalated"),
    lists.DUE_SOON: _("Due soon"),
    lists.OWED: _("The citizen owes something"),
    lists.UNCOLLECTED: _("Not collected"),
    lists.TWICE: _("Sent away twice"),
}

LEVELS: dict[str, LazyString] = {
    escalation_models.COORDINATOR: _("For the coordinator"),
    escalation_models.COMMITTEE: _("For the committee"),
    escalation_models.MINISTRY: _("For the ministry"),
}
"""For whom a late file is, at the head of a column."""

MUST_KNOW: dict[str, LazyString] = {
    escalation_models.COORDINATOR: _("The coordinator must know"),
    escalation_models.COMMITTEE: _("The committee must know"),
    escalation_models.MINISTRY: _("The ministry must know"),
}
"""On the file itself, beside that it is overdue."""

HOLDERS: dict[str, LazyString] = {
    "counter": _("Counter of the centre"),
    "office": _("Office"),
    "citizen": _("Citizen"),
}

TAKERS: dict[str, LazyString] = {
    "applicant": _("The applicant"),
    "representative": _("A representative"),
}

PROOFS: dict[str, LazyString] = {
    "slip": _("The slip of this application"),
    "id_card": _("ID card"),
    "family_book": _("Family book"),
}

AUDIENCES: dict[str, LazyString] = {
    "staff": _("Note for colleagues"),
    "citizen": _("Message to the citizen"),
}


CHANNELS: dict[str, LazyString] = {
    "counter": _("At the counter"),
    "post": _("By post"),
    "phone": _("By telephone"),
    "online": _("Online"),
}
"""How a file came to the centre."""


def qr_image(address: str) -> str:
    """A QR code as the source of an <img>."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4))
