"""What is typed about a flag, one form for each verb, and about a rule."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, Form, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from odsc_counter.flags.operations import LONGEST, SHORTEST

NEEDED = _("Required.")
NO_DAY = _("Please choose a day.")
WORDS = [
    InputRequired(NEEDED),
    Length(SHORTEST, LONGEST, message=_("Write at least five characters, at most 2,000.")),
]


class AnswerForm(Form):
    """What the office says to the situation, and by when it will be put right."""

    text = TextAreaField(_("Answer"), WORDS)
    promised_on = DateField(_("Put right by"), [MayBeEmpty()])


class SnoozeForm(Form):
    """Why a flag may rest, and until when."""

    reason = TextAreaField(_("Reason"), WORDS)
    until = DateField(_("Until"), [InputRequired(NO_DAY)])


class AssignForm(Form):
    """Who of the office takes care."""

    owner = SelectField(_("Who takes care"), validate_choice=False)

    def __init__(self, formdata: Any = None, *, people: list[tuple[int, str]], **given: Any):
        super().__init__(formdata, **given)
        everyone = ("", str(_("The office as a whole")))
        self.owner.choices = [everyone, *((str(key), name) for key, name in people)]

    @property
    def chosen(self) -> int | None:
        """The account that was chosen; None: the office as a whole; 0 for what is no account."""
        if not self.owner.data:
            return None
        return int(self.owner.data) if re.fullmatch(r"[0-9]{1,9}", self.owner.data) else 0


class ReasonForm(Form):
    """Why a flag goes up, goes back or is closed."""

    reason = TextAreaField(_("Reason"), WORDS)


class RuleForm(Form):
    """What a unit sets for a rule."""

    is_on = BooleanField(_("The rule is on"))
    threshold = IntegerField(_("Threshold"), [InputRequired(NEEDED)])
    answer_days = IntegerField(_("Working days for the answer"), [InputRequired(NEEDED)])
