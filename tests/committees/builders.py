"""Builders: a committee with seats, a meeting of it, who is there, a signed resolution.

Rows are made directly, without the operations of the committee's secretary.
"""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from odsc_counter.catalogue.models import Letterhead
from odsc_counter.committees import lifecycle
from odsc_counter.committees.models import (
    AgendaItem,
    Attendance,
    Committee,
    CommitteeMember,
    Meeting,
)
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

MORNING = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""09:00 in Vientiane."""
ROLES = ("chair", "deputy", "secretary")


def a_letterhead() -> None:
    """The State's two lines on papers, once."""
    with reference_scope():
        with reading() as session:
            if session.scalars(select(Letterhead.id)).first() is not None:
                return
        with unit_of_work() as work:
            work.session.add(
                Letterhead(
                    line1_lo="ສາທາລະນະລັດ ປະຊາທິປະໄຕ ປະຊາຊົນລາວ",
                    line2_lo="ສັນຕິພາບ ເອກະລາດ ປະຊາທິປະໄຕ ເອກະພາບ ວັດທະນະຖາວອນ",
                    line1_en="Lao People's Democratic Republic",
                    line2_en="Peace Independence Democracy Unity Prosperity",
                    valid_from=date(2000, 1, 1),
                )
            )


def a_committee(unit: Unit, seats: int = 5, quorum_percent: int = 50) -> list[CommitteeMember]:
    """The unit's committee with so many seats: chair, deputy, secretary, members."""
    a_letterhead()
    with area_scope(unit.id), unit_of_work() as work:
        work.session.add(
            Committee(
                name_lo=f"ຄະນະກຳມະການປະສານງານ {unit.name_lo}",
                name_en=f"Coordination committee of {unit.name_en}",
                quorum_percent=quorum_percent,
            )
        )
        members = []
        for place in range(seats):
            member = CommitteeMember(
                name_lo=f"ທ. ສະມາຊິກ {place + 1}",
                name_en=f"Member {place + 1}",
                post_lo=f"ຫົວໜ້າຫ້ອງການ {place + 1}",
                post_en=f"Head of office {place + 1}",
                role=ROLES[place] if place < len(ROLES) else "member",
                from_on=date(2020, 1, 1),
                position=place,
            )
            work.session.add(member)
            members.append(member)
    return members


def a_meeting(
    unit: Unit,
    state: str = lifecycle.IN_SESSION,
    *,
    present: list[CommitteeMember] | None = None,
    points: int = 2,
    starts_at: datetime = MORNING,
) -> Meeting:
    """A meeting of the unit's committee in a state before its sign-off.

    `present`: who is there; everybody else of the attendance is not written down at all.
    """
    year = clock.local(starts_at).year
    verbs = {
        lifecycle.PLANNED: (),
        lifecycle.INVITED: ("invite",),
        lifecycle.IN_SESSION: ("open",),
        lifecycle.HELD: ("open", "end"),
        lifecycle.CALLED_OFF: ("call_off",),
    }[state]
    with area_scope(unit.id), unit_of_work() as work:
        meeting = Meeting(
            id=uuid.uuid4(),
            year=year,
            number=take_number(work.session, "meeting", str(year)),
            title_lo="ກອງປະຊຸມປະສານງານ",
            title_en="Coordination meeting",
            starts_at=starts_at,
            ends_at=starts_at.replace(hour=5),
            venue="ຫ້ອງປະຊຸມ 1",
            chair_id=present[0].id if present else None,
            **texts(),
        )
        work.begin(meeting, lifecycle.MEETING, "plan")
        for place in range(points):
            work.session.add(
                AgendaItem(
                    id=uuid.uuid4(),
                    meeting_id=meeting.id,
                    position=place + 1,
                    kind="topic",
                    title_lo=f"ວາລະ {place + 1}",
                    title_en=f"Point {place + 1}",
                    added_at=starts_at,
                )
            )
        for member in present or ():
            work.session.add(
                Attendance(meeting_id=meeting.id, member_id=member.id, presence="present")
            )
        work.session.flush()
        for verb in verbs:
            work.change(meeting, lifecycle.MEETING, verb)
    return meeting


def texts() -> dict[str, Any]:
    """The texts that a new meeting has not got yet."""
    return {
        "minutes_lo": "", "minutes_en": "", "call_off_reason": "", "signed_by": "",
        "signed_body": "", "signed_hash": "",
    }  # fmt: skip
