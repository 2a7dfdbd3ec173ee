"""The doors of flags: the list, one flag, and what the office that holds it does about it."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from odsc_counter.accounts import area_words
from odsc_counter.accounts.access import area_door, seat_door, signed_in
from odsc_counter.coordination import comment_form
from odsc_counter.coordination.comments import Subject
from odsc_counter.flags import on_figures, operations, queries, rule_views, tables, words
from odsc_counter.flags.blueprint import blueprint
from odsc_counter.flags.forms import AnswerForm, AssignForm, ReasonForm, SnoozeForm
from odsc_counter.flags.lifecycle import CLOSED, LIFECYCLE
from odsc_counter.flags.queries import DATA, STATES, Filters, FlagRow
from odsc_counter.flags.rules import RULES
from odsc_counter.places.models import Unit
from odsc_counter.places.wording import language
from odsc_counter.platform import clock, spreadsheet
from odsc_counter.platform.errors import DomainError, Forbidden, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once

__all__ = ["blueprint", "rule_views"]

VERBS = ("answer", "snooze", "assign", "escalate", "hand_back", "close")


@blueprint.get("/a/<unit>/flags")
@area_door("flag.view")
def index(unit: Unit) -> ResponseReturnValue:
    """The flags of an area: those that nobody answered in time first."""
    filters = _filters(unit)
    person = signed_in()
    return render_template(
        "flags/index.html",
        unit=unit,
        found=queries.listing(filters, request.args.get("page", 1, type=int)),
        counts=queries.counts(filters),
        filters=filters,
        asked=_asked(filters),
        words=words,
        rules=RULES,
        levels=words.LEVELS,
        may_set_up=person.may_at_seat("flag.set_up", unit.code),
    )


@blueprint.get("/a/<unit>/flags/<any(csv, xlsx):kind>")
@area_door("flag.view")
def file(unit: Unit, kind: str) -> ResponseReturnValue:
    """The same list as a file for spreadsheets."""
    rows = queries.for_file(_filters(unit))
    owners = queries.names(row.flag.owner_id for row in rows)
    columns, lines = tables.flags_table(rows, owners, language())
    if kind == "csv":
        body, mimetype = spreadsheet.as_csv(columns, lines), spreadsheet.CSV_TYPE
    else:
        body = spreadsheet.as_xlsx(_("Flags"), columns, lines)
        mimetype = spreadsheet.XLSX_TYPE
    name = f"{unit.code}-flags-{clock.today():%Y%m%d}.{kind}"
    return Response(
        body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@blueprint.get("/a/<unit>/flags/<uuid:flag>")
@area_door("flag.view")
def detail(unit: Unit, flag: uuid.UUID) -> ResponseReturnValue:
    """One flag: what was found, what was said, and for its holder what can be done."""
    return _detail_page(unit, queries.flag_row(flag), {})


@blueprint.post("/a/<unit>/flags/<uuid:flag>/answer")
@seat_door("flag.act")
@once
def answer(unit: Unit, flag: uuid.UUID) -> ResponseReturnValue:
    """Answer for the situation."""
    form = AnswerForm(request.form, prefix="answer-")
    return _do(
        unit,
        flag,
        "answer",
        form,
        lambda version: operations.answer(
            unit, flag, version, form.text.data or "", form.promised_on.data
        ),
        _("Your answer is kept."),
    )


@blueprint.post("/a/<unit>/flags/<uuid:flag>/snooze")
@seat_door("flag.act")
@once
def snooze(unit: Unit, flag: uuid.UUID) -> ResponseReturnValue:
    """Put the flag aside until a day."""
    form = SnoozeForm(request.form, prefix="snooze-")
    return _do(
        unit,
        flag,
        "snooze",
        form,
        lambda version: operations.snooze(
            unit, flag, version, form.reason.data or "", form.until.data or clock.today()
        ),
        _("The flag is put aside. It comes back by itself."),
    )


@blueprint.post("/a/<unit>/flags/<uuid:flag>/assign")
@seat_door("flag.act")
@once
def assign(unit: Unit, flag: uuid.UUID) -> ResponseReturnValue:
    """Give the flag to a person of the office."""
    form = AssignForm(request.form, prefix="assign-", people=_people(unit))
    return _do(
        unit,
        flag,
        "assign",
        form,
        lambda version: operations.assign(unit, flag, version, form.chosen),
        _("It is written down who takes care."),
    )


@blueprint.post("/a/<unit>/flags/<uuid:flag>/escalate")
@seat_door("flag.act")
@once
def escalate(unit: Unit, flag: uuid.UUID) -> ResponseReturnValue:
    """Pass the flag up to the next level."""
    form = ReasonForm(request.form, prefix="escalate-")
    return _do(
        unit,
        flag,
        "escalate",
        form,
        lambda version: operations.escalate(unit, flag, version, form.reason.data or ""),
        _("The flag lies with the next level now. You still see it."),
    )


@blueprint.post("/a/<unit>/flags/<uuid:flag>/hand-back")
@seat_door("flag.act")
@once
def hand_back(unit: Unit, flag: uuid.UUID) -> ResponseReturnValue:
    """Hand the flag back to the level below."""
    form = ReasonForm(request.form, prefix="hand_back-")
    return _do(
        unit,
        flag,
        "hand_back",
        form,
        lambda version: operations.hand_back(unit, flag, version, form.reason.data or ""),
        _("The flag lies with the level below now."),
    )


@blueprint.post("/a/<unit>/flags/<uuid:flag>/close")
@seat_door("flag.act")
@once
def close(unit: Unit, flag: uuid.UUID) -> ResponseReturnValue:
    """Close the flag with a reason."""
    form = ReasonForm(request.form, prefix="close-")
    return _do(
        unit,
        flag,
        "close",
        form,
        lambda version: operations.close(unit, flag, version, form.reason.data or ""),
        _("The flag is closed."),
    )


@blueprint.post("/a/<unit>/flags/<uuid:flag>/comments")
@area_door("flag.view")
@once
def comment(unit: Unit, flag: uuid.UUID) -> ResponseReturnValue:
    """Say something about the flag to those who see it."""
    row = queries.flag_row(flag)
    refused = comment_form.taken(_subject(row))
    if refused is not None:
        return _detail_page(unit, row, {}, 422, refused)
    return redirect(url_for(".detail", unit=unit.code, flag=flag, _anchor="comments"), 303)


def _subject(row: FlagRow) -> Subject:
    address = f"/a/{row.place.code}/flags/{row.flag.id}"
    return Subject("flag", row.flag.id, row.place, words.titles(row), address)


def _do(
    unit: Unit,
    flag: uuid.UUID,
    verb: str,
    form: Form,
    act: Callable[[int], object],
    said: str,
) -> ResponseReturnValue:
    """Carry out a verb; on refusal the page again, with what was typed and why."""
    row = queries.flag_row(flag)
    if not form.validate():
        return _detail_page(unit, row, {verb: form}, 422)
    try:
        act(request.form.get("version", 0, type=int))
    except (NotFound, Forbidden):
        raise
    except InvalidInput as error:
        for name, message in error.fields.items():
            form[name].errors = [message]
        return _detail_page(unit, queries.flag_row(flag), {verb: form}, 422)
    except DomainError as error:
        flash(str(error), "danger")
        return _detail_page(unit, queries.flag_row(flag), {verb: form}, error.status)
    flash(said, "success")
    return redirect(url_for(".detail", unit=unit.code, flag=flag), 303)


def _detail_page(
    unit: Unit,
    row: FlagRow,
    typed: dict[str, Form],
    status: int = 200,
    comment: comment_form.CommentForm | None = None,
) -> tuple[str, int]:
    person, flag = signed_in(), row.flag
    is_holder = flag.holder_id == unit.id
    may_act = is_holder and person.may_at_seat("flag.act", unit.code) and flag.state != CLOSED
    events = queries.history(flag)
    rule = RULES.get(flag.rule)
    page = render_template(
        "flags/detail.html",
        unit=unit,
        row=row,
        flag=flag,
        rule=rule,
        words=words,
        events=events,
        doings=area_words,
        owner=queries.names([flag.owner_id]).get(flag.owner_id or 0),
        is_holder=is_holder,
        figures_url=on_figures.figures_of(flag, row.place),
        may_see_workload=person.may_in_area("area.workload", unit.code),
        forms=_forms(unit, row, typed) if may_act else {},
        open_verb=next(iter(typed), None),
        comments=comment_form.panel(_subject(row), comment),
    )
    return page, status


def _forms(unit: Unit, row: FlagRow, typed: dict[str, Form]) -> dict[str, Form]:
    """A form for each verb that can be done now, with what was typed before."""
    flag = row.flag
    made: dict[str, Any] = {
        "answer": lambda: AnswerForm(prefix="answer-"),
        "snooze": lambda: SnoozeForm(prefix="snooze-"),
        "assign": lambda: AssignForm(
            prefix="assign-", people=_people(unit), owner=str(flag.owner_id or "")
        ),
        "escalate": lambda: ReasonForm(prefix="escalate-"),
        "hand_back": lambda: ReasonForm(prefix="hand_back-"),
        "close": lambda: ReasonForm(prefix="close-"),
    }
    able = [verb for verb in VERBS if LIFECYCLE.allows(verb, flag.state)]
    if unit.parent_id is None:
        able.remove("escalate")
    if flag.holder_id == flag.place_id:
        able.remove("hand_back")
    return {verb: typed.get(verb) or made[verb]() for verb in able}


def _people(unit: Unit) -> list[tuple[int, str]]:
    return [(one.id, one.name(language())) for one in queries.people_of(unit)]


def _filters(unit: Unit) -> Filters:
    show = request.args.get("show", "live")
    rule = request.args.get("rule", "")
    level = request.args.get("level", type=int)
    return Filters(
        show if show in STATES else "live",
        rule if rule in RULES or rule == DATA else "",
        level if level in words.LEVELS else None,
        unit.id if request.args.get("mine") == "1" else None,
    )


def _asked(filters: Filters) -> dict[str, object]:
    """The filters as addresses name them."""
    asked: dict[str, object] = {"show": filters.show}
    if filters.rule:
        asked["rule"] = filters.rule
    if filters.level is not None:
        asked["level"] = filters.level
    if filters.mine is not None:
        asked["mine"] = 1
    return asked
