"""The place in the queue: who would be called before a ticket. Read-only."""

import uuid
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.platform import clock
from odsc_counter.platform.work import reading
from odsc_counter.tickets.hall_models import HallRules
from odsc_counter.tickets.lifecycle import (
    WAITING,
)
from odsc_counter.tickets.models import (
    Counter,
    CounterProfile,
    Ticket,
    WorkProfile,
    WorkRule,
)
from odsc_counter.tickets.order import (
    in_calling_order,
    in_queue,
    is_sent,
    rules_of,
)


def position(ticket: Ticket, rules: HallRules | None = None) -> int:
    """The place in the queue: people ahead + 1; 0 for a ticket that does not wait.

    Ahead is whoever would be called first, as things stand, by the counters that serve this
    ticket. Three statements.
    """
    if ticket.state != WAITING:
        return 0
    with reading() as session:
        rules = rules or rules_of(session)
        found = list(
            session.scalars(select(Ticket).where(in_queue(rules, ticket.day, clock.now())))
        )
        competing = _competing(session, ticket)
    ahead = in_calling_order(
        [one for one in found if competing(one)], rules, clock.now(), rules.ordinary_per_priority
    )
    ids = [one.id for one in ahead]
    return ids.index(ticket.id) + 1 if ticket.id in ids else 0


def _competing(session: Session, ticket: Ticket) -> Callable[[Ticket], bool]:
    """Tells which other tickets wait for the same counters as this one."""
    if ticket.for_counter_id is not None or ticket.for_clerk_id is not None:
        sent = (ticket.for_counter_id, ticket.for_clerk_id)
        return lambda one: (one.for_counter_id, one.for_clerk_id) == sent
    groups = _competing_groups(session, ticket.group_id)

    def competes(one: Ticket) -> bool:
        return not is_sent(one) and (groups is None or one.group_id in groups)

    return competes


def _competing_groups(session: Session, group_id: uuid.UUID) -> set[uuid.UUID] | None:
    """Groups that share a counter with this one; None when that is all of them."""
    served = _groups_by_counter(session)
    counters = session.scalars(select(Counter.id)).all()
    if any(counter not in served for counter in counters):
        return None
    return {group_id}.union(*(groups for groups in served.values() if group_id in groups))


def _groups_by_counter(session: Session) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The groups that counters with a work profile call; counters for everybody are left out."""
    served: dict[uuid.UUID, set[uuid.UUID]] = {}
    open_to_all = set()
    rows = session.execute(
        select(CounterProfile.counter_id, WorkRule.group_id, WorkProfile.helps_others)
        .join(WorkProfile, WorkProfile.id == CounterProfile.profile_id)
        .join(WorkRule, WorkRule.profile_id == WorkProfile.id)
        .where(
            WorkProfile.centre_id == CounterProfile.centre_id,
            WorkRule.centre_id == WorkProfile.centre_id,
        )
    )
    for counter_id, group_id, helps_others in rows:
        # A rule for one service competes with its whole group: near enough for a forecast.
        if helps_others or group_id is None:
            open_to_all.add(counter_id)
        else:
            served.setdefault(counter_id, set()).add(group_id)
    return {key: groups for key, groups in served.items() if key not in open_to_all}
