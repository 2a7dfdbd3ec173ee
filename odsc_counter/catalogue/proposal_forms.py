"""What is written about a proposal."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from odsc_counter.catalogue.register_forms import A_DAY, CHOOSE, TOO_LONG, MultiCheckboxField

NAME = (InputRequired(_("Please write the name.")), Length(max=200, message=TOO_LONG))

SHORT = (Optional(), Length(max=200, message=TOO_LONG))
LONG = (Optional(), Length(max=1000, message=TOO_LONG))


class WordingForm(Form):
    """The new wording of a service, from when it holds, and why."""

    name_lo = StringField(_("Name in Lao"), NAME)
    name_en = StringField(_("Name in English"), NAME)
    ministry_id = SelectField(_("Ministry"), [InputRequired(CHOOSE)], coerce=int)
    processing_days = IntegerField(
        _("Working days"),
        [
            InputRequired(_("Write a number from 1 to 365.")),
            NumberRange(1, 365, _("Write a number from 1 to 365.")),
        ],
    )
    effective_on = DateField(_("In force from"), [InputRequired(A_DAY)])
    reason = TextAreaField(
        _("Why it should change"),
        [InputRequired(_("Write the reason.")), Length(max=1000, message=TOO_LONG)],
    )
    basis = StringField(
        _("Act that allows the change"),
        [
            InputRequired(_("Name the act that allows the change.")),
            Length(max=400, message=TOO_LONG),
        ],
    )
    description_lo = TextAreaField(_("Description in Lao"), LONG)
    description_en = TextAreaField(_("Description in English"), LONG)
    legal_basis_lo = StringField(_("Act, in Lao"), SHORT)
    legal_basis_en = StringField(_("Act, in English"), SHORT)
    applicants_lo = StringField(_("Who may apply, in Lao"), SHORT)
    applicants_en = StringField(_("Who may apply, in English"), SHORT)
    result_lo = StringField(_("What you get, in Lao"), SHORT)
    result_en = StringField(_("What you get, in English"), SHORT)
    papers = MultiCheckboxField(_("Required papers"), coerce=int)


class WordsForm(Form):
    """A comment, or what a reviewer says."""

    words = TextAreaField(
        _("Words"),
        [InputRequired(_("Write what you want to say.")), Length(max=1000, message=TOO_LONG)],
    )
