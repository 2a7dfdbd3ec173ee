"""The promised day: working days from a complete file, and a clock that stands while the
citizen owes a paper or a correction.

Working days leave out weekends and the official holidays (Decree 386/GoL, 15 Dec 2017).
"""

from datetime import date

from odsc_counter.applications.models import Application
from odsc_counter.places import queries as places


def start_clock(application: Application, day: date) -> None:
    """All papers are there on `day`: the published working days begin to count."""
    application.due_on = places.due_date(day, application.version_taken.processing_days)
    application.promised_on = application.promised_on or application.due_on


def stop_clock(application: Application, day: date) -> None:
    """The citizen owes something from `day` on; until it comes, nothing is due."""
    application.stopped_on = day
    application.due_before_stop, application.due_on = application.due_on, None


def go_on(application: Application, day: date) -> None:
    """What was owed came on `day`: the due day moves on by the working days of the stop.

    A file that was late when the clock stopped is late by the same number of days again. One
    whose clock never ran starts it.
    """
    before, since = application.due_before_stop, application.stopped_on
    if before is None or since is None:
        start_clock(application, day)
        return
    stood = places.working_calendar().working_days(since, day)
    application.due_on = places.due_date(before, stood)
    application.due_before_stop = application.stopped_on = None
