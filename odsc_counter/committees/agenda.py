"""The agenda of a meeting: what is proposed from what lies open, and what the secretary adds."""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from odsc_counter.actions import lifecycle as action_lifecycle
from odsc_counter.actions.models import ActionItem
from odsc_counter.committees.errors import AgendaClosed, AlreadyOnAgenda
from odsc_counter.committees.lifecycle import DEFERRED, IN_SESSION, INVITED, PLANNED
from odsc_counter.committees.meetings import locked
from odsc_counter.committees.models import AgendaItem, Meeting, Resolution
from odsc_counter.flags import words as flag_words
from odsc_counter.flags.lifecycle import LIVE
from odsc_counter.flags.models import Flag
from odsc_counter.flags.queries import flag_row
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.work import Work, reading, unit_of_work

MAY_CHANGE = (PLANNED, INVITED, IN_SESSION)
MOST_FLAGS = 100
"""So many flags are proposed at once: the longest unanswered."""


@dataclass(frozen=True)
class Proposals:
    """What lies before the committee and stands on no agenda of a meeting to come."""

    flags: list[Flag]
    """Live flags that this unit's office must answer, the longest unanswered first."""
    actions: list[ActionItem]
    """Action items that this committee gave and that are overdue."""
    resolutions: list[Resolution]
    """Resolutions that an earlier meeting deferred and that nobody has taken up again."""

    def __len__(self) -> int:
        return len(self.flags) + len(self.actions) + len(self.resolutions)


def proposals(unit: Unit) -> Proposals:
    """What should come before the unit's committee next."""
    with reading() as session:
        flags = session.scalars(
            select(Flag)
            .where(
                Flag.holder_id == unit.id,
                Flag.state.in_(LIVE),
                ~_on_agenda(unit, AgendaItem.flag_id == Flag.id),
            )
            .order_by(Flag.answer_due_on, Flag.raised_at)
            .limit(MOST_FLAGS)
        ).all()
        actions = session.scalars(
            select(ActionItem)
            .where(
                ActionItem.seat_id == unit.id,
                ActionItem.state.in_(action_lifecycle.LIVE),
                ActionItem.due_on < clock.today(),
                ~_on_agenda(unit, AgendaItem.action_id == ActionItem.id),
            )
            .order_by(ActionItem.due_on)
        ).all()
        later = aliased(Resolution)
        resolutions = session.scalars(
            select(Resolution)
            .where(
                Resolution.place_id == unit.id,
                Resolution.state == DEFERRED,
                ~select(later.id)
                .where(later.place_id == unit.id, later.deferred_from_id == Resolution.id)
                .exists(),
                ~_on_agenda(unit, AgendaItem.deferred_id == Resolution.id),
            )
            .order_by(Resolution.year, Resolution.number)
        ).all()
    return Proposals(list(flags), list(actions), list(resolutions))


def _on_agenda(unit: Unit, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a matter stands on the agenda of a meeting of this unit that is still to come."""
    return (
        select(AgendaItem.id)
        .join(
            Meeting,
            (Meeting.place_id == AgendaItem.place_id) & (Meeting.id == AgendaItem.meeting_id),
        )
        .where(
            AgendaItem.place_id == unit.id,
            AgendaItem.withdrawn_at.is_(None),
            Meeting.state.in_(MAY_CHANGE),
            condition,
        )
        .exists()
    )


def add_flag(unit: Unit, meeting_id: uuid.UUID, flag_id: uuid.UUID) -> AgendaItem:
    """Put a flag that this unit holds on the agenda. Raises NotFound, AlreadyOnAgenda."""
    with unit_of_work() as work:
        meeting = _changeable(work, unit, meeting_id)
        flag = work.session.scalars(
            select(Flag).where(Flag.id == flag_id, Flag.holder_id == unit.id, Flag.state.in_(LIVE))
        ).one_or_none()
        if flag is None:
            raise NotFound
        titles = flag_words.titles(flag_row(flag.id))
        item = _item(unit, meeting, "flag", titles["lo"][:300], titles["en"][:300])
        item.flag_place_id, item.flag_id = flag.place_id, flag.id
        return _added(work, item)


def add_action(unit: Unit, meeting_id: uuid.UUID, action_id: uuid.UUID) -> AgendaItem:
    """Put an action item that this committee gave on the agenda."""
    with unit_of_work() as work:
        meeting = _changeable(work, unit, meeting_id)
        action = work.session.scalars(
            select(ActionItem).where(ActionItem.id == action_id, ActionItem.seat_id == unit.id)
        ).one_or_none()
        if action is None:
            raise NotFound
        item = _item(unit, meeting, "action", action.task_lo[:300], action.task_en[:300])
        item.action_place_id, item.action_id = action.place_id, action.id
        return _added(work, item)


def add_deferred(unit: Unit, meeting_id: uuid.UUID, resolution_id: uuid.UUID) -> AgendaItem:
    """Take a deferred resolution up again."""
    with unit_of_work() as work:
        meeting = _changeable(work, unit, meeting_id)
        resolution = work.session.get(Resolution, (unit.id, resolution_id))
        if resolution is None or resolution.state != DEFERRED:
            raise NotFound
        item = _item(unit, meeting, "resolution", resolution.title_lo, resolution.title_en)
        item.deferred_id = resolution.id
        return _added(work, item)


def add_topic(unit: Unit, meeting_id: uuid.UUID, title_lo: str, title_en: str = "") -> AgendaItem:
    """Put any other matter on the agenda."""
    with unit_of_work() as work:
        meeting = _changeable(work, unit, meeting_id)
        return _added(work, _item(unit, meeting, "topic", title_lo, title_en))


def move(unit: Unit, meeting_id: uuid.UUID, item_id: uuid.UUID, up: bool) -> None:
    """Let a point change places with the one before or after it."""
    with unit_of_work() as work:
        _changeable(work, unit, meeting_id)
        items = standing(work.session, unit.id, meeting_id)
        at = next((n for n, item in enumerate(items) if item.id == item_id), None)
        if at is None:
            raise NotFound
        other = at - 1 if up else at + 1
        if 0 <= other < len(items):
            items[at], items[other] = items[other], items[at]
        for position, item in enumerate(items, start=1):
            item.position = position
        _record(work, "move", items[min(max(other, 0), len(items) - 1)])


def withdraw(unit: Unit, meeting_id: uuid.UUID, item_id: uuid.UUID) -> None:
    """Take a point off the agenda; the row stays."""
    with unit_of_work() as work:
        _changeable(work, unit, meeting_id)
        item = work.session.get(AgendaItem, (unit.id, item_id), with_for_update=True)
        if item is None or item.meeting_id != meeting_id or item.withdrawn_at is not None:
            raise NotFound
        item.withdrawn_at = clock.now()
        _record(work, "withdraw", item)


def standing(session: Session, place_id: int, meeting_id: uuid.UUID) -> list[AgendaItem]:
    """The points of a meeting's agenda in their order."""
    return list(
        session.scalars(
            select(AgendaItem)
            .where(
                AgendaItem.place_id == place_id,
                AgendaItem.meeting_id == meeting_id,
                AgendaItem.withdrawn_at.is_(None),
            )
            .order_by(AgendaItem.position, AgendaItem.added_at)
        )
    )


def _changeable(work: Work, unit: Unit, meeting_id: uuid.UUID) -> Meeting:
    meeting = locked(work, unit, meeting_id)
    if meeting.state not in MAY_CHANGE:
        raise AgendaClosed
    return meeting


def _item(unit: Unit, meeting: Meeting, kind: str, title_lo: str, title_en: str) -> AgendaItem:
    return AgendaItem(
        place_id=unit.id,
        id=uuid.uuid4(),
        meeting_id=meeting.id,
        kind=kind,
        title_lo=title_lo,
        title_en=title_en,
        discussion_lo="",
        discussion_en="",
        added_at=clock.now(),
    )


def _added(work: Work, item: AgendaItem) -> AgendaItem:
    """Put a point at the end. One that was withdrawn comes back as it was."""
    same = {
        "flag": AgendaItem.flag_id == item.flag_id,
        "action": AgendaItem.action_id == item.action_id,
        "resolution": AgendaItem.deferred_id == item.deferred_id,
    }.get(item.kind)
    last = work.session.scalar(
        select(func.max(AgendaItem.position)).where(
            AgendaItem.place_id == item.place_id, AgendaItem.meeting_id == item.meeting_id
        )
    )
    if same is not None:
        before = work.session.scalars(
            select(AgendaItem).where(
                AgendaItem.place_id == item.place_id,
                AgendaItem.meeting_id == item.meeting_id,
                same,
            )
        ).one_or_none()
        if before is not None and before.withdrawn_at is None:
            raise AlreadyOnAgenda
        if before is not None:
            before.withdrawn_at = None
            item = before
    item.position = (last or 0) + 1
    work.session.add(item)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise AlreadyOnAgenda from error
    _record(work, "add", item)
    return item


def _record(work: Work, verb: str, item: AgendaItem) -> None:
    work.record_in_area(
        verb,
        subject_kind="agenda_item",
        subject_id=str(item.id),
        data={"meeting": str(item.meeting_id), "kind": item.kind, "title": item.title_lo},
    )
