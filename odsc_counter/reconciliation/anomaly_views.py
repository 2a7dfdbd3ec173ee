"""The doors of the anomaly list: the page, and all its cases as a file."""

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock, spreadsheet
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.periods import UnclearPeriod, last_30_days, period_from
from odsc_counter.reconciliation import anomalies
from odsc_counter.reconciliation.anomaly_parts import LIMITS
from odsc_counter.reconciliation.blueprint import blueprint


@blueprint.get("/c/<centre>/reconciliation/anomalies")
@centre_door("anomaly.view")
def anomaly_list(centre: Centre) -> ResponseReturnValue:
    """What to look at first, rule by rule, over a period."""
    today = clock.business_day(clock.now(), centre.day_starts_minute)
    error = None
    try:
        period = period_from(request.args, today, last_30_days)
    except UnclearPeriod:
        period = last_30_days(today)
        error = _("Choose two days, the earlier one first, at most five years apart.")
    looked = anomalies.look(anomalies.bounded(period), today)
    page = render_template(
        "reconciliation/anomalies.html",
        looked=looked,
        is_cut=looked.period != period,
        period=looked.period,
        asked=period,
        limits_by_rule=[(rule, LIMITS[name]) for rule in anomalies.RULES for name in rule.limits],
        period_error=error,
        typed=(request.args.get("from", ""), request.args.get("to", "")),
    )
    return make_response(page, 422 if error else 200)


@blueprint.get("/c/<centre>/reconciliation/anomalies.csv")
@centre_door("anomaly.view")
def anomaly_file(centre: Centre) -> ResponseReturnValue:
    """Every case of a period as a table for spreadsheets."""
    today = clock.business_day(clock.now(), centre.day_starts_minute)
    try:
        period = anomalies.bounded(
            period_from(request.args, today, last_30_days), anomalies.LONGEST_IN_FILE
        )
    except UnclearPeriod as error:
        raise NotFound from error
    looked = anomalies.look(period, today, anomalies.MOST_IN_FILE)
    heads = [
        _("Rule"), _("What"), _("Day"), _("Person"), _("Amount in kip"), _("Why"),
        _("Small number"), _("Page"),
    ]  # fmt: skip
    rows = [
        (
            str(found.rule.title),
            " ".join(link.label for link in case.links),
            case.day.isoformat() if case.day else None,
            looked.people[case.person_id].name(language_now())
            if case.person_id in looked.people
            else None,
            case.amount_kip,
            case.why,
            _("Yes") if case.is_small else None,
            _address(case.links[0].endpoint, **case.links[0].key) if case.links else None,
        )
        for found in looked.findings
        for case in found.cases
    ]
    name = f"{centre.code}-anomalies-{period.first:%Y%m%d}-{period.last:%Y%m%d}.csv"
    return Response(
        spreadsheet.as_csv(heads, rows),
        mimetype=spreadsheet.CSV_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _address(endpoint: str, **key: object) -> str:
    return url_for(endpoint, _external=True, **key)  # type: ignore[arg-type]  # keys of the address
