"""What the counter sends to have a fee assessed, and what the application's answers say already."""

from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from odsc_counter.applications.models import Application
from odsc_counter.catalogue import fee_rules
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.money import NotAnAmount, parse_kip
from odsc_counter.receipts.fees import Charge, Exemption, offers
from odsc_counter.tickets.queries import today


def read(form: MultiDict[str, str]) -> tuple[list[Charge], Exemption | None]:
    """The chosen lines with their inputs, and the reduction. Raises InvalidInput.

    `fee_line` and `extra` name lines of the schedule; `measure-7`, `value-7`, `days-7` and
    `quantity-7` belong to line 7. There is no field for an amount to pay.
    """
    lines = [*form.getlist("fee_line", type=int), *form.getlist("extra", type=int)]
    charges = [
        Charge(
            line,
            quantity=_number(form, f"quantity-{line}") or 1,
            measure=_number(form, f"measure-{line}"),
            value_kip=_number(form, f"value-{line}"),
            days_late=_number(form, f"days-{line}"),
        )
        for line in lines
    ]
    code = form.get("exemption", "")
    return charges, Exemption(code, form.get("exemption_paper", "")) if code else None


def answered(application: Application) -> dict[int, int]:
    """By fee line: the measure, value or quantity that stands in the application's answers."""
    found = {}
    for offer in offers(application.service_id, today()):
        given: Any = application.answers.get(offer.line.terms.get("answer", ""))
        number = _whole(given)
        if number is not None and fee_rules.needs(offer.line.rule):
            found[offer.line.id] = number
    return found


def _whole(given: Any) -> int | None:
    """A whole number, as forms keep them: parts of one count as one more."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return int(-(-given // 1))


def _number(form: MultiDict[str, str], name: str) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        number = parse_kip(text)
    except NotAnAmount as error:
        raise InvalidInput({name: _("Write a whole number.")}) from error
    if name.startswith("quantity") and number == 0:
        raise InvalidInput({name: _("Write a quantity from 1 to 999.")})
    return number
