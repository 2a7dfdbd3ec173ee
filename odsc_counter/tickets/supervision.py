"""The hall at one glance, for whoever keeps it running: who waits, what is stuck, who works.

Read-only, in a number of statements that no queue makes grow. The share called within target
counts as the reports do: services that have ended, were called or left by a walkout, with
reliable times; a walkout is missed, however short the wait was.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.platform import clock
from odsc_counter.platform.work import reading
from odsc_counter.tickets import counter_queries, queries
from odsc_counter.tickets.counter_queries import CounterRow
from odsc_counter.tickets.hall_models import AT_FIRST_NUMBER, HallRules
from odsc_counter.tickets.lifecycle import (
    AT_COUNTER,
    CALLED,
    CLOSED,
    COMPLETED,
    NO_SHOW,
    ON_HOLD,
    OPEN,
    SERVING,
    UNDONE,
    WAITING,
    WALKED_OUT,
)
from odsc_counter.tickets.models import ServiceLeg, Ticket
from odsc_counter.tickets.order import (
    ORDINARY,
    RETURNING,
    URGENT,
    Desk,
    desks_of,
    in_calling_order,
    is_sent,
    rules_of,
)
from odsc_counter.tickets.queries import QueueRow

CALLED_TOO_LONG = timedelta(minutes=5)
SERVED_TOO_LONG = timedelta(minutes=60)
TIMES_THE_USUAL = 3
SHORTEST_UNUSUAL = timedelta(minutes=10)
"""Nothing shorter is unusual, whatever the service usually takes."""
USUAL_DAYS = 28
USUAL_CASES = 10
"""So many cases within so many days say what is usual."""
A_LONG_WAIT = timedelta(hours=12)
"""By then every rule that asks for a wait lets a person be called."""


@dataclass(frozen=True)
class Standing:
    """An open ticket as it stands: for how long it has been so, and where."""

    row: QueueRow
    seconds: int
    """Waiting: for the present service, all stretches. Called, served, on hold: this one."""
    counter: int | None = None
    """The number of the counter where it is, or to which it was sent."""
    clerk: User | None = None
    """The clerk to whom it was sent."""

    @property
    def ticket(self) -> Ticket:
        """The ticket itself."""
        return self.row.ticket

    @property
    def is_over_target(self) -> bool:
        """Whether the person waits longer than the centre's target."""
        return self.seconds > self.row.target_seconds


@dataclass(frozen=True)
class Stuck:
    """A ticket that needs somebody's help, and why: a word that `words.STUCK` explains."""

    standing: Standing
    why: str


@dataclass(frozen=True)
class DayCounts:
    """What became of the services asked for today."""

    served: int
    no_shows: int
    walked_out: int
    judged: int
    """Called or left by a walkout: what `in_target` is a share of."""
    in_target: int

    @property
    def percent_in_target(self) -> int | None:
        """The share called within target, in whole percent; None before anybody was."""
        return round(100 * self.in_target / self.judged) if self.judged else None


@dataclass(frozen=True)
class HallNow:
    """Everything that goes on in the hall at one moment."""

    at: datetime
    day: date
    rules: HallRules
    waiting: Sequence[Standing]
    """In the order of calling, the whole hall taken as one counter."""
    on_hold: Sequence[Standing]
    stuck: Sequence[Stuck]
    counters: Sequence[CounterRow]
    counts: DayCounts
    open_today: int
    unclosed: Sequence[tuple[date, int]]

    @property
    def longest_seconds(self) -> int:
        """The longest wait of those who wait now."""
        return max((one.seconds for one in self.waiting), default=0)

    @property
    def over_target(self) -> int:
        """How many wait longer than the target now."""
        return sum(one.is_over_target for one in self.waiting)

    @property
    def by_lane(self) -> dict[int, int]:
        """How many wait in each lane."""
        return {
            lane: sum(one.row.lane == lane for one in self.waiting)
            for lane in (RETURNING, URGENT, ORDINARY)
        }

    @property
    def open_counters(self) -> int:
        """Counters where somebody sits, on a break or not."""
        return sum(row.clerk is not None for row in self.counters)


def hall_now() -> HallNow:
    """The hall of the centre in scope at this moment."""
    now, day = clock.now(), queries.today()
    with reading() as session:
        rules = rules_of(session)
        found = session.scalars(select(Ticket).where(Ticket.state.in_(OPEN))).all()
        ordered = _waiting(found, rules, day, now)
        rows = {row.ticket.id: row for row in queries.queue_rows(found)}
        seconds = _seconds(session, now)
        counters = counter_queries.counters()
        standing = _standing_of(session, rows, seconds, counters)
        served = {one.service_id for one in found if one.state == SERVING}
        usual = _usual_seconds(session, served, day)
        desks = desks_of(session, [(c.counter, c.counter.clerk_id) for c in counters if c.clerk])
        return HallNow(
            at=now,
            day=day,
            rules=rules,
            waiting=[standing[one.id] for one in ordered],
            on_hold=[
                standing[one.id]
                for one in sorted(found, key=lambda one: (one.hold_until or now, one.id))
                if one.state == ON_HOLD and one.day == day and one not in ordered
            ],
            stuck=_stuck(standing.values(), rules, day, now, usual, desks, counters),
            counters=counters,
            counts=_counts(session, day, rules),
            open_today=sum(one.day == day for one in found),
            unclosed=queries.unclosed_days(day),
        )


def _is_due(ticket: Ticket, now: datetime) -> bool:
    return ticket.state == ON_HOLD and ticket.hold_until is not None and ticket.hold_until <= now


def _waiting(tickets: Iterable[Ticket], rules: HallRules, day: date, now: datetime) -> list[Ticket]:
    every_day = rules.day_close != AT_FIRST_NUMBER
    found = [
        one
        for one in tickets
        if (one.state == WAITING or _is_due(one, now)) and (every_day or one.day == day)
    ]
    return in_calling_order(found, rules, now, rules.ordinary_per_priority)


def _seconds(session: Session, now: datetime) -> dict[uuid.UUID, int]:
    """For how long each open ticket has been as it is (see `Standing.seconds`)."""
    found = session.execute(
        select(Ticket, ServiceLeg)
        .join(
            ServiceLeg,
            (ServiceLeg.centre_id == Ticket.centre_id)
            & (ServiceLeg.ticket_id == Ticket.id)
            & (ServiceLeg.position == Ticket.leg_no),
        )
        .where(Ticket.state.in_(OPEN))
    )
    return {ticket.id: _so_far(ticket, leg, now) for ticket, leg in found}


def _so_far(ticket: Ticket, leg: ServiceLeg, now: datetime) -> int:
    since_counted = max(0, int((now - ticket.counted_at).total_seconds()))
    match ticket.state:
        case "waiting":
            return leg.waiting_seconds + since_counted
        case "serving":
            return leg.serving_seconds + since_counted
        case "called":
            return int((now - (ticket.called_at or now)).total_seconds())
    if _is_due(ticket, now) and ticket.hold_until is not None:
        return leg.waiting_seconds + int((now - ticket.hold_until).total_seconds())
    return since_counted


def _standing_of(
    session: Session,
    rows: dict[uuid.UUID, QueueRow],
    seconds: dict[uuid.UUID, int],
    counters: Sequence[CounterRow],
) -> dict[uuid.UUID, Standing]:
    numbers = {row.counter.id: row.counter.number for row in counters}
    wanted = {row.ticket.for_clerk_id for row in rows.values() if row.ticket.for_clerk_id}
    clerks = {user.id: user for user in session.scalars(select(User).where(User.id.in_(wanted)))}
    standing = {}
    for key, row in rows.items():
        ticket = row.ticket
        waits = is_sent(ticket) and ticket.state == WAITING
        at = ticket.for_counter_id if waits else ticket.counter_id
        standing[key] = Standing(
            row,
            seconds.get(key, 0),
            numbers.get(at) if at else None,
            clerks.get(ticket.for_clerk_id or 0) if waits else None,
        )
    return standing


def _usual_seconds(session: Session, service_ids: set[int], day: date) -> dict[int, float]:
    """How long services usually take, by the last weeks; none for those that were rare."""
    if not service_ids:
        return {}
    found = session.execute(
        select(ServiceLeg.service_id, func.avg(ServiceLeg.serving_seconds), func.count())
        .join(Ticket, Ticket.id == ServiceLeg.ticket_id)
        .where(
            Ticket.centre_id == ServiceLeg.centre_id,
            ServiceLeg.day >= day - timedelta(days=USUAL_DAYS),
            ServiceLeg.service_id.in_(service_ids),
            ServiceLeg.outcome == COMPLETED,
            Ticket.times_unreliable.is_(False),
        )
        .group_by(ServiceLeg.service_id)
    )
    return {service: float(mean) for service, mean, cases in found if cases >= USUAL_CASES}


def _stuck(
    standing: Iterable[Standing],
    rules: HallRules,
    day: date,
    now: datetime,
    usual: dict[int, float],
    desks: Sequence[Desk],
    counters: Sequence[CounterRow],
) -> list[Stuck]:
    seats = {row.counter.id: row.counter.clerk_id for row in counters}
    found = []
    for one in standing:
        why = _why_stuck(one, rules, day, now, usual, desks, seats)
        if why is not None:
            found.append(Stuck(one, why))
    return sorted(found, key=lambda stuck: (-stuck.standing.seconds, stuck.standing.ticket.id))


def _why_stuck(
    one: Standing,
    rules: HallRules,
    day: date,
    now: datetime,
    usual: dict[int, float],
    desks: Sequence[Desk],
    seats: dict[uuid.UUID, int | None],
) -> str | None:
    ticket, spent = one.ticket, timedelta(seconds=one.seconds)
    if ticket.day < day and (ticket.state != WAITING or rules.day_close == AT_FIRST_NUMBER):
        return "earlier_day"
    if ticket.state in AT_COUNTER:
        if ticket.counter_id is None or seats.get(ticket.counter_id) != ticket.clerk_id:
            return "clerk_gone"
        if ticket.state == CALLED:
            return "called_long" if spent > CALLED_TOO_LONG else None
        limit = timedelta(seconds=TIMES_THE_USUAL * usual.get(ticket.service_id, float(2**30)))
        unusual = spent > max(limit, SHORTEST_UNUSUAL)
        return "serving_long" if unusual or spent > SERVED_TOO_LONG else None
    if ticket.state == ON_HOLD:
        return "hold_over" if _is_due(ticket, now) else None
    # Before the first counter opens nobody is stuck: the panel says that none is open.
    if desks and all(desk.rank(ticket, now + A_LONG_WAIT) is None for desk in desks):
        return "sent_to_nobody" if is_sent(ticket) else "nobody_calls"
    return "waited_twice" if one.seconds > 2 * one.row.target_seconds else None


def _counts(session: Session, day: date, rules: HallRules) -> DayCounts:
    outcome = ServiceLeg.outcome
    was_judged = (
        outcome.is_not(None)
        & outcome.not_in((CLOSED, UNDONE))
        & or_(ServiceLeg.first_called_at.is_not(None), outcome == WALKED_OUT)
        & Ticket.times_unreliable.is_(False)
    )
    in_time = (outcome != WALKED_OUT) & (
        ServiceLeg.waiting_seconds <= rules.target_wait_minutes * 60
    )

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    found = session.execute(
        select(
            number(outcome == COMPLETED),
            number(outcome == NO_SHOW),
            number(outcome == WALKED_OUT),
            number(was_judged),
            number(was_judged & in_time),
        )
        .select_from(ServiceLeg)
        .join(Ticket, Ticket.id == ServiceLeg.ticket_id)
        .where(
            Ticket.centre_id == ServiceLeg.centre_id,
            ServiceLeg.day == day,
            # A service that was only planned was never asked for.
            ServiceLeg.queued_at.is_not(None),
        )
    ).one()
    return DayCounts(*(int(value) for value in found))
