"""What the wait estimate reads: past service legs, desks, and who may call whom."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from odsc_counter.platform import clock
from odsc_counter.tickets.capacity import Ability, Hall, Spell
from odsc_counter.tickets.hall_models import HallRules
from odsc_counter.tickets.lifecycle import CLOSED, UNDONE
from odsc_counter.tickets.models import (
    ClerkSkill,
    Counter,
    CounterProfile,
    DeskSpell,
    ServiceLeg,
    Ticket,
    WorkProfile,
    WorkRule,
)
from odsc_counter.tickets.pace import Leg


def second_of(at: datetime) -> int:
    """An instant in whole seconds since 1970."""
    return int(at.timestamp())


def midnights(legs: Sequence[Leg], starts_minute: int = 0) -> dict[date, int]:
    """The days on which anybody came, with the second at which each began."""
    return {
        day: second_of(clock.start_of_day(day, starts_minute)) for day in {leg.day for leg in legs}
    }


def legs_between(session: Session, first: date, last: date, limit: int | None = None) -> list[Leg]:
    """The service legs of some days, both included; the latest where there are too many."""
    rows = session.execute(
        select(
            ServiceLeg.day,
            ServiceLeg.service_id,
            ServiceLeg.group_id,
            ServiceLeg.position,
            Ticket.priority_reason,
            Ticket.times_unreliable,
            ServiceLeg.queued_at,
            ServiceLeg.first_called_at,
            ServiceLeg.ended_at,
            ServiceLeg.walking_seconds + ServiceLeg.serving_seconds,
            ServiceLeg.hold_seconds,
            ServiceLeg.counter_id,
            ServiceLeg.clerk_id,
        )
        .join(
            Ticket,
            (Ticket.centre_id == ServiceLeg.centre_id) & (Ticket.id == ServiceLeg.ticket_id),
        )
        .where(
            ServiceLeg.day.between(first, last),
            ServiceLeg.queued_at.is_not(None),
            or_(ServiceLeg.outcome.is_(None), ServiceLeg.outcome.not_in((UNDONE, CLOSED))),
        )
        .order_by(ServiceLeg.day.desc(), ServiceLeg.queued_at.desc())
        .limit(limit)
    )
    return [
        Leg(
            day=day,
            service_id=service_id,
            group_id=group_id,
            is_first=position == 1,
            is_priority=reason is not None,
            is_reliable=not unreliable,
            queued=second_of(queued_at),  # type: ignore[arg-type]  # asked for where it is known
            called=second_of(called_at) if called_at else None,
            ended=second_of(ended_at) if ended_at else None,
            busy=busy,
            was_held=hold > 0,
            counter_id=counter_id,
            clerk_id=clerk_id,
        )
        for (
            day,
            service_id,
            group_id,
            position,
            reason,
            unreliable,
            queued_at,
            called_at,
            ended_at,
            busy,
            hold,
            counter_id,
            clerk_id,
        ) in rows
    ]


def spells_between(session: Session, first: date, last: date) -> list[Spell]:
    """Who sat where on some days, both included; what runs still has no end in sight."""
    rows = session.execute(
        select(
            DeskSpell.counter_id,
            DeskSpell.clerk_id,
            DeskSpell.day,
            DeskSpell.kind,
            DeskSpell.began_at,
            DeskSpell.ended_at,
        ).where(DeskSpell.day.between(first, last))
    )
    return [
        Spell(
            counter_id,
            clerk_id,
            day,
            kind == "open",
            second_of(began_at),
            second_of(ended_at or began_at + timedelta(days=1)),
        )
        for counter_id, clerk_id, day, kind, began_at, ended_at in rows
    ]


def hall_of(session: Session, rules: HallRules) -> Hall:
    """Whom each counter and clerk may call, by work profiles and skills. Two statements."""
    groups: dict[uuid.UUID, set[uuid.UUID]] = {}
    services: dict[uuid.UUID, set[int]] = {}
    everybody: set[uuid.UUID] = set()
    rows = session.execute(
        select(Counter.id, WorkProfile.helps_others, WorkRule.group_id, WorkRule.service_id)
        .outerjoin(
            CounterProfile,
            (CounterProfile.centre_id == Counter.centre_id)
            & (CounterProfile.counter_id == Counter.id),
        )
        .outerjoin(
            WorkProfile,
            (WorkProfile.centre_id == CounterProfile.centre_id)
            & (WorkProfile.id == CounterProfile.profile_id),
        )
        .outerjoin(
            WorkRule,
            (WorkRule.centre_id == WorkProfile.centre_id) & (WorkRule.profile_id == WorkProfile.id),
        )
    )
    for counter_id, helps_others, group_id, service_id in rows:
        groups.setdefault(counter_id, set())
        services.setdefault(counter_id, set())
        if helps_others is not False:
            # It helps all others, or has no profile and calls everybody.
            everybody.add(counter_id)
        if group_id is not None:
            groups[counter_id].add(group_id)
        if service_id is not None:
            services[counter_id].add(service_id)
    skills: dict[int, set[uuid.UUID]] = {}
    for clerk_id, group_id in session.execute(select(ClerkSkill.user_id, ClerkSkill.group_id)):
        skills.setdefault(clerk_id, set()).add(group_id)
    counters = {
        key: Ability(None if key in everybody else frozenset(found), frozenset(services[key]))
        for key, found in groups.items()
    }
    return Hall(
        rules.ordinary_per_priority,
        rules.ageing_minutes * 60,
        counters,
        {clerk_id: Ability(frozenset(found)) for clerk_id, found in skills.items()},
    )
