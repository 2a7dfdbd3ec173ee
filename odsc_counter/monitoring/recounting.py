"""Compares what the rollups keep with a new count of the records."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.applications.models import Application
from odsc_counter.monitoring.figures import (
    DAY_FIGURES,
    MONTH_FIGURES,
    NOW_FIGURES,
    SERVICE_FIGURES,
    count_days,
    count_now,
    count_services,
    first_of_month,
    first_of_next_month,
    month_of,
)
from odsc_counter.monitoring.group_models import CentreMonthGroup
from odsc_counter.monitoring.groups import groups_compared
from odsc_counter.monitoring.load_models import CentreHour, CentreMonthOffice
from odsc_counter.monitoring.load_rollups import (
    Compared,
    hours_compared,
    office_months_compared,
    offices_compared,
)
from odsc_counter.monitoring.models import (
    CentreDay,
    CentreMonth,
    CentreMonthService,
    CentreNow,
    RollupDirty,
)
from odsc_counter.monitoring.standings import kept_and_counted
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading
from odsc_counter.receipts.models import Receipt
from odsc_counter.tickets.models import DeskSpell, Ticket, Visit
from odsc_counter.traits.models import WhoCame


@dataclass(frozen=True)
class Difference:
    """A figure that is not what its records add up to."""

    table: str
    key: str
    figure: str
    kept: int | str | None
    """None where the cell is missing."""
    counted: int | str | None
    """None where no record speaks for the cell."""

    def __str__(self) -> str:
        return f"{self.table} {self.key} {self.figure}: kept {self.kept}, counted {self.counted}"


def recount(centre: Centre) -> list[Difference]:
    """Where the centre's rollups differ from a new count of its records; empty when true.

    Days that are still marked are left out: their recomputation is on its way. Everything is
    read in one transaction, so that work going on meanwhile makes no false alarm.
    """
    found: list[Difference] = []
    with centre_scope(centre.id), reading() as session:
        _read_one_moment(session)
        marked = set(session.scalars(select(RollupDirty.day).distinct()))
        now = session.scalars(select(CentreNow)).one_or_none()
        first, last = _span(session)
        month = first_of_month(first)
        while month <= last:
            end = first_of_next_month(month) - timedelta(days=1)
            found.extend(_compare_days(session, month, end, marked))
            if not any(month <= day <= end for day in marked):
                found.extend(_compare_services(session, month))
                found.extend(_compare_month(session, month, end))
                found.extend(_differences(office_months_compared(session, month)))
                if now is not None:
                    hours = hours_compared(session, month, now.day, centre.day_starts_minute)
                    found.extend(_differences(hours))
                    found.extend(_differences(groups_compared(session, month, now.day)))
            month = end + timedelta(days=1)
        if now is not None and not marked:
            counted = count_now(session, now.day)
            found.extend(_compare("centre_now", str(now.day), NOW_FIGURES, now, counted))
            found.extend(_differences(offices_compared(session, now.day)))
            found.extend(
                Difference("centre_service", f"service {service_id}", "standing", kept, fresh)
                for service_id, kept, fresh in kept_and_counted(session, now.day)
            )
    return found


def month_differences(session: Session, month: date) -> list[Difference]:
    """Where the cells of one month differ from a new count, in a centre's own session.

    Whole months and services alone: `recount` compares the days as well.
    """
    end = first_of_next_month(month) - timedelta(days=1)
    return [*_compare_month(session, month, end), *_compare_services(session, month)]


def _read_one_moment(session: Session) -> None:
    """Make the statements of this session see one state of the database."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def span_of(centre: Centre) -> tuple[date, date]:
    """The days from the first to the last that a record or a figure of the centre speaks of."""
    with centre_scope(centre.id), reading() as session:
        return _span(session)


def _span(session: Session) -> tuple[date, date]:
    """The days from the first to the last that a record or a cell speaks of."""
    days = [
        day
        for column in (
            CentreDay.day,
            CentreMonth.month,
            CentreMonthService.month,
            CentreMonthGroup.month,
            CentreMonthOffice.month,
            CentreHour.month,
            DeskSpell.day,
            Ticket.day,
            Application.submitted_on,
            Application.decided_on,
            Application.collected_on,
            Visit.day,
            Receipt.day,
            WhoCame.month,
        )
        for day in session.execute(select(func.min(column), func.max(column))).one()
        if day is not None
    ]
    today = clock.today()
    return min(days, default=today), max(days, default=today)


def _compare_days(
    session: Session, first: date, last: date, marked: set[date]
) -> Iterator[Difference]:
    counted = count_days(session, first, last)
    cells = {
        cell.day: cell
        for cell in session.scalars(select(CentreDay).where(CentreDay.day.between(first, last)))
    }
    for day in sorted((counted.keys() | cells.keys()) - marked):
        yield from _compare("centre_day", str(day), DAY_FIGURES, cells.get(day), counted.get(day))


def _compare_services(session: Session, month: date) -> Iterator[Difference]:
    counted = count_services(session, month)
    cells = {
        cell.service_id: cell
        for cell in session.scalars(
            select(CentreMonthService).where(CentreMonthService.month == month)
        )
    }
    for service_id in sorted(counted.keys() | cells.keys()):
        yield from _compare(
            "centre_month_service",
            f"{month:%Y-%m} service {service_id}",
            SERVICE_FIGURES,
            cells.get(service_id),
            counted.get(service_id),
        )


def _compare_month(session: Session, first: date, last: date) -> Iterator[Difference]:
    counted = count_days(session, first, last)
    cell = session.scalars(select(CentreMonth).where(CentreMonth.month == first)).one_or_none()
    yield from _compare(
        "centre_month",
        f"{first:%Y-%m}",
        MONTH_FIGURES,
        cell,
        month_of(counted) if counted else None,
    )


def _differences(compared: Iterable[Compared]) -> Iterator[Difference]:
    for table, key, names, cell, counted in compared:
        yield from _compare(table, key, names, cell, counted)


def _compare(
    table: str, key: str, names: Iterable[str], cell: object | None, counted: object | None
) -> Iterator[Difference]:
    for name in names:
        kept = None if cell is None else int(getattr(cell, name))
        fresh = None if counted is None else int(getattr(counted, name))
        if kept != fresh:
            yield Difference(table, key, name, kept, fresh)
