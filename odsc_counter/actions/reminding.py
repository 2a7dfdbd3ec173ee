"""Reminders of action items: three days before the due day, on it, and every week after it."""

from datetime import date, timedelta

from sqlalchemy import or_, select

from odsc_counter.actions.lifecycle import LIFECYCLE, OPEN
from odsc_counter.actions.models import ActionItem
from odsc_counter.actions.telling import tell_responsible
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

DAYS_BEFORE = 3
EVERY_DAYS = 7


def last_reminder_day(action: ActionItem, today: date) -> date | None:
    """The last day up to today on which a reminder belonged; None before the first."""
    days_late = (today - action.due_on).days
    if days_late >= 0:
        return action.due_on + timedelta(days=days_late // EVERY_DAYS * EVERY_DAYS)
    return action.due_on - timedelta(days=DAYS_BEFORE) if days_late >= -DAYS_BEFORE else None


def is_due(action: ActionItem, today: date) -> bool:
    """Whether the responsible person is to be reminded: also of a day that no run came by."""
    day = last_reminder_day(action, today)
    if action.state != OPEN or day is None:
        return False
    known_since = clock.local(action.given_at).date()
    return day > known_since if action.reminded_on is None else action.reminded_on < day


def remind(today: date) -> list[ActionItem]:
    """Remind of what is due; a second run on the same day reminds of nothing.

    The event is the reminder's record; whoever has an account sees it on their own page.
    """
    with reference_scope(), reading() as session:
        nations = list(session.scalars(select(Unit.id).where(Unit.level == 0)))
    reminded: list[ActionItem] = []
    for nation in nations:
        with area_scope(nation), unit_of_work() as work:
            due = work.session.scalars(
                select(ActionItem)
                .where(
                    ActionItem.state == OPEN,
                    ActionItem.due_on <= today + timedelta(days=DAYS_BEFORE),
                    or_(ActionItem.reminded_on.is_(None), ActionItem.reminded_on < today),
                )
                .with_for_update()
            ).all()
            for action in due:
                if is_due(action, today):
                    action.reminded_on = today
                    work.change(
                        action, LIFECYCLE, "remind", number=action.number,
                        due_on=action.due_on.isoformat(),
                    )  # fmt: skip
                    tell_responsible(work, action, "action_due")
                    reminded.append(action)
    return reminded


def remind_today() -> int:
    """Remind of what is due on this day; gives how many were reminded of."""
    return len(remind(clock.today()))
