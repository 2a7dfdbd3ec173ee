"""What people look at: the committee with its seats, its meetings, one meeting whole."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.catalogue.models import Ministry
from odsc_counter.committees import agenda as agendas
from odsc_counter.committees import quorum
from odsc_counter.committees.models import (
    AgendaItem,
    Attendance,
    Committee,
    CommitteeMember,
    Meeting,
    MeetingPaper,
)
from odsc_counter.flags import words as flag_words
from odsc_counter.flags.queries import rows_of
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading

MEETINGS_SHOWN = 100
RANK = {"chair": 0, "deputy": 1, "secretary": 2, "member": 3}


@dataclass(frozen=True)
class Board:
    """A unit's committee; None while nobody has set it up."""

    committee: Committee | None
    seats: list[CommitteeMember]
    """Seats that are held now, by rank."""
    ended: list[CommitteeMember]
    ministries: dict[int, Ministry]


@dataclass(frozen=True)
class MeetingPage:
    """One meeting with all that its page shows."""

    meeting: Meeting
    agenda: list[AgendaItem]
    proposals: agendas.Proposals
    seats: list[CommitteeMember]
    """Seats that are held on the day of the meeting, by rank."""
    attendance: dict[uuid.UUID, Attendance]
    quorum: quorum.Quorum
    papers: list[MeetingPaper]
    chair: CommitteeMember | None
    flag_titles: dict[uuid.UUID, str]
    """What is proposed of flags, in one line in the reader's language."""

    @property
    def agenda_is_open(self) -> bool:
        """Whether points may still be added, moved and taken off."""
        return self.meeting.state in agendas.MAY_CHANGE

    def point(self, item_id: uuid.UUID | None) -> AgendaItem | None:
        """A point that stands on the agenda."""
        return next((item for item in self.agenda if item.id == item_id), None)

    def papers_of(self, item_id: uuid.UUID) -> list[MeetingPaper]:
        """The papers of one point."""
        return [paper for paper in self.papers if paper.agenda_item_id == item_id]


def board(unit: Unit) -> Board:
    """The committee of a unit with its seats."""
    with reading() as session:
        committee = session.get(Committee, unit.id)
        members = session.scalars(
            select(CommitteeMember).where(CommitteeMember.place_id == unit.id)
        ).all()
        ministries = session.scalars(
            select(Ministry).where(
                Ministry.id.in_({one.ministry_id for one in members if one.ministry_id})
            )
        )
        by_ministry = {ministry.id: ministry for ministry in ministries}
    held = sorted((one for one in members if one.ended_on is None), key=_rank)
    ended = sorted(
        (one for one in members if one.ended_on is not None),
        key=lambda one: one.ended_on or date.min,
        reverse=True,
    )
    return Board(committee, held, ended, by_ministry)


def _rank(member: CommitteeMember) -> tuple[int, int, str]:
    return RANK[member.role], member.position, member.name_lo


def member(unit: Unit, member_id: uuid.UUID) -> CommitteeMember:
    """A seat of this unit's committee that is held. Raises NotFound."""
    with reading() as session:
        found = session.get(CommitteeMember, (unit.id, member_id))
    if found is None or found.ended_on is not None:
        raise NotFound
    return found


def accounts_at(unit: Unit) -> list[User]:
    """People who have a role at this very unit, by name: who may have a seat with an account."""
    # A session of an area reads no accounts; these are the nation's.
    with reference_scope(), reading() as session:
        return list(
            session.scalars(
                select(User)
                .join(RoleGrant, RoleGrant.user_id == User.id)
                .where(
                    RoleGrant.at_unit_id == unit.id,
                    or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > clock.today()),
                    User.is_active,
                )
                .distinct()
                .order_by(User.name_lo)
            )
        )


def meetings(unit: Unit) -> list[Meeting]:
    """The unit's meetings, the newest first; at most the last hundred."""
    with reading() as session:
        return list(
            session.scalars(
                select(Meeting)
                .where(Meeting.place_id == unit.id)
                .order_by(Meeting.starts_at.desc())
                .limit(MEETINGS_SHOWN)
            )
        )


def points_of(unit: Unit, found: list[Meeting]) -> dict[uuid.UUID, int]:
    """How many points stand on the agenda of each meeting."""
    with reading() as session:
        counted = session.execute(
            select(AgendaItem.meeting_id, func.count())
            .where(
                AgendaItem.place_id == unit.id,
                AgendaItem.withdrawn_at.is_(None),
                AgendaItem.meeting_id.in_([one.id for one in found]),
            )
            .group_by(AgendaItem.meeting_id)
        )
        return dict(counted.tuples().all())


def meeting(unit: Unit, meeting_id: uuid.UUID) -> Meeting:
    """A meeting of this unit's own committee. Raises NotFound."""
    with reading() as session:
        found = session.get(Meeting, (unit.id, meeting_id))
    if found is None:
        raise NotFound
    return found


def meeting_page(unit: Unit, meeting_id: uuid.UUID) -> MeetingPage:
    """A meeting with agenda, what is proposed for it, seats, attendance and papers."""
    found = meeting(unit, meeting_id)
    day = clock.local(found.starts_at).date()
    with reading() as session:
        seats = session.scalars(
            select(CommitteeMember).where(
                CommitteeMember.place_id == unit.id,
                CommitteeMember.from_on <= day,
                or_(CommitteeMember.ended_on.is_(None), CommitteeMember.ended_on > day),
            )
        ).all()
        attendance = {
            row.member_id: row
            for row in session.scalars(
                select(Attendance).where(
                    Attendance.place_id == unit.id, Attendance.meeting_id == meeting_id
                )
            )
        }
        papers = session.scalars(
            select(MeetingPaper)
            .where(
                MeetingPaper.place_id == unit.id,
                MeetingPaper.meeting_id == meeting_id,
                MeetingPaper.withdrawn_at.is_(None),
            )
            .order_by(MeetingPaper.added_at)
        ).all()
        points = agendas.standing(session, unit.id, meeting_id)
        reached = quorum.of_meeting(session, found)
        chair = session.get(CommitteeMember, (unit.id, found.chair_id)) if found.chair_id else None
    lying = agendas.proposals(unit) if found.state in agendas.MAY_CHANGE else None
    titles = {
        row.flag.id: flag_words.title(row)
        for row in rows_of([flag.id for flag in lying.flags] if lying else [])
    }
    return MeetingPage(
        meeting=found,
        agenda=points,
        proposals=lying or agendas.Proposals([], [], []),
        seats=sorted(seats, key=_rank),
        attendance=attendance,
        quorum=reached,
        papers=list(papers),
        chair=chair,
        flag_titles=titles,
    )
