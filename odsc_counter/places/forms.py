"""The forms of this room."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, IntegerField, StringField, TelField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from odsc_counter.places.operations import MOST_COUNTERS, USUAL_COUNTERS

NAME = (InputRequired(_("Please write the name.")), Length(max=120))


class CentreForm(Form):
    """What can be changed about a centre."""

    name_lo = StringField(_("Name in Lao"), NAME)
    name_en = StringField(_("Name in English"), NAME)
    abbreviation_lo = StringField(
        _("Abbreviation for document numbers"), (Optional(), Length(max=20))
    )
    phone = TelField(
        _("Phone"),
        (
            Optional(),
            Length(max=20),
            Regexp(r"^[+0-9 ()-]+$", message=_("Please write digits and blanks alone.")),
        ),
    )


class NewCentreForm(CentreForm):
    """What is needed to open a centre."""

    opened_on = DateField(_("Open from"), (InputRequired(_("Please choose a day.")),))
    counters = IntegerField(
        _("Counters"),
        (
            InputRequired(_("Please give a number from 1 to 40.")),
            NumberRange(1, MOST_COUNTERS, _("Please give a number from 1 to 40.")),
        ),
        default=USUAL_COUNTERS,
    )
