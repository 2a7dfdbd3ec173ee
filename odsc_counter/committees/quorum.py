"""Whether enough members are present to decide."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from odsc_counter.committees.models import Attendance, Committee, CommitteeMember, Meeting
from odsc_counter.platform import clock


@dataclass(frozen=True)
class Quorum:
    """Seats of the day, how many of them are taken by somebody, and how many must be."""

    seats: int
    present: int
    needed: int

    @property
    def is_reached(self) -> bool:
        """Whether the committee may decide."""
        return self.seats > 0 and self.present >= self.needed


def needed(seats: int, percent: int) -> int:
    """How many seats must be taken: more than `percent` of them, and all of them at 100."""
    return seats if percent >= 100 else seats * percent // 100 + 1


def of_meeting(session: Session, meeting: Meeting) -> Quorum:
    """The quorum of a meeting by the seats that are held on its day."""
    day = clock.local(meeting.starts_at).date()
    held = (
        CommitteeMember.place_id == meeting.place_id,
        CommitteeMember.from_on <= day,
        or_(CommitteeMember.ended_on.is_(None), CommitteeMember.ended_on > day),
    )
    seats = select(func.count()).select_from(CommitteeMember).where(*held)
    present = (
        select(func.count())
        .select_from(Attendance)
        .join(
            CommitteeMember,
            (CommitteeMember.place_id == Attendance.place_id)
            & (CommitteeMember.id == Attendance.member_id),
        )
        .where(
            *held,
            Attendance.meeting_id == meeting.id,
            or_(Attendance.presence == "present", Attendance.deputy_name != ""),
        )
    )
    percent = select(Committee.quorum_percent).where(Committee.place_id == meeting.place_id)
    held_now, there, share = session.execute(
        select(seats.scalar_subquery(), present.scalar_subquery(), percent.scalar_subquery())
    ).one()
    return Quorum(held_now, there, needed(held_now, 50 if share is None else share))
