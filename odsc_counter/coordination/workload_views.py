"""The doors of the workload: now, by office, by month, by hour of the day, and all as files."""

from collections.abc import Callable
from datetime import date, datetime

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from odsc_counter.accounts.access import area_door, signed_in
from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.coordination import queries, workload_queries, workload_tables
from odsc_counter.coordination.blueprint import blueprint
from odsc_counter.coordination.workload_tables import (
    FILES_PAGE,
    HALL_PAGE,
    TILLS_PAGE,
    Figure,
    Line,
    Table,
)
from odsc_counter.monitoring import wording
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.places.models import Unit
from odsc_counter.places.queries import provinces
from odsc_counter.places.wording import language
from odsc_counter.platform import clock, spreadsheet
from odsc_counter.platform.charts import bar_chart
from odsc_counter.platform.errors import NotFound

NATION, PROVINCE = 0, 1
OLDEST_YEAR = 2000
MOST_DIGITS = 9
TABLES = ("hall", "files", "offices", "months", "hours")


@blueprint.get("/a/<unit>/workload")
@area_door("area.workload")
def workload(unit: Unit) -> Response:
    """How the centres of an area stand now; renews its figures by itself."""
    found = queries.workload(unit, language())
    page = _page(
        "coordination/workload_figures.html"
        if request.headers.get("X-Fragment")
        else "coordination/workload.html",
        unit,
        workload=found,
        above=found.above,
        tables=workload_tables.now_tables(found, by_centre=unit.level >= PROVINCE),
        may_enter=signed_in().may_in_area("centre.enter", unit.code),
        words=wording,
    )
    response = make_response(page)
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/a/<unit>/workload/offices")
@area_door("area.workload")
def workload_offices(unit: Unit) -> ResponseReturnValue:
    """What lies with the ministries' offices; one of them centre by centre when it is chosen."""
    table, office = _offices(unit)
    return _page(
        "coordination/workload_offices.html",
        unit,
        table=table,
        chosen=office,
        address={"office": request.args["office"]} if office else {},
    )


@blueprint.get("/a/<unit>/workload/months")
@area_door("area.workload")
def workload_months(unit: Unit) -> ResponseReturnValue:
    """The centres' month beside the month before and the centres like each."""
    month = _month()
    return _page(
        "coordination/workload_months.html",
        unit,
        table=workload_tables.months_table(workload_queries.centres(unit, month)),
        least=workload_queries.LIKE_CENTRES,
        **_around(month),
    )


@blueprint.get("/a/<unit>/workload/hours")
@area_door("area.workload")
def workload_hours(unit: Unit) -> ResponseReturnValue:
    """People who came and counters that were open, by hour of the day."""
    month = _month()
    found = workload_queries.hours(unit, month)
    hours = found.hours
    return _page(
        "coordination/workload_hours.html",
        unit,
        table=workload_tables.hours_table(found),
        found=found,
        people=bar_chart([[one.arrivals for one in hours], [one.calls for one in hours]])
        if hours
        else None,
        counters=bar_chart([[round(one.counter_hours) for one in hours]]) if hours else None,
        labels=[f"{one.hour:02}" for one in hours],
        **_around(month),
    )


@blueprint.get("/a/<unit>/workload/<any(csv, xlsx):kind>/<table>")
@area_door("area.workload")
def workload_file(unit: Unit, kind: str, table: str) -> ResponseReturnValue:
    """One of the tables as a file for spreadsheets, with the figures of its page."""
    if table not in TABLES:
        raise NotFound
    made = _table(unit, table)
    if kind == "csv":
        body = spreadsheet.as_csv(made.file_columns, made.file_rows)
        mimetype = spreadsheet.CSV_TYPE
    else:
        body = spreadsheet.as_xlsx(made.title, made.file_columns, made.file_rows, made.file_formats)
        mimetype = spreadsheet.XLSX_TYPE
    name = f"{unit.code}-{table}-{clock.today():%Y%m%d}.{kind}"
    return Response(
        body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _table(unit: Unit, name: str) -> Table:
    if name == "offices":
        return _offices(unit)[0]
    if name == "months":
        return workload_tables.months_table(workload_queries.centres(unit, _month()))
    if name == "hours":
        return workload_tables.hours_table(workload_queries.hours(unit, _month()))
    found = queries.workload(unit, language())
    hall, files = workload_tables.now_tables(found, by_centre=unit.level >= PROVINCE)
    return hall if name == "hall" else files


def _offices(unit: Unit) -> tuple[Table, tuple[int, str] | None]:
    """The table that the address asks for, and the office that it chooses. Raises NotFound."""
    office = request.args.get("office", "")
    if not office:
        return workload_tables.offices_table(workload_queries.ministries(unit)), None
    ministry, _point, level = office.partition(".")
    if not (
        ministry.isascii()
        and ministry.isdecimal()
        and len(ministry) < MOST_DIGITS
        and level in LEVEL_NAMES
    ):
        raise NotFound
    chosen = (int(ministry), level)
    loads = workload_queries.offices(unit, chosen)
    parts = [one for one, _districts in provinces()] if unit.level == NATION else []
    return workload_tables.office_table(loads, parts), chosen


def _month() -> date:
    """The first day of the month that the address names; of this month when it names none."""
    this = first_of_month(clock.today())
    try:
        asked = datetime.strptime(request.args.get("month", ""), "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return this
    return min(asked, this) if asked.year > OLDEST_YEAR else this


def _around(month: date) -> dict[str, object]:
    """The month of a page, and those before and after it, as addresses name them."""
    before = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    after = first_of_next_month(month)
    return {
        "month": month,
        "address": {"month": f"{month:%Y-%m}"},
        "earlier": f"{before:%Y-%m}",
        "later": f"{after:%Y-%m}" if after <= clock.today() else None,
    }


def _page(template: str, unit: Unit, **values: object) -> str:
    person = signed_in()
    return render_template(
        template,
        unit=unit,
        may_see=lambda code: person.may_in_area("area.workload", code),
        link=_link(unit),
        by_centre=unit.level >= PROVINCE,
        **values,
    )


def _link(unit: Unit) -> Callable[[Line, Figure], str | None]:
    """Where one click on a figure leads: to the centre's own list for whoever may see it there,
    from a part of the area to the same page of that part, and else nowhere."""
    person = signed_in()
    endpoint = str(request.endpoint)

    def link(line: Line, figure: Figure) -> str | None:
        if not figure.behind or not figure.value(line.of):
            return None
        office = f"{line.office[0]}.{line.office[1]}" if line.office else None
        if line.centre is not None:
            page, permission = {
                HALL_PAGE: ("tickets.hall", "hall.view"),
                TILLS_PAGE: ("tills.index", "till.view"),
            }.get(figure.behind, ("applications.index", "application.view"))
            if not person.may_in_centre(permission, line.centre.id):
                return None
            code = line.centre.code
            if page != "applications.index":
                return url_for(page, centre=code)
            show = None if figure.behind == FILES_PAGE else figure.behind
            return url_for(page, centre=code, show=show, office=office)
        if line.unit is not None and line.unit.code != unit.code:
            return url_for(endpoint, unit=line.unit.code, office=office)
        if office is not None and line.unit is None:
            return url_for(endpoint, unit=unit.code, office=office)
        return None

    return link
