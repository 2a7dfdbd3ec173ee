"""What is typed at a till: the float, cash moved, notes counted, the second person's proof."""

from flask_babel import lazy_gettext as _
from wtforms import Form, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from odsc_counter.accounts.forms import SecondPersonForm
from odsc_counter.platform.money import format_number
from odsc_counter.tills.denominations import MOST_NOTES, NOTES
from odsc_counter.web.kip_field import REQUIRED, KipField

IN, OUT = "in", "out"


class FloatForm(Form):
    """What is in the drawer at the start."""

    float_kip = KipField(_("Money in the drawer now"), [InputRequired(REQUIRED)])


class MovementForm(Form):
    """Cash between the drawer and the safe, and why."""

    way = RadioField(
        _("Where the money goes"),
        [InputRequired()],
        choices=[(OUT, _("From the drawer to the safe")), (IN, _("From the safe to the drawer"))],
        default=OUT,
    )
    amount = KipField(_("Amount"), [InputRequired(REQUIRED)])
    reason = StringField(
        _("Reason"), [Length(5, 300, message=_("Write the reason, in 5 to 300 characters."))]
    )

    @property
    def signed_kip(self) -> int:
        """Above nought into the drawer, below out of it."""
        return self.amount.kip if self.way.data == IN else -self.amount.kip


class CountForm(Form):
    """How many of each note lie in the drawer; a note left empty is none."""

    @property
    def notes(self) -> dict[int, int]:
        """The count by note."""
        return {note: self[f"note_{note}"].data or 0 for note in NOTES}


for _note in NOTES:
    setattr(
        CountForm,
        f"note_{_note}",
        IntegerField(
            format_number(_note),
            [
                Optional(),
                NumberRange(0, MOST_NOTES, message=_("Write how many notes, from 0 to 100.000.")),
            ],
        ),
    )


class SignOffForm(SecondPersonForm):
    """The second person's own proof, and the reason of a difference."""

    reason = StringField(_("Reason for the difference"), [Length(max=300)])


class ConfirmForm(Form):
    """The reason of a difference, where the second person is signed in already."""

    reason = StringField(_("Reason for the difference"), [Length(max=300)])
