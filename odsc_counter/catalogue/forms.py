"""The forms of this room."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from odsc_counter.platform.money import NotAnAmount, format_number, parse_kip

NAME = (InputRequired(_("Please write the name.")), Length(max=80))


class GroupForm(Form):
    """A service group: its letter and names."""

    letter = StringField(
        _("Letter"), (InputRequired(_("Please give one letter from A to Z.")), Length(max=1))
    )
    name_lo = StringField(_("Name in Lao"), NAME)
    name_en = StringField(_("Name in English"), NAME)


class AmountField(StringField):
    """A whole amount, as people write it; empty means that it depends on the value."""

    def process_data(self, value: int | None) -> None:
        """Show the amount with its thousands set apart."""
        self.data = "" if value is None else format_number(value)

    def amount(self) -> int | None:
        """The amount that was typed. Raises NotAnAmount."""
        text = (self.data or "").strip()
        return parse_kip(text) if text else None


class FeeForm(Form):
    """What an administrator confirms about a fee."""

    amount = AmountField(_("Amount"))
    legal_basis = StringField(
        _("Act that sets the fee"),
        (InputRequired(_("Please name the act that sets the fee.")), Length(max=400)),
    )
    article = StringField(_("Article"), (Length(max=80),))
    act_on = DateField(_("Date of the act"), (InputRequired(_("Write the date of the act.")),))

    def validate_amount(self, field: Any) -> None:
        """Refuse what isn't one clear amount."""
        try:
            field.amount()
        except NotAnAmount as error:
            raise ValidationError(_("Please write a whole amount, such as 25.000.")) from error
