"""The hall board and the live streams that keep pages fresh."""

from typing import Any

from flask import Response, g, jsonify, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from odsc_counter.accounts.access import centre_door, public_centre_door
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.live import TooManyStreams, hub, mark_of
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets import boards, clips, displays, queries
from odsc_counter.tickets.blueprint import blueprint

IN_THE_HALL = "numbers and counters hang in the hall for everyone; there are no names"
RETRY_SECONDS = 15


def _centre_in_scope() -> Centre:
    with reading() as database:
        return database.get_one(Centre, current_scope().centre_id)


def board_state() -> dict[str, Any]:
    """The board as the display's script reads it."""
    return boards.state(_centre_in_scope())


def queue_state() -> dict[str, Any]:
    """Something that differs whenever a console must look again."""
    # A board that falls silent makes no event: the manager's panel must look again all the same.
    alive = "".join(row.state[0] for row in displays.displays())
    return {"mark": f"{queries.queue_mark(_centre_in_scope())}/{alive}"}


hub.register("board", board_state)
hub.register("queue", queue_state)


@blueprint.get("/c/<centre>/board")
@public_centre_door(IN_THE_HALL)
def board(centre: Centre) -> ResponseReturnValue:
    """The screen of the hall. In Lao, whatever the display's browser prefers, unless English
    was chosen on it."""
    state = boards.state(centre)
    now = clock.now()
    with force_locale("en" if session.get("language") == "en" else "lo"):
        return render_template(
            "tickets/board.html",
            state={**state, "clock": f"{clock.local(now):%H:%M}"},
            now=now,
            stream_url=url_for("tickets.stream"),
            poll_url=url_for("tickets.board_json"),
            media_url=url_for("tickets.board_media"),
        )


@blueprint.get("/c/<centre>/board.json")
@public_centre_door(IN_THE_HALL)
def board_json(centre: Centre) -> ResponseReturnValue:
    """The board for a display that got no stream. Asked again, it answers 304 until a change."""
    state = boards.state(centre)
    now = clock.now().isoformat()
    answer = jsonify({**state, "now": now})
    answer.headers["X-Now"] = now  # an answer without a body keeps the display's clock too
    answer.set_etag(mark_of(state))
    return answer.make_conditional(request)


@blueprint.get("/c/<centre>/board/media.json")
@public_centre_door(IN_THE_HALL)
def board_media(centre: Centre) -> ResponseReturnValue:
    """What boards fetch apart: services with papers and fees, and the clips of the voice."""
    media = boards.media(centre, _clip_url)
    answer = jsonify(media)
    answer.set_etag(mark_of(media))
    return answer.make_conditional(request)


def _clip_url(language: str, clip: str, digest: str) -> str:
    return url_for("tickets.play_clip", language=language, clip=clip, v=digest)


@blueprint.get("/c/<centre>/voice/<language>/<clip>")
@public_centre_door("anyone in the hall hears it")
def play_clip(centre: Centre, language: str, clip: str) -> ResponseReturnValue:
    """One recorded clip. Its address names its digest, so that a copy may be kept for good."""
    kept = clips.clip(language, clip)
    answer = Response(kept.sound, mimetype=kept.media_type)
    answer.set_etag(kept.digest[:32])
    fixed = request.args.get("v") == kept.digest[:16]
    answer.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if fixed else "public, no-cache"
    )
    # In parts too: some browsers play nothing that they can't ask for in parts.
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(kept.sound))


@blueprint.post("/c/<centre>/displays/beat")
@public_centre_door("a display says that it is there; it can say and learn nothing else")
def beat(centre: Centre) -> ResponseReturnValue:
    """A board or kiosk is alive. What makes no sense is ignored."""
    displays.beat(
        request.form.get("device", ""),
        request.form.get("kind", ""),
        is_stale=request.form.get("stale") == "1",
    )
    return Response(status=204)


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
