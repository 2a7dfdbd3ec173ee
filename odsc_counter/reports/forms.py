"""The form of a new draft."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from odsc_counter.platform.errors import DomainError, InvalidInput
from odsc_counter.reports import wording
from odsc_counter.reports.operations import LONGEST
from odsc_counter.reports.periods import Kind, Period


class DraftForm(Form):
    """Which period; why again where one is published. `choices_of` fills the periods."""

    period = SelectField(
        _l("Period"), [InputRequired(_l("Please fill this in."))], validate_choice=False
    )
    reason = TextAreaField(
        _l("Why there is another version"),
        [Length(max=LONGEST)],
        description=_l("Needed where a report of the period is published already."),
    )

    def take(self, error: DomainError) -> None:
        """Show what was refused at its field, or above the form."""
        fields = error.fields if isinstance(error, InvalidInput) else {}
        for name, message in fields.items():
            self[name].errors = [*self[name].errors, message]
        if not fields:
            self.form_errors.append(str(error))


def draft_form(periods: Mapping[Kind, list[Period]], formdata: Any = None) -> DraftForm:
    """The form with the periods that are over, by their kind."""
    form = DraftForm(formdata)
    form.period.choices = {
        str(wording.KINDS[kind]): [(one.code, wording.period(one)) for one in many]
        for kind, many in periods.items()
    }
    return form
