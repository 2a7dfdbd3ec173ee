"""What a clerk types about an applicant."""

from flask_babel import lazy_gettext as _
from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from odsc_counter.applications.words import PROOFS, TAKERS

TOO_LONG = _("This is too long.")


class ReasonForm(Form):
    """Why an application is rejected or withdrawn."""

    reason = StringField(
        _("Reason"),
        [
            InputRequired(_("Write the reason, in 5 to 300 characters.")),
            Length(5, 300, message=_("Write the reason, in 5 to 300 characters.")),
        ],
    )


class HandoverForm(Form):
    """To whom a result is handed, and how they show who they are."""

    taker = RadioField(
        _("Handed to"),
        [InputRequired(_("Choose one of the list."))],
        choices=list(TAKERS.items()),
        default="applicant",
    )
    name = StringField(
        _("Name of the representative"), [Optional(), Length(max=160, message=TOO_LONG)]
    )
    proof = RadioField(
        _("Shown"),
        [InputRequired(_("Choose one of the list."))],
        choices=list(PROOFS.items()),
        default="slip",
    )
    paper_reference = StringField(
        _("Where the signature lies (book and page)"),
        [Optional(), Length(max=60, message=TOO_LONG)],
    )
    signature = StringField(_("Signature on the screen"), [Optional()])
