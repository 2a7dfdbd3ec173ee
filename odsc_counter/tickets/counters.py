"""Who sits at which counter, and which service groups a counter serves."""

import uuid
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.events import Event, subscribe
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.errors import (
    AtAnotherCounter,
    CounterNumberInUse,
    CounterTaken,
    NotAtCounter,
    TicketStillOpen,
)
from odsc_counter.tickets.lifecycle import AT_COUNTER
from odsc_counter.tickets.models import Counter, CounterGroup, Ticket
from odsc_counter.tickets.queries import today

LARGEST_COUNTER_NUMBER = 99


def locked_counter(session: Session, counter_id: uuid.UUID) -> Counter:
    """The counter as it is now, held until the transaction ends. Raises NotFound.

    Claiming, leaving and calling all hold it, so nobody is called to an empty counter.
    """
    counter = session.scalars(
        select(Counter)
        .where(Counter.id == counter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if counter is None:
        raise NotFound
    return counter


def claim_counter(counter_id: uuid.UUID, user_id: int) -> Counter:
    """Sit down at a counter. Taking one's own again changes nothing.

    Raises CounterTaken when somebody sits there, AtAnotherCounter when the person sits
    elsewhere.
    """
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        if counter.clerk_id == user_id:
            return counter
        if counter.clerk_id is not None:
            raise CounterTaken(number=counter.number)
        counter.clerk_id = user_id
        counter.claimed_at = clock.now()
        try:
            work.session.flush()
        except IntegrityError as error:
            raise AtAnotherCounter from error
        _record(work, "claim", counter, clerk_id=user_id)
    return counter


def release_counter(counter_id: uuid.UUID, user_id: int | None = None) -> Counter:
    """Leave a counter; without `user_id` the manager frees it, whoever sits there.

    Raises NotAtCounter when somebody else sits there, TicketStillOpen while a ticket is
    open at it: complete it, mark it as no-show, or close the day.
    """
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        if counter.clerk_id is None:
            return counter
        if user_id is not None and counter.clerk_id != user_id:
            raise NotAtCounter
        label = work.session.scalars(
            select(Ticket.label).where(
                Ticket.counter_id == counter_id, Ticket.state.in_(AT_COUNTER)
            )
        ).one_or_none()
        if label is not None:
            raise TicketStillOpen(label=label)
        left, counter.clerk_id, counter.claimed_at = counter.clerk_id, None, None
        work.session.flush()
        _record(work, "release", counter, clerk_id=left)
    return counter


def add_counter(number: int) -> Counter:
    """Set up a counter with this number. Raises CounterNumberInUse, InvalidInput."""
    if not 1 <= number <= LARGEST_COUNTER_NUMBER:
        raise InvalidInput({"number": f"1-{LARGEST_COUNTER_NUMBER}"})
    with unit_of_work() as work:
        counter = Counter(number=number)
        work.session.add(counter)
        try:
            work.session.flush()
        except IntegrityError as error:
            raise CounterNumberInUse(number=number) from error
        _record(work, "add", counter)
    return counter


def set_groups(counter_id: uuid.UUID, group_ids: Collection[uuid.UUID]) -> None:
    """Let a counter serve these service groups; none chosen means all of them.

    Raises NotFound for a counter or group that is not this centre's.
    """
    chosen = set(group_ids)
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        letters = work.session.execute(
            select(ServiceGroup.id, ServiceGroup.letter).where(ServiceGroup.id.in_(chosen))
        ).all()
        if len(letters) != len(chosen):
            raise NotFound
        work.session.execute(delete(CounterGroup).where(CounterGroup.counter_id == counter_id))
        work.session.add_all(
            CounterGroup(counter_id=counter_id, group_id=group_id) for group_id in chosen
        )
        _record(work, "set_groups", counter, letters=sorted(letter for _id, letter in letters))


@subscribe
def equip_new_centre(work: Work, event: Event) -> None:
    """A centre that has been opened starts with as many counters as were asked for."""
    if event.subject_kind == "centre" and event.verb == "opened":
        for number in range(1, int(event.data.get("counters", 0)) + 1):
            add_counter(number)


def _record(work: Work, verb: str, counter: Counter, **data: object) -> None:
    work.record(
        verb,
        subject_kind="counter",
        subject_id=str(counter.id),
        day=today(),
        counter_id=counter.id,
        data={"number": counter.number, **data},
    )
