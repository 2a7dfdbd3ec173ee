"""Which service legs count as what: the definitions of `measures` as conditions in SQL.

The hall's reports and the nation's rollups count with the same ones. Whether a leg's times
are reliable is its ticket's to say, and comes on top.
"""

from sqlalchemy import ColumnElement, SQLColumnExpression

from odsc_counter.tickets.lifecycle import CLOSED, COMPLETED, UNDONE, WALKED_OUT
from odsc_counter.tickets.models import ServiceLeg

COUNTED = ServiceLeg.queued_at.is_not(None) & (
    ServiceLeg.outcome.is_(None) | (ServiceLeg.outcome != UNDONE)
)
"""Begun, and not taken back: nothing else counts anywhere."""
ENDED = ServiceLeg.outcome.is_not(None) & (ServiceLeg.outcome != CLOSED)
"""Ended otherwise than by the end of the day: what is called, timed and judged."""
CALLED = ENDED & ServiceLeg.first_called_at.is_not(None)
SERVED = ServiceLeg.outcome == COMPLETED
JUDGED = CALLED | (ServiceLeg.outcome == WALKED_OUT)
"""What the service level is a share of."""
TIMED: dict[str, tuple[ColumnElement[bool], SQLColumnExpression[int]]] = {
    "waiting": (CALLED, ServiceLeg.waiting_seconds),
    "walking": (CALLED & ServiceLeg.started_at.is_not(None), ServiceLeg.walking_seconds),
    "serving": (SERVED, ServiceLeg.serving_seconds),
    "hold": (ENDED & (ServiceLeg.hold_seconds > 0), ServiceLeg.hold_seconds),
}
"""Which legs with reliable times a time is averaged over, and where it is kept."""


def in_target(minutes: int) -> ColumnElement[bool]:
    """Called within the target; who walked out never is."""
    return (
        CALLED & (ServiceLeg.outcome != WALKED_OUT) & (ServiceLeg.waiting_seconds <= minutes * 60)
    )
