"""Appointments that nobody came to: marked when their day ends."""

from sqlalchemy import ColumnElement, select

from odsc_counter.platform.work import Work
from odsc_counter.tickets.appointment_lifecycle import BOOKED, LIFECYCLE
from odsc_counter.tickets.hall_models import Appointment


def mark_missed(work: Work, which: ColumnElement[bool]) -> int:
    """Mark what is still booked as missed; returns how many. Part of closing a day."""
    still_booked = work.session.scalars(
        select(Appointment)
        .where(which, Appointment.state == BOOKED)
        .order_by(Appointment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for appointment in still_booked:
        work.change(appointment, LIFECYCLE, "miss")
    return len(still_booked)
