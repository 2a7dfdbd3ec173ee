"""What a page of figures is asked for by its address, and the address that asks for the same.

Everything that a page can be narrowed or held against stands in its address, so that whoever gets
it sees the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from odsc_counter.catalogue.models import Ministry, ServiceVersion
from odsc_counter.monitoring.answers import Narrowed
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.monitoring.indicators import INDICATORS, Indicator, chosen
from odsc_counter.platform.periods import CHOSEN, Period, UnclearPeriod, period_from, this_month
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading

BEFORE, YEAR, NOTHING = "before", "year", "none"
AGAINST = (BEFORE, YEAR, CHOSEN, NOTHING)
"""What a period is held against: the days before it, the same days a year before, days chosen."""
LEVELS = {"province": 1, "district": 2}
MOST_DIGITS = 9
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """A period, what it is held against, what it is narrowed to, and the indicator in front."""

    period: Period
    against: str
    other: tuple[date, date] | None
    """The days that it is held against; None for none."""
    narrowed: Narrowed
    indicator: Indicator
    beside: str = ""
    """Code of another unit that it is held against instead."""
    is_unclear: bool = False
    """Whether days were typed that make no period: the page says so and keeps them."""

    @property
    def address(self) -> dict[str, str]:
        """What an address must carry to ask for the same."""
        said = {**self.period.address, "show": self.indicator.code}
        if self.beside:
            said["beside"] = self.beside
        elif self.against != BEFORE:
            said["against"] = self.against
            if self.against == CHOSEN and self.other:
                said["against_from"] = self.other[0].isoformat()
                said["against_to"] = self.other[1].isoformat()
        if self.narrowed.service_id is not None:
            said["service"] = str(self.narrowed.service_id)
        elif self.narrowed.ministry_id is not None:
            said["ministry"] = str(self.narrowed.ministry_id)
        for name, level in LEVELS.items():
            if self.narrowed.level == level:
                said["level"] = name
        return said

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Those that can be told of what is asked for."""
        if not self.narrowed.is_by_service:
            return INDICATORS
        return tuple(one for one in INDICATORS if one.is_by_service)


def asked_by(address: Mapping[str, str], today: date) -> Asked:
    """What an address asks for. Junk asks for nothing; only unclear days are spoken of."""
    unclear = False
    try:
        period = period_from(address, today)
    except UnclearPeriod:
        period, unclear = this_month(today), True
    narrowed = Narrowed(
        ministry_id=_number(address.get("ministry", "")),
        service_id=_number(address.get("service", "")),
        level=LEVELS.get(address.get("level", "")),
    )
    against = address.get("against", BEFORE)
    if against not in AGAINST:
        against = BEFORE
    other: tuple[date, date] | None = None
    try:
        # Services are counted by whole months, which must not be held against themselves.
        counted = _whole_months(period) if narrowed.is_by_service else period
        other = _other(against, counted, address)
    except UnclearPeriod:
        against, unclear = NOTHING, True
    told = [one for one in INDICATORS if one.is_by_service or not narrowed.is_by_service]
    return Asked(
        period,
        against,
        other,
        narrowed,
        chosen(address.get("show", ""), told),
        address.get("beside", ""),
        unclear,
    )


def _other(against: str, period: Period, address: Mapping[str, str]) -> tuple[date, date] | None:
    if against == NOTHING:
        return None
    if against == CHOSEN:
        days = {"from": address.get("against_from", ""), "to": address.get("against_to", "")}
        found = period_from({"period": CHOSEN, **days}, period.last)
        return found.first, found.last
    if against == YEAR:
        return _year_before(period.first), _year_before(period.last)
    return _before(period)


def _before(period: Period) -> tuple[date, date]:
    """As many days before it; whole months before whole months, for months differ in length."""
    first, last = period.first, period.last
    if first.day == 1 and (last + ONE_DAY).day == 1:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        number = first.year * 12 + first.month - 1 - months
        return date(number // 12, number % 12 + 1, 1), first - ONE_DAY
    return first - (last - first) - ONE_DAY, first - ONE_DAY


def _whole_months(period: Period) -> Period:
    end = first_of_next_month(period.last) - ONE_DAY
    return Period(period.key, first_of_month(period.first), end)


def _year_before(day: date) -> date:
    if (day + ONE_DAY).day == 1:  # a month's last day, February's too
        return first_of_next_month(day.replace(year=day.year - 1, day=1)) - ONE_DAY
    return day.replace(year=day.year - 1)


def _number(text: str) -> int | None:
    known = text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS
    return int(text) if known else None


@dataclass(frozen=True)
class Choice:
    """A ministry or a service that figures can be narrowed to."""

    id: int
    name_lo: str
    name_en: str

    def name(self, language: str) -> str:
        """Its name in a language."""
        return self.name_lo if language == "lo" else self.name_en


def belongs(service_id: int, ministry_id: int, day: date) -> bool:
    """Whether a service is the ministry's on a day."""
    _ministries, services = choices(day, ministry_id)
    return any(one.id == service_id for one in services)


def choices(day: date, ministry_id: int | None) -> tuple[list[Choice], list[Choice]]:
    """The ministries that have services on a day, and the services of one or of all of them."""
    held = (
        ServiceVersion.valid_from <= day,
        ServiceVersion.valid_to.is_(None) | (ServiceVersion.valid_to > day),
    )
    services = select(
        ServiceVersion.service_id, ServiceVersion.name_lo, ServiceVersion.name_en
    ).where(*held)
    if ministry_id is not None:
        services = services.where(ServiceVersion.ministry_id == ministry_id)
    with reference_scope(), reading() as session:
        ministries = session.execute(
            select(Ministry.id, Ministry.name_lo, Ministry.name_en)
            .where(Ministry.id.in_(select(ServiceVersion.ministry_id).where(*held)))
            .order_by(Ministry.code)
        ).all()
        found = session.execute(services.order_by(ServiceVersion.service_id)).all()
    return [Choice(*row) for row in ministries], [Choice(*row) for row in found]
