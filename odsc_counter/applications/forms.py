"""What a clerk types about an applicant."""

from flask_babel import lazy_gettext as _
from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

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
        choices=[("applicant", _("The applicant")), ("representative", _("A representative"))],
        default="applicant",
    )
    name = StringField(
        _("Name of the representative"), [Optional(), Length(max=160, message=TOO_LONG)]
    )
    proof = RadioField(
        _("Shown"),
        [InputRequired(_("Choose one of the list."))],
        choices=[
            ("slip", _("The slip of this application")),
            ("id_card", _("ID card")),
            ("family_book", _("Family book")),
        ],
        default="slip",
    )
    paper_reference = StringField(
        _("Where the signature lies (book and page)"),
        [Optional(), Length(max=60, message=TOO_LONG)],
    )
