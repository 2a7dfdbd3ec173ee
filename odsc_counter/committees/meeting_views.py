"""The doors of meetings: the list, one meeting, and what happens to it."""

import uuid

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import seat_door, signed_in
from odsc_counter.committees import meeting_words as words
from odsc_counter.committees import meetings as deeds
from odsc_counter.committees import pack_queries, queries
from odsc_counter.committees.agenda import MOST_FLAGS
from odsc_counter.committees.blueprint import blueprint, to_meeting
from odsc_counter.committees.forms import MeetingForm, ReasonForm, TopicForm, of_meeting
from odsc_counter.committees.member_views import taken_back
from odsc_counter.committees.models import Meeting
from odsc_counter.config import Settings
from odsc_counter.coordination import comment_form
from odsc_counter.coordination.comments import Subject
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.idempotency import once

MOST_FILES = 5
"""So many papers are sent at once."""


@blueprint.get("/a/<unit>/meetings")
@seat_door("committee.attend")
def meetings(unit: Unit) -> ResponseReturnValue:
    """The meetings of the unit's committee, the newest first."""
    found = queries.meetings(unit)
    return render_template(
        "committees/meetings.html",
        unit=unit,
        committee=queries.board(unit).committee,
        meetings=found,
        points=queries.points_of(unit, found),
        words=words,
        may_run=signed_in().may_at_seat("committee.run", unit.code),
    )


@blueprint.get("/a/<unit>/meetings/new")
@seat_door("committee.run")
def new_meeting(unit: Unit) -> ResponseReturnValue:
    """The form for a new meeting."""
    return _form_page(unit, MeetingForm(seats=queries.board(unit).seats))


@blueprint.post("/a/<unit>/meetings")
@seat_door("committee.run")
@once
def plan_meeting(unit: Unit) -> ResponseReturnValue:
    """Plan a meeting."""
    form = MeetingForm(request.form, seats=queries.board(unit).seats)
    if form.validate():
        try:
            made = deeds.plan(unit, form.plan)
        except DomainError as error:
            taken_back(form, error)
        else:
            flash(_("The meeting is planned. Now make its agenda."), "success")
            return to_meeting(made.id)
    return _form_page(unit, form, status=422)


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>")
@seat_door("committee.attend")
def meeting(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """One meeting: agenda, papers, who is there, decisions, minutes."""
    return meeting_page(unit, meeting)


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>/change")
@seat_door("committee.run")
def change_form(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """The form that changes a meeting."""
    found = queries.meeting(unit, meeting)
    form = MeetingForm(seats=queries.board(unit).seats, data=of_meeting(found))
    return _form_page(unit, form, found)


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/change")
@seat_door("committee.run")
@once
def change_meeting(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Change when, where and about what."""
    found = queries.meeting(unit, meeting)
    form = MeetingForm(request.form, seats=queries.board(unit).seats)
    if form.validate():
        try:
            deeds.change(unit, meeting, form.plan)
        except DomainError as error:
            taken_back(form, error)
        else:
            flash(_("The meeting is changed."), "success")
            return to_meeting(meeting)
    return _form_page(unit, form, found, status=422)


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/invite")
@seat_door("committee.run")
@once
def invite(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Send the invitation."""
    deeds.invite(unit, meeting)
    flash(_("The members are invited. The invitation can be printed."), "success")
    return to_meeting(meeting)


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/open")
@seat_door("committee.run")
@once
def open_meeting(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Begin the meeting."""
    deeds.open_meeting(unit, meeting)
    return to_meeting(meeting)


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/end")
@seat_door("committee.run")
@once
def end_meeting(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """End the meeting."""
    deeds.end(unit, meeting)
    return to_meeting(meeting)


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/call-off")
@seat_door("committee.run")
@once
def call_off(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Call a meeting off."""
    form = ReasonForm(request.form)
    if not form.validate():
        return meeting_page(unit, meeting, 422, reason_form=form)
    deeds.call_off(unit, meeting, form.reason.data or "")
    flash(_("The meeting is called off."), "success")
    return redirect(url_for(".meetings"), 303)


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/attendance")
@seat_door("committee.run")
@once
def attend(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Note who is there: each by itself, or all at once."""
    page = queries.meeting_page(unit, meeting)
    everyone = "present" if request.form.get("everyone") else None
    presences = {
        seat.id: deeds.Presence(
            everyone or request.form.get(f"presence-{seat.id}", "absent"),
            request.form.get(f"deputy-{seat.id}", "").strip()[:160],
        )
        for seat in page.seats
    }
    deeds.attend(unit, meeting, presences)
    flash(_("The attendance is noted."), "success")
    return to_meeting(meeting)


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/comments")
@seat_door("committee.attend")
@once
def comment(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Say something about the meeting to the people of the seat."""
    refused = comment_form.taken(_subject(unit, queries.meeting(unit, meeting)))
    if refused is not None:
        return meeting_page(unit, meeting, 422, comment=refused)
    return to_meeting(meeting, "comments")


def _subject(unit: Unit, meeting: Meeting) -> Subject:
    when = f"{clock.local(meeting.starts_at):%d/%m/%Y}"
    titles = {
        "lo": f"{when} {meeting.title_lo}",
        "en": f"{when} {meeting.title_en or meeting.title_lo}",
    }
    address = f"/a/{unit.code}/meetings/{meeting.id}"
    return Subject("meeting", meeting.id, unit, titles, address, seat_only=True)


def meeting_page(
    unit: Unit,
    meeting_id: uuid.UUID,
    status: int = 200,
    topic_form: TopicForm | None = None,
    reason_form: ReasonForm | None = None,
    error: str = "",
    comment: comment_form.CommentForm | None = None,
) -> ResponseReturnValue:
    """The page of a meeting, with a form that was refused as it was typed."""
    settings: Settings = current_app.config["SETTINGS"]
    page = queries.meeting_page(unit, meeting_id)
    html = render_template(
        "committees/meeting.html",
        unit=unit,
        page=page,
        meeting=page.meeting,
        packs=pack_queries.editions(unit, meeting_id),
        words=words,
        may_run=signed_in().may_at_seat("committee.run", unit.code),
        today=clock.today(),
        topic_form=topic_form or TopicForm(),
        reason_form=reason_form or ReasonForm(),
        error=error,
        comments=comment_form.panel(_subject(unit, page.meeting), comment),
        most_flags=MOST_FLAGS,
        most_files=MOST_FILES,
        most_megabytes=settings.upload_max_mb,
    )
    return html, status


def _form_page(
    unit: Unit, form: MeetingForm, found: Meeting | None = None, status: int = 200
) -> ResponseReturnValue:
    return render_template(
        "committees/meeting_form.html", unit=unit, form=form, meeting=found
    ), status
