"""Figures added up over centres and days, and the rates that may be read from them.

Only counts and sums are added; a rate is formed from the sums at the end, so that a province's
rate is that of its people and not an average of its centres' rates.
"""

from dataclasses import dataclass

from odsc_counter.monitoring.figures import WAIT_CLASSES, MonthFigures

FEW = 30
"""Below so many cases a rate says little: it is marked, and not ranked."""


@dataclass
class Measures(MonthFigures):
    """Sums over any number of centres' days, under the names of `CentreDay` and `CentreMonth`.

    The last five are no sums of days: they say how many centres speak, and how they stand now.
    """

    due_days: int = 0
    """Days on which the centres were to work and that are over: what `open_days` is a share of."""
    centres: int = 0
    """Centres that worked on some day of the period."""
    reporting: int = 0
    """Those of them with figures."""
    files_open: int = 0
    """As of now, whatever the period; so the next."""
    files_overdue: int = 0

    def __add__(self, other: "Measures") -> "Measures":
        total = Measures(**vars(self))
        total += other
        return total

    def __iadd__(self, other: "Measures") -> "Measures":
        # A page of the nation adds thousands: straight through the names that both hold.
        mine, theirs = vars(self), vars(other)
        for name in mine:
            mine[name] += theirs[name]
        return self

    @property
    def wait_classes(self) -> tuple[int, ...]:
        """How many waited within each class, shortest first."""
        return tuple(getattr(self, name) for name in WAIT_CLASSES)

    @property
    def average_wait_seconds(self) -> float | None:
        """Mean time in the queue until the call; None when nobody was called."""
        return self.wait_seconds / self.waited if self.waited else None

    @property
    def within_target(self) -> float | None:
        """Share called within 30 minutes, of all called or walked out: walkouts are missed."""
        return self.in_target / self.judged if self.judged else None

    @property
    def no_show_rate(self) -> float | None:
        """Share of those called who didn't come."""
        return self.no_shows / self.called if self.called else None

    @property
    def on_time_rate(self) -> float | None:
        """Share of the decided applications that were decided by their last day."""
        return self.decided_on_time / self.decided if self.decided else None

    @property
    def is_few(self) -> bool:
        """Whether the waiting figures rest on too few cases to compare."""
        return self.waited < FEW

    def wait_class(self, share: float) -> int | None:
        """The waiting-time class within which this share of people had been called.

        0.5 gives the median's class, 0.9 that of the 90th percentile; the classes' numbers
        are those of `wait_classes`. None when nobody was called.
        """
        if not self.waited:
            return None
        reached = 0
        for number, count in enumerate(self.wait_classes):
            reached += count
            if reached >= share * self.waited:
                return number
        return len(WAIT_CLASSES) - 1
