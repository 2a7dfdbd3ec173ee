"""The doors of files that are begun before the visit: the citizen's, and the clerk's list."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from odsc_counter.accounts import throttle
from odsc_counter.accounts.access import centre_door, public_centre_door
from odsc_counter.accounts.throttle import Attempt, Ladder, TooManyAttempts
from odsc_counter.applications import answers, pre_queries, pre_registration
from odsc_counter.applications.blueprint import blueprint, day_of
from odsc_counter.applications.forms import ReasonForm
from odsc_counter.applications.tracking import spaced
from odsc_counter.applications.words import CHANNELS
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.form_fields import fields_of
from odsc_counter.catalogue.queries import OfferedRow
from odsc_counter.catalogue.routing import papers_for
from odsc_counter.people.details import Details
from odsc_counter.places.models import Centre
from odsc_counter.places.queries import provinces
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.tickets import slots

PUBLISHED = "shows what the centre publishes: services, and the questions of their forms"
BEGINS = "a person begins their own file; what they say is shown to the centre's staff alone"
OWN_NUMBER = "the random number is known to its holder alone; no name and no answer is shown"
BEGINNING = Ladder(9, 300, 3600, timedelta(hours=1))
"""Ten files an hour from one address: a family's, or those whom a village head helps."""
LOOKING = Ladder(60, 30, 900, timedelta(hours=1))
JUST_BEGUN = "begun"
"""In the browser's session: the file that was begun in it, of which it may see the papers."""


class TooManyBegun(TooManyAttempts):
    """From this address so many files were begun that the next must wait."""

    slug = "too-many-begun"
    message = _l("Many applications were begun here. Wait %(time)s (minutes:seconds), or come by.")


def slowed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Count what an address begins; what was refused does not count.

    Stands outside `once`: the count is kept in a transaction of its own.
    """

    @wraps(view)
    def wrapper(**arguments: Any) -> Any:
        attempt = Attempt(f"begin-from:{current_actor().origin[:64]}", BEGINNING)
        try:
            throttle.reserve(attempt)
        except TooManyAttempts as error:
            raise TooManyBegun(error.seconds) from error
        try:
            return view(**arguments)
        except DomainError:
            throttle.succeeded(attempt)
            raise

    return wrapper


def shown_again(view: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal is told on the form itself, which keeps what was typed."""

    @wraps(view)
    def wrapper(centre: Centre, code: str) -> Any:
        try:
            answer: Response = view(centre=centre, code=code)
        except NotFound:
            raise
        except DomainError as error:
            return make_response(_form(centre, code, error), error.status)
        # Here and not in the view, which a repeated request does not reach.
        session[JUST_BEGUN] = answer.headers["Location"].rsplit("/", 1)[-1]
        return answer

    return wrapper


@blueprint.get("/c/<centre>/apply")
@public_centre_door(PUBLISHED)
def apply(centre: Centre) -> ResponseReturnValue:
    """For which services a file can be begun before the visit."""
    rows = [
        row for row in catalogue.offered_services(day_of(centre)) if fields_of(row.version.form)
    ]
    return render_template("applications/apply_services.html", rows=rows)


@blueprint.get("/c/<centre>/apply/<code>")
@public_centre_door(PUBLISHED)
def apply_for(centre: Centre, code: str) -> ResponseReturnValue:
    """The form with which a file is begun."""
    return _form(centre, code)


@blueprint.post("/c/<centre>/apply/<code>")
@public_centre_door(BEGINS)
@shown_again
@slowed
@once
def begin(centre: Centre, code: str) -> ResponseReturnValue:
    """Begin the file."""
    row = _row(centre, code)
    applicant = Details(
        request.form.get("full_name", ""),
        phone=request.form.get("phone", ""),
        id_number=request.form.get("id_number", ""),
        village=request.form.get("village", ""),
    )
    given = answers.read(row.version.form, request.form)
    draft = pre_registration.register(centre, row.service.id, applicant, given)
    return redirect(url_for(".begun", code=draft.code), 303)


@blueprint.get("/c/<centre>/begun/<code>")
@public_centre_door(OWN_NUMBER)
def begun(centre: Centre, code: str) -> ResponseReturnValue:
    """The number to show at the counter; the papers only where the file was begun just now."""
    attempt = Attempt(f"begun-from:{current_actor().origin[:64]}", LOOKING)
    throttle.refuse_waiting(attempt)
    try:
        draft = pre_queries.open_draft(code)
    except (NotFound, AlreadyChanged):
        throttle.reserve(attempt)
        raise NotFound from None
    version = catalogue.service_on(draft.service_id, day_of(centre))
    is_own = session.get(JUST_BEGUN) == draft.code
    return render_template(
        "applications/begun.html",
        number=spaced(draft.code),
        version=version,
        papers=papers_for(version, draft.answers) if is_own else None,
        days=pre_registration.SHOWN_FOR.days,
        appointment_service=_by_appointment(centre, draft.service_id),
    )


@blueprint.get("/c/<centre>/applications/drafts")
@centre_door("application.take")
def drafts(centre: Centre) -> ResponseReturnValue:
    """The files that were begun before the visit and wait for their people."""
    return _list(centre)


@blueprint.post("/c/<centre>/applications/drafts/<uuid:draft>/withdraw")
@centre_door("application.take")
@once
def withdraw_draft(centre: Centre, draft: uuid.UUID) -> ResponseReturnValue:
    """End a draft that comes to nothing."""
    form = ReasonForm(request.form)
    if not form.validate():
        return _list(centre, refused=draft, form=form), 422
    pre_registration.withdraw(centre, draft, form.reason.data or "")
    flash(_("The file that was begun is withdrawn."), "success")
    return redirect(url_for(".drafts"), 303)


def _form(centre: Centre, code: str, error: DomainError | None = None) -> str:
    row = _row(centre, code)
    return render_template(
        "applications/apply.html",
        row=row,
        fields=fields_of(row.version.form),
        given=request.form,
        error=error,
        wrong=error.fields if isinstance(error, InvalidInput) else {},
        provinces=provinces(),
        today=day_of(centre),
    )


def _row(centre: Centre, code: str) -> OfferedRow:
    """The service as the centre offers it today. Raises NotFound, also without questions."""
    row = catalogue.offered_service(catalogue.service_by_code(code).id, day_of(centre))
    if not fields_of(row.version.form):
        raise NotFound
    return row


def _by_appointment(centre: Centre, service_id: int) -> int | None:
    rows = slots.services_by_appointment(day_of(centre))
    return service_id if any(row.service.id == service_id for row in rows) else None


def _list(centre: Centre, refused: uuid.UUID | None = None, form: ReasonForm | None = None) -> str:
    text = request.args.get("q", "").strip()[:80]
    return render_template(
        "applications/drafts.html",
        rows=pre_queries.waiting(text, day_of(centre)),
        text=text,
        channels=CHANNELS,
        spaced=spaced,
        days=pre_registration.SHOWN_FOR.days,
        refused=refused,
        form=form,
    )
