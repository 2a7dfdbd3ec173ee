"""Who is next: the centre's rules of priority and a counter's work profile as one order.

A ticket waits in one of three lanes: whoever comes back (from a hold, a detour) before all,
then people with priority and those who have waited too long, then the ordinary ones. How
priority and ordinary people alternate is the ratio of the centre; a counter remembers how
many ordinary ones it has called since the last one with priority.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, false, or_, select, true
from sqlalchemy.orm import Session

from odsc_counter.tickets.hall_models import AT_FIRST_NUMBER, HallRules
from odsc_counter.tickets.lifecycle import ON_HOLD, WAITING
from odsc_counter.tickets.models import (
    APPOINTMENT,
    FIRST,
    PRIORITY,
    ClerkSkill,
    Counter,
    CounterProfile,
    Ticket,
    WorkProfile,
    WorkRule,
)

RETURNING, URGENT, ORDINARY = 2, 1, 0
"""The lanes."""


def rules_of(session: Session) -> HallRules:
    """The hall rules of the centre in scope; the defaults where it has set none."""
    return session.scalars(select(HallRules)).one_or_none() or default_rules()


def default_rules() -> HallRules:
    """The rules that a hall goes by until its manager sets others."""
    return HallRules(
        **{
            column.key: column.default.arg(None)
            if column.default.is_callable
            else column.default.arg
            for column in HallRules.__table__.columns
            if column.default is not None
        }
    )


@dataclass(frozen=True)
class Rule:
    """One rule of a work profile."""

    position: int
    group_id: uuid.UUID | None
    service_id: int | None
    after_minutes: int

    def fits(self, ticket: Ticket, now: datetime) -> bool:
        """Whether the rule lets a ticket be called now."""
        wanted = (
            ticket.group_id == self.group_id
            if self.group_id is not None
            else ticket.service_id == self.service_id
        )
        if not self.after_minutes:
            return wanted
        return wanted and ranked_at(ticket) <= now - timedelta(minutes=self.after_minutes)


@dataclass(frozen=True)
class Desk:
    """A counter with who sits there: whom may it call, and whose turn is it?"""

    counter_id: uuid.UUID
    clerk_id: int | None
    since_priority: int
    rules: tuple[Rule, ...]
    """Empty: everybody."""
    helps_others: bool
    skills: frozenset[uuid.UUID]
    """Groups that the clerk can serve; empty: all."""

    def is_sent_here(self, ticket: Ticket) -> bool:
        """Whether the ticket was sent to this counter or clerk by name."""
        return is_sent(ticket) and (
            ticket.for_counter_id == self.counter_id
            or (ticket.for_clerk_id is not None and ticket.for_clerk_id == self.clerk_id)
        )

    def rank(self, ticket: Ticket, now: datetime) -> int | None:
        """0 for a ticket sent here by name, else its rule's place; None: not for this desk."""
        if self.is_sent_here(ticket):
            return 0
        if is_sent(ticket):
            return None
        if self.skills and ticket.group_id not in self.skills:
            return None
        if not self.rules:
            return 1
        places = [rule.position for rule in self.rules if rule.fits(ticket, now)]
        if places:
            return min(places)
        return FALLBACK if self.helps_others else None


FALLBACK = 10_000
"""The place of everybody whom no rule names, at a counter that helps others."""


def desk_of(session: Session, counter: Counter, clerk_id: int | None) -> Desk:
    """What a counter and the clerk at it may call. Two statements."""
    return desks_of(session, [(counter, clerk_id)])[0]


def desks_of(session: Session, seats: Sequence[tuple[Counter, int | None]]) -> list[Desk]:
    """What counters and the clerks at them may call, in their order. Two statements."""
    helps: set[uuid.UUID] = set()
    rules: dict[uuid.UUID, list[WorkRule]] = {}
    for counter_id, helps_others, rule in session.execute(
        select(CounterProfile.counter_id, WorkProfile.helps_others, WorkRule)
        .join(WorkProfile, WorkProfile.id == CounterProfile.profile_id)
        .outerjoin(
            WorkRule,
            (WorkRule.centre_id == WorkProfile.centre_id) & (WorkRule.profile_id == WorkProfile.id),
        )
        .where(
            CounterProfile.centre_id == WorkProfile.centre_id,
            CounterProfile.counter_id.in_([counter.id for counter, _clerk in seats]),
        )
    ):
        if helps_others:
            helps.add(counter_id)
        if rule is not None:
            rules.setdefault(counter_id, []).append(rule)
    skills: dict[int, set[uuid.UUID]] = {}
    for skill in session.scalars(
        select(ClerkSkill).where(ClerkSkill.user_id.in_([clerk for _c, clerk in seats if clerk]))
    ):
        skills.setdefault(skill.user_id, set()).add(skill.group_id)
    return [
        Desk(
            counter_id=counter.id,
            clerk_id=clerk_id,
            since_priority=counter.since_priority,
            rules=in_order(rules.get(counter.id, ())),
            helps_others=counter.id in helps,
            skills=frozenset(skills.get(clerk_id or 0, ())),
        )
        for counter, clerk_id in seats
    ]


def in_order(rows: Iterable[WorkRule]) -> tuple[Rule, ...]:
    """The rules of a profile as a desk goes by them, by their places."""
    rules = [Rule(r.position, r.group_id, r.service_id, r.after_minutes) for r in rows]
    return tuple(sorted(rules, key=lambda rule: rule.position))


def in_queue(rules: HallRules, day: date, now: datetime) -> ColumnElement[bool]:
    """The tickets that wait: today's, or all where people keep their place overnight.

    A hold that is over waits already; the next call brings it back in the records too.
    """
    due = (Ticket.state == ON_HOLD) & (Ticket.hold_until <= now)
    waiting = or_(Ticket.state == WAITING, due)
    return waiting & (Ticket.day == day) if rules.day_close == AT_FIRST_NUMBER else waiting


def ranked_at(ticket: Ticket) -> datetime:
    """What orders a waiting ticket in its class; a hold that is over ranks by its end."""
    if ticket.state == ON_HOLD and ticket.hold_until is not None:
        return ticket.hold_until
    return ticket.rank_at


def is_sent(ticket: Ticket) -> bool:
    """Whether one counter or clerk alone may call it.

    Who comes back from a hold comes back to everybody, whoever they were sent to before.
    """
    if ticket.state == ON_HOLD:
        return False
    return ticket.for_counter_id is not None or ticket.for_clerk_id is not None


def lane(ticket: Ticket, rules: HallRules, now: datetime) -> int:
    """The lane that a waiting ticket stands in now."""
    if ticket.priority == FIRST or ticket.state == ON_HOLD:
        return RETURNING
    if ticket.priority == PRIORITY and not (ticket.priority_from and ticket.priority_from > now):
        return URGENT
    aged = ticket.rank_at <= now - timedelta(minutes=rules.ageing_minutes)
    return URGENT if aged else ORDINARY


def _lane_column(rules: HallRules, now: datetime) -> ColumnElement[int]:
    priority = and_(
        Ticket.priority == PRIORITY,
        or_(Ticket.priority_from.is_(None), Ticket.priority_from <= now),
    )
    aged = Ticket.rank_at <= now - timedelta(minutes=rules.ageing_minutes)
    returns = or_(Ticket.priority == FIRST, Ticket.state == ON_HOLD)
    return case((returns, RETURNING), (or_(priority, aged), URGENT), else_=ORDINARY)


def _ranked_at_column() -> ColumnElement[datetime]:
    return case((Ticket.state == ON_HOLD, Ticket.hold_until), else_=Ticket.rank_at)


def _is_urgent_turn(since_priority: int, rules: HallRules) -> bool:
    return since_priority >= rules.ordinary_per_priority


def next_statement(desk: Desk, rules: HallRules, day: date, now: datetime) -> Select[Ticket, int]:
    """The statement that finds who is next for a desk: ticket and lane, best first."""
    lane_now = _lane_column(rules, now)
    sent_here = Ticket.for_counter_id == desk.counter_id
    if desk.clerk_id is not None:
        sent_here = sent_here | (Ticket.for_clerk_id == desk.clerk_id)
    sent_here = and_(Ticket.state != ON_HOLD, sent_here)
    to_anybody = or_(
        Ticket.state == ON_HOLD,
        Ticket.for_counter_id.is_(None) & Ticket.for_clerk_id.is_(None),
    )
    fitting: list[tuple[ColumnElement[bool], int]] = [
        (_fits(rule, now), rule.position) for rule in desk.rules
    ]
    if not desk.rules:
        fitting = [(true(), 1)]
    elif desk.helps_others:
        fitting.append((true(), FALLBACK))
    able = Ticket.group_id.in_(desk.skills) if desk.skills else true()
    turn = URGENT if _is_urgent_turn(desk.since_priority, rules) else ORDINARY
    return (
        select(Ticket, lane_now.label("lane"))
        .where(
            in_queue(rules, day, now),
            or_(sent_here, and_(to_anybody, able, or_(false(), *(fit for fit, _ in fitting)))),
        )
        .order_by(
            case((lane_now == RETURNING, 0), else_=1),
            case((sent_here, 0), *fitting, else_=FALLBACK),
            case((lane_now == turn, 0), else_=1),
            lane_now.desc(),
            _ranked_at_column(),
            Ticket.id,
        )
    )


def _fits(rule: Rule, now: datetime) -> ColumnElement[bool]:
    wanted = (
        Ticket.group_id == rule.group_id
        if rule.group_id is not None
        else Ticket.service_id == rule.service_id
    )
    if not rule.after_minutes:
        return wanted
    return wanted & (_ranked_at_column() <= now - timedelta(minutes=rule.after_minutes))


def why(ticket: Ticket, lane_now: int, desk: Desk, rules: HallRules, now: datetime) -> str:
    """Why a ticket is next, in one word that `words.WHY` explains to staff."""
    if is_sent(ticket):
        return "sent_here"
    if lane_now == RETURNING:
        return "returns"
    if lane_now == ORDINARY:
        return "arrival"
    if ticket.priority == PRIORITY:
        return APPOINTMENT if ticket.priority_reason == APPOINTMENT else "priority"
    return "waited_long"


def in_calling_order(
    tickets: Sequence[Ticket],
    rules: HallRules,
    now: datetime,
    since_priority: int = 0,
    desk: Desk | None = None,
) -> list[Ticket]:
    """The waiting tickets in the order in which they will be called, as things stand.

    Without a desk the whole hall is taken as one counter. Tickets that the desk may not call
    are left out.
    """
    lanes: dict[tuple[int, int], list[Ticket]] = {}
    for ticket in sorted(tickets, key=lambda ticket: (ranked_at(ticket), ticket.id)):
        place = 1 if desk is None else desk.rank(ticket, now)
        if place is not None:
            lanes.setdefault((place, lane(ticket, rules, now)), []).append(ticket)
    places = sorted({place for place, _lane in lanes})
    # Who comes back is called before all, whatever rule speaks for them.
    ordered = [one for place in places for one in lanes.get((place, RETURNING), [])]
    for place in places:
        urgent = lanes.get((place, URGENT), [])
        ordinary = lanes.get((place, ORDINARY), [])
        # The counter's memory goes on from one place to the next.
        taken, since_priority = _alternating(urgent, ordinary, rules, since_priority)
        ordered += taken
    return ordered


def _alternating(
    urgent: list[Ticket], ordinary: list[Ticket], rules: HallRules, since_priority: int
) -> tuple[list[Ticket], int]:
    ordered: list[Ticket] = []
    u = o = 0
    since = since_priority
    while u < len(urgent) or o < len(ordinary):
        take_urgent = u < len(urgent) and (o >= len(ordinary) or _is_urgent_turn(since, rules))
        if take_urgent:
            ordered.append(urgent[u])
            u, since = u + 1, 0
        else:
            ordered.append(ordinary[o])
            o, since = o + 1, since + 1
    return ordered, since
