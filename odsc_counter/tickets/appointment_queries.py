"""What people look at of appointments: one's own, the day's list, the load of days. Read-only."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select

from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.places.models import Centre
from odsc_counter.places.queries import working_calendar
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.work import reading
from odsc_counter.tickets.appointment_errors import NoSuchCode
from odsc_counter.tickets.appointment_lifecycle import ARRIVED, BOOKED, MISSED
from odsc_counter.tickets.hall_models import Appointment
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.queries import service_names
from odsc_counter.tickets.slots import Slot, is_workday, slots_of_day

SHOWN_DAYS = 14
"""So many days ahead staff see how full they are."""


def appointment_by_code(code: str) -> Appointment:
    """The appointment whose holder has this secret code. Raises NotFound."""
    with reading() as session:
        found = session.scalars(
            select(Appointment).where(Appointment.public_code == code)
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


def appointment_typed(text: str, today: date) -> Appointment:
    """The appointment that somebody typed or scanned at the kiosk.

    Six digits are a code of today; anything else is read as the address in the QR code, of
    whatever day. Raises NoSuchCode.
    """
    digits = "".join(text.split())
    if len(digits) == 6 and digits.isascii() and digits.isdigit():
        which: ColumnElement[bool] = (Appointment.day == today) & (Appointment.short_code == digits)
    else:
        which = Appointment.public_code == digits.rstrip("/").rpartition("/")[2]
    with reading() as session:
        found = session.scalars(select(Appointment).where(which)).one_or_none()
    if found is None:
        raise NoSuchCode
    return found


def service_version(service_id: int, day: date) -> ServiceVersion:
    """What a service is on a day, or was last."""
    with reading() as session:
        return service_names(session, [service_id], day)[service_id]


def ticket_of(appointment: Appointment) -> Ticket | None:
    """The number that was given when the person arrived."""
    if appointment.ticket_id is None:
        return None
    with reading() as session:
        return session.scalars(
            select(Ticket).where(Ticket.id == appointment.ticket_id)
        ).one_or_none()


@dataclass(frozen=True)
class AgendaRow:
    """An appointment with the words that a page needs."""

    appointment: Appointment
    version: ServiceVersion
    ticket: Ticket | None


@dataclass(frozen=True)
class Agenda:
    """A day of appointments: who comes, and how full the slots are."""

    day: date
    is_workday: bool
    rows: list[AgendaRow]
    slots: list[Slot]
    names: dict[int, ServiceVersion]

    @property
    def counts(self) -> dict[str, int]:
        """How many appointments are in each state."""
        return dict(Counter(row.appointment.state for row in self.rows))

    @property
    def places(self) -> int:
        """All places of the day."""
        return sum(slot.places for slot in self.slots)

    @property
    def taken(self) -> int:
        """Places that are taken, also in slots of plans that have ended since."""
        return self.counts.get(BOOKED, 0) + self.counts.get(ARRIVED, 0)


def agenda(centre: Centre, day: date) -> Agenda:
    """Everybody who has an appointment on a day, in the order of time."""
    slots = slots_of_day(centre, day)
    with reading() as session:
        found = session.execute(
            select(Appointment, Ticket)
            .outerjoin(
                Ticket,
                (Ticket.centre_id == Appointment.centre_id) & (Ticket.id == Appointment.ticket_id),
            )
            .where(Appointment.day == day)
            .order_by(Appointment.slot_at, Appointment.service_id, Appointment.booked_at)
        ).all()
        wanted = {one.service_id for one, _ticket in found} | {slot.service_id for slot in slots}
        names = service_names(session, wanted, day)
    rows = [AgendaRow(one, names[one.service_id], ticket) for one, ticket in found]
    return Agenda(day, is_workday(centre, working_calendar(), day), rows, slots, names)


@dataclass(frozen=True)
class DayLoad:
    """How full a day is."""

    day: date
    places: int
    taken: int
    missed: int


def loads(centre: Centre, first: date, days: int = SHOWN_DAYS) -> list[DayLoad]:
    """How full the days from `first` on are; days without slots or people are left out."""
    last = first + timedelta(days=days - 1)
    with reading() as session:
        rows = session.execute(
            select(Appointment.day, Appointment.state, func.count())
            .where(Appointment.day.between(first, last))
            .group_by(Appointment.day, Appointment.state)
        ).all()
        counted = {(day, state): count for day, state, count in rows}
        found = []
        for ahead in range(days):
            day = first + timedelta(days=ahead)
            places = sum(slot.places for slot in slots_of_day(centre, day))
            taken = counted.get((day, BOOKED), 0) + counted.get((day, ARRIVED), 0)
            if places or taken:
                found.append(DayLoad(day, places, taken, counted.get((day, MISSED), 0)))
    return found


def appointment(appointment_id: uuid.UUID) -> Appointment:
    """The appointment with this key. Raises NotFound."""
    with reading() as session:
        found = session.scalars(
            select(Appointment).where(Appointment.id == appointment_id)
        ).one_or_none()
    if found is None:
        raise NotFound
    return found
