"""Amounts of money as people type them."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, PasswordField, StringField
from wtforms.validators import InputRequired, Length, StopValidation

from odsc_counter.platform.money import NotAnAmount, parse_kip


class KipField(StringField):
    """Whole kip: 50000, 50.000 or 50,000; `kip` is the number once validated."""

    kip = 0

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not one clear amount."""
        if not self.data:
            return  # that it is missing is said by InputRequired
        try:
            self.kip = parse_kip(self.data)
        except NotAnAmount as error:
            raise StopValidation(str(_("Write whole kip, for example 50.000."))) from error


REQUIRED = _("Write the amount.")


class CashForm(Form):
    """What the citizen hands over."""

    tendered = KipField(_("Cash received"), [InputRequired(REQUIRED)])


class FloatForm(Form):
    """What is in the drawer at the start."""

    float_kip = KipField(_("Money in the drawer now"), [InputRequired(REQUIRED)])


class CountForm(Form):
    """What the cashier counted at the end."""

    counted = KipField(_("Money counted in the drawer"), [InputRequired(REQUIRED)])


class VoidForm(Form):
    """Why, and the second person's own proof."""

    reason = StringField(
        _("Reason"),
        [
            InputRequired(_("Write the reason, in 5 to 300 characters.")),
            Length(5, 300, message=_("Write the reason, in 5 to 300 characters.")),
        ],
    )
    approver = StringField(_("User name of the second person"), [InputRequired(_("Required."))])
    approver_password = PasswordField(
        _("Password of the second person"), [InputRequired(_("Required."))]
    )
    approver_code = StringField(_("Code from the second person's phone"))
