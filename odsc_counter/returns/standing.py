"""Where a centre's return of a month stands. Nothing of it is stored: it follows from the rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from odsc_counter.monitoring.figures import first_of_next_month
from odsc_counter.places.models import Centre
from odsc_counter.returns.content import Difference, differences
from odsc_counter.returns.drawing import Drawn, last_of_month
from odsc_counter.returns.models import APPROVE, MonthlyReturn, ReturnReview

OPEN, TO_SIGN, SIGNED, SENT_BACK, APPROVED, CHANGED = (
    "open", "to_sign", "signed", "sent_back", "approved", "changed",
)  # fmt: skip
STATES = (OPEN, TO_SIGN, SIGNED, SENT_BACK, APPROVED, CHANGED)
MAY_SIGN = (TO_SIGN, SENT_BACK, CHANGED)
DUE_DAY = 7
"""The day of the next month by which a return is due."""


def due_on(month: date) -> date:
    """The day by which the return of a month is to be signed."""
    return first_of_next_month(month).replace(day=DUE_DAY)


def is_due_from(centre: Centre, month: date) -> bool:
    """Whether a centre existed in a month, so that a return is due from it."""
    return centre.opened_on <= last_of_month(month) and (
        centre.closed_on is None or centre.closed_on > month
    )


@dataclass
class Version:
    """One signed version, with the coordinator's word on it, if it was said."""

    row: MonthlyReturn
    review: ReturnReview | None = None

    @cached_property
    def content(self) -> dict[str, Any]:
        """What was signed."""
        content: dict[str, Any] = json.loads(self.row.content)
        return content

    @property
    def is_approved(self) -> bool:
        """Whether the coordinator approved it."""
        return self.review is not None and self.review.verdict == APPROVE


@dataclass
class Standing:
    """One centre's month: its versions, and the figures as they are now."""

    centre: Centre
    month: date
    today: date
    drawn: Drawn
    versions: Sequence[Version] = field(default_factory=list)
    """From the first on."""

    @property
    def newest(self) -> Version | None:
        """The last version that was signed."""
        return self.versions[-1] if self.versions else None

    @property
    def official(self) -> Version | None:
        """The newest approved version: what is published."""
        return next((one for one in reversed(self.versions) if one.is_approved), None)

    @property
    def is_complete(self) -> bool:
        """Whether there is an official return."""
        return self.official is not None

    @cached_property
    def changed(self) -> list[Difference]:
        """Where the records of now say something else than the official return."""
        official = self.official
        return [] if official is None else differences(official.content, self.drawn.values)

    @cached_property
    def state(self) -> str:
        """One of STATES."""
        if self.today <= last_of_month(self.month):
            return OPEN
        newest = self.newest
        if newest is None:
            return TO_SIGN
        if newest.review is None:
            return SIGNED
        if not newest.is_approved:
            return SENT_BACK
        return CHANGED if self.changed else APPROVED

    @property
    def is_late(self) -> bool:
        """Whether the centre is late: its due day is over, and nothing waits or is approved."""
        return self.state in (TO_SIGN, SENT_BACK) and self.today > due_on(self.month)

    def corrections(self) -> list[tuple[Version, list[Difference]]]:
        """Each later version with what it changed of the one before."""
        return [
            (later, differences(earlier.content, later.content))
            for earlier, later in zip(self.versions, self.versions[1:], strict=False)
        ]
