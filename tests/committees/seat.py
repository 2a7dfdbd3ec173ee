"""A committee with members in a test, and what lies before it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from odsc_counter.actions import lifecycle as action_lifecycle
from odsc_counter.actions.models import ActionItem
from odsc_counter.committees import meetings, members
from odsc_counter.committees.lifecycle import DEFERRED, RESOLUTION
from odsc_counter.committees.meetings import Plan
from odsc_counter.committees.members import Seat
from odsc_counter.committees.models import CommitteeMember, Meeting, Resolution
from odsc_counter.flags.lifecycle import LIFECYCLE as FLAG
from odsc_counter.flags.models import Flag
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import unit_of_work
from tests.world import a_unit

BEGAN = date(2026, 1, 1)
SOON = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
"""9 o'clock in Vientiane."""


def a_plan(title: str = "ກອງປະຊຸມ", starts_at: datetime = SOON, **more: object) -> Plan:
    """A meeting of two hours."""
    return Plan(title, starts_at, starts_at + timedelta(hours=2), "ຫ້ອງປະຊຸມ", **more)  # type: ignore[arg-type]  # fields of Plan


def a_seat(name: str = "ທ. ສົມພອນ", role: str = "member", **more: object) -> Seat:
    """A seat since the beginning of the year."""
    return Seat(name, "ຫົວໜ້າພະແນກ", role, **{"from_on": BEGAN, **more})  # type: ignore[arg-type]  # fields of Seat


@dataclass
class Committee:
    """A unit's committee."""

    unit: Unit
    seats: list[CommitteeMember] = field(default_factory=list)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """In the scope of the unit's own office."""
        with area_scope(self.unit.id):
            yield

    def meeting(self, **more: object) -> Meeting:
        """A planned meeting."""
        with self.inside():
            return meetings.plan(self.unit, a_plan(**more))  # type: ignore[arg-type]  # fields of Plan

    def flag(self, place: Unit | None = None, **more: object) -> Flag:
        """A live flag about a place within, which this unit's office must answer."""
        today = clock.today()
        with self.inside(), unit_of_work() as work:
            flag = Flag(
                place_id=(place or self.unit).id,
                id=uuid.uuid4(),
                rule="silent_centre",
                subject=uuid.uuid4().hex,
                holder_id=self.unit.id,
                raised_at=clock.now(),
                raised_on=today,
                figures={},
                last_seen_on=today,
                answer_due_on=today,
                answer="",
                close_reason="",
            )
            for name, value in more.items():
                setattr(flag, name, value)
            work.begin(flag, FLAG, "raise")
        return flag

    def resolution(self, meeting: Meeting, number: int = 1, state: str = DEFERRED) -> Resolution:
        """A resolution of a meeting, deferred unless told."""
        with self.inside(), unit_of_work() as work:
            resolution = Resolution(
                place_id=self.unit.id,
                id=uuid.uuid4(),
                meeting_id=meeting.id,
                year=2026,
                number=number,
                title_lo="ມະຕິ",
                text_lo="ຂໍ້ຄວາມ",
                goes_down=False,
            )
            work.begin(resolution, RESOLUTION, "propose")
            if state == DEFERRED:
                resolution.reason = "ຂາດຂໍ້ມູນ"
                work.change(resolution, RESOLUTION, "defer")
        return resolution

    def action(self, resolution: Resolution, due_on: date, place: Unit | None = None) -> ActionItem:
        """An action item that this committee gave."""
        with self.inside(), unit_of_work() as work:
            action = ActionItem(
                place_id=(place or self.unit).id,
                id=uuid.uuid4(),
                seat_id=self.unit.id,
                resolution_id=resolution.id,
                resolution_label="1/2026",
                year=2026,
                number=uuid.uuid4().int % 100_000,
                task_lo="ວຽກ",
                office_lo="ຫ້ອງການ",
                responsible_name="ທ. ບຸນມີ",
                given_at=clock.now(),
                due_on=due_on,
            )
            work.begin(action, action_lifecycle.LIFECYCLE, "give")
        return action


def a_committee(code: str = "LA0101", members_: int = 0, quorum_percent: int = 50) -> Committee:
    """A committee of the unit with that code and so many ordinary members."""
    unit = a_unit(code)
    committee = Committee(unit)
    with committee.inside():
        members.set_up(
            unit, name_lo=f"ຄະນະ {code}", name_en="", founded_by="", quorum_percent=quorum_percent
        )
        for number in range(members_):
            committee.seats.append(members.add(unit, a_seat(f"ກຳມະການ {number}")))
    return committee
