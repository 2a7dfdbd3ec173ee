"""What people look at: the action items of an area, of a seat, of a resolution, and one whole."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select

from odsc_counter.accounts.models import User
from odsc_counter.actions.lifecycle import DONE, LIVE, OPEN, REPORTED
from odsc_counter.actions.models import ActionItem, ActionNote
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading

PER_PAGE = 50
LISTS = ("open", "overdue", "reported", "done", "mine", "given", "all")


@dataclass(frozen=True)
class Row:
    """An action item with the units that it names."""

    action: ActionItem
    place: Unit
    seat: Unit


@dataclass(frozen=True)
class Listing:
    """One page of a list."""

    rows: list[Row]
    page: int
    pages: int
    total: int
    counts: dict[str, int]
    """How many stand in each list."""


@dataclass(frozen=True)
class Detail:
    """One action item whole."""

    row: Row
    notes: list[ActionNote]
    responsible: User | None


def _conditions(unit: Unit, user_id: int | None, today: date) -> dict[str, ColumnElement[bool]]:
    live = ActionItem.state.in_(LIVE)
    return {
        "open": live,
        "overdue": live & (ActionItem.due_on < today),
        "reported": ActionItem.state == REPORTED,
        "done": ActionItem.state == DONE,
        "mine": live & (ActionItem.responsible_id == (user_id or 0)),
        "given": ActionItem.seat_id == unit.id,
        "all": ActionItem.number > 0,
    }


def listing(unit: Unit, which: str, user_id: int | None, page: int = 1) -> Listing:
    """The action items within a unit, the first due first. `which` is one of LISTS."""
    conditions = _conditions(unit, user_id, clock.today())
    wanted = select(ActionItem).where(conditions[which])
    with reading() as session:
        counted = session.execute(
            select(
                *(func.count().filter(condition).label(name)
                  for name, condition in conditions.items())
            ).select_from(ActionItem)
        ).one()  # fmt: skip
        counts = {name: int(counted[at]) for at, name in enumerate(conditions)}
        total = counts[which]
        pages = max(1, -(-total // PER_PAGE))
        page = min(max(page, 1), pages)
        found = session.scalars(
            _ordered(wanted).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
        ).all()
    return Listing(_rows(found), page, pages, total, counts)


def every(unit: Unit, which: str, user_id: int | None) -> list[Row]:
    """The whole of a list, for a file."""
    wanted = select(ActionItem).where(_conditions(unit, user_id, clock.today())[which])
    with reading() as session:
        found = session.scalars(_ordered(wanted)).all()
    return _rows(found)


def overdue(unit: Unit) -> list[Row]:
    """What should have been done by now within a unit, the longest overdue first."""
    return every(unit, "overdue", None)


def due_by_today(most: int) -> tuple[list[Row], int]:
    """Open action items of the area due by today, at most so many, and how many in all."""
    due = (ActionItem.state == OPEN) & (ActionItem.due_on <= clock.today())
    with reading() as session:
        total = session.scalar(select(func.count(ActionItem.id)).where(due)) or 0
        found = session.scalars(_ordered(select(ActionItem).where(due)).limit(most)).all()
    return _rows(found), total


def of_resolution(seat_id: int, resolution_id: uuid.UUID) -> list[Row]:
    """The action items that a resolution has led to."""
    with reading() as session:
        found = session.scalars(
            select(ActionItem)
            .where(ActionItem.seat_id == seat_id, ActionItem.resolution_id == resolution_id)
            .order_by(ActionItem.year, ActionItem.number)
        ).all()
    return _rows(found)


def detail(place_id: int, action_id: uuid.UUID) -> Detail:
    """One action item with all that was said about it. Raises NotFound."""
    with reading() as session:
        action = session.get(ActionItem, (place_id, action_id))
        if action is None:
            raise NotFound
        notes = session.scalars(
            select(ActionNote)
            .where(ActionNote.place_id == place_id, ActionNote.action_id == action_id)
            .order_by(ActionNote.at, ActionNote.id)
        ).all()
    responsible = None
    if action.responsible_id is not None:
        with reference_scope(), reading() as session:  # accounts are no area's
            responsible = session.get(User, action.responsible_id)
    return Detail(_rows([action])[0], list(notes), responsible)


def evidence(place_id: int, action_id: uuid.UUID, note_id: uuid.UUID) -> ActionNote:
    """The note whose file is asked for. Raises NotFound."""
    with reading() as session:
        found = session.get(ActionNote, (place_id, note_id))
    if found is None or found.action_id != action_id or not found.file_hash:
        raise NotFound
    return found


def _ordered(statement: Select[ActionItem]) -> Select[ActionItem]:
    return statement.order_by(ActionItem.due_on, ActionItem.given_at, ActionItem.id)


def _rows(actions: Iterable[ActionItem]) -> list[Row]:
    actions = list(actions)
    ids = {key for action in actions for key in (action.place_id, action.seat_id)}
    with reading() as session:
        units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    return [Row(one, units[one.place_id], units[one.seat_id]) for one in actions]
