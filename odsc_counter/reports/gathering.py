"""Reads what a report is drawn from: the area's places, the catalogue's names, signed returns."""

from sqlalchemy import select

from odsc_counter.catalogue.models import Ministry, Service, ServiceVersion
from odsc_counter.monitoring.answers import ground
from odsc_counter.places.models import Unit
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.reports.content import Area, Both, Values, drawn
from odsc_counter.reports.periods import Period
from odsc_counter.returns.queries import official_returns


def gathered(unit: Unit, period: Period) -> Values:
    """The figures of a unit's report as the official returns have them now.

    Takes the unit's own scope: the caller has made sure that the person may read it. The same
    few statements, whatever the area and the period.
    """
    first = min(period.before.first, period.course_first)
    return drawn(_area(unit, period), period, official_returns(unit, first, period.last))


def _area(unit: Unit, period: Period) -> Area:
    found = ground(unit)
    with reference_scope(), reading() as session:
        ministries = {
            code: {"lo": lao, "en": english}
            for code, lao, english in session.execute(
                select(Ministry.code, Ministry.name_lo, Ministry.name_en)
            )
        }
        services: dict[str, Both] = {}
        # The name that held on the period's last day; of one that came later, its first.
        for code, since, lao, english in session.execute(
            select(
                Service.code,
                ServiceVersion.valid_from,
                ServiceVersion.name_lo,
                ServiceVersion.name_en,
            )
            .join(ServiceVersion, ServiceVersion.service_id == Service.id)
            .order_by(ServiceVersion.valid_from, ServiceVersion.id)
        ):
            if code not in services or since <= period.ends_on:
                services[code] = {"lo": lao, "en": english}
    return Area(unit, found.children, found.centres, ministries, services)
