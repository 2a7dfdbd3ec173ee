"""The registers of all centres, as the nation's office reads them: cells of rollups alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select

from odsc_counter.catalogue.lifecycle import OFFERED, SUSPENDED, WITHDRAWN
from odsc_counter.catalogue.models import FeeLine, Service, ServiceVersion
from odsc_counter.monitoring.offer_models import CentreService
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading


@dataclass(frozen=True)
class Cell:
    """One service at one centre."""

    centre: Centre
    state: str
    since: date
    reason: str
    document_number: str


@dataclass
class ServiceLine:
    """One service over all centres that stand on the day."""

    version: ServiceVersion
    cells: list[Cell] = field(default_factory=list)
    centres: int = 0
    """Centres that could offer it: all of them, or the owner of a local service."""

    def count(self, state: str) -> int:
        """At how many centres the service is in the state."""
        return sum(cell.state == state for cell in self.cells)

    @property
    def offered(self) -> int:
        """At how many centres it can be had."""
        return self.count(OFFERED)

    @property
    def suspended(self) -> int:
        """At how many centres it is suspended."""
        return self.count(SUSPENDED)

    @property
    def withdrawn(self) -> int:
        """At how many centres it is no longer offered."""
        return self.count(WITHDRAWN)

    @property
    def never(self) -> int:
        """At how many centres it was never offered."""
        return max(self.centres - len(self.cells), 0)

    @property
    def missing(self) -> list[Cell]:
        """Where it is suspended or no longer offered, the longest first."""
        return sorted(
            (cell for cell in self.cells if cell.state != OFFERED),
            key=lambda cell: (cell.since, cell.centre.code),
        )


@dataclass(frozen=True)
class LocalLine:
    """A service that one centre offers by a decision of its own district or province."""

    line: ServiceLine
    service: Service
    owner: Centre
    fees: list[FeeLine]


@dataclass(frozen=True)
class NationalRegister:
    """All services of the nation at all centres that stand on the day."""

    day: date
    centres: int
    lines: list[ServiceLine]
    """Of the national catalogue, in its order."""
    local: list[LocalLine]
    as_of: datetime | None

    @property
    def everything(self) -> Iterator[ServiceLine]:
        """The nation's services, then the centres' own."""
        yield from self.lines
        yield from (one.line for one in self.local)


def national_register(day: date) -> NationalRegister:
    """How every service stands at every centre on the day that the rollups speak of.

    Five statements, whatever the number of centres. Takes the nation's scope for the rollups.
    Raises NotFound before the reference data is loaded.
    """
    with reference_scope(), reading() as session:
        nation = session.scalar(select(Unit.id).where(Unit.level == 0))
        if nation is None:
            raise NotFound
        centres = {
            centre.id: centre
            for centre in session.scalars(
                select(Centre).where(
                    Centre.opened_on <= day,
                    or_(Centre.closed_on.is_(None), Centre.closed_on > day),
                )
            )
        }
        versions = list(
            session.scalars(
                select(ServiceVersion)
                .join(Service, Service.id == ServiceVersion.service_id)
                .where(
                    ServiceVersion.valid_from <= day,
                    or_(ServiceVersion.valid_to.is_(None), ServiceVersion.valid_to > day),
                )
                .order_by(Service.position, Service.code)
            )
        )
        fees = list(session.scalars(select(FeeLine).where(FeeLine.owner_centre_id.is_not(None))))
    with area_scope(nation), reading() as session:
        cells = list(session.scalars(select(CentreService)))
    lines = {
        version.service_id: ServiceLine(
            version, centres=len(centres) if version.owner_centre_id is None else 1
        )
        for version in versions
    }
    for cell in cells:
        line, centre = lines.get(cell.service_id), centres.get(cell.centre_id)
        if line is not None and centre is not None:
            line.cells.append(
                Cell(centre, cell.state, cell.since, cell.reason, cell.document_number)
            )
    national = [line for line in lines.values() if line.version.owner_centre_id is None]
    return NationalRegister(
        day=day,
        centres=len(centres),
        lines=national,
        local=_local(lines, centres, fees),
        as_of=max((cell.computed_at for cell in cells), default=None),
    )


def _local(
    lines: dict[int, ServiceLine], centres: dict[int, Centre], fees: list[FeeLine]
) -> list[LocalLine]:
    return [
        LocalLine(
            line,
            line.version.service,
            centres[line.version.owner_centre_id],
            [fee for fee in fees if fee.service_id == service_id and fee.valid_to is None],
        )
        for service_id, line in lines.items()
        if line.version.owner_centre_id in centres
    ]
