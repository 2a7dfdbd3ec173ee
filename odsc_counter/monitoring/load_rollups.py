"""Keeps the cells of offices, their months and hours true, and compares them with a new count."""

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.sql import select

from odsc_counter.monitoring.load_figures import (
    HOUR_FIGURES,
    OFFICE_FIGURES,
    OFFICE_MONTH_FIGURES,
    HourFigures,
    OfficeFigures,
    OfficeMonthFigures,
    count_hours,
    count_office_months,
    count_offices,
)
from odsc_counter.monitoring.load_models import CentreHour, CentreMonthOffice, CentreOffice
from odsc_counter.platform import clock

Compared = tuple[str, str, tuple[str, ...], Any, Any]
"""Table, key, names of the figures, the cell that is kept, and what was counted."""


def replace_offices(session: Session, today: date) -> None:
    """Write the cells of the offices anew, `today` being the centre's own day."""
    cells = _office_cells(session)
    counted = count_offices(session, today)
    for key in cells.keys() | counted.keys():
        values = {"ministry_id": key[0], "level": key[1]}
        _replace(session, CentreOffice, values, cells.get(key), counted.get(key), OFFICE_FIGURES)


def replace_office_months(session: Session, month: date) -> None:
    """Write the cells of what the offices let go in a month anew."""
    cells, counted = _office_month_cells(session, month), count_office_months(session, month)
    for key in cells.keys() | counted.keys():
        values = {"month": month, "ministry_id": key[0], "level": key[1]}
        kept, fresh = cells.get(key), counted.get(key)
        _replace(session, CentreMonthOffice, values, kept, fresh, OFFICE_MONTH_FIGURES)


def replace_hours(session: Session, month: date, today: date, day_starts_minute: int) -> None:
    """Write the cells of a month's hours anew."""
    cells = _hour_cells(session, month)
    counted = count_hours(session, month, today, day_starts_minute)
    for hour in cells.keys() | counted.keys():
        values = {"month": month, "hour": hour}
        _replace(session, CentreHour, values, cells.get(hour), counted.get(hour), HOUR_FIGURES)


def offices_compared(session: Session, today: date) -> Iterator[Compared]:
    """Every cell of an office beside a new count of it; None where one of them is missing."""
    cells, counted = _office_cells(session), count_offices(session, today)
    for ministry_id, level, kept, fresh in (
        (*key, cells.get(key), counted.get(key)) for key in _keys(cells, counted)
    ):
        yield "centre_office", f"ministry {ministry_id} {level}", OFFICE_FIGURES, kept, fresh


def office_months_compared(session: Session, month: date) -> Iterator[Compared]:
    """Every cell of an office's month beside a new count of it."""
    cells, counted = _office_month_cells(session, month), count_office_months(session, month)
    for key in _keys(cells, counted):
        yield (
            "centre_month_office",
            f"{month:%Y-%m} ministry {key[0]} {key[1]}",
            OFFICE_MONTH_FIGURES,
            cells.get(key),
            counted.get(key),
        )


def hours_compared(
    session: Session, month: date, today: date, day_starts_minute: int
) -> Iterator[Compared]:
    """Every cell of a month's hours beside a new count of it."""
    cells = _hour_cells(session, month)
    counted = count_hours(session, month, today, day_starts_minute)
    for hour in _keys(cells, counted):
        yield (
            "centre_hour",
            f"{month:%Y-%m} hour {hour}",
            HOUR_FIGURES,
            cells.get(hour),
            counted.get(hour),
        )


def _keys(cells: Mapping[Any, object], counted: Mapping[Any, object]) -> list[Any]:
    return sorted(cells.keys() | counted.keys())


def _replace(
    session: Session,
    model: type[CentreOffice | CentreMonthOffice | CentreHour],
    key: Mapping[str, Hashable],
    cell: CentreOffice | CentreMonthOffice | CentreHour | None,
    counted: OfficeFigures | OfficeMonthFigures | HourFigures | None,
    names: tuple[str, ...],
) -> None:
    if counted is None:
        session.delete(cell)
        return
    if cell is None:
        cell = model(**key)
        session.add(cell)
    elif all(getattr(cell, name) == getattr(counted, name) for name in names):
        return
    for name in names:
        setattr(cell, name, getattr(counted, name))
    cell.computed_at = clock.now()


def _office_cells(session: Session) -> dict[tuple[int, str], CentreOffice]:
    return {(cell.ministry_id, cell.level): cell for cell in session.scalars(select(CentreOffice))}


def _office_month_cells(session: Session, month: date) -> dict[tuple[int, str], CentreMonthOffice]:
    return {
        (cell.ministry_id, cell.level): cell
        for cell in session.scalars(
            select(CentreMonthOffice).where(CentreMonthOffice.month == month)
        )
    }


def _hour_cells(session: Session, month: date) -> dict[int, CentreHour]:
    return {
        cell.hour: cell
        for cell in session.scalars(select(CentreHour).where(CentreHour.month == month))
    }
