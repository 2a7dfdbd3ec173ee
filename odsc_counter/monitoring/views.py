"""The web doors of this room: parse, call one operation or query, render."""

import csv
import io
from dataclasses import asdict

from flask import Response, make_response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _

from odsc_counter.accounts.access import national_door
from odsc_counter.monitoring import indicators, queries, register_views, wording
from odsc_counter.monitoring.blueprint import blueprint
from odsc_counter.monitoring.maps import province_map
from odsc_counter.platform import clock
from odsc_counter.platform.charts import Chart, line_chart
from odsc_counter.platform.periods import Period, UnclearPeriod, period_from, this_month

__all__ = ["blueprint", "register_views"]


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "lo"


@blueprint.get("/national")
@national_door("national.summary")
def national() -> Response:
    """The nation in a period: tiles, map, trend, league table, services."""
    today = clock.today()
    error = None
    try:
        period = period_from(request.args, today)
    except UnclearPeriod:
        period = this_month(today)
        error = _("Choose two days, the earlier one first, at most five years apart.")
    summary = queries.national_summary(period.first, period.last)
    indicator = indicators.chosen(request.args.get("show", ""))
    shades, legend = indicators.shades(summary.provinces, indicator)
    page = render_template(
        "monitoring/national_figures.html"
        if request.headers.get("X-Fragment")
        else "monitoring/national.html",
        summary=summary,
        period=period,
        period_error=error,
        address=_address(period, indicator.key),
        typed=(request.args.get("from", ""), request.args.get("to", "")),
        body=queries.body_on(today),
        league=queries.ranked(summary.provinces),
        map=province_map(),
        by_code={province.unit.code: province for province in summary.provinces},
        shades=shades,
        legend=legend,
        indicator=indicator,
        indicators=indicators.INDICATORS,
        chart=_trend(summary.days) if summary.days else None,
        waits=list(zip(wording.wait_classes(), summary.total.wait_classes, strict=True)),
        words=wording,
    )
    response = make_response(page, 422 if error else 200)
    response.add_etag()
    response.make_conditional(request)
    return response


def _trend(days: list[queries.DaySummary]) -> Chart:
    return line_chart(
        [
            [None if day.figures is None else day.figures.tickets for day in days],
            [None if day.figures is None else day.figures.no_shows for day in days],
        ]
    )


def _address(period: Period, show: str) -> dict[str, str]:
    return {**period.address, "show": show}


@blueprint.get("/national/summary.csv")
@national_door("national.summary")
def national_csv() -> Response:
    """The league table's figures, one line a province, unrounded."""
    try:
        period = period_from(request.args, clock.today())
    except UnclearPeriod:
        period = this_month(clock.today())
    summary = queries.national_summary(period.first, period.last)
    language = _language()
    text = io.StringIO()
    writer = csv.writer(text)
    names = list(asdict(summary.total))
    columns = ["from", "to", "code", "province", "standing", "centres", "centres_reporting"]
    writer.writerow([*columns, *names, "files_open_now", "files_overdue_now"])
    days = (summary.first, summary.last)
    for province in summary.provinces:
        place = (province.unit.code, province.unit.name(language), province.standing)
        told = province.standing in ("complete", "partial")
        figures = asdict(province.figures)
        files = (province.files_open, province.files_overdue) if province.centres else ("", "")
        writer.writerow(
            [*days, *place, province.centres, province.reporting]
            + [figures[name] if told else "" for name in names]
            + [*files]
        )
    counted = (summary.centres, summary.reporting, *asdict(summary.total).values())
    files = (summary.files_open, summary.files_overdue)
    writer.writerow([*days, "LA", "", "", *counted, *files])
    name = f"odsc-{summary.first:%Y%m%d}-{summary.last:%Y%m%d}.csv"
    return Response(
        "\ufeff" + text.getvalue(),  # spreadsheets take the mark as the sign of UTF-8
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
