"""What people do with appointments: book a place in a slot, give it back, arrive."""

import re
import secrets
import uuid
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.places.models import Centre
from odsc_counter.places.queries import working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.acting import locked_ticket
from odsc_counter.tickets.appointment_errors import (
    AppointmentOver,
    NoSuchSlot,
    NotThisDay,
    ServiceNotThen,
    SlotFull,
    TooManyForPhone,
)
from odsc_counter.tickets.appointment_lifecycle import ARRIVED, BOOKED, HOLD_A_PLACE, LIFECYCLE
from odsc_counter.tickets.errors import NotOfferedToday
from odsc_counter.tickets.hall_models import Appointment, SlotPlan
from odsc_counter.tickets.issuing import issue, offered_group, refuse_unknown
from odsc_counter.tickets.models import APPOINTMENT, Ticket
from odsc_counter.tickets.order import rules_of
from odsc_counter.tickets.slots import is_workday, last_bookable, times_of

MOST_PER_PHONE = 2
"""Open appointments of one telephone number on one day."""
CODES = 10**6
LAOS = "856"
LONGEST_NOTE = 300


def book(
    centre: Centre,
    plan_id: uuid.UUID,
    slot_at: datetime,
    *,
    phone: str = "",
    language: str = "lo",
    files: int = 1,
    note: str = "",
) -> Appointment:
    """Take a place in a slot for whoever has this telephone number.

    Raises NoSuchSlot for a time that no plan has, is past, or lies beyond the horizon; SlotFull;
    ServiceNotThen; ServiceClosedToday while a notice closes the service on that day;
    TooManyForPhone; InvalidInput.
    """
    refuse_unknown(None, language, "appointment", files)
    phone = normal_phone(phone) if phone else ""
    day = clock.business_day(slot_at, centre.day_starts_minute)
    now = clock.now()
    with unit_of_work() as work:
        plan = _locked_plan(work.session, plan_id, day)
        _refuse_unless_slot(centre, plan, slot_at, day, now)
        try:
            offered_group(work.session, plan.service_id, day)
        except NotOfferedToday as error:
            raise ServiceNotThen from error
        _refuse_too_many(work.session, phone, day)
        appointment = Appointment(
            plan_id=plan.id,
            service_id=plan.service_id,
            slot_at=slot_at,
            day=day,
            place=_free_place(work.session, plan, slot_at),
            public_code=secrets.token_urlsafe(12),
            short_code=_free_code(work.session, day),
            phone=phone,
            language=language,
            files=files,
            note=" ".join(note.split())[:LONGEST_NOTE],
            booked_at=now,
            booked_by_id=current_actor().user_id,
        )
        try:
            work.begin(
                appointment,
                LIFECYCLE,
                "book",
                at=now,
                day=clock.business_day(now, centre.day_starts_minute),
                slot_at=slot_at.isoformat(),
                service_id=plan.service_id,
            )
        except IntegrityError as error:
            raise SlotFull from error
    return appointment


def normal_phone(text: str) -> str:
    """A telephone number as it is kept: digits, 0 in front; + for a foreign one.

    Raises InvalidInput for what can be no number.
    """
    kept = re.sub(r"[\s().-]", "", text)
    foreign = re.fullmatch(r"(?:\+|00)(\d{8,15})", kept)
    if foreign and not foreign[1].startswith(LAOS):
        return f"+{foreign[1]}"
    national = foreign[1][len(LAOS) :] if foreign else kept
    national = national.removeprefix("0")
    # 20 and eight digits, 30 and seven, or a province's code and six.
    if not re.fullmatch(r"20\d{8}|30\d{7}|[2-8][1-9]\d{6}", national):
        raise InvalidInput({"phone": str(_("Write the number like this: 020 5551 2345."))})
    return f"0{national}"


def _locked_plan(session: Session, plan_id: uuid.UUID, day: date) -> SlotPlan:
    """The plan, while nobody else books on the same weekday: limits are counted, then used."""
    plans = session.scalars(
        select(SlotPlan)
        .where(SlotPlan.weekday == day.weekday())
        .order_by(SlotPlan.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for plan in plans:
        if plan.id == plan_id:
            return plan
    raise NoSuchSlot


def _refuse_unless_slot(
    centre: Centre, plan: SlotPlan, slot_at: datetime, day: date, now: datetime
) -> None:
    today = clock.business_day(now, centre.day_starts_minute)
    is_held = plan.valid_from <= day and (plan.valid_to is None or day < plan.valid_to)
    if (
        not is_held
        or not now < slot_at
        or day > last_bookable(today)
        or slot_at not in times_of(plan, day, centre.day_starts_minute)
        or not is_workday(centre, working_calendar(), day)
    ):
        raise NoSuchSlot


def _refuse_too_many(session: Session, phone: str, day: date) -> None:
    if not phone:
        return
    held = session.scalars(
        select(func.count())
        .select_from(Appointment)
        .where(Appointment.day == day, Appointment.phone == phone, Appointment.state == BOOKED)
    ).one()
    if held >= MOST_PER_PHONE:
        raise TooManyForPhone(most=MOST_PER_PHONE)


def _free_place(session: Session, plan: SlotPlan, slot_at: datetime) -> int:
    taken = set(
        session.scalars(
            select(Appointment.place).where(
                Appointment.plan_id == plan.id,
                Appointment.slot_at == slot_at,
                Appointment.state.in_(HOLD_A_PLACE),
            )
        )
    )
    for place in range(1, plan.places + 1):
        if place not in taken:
            return place
    raise SlotFull


def _free_code(session: Session, day: date) -> str:
    used = set(session.scalars(select(Appointment.short_code).where(Appointment.day == day)))
    while True:
        code = f"{secrets.randbelow(CODES):06}"
        if code not in used:
            return code


def _locked(work: Work, appointment_id: uuid.UUID) -> Appointment:
    appointment = work.session.scalars(
        select(Appointment)
        .where(Appointment.id == appointment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if appointment is None:
        raise NotFound
    return appointment


def cancel(appointment_id: uuid.UUID) -> Appointment:
    """Give the place back. Raises AlreadyChanged unless it is booked."""
    with unit_of_work() as work:
        appointment = _locked(work, appointment_id)
        if not LIFECYCLE.allows("cancel", appointment.state):
            raise AlreadyChanged
        work.change(appointment, LIFECYCLE, "cancel", slot_at=appointment.slot_at.isoformat())
    return appointment


def check_in(centre: Centre, appointment_id: uuid.UUID) -> Ticket:
    """The person is here: they get a number in the same queue as everybody.

    From the slot's time on they have priority; before it, and when they come later than the
    centre's grace, they wait like everybody else. A second time gives the same ticket. Raises
    NotThisDay, AppointmentOver, and what `operations.issue` raises.
    """
    now = clock.now()
    today = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        appointment = _locked(work, appointment_id)
        if appointment.state == ARRIVED and appointment.ticket_id is not None:
            return locked_ticket(work, appointment.ticket_id)
        if appointment.state != BOOKED or appointment.day < today:
            raise AppointmentOver
        if appointment.day > today:
            raise NotThisDay(day=f"{appointment.day:%d/%m/%Y}")
        grace = timedelta(minutes=rules_of(work.session).appointment_grace_minutes)
        is_in_time = now <= appointment.slot_at + grace
        ticket = issue(
            centre,
            appointment.service_id,
            priority_reason=APPOINTMENT if is_in_time else None,
            priority_from=appointment.slot_at if is_in_time else None,
            language=appointment.language,
            channel="appointment",
            files=appointment.files,
        )
        appointment.ticket_id = ticket.id
        work.change(
            appointment,
            LIFECYCLE,
            "check_in",
            at=now,
            day=today,
            ticket_id=str(ticket.id),
            label=ticket.label,
        )
    return ticket
