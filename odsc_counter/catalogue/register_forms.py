"""What a manager writes about a service: why it is suspended, or which decision allows it."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    Form,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from odsc_counter.catalogue.forms import AmountField
from odsc_counter.catalogue.register_words import REASONS
from odsc_counter.platform.money import NotAnAmount

TOO_LONG = _("This is too long.")
A_DAY = _("Please choose a day.")
CHOOSE = _("Choose one of the list.")


class MultiCheckboxField(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class DecisionForm(Form):
    """A decision about a service of the centre, whichever the verb."""

    since = DateField(_("From"), [InputRequired(A_DAY)])
    reason = SelectField(
        _("Reason"), choices=[("", _("Choose one of the list.")), *REASONS.items()], default=""
    )
    words_lo = StringField(
        _("What people are told, in Lao"), [Optional(), Length(max=300, message=TOO_LONG)]
    )
    words_en = StringField(
        _("What people are told, in English"), [Optional(), Length(max=300, message=TOO_LONG)]
    )
    decided_by = StringField(
        _("Decided by"),
        [InputRequired(_("Write who decided.")), Length(max=200, message=TOO_LONG)],
    )
    document_number = StringField(
        _("Number of the document"), [Optional(), Length(max=80, message=TOO_LONG)]
    )


class LocalServiceForm(Form):
    """A service that a centre may offer although the national catalogue doesn't know it."""

    decision_number = StringField(
        _("Number of the decision"),
        [InputRequired(_("Write the number of the document.")), Length(max=80, message=TOO_LONG)],
    )
    decision_on = DateField(_("Date of the decision"), [InputRequired(A_DAY)])
    decided_by = StringField(
        _("Body that decided"),
        [InputRequired(_("Write who decided.")), Length(max=200, message=TOO_LONG)],
    )
    name_lo = StringField(
        _("Name in Lao"),
        [InputRequired(_("Please write the name.")), Length(max=200, message=TOO_LONG)],
    )
    name_en = StringField(
        _("Name in English"),
        [InputRequired(_("Please write the name.")), Length(max=200, message=TOO_LONG)],
    )
    ministry = SelectField(_("Ministry"), [InputRequired(CHOOSE)])
    group = SelectField(_("Group"), [InputRequired(CHOOSE)])
    processing_days = IntegerField(
        _("Working days"),
        [
            InputRequired(_("Write a number from 1 to 365.")),
            NumberRange(1, 365, _("Write a number from 1 to 365.")),
        ],
    )
    papers = MultiCheckboxField(_("Required papers"), coerce=int)
    amount = AmountField(_("Fee in kip"))
    legal_basis = StringField(
        _("Act that sets the fee"), [Optional(), Length(max=400, message=TOO_LONG)]
    )

    def validate_amount(self, field: Any) -> None:
        """Refuse what isn't one clear amount."""
        try:
            field.amount()
        except NotAnAmount as error:
            raise ValidationError(_("Please write a whole amount, such as 25.000.")) from error
