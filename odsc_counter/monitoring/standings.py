"""What the nation is told of a centre's register: one cell for each service, as it holds today."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.register_models import ServiceStanding
from odsc_counter.catalogue.register_queries import holding_on
from odsc_counter.monitoring.offer_models import CentreService
from odsc_counter.platform import clock

TOLD = ("state", "since", "reason", "document_number")


def replace_standings(session: Session, day: date) -> None:
    """Write the cells anew where the register says otherwise. Two statements when nothing did."""
    cells = _cells(session)
    for service_id, standing in _holding(session, day).items():
        cell = cells.pop(service_id, None)
        if cell is None:
            cell = CentreService(service_id=service_id)
            session.add(cell)
        elif _told(cell) == _told(standing):
            continue
        for name in TOLD:
            setattr(cell, name, getattr(standing, name))
        cell.computed_at = clock.now()
    if cells:
        session.execute(delete(CentreService).where(CentreService.service_id.in_(cells)))


def kept_and_counted(session: Session, day: date) -> Iterator[tuple[int, str | None, str | None]]:
    """Service, kept and counted, for each cell that isn't what the register says."""
    cells, holding = _cells(session), _holding(session, day)
    for service_id in sorted(cells.keys() | holding.keys()):
        kept = _told(cells[service_id]) if service_id in cells else None
        counted = _told(holding[service_id]) if service_id in holding else None
        if kept != counted:
            yield service_id, kept, counted


def _cells(session: Session) -> dict[int, CentreService]:
    return {cell.service_id: cell for cell in session.scalars(select(CentreService))}


def _holding(session: Session, day: date) -> dict[int, ServiceStanding]:
    return {row.service_id: row for row in session.scalars(holding_on(day))}


def _told(row: CentreService | ServiceStanding) -> str:
    return " ".join(str(getattr(row, name)) for name in TOLD)
