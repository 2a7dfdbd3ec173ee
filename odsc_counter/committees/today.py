"""What needs attention in an area today: files, centres, tills, flags, action items, meetings.

Read when somebody looks; nothing is kept. The area's scope is the unit's own.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from odsc_counter.actions import queries as actions
from odsc_counter.committees.lifecycle import IN_SESSION, INVITED, PLANNED
from odsc_counter.committees.models import Meeting
from odsc_counter.coordination.queries import CentreLoad, workload
from odsc_counter.flags import queries as flags
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.work import reading

DAYS_AHEAD = 7
"""Meetings up to so many days ahead are told."""
MOST = 20
"""So many of a kind are told one by one; the page behind tells all."""


@dataclass(frozen=True)
class Today:
    """What needs attention; each list is cut at MOST, the number beside it is whole."""

    day: date
    overdue: list[CentreLoad]
    """Centres with files whose promised day has passed, the most first."""
    silent: list[CentreLoad]
    """Centres without figures on an open day."""
    left_open: list[CentreLoad]
    """Centres with tills of an earlier day that are not closed."""
    flags: list[flags.FlagRow]
    """Flags that are late or due today, whoever holds them within the area."""
    actions: list[actions.Row]
    """Action items that are overdue or due today, the longest first."""
    meetings: list[Meeting]
    """The seat's own meetings of the next days; empty for people who have no role there."""
    counts: dict[str, int]
    """How many of each list there are."""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing at all needs attention."""
        return not any(self.counts.values())


def today(unit: Unit, language: str, *, at_seat: bool) -> Today:
    """Everything that needs attention in a unit now. `at_seat`: whether meetings may be told."""
    day = clock.today()
    centres = [one for part in workload(unit, language).parts for one in part.centres]
    lists = {
        "overdue": sorted(
            (one for one in centres if one.now is not None and one.now.files_overdue),
            key=lambda one: (-one.now.files_overdue if one.now else 0, one.centre.code),
        ),
        "silent": [one for one in centres if one.standing == "silent"],
        "left_open": [one for one in centres if one.now is not None and one.now.tills_left_open],
    }
    due_flags, flag_count = flags.due_by_today(MOST)
    due_actions, action_count = actions.due_by_today(MOST)
    coming = _meetings(unit, day) if at_seat else []
    return Today(
        day=day,
        overdue=lists["overdue"][:MOST],
        silent=lists["silent"][:MOST],
        left_open=lists["left_open"][:MOST],
        flags=due_flags,
        actions=due_actions,
        meetings=coming[:MOST],
        counts={
            **{name: len(rows) for name, rows in lists.items()},
            "flags": flag_count,
            "actions": action_count,
            "meetings": len(coming),
        },
    )


def _meetings(unit: Unit, day: date) -> list[Meeting]:
    begins, ends = clock.start_of_day(day), clock.start_of_day(day + timedelta(DAYS_AHEAD + 1))
    with reading() as session:
        return list(
            session.scalars(
                select(Meeting)
                .where(
                    Meeting.place_id == unit.id,
                    Meeting.state.in_((PLANNED, INVITED, IN_SESSION)),
                    Meeting.starts_at >= begins,
                    Meeting.starts_at < ends,
                )
                .order_by(Meeting.starts_at)
            )
        )
