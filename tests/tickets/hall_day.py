"""One day of a small hall in which everything happens once, minute by minute from eight."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from odsc_counter.accounts.models import User
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import counters, operations
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.moving import Destination
from tests.tickets.hall import Hall, a_hall
from tests.world import a_service

EIGHT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""08:00 in Vientiane, on a Monday."""
DAY = date(2026, 3, 2)


@contextmanager
def at(minute: float) -> Iterator[None]:
    """So many minutes after eight."""
    moment = EIGHT + timedelta(minutes=minute)
    with clock.use(lambda: moment):
        yield


@dataclass
class FullDay:
    """The hall after its day, and a second service that people were sent to."""

    hall: Hall
    other: int


def a_full_day(code: str = "LA0101") -> FullDay:
    """Every outcome once. Two counters open at eight; the target is 20 minutes.

    Waits (minutes, called legs with reliable times): 5, 7, 10, 12, 19, 30.
    """
    with at(0):
        hall = a_hall(code, counters=2, target_wait_minutes=20, ageing_minutes=600)
    other = a_service(hall.centre, "MOPS-05", letter="B").id
    clerks = [counter.id for counter in hall.counters]

    def issue(minute: float, **more: object) -> Ticket:
        with at(minute):
            return operations.issue(hall.centre, hall.service, **more)  # type: ignore[arg-type]

    def call(minute: float, place: int, expected: Ticket) -> None:
        with at(minute), acting_as(_actor(hall.clerks[place])):
            called = operations.call_next(hall.centre, clerks[place], hall.clerks[place].id)
        assert called is not None
        assert called.id == expected.id

    def do(minute: float, verb: str, ticket: Ticket, *more: object, by: int = 0) -> None:
        with at(minute), acting_as(_actor(hall.clerks[by])):
            getattr(operations, verb)(ticket.id, *more)

    with centre_scope(hall.centre.id):
        first, second = issue(0, files=3), issue(0)
        third = issue(2)
        call(10, 0, first)
        do(11, "start", first)
        call(12, 1, second)
        do(14, "no_show", second, by=1)
        do(21, "complete", first)
        call(21, 0, third)
        do(22, "start", third)
        fourth = issue(23, then=(other,), priority_reason="elderly")
        do(27, "hold", third, 30)
        call(30, 1, fourth)
        do(31, "start", fourth, by=1)
        do(32, "resume", third, clerks[0], hall.clerks[0].id)
        do(34, "complete", third)
        fifth, sixth, seventh = issue(35), issue(35, priority_reason="monk"), issue(35)
        do(36, "complete", fourth, by=1)  # and goes on with the second service
        do(36, "cancel", fifth)
        eighth = issue(37)
        do(38, "walk_out", sixth)
        do(40, "complete", fourth, by=1)
        with at(45):
            counters.go_on_break(clerks[1], hall.clerks[1].id)
        with at(60):
            counters.return_from_break(clerks[1], hall.clerks[1].id)
        call(65, 0, seventh)
        do(66, "start", seventh)
        with at(70), acting_as(_actor(hall.clerks[0])):
            operations.transfer(hall.centre, seventh.id, Destination(service_id=other))
        call(75, 0, seventh)
        do(76, "start", seventh)
        do(80, "complete", seventh)
        with at(82), acting_as(_actor(hall.clerks[0])):
            ninth = operations.serve_now(hall.centre, clerks[0], hall.clerks[0].id, hall.service)
        do(85, "complete", ninth)
        call(86, 0, eighth)
        do(87, "undo", eighth)
        tenth = issue(90, priority_reason="elderly")
        call(91, 1, tenth)
        do(92, "start", tenth, by=1)
        do(95, "complete", tenth, by=1)
        with unit_of_work() as work:
            work.session.get_one(Ticket, (hall.centre.id, tenth.id)).times_unreliable = True
        with at(120):
            operations.close_day(hall.centre, DAY)
            for counter in clerks:
                counters.release_counter(counter)
    return FullDay(hall, other)


def _actor(user: User) -> Actor:
    return Actor(user.name_en, user.id)
