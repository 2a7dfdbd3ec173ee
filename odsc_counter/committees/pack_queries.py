"""What is looked at of a meeting's papers: its editions, and the values of its invitation."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import defer

from odsc_counter.committees import pack_content
from odsc_counter.committees.models import MeetingFigures
from odsc_counter.places.models import Unit
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.work import reading


def editions(unit: Unit, meeting_id: uuid.UUID) -> list[MeetingFigures]:
    """The packs of a meeting without their content, the newest first."""
    with reading() as session:
        return list(
            session.scalars(
                select(MeetingFigures)
                .where(MeetingFigures.place_id == unit.id, MeetingFigures.meeting_id == meeting_id)
                .order_by(MeetingFigures.edition.desc())
                .options(defer(MeetingFigures.content, raiseload=True))
            )
        )


def edition_of(unit: Unit, meeting_id: uuid.UUID, edition: int) -> MeetingFigures:
    """One edition of a meeting's pack. Raises NotFound."""
    with reading() as session:
        found = session.scalars(
            select(MeetingFigures).where(
                MeetingFigures.place_id == unit.id,
                MeetingFigures.meeting_id == meeting_id,
                MeetingFigures.edition == edition,
            )
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


def invitation_to(unit: Unit, meeting_id: uuid.UUID) -> pack_content.Values:
    """What the invitation to a meeting says. Raises NotFound."""
    with reading() as session:
        meeting = pack_content.meeting_of(session, unit, meeting_id)
        return pack_content.invitation(session, unit, meeting)
