"""What people do with action items: give, report on, accept, send back, move, cancel.

An item lies in the unit whose office must do it (`place_id`); the committee that gave it sits at
`seat_id`. The place's own people report, the seat's secretary judges, and every word is kept.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.actions.errors import NotYours, OutsideOfTheArea
from odsc_counter.actions.lifecycle import LIFECYCLE
from odsc_counter.actions.models import ActionItem, ActionNote
from odsc_counter.actions.telling import tell_responsible, tell_seat
from odsc_counter.applications.scan_files import KeptFile
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work


@dataclass(frozen=True)
class Task:
    """What is to be done, by whom, until when."""

    place_id: int
    """The unit whose office must do it."""
    task_lo: str
    office_lo: str
    responsible_name: str
    due_on: date
    task_en: str = ""
    office_en: str = ""
    responsible_id: int | None = None
    """The account of the responsible person, who must have a role at that unit."""
    ministry_id: int | None = None
    about_centre_id: int | None = None


def give(seat: Unit, resolution_id: uuid.UUID, resolution_label: str, task: Task) -> ActionItem:
    """Give an office a task from a resolution; it takes the seat's next number of the year.

    Joins a running transaction of the seat. Raises OutsideOfTheArea, InvalidInput.
    """
    with unit_of_work() as work:
        session = work.session
        place = session.get(Unit, task.place_id)
        if place is None or not place.code.startswith(seat.code):
            raise OutsideOfTheArea
        if task.due_on < clock.today():
            raise InvalidInput({"due_on": _("This day is over.")})
        if task.responsible_id is not None and task.responsible_id not in {
            person.id for person in people_at(session, place.id)
        }:
            raise InvalidInput({"responsible_id": _("This account has no role here.")})
        if task.about_centre_id is not None:
            centre = session.get(Centre, task.about_centre_id)
            if centre is None or not centre.unit.code.startswith(place.code):
                raise OutsideOfTheArea
        year = clock.today().year
        action = ActionItem(
            id=uuid.uuid4(),
            seat_id=seat.id,
            resolution_id=resolution_id,
            resolution_label=resolution_label,
            year=year,
            number=take_number(session, "action_item", str(year)),
            given_at=clock.now(),
            **vars(task),
        )
        work.begin(
            action,
            LIFECYCLE,
            "give",
            number=action.number,
            resolution=resolution_label,
            due_on=task.due_on.isoformat(),
        )
        tell_responsible(work, action, "action_given")
    return action


def people_at(session: Session, unit_id: int) -> list[User]:
    """People with a role at this very unit, by name: who may be responsible there."""
    return list(
        session.scalars(
            select(User)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(
                RoleGrant.at_unit_id == unit_id,
                RoleGrant.ended_on.is_(None) | (RoleGrant.ended_on > clock.today()),
                User.is_active,
            )
            .distinct()
            .order_by(User.name_lo)
        )
    )


def note(
    unit: Unit, action_id: uuid.UUID, version: int, text: str, file: KeptFile | None = None
) -> ActionItem:
    """Note how it goes on, with a file as evidence where there is one. Raises NotYours."""
    with unit_of_work() as work:
        action = _at_place(work, unit, action_id, version)
        return _done(work, action, "note", text, file)


def report(
    unit: Unit, action_id: uuid.UUID, version: int, text: str, file: KeptFile | None = None
) -> ActionItem:
    """Report it as done; the committee's secretary accepts it or sends it back."""
    with unit_of_work() as work:
        action = _at_place(work, unit, action_id, version)
        action.reported_at = clock.now()
        _done(work, action, "report", text, file)
        tell_seat(work, action, "action_reported")
        return action


def accept(unit: Unit, action_id: uuid.UUID, version: int, text: str) -> ActionItem:
    """Accept it as done."""
    with unit_of_work() as work:
        action = _at_seat(work, unit, action_id, version)
        action.accepted_at = clock.now()
        _done(work, action, "accept", text)
        tell_responsible(work, action, "action_accepted")
        return action


def send_back(unit: Unit, action_id: uuid.UUID, version: int, text: str) -> ActionItem:
    """Say what is missing; the item is open again."""
    with unit_of_work() as work:
        action = _at_seat(work, unit, action_id, version)
        action.reported_at = None
        _done(work, action, "return", text)
        tell_responsible(work, action, "action_sent_back")
        return action


def move_due(unit: Unit, action_id: uuid.UUID, version: int, due_on: date, text: str) -> ActionItem:
    """Give it more, or less, time. Raises InvalidInput for a day that is over."""
    with unit_of_work() as work:
        action = _at_seat(work, unit, action_id, version)
        if due_on < clock.today():
            raise InvalidInput({"due_on": _("This day is over.")})
        before, action.due_on = action.due_on, due_on
        return _done(
            work, action, "move_due", text, due_before=before.isoformat(),
            due_on=due_on.isoformat(),
        )  # fmt: skip


def cancel(unit: Unit, action_id: uuid.UUID, version: int, text: str) -> ActionItem:
    """Let it be: it is no longer needed, and the reason stands beside it."""
    with unit_of_work() as work:
        return _done(work, _at_seat(work, unit, action_id, version), "cancel", text)


def _at_place(work: Work, unit: Unit, action_id: uuid.UUID, version: int) -> ActionItem:
    action = _held(work, action_id, version)
    if action.place_id != unit.id:
        raise NotYours
    return action


def _at_seat(work: Work, unit: Unit, action_id: uuid.UUID, version: int) -> ActionItem:
    action = _held(work, action_id, version)
    if action.seat_id != unit.id:
        raise NotYours
    return action


def _held(work: Work, action_id: uuid.UUID, version: int) -> ActionItem:
    action = work.session.scalars(
        select(ActionItem).where(ActionItem.id == action_id).with_for_update()
    ).one_or_none()
    if action is None:
        raise NotFound
    # What is decided must rest on what was seen: a second click or another person was quicker.
    if action.version != version:
        raise AlreadyChanged
    return action


def _done(
    work: Work,
    action: ActionItem,
    verb: str,
    text: str,
    file: KeptFile | None = None,
    **data: Any,
) -> ActionItem:
    work.change(action, LIFECYCLE, verb, number=action.number, **data)
    actor = current_actor()
    work.session.add(
        ActionNote(
            place_id=action.place_id,
            id=uuid.uuid4(),
            action_id=action.id,
            verb=verb,
            text=text,
            at=clock.now(),
            by_id=actor.user_id,
            by_name=actor.name,
            file_name=file.name if file else "",
            file_hash=file.sha256 if file else "",
            media_type=file.media_type if file else "",
            size_bytes=file.size_bytes if file else 0,
        )
    )
    return action
