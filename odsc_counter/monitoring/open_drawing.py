"""What a publication is drawn from: the nation's rollups of one month, all of one moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import Ministry, Service, ServiceVersion
from odsc_counter.monitoring.figures import first_of_next_month
from odsc_counter.monitoring.models import CentreMonth, CentreMonthService, RollupDirty
from odsc_counter.monitoring.open_content import LATE, ON_TIME, OTHER, Group, Place
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import one_moment, reading

ONE_DAY = timedelta(days=1)
OF_PLACES = ("visits", "applications", "decided", ON_TIME, "receipts")
OF_SERVICES = ("asked", "applications", "decided")
OTHER_NAMES = ("Local and ended services", "ບໍລິການສະເພາະທ້ອງຖິ່ນ ແລະ ບໍລິການທີ່ສິ້ນສຸດແລ້ວ")
"""In English and Lao, beside the names of services, which are data too."""
PROVINCE_CODE = 4
"""Letters of a province's code, with which the codes of all units within it begin."""


@dataclass(frozen=True)
class Drawn:
    """A month's true counts. `is_settled`: no change of its records waits to be counted."""

    nation: Place
    provinces: list[Place]
    ministries: list[Group]
    is_settled: bool


def drawn(month: date) -> Drawn:
    """The counts of the month that begins on `month`, in the nation's scope.

    Raises NotFound before the reference data is loaded.
    """
    last = first_of_next_month(month) - ONE_DAY
    with area_scope(_nation().id), one_moment() as session:
        unsettled = session.scalar(select(exists().where(RollupDirty.day.between(month, last))))
        ministries = _ministries(session, month, last)
        of_centre = {
            centre_id: dict(zip(OF_PLACES, map(int, counts), strict=True))
            for centre_id, *counts in session.execute(
                select(
                    CentreMonth.centre_id, *(getattr(CentreMonth, name) for name in OF_PLACES)
                ).where(CentreMonth.month == month)
            )
        }
    with reference_scope(), reading() as session:
        units = session.scalars(select(Unit).where(Unit.level <= 1).order_by(Unit.code)).all()
        centres = session.scalars(select(Centre)).all()
    nation, *provinces = (_place(unit, centres, of_centre, month, last) for unit in units)
    asked = sum(ministry.counts["asked"] for ministry in ministries)
    nation = Place(**{**vars(nation), "counts": {**nation.counts, "asked": asked}})
    return Drawn(nation, provinces, ministries, not unsettled)


def months_before(month: date) -> set[date]:
    """The months before this one of which any centre has figures, each by its first day."""
    with area_scope(_nation().id), reading() as session:
        return set(
            session.scalars(select(CentreMonth.month).where(CentreMonth.month < month).distinct())
        )


def _nation() -> Unit:
    with reference_scope(), reading() as session:
        found = session.scalars(select(Unit).where(Unit.level == 0)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _place(
    unit: Unit,
    centres: Sequence[Centre],
    of_centre: Mapping[int, Mapping[str, int]],
    month: date,
    last: date,
) -> Place:
    within = [one for one in centres if unit.level == 0 or _province(one) == unit.code]
    telling = [of_centre[one.id] for one in within if one.id in of_centre]
    counts = {name: sum(one[name] for one in telling) for name in OF_PLACES}
    counts[LATE] = counts["decided"] - counts[ON_TIME]
    worked = sum(
        one.id in of_centre
        or (one.opened_on <= last and (one.closed_on is None or one.closed_on > month))
        for one in within
    )
    return Place(unit.code, unit.name_en, unit.name_lo, len(telling), worked, counts)


def _province(centre: Centre) -> str:
    return centre.unit.code[:PROVINCE_CODE]


def _ministries(session: Session, month: date, last: date) -> list[Group]:
    """All ministries with the national services that held on some day of the month.

    Which rows there are follows from the catalogue and not from the counts, so that a row tells
    nothing by being there. Services of single centres and those that have ended are one row.
    """
    counts = {
        service_id: dict(zip(OF_SERVICES, map(int, sums), strict=True))
        for service_id, *sums in session.execute(
            select(
                CentreMonthService.service_id,
                *(func.sum(getattr(CentreMonthService, name)) for name in OF_SERVICES),
            )
            .where(CentreMonthService.month == month)
            .group_by(CentreMonthService.service_id)
        )
    }
    ministries = {one.id: one for one in session.scalars(select(Ministry))}
    own: dict[int, list[Group]] = defaultdict(list)
    other: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OF_SERVICES, 0))
    for service, version in _services(session, last):
        told = counts.get(service.id, dict.fromkeys(OF_SERVICES, 0))
        holds = version.valid_to is None or version.valid_to > month
        if holds and service.owner_centre_id is None:
            group = Group(service.code, version.name_en, version.name_lo, told)
            own[version.ministry_id].append(group)
        elif holds or service.id in counts:
            for name, count in told.items():
                other[version.ministry_id][name] += count
    groups = []
    for ministry_id in own.keys() | other.keys():
        ministry = ministries[ministry_id]
        rest = Group(f"{ministry.code}-{OTHER}", *OTHER_NAMES, other[ministry_id])
        services = (*sorted(own[ministry_id], key=lambda one: one.code), rest)
        total = {name: sum(one.counts[name] for one in services) for name in OF_SERVICES}
        groups.append(Group(ministry.code, ministry.name_en, ministry.name_lo, total, services))
    return sorted(groups, key=lambda one: one.code)


def _services(session: Session, last: date) -> list[tuple[Service, ServiceVersion]]:
    """Each service with the version that held last until a day; one that came later, its first."""
    newest: dict[int, tuple[Service, ServiceVersion]] = {}
    for service, version in session.execute(
        select(Service, ServiceVersion)
        .join(ServiceVersion, ServiceVersion.service_id == Service.id)
        .order_by(ServiceVersion.valid_from, ServiceVersion.id)
    ):
        if version.valid_from <= last or service.id not in newest:
            newest[service.id] = (service, version)
    return list(newest.values())
