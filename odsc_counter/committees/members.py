"""Setting up a committee, and giving, changing and ending its seats."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.committees.errors import NoCommittee, OneChair
from odsc_counter.committees.models import Committee, CommitteeMember
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.work import Work, unit_of_work

CHAIR = "chair"
ROLES = (CHAIR, "deputy", "member", "secretary")


@dataclass(frozen=True)
class Seat:
    """What is known of a member's seat."""

    name_lo: str
    post_lo: str
    role: str
    from_on: date
    name_en: str = ""
    post_en: str = ""
    ministry_id: int | None = None
    until_on: date | None = None
    user_id: int | None = None


def set_up(
    unit: Unit, *, name_lo: str, name_en: str, founded_by: str, quorum_percent: int
) -> Committee:
    """Set up the unit's committee, or change what it is called and when it may decide."""
    with unit_of_work() as work:
        committee = work.session.get(Committee, unit.id, with_for_update=True)
        if committee is None:
            committee = Committee(place_id=unit.id)
            work.session.add(committee)
        before = {name: getattr(committee, name) for name in ("name_lo", "quorum_percent")}
        committee.name_lo = name_lo
        committee.name_en = name_en
        committee.founded_by = founded_by
        committee.quorum_percent = quorum_percent
        work.record_in_area(
            "set_up",
            subject_kind="committee",
            subject_id=unit.code,
            data={"name_lo": name_lo, "quorum_percent": quorum_percent, "before": before},
        )
    return committee


def add(unit: Unit, seat: Seat) -> CommitteeMember:
    """Give a seat. Raises NoCommittee, OneChair, InvalidInput."""
    with unit_of_work() as work:
        _check(work, unit, seat)
        member = CommitteeMember(place_id=unit.id, id=uuid.uuid4(), ended_on=None, position=0)
        work.session.add(member)
        _put(member, seat)
        work.session.flush()
        _record(work, "seat", member)
    return member


def change(unit: Unit, member_id: uuid.UUID, seat: Seat) -> CommitteeMember:
    """Correct what is known of a seat, or renew its term.

    Raises NotFound, OneChair, InvalidInput.
    """
    with unit_of_work() as work:
        _check(work, unit, seat, member_id)
        member = _held(work, unit, member_id)
        before = {
            name: str(getattr(member, name))
            for name, value in asdict(seat).items()
            if getattr(member, name) != value
        }
        _put(member, seat)
        work.session.flush()
        _record(work, "change", member, before=before)
    return member


def end(unit: Unit, member_id: uuid.UUID, ended_on: date, reason: str) -> None:
    """End a seat; the row stays for the meetings that it sat in. Raises NotFound, InvalidInput."""
    with unit_of_work() as work:
        member = _held(work, unit, member_id)
        if ended_on < member.from_on:
            raise InvalidInput({"ended_on": _("The seat began later than that.")})
        member.ended_on = ended_on
        work.session.flush()
        _record(work, "end", member, reason=reason)


def _held(work: Work, unit: Unit, member_id: uuid.UUID) -> CommitteeMember:
    member = work.session.get(CommitteeMember, (unit.id, member_id), with_for_update=True)
    if member is None or member.ended_on is not None:
        raise NotFound
    return member


def _check(work: Work, unit: Unit, seat: Seat, member_id: uuid.UUID | None = None) -> None:
    # Seats are given one after the other: two chairs at once meet here and not in the index,
    # after which nothing more could be read for the page that tells of it.
    if work.session.get(Committee, unit.id, with_for_update=True) is None:
        raise NoCommittee
    if seat.role == CHAIR and _chair(work, unit) not in (None, member_id):
        raise OneChair
    if seat.until_on is not None and seat.until_on < seat.from_on:
        raise InvalidInput({"until_on": _("The term ends before it begins.")})
    if seat.user_id is None:
        return
    held = work.session.scalar(
        select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            User.id == seat.user_id,
            User.is_active,
            RoleGrant.at_unit_id == unit.id,
            RoleGrant.ended_on.is_(None) | (RoleGrant.ended_on > clock.today()),
        )
        .limit(1)
    )
    if held is None:
        raise InvalidInput({"user_id": _("This account has no role here.")})


def _put(member: CommitteeMember, seat: Seat) -> None:
    for name, value in asdict(seat).items():
        setattr(member, name, value)


def _chair(work: Work, unit: Unit) -> uuid.UUID | None:
    return work.session.scalar(
        select(CommitteeMember.id).where(
            CommitteeMember.place_id == unit.id,
            CommitteeMember.role == CHAIR,
            CommitteeMember.ended_on.is_(None),
        )
    )


def _record(work: Work, verb: str, member: CommitteeMember, **data: Any) -> None:
    work.record_in_area(
        verb,
        subject_kind="committee_member",
        subject_id=str(member.id),
        data={"name": member.name_lo, "role": member.role, **data},
    )
