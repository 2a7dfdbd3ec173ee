"""What the register says: read-only."""

from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from odsc_counter.catalogue.lifecycle import SUSPENDED
from odsc_counter.catalogue.models import OfferedService, Service, ServiceGroup, ServiceVersion
from odsc_counter.catalogue.queries import OfferedRow, fees_of
from odsc_counter.catalogue.register_models import ServiceStanding
from odsc_counter.catalogue.register_words import why
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.work import reading


class Suspended(DomainError):
    """The centre has suspended the service, and says why."""

    slug = "service-suspended"
    status = 409
    message = _l("This centre has suspended this service since %(day)s: %(why)s")

    def __init__(self, standing: ServiceStanding) -> None:
        super().__init__(
            day=f"{standing.since:%d/%m/%Y}", why=why(standing, "en" if _english() else "lo")
        )


def _english() -> bool:
    return str(get_locale()) == "en"


def holding_on(day: date) -> Select[ServiceStanding]:
    """The one row of each service that holds on the day."""
    later = aliased(ServiceStanding)
    return select(ServiceStanding).where(
        ServiceStanding.since <= day,
        ~exists().where(
            later.centre_id == ServiceStanding.centre_id,
            later.service_id == ServiceStanding.service_id,
            later.seq > ServiceStanding.seq,
            later.since <= day,
        ),
    )


def standings_on(day: date) -> dict[int, ServiceStanding]:
    """How each service of the centre's register stands on a day, by service."""
    with reading() as session:
        return {row.service_id: row for row in session.scalars(holding_on(day))}


def suspension(service_id: int, day: date) -> ServiceStanding | None:
    """Why a service is suspended on a day; None when it isn't."""
    with reading() as session:
        return session.scalars(
            holding_on(day).where(
                ServiceStanding.service_id == service_id, ServiceStanding.state == SUSPENDED
            )
        ).one_or_none()


@dataclass(frozen=True)
class SuspendedRow:
    """A suspended service as people knew it, and why it can't be had."""

    row: OfferedRow
    standing: ServiceStanding

    @property
    def heading(self) -> str:
        """Since when it is suspended, in the page's language."""
        return str(_("Suspended since %(day)s", day=f"{self.standing.since:%d/%m/%Y}"))

    def text(self, language: str) -> str:
        """Why it is suspended."""
        return why(self.standing, language)


def suspended_services(day: date) -> list[SuspendedRow]:
    """What the centre has suspended on a day, in the order of its groups.

    One statement where nothing is suspended.
    """
    with reading() as session:
        standings = {
            row.service_id: row
            for row in session.scalars(holding_on(day).where(ServiceStanding.state == SUSPENDED))
        }
        if not standings:
            return []
        found = session.execute(
            _versions(day)
            .where(ServiceVersion.service_id.in_(standings))
            .order_by(ServiceGroup.position, ServiceGroup.letter, Service.position, Service.code)
        ).all()
        fees = fees_of(standings, day)
    return [
        SuspendedRow(
            OfferedRow(version.service, version, group, fees.get(version.service_id, [])),
            standings[version.service_id],
        )
        for version, group in found
    ]


def _versions(day: date) -> Select[ServiceVersion, ServiceGroup]:
    """The services that the centre ever offered, as they are on the day, and their letters."""
    return (
        select(ServiceVersion, ServiceGroup)
        .join(OfferedService, OfferedService.service_id == ServiceVersion.service_id)
        .join(ServiceGroup, ServiceGroup.id == OfferedService.group_id)
        .join(Service, Service.id == ServiceVersion.service_id)
        .where(
            ServiceGroup.centre_id == OfferedService.centre_id,
            ServiceVersion.valid_from <= day,
            or_(ServiceVersion.valid_to.is_(None), ServiceVersion.valid_to > day),
        )
    )


@dataclass(frozen=True)
class RegisterRow:
    """One service of the centre's register."""

    version: ServiceVersion
    group: ServiceGroup
    standing: ServiceStanding
    """What holds today; the first row where that lies ahead."""
    planned: ServiceStanding | None
    """What will hold from a later day on."""


def register(day: date) -> list[RegisterRow]:
    """Every service that the centre offers or once offered, in its order. Two statements."""
    with reading() as session:
        rows: dict[int, list[ServiceStanding]] = {}
        for standing in session.scalars(select(ServiceStanding).order_by(ServiceStanding.seq)):
            rows.setdefault(standing.service_id, []).append(standing)
        found = session.execute(_versions(day).order_by(Service.position, Service.code)).all()
    return [
        _register_row(version, group, rows[version.service_id], day)
        for version, group in found
        if version.service_id in rows
    ]


def _register_row(
    version: ServiceVersion, group: ServiceGroup, rows: list[ServiceStanding], day: date
) -> RegisterRow:
    holding = [row for row in rows if row.since <= day]
    planned = rows[-1] if rows[-1].since > day else None
    return RegisterRow(version, group, holding[-1] if holding else rows[0], planned)


@dataclass(frozen=True)
class RegisterEntry:
    """One service with all that was ever decided about it here, the newest first."""

    row: RegisterRow
    history: list[ServiceStanding]

    @property
    def last(self) -> ServiceStanding:
        """The newest row, which the next verb starts from."""
        return self.history[0]


def register_entry(code: str, day: date) -> RegisterEntry:
    """A service of the centre's register with its history. Raises NotFound."""
    with reading() as session:
        found = session.execute(_versions(day).where(Service.code == code)).one_or_none()
        if found is None:
            raise NotFound
        rows = list(
            session.scalars(
                select(ServiceStanding)
                .where(ServiceStanding.service_id == found[0].service_id)
                .order_by(ServiceStanding.seq)
            )
        )
    if not rows:
        raise NotFound
    return RegisterEntry(_register_row(found[0], found[1], rows, day), rows[::-1])
