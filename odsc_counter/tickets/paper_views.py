"""When the power or the kiosk fails: pre-printed numbers, and entering them afterwards."""

from collections.abc import Sequence
from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.catalogue.queries import offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.tickets import counter_queries, paper_numbers, queries
from odsc_counter.tickets.back_entry import OUTCOMES, enter_paper
from odsc_counter.tickets.blueprint import blueprint, granted_reasons
from odsc_counter.tickets.paper_form import Line, filled_lines, padded, read_entry
from odsc_counter.tickets.paper_numbers import MOST_SHEETS, PER_SHEET, Roll
from odsc_counter.tickets.paper_queries import clerks, entered
from odsc_counter.tickets.words import STATES

USUAL_LAST = 2 * PER_SHEET


@blueprint.get("/c/<centre>/hall/paper")
@centre_door("hall.set_up")
def paper_numbers_page(centre: Centre) -> ResponseReturnValue:
    """What to print before it is needed."""
    return render_template(
        "tickets/paper_numbers.html",
        groups=queries.service_groups(),
        per_sheet=PER_SHEET,
        usual_last=USUAL_LAST,
        largest=paper_numbers.LARGEST_NUMBER,
    )


@blueprint.get("/c/<centre>/hall/paper/numbers.pdf")
@centre_door("hall.set_up")
def paper_numbers_pdf(centre: Centre) -> ResponseReturnValue:
    """The sheets of a group's numbers."""
    letter = request.args.get("group")
    if letter is None:
        return redirect(url_for("tickets.paper_numbers_page"))
    group = next((one for one in queries.service_groups() if one.letter == letter), None)
    first = request.args.get("first", 0, type=int)
    last = request.args.get("last", 0, type=int)
    if group is None:
        raise NotFound
    roll = Roll(group, first, last)
    if not 1 <= first <= last <= paper_numbers.LARGEST_NUMBER or roll.sheets > MOST_SHEETS:
        flash(
            _(
                "Choose numbers from 1 to %(largest)s, at most %(sheets)s sheets.",
                largest=paper_numbers.LARGEST_NUMBER,
                sheets=MOST_SHEETS,
            ),
            "danger",
        )
        return redirect(url_for("tickets.paper_numbers_page"))
    return _pdf(paper_numbers.numbers_pdf(centre, roll), f"{centre.code}-{letter}")


@blueprint.get("/c/<centre>/hall/paper/log.pdf")
@centre_door("ticket.enter_paper")
def paper_log_pdf(centre: Centre) -> ResponseReturnValue:
    """The sheet on which times are written down by hand."""
    return _pdf(paper_numbers.log_pdf(centre), f"{centre.code}-log")


def _pdf(content: bytes, name: str) -> Response:
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


@blueprint.get("/c/<centre>/hall/paper/entry")
@centre_door("ticket.enter_paper")
def paper_entry(centre: Centre) -> ResponseReturnValue:
    """The form for numbers that were given on paper."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = queries.today()
    return _form(centre, min(day, queries.today()), [])


def _form(centre: Centre, day: date, lines: Sequence[Line]) -> str:
    people = clerks(centre.id)
    me = signed_in().user.id
    return render_template(
        "tickets/paper_entry.html",
        day=day,
        today=queries.today(),
        lines=padded(lines),
        services=offered_services(day),
        reasons=granted_reasons(),
        outcomes={outcome: STATES[outcome] for outcome in OUTCOMES},
        counters=[row.counter for row in counter_queries.counters()],
        clerks=people,
        me=me if me in [person.id for person in people] else None,
        entered=entered(day),
        states=STATES,
    )


@blueprint.post("/c/<centre>/hall/paper/entry")
@centre_door("ticket.enter_paper")
def enter_papers(centre: Centre) -> ResponseReturnValue:
    """Enter the lines, each for itself; those with a fault stay on the form.

    A second copy of the same request enters nothing: a number stands once on a day.
    """
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError as error:
        raise NotFound from error
    letters = {row.service.id: row.group.letter for row in offered_services(day)}
    lines = filled_lines(request.form)
    for line in lines:
        _enter(centre, day, line, letters)
    amiss = [line for line in lines if line.errors]
    done = len(lines) - len(amiss)
    if done or not lines:
        flash(
            ngettext("%(num)s number is entered.", "%(num)s numbers are entered.", done),
            "success" if done else "info",
        )
    if amiss:
        return Response(_form(centre, day, amiss), 422)
    return redirect(url_for("tickets.paper_entry", day=day.isoformat()), 303)


def _enter(centre: Centre, day: date, line: Line, letters: dict[int, str]) -> None:
    try:
        enter_paper(centre, read_entry(line, centre, day, letters))
    except InvalidInput as error:
        line.errors = error.fields or {"number": str(error)}
    except DomainError as error:
        line.errors = {"number": str(error)}
