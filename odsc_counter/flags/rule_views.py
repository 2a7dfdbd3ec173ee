"""The doors of the rules: what holds in a unit, set otherwise, and left to the level above."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import seat_door
from odsc_counter.flags import queries, settings, words
from odsc_counter.flags.blueprint import blueprint
from odsc_counter.flags.forms import RuleForm
from odsc_counter.flags.rules import RULES
from odsc_counter.places.models import Unit
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.idempotency import once


@blueprint.get("/a/<unit>/flags/rules")
@seat_door("flag.set_up")
def rules(unit: Unit) -> ResponseReturnValue:
    """Every rule with its threshold, who has set it, and what stands above."""
    return _page(unit)


@blueprint.post("/a/<unit>/flags/rules/<rule>")
@seat_door("flag.set_up")
@once
def set_rule(unit: Unit, rule: str) -> ResponseReturnValue:
    """Set a rule for the unit, or switch it off there."""
    if rule not in RULES:
        raise NotFound
    form = RuleForm(request.form, prefix=f"{rule}-")
    if not form.validate():
        return _page(unit, {rule: form}, 422)
    try:
        settings.set_rule(
            unit,
            rule,
            is_on=form.is_on.data,
            threshold=form.threshold.data or 0,
            answer_days=form.answer_days.data or 0,
        )
    except InvalidInput as error:
        for name, message in error.fields.items():
            form[name].errors = [message]
        return _page(unit, {rule: form}, 422)
    flash(_("The rule is set. The next look at the figures goes by it."), "success")
    return redirect(url_for(".rules", unit=unit.code), 303)


@blueprint.post("/a/<unit>/flags/rules/<rule>/return")
@seat_door("flag.set_up")
@once
def return_rule(unit: Unit, rule: str) -> ResponseReturnValue:
    """Let what stands above hold again."""
    settings.return_to_above(unit, rule)
    flash(_("What stands above holds again."), "success")
    return redirect(url_for(".rules", unit=unit.code), 303)


def _page(
    unit: Unit, typed: dict[str, RuleForm] | None = None, status: int = 200
) -> tuple[str, int]:
    found = settings.rules_of(unit)
    typed = typed or {}
    forms = {
        one.now.rule.code: typed.get(one.now.rule.code)
        or RuleForm(
            prefix=f"{one.now.rule.code}-",
            is_on=one.now.is_on,
            threshold=one.now.threshold,
            answer_days=one.now.answer_days,
        )
        for one in found
    }
    page = render_template(
        "flags/rules.html",
        unit=unit,
        found=found,
        forms=forms,
        wrong=next(iter(typed), None),
        people=queries.names(one.now.set_by_id for one in found),
        words=words,
    )
    return page, status
