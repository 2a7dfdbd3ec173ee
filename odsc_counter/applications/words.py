"""What states are called on pages, and the QR code that leads to a citizen's own page."""

import segno
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.applications import lifecycle

STATES: dict[str, LazyString] = {
    lifecycle.SUBMITTED: _("Submitted"),
    lifecycle.INCOMPLETE: _("Papers missing"),
    lifecycle.APPROVED: _("Approved"),
    lifecycle.REJECTED: _("Rejected"),
    lifecycle.COLLECTED: _("Collected"),
    lifecycle.WITHDRAWN: _("Withdrawn"),
}

FOR_CITIZENS: dict[str, LazyString] = {
    lifecycle.SUBMITTED: _("We have everything and are working on it."),
    lifecycle.INCOMPLETE: _("Papers are missing. Please bring them to the centre."),
    lifecycle.APPROVED: _("Ready for collection. Please come to the centre."),
    lifecycle.REJECTED: _("Your application was rejected. Please come to the centre."),
    lifecycle.COLLECTED: _("You have collected the result."),
    lifecycle.WITHDRAWN: _("This application was withdrawn."),
}


def qr_image(address: str) -> str:
    """A QR code as the source of an <img>."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4))
