"""Builders: a resolution of a committee and an action item from it."""

from datetime import date, timedelta
from typing import Any

from odsc_counter.actions import operations
from odsc_counter.actions.models import ActionItem
from odsc_counter.actions.operations import Task
from odsc_counter.committees.lifecycle import CONFIRMED, PROPOSED, RESOLUTION
from odsc_counter.committees.models import Meeting, Resolution
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import unit_of_work
from tests.committees.builders import a_committee, a_meeting


def a_resolution(unit: Unit, number: int = 1) -> Resolution:
    """A resolution of the unit's committee that is in force."""
    meeting: Meeting = a_meeting(unit)
    with area_scope(unit.id), unit_of_work() as work:
        made = Resolution(
            meeting_id=meeting.id, year=2026, number=number, title_lo="ຫົວຂໍ້", text_lo="ເນື້ອໃນ",
            title_en="", text_en="", amended_lo="", amended_en="", proposer_name="", way="",
            reason="", goes_down=False,
        )  # fmt: skip
        work.begin(made, RESOLUTION, "propose")
        made.way = "consensus"
        made.decided_at = clock.now()
        work.change(made, RESOLUTION, "confirm")
    assert made.state == CONFIRMED != PROPOSED
    return made


def a_seat(unit: Unit) -> Resolution:
    """A committee with one resolution in force."""
    a_committee(unit)
    return a_resolution(unit)


def a_task(place: Unit, due_in: int = 10, **more: Any) -> Task:
    """A task of a unit's office that is due in so many days."""
    due: date = clock.today() + timedelta(days=due_in)
    return Task(
        place_id=place.id, task_lo="ຕິດປະກາດ", task_en="Put up the notice",
        office_lo="ຫ້ອງການທີ່ດິນ", office_en="Land office",
        responsible_name="ທ. ບຸນມີ", due_on=due, **more,
    )  # fmt: skip


def given(
    seat: Unit, place: Unit, resolution: Resolution, due_in: int = 10, **more: Any
) -> ActionItem:
    """An action item that the seat's committee gave to a place."""
    with area_scope(seat.id):
        return operations.give(seat, resolution.id, "1/2026", a_task(place, due_in, **more))
