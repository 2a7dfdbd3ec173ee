"""The doors of a meeting's agenda."""

import uuid

from flask import request
from flask.typing import ResponseReturnValue

from odsc_counter.accounts.access import seat_door
from odsc_counter.committees import agenda
from odsc_counter.committees.blueprint import blueprint, to_meeting
from odsc_counter.committees.forms import TopicForm
from odsc_counter.committees.meeting_views import meeting_page
from odsc_counter.places.models import Unit
from odsc_counter.platform.idempotency import once


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/agenda/flags/<uuid:flag>")
@seat_door("committee.run")
@once
def add_flag(unit: Unit, meeting: uuid.UUID, flag: uuid.UUID) -> ResponseReturnValue:
    """Put a flag on the agenda."""
    agenda.add_flag(unit, meeting, flag)
    return to_meeting(meeting, "agenda")


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/agenda/actions/<uuid:action>")
@seat_door("committee.run")
@once
def add_action(unit: Unit, meeting: uuid.UUID, action: uuid.UUID) -> ResponseReturnValue:
    """Put an overdue action item on the agenda."""
    agenda.add_action(unit, meeting, action)
    return to_meeting(meeting, "agenda")


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/agenda/deferred/<uuid:resolution>")
@seat_door("committee.run")
@once
def add_deferred(unit: Unit, meeting: uuid.UUID, resolution: uuid.UUID) -> ResponseReturnValue:
    """Take up a resolution that was deferred."""
    agenda.add_deferred(unit, meeting, resolution)
    return to_meeting(meeting, "agenda")


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/agenda/topics")
@seat_door("committee.run")
@once
def add_topic(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Put another matter on the agenda."""
    form = TopicForm(request.form)
    if not form.validate():
        return meeting_page(unit, meeting, 422, topic_form=form)
    agenda.add_topic(unit, meeting, form.title_lo.data or "", form.title_en.data or "")
    return to_meeting(meeting, "agenda")


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/agenda/<uuid:item>/move")
@seat_door("committee.run")
@once
def move_item(unit: Unit, meeting: uuid.UUID, item: uuid.UUID) -> ResponseReturnValue:
    """Move a point up or down."""
    agenda.move(unit, meeting, item, up=request.form.get("to") == "up")
    return to_meeting(meeting, f"point-{item}")


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/agenda/<uuid:item>/withdraw")
@seat_door("committee.run")
@once
def withdraw_item(unit: Unit, meeting: uuid.UUID, item: uuid.UUID) -> ResponseReturnValue:
    """Take a point off the agenda."""
    agenda.withdraw(unit, meeting, item)
    return to_meeting(meeting, "agenda")
