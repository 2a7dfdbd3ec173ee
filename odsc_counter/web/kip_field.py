"""Amounts of money as people type them: a field for the forms of every room that asks for one."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import StopValidation

from odsc_counter.platform.money import NotAnAmount, parse_kip

REQUIRED = _("Write the amount.")


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
