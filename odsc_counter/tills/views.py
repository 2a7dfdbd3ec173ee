"""The doors of tills: the cashier's own, and all of a day for who signs them off."""

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import queries as accounts
from odsc_counter.accounts import words as doings
from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.accounts.signing_in import approver, second_person
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.tickets import counter_queries as hall
from odsc_counter.tills import operations, panels, queries
from odsc_counter.tills.blueprint import blueprint
from odsc_counter.tills.denominations import NOTES
from odsc_counter.tills.forms import (
    ConfirmForm,
    CountForm,
    FloatForm,
    MovementForm,
    SignOffForm,
)
from odsc_counter.tills.lifecycle import CLOSED, COUNTED, OPEN
from odsc_counter.tills.models import TillSession

__all__ = ["blueprint"]


@blueprint.get("/c/<centre>/till")
@centre_door("till.use")
def till(centre: Centre) -> ResponseReturnValue:
    """The cashier's till: open it, see its receipts, move cash, count, have it signed off."""
    return _own_page(centre)


@blueprint.post("/c/<centre>/till")
@centre_door("till.use")
@once
def open_till(centre: Centre) -> ResponseReturnValue:
    """Open the till with the counted float, at the counter where the cashier sits."""
    form = FloatForm(request.form)
    if not form.validate():
        return _own_page(centre, 422, float_form=form)
    seat = hall.counter_of_clerk(signed_in().user.id)
    operations.open_till(
        centre, signed_in().user, form.float_kip.kip, counter_id=seat.id if seat else None
    )
    flash(_("Your till is open."), "success")
    return redirect(url_for(".till"), 303)


@blueprint.post("/c/<centre>/tills/<uuid:till>/move")
@centre_door("till.use")
@once
def move(centre: Centre, till: uuid.UUID) -> ResponseReturnValue:
    """Cash between the drawer and the safe."""
    form = MovementForm(request.form)
    if form.validate():
        try:
            operations.move_cash(till, form.signed_kip, form.reason.data or "")
        except NotFound:
            raise
        except DomainError as error:
            form.form_errors.append(str(error))
        else:
            flash(_("The movement is recorded."), "success")
            return redirect(url_for(".till"), 303)
    queries.till(till)
    return _own_page(centre, 422, movement_form=form)


@blueprint.post("/c/<centre>/tills/<uuid:till>/count")
@centre_door("till.use")
@once
def count(centre: Centre, till: uuid.UUID) -> ResponseReturnValue:
    """Count the drawer note by note; only then say what should be there."""
    form = CountForm(request.form)
    if not form.validate():
        queries.till(till)
        return _own_page(centre, 422, count_form=form)
    operations.count_till(till, form.notes)
    return redirect(url_for(".till"), 303)


@blueprint.post("/c/<centre>/tills/<uuid:till>/sign-off")
@centre_door("till.use")
@second_person("till.sign_off")
@once
def sign_off(centre: Centre, till: uuid.UUID) -> ResponseReturnValue:
    """A second person confirms the count on the cashier's page, with their own sign-in."""
    found = queries.till(till)
    if found.state == CLOSED:  # the same click again, its code is used up
        return redirect(url_for(".till"), 303)
    form = SignOffForm(request.form)
    if form.validate():
        try:
            operations.sign_off(till, approver(), form.reason.data or "")
        except NotFound:
            raise
        except DomainError as error:
            form.form_errors.append(str(error))
        else:
            flash(_("Your till is closed."), "success")
            return redirect(url_for(".till"), 303)
    return _own_page(centre, 422, sign_off_form=form)


@blueprint.post("/c/<centre>/tills/<uuid:till>/take-over")
@centre_door("till.use")
@once
def take_over(centre: Centre, till: uuid.UUID) -> ResponseReturnValue:
    """Go on with the money of a drawer that its cashier has handed over."""
    seat = hall.counter_of_clerk(signed_in().user.id)
    operations.take_over(centre, till, signed_in().user, counter_id=seat.id if seat else None)
    flash(_("Your till is open."), "success")
    return redirect(url_for(".till"), 303)


@blueprint.get("/c/<centre>/tills")
@centre_door("till.view")
def index(centre: Centre) -> ResponseReturnValue:
    """All tills of a day, and those of earlier days that nobody has finished."""
    day = _day(request.args.get("day", "")) or _today(centre)
    tills = queries.tills_of(day)
    unfinished = [row for row in queries.unfinished() if row.day != day]
    return render_template(
        "tills/index.html",
        day=day,
        tills=tills,
        unfinished=unfinished,
        people=_people([*tills, *unfinished]),
    )


@blueprint.get("/c/<centre>/tills/<uuid:till>")
@centre_door("till.view")
def detail(centre: Centre, till: uuid.UUID) -> ResponseReturnValue:
    """One till: its counts, cash moved, receipts and history."""
    return _detail_page(centre, till)


@blueprint.post("/c/<centre>/tills/<uuid:till>/count-for")
@centre_door("till.sign_off")
@once
def count_for(centre: Centre, till: uuid.UUID) -> ResponseReturnValue:
    """Count a drawer in its cashier's stead; another person then signs off."""
    form = CountForm(request.form)
    if not form.validate():
        return _detail_page(centre, till, 422, count_form=form)
    operations.count_till(till, form.notes, may_count_for_others=True)
    return redirect(url_for(".detail", till=till), 303)


@blueprint.post("/c/<centre>/tills/<uuid:till>/confirm")
@centre_door("till.sign_off")
@once
def confirm(centre: Centre, till: uuid.UUID) -> ResponseReturnValue:
    """The second person, signed in at their own desk, confirms a count."""
    form = ConfirmForm(request.form)
    if form.validate():
        try:
            operations.sign_off(till, signed_in().user, form.reason.data or "")
        except NotFound:
            raise
        except DomainError as error:
            form.form_errors.append(str(error))
        else:
            flash(_("The till is signed off."), "success")
            return redirect(url_for(".detail", till=till), 303)
    return _detail_page(centre, till, 422, confirm_form=form)


def _own_page(centre: Centre, status: int = 200, **forms: Any) -> tuple[str, int]:
    user = signed_in().user
    opened = queries.open_till(user.id)
    counted = None if opened else queries.last_counted_till(user.id)
    today = _today(centre)
    to_take_over = [] if opened else queries.to_take_over(today, user.id)
    page = render_template(
        "tills/till.html",
        till=opened,
        counted=counted,
        to_take_over=to_take_over,
        people=_people(to_take_over),
        movements=queries.movements(opened.id) if opened else [],
        panels=panels.drawn(opened) if opened else [],
        is_earlier=opened is not None and opened.day != today,
        notes=NOTES,
        COUNTED=COUNTED,
        **{**_fresh(), **forms},
    )
    return page, status


def _detail_page(
    centre: Centre, till_id: uuid.UUID, status: int = 200, **forms: Any
) -> tuple[str, int]:
    found = queries.till(till_id)
    person = signed_in()
    may_sign_off = person.may_in_centre("till.sign_off", centre.id)
    counts = queries.counts(found.id)
    page = render_template(
        "tills/detail.html",
        till=found,
        people=_people([found]) | accounts.names(row.counted_by_id for row in counts),
        counts=counts,
        movements=queries.movements(found.id),
        panels=panels.drawn(found),
        events=queries.events_of(found.id),
        doing=doings.doing,
        notes=NOTES,
        may_count=may_sign_off and found.state in (OPEN, COUNTED),
        may_sign_off=may_sign_off
        and found.state == COUNTED
        and person.user.id not in (found.cashier_id, counts[-1].counted_by_id),
        **{**_fresh(), **forms},
    )
    return page, status


def _fresh() -> dict[str, Any]:
    return {
        "float_form": FloatForm(),
        "movement_form": MovementForm(),
        "count_form": CountForm(),
        "sign_off_form": SignOffForm(),
        "confirm_form": ConfirmForm(),
    }


def _people(tills: list[TillSession]) -> dict[int, Any]:
    ids = {till.cashier_id for till in tills} | {
        till.signed_off_by_id for till in tills if till.signed_off_by_id
    }
    return accounts.names(ids)


def _today(centre: Centre) -> date:
    return clock.business_day(clock.now(), centre.day_starts_minute)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
