"""Reminders of returns: when a month is over, when one is late, and when one waits for a word.

The notice itself is the record: who was told of it is not told again for the same week.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.accounts.notices import tell, told_of
from odsc_counter.monitoring.figures import first_of_month
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.returns import queries, telling
from odsc_counter.returns.content import month_before
from odsc_counter.returns.standing import SIGNED, Standing, due_on

EVERY_DAYS = 7
WAITS_DAYS = 7
"""A return that has waited so long for the coordinator's word is reminded of."""


@dataclass(frozen=True)
class _Reminder:
    kind: str
    standing: Standing
    people: list[User]
    address: str
    since: date
    """Told since this day is told already."""


def remind(today: date) -> int:
    """Remind of the returns of the last month that is over; gives how many people were told.

    A second run on the same day tells nobody again.
    """
    month = month_before(first_of_month(today))
    with reference_scope(), reading() as session:
        nation = session.scalars(select(Unit).where(Unit.level == 0)).one_or_none()
    if nation is None:
        return 0
    with area_scope(nation.id):
        standings = queries.in_area(nation, month)
    told = 0
    for standing in standings:
        due = _due(standing, today)
        if due is None:
            continue
        already = {
            user_id
            for _address, user_id in told_of(due.kind, [due.address], clock.start_of_day(due.since))
        }
        people = [user.id for user in due.people if user.id not in already]
        if people:
            with reference_scope(), unit_of_work() as work:
                words = telling.subject(standing.centre, month)
                tell(work.session, people, due.kind, words, due.address)
            told += len(people)
    return told


def remind_today() -> int:
    """Remind of what is due on this day."""
    return remind(clock.today())


def _due(standing: Standing, today: date) -> _Reminder | None:
    centre, month = standing.centre, standing.month
    if standing.state == SIGNED and standing.newest is not None:
        signed_on = clock.local(standing.newest.row.signed_at).date()
        weeks = (today - signed_on).days // WAITS_DAYS
        if weeks < 1:
            return None
        return _Reminder(
            "return_waits", standing, telling.reviewers(centre),
            telling.area_address(telling.reviewing_unit(centre), centre, month),
            signed_on + timedelta(days=weeks * WAITS_DAYS),
        )  # fmt: skip
    if standing.is_late:
        first = due_on(month) + timedelta(days=1)
        weeks = (today - first).days // EVERY_DAYS
        since = first + timedelta(days=weeks * EVERY_DAYS)
        kind = "return_late"
    elif standing.newest is None:
        kind, since = "return_due", first_of_month(today)
    else:
        return None
    return _Reminder(
        kind, standing, telling.managers(centre), telling.centre_address(centre, month), since
    )  # fmt: skip
