"""The hall: tickets, counters, the board, and what the centre offers."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, url_for

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.api import schemas
from odsc_counter.api.applications import name, service_named
from odsc_counter.api.endpoints import answer, endpoint
from odsc_counter.catalogue import fee_words
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.queries import OfferedRow
from odsc_counter.places.models import Centre
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import calls, counter_queries, counters, in_line, operations, queries
from odsc_counter.tickets.lifecycle import LIFECYCLE
from odsc_counter.tickets.models import Counter, Ticket


@endpoint(
    "POST",
    "/centres/{centre}/tickets",
    centre_door("ticket.issue"),
    summary="Take a number",
    tag="tickets",
    body=schemas.NEW_TICKET,
    answers={201: "Ticket"},
)
def issue_ticket(centre: Centre, body: dict[str, Any]) -> object:
    """Take a number for a service that the centre offers today. When the answer is here, the
    number is on disk."""
    ticket = operations.issue(
        centre,
        service_named(body["service"]),
        priority_reason=body.get("priority"),
        language=body.get("language", "lo"),
        channel="api",
    )
    return answer(
        ticket_as_json(ticket, body["service"]),
        201,
        url_for("api.show_ticket", ticket=ticket.id),
    )


@endpoint(
    "GET",
    "/centres/{centre}/tickets/{ticket}",
    centre_door("ticket.view"),
    summary="A ticket",
    tag="tickets",
    answers={200: "Ticket"},
)
def show_ticket(centre: Centre, ticket: uuid.UUID) -> object:
    """A ticket as it stands now."""
    return answer(ticket_as_json(queries.ticket(ticket)))


@endpoint(
    "POST",
    "/centres/{centre}/counters/{counter}/claim",
    centre_door("counter.claim"),
    summary="Sit down at a counter",
    tag="counters",
    answers={200: "Counter"},
)
def claim_counter(centre: Centre, counter: int) -> object:
    """Claim a free counter for the token's user. A clerk sits at one counter at a time."""
    found = counter_queries.counter_by_number(counter)
    return answer(_counter(counters.claim_counter(found.id, signed_in().user.id)))


@endpoint(
    "POST",
    "/centres/{centre}/counters/{counter}/release",
    centre_door("counter.claim"),
    summary="Leave a counter",
    tag="counters",
    answers={200: "Counter"},
)
def release_counter(centre: Centre, counter: int) -> object:
    """Leave the counter free for the next clerk."""
    found = counter_queries.counter_by_number(counter)
    return answer(_counter(counters.release_counter(found.id, signed_in().user.id)))


@endpoint(
    "POST",
    "/centres/{centre}/counters/{counter}/call-next",
    centre_door("ticket.call"),
    summary="Call whoever is next",
    tag="counters",
    answers={200: "Ticket", 204: None},
)
def call_next(centre: Centre, counter: int) -> object:
    """Call the person who is next for this counter; 204 when nobody waits for it. A clerk who
    sits at no counter sits down at this one in the same transaction."""
    clerk = signed_in().user.id
    found = counter_queries.counter_by_number(counter)
    with unit_of_work():
        if counter_queries.counter_of_clerk(clerk) is None:
            counters.claim_counter(found.id, clerk)
        ticket = operations.call_next(centre, found.id, clerk)
    return Response(status=204) if ticket is None else answer(ticket_as_json(ticket))


def _declare_move(verb: str, operation: Callable[[uuid.UUID], Ticket], summary: str) -> None:
    def move(centre: Centre, ticket: uuid.UUID) -> object:
        return answer(ticket_as_json(operation(ticket)))

    move.__name__ = f"{verb}_ticket"
    move.__doc__ = f"{summary}. Refused with 409 where the ticket's state does not allow it."
    endpoint(
        "POST",
        f"/centres/{{centre}}/tickets/{{ticket}}/{verb.replace('_', '-')}",
        centre_door(LIFECYCLE.permission(verb)),
        summary=summary,
        tag="tickets",
        answers={200: "Ticket"},
    )(move)


_declare_move("recall", operations.recall, "Call the same person again")
_declare_move("start", operations.start, "Begin to serve")
_declare_move("complete", operations.complete, "End the visit")
_declare_move("no_show", operations.no_show, "Note that nobody came")
_declare_move("put_back", operations.put_back, "Back to the queue, by the age of the number")
_declare_move("hold", operations.hold, "Let the person step aside; they come back by themselves")
_declare_move("walk_out", operations.walk_out, "Note that the person has left")
_declare_move("undo", operations.undo, "Take the last step back")
_declare_move("cancel", operations.cancel, "Give up a number that waits")


@endpoint(
    "GET",
    "/centres/{centre}/board",
    centre_door("ticket.view"),
    summary="The hall's board",
    tag="tickets",
    answers={200: "Board"},
)
def show_board(centre: Centre) -> object:
    """What the board in the hall shows: numbers and counters, no names."""
    board = calls.board(centre)
    latest = [
        {
            "id": call.id,
            "number": call.ticket,
            "counter": call.counter,
            "called_at": call.called_at,
        }
        for call in board.calls
    ]
    return answer({"calls": latest, "waiting": board.waiting})


@endpoint(
    "GET",
    "/centres/{centre}/services",
    centre_door("ticket.view"),
    summary="What the centre offers today",
    tag="tickets",
    answers={200: "Services"},
)
def list_services(centre: Centre) -> object:
    """The services on offer today with their papers and published fees."""
    day = queries.today()
    rows = catalogue.offered_services(day)
    return answer({"day": day.isoformat(), "services": [_service(row) for row in rows]})


def _service(row: OfferedRow) -> dict[str, Any]:
    version = row.version
    return {
        "code": row.service.code,
        "name": name(version),
        "letter": row.group.letter,
        "ministry": name(version.ministry),
        "processing_days": version.processing_days,
        "standing": version.standing,
        "form": version.form,
        "papers": [
            {"code": paper.document_type.code, "name": name(paper.document_type)}
            for paper in version.papers
        ],
        "fees": [
            {
                "code": line.code,
                "name": name(line),
                "part": line.part,
                "rule": line.rule,
                "words": {
                    one: "; ".join(fee_words.rule_in_words(line.tariff, one))
                    for one in fee_words.LANGUAGES
                },
                "amount": line.amount,
                "currency": line.currency,
                "legal_basis": line.legal_basis,
                "article": line.article,
                "act_on": line.act_on.isoformat() if line.act_on else None,
                "standing": line.standing,
            }
            for line in row.fee_lines
        ],
    }


def ticket_as_json(ticket: Ticket, service: str | None = None) -> dict[str, Any]:
    """A ticket as the schema `Ticket` says. `service`: its service's code, if it is known."""
    counter = None
    if ticket.counter_id is not None:
        counter = counter_queries.counter(ticket.counter_id).number
    return {
        "id": ticket.id,
        "number": ticket.label,
        "position": in_line.position(ticket),
        "state": ticket.state,
        "service": service or catalogue.service_code(ticket.service_id),
        "priority": ticket.priority_reason,
        "language": ticket.language,
        "counter": counter,
        "call_count": ticket.call_count,
        "issued_at": ticket.issued_at,
        "called_at": ticket.called_at,
        "started_at": ticket.started_at,
        "ended_at": ticket.ended_at,
        "status_url": url_for("tickets.status", code=ticket.public_code),
    }


def _counter(counter: Counter) -> dict[str, Any]:
    return {
        "number": counter.number,
        "is_claimed": counter.clerk_id is not None,
        "claimed_at": counter.claimed_at,
    }
