"""The doors of who came: one centre's, for its manager, and an area's."""

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import area_door, centre_door
from odsc_counter.monitoring import wording
from odsc_counter.monitoring.blueprint import blueprint
from odsc_counter.monitoring.group_answers import FEWEST, Told, area_told, centre_told
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.wording import language, place
from odsc_counter.platform import clock, spreadsheet
from odsc_counter.platform.periods import LAST_12_MONTHS, Period, UnclearPeriod, period_from
from odsc_counter.platform.spreadsheet import Cell
from odsc_counter.traits import words


@blueprint.get("/c/<centre>/who-came")
@centre_door("who_came.view")
def who_came(centre: Centre) -> ResponseReturnValue:
    """Who came to a centre, by months that are over."""
    period, is_unclear = _period()
    told = centre_told(period, clock.today())
    return _page(told, period, is_unclear, ".who_came", ".who_came_file", centre.name(language()))


@blueprint.get("/c/<centre>/who-came.csv")
@centre_door("who_came.view")
def who_came_file(centre: Centre) -> ResponseReturnValue:
    """The same as a file for spreadsheets."""
    return _file(centre.code, centre_told(_clear_period(), clock.today()))


@blueprint.get("/a/<unit>/who-came")
@area_door("area.figures")
def area_who_came(unit: Unit) -> ResponseReturnValue:
    """Who came to the centres of an area, small counts hidden."""
    period, is_unclear = _period()
    told = area_told(unit, period, clock.today())
    return _page(told, period, is_unclear, ".area_who_came", ".area_who_came_file", place(unit))


@blueprint.get("/a/<unit>/who-came.csv")
@area_door("area.figures")
def area_who_came_file(unit: Unit) -> ResponseReturnValue:
    """The same as a file for spreadsheets, with the same counts hidden."""
    return _file(unit.code, area_told(unit, _clear_period(), clock.today()))


def _period() -> tuple[Period, bool]:
    """What the address asks for, and whether its days are unclear."""
    today = clock.today()
    try:
        return period_from(request.args, today, _last_year_of_months), False
    except UnclearPeriod:
        return _last_year_of_months(today), True


def _clear_period() -> Period:
    """What a file is asked for. Raises InvalidInput where the days are unclear."""
    period, is_unclear = _period()
    if is_unclear:
        raise wording.unclear_days()
    return period


def _last_year_of_months(today: date) -> Period:
    return period_from({"period": LAST_12_MONTHS}, today)


def _page(
    told: Told, period: Period, is_unclear: bool, here: str, file: str, name: str
) -> ResponseReturnValue:
    page = render_template(
        "monitoring/who_came.html",
        told=told,
        period=period,
        is_unclear=is_unclear,
        here=here,
        file=file,
        name=name,
        fewest=FEWEST,
        traits=words.TRAITS,
        answer_words=_answer_words,
        percent=wording.percent,
        typed={name: request.args.get(name, "") for name in ("from", "to")},
    )
    return page, 422 if is_unclear else 200


def _answer_words(trait: str, answer: str) -> str:
    return str(words.ANSWERS[trait][answer] if answer else words.NOT_SAID)


def _file(code: str, told: Told) -> Response:
    first = "" if told.first is None else f"{told.first:%Y-%m}"
    last = "" if told.last is None else f"{told.last:%Y-%m}"
    rows: list[list[Cell]] = [
        [
            first,
            last,
            trait,
            str(words.TRAITS[trait]),
            group.answer or "not_said",
            _answer_words(trait, group.answer),
            group.people,
            group.share,
            _("Hidden") if group.people is None else "",
        ]
        for trait, groups in told.traits.items()
        for group in groups
    ]
    columns = [
        _("From"), _("To"), _("Code of the question"), _("Question"),
        _("Code of the answer"), _("Answer"), _("People"), _("Share"), _("Remark"),
    ]  # fmt: skip
    return Response(
        spreadsheet.as_csv(columns, rows),
        mimetype=spreadsheet.CSV_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{code}-who-came-{first}-{last}.csv"'
        },
    )
