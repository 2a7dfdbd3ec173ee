"""Who must know that a file is late: it follows from its due day and the centre's rules.

Nothing is stored with the file and no job runs at night. The thresholds, in working days, are
turned into days before which a file must have been due, so that a count is a comparison.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from odsc_counter.applications.escalation_models import (
    COMMITTEE,
    COORDINATOR,
    LEVELS,
    MINISTRY,
    MOST_DAYS,
    EscalationRule,
)
from odsc_counter.applications.lifecycle import OPEN
from odsc_counter.applications.models import Application
from odsc_counter.places import queries as places
from odsc_counter.places.models import Centre
from odsc_counter.places.queries import WorkingCalendar
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.sql_sums import count_if
from odsc_counter.platform.work import reading, unit_of_work

DEFAULTS: Mapping[str, int] = {COORDINATOR: 1, COMMITTEE: 5, MINISTRY: 10}
"""Working days past the due day, where a centre has set nothing."""
ONE_DAY = timedelta(days=1)

Cutoffs = Mapping[str, date]
"""By level, lowest first: an open file that was due before this day has reached the level."""


@dataclass(frozen=True)
class MinistryLate:
    """The late files of one ministry, by the highest level that each has reached."""

    ministry_id: int
    levels: Mapping[str, int]
    overdue: int
    """All whose promised day has passed, those that have reached no level yet included."""


def rules() -> dict[str, int]:
    """The working days of each level in the centre in scope, lowest level first."""
    with reading() as session:
        return rules_of(session)


def rules_of(session: Session) -> dict[str, int]:
    """The same, within a transaction that runs already."""
    kept = dict(
        session.execute(select(EscalationRule.level, EscalationRule.working_days)).tuples().all()
    )
    return {level: kept.get(level, DEFAULTS[level]) for level in LEVELS}


def cutoffs(day: date) -> Cutoffs:
    """For a day of the centre in scope: before which day a file of each level was due."""
    with reading() as session:
        return cutoffs_of(session, day)


def cutoffs_of(session: Session, day: date) -> Cutoffs:
    """The same, within a transaction that runs already."""
    calendar = places.working_calendar()
    return {level: _cutoff(calendar, day, days) for level, days in rules_of(session).items()}


def _cutoff(calendar: WorkingCalendar, day: date, working_days: int) -> date:
    """The last of so many open days, counted back from `day` with `day` itself.

    What was due before it has seen at least so many working days since: just when
    `WorkingCalendar.working_days(due_on, day)` is not less.
    """
    left = working_days - calendar.is_open_day(day)
    while left > 0:
        day -= ONE_DAY
        left -= calendar.is_open_day(day)
    return day


def level_of(application: Application, before: Cutoffs) -> str | None:
    """The highest level that must know of a file; None when it is not late enough, or decided."""
    if application.state not in OPEN or application.due_on is None:
        return None
    reached = [level for level, day in before.items() if application.due_on < day]
    return reached[-1] if reached else None


def reached(before: Cutoffs) -> dict[str, ColumnElement[bool]]:
    """By level: that it is the highest that a file, being open, has reached. For statements."""
    return {
        level: and_(
            Application.due_on < before[level],
            *(Application.due_on >= before[above] for above in LEVELS[position : position + 1]),
        )
        for position, level in enumerate(LEVELS, start=1)
    }


def late_by_ministry(day: date) -> list[MinistryLate]:
    """The ministries with files whose promised day has passed, the most files first."""
    with reading() as session:
        conditions = reached(cutoffs_of(session, day))
        rows = session.execute(
            select(
                Application.ministry_id,
                count_if(Application.due_on < day),
                *(count_if(conditions[level]) for level in LEVELS),
            )
            .where(Application.state.in_(OPEN), Application.due_on < day)
            .group_by(Application.ministry_id)
        ).all()
    found = [
        MinistryLate(ministry_id, dict(zip(LEVELS, map(int, counts), strict=True)), int(overdue))
        for ministry_id, overdue, *counts in rows
    ]
    return sorted(found, key=lambda late: (-late.overdue, late.ministry_id))


def set_rules(centre: Centre, wanted: Mapping[str, int | None]) -> None:
    """Set the working days of every level; they hold from now on, for files late already too.

    Records what changed, from what to what; nothing when nothing did. Raises InvalidInput, by
    level, for a number out of bounds or a level that comes no later than the one below it.
    """
    values = _checked(wanted)
    with unit_of_work() as work:
        session = work.session
        before = rules_of(session)
        insert: Any = (
            postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
        )
        # Rows first, so that the second of two managers waits for the first at the lock.
        session.execute(
            insert(EscalationRule)
            .values(
                [
                    {"centre_id": centre.id, "level": level, "working_days": days}
                    for level, days in before.items()
                ]
            )
            .on_conflict_do_nothing()
        )
        kept = session.scalars(
            select(EscalationRule)
            .order_by(EscalationRule.level)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        changes = {
            f"escalation_{rule.level}": {"from": rule.working_days, "to": values[rule.level]}
            for rule in kept
            if rule.working_days != values[rule.level]
        }
        for rule in kept:
            rule.working_days = values[rule.level]
        session.flush()
        if changes:
            work.record(
                "set",
                subject_kind="escalation_rule",
                subject_id=centre.code,
                data={"changes": changes},
            )


def _checked(wanted: Mapping[str, int | None]) -> dict[str, int]:
    values = {level: wanted.get(level) or 0 for level in LEVELS}
    wrong = {
        level: _("From %(least)s to %(most)s.", least=1, most=MOST_DAYS)
        for level, days in values.items()
        if not 1 <= days <= MOST_DAYS
    }
    for lower, higher in pairwise(LEVELS):
        if not wrong.keys() & {lower, higher} and values[higher] <= values[lower]:
            wrong[higher] = _("This must be more than the days of the level before it.")
    if wrong:
        raise InvalidInput(wrong)
    return values
