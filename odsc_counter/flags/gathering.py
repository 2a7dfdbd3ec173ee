"""Gathers what the rules look at, for all centres at once, from rollups and reference data.

Runs in the nation's scope. The number of statements is the same for one centre and for all.
"""

from collections import defaultdict
from dataclasses import fields
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.fee_models import FeeDeviation
from odsc_counter.catalogue.models import FeeLine, Ministry
from odsc_counter.flags.facts import BACK, DayOf, Figures, OfficeNow
from odsc_counter.monitoring.figures import first_of_month
from odsc_counter.monitoring.load_models import CentreHour, CentreOffice
from odsc_counter.monitoring.models import CentreDay, CentreNow
from odsc_counter.places.models import Centre
from odsc_counter.places.queries import WorkingCalendar
from odsc_counter.platform import clock
from odsc_counter.platform.sql_sums import sum_if
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading

ONE_DAY = timedelta(days=1)
FIRST_HOUR, LAST_HOUR = 6, 19
"""The first and the last hour of the clock in which somebody may still be at a centre: people come
before it opens, and a full hall is served to the end."""


def gather(session: Session, calendar: WorkingCalendar) -> list[tuple[Centre, Figures]]:
    """Every centre that works, with its figures of now and of the last nine weeks."""
    now = clock.now()
    since = clock.today() - BACK - ONE_DAY
    centres = list(session.scalars(select(Centre).order_by(Centre.code)))
    ministries = dict(session.execute(select(Ministry.id, Ministry.code)).tuples().all())
    standing = {row.centre_id: row for row in session.scalars(select(CentreNow))}
    offices: dict[int, list[OfficeNow]] = defaultdict(list)
    for cell in session.scalars(select(CentreOffice)):
        offices[cell.centre_id].append(
            OfficeNow(
                cell.ministry_id,
                ministries[cell.ministry_id],
                cell.level,
                cell.files_open,
                cell.overdue,
                cell.over_standard,
                cell.held_longest,
            )
        )
    days: dict[int, dict[date, DayOf]] = defaultdict(dict)
    for centre_id, day, *counts in session.execute(
        select(
            CentreDay.centre_id,
            CentreDay.day,
            *(getattr(CentreDay, one.name) for one in fields(DayOf)),
        ).where(CentreDay.day >= since)
    ):
        days[centre_id][day] = DayOf(*counts)
    arrivals = _arrivals(session, clock.today() - ONE_DAY)
    local = _local_amounts(clock.today())
    found = []
    for centre in centres:
        today = clock.business_day(now, centre.day_starts_minute)
        if centre.closed_on is not None and centre.closed_on <= today:
            continue
        state = standing.get(centre.id)
        came, off_hours = arrivals.get(centre.id, (0, 0))
        found.append(
            (
                centre,
                Figures(
                    code=centre.code,
                    today=today,
                    open_days=_open_days(calendar, max(centre.opened_on, today - BACK), today),
                    days=days[centre.id],
                    offices=tuple(sorted(offices[centre.id], key=_by_name)),
                    tills_left_open=state.tills_left_open if state else 0,
                    uncollected=state.uncollected if state else 0,
                    uncollected_days=state.uncollected_days if state else 0,
                    local_amounts=local.get(centre.id, 0),
                    arrivals=came,
                    arrivals_off_hours=off_hours,
                ),
            )
        )
    return found


def _by_name(office: OfficeNow) -> tuple[str, str]:
    return office.ministry_code, office.level


def _open_days(calendar: WorkingCalendar, first: date, today: date) -> tuple[date, ...]:
    span = ((today - n * ONE_DAY) for n in range(1, (today - first).days + 1))
    return tuple(day for day in span if calendar.is_open_day(day))


def _arrivals(session: Session, day: date) -> dict[int, tuple[int, int]]:
    """By centre, the numbers of a day's month, and those issued while no centre is open."""
    off_hours = sum_if(~CentreHour.hour.between(FIRST_HOUR, LAST_HOUR), CentreHour.arrivals)
    rows = session.execute(
        select(CentreHour.centre_id, func.sum(CentreHour.arrivals), off_hours)
        .where(CentreHour.month == first_of_month(day))
        .group_by(CentreHour.centre_id)
    )
    return {centre: (int(came), int(off)) for centre, came, off in rows}


def _local_amounts(day: date) -> dict[int, int]:
    """By centre, how many amounts in force differ from a published one that holds."""
    statement = (
        select(FeeDeviation.owner_centre_id, func.count(FeeDeviation.id))
        .join(FeeLine, FeeLine.id == FeeDeviation.fee_line_id)
        .where(
            *(
                condition
                for table in (FeeDeviation, FeeLine)
                for condition in (
                    table.valid_from <= day,
                    table.valid_to.is_(None) | (table.valid_to > day),
                )
            )
        )
        .group_by(FeeDeviation.owner_centre_id)
    )
    with reference_scope(), reading() as session:
        return {centre: count for centre, count in session.execute(statement) if centre}
