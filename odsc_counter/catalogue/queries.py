"""What can be had, on which day, at what fee: read-only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from odsc_counter.catalogue.models import (
    ILLUSTRATIVE,
    DocumentType,
    FeeLine,
    Letterhead,
    Ministry,
    MonitoringBody,
    OfferedService,
    Service,
    ServiceGroup,
    ServiceVersion,
)
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.lao import search_key
from odsc_counter.platform.work import reading


def _holds(table: type[ServiceVersion] | type[FeeLine], day: date) -> ColumnElement[bool]:
    """The row is in force on the day: from `valid_from` on, before `valid_to`."""
    return (table.valid_from <= day) & or_(table.valid_to.is_(None), table.valid_to > day)


def holder_on(ministry_id: int, day: date) -> int:
    """Who holds on a day what this ministry held: itself, or its successor of that day."""
    with reading() as session:
        ministries = {ministry.id: ministry for ministry in session.scalars(select(Ministry))}
    ministry = ministries[ministry_id]
    while (
        ministry.valid_to is not None
        and ministry.valid_to <= day
        and ministry.successor_id is not None
    ):
        ministry = ministries[ministry.successor_id]
    return ministry.id


def service_by_code(code: str) -> Service:
    """The service with this code. Raises NotFound."""
    with reading() as session:
        service = session.scalars(select(Service).where(Service.code == code)).one_or_none()
    if service is None:
        raise NotFound
    return service


def service_code(service_id: int) -> str:
    """The code under which a service is known. Raises NotFound."""
    with reading() as session:
        code = session.scalar(select(Service.code).where(Service.id == service_id))
    if code is None:
        raise NotFound
    return code


def service_on(service_id: int, day: date) -> ServiceVersion:
    """What a service is on a day, with its ministry and papers. Raises NotFound."""
    with reading() as session:
        version = session.scalars(
            select(ServiceVersion)
            .where(ServiceVersion.service_id == service_id, _holds(ServiceVersion, day))
            .options(selectinload(ServiceVersion.steps))
        ).one_or_none()
    if version is None:
        raise NotFound
    return version


def last_version(service_id: int) -> ServiceVersion:
    """The version without an end, which may begin on a later day. Raises NotFound."""
    with reading() as session:
        version = session.scalars(
            select(ServiceVersion).where(
                ServiceVersion.service_id == service_id, ServiceVersion.valid_to.is_(None)
            )
        ).one_or_none()
    if version is None:
        raise NotFound
    return version


def fee_lines_on(service_id: int, day: date) -> list[FeeLine]:
    """The published fee lines of a service on a day, by code; the clerk chooses one."""
    return fees_of([service_id], day).get(service_id, [])


def fees_of(service_ids: Iterable[int], day: date) -> dict[int, list[FeeLine]]:
    """The published fee lines of several services on a day, by service."""
    lines: dict[int, list[FeeLine]] = defaultdict(list)
    with reading() as session:
        for line in session.scalars(
            select(FeeLine)
            .where(FeeLine.service_id.in_(list(service_ids)), _holds(FeeLine, day))
            .order_by(FeeLine.service_id, FeeLine.code)
        ):
            lines[line.service_id].append(line)
    return dict(lines)


@dataclass(frozen=True)
class OfferedRow:
    """A service that the centre offers, as it is on the day."""

    service: Service
    version: ServiceVersion
    group: ServiceGroup
    fee_lines: list[FeeLine]

    @property
    def is_illustrative(self) -> bool:
        """Whether days, papers or a fee are examples that nobody has confirmed."""
        return is_illustrative(self.version, self.fee_lines)


def standings(version: ServiceVersion, fee_lines: Iterable[FeeLine]) -> set[str]:
    """The standings of days and papers and of the fees: illustrative, sourced, confirmed."""
    return {version.standing, *(line.standing for line in fee_lines)}


def is_illustrative(version: ServiceVersion, fee_lines: Iterable[FeeLine]) -> bool:
    """Whether days, papers or a fee are examples that nobody has confirmed."""
    return ILLUSTRATIVE in standings(version, fee_lines)


def offered_services(
    day: date, service_id: int | None = None, *, with_steps: bool = False
) -> list[OfferedRow]:
    """What the centre in scope offers on a day, in the order of its groups.

    Three statements, one more `with_steps`. Services whose version has ended are left out.
    """
    query = (
        select(ServiceVersion, ServiceGroup)
        .join(OfferedService, OfferedService.service_id == ServiceVersion.service_id)
        .join(ServiceGroup, ServiceGroup.id == OfferedService.group_id)
        .join(Service, Service.id == ServiceVersion.service_id)
        .where(
            ServiceGroup.centre_id == OfferedService.centre_id,
            OfferedService.offered_from <= day,
            or_(OfferedService.offered_until.is_(None), OfferedService.offered_until > day),
            _holds(ServiceVersion, day),
        )
        .order_by(ServiceGroup.position, ServiceGroup.letter, Service.position, Service.code)
    )
    if service_id is not None:
        query = query.where(ServiceVersion.service_id == service_id)
    if with_steps:
        query = query.options(selectinload(ServiceVersion.steps))
    with reading() as session:
        found = [(version, group) for version, group in session.execute(query)]
        fees = fees_of([version.service_id for version, _group in found], day) if found else {}
    return [
        OfferedRow(version.service, version, group, fees.get(version.service_id, []))
        for version, group in found
    ]


def offered_service(service_id: int, day: date) -> OfferedRow:
    """One service that the centre in scope offers on a day, with its steps. Raises NotFound."""
    rows = offered_services(day, service_id, with_steps=True)
    if not rows:
        raise NotFound
    return rows[0]


def group_of(service_id: int, day: date) -> ServiceGroup | None:
    """Under which group people wait for a service on a day; None when it isn't offered.

    One statement: issuing a number needs neither papers nor fees.
    """
    query = (
        select(ServiceGroup)
        .join(OfferedService, OfferedService.group_id == ServiceGroup.id)
        .join(ServiceVersion, ServiceVersion.service_id == OfferedService.service_id)
        .where(
            ServiceGroup.centre_id == OfferedService.centre_id,
            OfferedService.service_id == service_id,
            OfferedService.offered_from <= day,
            or_(OfferedService.offered_until.is_(None), OfferedService.offered_until > day),
            _holds(ServiceVersion, day),
        )
    )
    with reading() as session:
        return session.scalars(query).one_or_none()


def groups() -> list[ServiceGroup]:
    """The service groups of the centre in scope, in their order."""
    with reading() as session:
        return list(
            session.scalars(
                select(ServiceGroup).order_by(ServiceGroup.position, ServiceGroup.letter)
            )
        )


@dataclass(frozen=True)
class CatalogueRow:
    """A service of the national catalogue as it is on a day."""

    version: ServiceVersion
    fee_lines: list[FeeLine]

    @property
    def is_illustrative(self) -> bool:
        """Whether days, papers or a fee are examples that nobody has confirmed."""
        return is_illustrative(self.version, self.fee_lines)


def catalogue_on(
    day: date,
    text: str = "",
    ministry_code: str = "",
    standing: str = "",
    *,
    with_local: bool = False,
) -> list[CatalogueRow]:
    """The national catalogue on a day, in its order; `with_local`: and the centre's own services.

    `text` looks in code and both names, however Lao is typed; `standing` is illustrative,
    sourced or confirmed, of the days and papers or of a fee.
    """
    query = (
        select(ServiceVersion)
        .join(Service, Service.id == ServiceVersion.service_id)
        .where(_holds(ServiceVersion, day))
        .order_by(Service.position, Service.code)
    )
    if not with_local:
        query = query.where(Service.owner_centre_id.is_(None))
    if ministry_code:
        query = query.where(
            ServiceVersion.ministry_id.in_(
                select(Ministry.id).where(Ministry.code == ministry_code)
            )
        )
    with reading() as session:
        versions = list(session.scalars(query))
        fees = fees_of([version.service_id for version in versions], day) if versions else {}
    wanted = search_key(text)
    rows = []
    for version in versions:
        names = (version.service.code, version.name_en, version.name_lo)
        if wanted and not any(wanted in search_key(name) for name in names):
            continue
        row = CatalogueRow(version, fees.get(version.service_id, []))
        if not standing or standing in standings(row.version, row.fee_lines):
            rows.append(row)
    return rows


def ministries_on(day: date) -> list[Ministry]:
    """The ministries that stand on a day, by code."""
    with reading() as session:
        return list(
            session.scalars(
                select(Ministry)
                .where(
                    or_(Ministry.valid_from.is_(None), Ministry.valid_from <= day),
                    or_(Ministry.valid_to.is_(None), Ministry.valid_to > day),
                )
                .order_by(Ministry.code)
            )
        )


def document_types() -> list[DocumentType]:
    """Every kind of paper that a service may ask for, in the order of the list."""
    with reading() as session:
        return list(session.scalars(select(DocumentType).order_by(DocumentType.id)))


@dataclass(frozen=True)
class ServiceHistory:
    """All versions and fee lines of a service, the newest first."""

    service: Service
    versions: list[ServiceVersion]
    fee_lines: list[FeeLine]


def service_history(code: str) -> ServiceHistory:
    """A service with everything that ever held for it. Raises NotFound."""
    service = service_by_code(code)
    with reading() as session:
        versions = session.scalars(
            select(ServiceVersion)
            .where(ServiceVersion.service_id == service.id)
            .order_by(ServiceVersion.valid_from.desc())
        )
        lines = session.scalars(
            select(FeeLine)
            .where(FeeLine.service_id == service.id)
            .order_by(FeeLine.valid_to.is_not(None), FeeLine.code, FeeLine.valid_from.desc())
        )
        return ServiceHistory(service, list(versions), list(lines))


def letterhead_on(day: date) -> Letterhead:
    """The state's two header lines on papers of a day. Raises NotFound without any."""
    with reading() as session:
        letterhead = session.scalars(
            select(Letterhead)
            .where(Letterhead.valid_from <= day)
            .order_by(Letterhead.valid_from.desc())
            .limit(1)
        ).one_or_none()
    if letterhead is None:
        raise NotFound
    return letterhead


def monitoring_body_on(day: date) -> MonitoringBody:
    """Who watched over the centres on a day. Raises NotFound before the first record."""
    with reading() as session:
        body = session.scalars(
            select(MonitoringBody)
            .where(MonitoringBody.valid_from <= day)
            .order_by(MonitoringBody.valid_from.desc())
            .limit(1)
        ).one_or_none()
    if body is None:
        raise NotFound
    return body
