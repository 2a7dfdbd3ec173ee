"""At which times people can come by appointment, and how many places are left. Read-only.

A slot is never stored: it follows from the plans of the weekday, the calendar, what the centre
offers and its notices. The weekday of a plan is that of the centre's own day.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import OfferedService
from odsc_counter.catalogue.queries import OfferedRow, offered_services
from odsc_counter.places.models import Centre
from odsc_counter.places.queries import WorkingCalendar, working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.work import reading
from odsc_counter.tickets.appointment_lifecycle import HOLD_A_PLACE
from odsc_counter.tickets.hall_models import Appointment, HallNotice, SlotPlan

HORIZON_DAYS = 30
"""So many days ahead people can book."""


@dataclass(frozen=True)
class Slot:
    """A time at which so many people can come for a service."""

    plan_id: uuid.UUID
    service_id: int
    at: datetime
    minutes: int
    places: int
    taken: int

    @property
    def free(self) -> int:
        """Places that are left."""
        return max(0, self.places - self.taken)

    @property
    def ends_at(self) -> datetime:
        """When the next slot begins."""
        return self.at + timedelta(minutes=self.minutes)

    @property
    def key(self) -> str:
        """The slot as a form sends it: plan and instant."""
        return f"{self.plan_id}@{self.at.isoformat()}"


@dataclass(frozen=True)
class SlotDay:
    """A day with the places that it has for a service."""

    day: date
    places: int
    free: int


def times_of(plan: SlotPlan, day: date, day_starts_minute: int) -> Iterator[datetime]:
    """The instants at which the slots of a plan begin on a day of the centre."""
    midnight = clock.start_of_day(day)
    for minute in range(
        plan.from_minute, plan.to_minute - plan.slot_minutes + 1, plan.slot_minutes
    ):
        # Hours before the centre's day begins belong to the night after it.
        late = timedelta(days=1) if minute < day_starts_minute else timedelta(0)
        yield midnight + timedelta(minutes=minute) + late


def holds_on(day: date) -> ColumnElement[bool]:
    """The plans whose slots are given on a day, as far as plans alone decide."""
    return (
        (SlotPlan.weekday == day.weekday())
        & (SlotPlan.valid_from <= day)
        & or_(SlotPlan.valid_to.is_(None), SlotPlan.valid_to > day)
    )


def last_bookable(today: date) -> date:
    """The last day of the horizon."""
    return today + timedelta(days=HORIZON_DAYS)


def is_workday(centre: Centre, calendar: WorkingCalendar, day: date) -> bool:
    """Whether the centre works on a day: no weekend, no holiday, not closed for good."""
    stands = centre.closed_on is None or day < centre.closed_on
    return stands and calendar.is_open_day(day)


def services_by_appointment(today: date) -> list[OfferedRow]:
    """The services of the centre for which people can book in the days to come."""
    with reading() as session:
        planned = set(
            session.scalars(
                select(SlotPlan.service_id).where(
                    SlotPlan.valid_from <= last_bookable(today),
                    or_(SlotPlan.valid_to.is_(None), SlotPlan.valid_to > today),
                )
            )
        )
        return [row for row in offered_services(today) if row.service.id in planned]


def slots_of_day(centre: Centre, day: date, service_id: int | None = None) -> list[Slot]:
    """All slots of a day in the order of time, with what is taken. Past ones too.

    None on a closed day. Three statements.
    """
    if not is_workday(centre, working_calendar(), day):
        return []
    with reading() as session:
        query = select(SlotPlan).where(holds_on(day))
        if service_id is not None:
            query = query.where(SlotPlan.service_id == service_id)
        plans = session.scalars(query).all()
        taken = _taken(session, Appointment.day == day)
    return sorted(
        _slots(plans, day, centre.day_starts_minute, taken),
        key=lambda slot: (slot.at, slot.service_id),
    )


def _slots(
    plans: Iterable[SlotPlan],
    day: date,
    day_starts_minute: int,
    taken: dict[tuple[uuid.UUID, datetime], int],
) -> Iterator[Slot]:
    for plan in plans:
        for at in times_of(plan, day, day_starts_minute):
            yield Slot(
                plan.id,
                plan.service_id,
                at,
                plan.slot_minutes,
                plan.places,
                taken.get((plan.id, at), 0),
            )


def _taken(session: Session, which: ColumnElement[bool]) -> dict[tuple[uuid.UUID, datetime], int]:
    rows = session.execute(
        select(Appointment.plan_id, Appointment.slot_at, func.count())
        .where(which, Appointment.state.in_(HOLD_A_PLACE))
        .group_by(Appointment.plan_id, Appointment.slot_at)
    )
    return {(plan_id, at): count for plan_id, at, count in rows}


def bookable_days(centre: Centre, service_id: int, today: date) -> list[SlotDay]:
    """The days of the horizon on which the service has slots that have not begun.

    Five statements, whatever the number of days.
    """
    now, last = clock.now(), last_bookable(today)
    calendar = working_calendar()
    with reading() as session:
        plans = session.scalars(select(SlotPlan).where(SlotPlan.service_id == service_id)).all()
        taken = _taken(session, Appointment.day.between(today, last))
        closed = _closed_spans(session, service_id)
        offered = session.execute(
            select(OfferedService.offered_from, OfferedService.offered_until).where(
                OfferedService.service_id == service_id
            )
        ).all()
    found = []
    for ahead in range(HORIZON_DAYS + 1):
        day = today + timedelta(days=ahead)
        is_given = is_workday(centre, calendar, day) and _within(day, offered)
        if not is_given or _within(day, closed):
            continue
        holding = [
            plan
            for plan in plans
            if plan.weekday == day.weekday() and _within(day, [(plan.valid_from, plan.valid_to)])
        ]
        slots = [
            slot for slot in _slots(holding, day, centre.day_starts_minute, taken) if slot.at > now
        ]
        if slots:
            free = sum(slot.free for slot in slots)
            found.append(SlotDay(day, sum(slot.places for slot in slots), free))
    return found


def _closed_spans(session: Session, service_id: int) -> list[tuple[date, date | None]]:
    rows = session.execute(
        select(HallNotice.shown_from, HallNotice.shown_until).where(
            HallNotice.service_id == service_id, HallNotice.closes_service
        )
    )
    return [(first, until) for first, until in rows]


def _within(day: date, spans: Iterable[tuple[date, date | None]]) -> bool:
    return any(first <= day and (until is None or until > day) for first, until in spans)
