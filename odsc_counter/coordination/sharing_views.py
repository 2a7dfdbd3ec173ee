"""What is shared across centres: files of ministries, and the register of who may see what."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import words as doings
from odsc_counter.accounts.access import area_door, signed_in
from odsc_counter.applications import words
from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.coordination import sharing, sharing_queries
from odsc_counter.coordination.blueprint import blueprint
from odsc_counter.places.models import Unit
from odsc_counter.places.wording import language
from odsc_counter.platform import clock
from odsc_counter.platform.spreadsheet import CSV_TYPE, as_csv

BIGGEST_ID = 2**31 - 1


def _asked(unit: Unit) -> tuple[sharing.Seat, sharing_queries.Filters]:
    view = sharing.UNCOLLECTED if request.args.get("show") == "results" else sharing.FILE_PROGRESS
    is_progress = view is sharing.FILE_PROGRESS
    filters = sharing_queries.Filters(
        service_id=_number("service"),
        ministry_id=_number("ministry"),
        office=request.args.get("office", "") if is_progress else "",
        late=is_progress and request.args.get("late") == "1",
    )
    return sharing.seat(signed_in().grants, view, unit), filters


def _number(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return None if number is None else min(max(number, 0), BIGGEST_ID)


def _holder_names() -> dict[str, object]:
    return {"counter": words.HOLDERS["counter"], "citizen": words.HOLDERS["citizen"], **LEVEL_NAMES}


@blueprint.get("/a/<unit>/ministry-files")
@area_door("area.files", levels=(sharing.PROVINCE, sharing.DISTRICT))
def ministry_files(unit: Unit) -> ResponseReturnValue:
    """The own ministry's files in the centres of a unit; each look is written down."""
    seat, filters = _asked(unit)
    asked = {
        "show": "results" if seat.view is sharing.UNCOLLECTED else None,
        "service": filters.service_id,
        "ministry": filters.ministry_id,
        "office": filters.office or None,
        "late": "1" if filters.late else None,
    }
    shared = sharing_queries.shared_files(seat, filters, request.args.get("page", 1, type=int))
    lao = language() == "lo"
    return render_template(
        "coordination/ministry_files.html",
        seat=seat,
        unit=unit,
        filters=filters,
        asked={name: value for name, value in asked.items() if value is not None},
        shared=shared,
        ministry_choices=[
            (id_, shared.ministries[id_].name(language())) for id_ in sorted(shared.offered)
        ],
        service_choices=[
            (id_, name_lo if lao else name_en)
            for id_, (name_lo, name_en) in sorted(shared.services.items())
        ],
        is_progress=seat.view is sharing.FILE_PROGRESS,
        states=words.STATES,
        holders=_holder_names(),
    )


@blueprint.get("/a/<unit>/ministry-files.csv")
@area_door("area.files", levels=(sharing.PROVINCE, sharing.DISTRICT))
def ministry_files_csv(unit: Unit) -> ResponseReturnValue:
    """The same as a table for spreadsheets, of all pages."""
    seat, filters = _asked(unit)
    shared = sharing_queries.shared_files(seat, filters, None)
    names = _holder_names()
    lao = language() == "lo"
    heads = [_("Number"), _("Centre"), _("Service"), _("Ministry"), _("State")]
    if seat.view is sharing.FILE_PROGRESS:
        heads += [
            _("Lies with"), _("Step"), _("Working days there"), _("Taken on"), _("Due"),
            _("Working days late"),
        ]  # fmt: skip
    else:
        heads += [_("Waits since"), _("Days waiting")]
    rows = []
    for file in shared.files:
        row: list[str | int | None] = [
            file.label,
            file.centre.name(language()),
            file.service_lo if lao else file.service_en,
            shared.ministries[file.ministry_id].name(language()),
            str(words.STATES[file.state]),
        ]
        if seat.view is sharing.FILE_PROGRESS:
            row += [
                "; ".join(str(names[lies.level or lies.holder]) for lies in file.lies),
                "; ".join((lies.step_lo if lao else lies.step_en) or "–" for lies in file.lies),
                max((lies.working_days for lies in file.lies), default=None),
                file.taken_on.isoformat(),
                file.due_on.isoformat() if file.due_on else None,
                file.days_late,
            ]
        else:
            row += [file.waits_since.isoformat() if file.waits_since else None, file.days_late]
        rows.append(row)
    name = f"{seat.view.name}-{unit.code}-{clock.today().isoformat()}.csv"
    return Response(
        as_csv(heads, rows),
        mimetype=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.get("/a/<unit>/sharing")
@area_door("area.sharing")
def sharing_register(unit: Unit) -> ResponseReturnValue:
    """Who may see what of which centre, and how often they looked."""
    return render_template(
        "coordination/sharing.html",
        unit=unit,
        views=sharing.VIEWS,
        register=sharing.register(unit),
        columns=[{"label": view.title, "kind": "number"} for view in sharing.VIEWS],
        role_name=doings.role,
        levels={sharing.PROVINCE: _("Province"), sharing.DISTRICT: _("District")},
    )
