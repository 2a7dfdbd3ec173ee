"""What the hall's figures are added up from, and the averages, shares and bands read from it.

Counts, sums and histograms by whole minutes alone are kept, so a tally of a year is as small
as that of a day, and tallies of parts add up to that of the whole. What each figure means to
people is in `measures`; which rows are counted is in `reports`.
"""

from collections import Counter
from dataclasses import dataclass, field, fields

BANDS_MINUTES = (5, 15, 30, 60)
"""Upper bounds of the first four bands of a distribution; the fifth is open."""
MOST_MINUTES = 24 * 60
"""Longer times are counted as so long: a histogram never grows beyond a day."""


@dataclass
class Times:
    """How long one thing took over many service legs."""

    number: int = 0
    seconds: int = 0
    """The sum of all of them."""
    minutes: Counter[int] = field(default_factory=Counter)
    """How many took nought seconds (0), up to one minute (1), over one and up to two (2), …"""

    def add(self, minute: int, number: int, seconds: int) -> None:
        """Count so many that ended within this minute, with the sum of their seconds."""
        self.number += number
        self.seconds += seconds
        self.minutes[min(minute, MOST_MINUTES)] += number

    def __add__(self, other: "Times") -> "Times":
        return Times(
            self.number + other.number, self.seconds + other.seconds, self.minutes + other.minutes
        )

    @property
    def average(self) -> float | None:
        """The mean in seconds; None when there is nothing to average."""
        return self.seconds / self.number if self.number else None

    def within(self, share: float) -> int | None:
        """In how many seconds, in whole minutes, this share was done: 0.5 gives the median."""
        reached = 0
        for minute in sorted(self.minutes):
            reached += self.minutes[minute]
            if reached >= share * self.number:
                return minute * 60
        return None

    @property
    def bands(self) -> tuple[int, ...]:
        """How many took up to 5, 15, 30, 60 and over 60 minutes; a band holds its upper bound."""
        counts = [0] * (len(BANDS_MINUTES) + 1)
        for minute, number in self.minutes.items():
            counts[sum(minute > bound for bound in BANDS_MINUTES)] += number
        return tuple(counts)


@dataclass
class Tally:
    """Sums over any number of tickets, service legs and desks."""

    tickets: int = 0
    files: int = 0
    unreliable_tickets: int = 0
    asked: int = 0
    open: int = 0
    called: int = 0
    served: int = 0
    transferred: int = 0
    no_shows: int = 0
    walked_out: int = 0
    cancelled: int = 0
    closed: int = 0
    unreliable_legs: int = 0
    judged: int = 0
    """Called or walked out, with reliable times: what the service level is a share of."""
    in_target: int = 0
    waiting: Times = field(default_factory=Times)
    walking: Times = field(default_factory=Times)
    serving: Times = field(default_factory=Times)
    hold: Times = field(default_factory=Times)
    open_seconds: int = 0
    break_seconds: int = 0
    busy_seconds: int = 0
    """Walking and serving, finished or not: what keeps an open desk from being idle."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )

    @property
    def ended(self) -> int:
        """Service legs that have ended, however."""
        return self.asked - self.open

    @property
    def service_level(self) -> float | None:
        """Share called within the target."""
        return self.in_target / self.judged if self.judged else None

    @property
    def no_show_rate(self) -> float | None:
        """Share of those called who did not come."""
        return self.no_shows / self.called if self.called else None

    @property
    def walkout_rate(self) -> float | None:
        """Share of the ended legs whose person left before being served to the end."""
        return self.walked_out / self.ended if self.ended else None

    @property
    def idle_seconds(self) -> int | None:
        """Open desk time in which nobody was walking to the desk or served there."""
        if not self.open_seconds:
            return None
        return max(0, self.open_seconds - self.busy_seconds)

    @property
    def idle_share(self) -> float | None:
        """Idle time as a share of the open desk time."""
        idle = self.idle_seconds
        return None if idle is None else idle / self.open_seconds

    @property
    def unreliable_ticket_share(self) -> float | None:
        """Share of the numbers whose times are left out of all averages."""
        return self.unreliable_tickets / self.tickets if self.tickets else None

    @property
    def unreliable_leg_share(self) -> float | None:
        """The same of the services asked for."""
        return self.unreliable_legs / self.asked if self.asked else None
