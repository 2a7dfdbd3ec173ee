"""The periods that a report is of: months, quarters and years, each with the one before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from odsc_counter.monitoring.figures import first_of_month, first_of_next_month

Kind = Literal["month", "quarter", "year"]
MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
OFFERED: dict[Kind, int] = {"month": 24, "quarter": 8, "year": 5}
"""How many past periods of each kind a new report is offered for."""
COURSE = 6
"""A course shows at least so many months, the period's own last."""


@dataclass(frozen=True)
class Period:
    """Whole months from `first` to `last`, both named by their first days."""

    first: date
    last: date

    @property
    def kind(self) -> Kind:
        """Month, quarter or year, by its length."""
        length = len(self.months)
        return next(kind for kind, months in MONTHS.items() if months == length)

    @property
    def months(self) -> list[date]:
        """The first days of its months."""
        return list(months_between(self.first, self.last))

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return first_of_next_month(self.last) - timedelta(days=1)

    @property
    def code(self) -> str:
        """What stands in forms and files: 2026-09, 2026-Q3, 2026."""
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        if self.kind == "quarter":
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return str(self.first.year)

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        return _ending(shifted(self.first, -1), self.kind)

    @property
    def course_first(self) -> date:
        """The first month of its course."""
        return min(self.first, shifted(self.last, 1 - COURSE))


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of all months from `first` to `last`."""
    while first <= last:
        yield first
        first = first_of_next_month(first)


def shifted(month: date, by: int) -> date:
    """The first day of the month so many months later."""
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def periods_over(today: date) -> dict[Kind, list[Period]]:
    """The periods of each kind that are over, the newest first."""
    found: dict[Kind, list[Period]] = {}
    for kind, many in OFFERED.items():
        length = MONTHS[kind]
        last = shifted(first_of_month(today), -1)
        while last.month % length:
            last = shifted(last, -1)
        found[kind] = [_ending(shifted(last, -length * back), kind) for back in range(many)]
    return found


def _ending(last: date, kind: Kind) -> Period:
    return Period(shifted(last, 1 - MONTHS[kind]), last)
