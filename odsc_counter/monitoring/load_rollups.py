"""Keeps the cells of offices and hours true, and compares them with a new count."""

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.sql import select

from odsc_counter.monitoring.load_figures import (
    HOUR_FIGURES,
    OFFICE_FIGURES,
    HourFigures,
    OfficeFigures,
    count_hours,
    count_offices,
)
from odsc_counter.monitoring.load_models import CentreHour, CentreOffice
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
    model: type[CentreOffice] | type[CentreHour],
    key: Mapping[str, Hashable],
    cell: CentreOffice | CentreHour | None,
    counted: OfficeFigures | HourFigures | None,
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


def _hour_cells(session: Session, month: date) -> dict[int, CentreHour]:
    return {
        cell.hour: cell
        for cell in session.scalars(select(CentreHour).where(CentreHour.month == month))
    }
