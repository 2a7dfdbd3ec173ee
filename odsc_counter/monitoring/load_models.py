"""Rollups of who has how much to do: the ministries' offices, and the hall hour by hour."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, Rollup


class CentreOffice(Rollup, Base):
    """What lies with one ministry's office of one level at a centre, on the centre's own day.

    A file lies with an office while a holding of one of the office's steps lasts. A centre has
    a cell for each office that has a file or is to take one up, had one this month or last, or
    made a result that nobody has collected.
    """

    __tablename__ = "centre_office"

    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    """village, district, province or nation: which office of the ministry."""
    to_take_up: Mapped[int]
    """Complete files that wait for the office to take them up: it is the first to work on them."""
    files_open: Mapped[int]
    """Files that lie with the office; this and the next three are counted by steps."""
    due_soon: Mapped[int]
    """Of them, those whose promised day is today or within the next three working days."""
    overdue: Mapped[int]
    """Of them, those whose promised day has passed, whoever used up the days."""
    over_standard: Mapped[int]
    """Of them, those that the office has kept longer than its own step may take."""
    held_days: Mapped[int]
    """Working days that they have lain there so far, added up over `files_open`."""
    held_longest: Mapped[int]
    """Working days of the file that has lain there longest."""
    returned: Mapped[int]
    """Files that went from the office back to the citizen this month."""
    returned_before: Mapped[int]
    """The same of the whole month before."""
    let_go: Mapped[int]
    """Spells at the office that ended this month."""
    let_go_days: Mapped[int]
    """Their working days, added up."""
    let_go_late: Mapped[int]
    """Those of them that lasted longer than the step may take."""
    let_go_before: Mapped[int]
    """This and the next: the same of the whole month before."""
    let_go_days_before: Mapped[int]
    uncollected: Mapped[int]
    """Results that the office granted and that nobody has collected yet."""
    computed_at: Mapped[datetime]


class CentreMonthOffice(Rollup, Base):
    """What one ministry's office of one level let go in one month, by the day of letting go."""

    __tablename__ = "centre_month_office"

    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    """village, district, province or nation: which office of the ministry."""
    let_go: Mapped[int]
    """Spells of files at the office that ended."""
    let_go_days: Mapped[int]
    """Their working days, added up."""
    let_go_late: Mapped[int]
    """Those of them that lasted longer than the step may take."""
    returned: Mapped[int]
    """Those of them after which the file went back to the citizen."""
    computed_at: Mapped[datetime]


class CentreHour(Rollup, Base):
    """One hour of the day at one centre, over all days of one month."""

    __tablename__ = "centre_hour"

    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    hour: Mapped[int] = mapped_column(primary_key=True)
    """0 to 23, by the clock on the wall."""
    arrivals: Mapped[int]
    """Numbers issued; those whose times were written by hand are left out."""
    calls: Mapped[int]
    """People who were called for the first time."""
    open_seconds: Mapped[int]
    """How long counters were open, all counters together, breaks left out. A stretch counts
    when it has ended or its day is over; none reaches beyond its day."""
    computed_at: Mapped[datetime]
