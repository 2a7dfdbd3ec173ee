"""Official rates, classes of people who pay less, and centres' own amounts: read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from odsc_counter.catalogue.fee_models import ExchangeRate, ExemptionClass, FeeDeviation
from odsc_counter.catalogue.models import Service, ServiceVersion
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading

RATES_SHOWN = 200


def rate_on(currency: str, day: date) -> ExchangeRate | None:
    """The official rate that may be used on a day; None where none is known or it is too old.

    The newest day not after it counts, and of that day the row entered last.
    """
    with reading() as session:
        found = session.scalars(
            select(ExchangeRate)
            .where(ExchangeRate.currency == currency, ExchangeRate.day <= day)
            .order_by(ExchangeRate.day.desc(), ExchangeRate.id.desc())
            .limit(1)
        ).one_or_none()
    if found is None or (day - found.day).days > found.good_for_days:
        return None
    return found


def rates(currency: str = "") -> list[ExchangeRate]:
    """The latest rates, the newest first, with what they corrected."""
    query = select(ExchangeRate).order_by(ExchangeRate.day.desc(), ExchangeRate.id.desc())
    if currency:
        query = query.where(ExchangeRate.currency == currency)
    with reading() as session:
        return list(session.scalars(query.limit(RATES_SHOWN)))


def exemptions_on(day: date, service_code: str = "") -> list[ExemptionClass]:
    """The classes in force on a day, in their order; with a code, those for that service."""
    with reading() as session:
        found = session.scalars(
            select(ExemptionClass)
            .where(
                ExemptionClass.valid_from <= day,
                or_(ExemptionClass.valid_to.is_(None), ExemptionClass.valid_to > day),
            )
            .order_by(ExemptionClass.position, ExemptionClass.code)
        ).all()
    return [
        one for one in found if not service_code or not one.services or service_code in one.services
    ]


def exemption_classes() -> list[ExemptionClass]:
    """All classes that ever stood: those in force first, each with what it was before."""
    with reading() as session:
        return list(
            session.scalars(
                select(ExemptionClass).order_by(
                    ExemptionClass.valid_to.is_not(None),
                    ExemptionClass.position,
                    ExemptionClass.code,
                    ExemptionClass.valid_from.desc(),
                )
            )
        )


def exemption_class(class_id: int) -> ExemptionClass:
    """One class by its key. Raises NotFound."""
    with reading() as session:
        found = session.get(ExemptionClass, class_id)
    if found is None:
        raise NotFound
    return found


def deviations_on(line_ids: Iterable[int], day: date) -> dict[int, FeeDeviation]:
    """The amounts of the centre's own that hold on a day, by the fee line they deviate from.

    Of several the one decided last holds.
    """
    with reading() as session:
        found = session.scalars(
            select(FeeDeviation)
            .where(
                FeeDeviation.fee_line_id.in_(list(line_ids)),
                FeeDeviation.valid_from <= day,
                or_(FeeDeviation.valid_to.is_(None), FeeDeviation.valid_to > day),
            )
            .order_by(FeeDeviation.id)
        )
        return {one.fee_line_id: one for one in found}


@dataclass(frozen=True)
class DeviationRow:
    """One amount of a centre's own beside the published one."""

    deviation: FeeDeviation
    centre: Centre
    version: ServiceVersion

    @property
    def published_kip(self) -> int:
        """The amount of the national schedule."""
        return self.deviation.line.amount or 0

    @property
    def difference_kip(self) -> int:
        """How much more (or, below nought, less) people pay here."""
        return self.deviation.amount_kip - self.published_kip

    def holds_on(self, day: date) -> bool:
        """Whether it is applied on a day."""
        one, line = self.deviation, self.deviation.line
        begun = one.valid_from <= day and line.valid_from <= day
        return begun and not any(
            end is not None and end <= day for end in (one.valid_to, line.valid_to)
        )


def deviations_of(centre: Centre) -> list[DeviationRow]:
    """All amounts of a centre's own, the newest first."""
    with reading() as session:
        found = session.scalars(
            select(FeeDeviation)
            .where(FeeDeviation.owner_centre_id == centre.id)
            .order_by(FeeDeviation.id.desc())
        ).all()
    versions = _versions({one.line.service_id for one in found})
    return [DeviationRow(one, centre, versions[one.line.service_id]) for one in found]


def national_deviations(
    day: date, *, centre_code: str = "", service_code: str = "", in_force: bool = False
) -> list[DeviationRow]:
    """Where centres take other amounts than the published ones, by centre and service.

    Takes the nation's scope. `in_force`: those alone that hold on the day.
    """
    query = (
        select(FeeDeviation, Centre)
        .join(Centre, Centre.id == FeeDeviation.owner_centre_id)
        .order_by(Centre.code, FeeDeviation.id.desc())
    )
    if centre_code:
        query = query.where(Centre.code == centre_code)
    with reference_scope():
        with reading() as session:
            found = [(one, centre) for one, centre in session.execute(query)]
        versions = _versions({one.line.service_id for one, _centre in found})
    rows = [DeviationRow(one, centre, versions[one.line.service_id]) for one, centre in found]
    return [
        row
        for row in rows
        if (not service_code or row.version.service.code == service_code)
        and (not in_force or row.holds_on(day))
    ]


def _versions(service_ids: set[int]) -> dict[int, ServiceVersion]:
    """The last version of each service: what it is called now."""
    with reading() as session:
        found = session.scalars(
            select(ServiceVersion)
            .join(Service, Service.id == ServiceVersion.service_id)
            .where(ServiceVersion.service_id.in_(service_ids))
            .order_by(ServiceVersion.valid_from)
        )
        return {version.service_id: version for version in found}
