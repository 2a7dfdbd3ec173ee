"""Work profiles: whom a counter calls, in which order; and what a clerk can serve."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.catalogue.models import OfferedService, ServiceGroup
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.tickets.counters import locked_counter
from odsc_counter.tickets.models import ClerkSkill, Counter, CounterProfile, WorkProfile, WorkRule

LONGEST_WAIT_MINUTES = 600


@dataclass(frozen=True)
class NewRule:
    """A rule as the manager writes it: a group or a service, from which wait on."""

    position: int
    group_id: uuid.UUID | None = None
    service_id: int | None = None
    after_minutes: int = 0


@dataclass(frozen=True)
class ProfileRow:
    """A profile with its rules in their order, and the numbers of the counters that use it."""

    profile: WorkProfile
    rules: tuple[WorkRule, ...]
    counters: tuple[int, ...]


def profiles() -> list[ProfileRow]:
    """All profiles of the centre by name. Three statements."""
    with reading() as session:
        found = session.scalars(select(WorkProfile).order_by(WorkProfile.name_lo)).all()
        rules = session.scalars(select(WorkRule).order_by(WorkRule.position, WorkRule.id)).all()
        used = session.execute(
            select(CounterProfile.profile_id, Counter.number)
            .join(Counter, Counter.id == CounterProfile.counter_id)
            .where(Counter.centre_id == CounterProfile.centre_id)
            .order_by(Counter.number)
        ).all()
    return [
        ProfileRow(
            profile,
            tuple(rule for rule in rules if rule.profile_id == profile.id),
            tuple(number for profile_id, number in used if profile_id == profile.id),
        )
        for profile in found
    ]


def save_profile(
    profile_id: uuid.UUID | None,
    *,
    name_lo: str,
    name_en: str,
    rules: Sequence[NewRule],
    helps_others: bool,
) -> WorkProfile:
    """Make a profile, or change the one with this id.

    Rules of the same position are one. Raises InvalidInput for a missing or used name, for no
    rule at all, or a wait out of range; NotFound for groups or services that are not the
    centre's.
    """
    name_lo, name_en = lao_normalize(name_lo), " ".join(name_en.split())
    if not name_lo:
        raise InvalidInput({"name_lo": _("Please write the name.")})
    if not rules:
        raise InvalidInput({"rules": _("A work profile needs at least one rule.")})
    if any(not 0 <= rule.after_minutes <= LONGEST_WAIT_MINUTES for rule in rules):
        raise InvalidInput(
            {"rules": _("A wait is from 0 to %(most)s minutes.", most=LONGEST_WAIT_MINUTES)}
        )
    with unit_of_work() as work:
        _refuse_foreign(work.session, rules)
        _refuse_used_name(work.session, name_lo, profile_id)
        profile = _profile(work.session, profile_id) if profile_id else WorkProfile()
        profile.name_lo, profile.name_en = name_lo, name_en or name_lo
        profile.helps_others = helps_others
        work.session.add(profile)
        try:
            work.session.flush()
        except IntegrityError as error:
            raise InvalidInput({"name_lo": _("This name is in use already.")}) from error
        work.session.execute(delete(WorkRule).where(WorkRule.profile_id == profile.id))
        work.session.add_all(
            WorkRule(
                profile_id=profile.id,
                position=rule.position,
                group_id=rule.group_id,
                service_id=rule.service_id,
                after_minutes=rule.after_minutes,
            )
            for rule in rules
        )
        _record(work, "save", profile, rules=len(rules), helps_others=helps_others)
    return profile


def _profile(session: Session, profile_id: uuid.UUID) -> WorkProfile:
    found = session.scalars(select(WorkProfile).where(WorkProfile.id == profile_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _refuse_used_name(session: Session, name_lo: str, profile_id: uuid.UUID | None) -> None:
    # Asked before it is tried: a page can't be shown from a transaction that has failed.
    used = select(WorkProfile.id).where(WorkProfile.name_lo == name_lo)
    if any(found != profile_id for found in session.scalars(used)):
        raise InvalidInput({"name_lo": _("This name is in use already.")})


def _refuse_foreign(session: Session, rules: Sequence[NewRule]) -> None:
    groups = {rule.group_id for rule in rules if rule.group_id is not None}
    services = {rule.service_id for rule in rules if rule.service_id is not None}
    for wanted, column in (
        (groups, ServiceGroup.id),
        (services, OfferedService.service_id),
    ):
        if wanted:
            known = session.scalar(select(func.count(column.distinct())).where(column.in_(wanted)))
            if known != len(wanted):
                raise NotFound
    if any((rule.group_id is None) == (rule.service_id is None) for rule in rules):
        raise InvalidInput({"rules": ""})


def remove_profile(profile_id: uuid.UUID) -> None:
    """Remove a profile; counters that used it call everybody again. Raises NotFound."""
    with unit_of_work() as work:
        profile = _profile(work.session, profile_id)
        for table in (CounterProfile, WorkRule):
            work.session.execute(delete(table).where(table.profile_id == profile_id))
        _record(work, "remove", profile)
        work.session.execute(delete(WorkProfile).where(WorkProfile.id == profile_id))


def give_profile(counter_id: uuid.UUID, profile_id: uuid.UUID | None) -> None:
    """Let a counter work by a profile; None: it calls everybody. Raises NotFound."""
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        profile = _profile(work.session, profile_id) if profile_id else None
        work.session.execute(delete(CounterProfile).where(CounterProfile.counter_id == counter_id))
        if profile is not None:
            work.session.add(CounterProfile(counter_id=counter_id, profile_id=profile.id))
        work.record(
            "give_profile",
            subject_kind="counter",
            subject_id=str(counter_id),
            counter_id=counter_id,
            data={"number": counter.number, "profile": profile.name_lo if profile else None},
        )


def clerks() -> list[tuple[User, frozenset[uuid.UUID]]]:
    """Who calls people in this centre, with the groups that they can serve (none: all)."""
    scope = current_scope()
    with reading() as session:
        people = session.scalars(
            select(User)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(
                RoleGrant.at_centre_id == scope.centre_id,
                RoleGrant.role.in_(("counter_staff", "lead_clerk")),
                RoleGrant.ended_on.is_(None),
            )
            .order_by(User.name_lo)
        ).unique()
        skills: dict[int, set[uuid.UUID]] = {}
        for skill in session.scalars(select(ClerkSkill)):
            skills.setdefault(skill.user_id, set()).add(skill.group_id)
        return [(user, frozenset(skills.get(user.id, ()))) for user in people]


def set_skills(user_id: int, group_ids: Collection[uuid.UUID]) -> None:
    """Say which groups a clerk can serve; none chosen means all. Raises NotFound."""
    chosen = set(group_ids)
    if user_id not in {user.id for user, _skills in clerks()}:
        raise NotFound
    with unit_of_work() as work:
        known = work.session.scalars(
            select(ServiceGroup.id).where(ServiceGroup.id.in_(chosen))
        ).all()
        if len(known) != len(chosen):
            raise NotFound
        work.session.execute(delete(ClerkSkill).where(ClerkSkill.user_id == user_id))
        work.session.add_all(ClerkSkill(user_id=user_id, group_id=group) for group in chosen)
        work.record(
            "set_skills",
            subject_kind="user_account",
            subject_id=str(user_id),
            data={"groups": len(chosen)},
        )


def _record(work: Work, verb: str, profile: WorkProfile, **data: object) -> None:
    work.record(
        verb,
        subject_kind="work_profile",
        subject_id=str(profile.id),
        data={"name": profile.name_lo, **data},
    )
