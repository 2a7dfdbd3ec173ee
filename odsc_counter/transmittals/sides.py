"""At which end of a transmittal a person stands."""

from dataclasses import dataclass

from odsc_counter.transmittals.models import OUT


@dataclass(frozen=True)
class Side:
    """Where somebody works: at the counter, for ministries, or both."""

    at_counter: bool
    ministries: frozenset[int]
    """Ids of the ministries whose papers they take and give in this centre."""

    def gives(self, direction: str, ministry_id: int) -> bool:
        """Whether they may send a bundle this way."""
        return self.at_counter if direction == OUT else ministry_id in self.ministries

    def takes(self, direction: str, ministry_id: int) -> bool:
        """Whether they may confirm that a bundle came this way."""
        return ministry_id in self.ministries if direction == OUT else self.at_counter
