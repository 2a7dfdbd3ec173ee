"""What people look at of resolutions: those of a meeting, one of them, and those in force.

What is not decided, or not signed, is asked for by the unit's own key: a session of a province
covers its districts, and must not show what they are still about to decide.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session, defer

from odsc_counter.actions.models import ActionItem
from odsc_counter.committees import lifecycle
from odsc_counter.committees import quorum as quorums
from odsc_counter.committees.models import (
    AgendaItem,
    CommitteeMember,
    Meeting,
    Resolution,
)
from odsc_counter.committees.resolutions import WRITABLE
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.work import reading

MOST = 100
"""As many resolutions as a list shows at once."""
LABEL = re.compile(r"(\d{1,6})(?:/(\d{4})(?:-(LA\d{0,4}))?)?", re.IGNORECASE)
"""What is typed to find a number: 12, 12/2026 or 12/2026-LA01."""
ALL_STATES = frozenset({*WRITABLE, lifecycle.SIGNED})
OF_MEETING = and_(Meeting.place_id == Resolution.place_id, Meeting.id == Resolution.meeting_id)


@dataclass(frozen=True)
class OfMeeting:
    """A meeting's resolutions, and whether more may come."""

    meeting: Meeting
    rows: list[Resolution]
    quorum: quorums.Quorum

    @property
    def is_writable(self) -> bool:
        """Whether resolutions may be proposed and decided now."""
        return self.meeting.state in WRITABLE

    @property
    def has_begun(self) -> bool:
        """Whether there are minutes, or will be."""
        return self.meeting.state in ALL_STATES


@dataclass(frozen=True)
class Whole:
    """One resolution with all that belongs to it."""

    resolution: Resolution
    meeting: Meeting
    place: Unit
    quorum: quorums.Quorum | None = None
    """Of its own committee's page alone."""
    item: AgendaItem | None = None
    corrects: Resolution | None = None
    corrected_by: list[Resolution] = field(default_factory=list)
    deferred_from: Resolution | None = None
    actions: list[ActionItem] = field(default_factory=list)


@dataclass(frozen=True)
class InForce:
    """A line of the list of what holds."""

    resolution: Resolution
    meeting: Meeting
    place: Unit
    corrected_by: list[Resolution]


def meeting_of(unit: Unit, meeting_id: uuid.UUID) -> Meeting:
    """The unit's own meeting. Raises NotFound, also for one of a unit within it."""
    with reading() as session:
        meeting = session.scalars(
            select(Meeting).where(Meeting.place_id == unit.id, Meeting.id == meeting_id)
        ).one_or_none()
    if meeting is None:
        raise NotFound
    return meeting


def of_meeting(meeting: Meeting) -> OfMeeting:
    """All resolutions of a meeting by number."""
    with reading() as session:
        rows = session.scalars(
            select(Resolution)
            .where(
                Resolution.place_id == meeting.place_id, Resolution.meeting_id == meeting.id
            )
            .order_by(Resolution.year, Resolution.number)
        )  # fmt: skip
        return OfMeeting(meeting, list(rows), quorums.of_meeting(session, meeting))


def own(unit: Unit, resolution_id: uuid.UUID) -> Whole:
    """A resolution of the unit's own committee, in whatever state. Raises NotFound."""
    with reading() as session:
        found = session.execute(
            select(Resolution, Meeting)
            .join(Meeting, OF_MEETING)
            .where(Resolution.place_id == unit.id, Resolution.id == resolution_id)
        ).one_or_none()
        if found is None:
            raise NotFound
        resolution, meeting = found
        return Whole(
            resolution,
            meeting,
            unit,
            quorums.of_meeting(session, meeting),
            session.get(AgendaItem, (unit.id, resolution.agenda_item_id))
            if resolution.agenda_item_id
            else None,
            _one(session, unit.id, resolution.corrects_id),
            _corrections(session, [resolution], ALL_STATES),
            _one(session, unit.id, resolution.deferred_from_id),
            _actions(session, resolution),
        )


def decision(place_id: int, resolution_id: uuid.UUID) -> Whole:
    """A resolution in force, of signed minutes, within the session's area. Raises NotFound."""
    with reading() as session:
        found = session.execute(
            _in_force().where(Resolution.place_id == place_id, Resolution.id == resolution_id)
        ).one_or_none()
        if found is None:
            raise NotFound
        resolution, meeting, place = found
        return Whole(
            resolution,
            meeting,
            place,
            corrects=_one(session, place_id, resolution.corrects_id),
            corrected_by=_corrections(session, [resolution], {lifecycle.SIGNED}),
            actions=_actions(session, resolution),
        )


def in_force(text: str = "", place_id: int | None = None) -> list[InForce]:
    """What committees of the session's area have decided and signed, the newest first.

    `text`: words or a number; `place_id`: of this committee alone. At most MOST.
    """
    statement = _in_force().order_by(
        Meeting.starts_at.desc(), Resolution.year.desc(), Resolution.number.desc()
    )
    if text:
        statement = statement.where(_about(text))
    if place_id is not None:
        statement = statement.where(Resolution.place_id == place_id)
    with reading() as session:
        rows = session.execute(statement.limit(MOST)).tuples().all()
        later: dict[uuid.UUID, list[Resolution]] = {}
        for one in _corrections(session, [row[0] for row in rows], {lifecycle.SIGNED}):
            if one.corrects_id is not None:
                later.setdefault(one.corrects_id, []).append(one)
    return [
        InForce(resolution, meeting, place, later.get(resolution.id, []))
        for resolution, meeting, place in rows
    ]


def correctable(unit: Unit) -> list[Resolution]:
    """The committee's own resolutions in force that a later one may correct."""
    with reading() as session:
        rows = session.execute(_in_force().where(Resolution.place_id == unit.id)).tuples()
        return sorted(
            (resolution for resolution, _meeting, _place in rows),
            key=lambda row: (row.year, row.number),
            reverse=True,
        )


def members_on(meeting: Meeting) -> list[CommitteeMember]:
    """Who held a seat in the committee on the meeting's day, in their order."""
    day = clock.local(meeting.starts_at).date()
    with reading() as session:
        return list(
            session.scalars(
                select(CommitteeMember)
                .where(
                    CommitteeMember.place_id == meeting.place_id,
                    CommitteeMember.from_on <= day,
                    or_(CommitteeMember.ended_on.is_(None), CommitteeMember.ended_on > day),
                )
                .order_by(CommitteeMember.position, CommitteeMember.name_lo)
            )
        )


def agenda_of(meeting: Meeting) -> list[AgendaItem]:
    """The points that stand on the agenda, in their order."""
    with reading() as session:
        return list(
            session.scalars(
                select(AgendaItem)
                .where(
                    AgendaItem.place_id == meeting.place_id,
                    AgendaItem.meeting_id == meeting.id,
                    AgendaItem.withdrawn_at.is_(None),
                )
                .order_by(AgendaItem.position, AgendaItem.added_at)
            )
        )


def _in_force() -> Select[Resolution, Meeting, Unit]:
    return (
        select(Resolution, Meeting, Unit)
        .join(Meeting, OF_MEETING)
        .join(Unit, Unit.id == Resolution.place_id)
        .where(Resolution.state.in_(lifecycle.IN_FORCE), Meeting.state == lifecycle.SIGNED)
        .options(defer(Meeting.signed_body), defer(Meeting.minutes_lo), defer(Meeting.minutes_en))
    )


def _about(text: str) -> ColumnElement[bool]:
    """Resolutions with this number, or with these words in title, text or committee's place."""
    found = LABEL.fullmatch(text)
    if found is not None:
        number, year, code = found.groups()
        return and_(
            Resolution.number == int(number),
            Resolution.year == int(year) if year else true(),
            Unit.code == code.upper() if code else true(),
        )
    return or_(
        *(
            column.icontains(lao_normalize(text), autoescape=True)
            for column in (
                Resolution.title_lo, Resolution.title_en, Resolution.text_lo, Resolution.text_en,
                Resolution.amended_lo, Resolution.amended_en, Unit.name_lo, Unit.name_en,
            )
        )
    )  # fmt: skip


def _one(session: Session, place_id: int, key: uuid.UUID | None) -> Resolution | None:
    return session.get(Resolution, (place_id, key)) if key is not None else None


def _corrections(
    session: Session, rows: Sequence[Resolution], states: set[str] | frozenset[str]
) -> list[Resolution]:
    """Resolutions in force that correct one of these, of meetings in these states."""
    if not rows:
        return []
    return list(
        session.scalars(
            select(Resolution)
            .join(Meeting, OF_MEETING)
            .where(
                Resolution.corrects_id.in_([row.id for row in rows]),
                Resolution.place_id.in_({row.place_id for row in rows}),
                Resolution.state.in_(lifecycle.IN_FORCE),
                Meeting.state.in_(states),
            )
            .order_by(Resolution.year, Resolution.number)
        )
    )


def _actions(session: Session, resolution: Resolution) -> list[ActionItem]:
    """What must be done because of it, as far as the session's area reaches."""
    return list(
        session.scalars(
            select(ActionItem)
            .where(
                ActionItem.seat_id == resolution.place_id,
                ActionItem.resolution_id == resolution.id,
            )
            .order_by(ActionItem.year, ActionItem.number)
        )
    )
