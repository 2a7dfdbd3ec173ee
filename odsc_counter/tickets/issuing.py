"""How a person gets a number: at the kiosk, at the desk, by program, or straight to the counter."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.catalogue.queries import group_of
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.calling import refuse_unless_ready
from odsc_counter.tickets.closing import close_leftovers
from odsc_counter.tickets.counters import locked_counter
from odsc_counter.tickets.errors import NotOfferedToday, ReasonNotGranted, ServiceClosedToday
from odsc_counter.tickets.hall_models import AT_FIRST_NUMBER, HallNotice
from odsc_counter.tickets.lifecycle import LIFECYCLE
from odsc_counter.tickets.models import (
    APPOINTMENT,
    NORMAL,
    PRIORITY,
    PRIORITY_REASONS,
    ServiceLeg,
    Ticket,
    Visit,
)
from odsc_counter.tickets.order import rules_of
from odsc_counter.tickets.timeline import LEG_FACTS, TICKET_FACTS, Step, TicketFacts, born

LANGUAGES = ("lo", "en")
CHANNELS = ("kiosk", "counter", "api", "paper", "appointment")
MOST_FILES = 500
MOST_SERVICES = 5


@dataclass(frozen=True)
class Label:
    """A number as it is told apart (series and number) and as people read it."""

    letter: str
    number: int
    text: str


def issue(
    centre: Centre,
    service_id: int,
    *,
    then: Sequence[int] = (),
    priority_reason: str | None = None,
    priority_from: datetime | None = None,
    language: str = "lo",
    channel: str = "kiosk",
    files: int = 1,
) -> Ticket:
    """Give a person a number for a service, on the centre's own day.

    `then` are further services of the same visit, served one after the other under the same
    number; `files` is for how many households or files the person acts. Numbers of a letter
    run on each day, without gap or double. Raises NotOfferedToday, ServiceClosedToday,
    ReasonNotGranted, and InvalidInput for a value that nobody knows.
    """
    refuse_unknown(priority_reason, language, channel, files)
    if len(then) >= MOST_SERVICES:
        raise InvalidInput({"service": f"1-{MOST_SERVICES}"})
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        rules = rules_of(work.session)
        if priority_reason not in (None, APPOINTMENT, *rules.reasons):
            raise ReasonNotGranted
        group, later = _groups(work.session, [service_id, *then], day)
        label, is_first = _take_number(work, group, day)
        ticket = create(
            work,
            Step(
                "issue",
                now,
                {
                    "label": label.text,
                    "service_id": service_id,
                    "group_id": str(group.id),
                    "then": later,
                    "priority": PRIORITY if priority_reason else NORMAL,
                    "priority_reason": priority_reason,
                    "priority_from": priority_from.isoformat() if priority_from else None,
                    "channel": channel,
                    "files": files,
                },
            ),
            day=day,
            label=label,
            language=language,
        )
        if is_first and rules.day_close == AT_FIRST_NUMBER:
            close_leftovers(work, before=day)
    return ticket


def serve_now(
    centre: Centre,
    counter_id: uuid.UUID,
    clerk_id: int,
    service_id: int,
    *,
    language: str = "lo",
    files: int = 1,
) -> Ticket:
    """Serve somebody who has no number: they get one, and stand at the counter already.

    They have not waited, so they are in no waiting time. Raises NotAtCounter, OnBreak,
    TicketStillOpen, NotOfferedToday, ServiceClosedToday and InvalidInput.
    """
    refuse_unknown(None, language, "counter", files)
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        refuse_unless_ready(work.session, counter, clerk_id)
        group, _later = _groups(work.session, [service_id], day)
        label, _is_first = _take_number(work, group, day)
        data = {
            "label": label.text,
            "service_id": service_id,
            "group_id": str(group.id),
            "channel": "counter",
            "files": files,
            "clerk_id": clerk_id,
        }
        step = Step("serve_now", now, data, counter_id)
        return create(work, step, day=day, label=label, language=language)


def create(work: Work, step: Step, *, day: date, label: Label, language: str) -> Ticket:
    """Write visit, ticket and legs of a number that was taken, with the first event."""
    facts = born(step)
    ticket = new_ticket(work, step, facts, day=day, label=label, language=language)
    work.begin(
        ticket, LIFECYCLE, step.verb, at=step.at, day=day, counter_id=step.counter_id, **step.data
    )
    add_legs(work, ticket, facts)
    return ticket


def new_ticket(
    work: Work,
    issued: Step,
    facts: TicketFacts,
    *,
    day: date,
    label: Label,
    language: str,
    is_paper: bool = False,
) -> Ticket:
    """A ticket as the facts tell it, with its visit; not yet in the session, without events."""
    visit = Visit(
        arrived_at=issued.at,
        day=day,
        language=language,
        channel=issued.data["channel"],
        files=issued.data["files"],
    )
    work.session.add(visit)
    work.session.flush()
    return Ticket(
        visit_id=visit.id,
        day=day,
        letter=label.letter,
        number=label.number,
        label=label.text,
        public_code=secrets.token_urlsafe(12),
        language=language,
        is_paper=is_paper,
        times_unreliable=is_paper,
        **{name: getattr(facts, name) for name in TICKET_FACTS},
    )


def add_legs(work: Work, ticket: Ticket, facts: TicketFacts) -> None:
    """Write the service legs of a ticket that has just been written."""
    work.session.add_all(
        ServiceLeg(
            ticket_id=ticket.id,
            position=position,
            day=ticket.day,
            **{name: getattr(leg, name) for name in LEG_FACTS},
        )
        for position, leg in enumerate(facts.legs, start=1)
    )
    work.session.flush()


def refuse_unknown(priority_reason: str | None, language: str, channel: str, files: int) -> None:
    """Raise InvalidInput for a reason, language, channel or number of files that can't be."""
    wrong = {
        name: str(value)
        for name, value, known in (
            ("priority", priority_reason, (None, APPOINTMENT, *PRIORITY_REASONS)),
            ("language", language, LANGUAGES),
            ("channel", channel, CHANNELS),
        )
        if value not in known
    }
    if not 1 <= files <= MOST_FILES:
        wrong["files"] = f"1-{MOST_FILES}"
    if wrong:
        raise InvalidInput(wrong)


def _groups(
    session: Session, service_ids: Sequence[int], day: date
) -> tuple[ServiceGroup, list[dict[str, Any]]]:
    """The group of the first service, and the further ones as the log keeps them."""
    groups = []
    for service_id in service_ids:
        groups.append((service_id, offered_group(session, service_id, day)))
    later = [
        {"service_id": service_id, "group_id": str(group.id)} for service_id, group in groups[1:]
    ]
    return groups[0][1], later


def offered_group(session: Session, service_id: int, day: date) -> ServiceGroup:
    """Under which group people wait for a service on a day.

    Raises NotOfferedToday, and ServiceClosedToday while a notice closes the service.
    """
    group = group_of(service_id, day)
    if group is None:
        raise NotOfferedToday
    closed = session.scalars(
        select(HallNotice)
        .where(
            HallNotice.service_id == service_id,
            HallNotice.closes_service,
            HallNotice.shown_from <= day,
            or_(HallNotice.shown_until.is_(None), HallNotice.shown_until > day),
        )
        .limit(1)
    ).one_or_none()
    if closed is not None:
        raise ServiceClosedToday(reason=closed.text(language_now()))
    return group


def _take_number(work: Work, group: ServiceGroup, day: date) -> tuple[Label, bool]:
    series, first = f"ticket:{group.letter}", group.first_number
    number = take_number(work.session, series, day.isoformat(), first)
    text = f"{group.letter}{number:0{group.number_width}d}"
    return Label(group.letter, number, text), number == first
