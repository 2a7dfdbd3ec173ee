"""How the manager sets up and ends the hours at which people come by appointment."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.catalogue.queries import group_of
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import WEEKDAYS, Language
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.appointment_errors import PlanOverlaps
from odsc_counter.tickets.appointment_lifecycle import BOOKED
from odsc_counter.tickets.errors import NotOfferedToday
from odsc_counter.tickets.hall_models import Appointment, SlotPlan
from odsc_counter.tickets.queries import service_names

WORKING_WEEKDAYS = range(5)
"""Monday to Friday: centres are closed on the other days."""


@dataclass(frozen=True)
class Hours:
    """The hours of a plan: minutes after local midnight, length of a slot, places in it."""

    from_minute: int
    to_minute: int
    slot_minutes: int
    places: int

    def faults(self) -> dict[str, str]:
        """What can't be, by field; empty when all is well."""
        wrong = {}
        if not 0 <= self.from_minute < self.to_minute <= 24 * 60:
            wrong["until"] = str(_("The end must come after the beginning."))
        elif self.to_minute - self.from_minute < self.slot_minutes:
            wrong["slot_minutes"] = str(_("Not one appointment fits into these hours."))
        if not 5 <= self.slot_minutes <= 240:
            wrong["slot_minutes"] = str(_("Please give a number from 5 to 240."))
        if not 1 <= self.places <= 50:
            wrong["places"] = str(_("Please give a number from 1 to 50."))
        return wrong


def add_plans(
    service_id: int,
    weekdays: Collection[int],
    hours: Hours,
    valid_from: date,
    last_day: date | None = None,
) -> list[SlotPlan]:
    """Set up slots of a service on weekdays (0 is Monday), one plan for each.

    Raises InvalidInput, NotOfferedToday for a service that the centre does not offer when the
    plan begins, and PlanOverlaps.
    """
    wrong = hours.faults()
    if not weekdays or not set(weekdays) <= set(WORKING_WEEKDAYS):
        wrong["weekday"] = str(_("Choose one or more working days."))
    if last_day is not None and last_day < valid_from:
        wrong["last_day"] = str(_("The end must come after the beginning."))
    if wrong:
        raise InvalidInput(wrong)
    valid_to = last_day + timedelta(days=1) if last_day else None
    with unit_of_work() as work:
        if group_of(service_id, valid_from) is None:
            raise NotOfferedToday
        plans = [
            SlotPlan(
                service_id=service_id,
                weekday=weekday,
                from_minute=hours.from_minute,
                to_minute=hours.to_minute,
                slot_minutes=hours.slot_minutes,
                places=hours.places,
                valid_from=valid_from,
                valid_to=valid_to,
            )
            for weekday in sorted(set(weekdays))
        ]
        for plan in plans:
            _refuse_overlap(work.session, plan)
        work.session.add_all(plans)
        work.session.flush()
        for plan in plans:
            work.record(
                "add",
                subject_kind="slot_plan",
                subject_id=str(plan.id),
                data={
                    "service_id": service_id,
                    "weekday": plan.weekday,
                    "hours": f"{clock_text(plan.from_minute)}-{clock_text(plan.to_minute)}",
                    "slot_minutes": plan.slot_minutes,
                    "places": plan.places,
                },
            )
    return plans


def clock_text(minute: int) -> str:
    """Minutes after midnight as a clock shows them; 24:00 for the end of the day."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _refuse_overlap(session: Session, plan: SlotPlan) -> None:
    still_held = or_(SlotPlan.valid_to.is_(None), SlotPlan.valid_to > plan.valid_from)
    others = select(SlotPlan.id).where(
        SlotPlan.service_id == plan.service_id,
        SlotPlan.weekday == plan.weekday,
        SlotPlan.from_minute < plan.to_minute,
        SlotPlan.to_minute > plan.from_minute,
        still_held,
    )
    if plan.valid_to is not None:
        others = others.where(SlotPlan.valid_from < plan.valid_to)
    if session.scalars(others.limit(1)).one_or_none() is not None:
        language: Language = "en" if str(get_locale()) == "en" else "lo"
        raise PlanOverlaps(weekday=WEEKDAYS[language][plan.weekday])


def end_plans(plan_ids: Collection[uuid.UUID], last_day: date) -> int:
    """Give no slots of these plans after a day; returns how many people are booked after it.

    Their appointments stand: the centre has promised them. Raises NotFound.
    """
    with unit_of_work() as work:
        found = work.session.scalars(
            select(SlotPlan)
            .where(SlotPlan.id.in_(plan_ids))
            .order_by(SlotPlan.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).all()
        if not found or len(found) != len(set(plan_ids)):
            raise NotFound
        for plan in found:
            plan.valid_to = max(plan.valid_from, last_day + timedelta(days=1))
            work.record(
                "end",
                subject_kind="slot_plan",
                subject_id=str(plan.id),
                data={"service_id": plan.service_id, "last_day": last_day.isoformat()},
            )
        return work.session.scalars(
            select(func.count())
            .select_from(Appointment)
            .where(
                Appointment.plan_id.in_(plan_ids),
                Appointment.day > last_day,
                Appointment.state == BOOKED,
            )
        ).one()


@dataclass(frozen=True)
class PlanRow:
    """Plans of a service that differ in the weekday alone, with the service's name."""

    plans: list[SlotPlan]
    version: ServiceVersion

    @property
    def plan(self) -> SlotPlan:
        """What holds for all of them."""
        return self.plans[0]

    @property
    def last_day(self) -> date | None:
        """The last day on which they give slots; None while no end is set."""
        return self.plan.valid_to - timedelta(days=1) if self.plan.valid_to else None

    @property
    def hours(self) -> str:
        """From when until when, as a clock shows it."""
        return f"{clock_text(self.plan.from_minute)}–{clock_text(self.plan.to_minute)}"


def plans(today: date) -> list[PlanRow]:
    """The plans that hold now or later, by service and time."""
    with reading() as session:
        found = session.scalars(
            select(SlotPlan)
            .where(or_(SlotPlan.valid_to.is_(None), SlotPlan.valid_to > today))
            .order_by(SlotPlan.service_id, SlotPlan.from_minute, SlotPlan.weekday)
        ).all()
        names = service_names(session, {plan.service_id for plan in found}, today)
    alike: dict[tuple[object, ...], list[SlotPlan]] = {}
    for plan in found:
        hours = (plan.from_minute, plan.to_minute, plan.slot_minutes, plan.places)
        alike.setdefault((plan.service_id, *hours, plan.valid_from, plan.valid_to), []).append(plan)
    return [PlanRow(rows, names[rows[0].service_id]) for rows in alike.values()]
