"""The hall's own arrangements, for its manager: notices, the recorded voice, the displays."""

import uuid
from datetime import date, timedelta

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door
from odsc_counter.catalogue.queries import offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.work import reading
from odsc_counter.tickets import clips, displays, notices, queries
from odsc_counter.tickets.blueprint import blueprint, told
from odsc_counter.tickets.order import rules_of
from odsc_counter.tickets.voice import LANGUAGES
from odsc_counter.tickets.words import DISPLAY_KINDS, DISPLAY_STATES
from odsc_counter.web.headers import allow_microphone


def _notices_url(**_arguments: object) -> str:
    return url_for("tickets.hall_notices")


@blueprint.get("/c/<centre>/hall/notices")
@centre_door("hall.set_up")
def hall_notices(centre: Centre) -> ResponseReturnValue:
    """What boards and kiosks tell people, and which services are closed."""
    return _notices_page({}, {})


def _notices_page(fields: dict[str, str], errors: dict[str, str]) -> str:
    today = queries.today()
    return render_template(
        "tickets/notices.html",
        rows=notices.standing_notices(),
        services=[
            (row.service.id, row.version.name(language_now())) for row in offered_services(today)
        ],
        today=today,
        day_before=timedelta(days=1),
        fields=fields,
        errors=errors,
    )


@blueprint.post("/c/<centre>/hall/notices")
@centre_door("hall.set_up")
@told(_notices_url)
@once
def put_up_notice(centre: Centre) -> ResponseReturnValue:
    """Put up a notice. What is wrong is shown beside the field."""
    form = request.form
    last_day = _day(form.get("last_day", ""))
    try:
        notices.add_notice(
            text_lo=form.get("text_lo", ""),
            text_en=form.get("text_en", ""),
            shown_from=_day(form.get("first_day", "")),
            shown_until=last_day + timedelta(days=1) if last_day else None,
            service_id=form.get("service", type=int),
            closes_service=form.get("closes") == "1",
        )
    except InvalidInput as error:
        return make_response(_notices_page(form.to_dict(), error.fields), error.status)
    flash(_("The notice is up."), "success")
    return redirect(_notices_url(), 303)


def _day(text: str) -> date | None:
    """The day that a form sent; None for an empty field or no day at all."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@blueprint.post("/c/<centre>/hall/notices/<uuid:notice>/take-down")
@centre_door("hall.set_up")
@told(_notices_url)
@once
def take_down_notice(centre: Centre, notice: uuid.UUID) -> ResponseReturnValue:
    """Take a notice down."""
    notices.take_down(notice)
    flash(_("The notice is taken down."), "success")
    return redirect(_notices_url(), 303)


def _voice_url(**arguments: object) -> str:
    return url_for("tickets.hall_voice", language=arguments.get("language", LANGUAGES[0]))


@blueprint.get("/c/<centre>/hall/voice")
@centre_door("hall.set_up")
def hall_voice(centre: Centre) -> ResponseReturnValue:
    """The clips of the hall's voice: record, listen, replace. The microphone works here alone."""
    language = "en" if request.args.get("language") == "en" else "lo"
    rows = {one: clips.clips_of_hall(one) for one in LANGUAGES}
    with reading() as session:
        rules = rules_of(session)
    page = render_template(
        "tickets/voice.html",
        language=language,
        rows=rows[language],
        missing={one: sum(not row.is_recorded for row in rows[one]) for one in LANGUAGES},
        rules=rules,
        most_kilobytes=clips.MOST_BYTES // 1024,
    )
    return allow_microphone(make_response(page))


@blueprint.post("/c/<centre>/hall/voice/<language>/<clip>")
@centre_door("hall.set_up")
@told(_voice_url)
@once
def keep_clip(centre: Centre, language: str, clip: str) -> ResponseReturnValue:
    """Keep a recording, from the microphone or from a file."""
    sent = request.files.get("sound")
    clips.keep_clip(language, clip, sent.read(clips.MOST_BYTES + 1) if sent else b"")
    flash(_("The recording is kept."), "success")
    return redirect(_clip_place(language, clip), 303)


@blueprint.post("/c/<centre>/hall/voice/<language>/<clip>/remove")
@centre_door("hall.set_up")
@told(_voice_url)
@once
def remove_clip(centre: Centre, language: str, clip: str) -> ResponseReturnValue:
    """Remove a recording."""
    clips.remove_clip(language, clip)
    flash(_("The recording is removed."), "success")
    return redirect(_clip_place(language, clip), 303)


def _clip_place(language: str, clip: str) -> str:
    return url_for("tickets.hall_voice", language=language, _anchor=f"clip-{language}-{clip}")


def _displays_url(**_arguments: object) -> str:
    return url_for("tickets.hall_displays")


@blueprint.get("/c/<centre>/hall/displays")
@centre_door("hall.set_up")
def hall_displays(centre: Centre) -> ResponseReturnValue:
    """Boards and kiosks: which there are, and whether they are alive."""
    return render_template(
        "tickets/displays.html",
        rows=displays.displays(),
        kinds=DISPLAY_KINDS,
        states=DISPLAY_STATES,
        retired=displays.retired_displays(),
        most=displays.MOST_DISPLAYS,
        silent_after=displays.SILENT_AFTER_SECONDS,
    )


@blueprint.post("/c/<centre>/hall/displays/<device>/name")
@centre_door("hall.set_up")
@told(_displays_url)
@once
def name_display(centre: Centre, device: str) -> ResponseReturnValue:
    """Say where a display hangs."""
    displays.name_display(device, request.form.get("name", ""))
    flash(_("The changes are saved."), "success")
    return redirect(_displays_url(), 303)


@blueprint.post("/c/<centre>/hall/displays/<device>/retire")
@centre_door("hall.set_up")
@told(_displays_url)
@once
def retire_display(centre: Centre, device: str) -> ResponseReturnValue:
    """Take a display out of service."""
    displays.retire_display(device)
    flash(_("The display is out of service. Its silence is no alarm any more."), "success")
    return redirect(_displays_url(), 303)


@blueprint.post("/c/<centre>/hall/displays/<device>/restore")
@centre_door("hall.set_up")
@told(_displays_url)
@once
def restore_display(centre: Centre, device: str) -> ResponseReturnValue:
    """Put a display back into service."""
    displays.restore_display(device)
    flash(_("The changes are saved."), "success")
    return redirect(_displays_url(), 303)
