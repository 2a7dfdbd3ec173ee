"""The figures of the hall for its manager: reports, their files, and what each figure means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door
from odsc_counter.places.models import Centre
from odsc_counter.platform import spreadsheet, wording
from odsc_counter.platform.charts import BarChart, Chart, bar_chart, line_chart
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.periods import Period, UnclearPeriod, last_30_days, period_from
from odsc_counter.tickets import measures, queries, report_tables, reports
from odsc_counter.tickets.blueprint import blueprint
from odsc_counter.tickets.report_tables import Table
from odsc_counter.tickets.reports import By, Report
from odsc_counter.tickets.tally import Tally

TABS = ("centre", "service", "counter", "staff", "hour", "day", "priority")


@blueprint.get("/c/<centre>/hall/reports")
@centre_door("hall.view")
def hall_reports(centre: Centre) -> ResponseReturnValue:
    """One report of a period: tiles, drawings and the table that says the same."""
    today = queries.today()
    error = None
    try:
        period = _period(request.args, today)
    except UnclearPeriod:
        period = last_30_days(today)
        error = _("Choose two days, the earlier one first, at most five years apart.")
    tab = request.args.get("report", "centre")
    if tab not in TABS:
        raise NotFound
    page = render_template(
        "tickets/reports.html",
        shown=_shown(centre, tab, period),
        tab=tab,
        tabs=TABS,
        titles=report_tables.TITLES,
        period=period,
        period_error=error,
        typed=(request.args.get("from", ""), request.args.get("to", "")),
        words=wording,
    )
    return make_response(page, 422 if error else 200)


@blueprint.get("/c/<centre>/hall/reports/<any(csv, xlsx):kind>/<table>")
@centre_door("hall.view")
def hall_report_file(centre: Centre, kind: str, table: str) -> ResponseReturnValue:
    """One table as a file for spreadsheets."""
    try:
        period = _period(request.args, queries.today())
    except UnclearPeriod as error:
        raise NotFound from error
    if table not in report_tables.NAMES:
        raise NotFound
    return _file(_table(centre, table, period), kind, f"{centre.code}-{table}", period)


@blueprint.get("/c/<centre>/hall/reports/definitions")
@centre_door("hall.view")
def hall_definitions(centre: Centre) -> ResponseReturnValue:
    """What each figure counts, of what, and what it leaves out."""
    return render_template(
        "tickets/definitions.html",
        chapters=measures.CHAPTERS,
        remarks=measures.REMARKS,
    )


def _period(address: Mapping[str, str], today: date) -> Period:
    return period_from(address, today, last_30_days)


@dataclass(frozen=True)
class Shown:
    """What the page shows of one report."""

    tables: tuple[Table, ...]
    total: Tally | None
    """Of the report by line; None for the counts of priority."""
    target_minutes: int
    days: int
    bars: tuple[BarChart, ...] = ()
    lines: Chart | None = None
    labels: tuple[str, ...] = ()
    """What stands under the places of the drawing."""


def _shown(centre: Centre, tab: str, period: Period) -> Shown:
    if tab == "priority":
        days = reports.reasons_by_day(period.first, period.last)
        return Shown((report_tables.priority(days),), None, 0, len(days))
    report = reports.report(centre, By(tab), period.first, period.last)
    bars: tuple[BarChart, ...] = ()
    lines = None
    labels: list[str] = []
    if report.by is By.CENTRE:
        tables = (report_tables.times(report.total), report_tables.summary(report))
        bars = (bar_chart([[*report.total.waiting.bands], [*report.total.serving.bands]]),)
        labels = ["0–5", "5–15", "15–30", "30–60", "60+"]
    else:
        tables = (report_tables.by_line(report, language_now()),)  # type: ignore[assignment]  # of another length
    if report.by is By.HOUR and report.lines:
        numbers: list[int | None] = [line.tally.tickets for line in report.lines]
        bars = (bar_chart([numbers]), bar_chart([_waits(report)]))
        labels = [f"{line.key:02}" for line in report.lines]
    if report.by is By.DAY and report.lines:
        lines = line_chart(
            [
                [line.tally.tickets for line in report.lines],
                [line.tally.no_shows + line.tally.walked_out for line in report.lines],
            ]
        )
        labels = [f"{line.key:%d/%m}" for line in report.lines]
    return Shown(
        tables, report.total, report.target_minutes, report.days, bars, lines, tuple(labels)
    )


def _waits(report: Report) -> list[int | None]:
    """The average wait of each line in whole minutes."""
    waits = (line.tally.waiting.average for line in report.lines)
    return [None if seconds is None else round(seconds / 60) for seconds in waits]


def _table(centre: Centre, name: str, period: Period) -> Table:
    if name == "priority":
        return report_tables.priority(reports.reasons_by_day(period.first, period.last))
    if name in ("summary", "times"):
        report = reports.report(centre, By.CENTRE, period.first, period.last)
        if name == "times":
            return report_tables.times(report.total)
        return report_tables.summary(report)
    report = reports.report(centre, By(name), period.first, period.last)
    return report_tables.by_line(report, language_now())


def _file(table: Table, kind: str, name: str, period: Period) -> Response:
    columns = [column.file_label for column in table.columns]
    rows = [
        [column.filed(value) for column, value in zip(table.columns, row, strict=True)]
        for row in table.with_total
    ]
    if kind == "csv":
        body, mimetype = spreadsheet.as_csv(columns, rows), spreadsheet.CSV_TYPE
    else:
        formats = [column.file_format for column in table.columns]
        body = spreadsheet.as_xlsx(table.title, columns, rows, formats)
        mimetype = spreadsheet.XLSX_TYPE
    filename = f"{name}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.{kind}"
    return Response(
        body,
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
