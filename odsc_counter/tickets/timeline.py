"""What each verb does to a ticket and its service legs: the one place, for deed and recount.

`apply` moves the attributes of a ticket and its legs along; operations call it on the rows
of the database, `replay` on plain facts made from the events alone. So the rows can be
recomputed from the events to the last second, and the last step can be taken back.
Times are whole seconds: each stretch is the difference of two instants cut to the second.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from odsc_counter.tickets.lifecycle import (
    CALLED,
    LEG_ENDS,
    ON_HOLD,
    SERVING,
    UNDONE,
    WAITING,
)
from odsc_counter.tickets.models import FIRST, NORMAL, PRIORITY

SUMMED = {
    WAITING: "waiting_seconds",
    CALLED: "walking_seconds",
    SERVING: "serving_seconds",
    ON_HOLD: "hold_seconds",
}
"""Where the time that a ticket spends in a state is summed on its leg."""


@dataclass
class LegFacts:
    """A service leg as its events tell it."""

    service_id: int
    group_id: UUID
    queued_at: datetime | None = None
    first_called_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    counter_id: UUID | None = None
    clerk_id: int | None = None
    waiting_seconds: int = 0
    walking_seconds: int = 0
    serving_seconds: int = 0
    hold_seconds: int = 0


@dataclass
class TicketFacts:
    """A ticket as its events tell it."""

    service_id: int
    group_id: UUID
    priority: int
    priority_reason: str | None
    priority_from: datetime | None
    rank_at: datetime
    issued_at: datetime
    counted_at: datetime
    state: str = WAITING
    leg_no: int = 1
    for_counter_id: UUID | None = None
    for_clerk_id: int | None = None
    return_leg_no: int | None = None
    called_at: datetime | None = None
    first_called_at: datetime | None = None
    started_at: datetime | None = None
    held_at: datetime | None = None
    hold_until: datetime | None = None
    ended_at: datetime | None = None
    call_count: int = 0
    print_count: int = 0
    counter_id: UUID | None = None
    clerk_id: int | None = None
    legs: list[LegFacts] = field(default_factory=list)


TICKET_FACTS = tuple(name for name in TicketFacts.__dataclass_fields__ if name != "legs")
LEG_FACTS = tuple(LegFacts.__dataclass_fields__)


class Told(Protocol):
    """An event of a ticket, as the log keeps it."""

    verb: str
    at: datetime
    to_state: str | None
    seq: int | None
    counter_id: UUID | None
    data: dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One verb with all that it needs to know."""

    verb: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    counter_id: UUID | None = None


def born(step: Step) -> TicketFacts:
    """A new ticket with the leg it is on and those that are planned after it."""
    data, at = step.data, step.at
    facts = TicketFacts(
        service_id=int(data["service_id"]),
        group_id=UUID(data["group_id"]),
        priority=int(data.get("priority", NORMAL)),
        priority_reason=data.get("priority_reason"),
        priority_from=_instant(data.get("priority_from")),
        rank_at=at,
        issued_at=at,
        counted_at=at,
    )
    facts.legs.append(LegFacts(facts.service_id, facts.group_id, queued_at=at))
    for planned in data.get("then", ()):
        facts.legs.append(LegFacts(int(planned["service_id"]), UUID(planned["group_id"])))
    if step.verb == "serve_now":
        leg = facts.legs[0]
        facts.state = SERVING
        facts.started_at = leg.started_at = at
        facts.counter_id = leg.counter_id = step.counter_id
        facts.clerk_id = leg.clerk_id = data.get("clerk_id")
    return facts


def apply(ticket: Any, legs: list[Any], step: Step, new_leg: Callable[..., Any]) -> None:
    """Do to a ticket and its legs what a verb does; the state itself is the caller's.

    `ticket.state` must still be the state before the verb. `new_leg(**facts)` makes a leg of
    the caller's kind; it is appended here.
    """
    leg = legs[ticket.leg_no - 1]
    _sum_up(ticket, leg, step.at)
    DEEDS[step.verb](ticket, legs, step, new_leg)
    if step.verb in LEG_ENDS and not (step.verb == "move" and not step.data.get("service_id")):
        leg.outcome = LEG_ENDS[step.verb]
        leg.ended_at = step.at
    if step.verb in ENDINGS:
        ticket.ended_at = step.at
        ticket.hold_until = None
        for planned in legs:
            if planned.outcome is None:
                planned.outcome = LEG_ENDS[step.verb]
                planned.ended_at = step.at


def _sum_up(ticket: Any, leg: Any, at: datetime) -> None:
    name = SUMMED.get(ticket.state)
    if name is not None:
        spent = int(at.timestamp()) - int(ticket.counted_at.timestamp())
        setattr(leg, name, getattr(leg, name) + max(0, spent))
    ticket.counted_at = max(at, ticket.counted_at)


def _call(ticket: Any, legs: list[Any], step: Step, _new: Callable[..., Any]) -> None:
    leg = legs[ticket.leg_no - 1]
    ticket.counter_id = leg.counter_id = step.counter_id
    ticket.clerk_id = leg.clerk_id = step.data.get("clerk_id")
    ticket.called_at = step.at
    ticket.first_called_at = ticket.first_called_at or step.at
    leg.first_called_at = leg.first_called_at or step.at
    ticket.call_count = 1


def _recall(ticket: Any, _legs: list[Any], step: Step, _new: Callable[..., Any]) -> None:
    ticket.called_at = step.at
    ticket.call_count += 1


def _start(ticket: Any, legs: list[Any], step: Step, _new: Callable[..., Any]) -> None:
    leg = legs[ticket.leg_no - 1]
    ticket.started_at = leg.started_at = leg.started_at or step.at


def _hold(ticket: Any, _legs: list[Any], step: Step, _new: Callable[..., Any]) -> None:
    ticket.held_at = step.at
    ticket.hold_until = _instant(step.data.get("until"))


def _resume(ticket: Any, legs: list[Any], step: Step, _new: Callable[..., Any]) -> None:
    leg = legs[ticket.leg_no - 1]
    ticket.held_at = ticket.hold_until = None
    ticket.counter_id = leg.counter_id = step.counter_id
    ticket.clerk_id = leg.clerk_id = step.data.get("clerk_id")
    ticket.started_at = leg.started_at = leg.started_at or step.at


def _come_back(ticket: Any, _legs: list[Any], step: Step, _new: Callable[..., Any]) -> None:
    _to_queue(ticket, "first", step.at)


def _put_back(ticket: Any, _legs: list[Any], step: Step, _new: Callable[..., Any]) -> None:
    _to_queue(ticket, step.data.get("place", "age"), step.at)


def _transfer(ticket: Any, legs: list[Any], step: Step, new: Callable[..., Any]) -> None:
    data = step.data
    if data.get("service_id"):
        if data.get("come_back"):
            ticket.return_leg_no = ticket.leg_no
        _go_on_with(
            ticket,
            legs,
            new(
                service_id=int(data["service_id"]),
                group_id=UUID(data["group_id"]),
                queued_at=step.at,
            ),
        )
    _to_queue(ticket, data.get("place", "age"), step.at)
    ticket.for_counter_id = _key(data.get("for_counter_id"))
    ticket.for_clerk_id = data.get("for_clerk_id")


def _add_service(ticket: Any, legs: list[Any], step: Step, new: Callable[..., Any]) -> None:
    data = step.data
    legs.append(new(service_id=int(data["service_id"]), group_id=UUID(data["group_id"])))


def _prioritise(ticket: Any, _legs: list[Any], step: Step, _new: Callable[..., Any]) -> None:
    ticket.priority_reason = step.data.get("priority_reason")
    if ticket.priority != FIRST:
        ticket.priority = PRIORITY if ticket.priority_reason else NORMAL
    ticket.priority_from = None


def _print(ticket: Any, _legs: list[Any], _step: Step, _new: Callable[..., Any]) -> None:
    ticket.print_count += 1


def _next_service(ticket: Any, legs: list[Any], step: Step, _new: Callable[..., Any]) -> None:
    done = legs[ticket.leg_no - 1]
    leg = _planned(ticket, legs)
    leg.queued_at = leg.started_at = step.at
    leg.counter_id, leg.clerk_id = done.counter_id, done.clerk_id
    ticket.started_at = step.at


def _send_on(ticket: Any, legs: list[Any], step: Step, new: Callable[..., Any]) -> None:
    if ticket.return_leg_no is not None:
        first = legs[ticket.return_leg_no - 1]
        ticket.return_leg_no = None
        _go_on_with(
            ticket,
            legs,
            new(service_id=first.service_id, group_id=first.group_id, queued_at=step.at),
        )
        _to_queue(ticket, "first", step.at)
        ticket.for_counter_id = first.counter_id
        return
    leg = _planned(ticket, legs)
    leg.queued_at = step.at
    _to_queue(ticket, "age", step.at)


def _end(_ticket: Any, _legs: list[Any], _step: Step, _new: Callable[..., Any]) -> None:
    """What all endings share is done by `apply`."""


def _planned(ticket: Any, legs: list[Any]) -> Any:
    number = next_planned(legs)
    if number is None:
        raise LookupError("no further service is planned")
    leg = legs[number - 1]
    ticket.leg_no = number
    ticket.service_id, ticket.group_id = leg.service_id, leg.group_id
    return leg


def next_planned(legs: list[Any]) -> int | None:
    """The number of the leg that is planned next; None when there is none."""
    for number, leg in enumerate(legs, start=1):
        if leg.queued_at is None and leg.outcome is None:
            return number
    return None


def _go_on_with(ticket: Any, legs: list[Any], leg: Any) -> None:
    legs.append(leg)
    ticket.leg_no = len(legs)
    ticket.service_id, ticket.group_id = leg.service_id, leg.group_id


def _to_queue(ticket: Any, place: str, at: datetime) -> None:
    """Back to the queue: first, last, or by age (the original arrival)."""
    ticket.counter_id = ticket.clerk_id = None
    ticket.for_counter_id = ticket.for_clerk_id = None
    ticket.held_at = ticket.hold_until = None
    ticket.call_count = 0
    if place == "first":
        ticket.priority, ticket.rank_at = FIRST, at
        return
    ticket.priority = PRIORITY if ticket.priority_reason else NORMAL
    ticket.rank_at = at if place == "last" else ticket.issued_at


DEEDS: dict[str, Callable[[Any, list[Any], Step, Callable[..., Any]], None]] = {
    "call": _call,
    "call_chosen": _call,
    "recall": _recall,
    "start": _start,
    "hold": _hold,
    "resume": _resume,
    "come_back": _come_back,
    "put_back": _put_back,
    "transfer": _transfer,
    "move": _transfer,
    "add_service": _add_service,
    "prioritise": _prioritise,
    "print": _print,
    "next_service": _next_service,
    "send_on": _send_on,
    "complete": _end,
    "no_show": _end,
    "walk_out": _end,
    "cancel": _end,
    "close": _end,
    "close_day": _end,
}
ENDINGS = frozenset({"complete", "no_show", "walk_out", "cancel", "close", "close_day"})


def moment(event: Told) -> datetime:
    """When it happened: for what was entered afterwards, the time that was written down."""
    return _instant(event.data.get("happened_at")) or event.at


def replay(events: Iterable[Told]) -> TicketFacts:
    """The ticket as its events tell it, oldest event first. Raises LookupError without any."""
    told = list(events)
    if not told:
        raise LookupError("a ticket without events")
    takes_back = any(event.verb == "undo" for event in told)
    facts = born(_step(told[0]))
    before = [facts]
    for event in told[1:]:
        step = _step(event)
        if takes_back:
            before.append(copy.deepcopy(facts))
        if step.verb == "undo":
            facts = undone(facts, before[int(step.data["undoes"]) - 1], step.at)
        else:
            apply(facts, facts.legs, step, LegFacts)
        facts.state = event.to_state or facts.state
    return facts


def _step(event: Told) -> Step:
    return Step(event.verb, moment(event), event.data, event.counter_id)


def differences(ticket: Any, legs: Sequence[Any], events: Sequence[Told]) -> Iterator[str]:
    """Where a ticket or its legs are not what the events say, in words for a log."""
    facts = replay(events)
    for name in TICKET_FACTS:
        kept, said = getattr(ticket, name), getattr(facts, name)
        if kept != said:
            yield f"{name} is {kept}, its events say {said}"
    if len(legs) != len(facts.legs):
        yield f"{len(legs)} legs, its events say {len(facts.legs)}"
        return
    for number, (leg, said_leg) in enumerate(zip(legs, facts.legs, strict=True), start=1):
        for name in LEG_FACTS:
            kept, said = getattr(leg, name), getattr(said_leg, name)
            if kept != said:
                yield f"leg {number}: {name} is {kept}, its events say {said}"


def undone(facts: TicketFacts, before: TicketFacts, at: datetime) -> TicketFacts:
    """The ticket as it was before a step; legs that the step began end as undone.

    The time since then counts to the state that the ticket is back in.
    """
    again = copy.deepcopy(before)
    for leg in facts.legs[len(before.legs) :]:
        extra = copy.deepcopy(leg)
        extra.outcome, extra.ended_at = UNDONE, at
        again.legs.append(extra)
    return again


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else text


def _key(text: Any) -> UUID | None:
    return UUID(text) if isinstance(text, str) else text
