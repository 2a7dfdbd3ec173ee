"""How the hall is set up: an index, the rules, and when the centre's day begins."""

import re

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door
from odsc_counter.places import operations as places
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import counter_queries, profiles, queries, rules
from odsc_counter.tickets.blueprint import blueprint
from odsc_counter.tickets.forms import RulesForm
from odsc_counter.tickets.hall_views import may_here

CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


@blueprint.get("/c/<centre>/hall/set-up")
@centre_door("hall.set_up")
def set_up(centre: Centre) -> ResponseReturnValue:
    """Where everything about the hall is set up."""
    return render_template(
        "tickets/set_up.html",
        rules=rules.hall_rules(),
        profiles=profiles.profiles(),
        groups=queries.service_groups(),
        clerks=profiles.clerks(),
        counters=counter_queries.counters(),
        may=may_here(centre),
    )


@blueprint.get("/c/<centre>/hall/rules")
@centre_door("hall.set_up")
def hall_rules(centre: Centre) -> ResponseReturnValue:
    """The rules of the hall, each explained."""
    return _rules_page(centre, RulesForm(obj=rules.hall_rules()))


def _rules_page(
    centre: Centre,
    form: RulesForm,
    status: int = 200,
    day_start: str = "",
    day_start_error: str = "",
) -> tuple[str, int]:
    minute = centre.day_starts_minute
    page = render_template(
        "tickets/rules.html",
        form=form,
        day_start=day_start or f"{minute // 60:02}:{minute % 60:02}",
        day_start_error=day_start_error,
    )
    return page, status


@blueprint.post("/c/<centre>/hall/rules")
@centre_door("hall.set_up")
@once
def save_rules(centre: Centre) -> ResponseReturnValue:
    """Set the rules of the hall."""
    form = RulesForm(request.form)
    if form.validate():
        try:
            rules.save_rules(form.rules())
        except InvalidInput as error:
            form.take(error)
        else:
            flash(_("The rules are saved. They hold from now on."), "success")
            return redirect(url_for("tickets.hall_rules"), 303)
    return _rules_page(centre, form, 422)


@blueprint.post("/c/<centre>/hall/day-start")
@centre_door("hall.set_up")
@once
def save_day_start(centre: Centre) -> ResponseReturnValue:
    """Change when the centre's own day begins."""
    typed = request.form.get("day_start", "").strip()[:8]
    meant = CLOCK.match(typed)
    minute = int(meant[1]) * 60 + int(meant[2]) if meant and int(meant[2]) < 60 else -1
    try:
        places.set_day_start(centre.code, minute)
    except InvalidInput as error:
        form = RulesForm(obj=rules.hall_rules())
        return _rules_page(centre, form, 422, typed, error.fields["day_start"])
    flash(_("The beginning of the day is saved."), "success")
    return redirect(url_for("tickets.hall_rules"), 303)
