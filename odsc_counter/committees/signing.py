"""Signing the minutes off: everything is frozen, and what is in force goes down to the centres."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.actions import guidelines
from odsc_counter.actions.models import Guideline
from odsc_counter.committees import lifecycle, minutes, quorum, resolution_words
from odsc_counter.committees.models import AgendaItem, Meeting, Resolution
from odsc_counter.committees.resolution_errors import MinutesClosed, NothingToSign, Undecided
from odsc_counter.committees.resolutions import Ballot, open_meeting, refuse_votes
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.work import Work, unit_of_work


@dataclass(frozen=True)
class Signer:
    """Who signs: name and post as the paper shows them."""

    name: str
    post: str

    @property
    def words(self) -> str:
        """Name and post in one line."""
        return ", ".join(part for part in (self.name, self.post) if part)


def sign(unit: Unit, meeting_id: uuid.UUID, chair: Signer, secretary: Signer) -> Meeting:
    """Sign the minutes of a meeting that was held. Nothing of it changes from now on.

    The secretary's own word was asked for before. Raises NotFound, MinutesClosed, Undecided,
    NothingToSign, and what `refuse_votes` raises should the attendance no longer bear a vote.
    """
    chair, secretary = (
        Signer(lao_normalize(one.name), lao_normalize(one.post)) for one in (chair, secretary)
    )
    with unit_of_work() as work:
        session = work.session
        meeting = open_meeting(session, unit, meeting_id)
        if meeting.state != lifecycle.HELD:
            raise MinutesClosed
        rows = session.scalars(
            select(Resolution)
            .where(Resolution.place_id == unit.id, Resolution.meeting_id == meeting.id)
            .order_by(Resolution.year, Resolution.number)
        ).all()
        _refuse_unfinished(session, unit, meeting, rows)
        signed_at = clock.now()
        signed_by = "; ".join((chair.words, secretary.words))[:300]
        body = minutes.record(session, unit, meeting)
        body["rows"]["meeting"] |= {
            "signed_at": minutes.plain(signed_at), "signed_by": signed_by,
        }  # fmt: skip
        body["paper"]["signers"] = {
            "chair": {"name": chair.name, "post": chair.post},
            "secretary": {"name": secretary.name, "post": secretary.post},
        }
        text = minutes.canonical(body)
        meeting.signed_at = signed_at
        meeting.signed_by = signed_by
        meeting.signed_body = text
        meeting.signed_hash = hash_of(text)
        work.change(
            meeting, lifecycle.MEETING, "sign",
            label=f"{meeting.number}/{meeting.year}", signed_by=signed_by,
            hash=meeting.signed_hash, resolutions=len(rows),
        )  # fmt: skip
        for resolution in rows:
            if resolution.goes_down and resolution.state in lifecycle.IN_FORCE:
                _issue(work, unit, resolution)
        return meeting


def hash_of(text: str) -> str:
    """SHA-256 of the signed text."""
    return sha256(text.encode()).hexdigest()


def _refuse_unfinished(
    session: Session, unit: Unit, meeting: Meeting, rows: Sequence[Resolution]
) -> None:  # fmt: skip
    undecided = [
        resolution_words.label(row, unit) for row in rows if row.state == lifecycle.PROPOSED
    ]
    if undecided:
        raise Undecided(labels=", ".join(undecided))
    discussed = session.scalars(
        select(AgendaItem.id)
        .where(
            AgendaItem.place_id == unit.id,
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.discussion_lo != "",
        )
        .limit(1)
    ).first()
    if not rows and not meeting.minutes_lo and discussed is None:
        raise NothingToSign
    there = quorum.of_meeting(session, meeting)
    verbs = {"confirmed": "confirm", "amended": "amend", "deferred": "defer", "rejected": "reject"}
    for row in rows:
        ballot = Ballot(row.way, row.votes_for, row.votes_against, row.votes_abstained)
        refuse_votes(there, ballot, verbs[row.state])


def _issue(work: Work, unit: Unit, resolution: Resolution) -> None:
    """A resolution in force becomes a guideline for all centres within the unit."""
    session = work.session
    replaced = None
    if resolution.corrects_id is not None:
        earlier = session.get_one(Resolution, (unit.id, resolution.corrects_id))
        replaced = session.scalars(
            select(Guideline.id).where(
                Guideline.unit_id == unit.id,
                Guideline.label == resolution_words.label(earlier, unit),
            )
        ).first()
    guidelines.issue(
        unit,
        guidelines.Wording(
            label=resolution_words.label(resolution, unit),
            title_lo=resolution.title_lo,
            title_en=resolution.title_en,
            text_lo=resolution_words.text_in_force(resolution, "lo"),
            text_en=resolution_words.english_in_force(resolution),
            acknowledge_by=resolution.acknowledge_by or clock.today(),
            replaces_id=replaced,
        ),
    )
