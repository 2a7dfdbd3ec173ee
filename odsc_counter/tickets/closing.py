"""The end of the day: what is still open is closed, what nobody came to is missed."""

from datetime import date

from sqlalchemy import select

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.acting import act
from odsc_counter.tickets.hall_models import Appointment
from odsc_counter.tickets.lifecycle import OPEN
from odsc_counter.tickets.missed import mark_missed
from odsc_counter.tickets.models import Ticket


def close_day(centre: Centre, day: date) -> int:
    """Close all tickets of a day that are still open; returns how many.

    They count as closed, neither served nor no-show. Appointments of the day that nobody came
    to are missed. Idempotent.
    """
    today = clock.business_day(clock.now(), centre.day_starts_minute)
    with unit_of_work() as work:
        closed = _close(work, Ticket.day == day)
        missed = mark_missed(work, Appointment.day == day) if day <= today else 0
        work.record(
            "close_day",
            subject_kind="centre_day",
            subject_id=day.isoformat(),
            day=day,
            data={"closed": closed, "missed": missed, "centre": centre.code},
        )
    return closed


def close_leftovers(work: Work, before: date) -> int:
    """Close what earlier days left open, in the transaction that gives a day's first number."""
    mark_missed(work, Appointment.day < before)
    return _close(work, Ticket.day < before)


def _close(work: Work, which: object) -> int:
    now = clock.now()
    still_open = work.session.scalars(
        select(Ticket)
        .where(which, Ticket.state.in_(OPEN))  # type: ignore[arg-type]  # a column's condition
        .order_by(Ticket.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for ticket in still_open:
        act(work, ticket, "close_day", now)
    return len(still_open)
