"""The period that a page shows, as its address says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

TODAY = "today"
LAST_7_DAYS = "7-days"
THIS_MONTH = "this-month"
LAST_MONTH = "last-month"
LAST_30_DAYS = "30-days"
THIS_QUARTER = "this-quarter"
LAST_QUARTER = "last-quarter"
THIS_YEAR = "this-year"
LAST_YEAR = "last-year"
LAST_12_MONTHS = "12-months"
CHOSEN = "chosen"
LONGEST_DAYS = 366 * 5
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""Days beyond can't be held against others: the calendar ends before the year before them."""


class UnclearPeriod(ValueError):
    """The days in the address can't be read, lie the wrong way round or too far apart."""


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    key: str
    first: date
    last: date

    @property
    def address(self) -> dict[str, str]:
        """What an address must carry to mean this period, tomorrow too where it is chosen."""
        if self.key == CHOSEN:
            return {
                "period": CHOSEN,
                "from": self.first.isoformat(),
                "to": self.last.isoformat(),
            }
        return {"period": self.key}


def this_month(today: date) -> Period:
    """From the first of the month until today."""
    return Period(THIS_MONTH, today.replace(day=1), today)


def last_30_days(today: date) -> Period:
    """Today and the 29 days before it."""
    return Period(LAST_30_DAYS, today - timedelta(days=29), today)


def period_from(
    address: Mapping[str, str], today: date, default: Callable[[date], Period] = this_month
) -> Period:
    """The period that an address asks for; this month, or `default`, when it asks for none.

    Raises UnclearPeriod.
    """
    key = address.get("period", "")
    if key == TODAY:
        return Period(TODAY, today, today)
    if key == LAST_7_DAYS:
        return Period(LAST_7_DAYS, today - timedelta(days=6), today)
    if key == THIS_MONTH:
        return this_month(today)
    if key == LAST_MONTH:
        last = today.replace(day=1) - timedelta(days=1)
        return Period(LAST_MONTH, last.replace(day=1), last)
    if key == LAST_30_DAYS:
        return last_30_days(today)
    this = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    if key == THIS_QUARTER:
        return Period(THIS_QUARTER, this, today)
    if key == LAST_QUARTER:
        last = this - timedelta(days=1)
        return Period(LAST_QUARTER, last.replace(month=last.month - 2, day=1), last)
    if key == THIS_YEAR:
        return Period(THIS_YEAR, today.replace(month=1, day=1), today)
    if key == LAST_YEAR:
        first = date(today.year - 1, 1, 1)
        return Period(LAST_YEAR, first, date(today.year - 1, 12, 31))
    if key == LAST_12_MONTHS:
        last = today.replace(day=1) - timedelta(days=1)
        return Period(
            LAST_12_MONTHS,
            (last.replace(day=1, year=last.year - 1) + timedelta(days=31)).replace(day=1),
            last,
        )
    if key == CHOSEN or (not key and ("from" in address or "to" in address)):
        try:
            first = date.fromisoformat(address.get("from", ""))
            last = date.fromisoformat(address.get("to", ""))
        except ValueError as error:
            raise UnclearPeriod from error
        if not timedelta(0) <= last - first < timedelta(days=LONGEST_DAYS):
            raise UnclearPeriod
        if first < EARLIEST or last > LATEST:
            raise UnclearPeriod
        return Period(CHOSEN, first, last)
    return default(today)
