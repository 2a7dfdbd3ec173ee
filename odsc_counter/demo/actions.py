"""What followed from the resolutions of the demonstration: one task done, one late, one open."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.actions import guidelines, operations
from odsc_counter.actions.models import Guideline
from odsc_counter.actions.operations import Task
from odsc_counter.committees import resolution_words
from odsc_counter.committees.lifecycle import IN_FORCE
from odsc_counter.committees.models import Resolution
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import (
    Actor,
    acting_as,
    area_scope,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import reading

SEAT, PLACE = "LA01", "LA0101"
GIVEN_BEFORE = timedelta(days=18)
TASKS = (
    # task in Lao and English, days from the giving until it is due
    ("ເພີ່ມພະນັກງານກວດສຳນວນທີ່ດິນ 1 ຄົນ ແລະ ລາຍງານຜົນ",
     "Assign one more person to check land files, and report", 12),
    ("ລາຍງານສຳນວນທີ່ດິນທີ່ຊັກຊ້າ ພ້ອມແຜນແກ້ໄຂ",
     "Report the late land files with a plan to clear them", 11),
    ("ຕິດປະກາດຄ່າທຳນຽມຢູ່ໜ້າຫ້ອງຮັບແຂກ",
     "Put up the fees in front of the hall", 30),
)  # fmt: skip


def follow_up(now: datetime) -> None:
    """Give tasks from the capital's resolution; the district does one of them and is late."""
    with reference_scope(), reading() as session:
        units = {
            unit.code: unit
            for unit in session.scalars(select(Unit).where(Unit.code.in_((SEAT, PLACE))))
        }
        people = {user.username: user for user in session.scalars(select(User))}
    seat, place = units[SEAT], units[PLACE]
    with area_scope(seat.id), reading() as session:
        resolution = session.scalars(
            select(Resolution)
            .where(Resolution.place_id == seat.id, Resolution.state.in_(IN_FORCE))
            .order_by(Resolution.number)
            .limit(1)
        ).one_or_none()
    if resolution is None:
        return
    secretary, coordinator = people["capital.secretary"], people["chanthabuly.coordinator"]
    then = now - GIVEN_BEFORE
    label = resolution_words.label(resolution, seat)
    with clock.use(_standing_at(then)), area_scope(seat.id), _as(secretary):
        given = [
            operations.give(
                seat,
                resolution.id,
                label,
                Task(
                    place_id=place.id,
                    task_lo=task_lo,
                    task_en=task_en,
                    office_lo="ຫ້ອງການຊັບພະຍາກອນທຳມະຊາດ ແລະ ສິ່ງແວດລ້ອມເມືອງ",
                    office_en="District office of agriculture and environment",
                    responsible_name=coordinator.name_lo,
                    responsible_id=coordinator.id,
                    due_on=clock.today() + timedelta(days=days),
                ),
            )
            for task_lo, task_en, days in TASKS
        ]
    first = given[0]
    with clock.use(_standing_at(then + timedelta(days=9))), area_scope(place.id), _as(coordinator):
        first = operations.report(
            place, first.id, first.version, "ໄດ້ມອບໝາຍພະນັກງານເພີ່ມ 1 ຄົນແລ້ວ ຕັ້ງແຕ່ຕົ້ນອາທິດ."
        )
    with clock.use(_standing_at(then + timedelta(days=10))), area_scope(seat.id), _as(secretary):
        operations.accept(seat, first.id, first.version, "ຮັບຮອງ.")
    _acknowledge(now)


def _acknowledge(now: datetime) -> None:
    """Every other centre has read what was issued."""
    with reference_scope(), reading() as session:
        centres = list(session.scalars(select(Centre).order_by(Centre.code)))
        issued = list(session.scalars(select(Guideline.id)))
    for centre in centres[::2]:
        with clock.use(_standing_at(now - timedelta(days=2))), centre_scope(centre.id):
            known = {one.guideline.id for one in guidelines.for_centre(centre)}
            for guideline_id in issued:
                if guideline_id in known:
                    guidelines.acknowledge(centre, guideline_id)


def _as(user: User) -> Any:
    return acting_as(Actor(user.name_lo, user.id))


def _standing_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment
