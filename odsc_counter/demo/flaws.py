"""Centres of the demonstration whose figures call for a flag: a quiet week, times written by
hand. The named centres have none: their days are what the README tells of."""

from dataclasses import dataclass
from datetime import date, timedelta

QUIET, BY_HAND = "quiet", "by hand"
FLAWS = {3: QUIET, 4: BY_HAND}
"""Which of the centres has what, by the order in which they were opened. The quiet week stands out
in a history of eight weeks and more alone."""
QUIET_DAYS, QUIET_SHARE = 7, 0.4
"""So many days, and so many of the people who come otherwise."""
BY_HAND_DAYS, BY_HAND_SHARE = 14, 0.35


@dataclass(frozen=True)
class Flaws:
    """What is wrong with one centre's figures, if anything."""

    flaw: str | None
    last: date

    def people_a_day(self, day: date, usual: int) -> int:
        """How many people come on a day."""
        is_quiet = self.flaw == QUIET and self.last - day <= timedelta(days=QUIET_DAYS)
        return round(usual * QUIET_SHARE) if is_quiet else usual

    def by_hand_share(self, day: date) -> float:
        """The share of a day's numbers whose times were written down and entered afterwards."""
        is_so = self.flaw == BY_HAND and self.last - day <= timedelta(days=BY_HAND_DAYS)
        return BY_HAND_SHARE if is_so else 0.0


def flaws_of(position: int, last: date) -> Flaws:
    """The flaws of the centre that was opened as this one, counted from nought."""
    return Flaws(FLAWS.get(position), last)
