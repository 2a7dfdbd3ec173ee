"""What is typed about fees: rates, classes of people, decisions, and new versions of a fee."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from odsc_counter.catalogue.exchange_rates import CURRENCIES
from odsc_counter.catalogue.fee_models import GOOD_FOR_DAYS
from odsc_counter.catalogue.fee_rules import (
    CENTRE,
    FINE_DAY,
    FINE_PERCENT,
    MINISTRY,
    PERCENT,
    STEPPED,
    TREASURY,
    WHOLE,
)
from odsc_counter.catalogue.fee_words import percent
from odsc_counter.catalogue.forms import AmountField
from odsc_counter.catalogue.models import FeeLine
from odsc_counter.catalogue.rule_words import PARTS, RULES
from odsc_counter.platform.lao import european_digits
from odsc_counter.platform.money import NotAnAmount, format_number, parse_kip

REQUIRED = _("Required.")
A_DAY = _("Please choose a day.")
TOO_LONG = _("This is too long.")
AN_AMOUNT = _("Please write a whole amount, such as 25.000.")
STEP_LINES = _("Write each step on a line, with rising ends: 110 = 15.000")
A_PERCENTAGE = _("Write a percentage above 0 and up to 100.")
_PERCENTAGE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?")
OPEN_END = "+"


class WholeField(AmountField):
    """A whole amount that is one, if anything is typed."""

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse what isn't one clear amount."""
        try:
            self.amount()
        except NotAnAmount as error:
            raise ValidationError(str(AN_AMOUNT)) from error


class PercentField(StringField):
    """A percentage with at most two decimals: 0,1 or 12.5 or 100."""

    def process_data(self, value: int | str | None) -> None:
        """Show basis points as a percentage."""
        self.data = percent(value).rstrip("%") if isinstance(value, int) else value or ""

    def basis_points(self) -> int | None:
        """What was typed, in basis points; None for nothing. Raises ValueError."""
        text = european_digits((self.data or "").strip())
        if not text:
            return None
        found = _PERCENTAGE.fullmatch(text)
        if found is None or (points := _points(found)) > WHOLE:
            raise ValueError(text)
        return points

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse what isn't a percentage."""
        try:
            self.basis_points()
        except ValueError as error:
            raise ValidationError(str(A_PERCENTAGE)) from error


def _points(found: re.Match[str]) -> int:
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


class RateForm(Form):
    """The official rate of a day."""

    currency = SelectField(_("Currency"), choices=[(one, one) for one in CURRENCIES])
    day = DateField(_("Day of the rate"), [InputRequired(A_DAY)])
    kip = WholeField(_("Kip for one unit"), [InputRequired(REQUIRED)])
    good_for_days = IntegerField(
        _("Days after it on which it may be used"),
        [InputRequired(REQUIRED), NumberRange(0, 31, _("From 0 to 31 days."))],
        default=GOOD_FOR_DAYS,
    )
    source = StringField(
        _("Where it was published"), [InputRequired(REQUIRED), Length(max=200, message=TOO_LONG)]
    )


class ExemptionForm(Form):
    """A class of people who pay less or nothing."""

    code = StringField(_("Code"), [InputRequired(REQUIRED), Length(max=20, message=TOO_LONG)])
    name_lo = StringField(
        _("Name in Lao"), [InputRequired(REQUIRED), Length(max=160, message=TOO_LONG)]
    )
    name_en = StringField(
        _("Name in English"), [InputRequired(REQUIRED), Length(max=160, message=TOO_LONG)]
    )
    percent = PercentField(_("How much less, in percent"), [InputRequired(REQUIRED)])
    services = StringField(_("Codes of the services"), [Optional(), Length(max=400)])
    paper_lo = StringField(
        _("Paper to be seen, in Lao"), [InputRequired(REQUIRED), Length(max=160, message=TOO_LONG)]
    )
    paper_en = StringField(
        _("Paper to be seen, in English"),
        [InputRequired(REQUIRED), Length(max=160, message=TOO_LONG)],
    )
    legal_basis = StringField(
        _("Act that allows it"), [InputRequired(REQUIRED), Length(max=400, message=TOO_LONG)]
    )
    act_on = DateField(_("Date of the act"), [InputRequired(A_DAY)])
    valid_from = DateField(_("In force from"), [InputRequired(A_DAY)])


class DeviationForm(Form):
    """A decision that another amount than the published one is taken here."""

    fee_line = SelectField(_("Published fee"), [InputRequired(REQUIRED)], coerce=int)
    amount = WholeField(_("Amount decided, in kip"), [InputRequired(REQUIRED)])
    decision_number = StringField(
        _("Number of the decision"), [InputRequired(REQUIRED), Length(max=80, message=TOO_LONG)]
    )
    decision_on = DateField(_("Date of the decision"), [InputRequired(A_DAY)])
    decided_by = StringField(
        _("Body that decided"), [InputRequired(REQUIRED), Length(max=200, message=TOO_LONG)]
    )
    reason = StringField(_("Reason"), [InputRequired(REQUIRED), Length(max=300, message=TOO_LONG)])
    valid_from = DateField(_("First day"), [InputRequired(A_DAY)])
    last_day = DateField(_("Last day"), [Optional()])


class NewFeeForm(Form):
    """A new version of a fee, or a further one, from a day on."""

    code = StringField(_("Code"), [InputRequired(REQUIRED), Length(max=8, message=TOO_LONG)])
    name_lo = StringField(
        _("Name in Lao"), [InputRequired(REQUIRED), Length(max=160, message=TOO_LONG)]
    )
    name_en = StringField(
        _("Name in English"), [InputRequired(REQUIRED), Length(max=160, message=TOO_LONG)]
    )
    part = SelectField(_("What it is"), choices=list(PARTS.items()))
    rule = SelectField(_("Rule"), choices=list(RULES.items()))
    amount = WholeField(_("Amount"), [Optional()])
    currency = SelectField(_("Currency"), choices=[("LAK", _("Kip")), ("USD", "USD")])
    unit_lo = StringField(_("Unit in Lao"), [Optional(), Length(max=40, message=TOO_LONG)])
    unit_en = StringField(_("Unit in English"), [Optional(), Length(max=40, message=TOO_LONG)])
    steps = TextAreaField(_("Steps"), [Optional(), Length(max=2000, message=TOO_LONG)])
    percentage = PercentField(_("Percentage"), [Optional()])
    per_day = SelectField(
        _("The percentage counts"), choices=[("", _("once")), ("1", _("for each day late"))]
    )
    minimum = WholeField(_("Lowest amount in kip"), [Optional()])
    maximum = WholeField(_("Highest amount in kip"), [Optional()])
    grace_days = IntegerField(
        _("Days late without a fine"),
        [Optional(), NumberRange(0, 36_500, _("Write a number of days."))],
    )
    answer = SelectField(_("Question of the form that it goes by"), [Optional()])
    kind = StringField(_("Kind of extra"), [Optional(), Length(max=20, message=TOO_LONG)])
    treasury = PercentField(_("Share of the treasury, in percent"), default="100")
    ministry = PercentField(_("Share of the ministry, in percent"), default="0")
    centre = PercentField(_("Share of the centre, in percent"), default="0")
    legal_basis = StringField(
        _("Act that sets the fee"),
        [
            InputRequired(_("Please name the act that sets the fee.")),
            Length(max=400, message=TOO_LONG),
        ],
    )
    article = StringField(_("Article"), [Optional(), Length(max=80, message=TOO_LONG)])
    act_on = DateField(_("Date of the act"), [InputRequired(_("Write the date of the act."))])
    valid_from = DateField(_("In force from"), [InputRequired(A_DAY)])

    def validate_steps(self, field: Any) -> None:
        """Refuse lines that are no steps."""
        try:
            read_steps(field.data or "")
        except ValueError as error:
            raise ValidationError(str(STEP_LINES)) from error

    def terms(self) -> dict[str, Any]:
        """What the chosen rule goes by; what another rule would need is left out."""
        rule, terms = self.rule.data, dict[str, Any]()
        fines = rule in (FINE_DAY, FINE_PERCENT)
        if rule == STEPPED:
            terms["steps"] = read_steps(self.steps.data or "")
        if rule in (PERCENT, FINE_PERCENT):
            terms["basis_points"] = self.percentage.basis_points() or 0
        if rule == FINE_PERCENT:
            terms["per_day"] = bool(self.per_day.data)
        if fines:
            terms["grace_days"] = self.grace_days.data or 0
        elif self.unit_lo.data or self.unit_en.data:
            terms["unit"] = {"lo": self.unit_lo.data or "", "en": self.unit_en.data or ""}
        if fines or rule == PERCENT:
            limits = {"minimum": self.minimum.amount(), "maximum": self.maximum.amount()}
            terms |= {name: amount for name, amount in limits.items() if amount is not None}
        if self.answer.data:
            terms["answer"] = self.answer.data
        if self.kind.data and self.part.data == "extra":
            terms["one"] = self.kind.data.strip()
        return terms

    def shares(self) -> list[dict[str, Any]]:
        """Who keeps what; nobody is named who keeps nothing."""
        kept = ((TREASURY, self.treasury), (MINISTRY, self.ministry), (CENTRE, self.centre))
        named = [{"to": to, "basis_points": field.basis_points() or 0} for to, field in kept]
        return [share for share in named if share["basis_points"]]


def of_line(line: FeeLine | None) -> dict[str, Any]:
    """The values of the form for a new version of a line."""
    if line is None:
        return {"code": "BASE"}
    terms = line.terms
    shares = {share["to"]: share["basis_points"] for share in line.shares} or {TREASURY: WHOLE}
    return {
        **{
            name: getattr(line, name)
            for name in ("code", "name_lo", "name_en", "part", "rule", "amount", "currency")
        },
        "unit_lo": terms.get("unit", {}).get("lo", ""),
        "unit_en": terms.get("unit", {}).get("en", ""),
        "steps": written_steps(terms.get("steps", ())),
        "percentage": terms.get("basis_points"),
        "per_day": "1" if terms.get("per_day") else "",
        "minimum": terms.get("minimum"),
        "maximum": terms.get("maximum"),
        "grace_days": terms.get("grace_days"),
        "answer": terms.get("answer", ""),
        "kind": terms.get("one", ""),
        **{to: shares.get(to, 0) for to in (TREASURY, MINISTRY, CENTRE)},
    }


def read_steps(text: str) -> list[dict[str, Any]]:
    """Steps as typed, one a line: `110 = 15.000`, the last `+ = 100.000`. Raises ValueError."""
    steps = []
    for line in text.splitlines():
        if not line.strip():
            continue
        end, sign, amount = line.partition("=")
        if not sign:
            raise ValueError(line)
        end = end.strip()
        steps.append(
            {"up_to": None if end == OPEN_END else parse_kip(end), "amount": parse_kip(amount)}
        )
    return steps


def written_steps(steps: Any) -> str:
    """Steps as they are typed."""
    return "\n".join(
        f"{OPEN_END if step['up_to'] is None else format_number(step['up_to'])}"
        f" = {format_number(step['amount'])}"
        for step in steps
    )
