"""Open data of the demonstration: all months that are over, each published when it was due."""

from collections.abc import Callable
from datetime import datetime, timedelta

from odsc_counter.monitoring import open_drawing, publishing, rollups
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.platform import clock

MARKS = 100_000
"""So many marks of changes are worked off in one round."""


def open_months(now: datetime, small_below: int) -> None:
    """Publish each month that is over by `now`; the newest at once, so that there is one to see."""
    with clock.use(lambda: now):
        while rollups.refresh(MARKS):
            pass
    today = clock.local(now).date()
    for month in sorted(open_drawing.months_before(first_of_month(today))):
        due = first_of_next_month(month) + timedelta(days=publishing.FROM_DAY - 1)
        moment = min(now, clock.start_of_day(due))
        with clock.use(_standing_at(moment)):
            publishing.publish(month, small_below)


def _standing_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment
