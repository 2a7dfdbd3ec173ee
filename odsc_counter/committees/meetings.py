"""Meetings: planned, invited to, opened with who is present, and ended."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.accounts.notices import tell
from odsc_counter.committees import quorum
from odsc_counter.committees.errors import NoCommittee
from odsc_counter.committees.lifecycle import HELD, IN_SESSION, INVITED, MEETING, PLANNED
from odsc_counter.committees.models import Attendance, Committee, CommitteeMember, Meeting
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.work import Work, unit_of_work

PRESENCES = ("present", "excused", "absent")


@dataclass(frozen=True)
class Plan:
    """When, where and about what a committee meets."""

    title_lo: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    title_en: str = ""
    chair_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Presence:
    """Whether a member is there, and who came in their place."""

    presence: str
    deputy_name: str = ""


def plan(unit: Unit, wanted: Plan) -> Meeting:
    """Plan a meeting; it takes the next number of its year. Raises NoCommittee, InvalidInput."""
    with unit_of_work() as work:
        if work.session.get(Committee, unit.id) is None:
            raise NoCommittee
        _check(work, unit, wanted)
        year = clock.local(wanted.starts_at).year
        meeting = Meeting(
            place_id=unit.id,
            id=uuid.uuid4(),
            year=year,
            number=take_number(work.session, "meeting", str(year)),
            minutes_lo="",
            minutes_en="",
            call_off_reason="",
            signed_by="",
            signed_body="",
            signed_hash="",
            **asdict(wanted),
        )
        work.begin(meeting, MEETING, "plan", label=_label(meeting))
    return meeting


def change(unit: Unit, meeting_id: uuid.UUID, wanted: Plan) -> Meeting:
    """Change when, where and about what. Raises NotFound, AlreadyChanged, InvalidInput.

    A meeting keeps its number and so its year.
    """
    with unit_of_work() as work:
        meeting = locked(work, unit, meeting_id)
        _check(work, unit, wanted)
        if clock.local(wanted.starts_at).year != meeting.year:
            raise InvalidInput({"day": _("The meeting's number is of the year %(year)s.",
                                         year=meeting.year)})  # fmt: skip
        before = meeting.starts_at.isoformat()
        for name, value in asdict(wanted).items():
            setattr(meeting, name, value)
        work.change(meeting, MEETING, "change", label=_label(meeting), starts_before=before)
    return meeting


def invite(unit: Unit, meeting_id: uuid.UUID) -> Meeting:
    """Send the invitation, again if something has changed since. Raises AlreadyChanged."""
    with unit_of_work() as work:
        meeting = locked(work, unit, meeting_id)
        meeting.invited_at = clock.now()
        work.change(meeting, MEETING, "invite", label=_label(meeting))
        _tell_members(work, unit, meeting, "meeting_invited")
    return meeting


def call_off(unit: Unit, meeting_id: uuid.UUID, reason: str) -> None:
    """Call a meeting off that has not begun. Raises AlreadyChanged."""
    with unit_of_work() as work:
        meeting = locked(work, unit, meeting_id)
        meeting.call_off_reason = reason
        work.change(meeting, MEETING, "call_off", label=_label(meeting), reason=reason)
        _tell_members(work, unit, meeting, "meeting_called_off")


def open_meeting(unit: Unit, meeting_id: uuid.UUID) -> None:
    """Begin the meeting. Whoever is not marked otherwise is absent. Raises AlreadyChanged."""
    with unit_of_work() as work:
        meeting = locked(work, unit, meeting_id)
        meeting.opened_at = clock.now()
        work.change(meeting, MEETING, "open", label=_label(meeting))


def end(unit: Unit, meeting_id: uuid.UUID) -> None:
    """End the meeting; minutes and resolutions may be written until the sign-off."""
    with unit_of_work() as work:
        meeting = locked(work, unit, meeting_id)
        meeting.ended_at = clock.now()
        work.change(meeting, MEETING, "end", label=_label(meeting))


def attend(unit: Unit, meeting_id: uuid.UUID, presences: Mapping[uuid.UUID, Presence]) -> None:
    """Note who is there. Raises AlreadyChanged before it began and once it is signed."""
    with unit_of_work() as work:
        meeting = locked(work, unit, meeting_id)
        if meeting.state not in (INVITED, PLANNED, IN_SESSION, HELD):
            raise AlreadyChanged
        known = set(
            work.session.scalars(
                select(CommitteeMember.id).where(CommitteeMember.place_id == unit.id)
            )
        )
        if not set(presences) <= known:
            raise NotFound
        rows = {
            row.member_id: row
            for row in work.session.scalars(
                select(Attendance).where(
                    Attendance.place_id == unit.id, Attendance.meeting_id == meeting_id
                )
            )
        }
        for member_id, presence in presences.items():
            if presence.presence not in PRESENCES:
                raise InvalidInput({"presence": _("Choose one of the list.")})
            row = rows.get(member_id)
            if row is None:
                row = Attendance(place_id=unit.id, meeting_id=meeting_id, member_id=member_id)
                work.session.add(row)
            row.presence = presence.presence
            row.deputy_name = presence.deputy_name
        work.session.flush()
        found = quorum.of_meeting(work.session, meeting)
        work.record_in_area(
            "attend",
            subject_kind="meeting",
            subject_id=str(meeting.id),
            data={"label": _label(meeting), "present": found.present, "seats": found.seats},
        )


def has_quorum(session: Session, meeting: Meeting) -> bool:
    """Whether enough seats of the meeting's day are taken to decide."""
    return quorum.of_meeting(session, meeting).is_reached


def locked(work: Work, unit: Unit, meeting_id: uuid.UUID) -> Meeting:
    """The unit's own meeting, held for a change. Raises NotFound."""
    meeting = work.session.get(Meeting, (unit.id, meeting_id), with_for_update=True)
    if meeting is None:
        raise NotFound
    return meeting


def _tell_members(work: Work, unit: Unit, meeting: Meeting, kind: str) -> None:
    """Tell the members who have an account, with the day and hour."""
    day = clock.local(meeting.starts_at).date()
    members = work.session.scalars(
        select(CommitteeMember.user_id).where(
            CommitteeMember.place_id == unit.id,
            CommitteeMember.user_id.is_not(None),
            CommitteeMember.from_on <= day,
            CommitteeMember.ended_on.is_(None) | (CommitteeMember.ended_on > day),
        )
    ).all()
    when = f"{clock.local(meeting.starts_at):%d/%m/%Y %H:%M}"
    tell(
        work.session,
        members,
        kind,
        {
            "lo": f"{when} {meeting.title_lo}",
            "en": f"{when} {meeting.title_en or meeting.title_lo}",
        },
        f"/a/{unit.code}/meetings/{meeting.id}",
    )


def _label(meeting: Meeting) -> str:
    return f"{meeting.number}/{meeting.year}"


def _check(work: Work, unit: Unit, wanted: Plan) -> None:
    if wanted.ends_at <= wanted.starts_at:
        raise InvalidInput({"ends": _("It ends before it begins.")})
    if wanted.chair_id is not None:
        chair = work.session.get(CommitteeMember, (unit.id, wanted.chair_id))
        if chair is None or chair.ended_on is not None:
            raise InvalidInput({"chair_id": _("Choose one of the list.")})
