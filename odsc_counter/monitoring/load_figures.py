"""Counts what lies with the ministries' offices, and arrivals and open counters by the hour.

Read in the centre's own scope from files, tickets and counters. `load_rollups` keeps the
results and compares them with a new count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import and_, distinct, exists, func, select
from sqlalchemy.orm import Session, aliased

from odsc_counter.applications.holdings import CITIZEN, OFFICE
from odsc_counter.applications.lifecycle import APPROVED, PASSED, READY, SUBMITTED
from odsc_counter.applications.lists import SOON_DAYS
from odsc_counter.applications.models import Application, ApplicationStep, Holding
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.places import queries as places
from odsc_counter.platform import clock
from odsc_counter.platform.sql_sums import count_if
from odsc_counter.platform.sql_time import local_hour
from odsc_counter.tickets.counted_legs import COUNTED
from odsc_counter.tickets.models import DeskSpell, ServiceLeg, Ticket

ONE_DAY = timedelta(days=1)
Office = tuple[int, str]
"""A ministry's id, and the level of its office."""


@dataclass
class OfficeFigures:
    """What `CentreOffice` holds of one office, under the same names."""

    to_take_up: int = 0
    files_open: int = 0
    due_soon: int = 0
    overdue: int = 0
    over_standard: int = 0
    held_days: int = 0
    held_longest: int = 0
    returned: int = 0
    returned_before: int = 0
    let_go: int = 0
    let_go_days: int = 0
    let_go_late: int = 0
    let_go_before: int = 0
    let_go_days_before: int = 0
    uncollected: int = 0


@dataclass
class HourFigures:
    """What `CentreHour` holds of one month and hour, under the same names."""

    arrivals: int = 0
    calls: int = 0
    open_seconds: int = 0


@dataclass
class OfficeMonthFigures:
    """What `CentreMonthOffice` holds, under the same names."""

    let_go: int = 0
    let_go_days: int = 0
    let_go_late: int = 0
    returned: int = 0


OFFICE_FIGURES = tuple(field.name for field in fields(OfficeFigures))
OFFICE_MONTH_FIGURES = tuple(field.name for field in fields(OfficeMonthFigures))
HOUR_FIGURES = tuple(field.name for field in fields(HourFigures))

_OF_STEP = (Holding.centre_id == ApplicationStep.centre_id) & (
    Holding.step_id == ApplicationStep.id
)


def count_offices(session: Session, today: date) -> dict[Office, OfficeFigures]:
    """What each office of the ministries has, `today` being the centre's own day."""
    offices: dict[Office, OfficeFigures] = {}
    _add_present(session, today, offices)
    _add_months(session, first_of_month(today), offices)
    _add_waiting(session, offices)
    granted = session.execute(
        select(
            ApplicationStep.ministry_id,
            ApplicationStep.level,
            func.count(distinct(Application.id)),
        )
        .join(
            ApplicationStep,
            (ApplicationStep.centre_id == Application.centre_id)
            & (ApplicationStep.application_id == Application.id),
        )
        .where(
            Application.state.in_((APPROVED, READY)),
            ApplicationStep.decides,
            ApplicationStep.state == PASSED,
        )
        .group_by(ApplicationStep.ministry_id, ApplicationStep.level)
    )
    for ministry_id, level, count in granted:
        offices.setdefault((ministry_id, level), OfficeFigures()).uncollected = int(count)
    return offices


def _add_present(session: Session, today: date, offices: dict[Office, OfficeFigures]) -> None:
    calendar = places.working_calendar()
    soon = calendar.due_date(today, SOON_DAYS)
    rows = session.execute(
        select(
            ApplicationStep.ministry_id,
            ApplicationStep.level,
            Holding.began_on,
            func.count(),
            count_if(Application.due_on.between(today, soon)),
            count_if(Application.due_on < today),
            count_if(ApplicationStep.due_on < today),
        )
        .join(ApplicationStep, _OF_STEP)
        .join(
            Application,
            (Application.centre_id == Holding.centre_id)
            & (Application.id == Holding.application_id),
        )
        .where(Holding.ended_at.is_(None), Holding.step_id.is_not(None))
        .group_by(ApplicationStep.ministry_id, ApplicationStep.level, Holding.began_on)
    )
    for ministry_id, level, began_on, files, due_soon, overdue, over_standard in rows:
        office = offices.setdefault((ministry_id, level), OfficeFigures())
        days = calendar.working_days(began_on, today)
        office.files_open += int(files)
        office.due_soon += int(due_soon)
        office.overdue += int(overdue)
        office.over_standard += int(over_standard)
        office.held_days += days * int(files)
        office.held_longest = max(office.held_longest, days)


def _add_waiting(session: Session, offices: dict[Office, OfficeFigures]) -> None:
    """The files that no office has taken up, with those whose turn is first."""
    earlier = aliased(ApplicationStep)
    rows = session.execute(
        select(
            ApplicationStep.ministry_id,
            ApplicationStep.level,
            func.count(distinct(Application.id)),
        )
        .join(
            ApplicationStep,
            (ApplicationStep.centre_id == Application.centre_id)
            & (ApplicationStep.application_id == Application.id),
        )
        .where(
            Application.state == SUBMITTED,
            ~exists().where(
                earlier.centre_id == ApplicationStep.centre_id,
                earlier.application_id == ApplicationStep.application_id,
                earlier.stage < ApplicationStep.stage,
            ),
        )
        .group_by(ApplicationStep.ministry_id, ApplicationStep.level)
    )
    for ministry_id, level, count in rows:
        offices.setdefault((ministry_id, level), OfficeFigures()).to_take_up = int(count)


def _add_months(session: Session, month: date, offices: dict[Office, OfficeFigures]) -> None:
    """The spells that ended since the beginning of the month before."""
    for key, told in count_office_months(session, month).items():
        office = offices.setdefault(key, OfficeFigures())
        office.let_go, office.let_go_days = told.let_go, told.let_go_days
        office.let_go_late, office.returned = told.let_go_late, told.returned
    for key, told in count_office_months(session, first_of_month(month - ONE_DAY)).items():
        office = offices.setdefault(key, OfficeFigures())
        office.let_go_before, office.let_go_days_before = told.let_go, told.let_go_days
        office.returned_before = told.returned


def count_office_months(session: Session, month: date) -> dict[Office, OfficeMonthFigures]:
    """What each office of the ministries let go in the month that starts on `month`."""
    to_citizen = aliased(Holding)
    rows = session.execute(
        select(
            ApplicationStep.ministry_id,
            ApplicationStep.level,
            func.count(),
            func.sum(Holding.working_days),
            count_if(Holding.working_days > ApplicationStep.working_days),
            func.count(to_citizen.id),
        )
        .join(ApplicationStep, _OF_STEP)
        .outerjoin(
            to_citizen,
            and_(
                to_citizen.centre_id == Holding.centre_id,
                to_citizen.application_id == Holding.application_id,
                to_citizen.began_at == Holding.ended_at,
                to_citizen.holder == CITIZEN,
            ),
        )
        .where(
            Holding.ended_on >= month,
            Holding.ended_on < first_of_next_month(month),
            Holding.holder == OFFICE,
        )
        .group_by(ApplicationStep.ministry_id, ApplicationStep.level)
    )
    return {
        (ministry_id, level): OfficeMonthFigures(
            int(spells), int(days or 0), int(late), int(returned)
        )
        for ministry_id, level, spells, days, late, returned in rows
    }


def count_hours(
    session: Session, month: date, today: date, day_starts_minute: int
) -> dict[int, HourFigures]:
    """The figures of each hour of the month that starts on `month` in which anything happened.

    `today` is the centre's own day, which begins at that minute after midnight.
    """
    hours: dict[int, HourFigures] = {}
    end = first_of_next_month(month)
    arrived = local_hour(Ticket.issued_at).label("hour")
    called = local_hour(ServiceLeg.first_called_at).label("hour")
    for name, statement in {
        "arrivals": select(arrived, func.count())
        .where(Ticket.day >= month, Ticket.day < end, ~Ticket.times_unreliable)
        .group_by(arrived),
        "calls": select(called, func.count())
        .join(
            Ticket,
            (Ticket.centre_id == ServiceLeg.centre_id) & (Ticket.id == ServiceLeg.ticket_id),
        )
        .where(
            ServiceLeg.day >= month,
            ServiceLeg.day < end,
            COUNTED,
            ServiceLeg.first_called_at.is_not(None),
            ~Ticket.times_unreliable,
        )
        .group_by(called),
    }.items():
        for hour, count in session.execute(statement):
            setattr(hours.setdefault(int(hour), HourFigures()), name, int(count))
    spells = session.execute(
        select(DeskSpell.day, DeskSpell.began_at, DeskSpell.ended_at).where(
            DeskSpell.day >= month, DeskSpell.day < end, DeskSpell.kind == "open"
        )
    )
    for day, began, ended in spells:
        if ended is None and day >= today:
            continue
        midnight = clock.start_of_day(day + ONE_DAY, day_starts_minute)
        for hour, seconds in _hours(began, min(ended or midnight, midnight)):
            hours.setdefault(hour, HourFigures()).open_seconds += seconds
    return hours


def _hours(began: datetime, ended: datetime) -> Iterator[tuple[int, int]]:
    """A stretch of time cut at the full hours of Vientiane: hour of the day and seconds."""
    while began < ended:
        here = clock.local(began)
        full = here.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        until = min(ended, full)
        yield here.hour, int(until.timestamp()) - int(began.timestamp())
        began = until
