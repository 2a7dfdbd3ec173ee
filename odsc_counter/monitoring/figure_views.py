"""The doors of an area's figures: the page, its files and drawings, and what they mean."""

import base64
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import area_door, signed_in
from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.monitoring import asked, figure_lists, figure_tables, queries, wording
from odsc_counter.monitoring.answers import Answer, Ground, Part, answer, ground
from odsc_counter.monitoring.asked import Asked
from odsc_counter.monitoring.blueprint import blueprint
from odsc_counter.monitoring.figure_tables import File
from odsc_counter.monitoring.indicators import INDICATORS, THEMES
from odsc_counter.monitoring.maps import Map, district_map, province_map
from odsc_counter.monitoring.remarks import remarks_on
from odsc_counter.monitoring.shading import shades
from odsc_counter.places.models import Unit
from odsc_counter.places.queries import unit_by_code, units_with_centres
from odsc_counter.places.wording import language, place
from odsc_counter.platform import clock, spreadsheet
from odsc_counter.platform.charts import line_chart
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import reference_scope

NATION, PROVINCE = 0, 1
BOUNDARIES = (
    "National Geographic Department of Lao PDR, OCHA ROAP; geoBoundaries (Runfola et al. 2020),",
    "CC BY 3.0 IGO, simplified.",
)
"""Whose boundaries a map shows: names, the same in both languages."""
TABLES = ("indicators", "parts", "course", "waits", "services", "offices")
DAYS_TYPED = ("from", "to", "against_from", "against_to")
FIRST_SHOWN = (
    "tickets", "wait_average", "service_level", "no_show_rate", "applications", "on_time_rate",
    "first_visit_rate", "revenue",
)  # fmt: skip
"""The tiles at the head of the page, as far as they can be told of what is asked for."""


@blueprint.get("/a/<unit>/figures")
@area_door("area.figures")
def figures(unit: Unit) -> ResponseReturnValue:
    """An area in a period: what stands out, the map, the course, its parts, all indicators."""
    seen = _seen(unit)
    page = render_template(
        "monitoring/figures_told.html"
        if request.headers.get("X-Fragment")
        else "monitoring/figures.html",
        **seen,
    )
    response = make_response(page, 422 if seen["asked"].is_unclear else 200)
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/a/<unit>/figures/indicators")
@area_door("area.figures")
def figure_definitions(unit: Unit) -> ResponseReturnValue:
    """What every indicator counts, over what, and what it leaves out."""
    return render_template(
        "monitoring/indicators.html",
        unit=unit,
        themes=[
            (words, [one for one in INDICATORS if one.theme == key])
            for key, words in THEMES.items()
        ],
        unit_of=figure_tables.unit_of,
    )


@blueprint.get("/a/<unit>/figures/<any(csv, xlsx):kind>/<table>")
@area_door("area.figures")
def figures_file(unit: Unit, kind: str, table: str) -> ResponseReturnValue:
    """One of the tables as a file for spreadsheets, unrounded."""
    if table not in TABLES:
        raise NotFound
    wanted = _asked()
    if wanted.is_unclear:
        raise wording.unclear_days()
    area = ground(unit)
    told = answer(area, wanted.period.first, wanted.period.last, wanted.narrowed)
    made = _table(unit, table, told, area, wanted)
    name = f"{unit.code}-{table}-{told.first:%Y%m%d}-{told.last:%Y%m%d}.{kind}"
    return Response(
        _as_file(kind, made),
        mimetype=spreadsheet.CSV_TYPE if kind == "csv" else spreadsheet.XLSX_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.get("/a/<unit>/figures/<any(map, course):drawing>.svg")
@area_door("area.figures")
def figures_drawing(unit: Unit, drawing: str = "course") -> ResponseReturnValue:
    """The map or the course as a drawing that stands by itself, with its letters within it."""
    seen = _seen(unit)
    if drawing == "map" and seen["map"] is None:
        raise NotFound
    body = render_template(
        "monitoring/drawing.svg",
        drawing=drawing,
        faces=_faces(),
        absent=_("No figures received"),
        no_centre=_("No centre yet"),
        few=_("* Fewer than 30 cases"),
        boundary_words=BOUNDARIES,
        **seen,
    )
    name = f"{unit.code}-{drawing}-{seen['told'].first:%Y%m%d}-{seen['told'].last:%Y%m%d}.svg"
    return Response(
        body,
        mimetype="image/svg+xml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _table(unit: Unit, table: str, told: Answer, area: Ground, wanted: Asked) -> File:
    if table == "indicators":
        return figure_tables.indicators_file(told, _other(area, wanted), wanted.indicators)
    if table == "parts":
        return figure_tables.parts_file(told, wanted.indicators, language())
    if table == "waits":
        return figure_lists.waits_file(told)
    of = (unit, told.first, told.last, wanted.narrowed.ministry_id)
    if table == "services":
        return figure_lists.services_file(told, queries.top_services(*of), language())
    if table == "offices":
        return figure_lists.offices_file(told, queries.offices(*of), language())
    return figure_tables.steps_file(told, wanted.indicators)


def _asked() -> Asked:
    wanted = asked.asked_by(request.args, clock.today())
    only = wanted.narrowed
    service, ministry = only.service_id, only.ministry_id
    # Where another ministry was chosen than the one that the service belongs to, it is meant.
    if service and ministry and not asked.belongs(service, ministry, wanted.period.last):
        return replace(wanted, narrowed=replace(only, service_id=None))
    return wanted


def _answer(area: Unit | Ground, wanted: Asked) -> Answer:
    return answer(
        area,
        wanted.period.first,
        wanted.period.last,
        wanted.narrowed,
        course_of=wanted.indicator.figures,
    )


def _other(area: Ground, wanted: Asked) -> Answer | None:
    """What the area is held against: another unit in the same period, or other days."""
    if wanted.beside:
        if not signed_in().may_in_area("area.figures", wanted.beside):
            raise NotFound
        with reference_scope():
            beside = unit_by_code(wanted.beside)
        return _answer(beside, wanted)
    if wanted.other is None:
        return None
    return answer(area, *wanted.other, wanted.narrowed, course_of=wanted.indicator.figures)


def _seen(unit: Unit) -> dict[str, Any]:
    """All that the page and its drawings show."""
    wanted = _asked()
    area = ground(unit)
    told, other = _answer(area, wanted), _other(area, wanted)
    indicator = wanted.indicator
    colours, legend = shades(told.parts, indicator)
    rows = figure_tables.rows(told, other, wanted.indicators)
    by_code = {row.indicator.code: row for row in rows}
    course = _course(wanted, told, other)
    ministries, services = asked.choices(told.last, wanted.narrowed.ministry_id)
    return {
        "unit": unit,
        "asked": wanted,
        "told": told,
        "other": other,
        "rows": rows,
        "row": by_code[indicator.code],
        "tiles": [by_code[code] for code in FIRST_SHOWN if code in by_code],
        "themes": [
            (words, [row for row in rows if row.indicator.theme == key])
            for key, words in THEMES.items()
        ],
        "indicator": indicator,
        "remarks": remarks_on(unit),
        "message": _message(unit, by_code[indicator.code]),
        "map": _map(unit),
        "shades": colours,
        "legend": legend,
        "by_code": {part.code: part for part in told.parts if part.centre is None},
        "places": figure_tables.ranked(told.parts, indicator),
        "chart": course,
        "waits": figure_lists.waits(told),
        "above": _above(unit),
        "asked_for": queries.top_services(
            unit, told.first, told.last, wanted.narrowed.ministry_id
        ),
        "offices": queries.offices(unit, told.first, told.last, wanted.narrowed.ministry_id),
        "levels": LEVEL_NAMES,
        "body": queries.body_on(clock.today()) if unit.level == NATION else None,
        "indicator_choices": [(one.code, one.label) for one in wanted.indicators],
        "ministries": [(one.id, one.name(language())) for one in ministries],
        "services": [(one.id, one.name(language())) for one in services],
        "beside_choices": _beside_choices(unit, wanted.beside),
        "typed": {name: request.args.get(name, "") for name in DAYS_TYPED},
        "say": figure_tables.say,
        "axis": figure_tables.axis,
        "standing": figure_tables.standing_words,
        "words": wording,
        "reports_of": _reports_of,
        "may_see": lambda code: signed_in().may_in_area("area.figures", code),
    }  # fmt: skip


def _beside_choices(unit: Unit, chosen: str) -> list[tuple[str, str]]:
    """The units that the person may see and hold this one against, by code and name."""
    person = signed_in()
    with reference_scope():
        units = units_with_centres()
        if chosen and chosen not in {one.code for one in units}:
            units.append(unit_by_code(chosen))
        return [
            (one.code, place(one))
            for one in units
            if one.code != unit.code and person.may_in_area("area.figures", one.code)
        ]


def _reports_of(part: Part) -> str | None:
    """The reports of a single centre's hall, for whoever may see them there."""
    if part.centre is None or not signed_in().may_in_centre("hall.view", part.centre.id):
        return None
    return url_for("tickets.hall_reports", centre=part.centre.code)


def _above(unit: Unit) -> list[Unit]:
    found: list[Unit] = []
    while unit.parent is not None:
        unit = unit.parent
        found.insert(0, unit)
        if unit.level == NATION:
            break
    return found


def _message(unit: Unit, row: figure_tables.Row) -> str:
    """What the chosen figure says, as the heading of the page's drawings."""
    here, name = place(unit), str(row.indicator.label)
    value = figure_tables.say(row.indicator, row.now)
    if row.now is None:
        return str(_("%(indicator)s, %(place)s: no figures", indicator=name, place=here))
    if not row.change:
        return str(
            _("%(indicator)s, %(place)s: %(value)s", indicator=name, place=here, value=value)
        )
    return str(
        _(
            "%(indicator)s, %(place)s: %(value)s (%(change)s)",
            indicator=name,
            place=here,
            value=value,
            change=row.change,
        )
    )


def _map(unit: Unit) -> Map | None:
    if unit.level == NATION:
        return province_map()
    drawn = district_map(unit.code) if unit.level == PROVINCE else None
    return drawn if drawn and drawn.shapes else None


def _course(wanted: Asked, told: Answer, other: Answer | None) -> Any:
    """The course of the indicator, and of what it is held against where that has as many steps."""
    if not told.steps or wanted.indicator.is_of_now or wanted.indicator.theme == "centres":
        return None
    lines = [figure_tables.scaled(wanted.indicator, told.steps)]
    if other is not None and other.steps and other.by_day == told.by_day:
        against = figure_tables.scaled(wanted.indicator, other.steps)[: len(told.steps)]
        lines.append(against + [None] * (len(told.steps) - len(against)))
    whole = figure_tables.SCALES["share"] if wanted.indicator.unit == "share" else None
    return line_chart(lines, whole)


def _as_file(kind: str, made: File) -> bytes:
    if kind == "csv":
        return spreadsheet.as_csv(made.columns, made.rows)
    return spreadsheet.as_xlsx(made.title, made.columns, made.rows, made.formats)


@cache
def _faces() -> dict[str, str]:
    """The web's own letters, to be put into a drawing: no viewer needs to have them."""
    folder = Path(str(current_app.static_folder)) / "vendor" / "fonts" / "web"
    return {
        script: base64.b64encode(
            (folder / f"noto-sans-lao-{script}-400.woff2").read_bytes()
        ).decode()
        for script in ("lao", "latin")
    }
