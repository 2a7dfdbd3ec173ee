"""The table of a ticket's life, turned round: every state and every verb."""

import uuid
from collections.abc import Callable

import pytest

from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged
from odsc_counter.platform.lifecycle import BEFORE, STAYS
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope
from odsc_counter.tickets import operations, queries
from odsc_counter.tickets.errors import NothingToUndo, TicketStillOpen
from odsc_counter.tickets.lifecycle import LIFECYCLE
from odsc_counter.tickets.models import Ticket
from tests.tickets.hall import Hall, a_hall

BEFORE_THE_LAST_STEP = BEFORE
OPEN = {
    # what may be done to any ticket that has not ended
    "move": "waiting",
    "add_service": STAYS,
    "print": STAYS,
    "close": "closed",
    "close_day": "closed",
    "undo": BEFORE_THE_LAST_STEP,
}
ENDED = {"undo": BEFORE_THE_LAST_STEP}
ALLOWED: dict[str | None, dict[str, str]] = {
    # state        verbs that may follow, and where they lead
    None: {"issue": "waiting", "serve_now": "serving"},
    "waiting": {
        **OPEN,
        "call": "called",
        "call_chosen": "called",
        "prioritise": "waiting",
        "cancel": "cancelled",
        "walk_out": "walked_out",
    },
    "called": {
        **OPEN,
        "recall": "called",
        "start": "serving",
        "hold": "on_hold",
        "put_back": "waiting",
        "transfer": "waiting",
        "no_show": "no_show",
    },
    "serving": {
        **OPEN,
        "hold": "on_hold",
        "put_back": "waiting",
        "transfer": "waiting",
        "next_service": "serving",
        "send_on": "waiting",
        "complete": "completed",
        "walk_out": "walked_out",
    },
    "on_hold": {
        **OPEN,
        "resume": "serving",
        "come_back": "waiting",
        "transfer": "waiting",
        "cancel": "cancelled",
        "walk_out": "walked_out",
    },
    "completed": ENDED,
    "no_show": ENDED,
    "walked_out": ENDED,
    "cancelled": ENDED,
    "closed": ENDED,
}
WAYS = {
    "waiting": (),
    "called": ("call",),
    "serving": ("call", "start"),
    "on_hold": ("call", "start", "hold"),
    "completed": ("call", "start", "complete"),
    "no_show": ("call", "no_show"),
    "walked_out": ("walk_out",),
    "cancelled": ("cancel",),
    "closed": ("close",),
}
NOT_A_PERSONS_VERB = {"issue", "serve_now", "call", "close_day", "come_back", "print"}
"""Begin a ticket, choose it themselves, or are done by the program."""


def test_the_table_allows_exactly_this() -> None:
    assert {None, *LIFECYCLE.states} == set(ALLOWED)
    for state, verbs in ALLOWED.items():
        for verb in LIFECYCLE.verbs:
            assert LIFECYCLE.allows(verb, state) == (verb in verbs), (state, verb)
            if verb in verbs:
                leads_to = {STAYS: state, BEFORE: "waiting"}.get(verbs[verb], verbs[verb])
                assert LIFECYCLE.target(verb, state, "waiting") == leads_to


def _do(hall: Hall, verb: str, ticket_id: uuid.UUID) -> Ticket | None:
    to_the_other = operations.Destination(counter_id=hall.counters[1].id)
    deeds: dict[str, Callable[[], Ticket | None]] = {
        "call": lambda: hall.call(0),
        "call_chosen": lambda: operations.call_chosen(hall.centre, hall.counters[0].id, ticket_id),
        "resume": lambda: operations.resume(ticket_id, hall.counters[0].id, hall.clerks[0].id),
        "transfer": lambda: operations.transfer(hall.centre, ticket_id, to_the_other),
        "move": lambda: operations.move(hall.centre, ticket_id, to_the_other, "a reason"),
        "close": lambda: operations.close(ticket_id, "a reason"),
        "prioritise": lambda: operations.prioritise(ticket_id, "monk"),
        "add_service": lambda: operations.add_service(hall.centre, ticket_id, hall.service),
        "next_service": lambda: _with_a_second_service(hall, ticket_id, here=True),
        "send_on": lambda: _with_a_second_service(hall, ticket_id, here=False),
    }
    return deeds.get(verb, lambda: getattr(operations, verb)(ticket_id))()


def _with_a_second_service(hall: Hall, ticket_id: uuid.UUID, *, here: bool) -> Ticket:
    if queries.ticket(ticket_id).state == "serving":
        operations.add_service(hall.centre, ticket_id, hall.service)
    return operations.complete(ticket_id, here=here)


@pytest.mark.parametrize("state", WAYS)
def test_operations_keep_to_the_table(database: Database, state: str) -> None:
    hall = a_hall()
    clerk = hall.clerks[0]
    with centre_scope(hall.centre.id), acting_as(Actor(clerk.name_lo, clerk.id)):
        for verb in LIFECYCLE.verbs:
            if verb in NOT_A_PERSONS_VERB:
                continue
            (ticket,) = hall.issue(1)
            for step in WAYS[state]:
                _do(hall, step, ticket.id)
            assert queries.ticket(ticket.id).state == state
            _is_allowed_or_refused(hall, verb, ticket.id, state)
            operations.close_day(hall.centre, ticket.day)


def _is_allowed_or_refused(hall: Hall, verb: str, ticket_id: uuid.UUID, state: str) -> None:
    leads_to = ALLOWED[state].get(verb)
    if leads_to is None:
        with pytest.raises((AlreadyChanged, TicketStillOpen)):
            _do(hall, verb, ticket_id)
        assert queries.ticket(ticket_id).state == state
    elif verb == "undo" and not WAYS[state]:
        # The issue itself can't be taken back: the person cancels.
        with pytest.raises(NothingToUndo):
            _do(hall, verb, ticket_id)
    else:
        done = _do(hall, verb, ticket_id)
        assert done is not None
        before = {way: one for one, way in WAYS.items()}[WAYS[state][:-1]]
        assert done.state == {STAYS: state, BEFORE: before}.get(leads_to, leads_to)
