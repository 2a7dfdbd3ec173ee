"""Freezes the figures of a meeting: what its pack shows now can be shown again at any time."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.committees import pack_content
from odsc_counter.committees.lifecycle import IN_SESSION, INVITED, PLANNED
from odsc_counter.committees.models import MeetingFigures
from odsc_counter.places.models import Unit
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import one_moment, unit_of_work

BEFORE_ITS_END = frozenset({PLANNED, INVITED, IN_SESSION})


class MeetingIsOver(DomainError):
    """A pack is for a meeting that is still to be held or is being held."""

    slug = "meeting-is-over"
    status = 409
    message = _("This meeting is over: no new pack can be made for it.")


def canonical(content: dict[str, Any]) -> str:
    """The content as the one text that its hash is taken of: sorted keys, no blanks, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def freeze(unit: Unit, meeting_id: uuid.UUID) -> MeetingFigures:
    """Keep the figures of the unit's area, and what is known of the meeting, as of this moment.

    All of it is read at one moment of the database. Editions are numbered 1, 2 … within the
    meeting; who freezes at the same time waits, and gets the next number and a later moment.
    Raises NotFound for a meeting of another committee, MeetingIsOver.
    """
    with unit_of_work() as work:
        meeting = pack_content.meeting_of(work.session, unit, meeting_id)
        if meeting.state not in BEFORE_ITS_END:
            raise MeetingIsOver
        edition = take_number(work.session, f"pack:{meeting_id.hex}", "")
        with one_moment() as session:
            content = pack_content.gathered(session, unit, meeting)
        frozen = MeetingFigures(
            place_id=unit.id,
            meeting_id=meeting_id,
            edition=edition,
            frozen_at=datetime.fromisoformat(content["at"]),
            frozen_by_name=current_actor().name[:160],
            content=content,
            content_hash=hash_of(content),
        )
        work.session.add(frozen)
        work.record_in_area(
            "freeze",
            subject_kind="meeting",
            subject_id=str(meeting_id),
            data={"edition": edition, "hash": frozen.content_hash},
        )
        return frozen


def pack_faults(session: Session) -> Iterator[tuple[int, str]]:
    """Editions whose content is not what was frozen, or whose numbers have a gap, by place."""
    editions: dict[uuid.UUID, int] = {}
    for frozen in session.scalars(
        select(MeetingFigures)
        .order_by(MeetingFigures.place_id, MeetingFigures.meeting_id, MeetingFigures.edition)
        .execution_options(yield_per=50)
    ):
        label = f"pack {frozen.edition} of meeting {frozen.meeting_id}"
        if hash_of(frozen.content) != frozen.content_hash:
            yield frozen.place_id, f"{label}: the content is not what was frozen"
        if frozen.edition != editions.get(frozen.meeting_id, 0) + 1:
            yield frozen.place_id, f"{label}: the edition before it is missing"
        editions[frozen.meeting_id] = frozen.edition
