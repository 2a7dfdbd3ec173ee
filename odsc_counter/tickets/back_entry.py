"""Pre-printed numbers, entered afterwards with the times that were written down by hand.

The ticket is written once, in the state that it ended in, with all its events: at the counter
where somebody was served this morning another person may stand now.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import RoleGrant
from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.catalogue.queries import group_of
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets.issuing import Label, add_legs, new_ticket, refuse_unknown
from odsc_counter.tickets.lifecycle import (
    CANCELLED,
    COMPLETED,
    LIFECYCLE,
    NO_SHOW,
    WAITING,
    WALKED_OUT,
)
from odsc_counter.tickets.models import NORMAL, PRIORITY, Counter, Ticket
from odsc_counter.tickets.order import ORDINARY, URGENT
from odsc_counter.tickets.paper_errors import NotOfferedThen, PaperNumberEntered
from odsc_counter.tickets.paper_numbers import LARGEST_NUMBER, paper_label
from odsc_counter.tickets.timeline import LegFacts, Step, TicketFacts, apply, born

OUTCOMES = (COMPLETED, NO_SHOW, WALKED_OUT, CANCELLED, WAITING)
"""How it ended; WAITING: the person still waits and joins the queue now."""
TIMES = ("arrived", "called", "started", "ended")
_ASKED: dict[str, tuple[set[str], set[str]]] = {
    # outcome     times that must be there              times that can't be there
    COMPLETED: ({"arrived", "started", "ended"}, set()),
    NO_SHOW: ({"arrived", "called"}, {"started"}),
    WALKED_OUT: ({"arrived", "ended"}, set()),
    CANCELLED: ({"arrived", "ended"}, {"called", "started"}),
    WAITING: ({"arrived"}, {"called", "started", "ended"}),
}
_ENDINGS = {
    COMPLETED: "complete",
    NO_SHOW: "no_show",
    WALKED_OUT: "walk_out",
    CANCELLED: "cancel",
}


@dataclass(frozen=True)
class PaperEntry:
    """What the paper says about one number."""

    day: date
    letter: str
    """The group letter on the paper number."""
    number: int
    service_id: int
    arrived: datetime | None = None
    called: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    outcome: str = COMPLETED
    counter_id: uuid.UUID | None = None
    clerk_id: int | None = None
    priority_reason: str | None = None

    @property
    def times(self) -> list[tuple[str, datetime]]:
        """The times that were written down, in the order in which they must follow."""
        given = ((name, getattr(self, name)) for name in TIMES)
        return [(name, at) for name, at in given if at is not None]


def enter_paper(centre: Centre, entry: PaperEntry) -> Ticket:
    """Enter one pre-printed number of today or of an earlier day, closed or not.

    Its times are left out of every average. Raises InvalidInput with what is wrong by field,
    NotOfferedThen, and PaperNumberEntered. One transaction.
    """
    refuse_unknown(entry.priority_reason, "lo", "paper", 1)
    with unit_of_work() as work:
        _refuse_wrong(centre, entry)
        _refuse_foreign(work.session, centre, entry)
        group = group_of(entry.service_id, entry.day)
        if group is None:
            raise NotOfferedThen
        past = _past(entry, group)
        facts = _lived(past)
        text = paper_label(entry.letter, entry.number)
        # The small letter: printed numbers have gaps and never meet the kiosk's own.
        label = Label(entry.letter.lower(), entry.number, text)
        ticket = new_ticket(
            work, past[0], facts, day=entry.day, label=label, language="lo", is_paper=True
        )
        try:
            work.enter(ticket, LIFECYCLE, past, day=entry.day)
        except IntegrityError as error:
            raise PaperNumberEntered(label=text) from error
        add_legs(work, ticket, facts)
    return ticket


def _past(entry: PaperEntry, group: ServiceGroup) -> list[Step]:
    """The verbs that the paper tells of, each with its real time."""
    reason = entry.priority_reason
    arrived = entry.arrived or entry.times[0][1]
    issued: dict[str, Any] = {
        "label": paper_label(entry.letter, entry.number),
        "service_id": entry.service_id,
        "group_id": str(group.id),
        "then": [],
        "priority": PRIORITY if reason else NORMAL,
        "priority_reason": reason,
        "priority_from": None,
        "channel": "paper",
        "files": 1,
    }
    past = [Step("issue", arrived, issued)]
    called = entry.called or entry.started
    if called is not None:
        lane, why = (URGENT, "priority") if reason else (ORDINARY, "arrival")
        told = {"clerk_id": entry.clerk_id, "lane": lane, "why": why}
        past.append(Step("call", called, told, entry.counter_id))
    if entry.started is not None:
        past.append(Step("start", entry.started, counter_id=entry.counter_id))
    if entry.outcome != WAITING:
        ended = entry.ended or past[-1].at
        here = entry.counter_id if called is not None else None
        past.append(Step(_ENDINGS[entry.outcome], ended, counter_id=here))
    return past


def _lived(past: list[Step]) -> TicketFacts:
    facts = born(past[0])
    for step in past[1:]:
        apply(facts, facts.legs, step, LegFacts)
        facts.state = LIFECYCLE.target(step.verb, facts.state)
    return facts


def _refuse_wrong(centre: Centre, entry: PaperEntry) -> None:
    wrong: dict[str, str] = {}
    now = clock.now()
    today = clock.business_day(now, centre.day_starts_minute)
    if not 1 <= entry.number <= LARGEST_NUMBER:
        wrong["number"] = str(_("Write the number like this: A07."))
    if entry.day > today or entry.day < centre.opened_on:
        wrong["day"] = str(_("Choose today or an earlier day."))
    if entry.outcome not in OUTCOMES:
        wrong["outcome"] = str(_("Choose what became of it."))
    else:
        wrong |= _times_amiss(entry, today)
    begins = clock.start_of_day(entry.day, centre.day_starts_minute)
    until = min(now, begins + timedelta(days=1))
    last: datetime | None = None
    for name, at in entry.times:
        if not begins <= at <= until:
            wrong.setdefault(name, str(_("This time has not come yet, or is of another day.")))
        elif last is not None and at < last:
            wrong.setdefault(name, str(_("This is before the time to its left.")))
        last = at
    if any(name in ("called", "started") for name, _at in entry.times):
        if entry.counter_id is None:
            wrong["counter"] = str(_("Choose the counter."))
        if entry.clerk_id is None:
            wrong["clerk"] = str(_("Choose the clerk."))
    if wrong:
        raise InvalidInput(wrong)


def _times_amiss(entry: PaperEntry, today: date) -> dict[str, str]:
    wrong = {}
    needed, impossible = _ASKED[entry.outcome]
    given = {name for name, _at in entry.times}
    for name in needed - given:
        wrong[name] = str(_("This time is missing."))
    for name in impossible & given:
        wrong[name] = str(_("This does not go with the outcome."))
    if entry.outcome == WALKED_OUT and "called" in given and "started" not in given:
        wrong["outcome"] = str(_("Called, and nobody came: that is “did not come”."))
    if entry.outcome == WAITING and entry.day != today:
        wrong["outcome"] = str(_("Only people of today can still wait."))
    return wrong


def _refuse_foreign(session: Session, centre: Centre, entry: PaperEntry) -> None:
    wrong = {}
    letters = set(session.scalars(select(ServiceGroup.letter)))
    if entry.letter not in letters:
        wrong["number"] = str(_("There is no group %(letter)s.", letter=entry.letter))
    if entry.counter_id is not None:
        known = select(Counter.id).where(Counter.id == entry.counter_id)
        if session.scalars(known).one_or_none() is None:
            wrong["counter"] = str(_("Choose the counter."))
    if entry.clerk_id is not None:
        worked_here = (
            select(RoleGrant.id)
            .where(RoleGrant.user_id == entry.clerk_id, RoleGrant.at_centre_id == centre.id)
            .limit(1)
        )
        if session.scalars(worked_here).one_or_none() is None:
            wrong["clerk"] = str(_("Choose the clerk."))
    if wrong:
        raise InvalidInput(wrong)
