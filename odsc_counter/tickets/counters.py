"""Who sits at which counter, since when, and who is on a break."""

import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.events import Event, subscribe
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.tickets.errors import (
    AtAnotherCentre,
    AtAnotherCounter,
    CounterNumberInUse,
    CounterTaken,
    NotAtCounter,
    NotOnBreak,
    TicketStillOpen,
)
from odsc_counter.tickets.lifecycle import AT_COUNTER
from odsc_counter.tickets.models import Counter, DeskSpell, Seat, Ticket
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
    elsewhere in the centre, AtAnotherCentre when they sit in another one.
    """
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        if counter.clerk_id == user_id:
            return counter
        if counter.clerk_id is not None:
            raise CounterTaken(number=counter.number)
        now = clock.now()
        _take_seat(work, user_id, now)
        counter.clerk_id = user_id
        counter.claimed_at = now
        try:
            work.session.flush()
        except IntegrityError as error:
            raise AtAnotherCounter from error
        _begin_spell(work, counter, "open", now)
        _record(work, "claim", counter, clerk_id=user_id)
    return counter


def _take_seat(work: Work, user_id: int, now: datetime) -> None:
    """Note where in the nation the clerk sits: one row a person, so one seat a person."""
    dialect = work.session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    here = work.scope.centre_id
    # One statement takes the seat, or waits for whoever takes it at the same moment.
    taken = work.session.execute(
        insert(Seat)
        .values(user_id=user_id, at_centre_id=here, taken_at=now)
        .on_conflict_do_update(index_elements=["user_id"], set_={"at_centre_id": Seat.at_centre_id})
        .returning(Seat.at_centre_id)
    ).scalar_one()
    if taken != here:
        elsewhere = work.session.get_one(Centre, taken)
        raise AtAnotherCentre(centre=elsewhere.name(language_now()))


def seat_elsewhere(user_id: int) -> Centre | None:
    """The other centre at whose counter a person still sits; None when there is none."""
    with reading() as session:
        return session.scalars(
            select(Centre)
            .join(Seat, Seat.at_centre_id == Centre.id)
            .where(Seat.user_id == user_id, Seat.at_centre_id != current_scope().centre_id)
        ).one_or_none()


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
        _refuse_while_open(work, counter)
        left, counter.clerk_id, counter.claimed_at = counter.clerk_id, None, None
        counter.break_since = counter.break_reason = None
        _end_spell(work, counter, clock.now())
        work.session.execute(delete(Seat).where(Seat.user_id == left))
        work.session.flush()
        _record(work, "release", counter, clerk_id=left)
    return counter


def _refuse_while_open(work: Work, counter: Counter) -> None:
    label = work.session.scalars(
        select(Ticket.label).where(Ticket.counter_id == counter.id, Ticket.state.in_(AT_COUNTER))
    ).one_or_none()
    if label is not None:
        raise TicketStillOpen(label=label)


BREAK_REASONS = ("pause", "meal", "meeting", "back_office")


def go_on_break(counter_id: uuid.UUID, user_id: int, reason: str = "pause") -> Counter:
    """Stop calling for a while without leaving the counter; the time is recorded.

    Raises NotAtCounter, TicketStillOpen, and InvalidInput for an unknown reason. A second
    time changes nothing.
    """
    if reason not in BREAK_REASONS:
        raise InvalidInput({"reason": reason})
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        if counter.clerk_id != user_id:
            raise NotAtCounter
        if counter.break_since is not None:
            return counter
        _refuse_while_open(work, counter)
        now = clock.now()
        counter.break_since, counter.break_reason = now, reason
        _end_spell(work, counter, now)
        _begin_spell(work, counter, "break", now, reason)
        _record(work, "go_on_break", counter, clerk_id=user_id, reason=reason)
    return counter


def return_from_break(counter_id: uuid.UUID, user_id: int) -> Counter:
    """Go on working. Raises NotAtCounter and NotOnBreak."""
    with unit_of_work() as work:
        counter = locked_counter(work.session, counter_id)
        if counter.clerk_id != user_id:
            raise NotAtCounter
        if counter.break_since is None:
            raise NotOnBreak
        now = clock.now()
        counter.break_since = counter.break_reason = None
        _end_spell(work, counter, now)
        _begin_spell(work, counter, "open", now)
        _record(work, "return_from_break", counter, clerk_id=user_id)
    return counter


def _begin_spell(
    work: Work, counter: Counter, kind: str, now: datetime, reason: str | None = None
) -> None:
    work.session.add(
        DeskSpell(
            counter_id=counter.id,
            clerk_id=counter.clerk_id,
            day=today(),
            kind=kind,
            reason=reason,
            began_at=now,
        )
    )
    work.session.flush()


def _end_spell(work: Work, counter: Counter, now: datetime) -> None:
    running = work.session.scalars(
        select(DeskSpell).where(DeskSpell.counter_id == counter.id, DeskSpell.ended_at.is_(None))
    ).one_or_none()
    if running is not None:
        running.ended_at = now
        work.session.flush()


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
