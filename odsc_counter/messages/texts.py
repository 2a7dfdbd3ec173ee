"""The words of the messages, short enough for one SMS, and what a citizen's language is.

They hold the tracking number or the code of an appointment, and nothing about the person.
"""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from odsc_counter.platform import clock

SMS_LETTERS = 70
"""What one SMS holds in letters of UCS-2 (3GPP TS 23.038), which Lao needs."""

PAPERS_MISSING = "papers_missing"
APPROVED = "approved"
REJECTED = "rejected"
READY = "ready"
REMINDER = "reminder"


def about_file(kind: str, number: str, language: str) -> str:
    """What is said about a file; `number` as people read it."""
    with force_locale(language):
        if kind == PAPERS_MISSING:
            said = _("%(number)s: something is missing. Please come to the centre.", number=number)
        elif kind == APPROVED:
            said = _("%(number)s is approved. Wait until we tell you to come.", number=number)
        elif kind == REJECTED:
            said = _("%(number)s was rejected. Please come to the centre.", number=number)
        else:
            said = _("%(number)s is ready. Please come to collect it.", number=number)
    return str(said)


def about_appointment(slot_at: datetime, code: str, language: str) -> str:
    """What is said the day before an appointment."""
    at = clock.local(slot_at)
    with force_locale(language):
        said = _(
            "Appointment tomorrow %(day)s at %(time)s. Code %(code)s",
            day=f"{at:%d/%m}",
            time=f"{at:%H:%M}",
            code=code,
        )
    return str(said)
