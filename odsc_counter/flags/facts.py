"""What the rules of flags look at, and what they find: plain data, no database, no words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

BACK = timedelta(days=63)
"""How far back a rule looks: a week, and the eight weeks before it."""


@dataclass(frozen=True)
class OfficeNow:
    """What lies with one ministry's office at the centre."""

    ministry_id: int
    ministry_code: str
    level: str
    """village, district, province or nation."""
    files_open: int = 0
    overdue: int = 0
    over_standard: int = 0
    held_longest: int = 0


@dataclass(frozen=True)
class DayOf:
    """One day that has figures."""

    judged: int = 0
    in_target: int = 0
    receipts: int = 0
    voids: int = 0
    visits: int = 0
    applications: int = 0
    revenue_kip: int = 0
    tickets: int = 0
    unreliable: int = 0
    """Of `tickets`, those whose times were written by hand: most were entered afterwards."""
    asked: int = 0
    closed: int = 0
    """Of the services `asked` for, those that were still open when the day was closed."""
    timed: int = 0
    serve_seconds: int = 0
    """Sum over `timed` of the serving time."""


@dataclass(frozen=True)
class Figures:
    """One centre's figures, as far as rules look at them."""

    code: str
    today: date
    """The centre's own day, which is not over and counts for no rule of days."""
    open_days: tuple[date, ...] = ()
    """The days before today on which centres worked, latest first, as far back as rules look."""
    days: Mapping[date, DayOf] = field(default_factory=dict)
    """Days with figures; a day that is missing was silent."""
    offices: tuple[OfficeNow, ...] = ()
    tills_left_open: int = 0
    uncollected: int = 0
    uncollected_days: int = 0
    local_amounts: int = 0
    arrivals: int = 0
    """Numbers issued in the month of yesterday, those written by hand left out."""
    arrivals_off_hours: int = 0
    """Those of them that were issued while no centre is open, by the clock of the machine."""


@dataclass(frozen=True)
class Situation:
    """What a rule has found at a centre: something of which somebody must give account."""

    subject: str
    """Told apart from any other of the same rule and place: LA0101, LA0101/MAE/district."""
    figures: Mapping[str, int]
    """`measured` and `allowed` in the rule's own unit, and what else makes them plain."""
    ministry_id: int | None = None
    office_level: str = ""
