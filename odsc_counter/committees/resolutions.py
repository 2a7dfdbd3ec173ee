"""What a committee does with a resolution: propose, reword, decide, take up again.

All of it from the opening of the meeting until the minutes are signed; afterwards only a later
resolution corrects an earlier one.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.committees import lifecycle, quorum
from odsc_counter.committees.models import AgendaItem, CommitteeMember, Meeting, Resolution
from odsc_counter.committees.resolution_errors import (
    AgainstTheVote,
    MinutesClosed,
    NoQuorum,
    TooManyVotes,
)
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.work import unit_of_work

WRITABLE = frozenset({lifecycle.IN_SESSION, lifecycle.HELD})
"""The states of a meeting in which its minutes are written."""
SERIES = "resolution"


@dataclass(frozen=True)
class Proposal:
    """What is proposed, by whom, and what it is about."""

    title_lo: str
    text_lo: str
    title_en: str = ""
    text_en: str = ""
    proposer_id: uuid.UUID | None = None
    """A member of the committee; None: somebody whom `proposer_name` names."""
    proposer_name: str = ""
    agenda_item_id: uuid.UUID | None = None
    corrects_id: uuid.UUID | None = None
    goes_down: bool = False
    acknowledge_by: date | None = None
    """By when all centres must have acknowledged it; needed where it goes down to them."""


@dataclass(frozen=True)
class Ballot:
    """How it was decided. The votes are None where all agreed without one."""

    way: str = "consensus"
    votes_for: int | None = None
    votes_against: int | None = None
    votes_abstained: int | None = None

    @property
    def cast(self) -> int:
        """All votes together."""
        return sum(
            votes or 0 for votes in (self.votes_for, self.votes_against, self.votes_abstained)
        )


@dataclass(frozen=True)
class Decision:
    """What became of a proposal: one of the four of the workshop's form."""

    verb: str
    """confirm, amend, defer or reject."""
    ballot: Ballot = Ballot()
    amended_lo: str = ""
    amended_en: str = ""
    reason: str = ""


def open_meeting(session: Session, unit: Unit, meeting_id: uuid.UUID) -> Meeting:
    """The unit's own meeting, held fast against a sign-off meanwhile.

    Raises NotFound, and MinutesClosed unless it has begun and is not signed.
    """
    meeting = session.scalars(
        select(Meeting)
        .where(Meeting.place_id == unit.id, Meeting.id == meeting_id)
        .with_for_update()
    ).one_or_none()
    if meeting is None:
        raise NotFound
    if meeting.state not in WRITABLE:
        raise MinutesClosed
    return meeting


def propose(unit: Unit, meeting_id: uuid.UUID, proposal: Proposal) -> Resolution:
    """Put a resolution before the meeting; it gets the committee's next number of the year.

    Raises NotFound, MinutesClosed, InvalidInput.
    """
    with unit_of_work() as work:
        meeting = open_meeting(work.session, unit, meeting_id)
        resolution = Resolution(meeting_id=meeting.id, way="")
        resolution.place_id = unit.id
        _fill(work.session, resolution, meeting, proposal)
        resolution.year = clock.local(meeting.starts_at).year
        resolution.number = take_number(work.session, SERIES, str(resolution.year))
        work.begin(
            resolution, lifecycle.RESOLUTION, "propose",
            number=resolution.number, title_lo=resolution.title_lo,
        )  # fmt: skip
        return resolution


def reword(unit: Unit, resolution_id: uuid.UUID, proposal: Proposal) -> Resolution:
    """Change a proposal that is not decided yet. Raises NotFound, MinutesClosed, InvalidInput."""
    with unit_of_work() as work:
        resolution, meeting = _found(work.session, unit, resolution_id)
        with work.session.no_autoflush:
            _fill(work.session, resolution, meeting, proposal)
        work.change(resolution, lifecycle.RESOLUTION, "reword", number=resolution.number)
        return resolution


def decide(unit: Unit, resolution_id: uuid.UUID, decision: Decision) -> Resolution:
    """Write down what the meeting decided.

    Raises NotFound, MinutesClosed, NoQuorum, TooManyVotes, AgainstTheVote, InvalidInput. With as
    many for as against the chair decides: either is taken.
    """
    _refuse_incomplete(decision)
    ballot = decision.ballot
    with unit_of_work() as work:
        resolution, meeting = _found(work.session, unit, resolution_id)
        there = quorum.of_meeting(work.session, meeting)
        refuse_votes(there, ballot, decision.verb)
        is_amended = decision.verb == "amend"
        is_put_off = decision.verb in ("defer", "reject")
        resolution.way = ballot.way
        is_vote = ballot.way == "vote"
        resolution.votes_for = (ballot.votes_for or 0) if is_vote else None
        resolution.votes_against = (ballot.votes_against or 0) if is_vote else None
        resolution.votes_abstained = (ballot.votes_abstained or 0) if is_vote else None
        resolution.amended_lo = lao_normalize(decision.amended_lo) if is_amended else ""
        resolution.amended_en = lao_normalize(decision.amended_en) if is_amended else ""
        resolution.reason = lao_normalize(decision.reason) if is_put_off else ""
        resolution.decided_at = clock.now()
        work.change(
            resolution, lifecycle.RESOLUTION, decision.verb,
            number=resolution.number, way=resolution.way, votes_for=resolution.votes_for,
            votes_against=resolution.votes_against, votes_abstained=resolution.votes_abstained,
            amended_lo=resolution.amended_lo, amended_en=resolution.amended_en,
            reason=resolution.reason, present=there.present, seats=there.seats,
        )  # fmt: skip
        return resolution


def reopen(unit: Unit, resolution_id: uuid.UUID) -> Resolution:
    """Take a decision back while the minutes are not signed; the events keep what it was.

    Raises NotFound, MinutesClosed.
    """
    with unit_of_work() as work:
        resolution, _meeting = _found(work.session, unit, resolution_id)
        resolution.way = ""
        resolution.votes_for = resolution.votes_against = resolution.votes_abstained = None
        resolution.amended_lo = resolution.amended_en = resolution.reason = ""
        resolution.decided_at = None
        work.change(resolution, lifecycle.RESOLUTION, "reopen", number=resolution.number)
        return resolution


def refuse_votes(there: quorum.Quorum, ballot: Ballot, verb: str) -> None:
    """Raise NoQuorum, TooManyVotes or AgainstTheVote where those present can't decide so."""
    if not there.is_reached:
        raise NoQuorum(present=there.present, seats=there.seats, needed=there.needed)
    if ballot.way != "vote":
        return
    if ballot.cast > there.present:
        raise TooManyVotes(votes=ballot.cast, present=there.present)
    balance = (ballot.votes_for or 0) - (ballot.votes_against or 0)
    if (verb in ("confirm", "amend") and balance < 0) or (verb == "reject" and balance > 0):
        raise AgainstTheVote(
            votes_for=ballot.votes_for or 0, votes_against=ballot.votes_against or 0
        )


def _refuse_incomplete(decision: Decision) -> None:
    fields = {}
    if decision.verb == "amend" and not decision.amended_lo.strip():
        fields["amended_lo"] = _("Write the text as it was amended.")
    if decision.verb in ("defer", "reject") and not decision.reason.strip():
        fields["reason"] = _("Write why.")
    ballot = decision.ballot
    votes = (ballot.votes_for, ballot.votes_against, ballot.votes_abstained)
    if any((count or 0) < 0 for count in votes):
        fields["votes_for"] = _("Votes are counted from nought on.")
    if ballot.way == "vote" and not ballot.cast:
        fields["votes_for"] = _("Write how many voted.")
    if fields:
        raise InvalidInput(fields)


def _found(
    session: Session, unit: Unit, resolution_id: uuid.UUID
) -> tuple[Resolution, Meeting]:  # fmt: skip
    meeting_id = session.scalar(
        select(Resolution.meeting_id).where(
            Resolution.place_id == unit.id, Resolution.id == resolution_id
        )
    )
    if meeting_id is None:
        raise NotFound
    meeting = open_meeting(session, unit, meeting_id)
    resolution = session.scalars(
        select(Resolution).where(Resolution.place_id == unit.id, Resolution.id == resolution_id)
    ).one()
    return resolution, meeting


def _fill(session: Session, resolution: Resolution, meeting: Meeting, proposal: Proposal) -> None:
    fields = {}
    if not proposal.title_lo.strip():
        fields["title_lo"] = _("Fill this in.")
    if not proposal.text_lo.strip():
        fields["text_lo"] = _("Fill this in.")
    member, item = _named(session, meeting, proposal)
    if member is None and not proposal.proposer_name.strip():
        fields["proposer_name"] = _("Choose the member who proposes it, or write who does.")
    if proposal.corrects_id is not None and not _is_correctable(session, meeting, proposal):
        fields["corrects_id"] = _("Only a resolution of signed minutes can be corrected.")
    if proposal.goes_down and (
        proposal.acknowledge_by is None
        or proposal.acknowledge_by <= clock.local(meeting.starts_at).date()
    ):
        fields["acknowledge_by"] = _("Write a day after the meeting.")
    if fields:
        raise InvalidInput(fields)
    resolution.title_lo = lao_normalize(proposal.title_lo)
    resolution.title_en = lao_normalize(proposal.title_en)
    resolution.text_lo = lao_normalize(proposal.text_lo)
    resolution.text_en = lao_normalize(proposal.text_en)
    resolution.proposer_id = member.id if member is not None else None
    resolution.proposer_name = lao_normalize(
        f"{member.name_lo}, {member.post_lo}" if member is not None else proposal.proposer_name
    )[:200]
    resolution.agenda_item_id = item.id if item is not None else None
    resolution.deferred_from_id = item.deferred_id if item is not None else None
    resolution.corrects_id = proposal.corrects_id
    resolution.goes_down = proposal.goes_down
    resolution.acknowledge_by = proposal.acknowledge_by if proposal.goes_down else None


def _named(
    session: Session, meeting: Meeting, proposal: Proposal
) -> tuple[CommitteeMember | None, AgendaItem | None]:
    """The member and the point of the agenda, both of this very committee and meeting."""
    member = item = None
    if proposal.proposer_id is not None:
        member = session.scalars(
            select(CommitteeMember).where(
                CommitteeMember.place_id == meeting.place_id,
                CommitteeMember.id == proposal.proposer_id,
            )
        ).one_or_none()
        if member is None:
            raise NotFound
    if proposal.agenda_item_id is not None:
        item = session.scalars(
            select(AgendaItem).where(
                AgendaItem.place_id == meeting.place_id,
                AgendaItem.meeting_id == meeting.id,
                AgendaItem.id == proposal.agenda_item_id,
            )
        ).one_or_none()
        if item is None:
            raise NotFound
    return member, item


def _is_correctable(session: Session, meeting: Meeting, proposal: Proposal) -> bool:
    found = session.scalar(
        select(Resolution.id)
        .join(
            Meeting,
            (Meeting.place_id == Resolution.place_id) & (Meeting.id == Resolution.meeting_id),
        )
        .where(
            Resolution.place_id == meeting.place_id,
            Resolution.id == proposal.corrects_id,
            Resolution.state.in_(lifecycle.IN_FORCE),
            Meeting.state == lifecycle.SIGNED,
        )
    )
    return found is not None
