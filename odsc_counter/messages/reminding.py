"""Reminds people of tomorrow's appointment, once, by day."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.messages import texts
from odsc_counter.messages.models import Message
from odsc_counter.messages.patience import not_at_night
from odsc_counter.messages.writing import write
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.appointment_lifecycle import BOOKED
from odsc_counter.tickets.hall_models import Appointment


def remind_all() -> int:
    """Write the reminders of all centres that are not written yet; returns how many.

    By night none is written: whoever cancels in the evening is not reminded.
    """
    now = clock.now()
    if not_at_night(now) != now:
        return 0
    with reference_scope(), reading() as session:
        centres = list(session.scalars(select(Centre).where(Centre.closed_on.is_(None))))
    return sum(_remind(centre) for centre in centres)


def _remind(centre: Centre) -> int:
    tomorrow = clock.business_day(clock.now(), centre.day_starts_minute) + timedelta(days=1)
    with centre_scope(centre.id):
        with reading() as session:
            appointments = _to_remind(session, tomorrow)
        return sum(_write(one) for one in appointments)


def _to_remind(session: Session, day: date) -> list[Appointment]:
    told = select(Message.appointment_id).where(
        Message.centre_id == Appointment.centre_id,
        Message.appointment_id == Appointment.id,
        Message.kind == texts.REMINDER,
    )
    return list(
        session.scalars(
            select(Appointment)
            .where(
                Appointment.day == day,
                Appointment.state == BOOKED,
                Appointment.phone != "",
                ~told.exists(),
            )
            .order_by(Appointment.slot_at)
        )
    )


def _write(appointment: Appointment) -> bool:
    language = appointment.language if appointment.language in ("lo", "en") else "lo"
    message = Message(
        kind=texts.REMINDER,
        occasion=f"appointment:{appointment.id}:{appointment.day.isoformat()}",
        appointment_id=appointment.id,
        language=language,
        words=texts.about_appointment(appointment.slot_at, appointment.short_code, language),
    )
    try:
        with unit_of_work() as work:
            write(work, message, phone=appointment.phone, too_late_at=appointment.slot_at)
    except IntegrityError:
        return False  # another process was quicker; the occasion is unique
    return True
