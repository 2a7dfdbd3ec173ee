"""The hall board and the live streams that keep pages fresh."""

from typing import Any

from flask import Response, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from odsc_counter.accounts.access import centre_door, public_centre_door
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.live import TooManyStreams, hub, mark_of
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets import queries
from odsc_counter.tickets.blueprint import blueprint

IN_THE_HALL = "numbers and counters hang in the hall for everyone; there are no names"
RETRY_SECONDS = 15


def _centre_in_scope() -> Centre:
    with reading() as session:
        return session.get_one(Centre, current_scope().centre_id)


def board_state() -> dict[str, Any]:
    """The board as the display's script reads it."""
    return _as_state(queries.board(_centre_in_scope()))


def queue_state() -> dict[str, Any]:
    """Something that differs whenever a console must look again."""
    return {"mark": queries.queue_mark(_centre_in_scope())}


hub.register("board", board_state)
hub.register("queue", queue_state)


def _as_state(board: queries.Board) -> dict[str, Any]:
    return {
        "calls": [
            {
                "id": call.id,
                "ticket": call.ticket,
                "counter": call.counter,
                "called_at": call.called_at.isoformat(),
            }
            for call in board.calls
        ],
        "waiting": board.waiting,
    }


@blueprint.get("/c/<centre>/board")
@public_centre_door(IN_THE_HALL)
def board(centre: Centre) -> ResponseReturnValue:
    """The screen of the hall."""
    state = _as_state(queries.board(centre))
    return render_template(
        "tickets/board.html",
        state={**state, "clock": f"{clock.local(clock.now()):%H:%M}"},
        stream_url=url_for("tickets.stream"),
        poll_url=url_for("tickets.board_json"),
    )


@blueprint.get("/c/<centre>/board.json")
@public_centre_door(IN_THE_HALL)
def board_json(centre: Centre) -> ResponseReturnValue:
    """The board for a display that got no stream."""
    state = _as_state(queries.board(centre))
    now = clock.now().isoformat()
    answer = jsonify({**state, "now": now})
    answer.headers["X-Now"] = now  # an answer without a body keeps the display's clock too
    answer.set_etag(mark_of(state))
    return answer.make_conditional(request)


@blueprint.get("/c/<centre>/stream")
@public_centre_door(IN_THE_HALL)
def stream(centre: Centre) -> ResponseReturnValue:
    """The board, live."""
    return _stream("board")


@blueprint.get("/c/<centre>/console/stream")
@centre_door("ticket.view")
def console_stream(centre: Centre) -> ResponseReturnValue:
    """A sign to look again, for consoles."""
    return _stream("queue")


def _stream(channel: str) -> Response:
    try:
        # The header comes from a browser that joined again by itself, so it is the newer.
        last = request.headers.get("Last-Event-ID") or request.args.get("last", "")
        return hub.stream(g.centre.id, channel, last)
    except TooManyStreams as error:
        return Response(str(error), error.status, {"Retry-After": str(RETRY_SECONDS)}, "text/plain")
