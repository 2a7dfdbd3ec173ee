"""Appointments for the citizen: book on a phone, show the code, arrive at the kiosk."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

import segno
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import public_centre_door
from odsc_counter.accounts.throttle import Attempt, Ladder, TooManyAttempts, reserve, succeeded
from odsc_counter.catalogue.queries import OfferedRow, offered_service, offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.tickets import appointment_queries, appointments, queries, slots
from odsc_counter.tickets.appointment_errors import TooManyBookings
from odsc_counter.tickets.appointment_lifecycle import BOOKED
from odsc_counter.tickets.blueprint import blueprint, told
from odsc_counter.tickets.hall_models import Appointment

PUBLISHED = "shows what the centre publishes: services, and times with places left"
BOOKS = "a person books for themselves; the telephone number is shown to the centre's staff alone"
OWN_CODE = "the random code is known to its holder alone; neither name nor telephone is shown"
TYPED_CODE = "six digits of today, known to their holder; guessing is slowed down"
BOOKING = Ladder(30, 30, 900, timedelta(hours=1))
"""Many phones share one address of a mobile network."""
CODE = Ladder(5, 10, 300, timedelta(minutes=15))
"""Right codes are given back, so that a kiosk with many guests is not slowed down."""


def slowed(
    kind: str,
    ladder: Ladder,
    refusal: type[TooManyAttempts] = TooManyAttempts,
    *,
    give_back: bool = False,
) -> Callable[..., Any]:
    """Count each request of an address; after too many it must wait, and `refusal` says so.

    Stands outside `once`: the count is kept in a transaction of its own. `give_back`: what went
    well does not count.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(**arguments: Any) -> Any:
            attempt = Attempt(f"{kind}:{(request.remote_addr or '')[:64]}", ladder)
            try:
                reserve(attempt)
            except TooManyAttempts as error:
                raise refusal(error.seconds) from error
            answer = make_response(view(**arguments))
            if give_back:
                succeeded(attempt)
            return answer

        return wrapper

    return decorate


def shown_again(page: Callable[..., str]) -> Callable[..., Any]:
    """A refusal is told on the form itself, which keeps what was typed.

    `page` gets the error and the route's arguments. Stands outside `once`: by then the
    transaction is undone.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(**arguments: Any) -> Any:
            try:
                return view(**arguments)
            except NotFound:
                raise
            except DomainError as error:
                return make_response(page(error=error, **arguments), error.status)

        return wrapper

    return decorate


def day_given(text: str) -> date:
    """The day that an address or a form names. Raises NotFound."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error


def slot_given(text: str) -> tuple[uuid.UUID, datetime]:
    """Plan and instant of the slot that was chosen. Raises InvalidInput."""
    plan, _at, instant = text.partition("@")
    try:
        at = datetime.fromisoformat(instant)
        key = uuid.UUID(plan)
    except ValueError as error:
        raise InvalidInput({"slot": _("Choose a time.")}) from error
    if at.tzinfo is None:
        raise InvalidInput({"slot": _("Choose a time.")})
    return key, at


@blueprint.get("/c/<centre>/appointments")
@public_centre_door(PUBLISHED)
def appointment_services(centre: Centre) -> ResponseReturnValue:
    """For which services people can come by appointment."""
    rows = slots.services_by_appointment(queries.today())
    return render_template("tickets/appointment_services.html", rows=rows)


@blueprint.get("/c/<centre>/appointments/services/<int:service>")
@public_centre_door(PUBLISHED)
def appointment_days(centre: Centre, service: int) -> ResponseReturnValue:
    """The days on which there are places for a service."""
    today = queries.today()
    row = offered_service(service, today)
    days = slots.bookable_days(centre, service, today)
    return render_template("tickets/appointment_days.html", row=row, days=days)


@blueprint.get("/c/<centre>/appointments/services/<int:service>/<day>")
@public_centre_door(PUBLISHED)
def appointment_slots(centre: Centre, service: int, day: str) -> ResponseReturnValue:
    """The times of a day, and the telephone number to book with."""
    return _slots_page(centre, offered_service(service, day_given(day)), day_given(day))


def _slots_page(
    centre: Centre, row: OfferedRow, day: date, error: DomainError | None = None
) -> str:
    now = clock.now()
    found = [one for one in slots.slots_of_day(centre, day, row.service.id) if one.at > now]
    return render_template(
        "tickets/appointment_slots.html",
        row=row,
        day=day,
        slots=found,
        error=error,
        fields=error.fields if isinstance(error, InvalidInput) else {},
    )


def _booking_again(centre: Centre, error: DomainError) -> str:
    day = day_given(request.form.get("day", ""))
    row = offered_service(request.form.get("service", 0, type=int), day)
    return _slots_page(centre, row, day, error)


@blueprint.post("/c/<centre>/appointments")
@public_centre_door(BOOKS)
@shown_again(_booking_again)
@slowed("book", BOOKING, TooManyBookings)
@once
def book_appointment(centre: Centre) -> ResponseReturnValue:
    """Book."""
    phone = request.form.get("phone", "").strip()
    plan, at = slot_given(request.form.get("slot", ""))
    if not phone:
        raise InvalidInput({"phone": _("Write your telephone number.")})
    made = appointments.book(centre, plan, at, phone=phone, language=language_now())
    return redirect(_appointment_url(made.public_code), 303)


def _appointment_url(code: str, **_arguments: object) -> str:
    return url_for("tickets.appointment", code=code)


@blueprint.get("/c/<centre>/appointments/<code>")
@public_centre_door(OWN_CODE)
def appointment(centre: Centre, code: str) -> ResponseReturnValue:
    """One's own appointment: when, the code to type at the kiosk, papers and fee."""
    found = appointment_queries.appointment_by_code(code)
    address = url_for("tickets.appointment", code=code, _external=True)
    return render_template(
        "tickets/appointment.html",
        appointment=found,
        version=appointment_queries.service_version(found.service_id, found.day),
        row=_offered(found),
        ticket=appointment_queries.ticket_of(found),
        is_today=found.day == queries.today(),
        qr=segno.make(address, error="m").svg_data_uri(scale=4, border=2),
    )


def _offered(appointment: Appointment) -> OfferedRow | None:
    rows = offered_services(appointment.day, appointment.service_id)
    return rows[0] if rows and appointment.state == BOOKED else None


@blueprint.post("/c/<centre>/appointments/<code>/cancel")
@public_centre_door(OWN_CODE)
@told(_appointment_url)
@once
def cancel_appointment(centre: Centre, code: str) -> ResponseReturnValue:
    """Give the place back."""
    appointments.cancel(appointment_queries.appointment_by_code(code).id)
    flash(_("Your appointment is cancelled."), "success")
    return redirect(_appointment_url(code), 303)


@blueprint.post("/c/<centre>/appointments/<code>/arrive")
@public_centre_door(OWN_CODE)
@told(_appointment_url)
@once
def arrive(centre: Centre, code: str) -> ResponseReturnValue:
    """Say from one's own phone that one is in the hall."""
    found = appointment_queries.appointment_by_code(code)
    ticket = appointments.check_in(centre, found.id)
    return redirect(url_for("tickets.status", code=ticket.public_code), 303)


@blueprint.get("/c/<centre>/kiosk/appointment")
@public_centre_door(PUBLISHED)
def kiosk_appointment(centre: Centre) -> ResponseReturnValue:
    """The big keypad for the six digits."""
    return _keypad()


def _keypad(error: DomainError | None = None, **_arguments: object) -> str:
    return render_template("tickets/kiosk_appointment.html", error=error)


@blueprint.post("/c/<centre>/kiosk/appointment")
@public_centre_door(TYPED_CODE)
@shown_again(_keypad)
@slowed("appointment", CODE, give_back=True)
@once
def kiosk_check_in(centre: Centre) -> ResponseReturnValue:
    """Give the number to whoever typed or scanned the code of an appointment."""
    typed = request.form.get("code", "")
    found = appointment_queries.appointment_typed(typed, queries.today())
    ticket = appointments.check_in(centre, found.id)
    return redirect(url_for("tickets.paper", code=ticket.public_code), 303)
