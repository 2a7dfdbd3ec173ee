"""The table of a ticket's life, turned round: every state and every verb."""

import uuid

import pytest

from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import operations, queries
from odsc_counter.tickets.lifecycle import LIFECYCLE
from odsc_counter.tickets.models import Ticket
from tests.tickets.hall import Hall, a_hall

ALLOWED = {
    # state        verbs that may follow, and where they lead
    None: {"issue": "waiting"},
    "waiting": {"call": "called", "cancel": "cancelled", "close_day": "closed"},
    "called": {
        "recall": "called",
        "start": "serving",
        "no_show": "no_show",
        "close_day": "closed",
    },
    "serving": {"complete": "completed", "close_day": "closed"},
    "completed": {},
    "no_show": {},
    "cancelled": {},
    "closed": {},
}
WAYS = {
    "waiting": (),
    "called": ("call",),
    "serving": ("call", "start"),
    "completed": ("call", "start", "complete"),
    "no_show": ("call", "no_show"),
    "cancelled": ("cancel",),
    "closed": ("close_day",),
}


def test_the_table_allows_exactly_this() -> None:
    assert {None, *LIFECYCLE.states} == set(ALLOWED)
    for state, verbs in ALLOWED.items():
        for verb in LIFECYCLE.verbs:
            assert LIFECYCLE.allows(verb, state) == (verb in verbs), (state, verb)
            if verb in verbs:
                assert LIFECYCLE.target(verb, state) == verbs[verb]


def _do(hall: Hall, verb: str, ticket_id: uuid.UUID) -> Ticket | None:
    if verb == "call":
        return hall.call(0)
    if verb == "close_day":
        operations.close_day(hall.centre, queries.today())
        return None
    operation = getattr(operations, verb)
    result: Ticket = operation(ticket_id)
    return result


@pytest.mark.parametrize("state", WAYS)
def test_operations_keep_to_the_table(database: Database, state: str) -> None:
    verbs = [verb for verb in LIFECYCLE.verbs if verb not in ("issue", "call", "close_day")]
    hall = a_hall()
    with centre_scope(hall.centre.id):
        for verb in verbs:
            (ticket,) = hall.issue(1)
            for step in WAYS[state]:
                _do(hall, step, ticket.id)
            assert queries.ticket(ticket.id).state == state
            if verb in ALLOWED[state]:
                done = _do(hall, verb, ticket.id)
                assert done is not None
                assert done.state == ALLOWED[state][verb]
            else:
                with pytest.raises(AlreadyChanged):
                    _do(hall, verb, ticket.id)
                assert queries.ticket(ticket.id).state == state
            operations.close_day(hall.centre, ticket.day)
