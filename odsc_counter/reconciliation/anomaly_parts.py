"""What rules of the anomaly list are made of, and the one table of their limits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from odsc_counter.platform import clock
from odsc_counter.platform.money import format_number

MOST_CASES = 50
"""Cases that a page shows of one rule; the file has more."""
EXAMPLES = 5


@dataclass(frozen=True)
class Limit:
    """From where on a rule speaks."""

    value: int
    words: LazyString
    is_clock: bool = False

    @property
    def text(self) -> str:
        """The value as people read it."""
        if self.is_clock:
            return f"{self.value // 60:02}:{self.value % 60:02}"
        return format_number(self.value)


LIMITS: dict[str, Limit] = {
    "few": Limit(30, _("Receipts or assessments below which a share is marked as a small number")),
    "least": Limit(3, _("Cases of one person from which their share is looked at")),
    "times": Limit(2, _("Times the centre's own share")),
    "void_percent": Limit(5, _("Voids of 100 receipts, whatever the centre's share")),
    "void_minutes": Limit(60, _("Minutes from the sale to its void")),
    "refund_days": Limit(7, _("Days from the sale to its refund")),
    "day_begins": Limit(7 * 60 + 30, _("Begin of the day at the counters"), is_clock=True),
    "day_ends": Limit(17 * 60, _("End of the day at the counters"), is_clock=True),
    "exempt_percent": Limit(20, _("Exemptions of 100 assessments, whatever the centre's share")),
    "till_kip": Limit(50_000, _("Kip that a cashier's tills differ by in all")),
    "till_times": Limit(3, _("Tills of one cashier that differ")),
    "till_days": Limit(1, _("Days after which a till must be signed off")),
    "copies": Limit(3, _("Copies of one receipt")),
    "line_days": Limit(5, _("Days until a payment must be in a statement")),
    "reference_days": Limit(365, _("Days in which the number of a payment is used once")),
}


def limit(name: str) -> int:
    """The value of a limit."""
    return LIMITS[name].value


@dataclass(frozen=True)
class Frame:
    """What is looked at: the days, both included, and how many cases of a rule are wanted."""

    first: date
    last: date
    today: date
    is_open_day: Callable[[date], bool]
    most: int = MOST_CASES

    @property
    def begins(self) -> datetime:
        """The first instant of the days."""
        return clock.start_of_day(self.first)

    @property
    def ends(self) -> datetime:
        """The first instant after the days."""
        return clock.start_of_day(self.last + timedelta(days=1))


@dataclass(frozen=True)
class Link:
    """Something of the centre that a case leads to."""

    label: str
    endpoint: str
    key: dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One thing that somebody should look at."""

    links: tuple[Link, ...]
    why: str
    day: date | None = None
    person_id: int | None = None
    amount_kip: int | None = None
    is_small: bool = False
    """Few receipts stand behind the share: chance alone may explain it."""


@dataclass(frozen=True)
class Found:
    """What a rule found; `note` says what it was held against."""

    cases: list[Case] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule: what it looks for, in words, from which limits on, and how it finds it."""

    key: str
    title: LazyString
    meaning: LazyString
    limits: tuple[str, ...]
    find: Callable[[Session, Frame], Found]


def receipt_link(label: str, key: object) -> Link:
    """A receipt's page."""
    return Link(label, "receipts.detail", {"receipt": key})


def file_link(label: str, key: object) -> Link:
    """An application's page."""
    return Link(label, "applications.detail", {"application": key})


def till_link(label: str, key: object) -> Link:
    """A till's page."""
    return Link(label, "tills.detail", {"till": key})


def latest(links: Iterable[Link]) -> tuple[Link, ...]:
    """The first few of many, for a case that stands for all of them."""
    return tuple(links)[:EXAMPLES]


def percent(part: int, whole: int) -> str:
    """A share for people: 5.8 %."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def stands_out(part: int, whole: int, all_parts: int, all_whole: int, percent_limit: str) -> bool:
    """Whether a person's share is far above the centre's own or above the fixed limit."""
    if part < limit("least") or whole == 0:
        return False
    share = part / whole
    own = all_parts / all_whole
    return share >= limit("times") * own or share * 100 >= limit(percent_limit)
