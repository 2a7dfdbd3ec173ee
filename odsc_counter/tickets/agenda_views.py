"""Appointments for staff: the day's list, booking for somebody, arrivals, and the plans."""

import uuid
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.catalogue.queries import offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import WEEKDAYS, language_now
from odsc_counter.tickets import appointment_queries, appointments, queries, slot_plans, slots
from odsc_counter.tickets.appointment_views import day_given, shown_again, slot_given
from odsc_counter.tickets.blueprint import blueprint, key_or_none, told
from odsc_counter.tickets.slot_plans import Hours
from odsc_counter.tickets.words import APPOINTMENT_STATES, STATES


@blueprint.app_template_filter("weekday")
def weekday_words(number: int) -> str:
    """What a day of the week is called; 0 is Monday."""
    return WEEKDAYS["en" if language_now() == "en" else "lo"][number]


def _agenda_url(**_arguments: object) -> str:
    """The day that the person looked at."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return url_for("tickets.agenda")
    return url_for("tickets.agenda", day=day.isoformat())


@blueprint.get("/c/<centre>/hall/appointments")
@centre_door("appointment.book")
def agenda(centre: Centre) -> ResponseReturnValue:
    """Who comes on a day, and how full the days ahead are."""
    today = queries.today()
    day = day_given(request.args.get("day") or today.isoformat())
    return render_template(
        "tickets/agenda.html",
        agenda=appointment_queries.agenda(centre, day),
        today=today,
        loads=appointment_queries.loads(centre, today),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        states=APPOINTMENT_STATES,
        ticket_states=STATES,
        may_set_up=signed_in().may_in_centre("appointment.set_up", centre.id),
    )


@blueprint.post("/c/<centre>/hall/appointments/<uuid:appointment>/check-in")
@centre_door("appointment.book")
@told(_agenda_url)
@once
def agenda_check_in(centre: Centre, appointment: uuid.UUID) -> ResponseReturnValue:
    """Somebody with an appointment has come to the desk."""
    ticket = appointments.check_in(centre, appointment)
    flash(_("Number %(label)s is given.", label=ticket.label), "success")
    return redirect(_agenda_url(), 303)


@blueprint.post("/c/<centre>/hall/appointments/<uuid:appointment>/cancel")
@centre_door("appointment.book")
@told(_agenda_url)
@once
def agenda_cancel(centre: Centre, appointment: uuid.UUID) -> ResponseReturnValue:
    """Somebody has called and does not come."""
    appointments.cancel(appointment)
    flash(_("The appointment is cancelled."), "success")
    return redirect(_agenda_url(), 303)


@blueprint.get("/c/<centre>/hall/appointments/new")
@centre_door("appointment.book")
def agenda_new(centre: Centre) -> ResponseReturnValue:
    """Book for somebody: service, day, then time."""
    return _new_page(centre, request.args.get("service", 0, type=int), request.args.get("day", ""))


def _new_page(centre: Centre, service: int, day_text: str, error: DomainError | None = None) -> str:
    today = queries.today()
    rows = slots.services_by_appointment(today)
    row = next((one for one in rows if one.service.id == service), None)
    days = [one for one in slots.bookable_days(centre, service, today) if one.free] if row else []
    day = day_given(day_text) if day_text else None
    if day not in [one.day for one in days]:
        day = None
    found = slots.slots_of_day(centre, day, service) if day else []
    made = request.args.get("made", "")
    return render_template(
        "tickets/agenda_new.html",
        rows=rows,
        row=row,
        days=days,
        day=day,
        slots=[slot for slot in found if slot.at > clock.now()],
        made=appointment_queries.appointment_by_code(made) if made else None,
        error=error,
        fields=error.fields if isinstance(error, InvalidInput) else {},
    )


def _new_again(centre: Centre, error: DomainError) -> str:
    service = request.form.get("service", 0, type=int)
    return _new_page(centre, service, request.form.get("day", ""), error)


@blueprint.post("/c/<centre>/hall/appointments")
@centre_door("appointment.book")
@shown_again(_new_again)
@once
def agenda_book(centre: Centre) -> ResponseReturnValue:
    """Book for somebody; the telephone number may be left out."""
    plan, at = slot_given(request.form.get("slot", ""))
    made = appointments.book(
        centre,
        plan,
        at,
        phone=request.form.get("phone", "").strip(),
        language=language_now(),
        files=request.form.get("files", 1, type=int),
        note=request.form.get("note", ""),
    )
    return redirect(url_for("tickets.agenda_new", made=made.public_code), 303)


@blueprint.get("/c/<centre>/hall/appointments/plans")
@centre_door("appointment.set_up")
def slot_plan_list(centre: Centre) -> ResponseReturnValue:
    """The hours at which people come by appointment."""
    return _plans_page()


def _plans_page(error: DomainError | None = None, **_arguments: object) -> str:
    today = queries.today()
    return render_template(
        "tickets/slot_plans.html",
        today=today,
        plans=slot_plans.plans(today),
        services=offered_services(today),
        weekdays=list(slot_plans.WORKING_WEEKDAYS),
        error=error,
        fields=error.fields if isinstance(error, InvalidInput) else {},
    )


@blueprint.post("/c/<centre>/hall/appointments/plans")
@centre_door("appointment.set_up")
@shown_again(_plans_page)
@once
def add_slot_plans(centre: Centre) -> ResponseReturnValue:
    """Set up the hours of a service on some weekdays."""
    form = request.form
    hours = Hours(
        _minute(form.get("from", ""), "from"),
        _minute(form.get("until", ""), "until"),
        form.get("slot_minutes", 0, type=int),
        form.get("places", 0, type=int),
    )
    made = slot_plans.add_plans(
        form.get("service", 0, type=int),
        form.getlist("weekday", type=int),
        hours,
        _day(form.get("valid_from", ""), "valid_from"),
        _day(form["last_day"], "last_day") if form.get("last_day") else None,
    )
    flash(
        ngettext(
            "Appointments are set up on %(num)s weekday.",
            "Appointments are set up on %(num)s weekdays.",
            len(made),
        ),
        "success",
    )
    return redirect(url_for("tickets.slot_plan_list"), 303)


def _minute(text: str, field: str) -> int:
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
        raise InvalidInput({field: _("Write the time like this: 08:30.")})
    return int(hours) * 60 + int(minutes)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput({field: _("Choose a day.")}) from error


def _plans_url(**_arguments: object) -> str:
    return url_for("tickets.slot_plan_list")


@blueprint.post("/c/<centre>/hall/appointments/plans/end")
@centre_door("appointment.set_up")
@told(_plans_url)
@once
def end_slot_plans(centre: Centre) -> ResponseReturnValue:
    """Give no more appointments of some plans after a day."""
    last_day = day_given(request.form.get("last_day", ""))
    keys = [key_or_none(text) for text in request.form.getlist("plan")]
    left = slot_plans.end_plans([key for key in keys if key], last_day)
    flash(_("The changes are saved."), "success")
    if left:
        flash(
            ngettext(
                "%(num)s person is already booked after that day. The appointment stands.",
                "%(num)s people are already booked after that day. Their appointments stand.",
                left,
            ),
            "warning",
        )
    return redirect(_plans_url(), 303)
