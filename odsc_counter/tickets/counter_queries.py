"""The counters: who sits there, whom they serve, since when. Read-only."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from odsc_counter.accounts.models import User
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.work import reading
from odsc_counter.tickets.lifecycle import (
    AT_COUNTER,
    SERVING,
)
from odsc_counter.tickets.models import (
    Counter,
    CounterProfile,
    ServiceLeg,
    Ticket,
    WorkProfile,
)
from odsc_counter.tickets.queries import today


def counter_by_number(number: int) -> Counter:
    """The counter above which this number hangs. Raises NotFound."""
    return _one_counter(Counter.number == number)


def counter(counter_id: uuid.UUID) -> Counter:
    """The counter with this id. Raises NotFound."""
    return _one_counter(Counter.id == counter_id)


def _one_counter(condition: ColumnElement[bool]) -> Counter:
    with reading() as session:
        found = session.scalars(select(Counter).where(condition)).one_or_none()
    if found is None:
        raise NotFound
    return found


def counter_of_clerk(user_id: int) -> Counter | None:
    """The counter at which a person sits now."""
    with reading() as session:
        return session.scalars(select(Counter).where(Counter.clerk_id == user_id)).one_or_none()


def open_ticket_of(clerk_id: int) -> Ticket | None:
    """The ticket that a clerk has in front of them, of whatever day."""
    with reading() as session:
        return session.scalars(
            select(Ticket).where(Ticket.clerk_id == clerk_id, Ticket.state.in_(AT_COUNTER))
        ).one_or_none()


@dataclass(frozen=True)
class CounterRow:
    """A counter, who sits there, whom they serve, and the profile (none: everybody)."""

    counter: Counter
    clerk: User | None
    ticket: Ticket | None
    profile: WorkProfile | None
    since: datetime | None
    """Since when it is as it is: serving, on a break, or idle."""
    seconds: int

    @property
    def state(self) -> str:
        """called, serving, break, idle or closed."""
        if self.ticket is not None:
            return self.ticket.state
        if self.clerk is None:
            return "closed"
        return "break" if self.counter.break_since is not None else "idle"


def counters() -> list[CounterRow]:
    """All counters of the centre by number. Five statements."""
    now = clock.now()
    with reading() as session:
        found = session.scalars(select(Counter).order_by(Counter.number)).all()
        clerks = {
            user.id: user
            for user in session.scalars(
                select(User).where(User.id.in_([c.clerk_id for c in found if c.clerk_id]))
            )
        }
        at_counter = {
            one.counter_id: one
            for one in session.scalars(select(Ticket).where(Ticket.state.in_(AT_COUNTER)))
        }
        last_ended = dict(
            session.execute(
                select(ServiceLeg.counter_id, func.max(ServiceLeg.ended_at))
                .where(ServiceLeg.day == today(), ServiceLeg.ended_at.is_not(None))
                .group_by(ServiceLeg.counter_id)
            )
            .tuples()
            .all()
        )
        profiles = dict(
            session.execute(
                select(CounterProfile.counter_id, WorkProfile)
                .join(WorkProfile, WorkProfile.id == CounterProfile.profile_id)
                .where(WorkProfile.centre_id == CounterProfile.centre_id)
            )
            .tuples()
            .all()
        )
    rows = []
    for one in found:
        ticket = at_counter.get(one.id)
        since = _since(one, ticket, last_ended.get(one.id))
        rows.append(
            CounterRow(
                one,
                clerks.get(one.clerk_id or 0),
                ticket,
                profiles.get(one.id),
                since,
                int((now - since).total_seconds()) if since else 0,
            )
        )
    return rows


def _since(counter: Counter, ticket: Ticket | None, last_ended: datetime | None) -> datetime | None:
    if ticket is not None:
        return ticket.started_at if ticket.state == SERVING else ticket.called_at
    if counter.break_since is not None:
        return counter.break_since
    # Idle since the last person went, or since the clerk sat down.
    return max(filter(None, (counter.claimed_at, last_ended)), default=None)
