"""Rollups: counts and sums per centre, all that an area or the nation ever reads.

Each cell is recomputed from the records when a change marked it, never added to, so it
can't drift; `odsc-counter check` recounts and must agree.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, Kip, Rollup, new_id


class Counted:
    """What is counted of a centre's days and of its services alike, under the same names."""

    asked: Mapped[int]
    """Services for which somebody stood in the queue or at a counter: one number may ask for
    several. This and what follows to `serve_seconds` is counted by service legs."""
    served: Mapped[int]
    no_shows: Mapped[int]
    cancelled: Mapped[int]
    walked_out: Mapped[int]
    closed: Mapped[int]
    """Left open at day end: never counted as served."""
    ended: Mapped[int]
    """Ended, however: the denominator of the walkout rate."""
    called: Mapped[int]
    """Services that were called: the denominator of the no-show rate."""
    judged: Mapped[int]
    """Called or walked out, with reliable times: the denominator of the service level."""
    in_target: Mapped[int]
    """Of `judged`, those called within 30 minutes; who walked out never is."""
    waited: Mapped[int]
    """Services that were called, with reliable times: the denominator of waiting time."""
    wait_seconds: Mapped[int] = mapped_column(Kip)
    """Sum over `waited` of the time in the queue."""
    wait_0_5: Mapped[int]
    wait_5_15: Mapped[int]
    wait_15_30: Mapped[int]
    wait_30_60: Mapped[int]
    wait_60_up: Mapped[int]
    timed: Mapped[int]
    """Services completed, with reliable times: the denominator of serving time."""
    serve_seconds: Mapped[int] = mapped_column(Kip)
    """Sum over `timed` of the serving time, holds left out."""
    applications: Mapped[int]
    """Taken on this day."""
    complete: Mapped[int]
    """Of them, those that never waited for the citizen: complete and right at the first visit."""
    decided: Mapped[int]
    decided_on_time: Mapped[int]
    decided_days: Mapped[int]
    """Sum over `decided` of the working days from the day of submission to the decision."""
    sent_back: Mapped[int]
    """Files that went to the citizen on this day, who owes papers or a correction."""
    collected: Mapped[int]
    """Results that were handed over on this day."""
    collect_days: Mapped[int]
    """Sum over `collected` of the calendar days since the result lay ready."""
    fee_lines: Mapped[int]
    """Fees that were charged by the sales of this day, voided later or not."""
    reduced_lines: Mapped[int]
    """Of them, those of people who pay less or nothing."""
    reduction_kip: Mapped[int] = mapped_column(Kip)
    """What was waived in them."""
    local_lines: Mapped[int]
    """Of `fee_lines`, those charged by a local decision instead of the published amount."""
    revenue_kip: Mapped[int] = mapped_column(Kip)
    """Sales less voids and refunds of this day."""


class CountedByDay(Counted):
    """What only a day as a whole has: visits, numbers and receipts belong to several services."""

    visits: Mapped[int]
    """People who came, by the day of their arrival."""
    tickets: Mapped[int]
    """Numbers issued."""
    unreliable: Mapped[int]
    """Numbers whose times were written by hand: counted, left out of all times."""
    receipts: Mapped[int]
    """Sales issued on this day, voided later or not."""
    voids: Mapped[int]
    refunds: Mapped[int]


class CentreDay(CountedByDay, Rollup, Base):
    """One centre's figures of one of its own days."""

    __tablename__ = "centre_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    computed_at: Mapped[datetime]


class CentreMonth(CountedByDay, Rollup, Base):
    """One centre's days of a month added up: what a long period is read from."""

    __tablename__ = "centre_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    days: Mapped[int]
    """Days that have figures."""
    open_days: Mapped[int]
    """Those of them on which centres work by the official calendar."""
    computed_at: Mapped[datetime]


class CentreMonthService(Counted, Rollup, Base):
    """One centre's figures of one service in one month."""

    __tablename__ = "centre_month_service"
    __table_args__ = (
        # One service, or those of one ministry, in the months of a period.
        Index("ix_centre_month_service_service_id", "centre_id", "service_id", "month"),
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    computed_at: Mapped[datetime]


class CentreNow(Rollup, Base):
    """How a centre stands at this moment: people in the hall, files open and overdue."""

    __tablename__ = "centre_now"

    day: Mapped[date]
    """The centre's day that `waiting` and `serving` count, and that `overdue` is judged by."""
    waiting: Mapped[int]
    serving: Mapped[int]
    counters_open: Mapped[int]
    files_open: Mapped[int]
    files_overdue: Mapped[int]
    escalated_coordinator: Mapped[int]
    """Overdue files of which the coordinator must know, and nobody above; so the next two."""
    escalated_committee: Mapped[int]
    escalated_ministry: Mapped[int]
    tills_open: Mapped[int]
    files_due_soon: Mapped[int]
    """Open files whose promised day is today or within the next three working days."""
    files_incomplete: Mapped[int]
    """Open files that wait for the citizen's papers or correction."""
    uncollected: Mapped[int]
    """Files that were granted, and whose result nobody has collected yet."""
    uncollected_days: Mapped[int]
    """Calendar days since the oldest of those results lay ready, or was granted."""
    tills_left_open: Mapped[int]
    """Tills of an earlier day that are not closed and signed off."""
    computed_at: Mapped[datetime]


class RollupDirty(Rollup, Base):
    """A day whose figures must be recomputed.

    Every event adds a row of its own in its own transaction: writers never wait for one
    another here, and a mark set while a cell is being recomputed stays for the next round.
    """

    __tablename__ = "rollup_dirty"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    day: Mapped[date]
