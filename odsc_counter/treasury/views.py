"""The doors of a day's end: what is to close, the day itself, its Z-report, its corrections."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import queries as accounts
from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.accounts.models import User
from odsc_counter.accounts.signing_in import approver, second_person
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.ledger.accounts import BANK, FUND, QR, SAFE
from odsc_counter.ledger.queries import balance
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.work import reading
from odsc_counter.tills import queries as tills
from odsc_counter.treasury import (
    ageing,
    anchor_views,
    book_views,
    booking,
    closing,
    days,
    deposit_views,
    words,
    z_paper,
)
from odsc_counter.treasury.blueprint import blueprint
from odsc_counter.treasury.figures import figures
from odsc_counter.treasury.forms import CorrectionForm

__all__ = ["anchor_views", "blueprint", "book_views", "deposit_views"]

PRINT_LASTS = timedelta(minutes=10)
"""How long a recorded print can be fetched: later it is a new copy with a new number."""


@blueprint.get("/c/<centre>/treasury")
@centre_door("treasury.view")
def overview(centre: Centre) -> ResponseReturnValue:
    """Days to close, what the safe holds, what is not deposited yet, the last closes."""
    today = today_of(centre)
    with reading() as session:
        held = {account: balance(session, account) for account in (SAFE, BANK, QR, FUND)}
    open_days = days.open_days(today)
    person = signed_in()
    return render_template(
        "treasury/overview.html",
        today=today,
        held=held,
        open_days=open_days,
        closes=[(close, json.loads(close.body)) for close in days.closes()],
        ageing=ageing.outstanding(today),
        buckets=ageing.BUCKETS,
        people=_cashiers(row for day in open_days for row in day.tills),
        may_see_books=person.may_in_centre("books.view", centre.id),
        may_fund=person.may_in_centre("fund.change", centre.id),
    )


@blueprint.get("/c/<centre>/treasury/days/<day>")
@centre_door("treasury.view")
def day_page(centre: Centre, day: str) -> ResponseReturnValue:
    """One day: its figures, its tills, whether it is closed, and what was corrected later."""
    return _day_page(centre, _day(day))


@blueprint.post("/c/<centre>/treasury/days/<day>/close")
@centre_door("day.close")
@once
def close(centre: Centre, day: str) -> ResponseReturnValue:
    """Close a day for good."""
    asked = _day(day)
    try:
        made = closing.close_day(centre, asked, signed_in().user)
    except DomainError as error:
        flash(str(error), "danger")
        return _day_page(centre, asked, error.status)
    flash(_("The day is closed. Z-report no. %(number)s.", number=made.z_number), "success")
    return redirect(url_for(".day_page", day=day), 303)


@blueprint.post("/c/<centre>/treasury/days/<day>/print")
@centre_door("treasury.view")
@once
def print_report(centre: Centre, day: str) -> ResponseReturnValue:
    """Record a print of the Z-report, then show it: the first is the original."""
    language = request.form.get("language", "both")
    language = language if language in ("lo", "en") else "both"
    copy = closing.print_report(_day(day), language)
    return redirect(url_for(".report", day=day, copy=copy), 303)


@blueprint.get("/c/<centre>/treasury/days/<day>/z.pdf")
@centre_door("treasury.view")
def report(centre: Centre, day: str) -> ResponseReturnValue:
    """The Z-report of a recorded print; without a number: marked as a copy, for reading."""
    found = days.close_of(_day(day))
    if found is None:
        raise NotFound
    copy = request.args.get("copy", type=int)
    language = request.args.get("language", "both")
    if copy is not None:
        prints = [event for event in closing.prints_of(found) if event.data["copy"] == copy]
        if not prints or clock.now() - prints[0].at > PRINT_LASTS:
            raise NotFound
        language = prints[0].data["language"]
    content = z_paper.report_pdf(found, language, copy=copy)
    return inline_pdf(content, f"Z-{centre.code}-{found.z_number:06}")


@blueprint.post("/c/<centre>/treasury/days/<day>/correct")
@centre_door("books.correct")
@second_person("books.approve")
@once
def correct(centre: Centre, day: str) -> ResponseReturnValue:
    """Set a closed day right with a second person's word, given on this same page."""
    asked = _day(day)
    form = CorrectionForm(request.form, accounts=words.account_names())
    if form.validate():
        try:
            booking.correct(centre, asked, form.move, form.reason.data or "", approver())
        except NotFound:
            raise
        except DomainError as error:
            form.form_errors.append(str(error))
        else:
            flash(_("The correction is booked."), "success")
            return redirect(url_for(".day_page", day=day), 303)
    return _day_page(centre, asked, 422, form)


def _day_page(
    centre: Centre, day: date, status: int = 200, form: CorrectionForm | None = None
) -> tuple[str, int]:
    today = today_of(centre)
    found = days.close_of(day)
    open_day = next((row for row in days.open_days(today) if row.day == day), None)
    if found is not None:
        body: dict[str, Any] = json.loads(found.body)
        counted, people = body["figures"], body["people"]
    else:
        body = {}
        with reading() as session:
            counted = figures(session, day)
        people = {
            str(key): {"en": user.name_en, "lo": user.name_lo}
            for key, user in _cashiers(tills.tills_of(day)).items()
        }
    names = words.account_names()
    corrections = booking.corrections_of(day)
    person = signed_in()
    page = render_template(
        "treasury/day.html",
        day=day,
        close=found,
        body=body,
        figures=counted,
        people=people,
        tills=tills.tills_of(day),
        open_day=open_day,
        cashiers=_cashiers(open_day.tills if open_day else []),
        corrections=corrections,
        correctors=accounts.names(
            key for _p, _e, row in corrections for key in (row.posted_by_id, row.approved_by_id)
        ),
        names=names,
        form=form or CorrectionForm(accounts=names),
        prints=len(closing.prints_of(found)) if found else 0,
        may_close=person.may_in_centre("day.close", centre.id),
        may_correct=found is not None and person.may_in_centre("books.correct", centre.id),
    )
    return page, status


def today_of(centre: Centre) -> date:
    """The centre's own day at this moment."""
    return clock.business_day(clock.now(), centre.day_starts_minute)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error


def _cashiers(rows: Iterable[Any]) -> dict[int, User]:
    return accounts.names({row.cashier_id for row in rows})
