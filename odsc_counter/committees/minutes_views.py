"""The doors of minutes: what was said, the draft that is put together, the paper."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import seat_door, signed_in
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.committees import minutes as deeds
from odsc_counter.committees import minutes_paper, resolutions
from odsc_counter.committees import resolution_queries as queries
from odsc_counter.committees import resolution_words as words
from odsc_counter.committees.blueprint import blueprint
from odsc_counter.committees.minutes import Said
from odsc_counter.committees.models import AgendaItem, Meeting
from odsc_counter.places.models import Unit
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import Language


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>/minutes")
@seat_door("committee.attend")
def minutes(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """The minutes, to be written while the meeting is not signed, to be read afterwards."""
    return _minutes_page(unit, queries.meeting_of(unit, meeting))


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/minutes")
@seat_door("committee.run")
@once
def write_minutes(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Keep the minutes as they are written."""
    found = queries.meeting_of(unit, meeting)
    typed = _typed(queries.agenda_of(found))
    general = typed.pop(None)
    try:
        deeds.write(unit, meeting, general, {key: said for key, said in typed.items() if key})
    except NotFound:
        raise
    except DomainError as error:
        flash(str(error), "danger")
        return _minutes_page(unit, found, {None: general, **typed}, error.status)
    flash(_("The minutes are saved."), "success")
    return redirect(url_for(".minutes", meeting=meeting), 303)


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>/minutes.pdf")
@seat_door("committee.attend")
def minutes_pdf(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """The minutes as a paper: a draft, or what was signed."""
    found = queries.meeting_of(unit, meeting)
    language: Language = "en" if request.args.get("language") == "en" else "lo"
    return inline_pdf(
        minutes_paper.minutes_pdf(unit, found, language),
        f"minutes-{unit.code}-{found.number}-{found.year}",
    )


Texts = dict[uuid.UUID | None, Said]
"""What the minutes say of each point; None: of the meeting in general."""


def _typed(items: list[AgendaItem]) -> Texts:
    form = request.form
    return {
        None: Said(form.get("minutes_lo", ""), form.get("minutes_en", "")),
        **{
            item.id: Said(
                form.get(f"discussion_lo-{item.id}", item.discussion_lo),
                form.get(f"discussion_en-{item.id}", item.discussion_en),
            )
            for item in items
        },
    }


def _minutes_page(
    unit: Unit, meeting: Meeting, typed: Texts | None = None, status: int = 200
) -> tuple[str, int]:
    items = queries.agenda_of(meeting)
    is_writable = meeting.state in resolutions.WRITABLE
    is_draft = typed is None and is_writable and "draft" in request.args
    general = Said(meeting.minutes_lo, meeting.minutes_en)
    if is_draft:
        general = minutes_paper.draft(unit, meeting)
    texts = typed or {
        None: general,
        **{item.id: Said(item.discussion_lo, item.discussion_en) for item in items},
    }
    page = render_template(
        "committees/minutes.html",
        unit=unit,
        meeting=meeting,
        items=items,
        texts=texts,
        words=words,
        longest=deeds.LONGEST,
        is_draft=is_draft,
        is_writable=is_writable,
        may_run=signed_in().may_at_seat("committee.run", unit.code),
    )
    return page, status
