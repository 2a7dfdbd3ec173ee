"""The doors to what is late and who must know, and to the figures of a month's files."""

import re
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door
from odsc_counter.applications import escalation, file_figures, queries, words
from odsc_counter.applications.blueprint import blueprint, day_of, may_in
from odsc_counter.applications.escalation_form import EscalationForm
from odsc_counter.applications.escalation_models import LEVELS
from odsc_counter.places.models import Centre
from odsc_counter.places.wording import language
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now, month_name
from odsc_counter.platform.wording import decimal

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
MONTHS_OFFERED = 24


@blueprint.get("/c/<centre>/applications/escalations")
@centre_door("application.view")
def escalations(centre: Centre) -> ResponseReturnValue:
    """The late files by level and ministry, and the rules by which they rise."""
    return _page(centre, EscalationForm(data=escalation.rules()))


@blueprint.post("/c/<centre>/applications/escalations")
@centre_door("escalation.set_up")
@once
def set_escalations(centre: Centre) -> ResponseReturnValue:
    """Set after how many working days each level must know."""
    form = EscalationForm(request.form)
    if form.validate():
        try:
            escalation.set_rules(centre, form.data)
        except InvalidInput as error:
            form.take(error)
        else:
            flash(_("The rules are saved. They hold from now on."), "success")
            return redirect(url_for(".escalations"), 303)
    return _page(centre, form), 422


@blueprint.get("/c/<centre>/applications/figures")
@centre_door("application.view")
def figures(centre: Centre) -> ResponseReturnValue:
    """What was asked of citizens in a month, and how long offices had their files."""
    today = day_of(centre)
    month = _month(request.args.get("month", ""), today)
    found = file_figures.figures(month)
    return render_template(
        "applications/figures.html",
        found=found,
        month=month,
        month_name=_month_name(month),
        months=[(f"{one:%Y-%m}", _month_name(one)) for one in _months(month, today)],
        services=file_figures.service_names([one.service_id for one in found.services], language()),
        ministries=_ministries(),
        decimal=decimal,
    )


def _page(centre: Centre, form: EscalationForm) -> str:
    day = day_of(centre)
    late = escalation.late_by_ministry(day)
    return render_template(
        "applications/escalations.html",
        late=late,
        overdue=sum(one.overdue for one in late),
        totals={level: sum(one.levels[level] for one in late) for level in LEVELS},
        rules=escalation.rules(),
        before=escalation.cutoffs(day),
        levels=words.LEVELS,
        must_know=words.MUST_KNOW,
        ministries=_ministries(),
        form=form,
        may=may_in(centre),
    )


def _ministries() -> dict[int, str]:
    return {ministry.id: ministry.name(language()) for ministry in queries.ministries()}


def _month(text: str, today: date) -> date:
    """The first day of the month that an address names; of this month for anything else."""
    named = MONTH.fullmatch(text)
    return date(int(named[1]), int(named[2]), 1) if named else today.replace(day=1)


def _months(shown: date, today: date) -> list[date]:
    """The months to choose from, the newest first, with the one that is shown."""
    count = today.year * 12 + today.month - 1
    offered = {
        date(number // 12, number % 12 + 1, 1)
        for number in range(count - MONTHS_OFFERED + 1, count + 1)
    }
    return sorted(offered | {shown}, reverse=True)


def _month_name(month: date) -> str:
    return f"{month_name(month.month, language_now())} {month.year}"
