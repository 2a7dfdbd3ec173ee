"""Who is told of an action item: the responsible person, and those who judge it at the seat."""

from odsc_counter.accounts.notices import holders, tell
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.actions.models import ActionItem
from odsc_counter.places.models import Unit
from odsc_counter.platform.work import Work


def tell_responsible(work: Work, action: ActionItem, kind: str) -> None:
    """Tell the responsible person, if they have an account. Call it after the verb."""
    if action.responsible_id is not None:
        _tell(work, action, action.place_id, [action.responsible_id], kind)


def tell_seat(work: Work, action: ActionItem, kind: str) -> None:
    """Tell the secretaries of the committee that gave the item. Call it after the verb."""
    people = holders(action.seat_id, PERMISSIONS["action.accept"].roles)
    _tell(work, action, action.seat_id, [person.id for person in people], kind)


def _tell(work: Work, action: ActionItem, unit_id: int, people: list[int], kind: str) -> None:
    unit = work.session.get_one(Unit, unit_id)
    label = f"{action.number}/{action.year}"
    tell(
        work.session,
        people,
        kind,
        {
            "lo": f"{label} {action.task_lo}",
            "en": f"{label} {action.task_en or action.task_lo}",
        },
        f"/a/{unit.code}/actions/{action.place_id}/{action.id}",
    )
