"""After how many working days somebody above the desk must know that a file is late."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, CentreOwned

COORDINATOR, COMMITTEE, MINISTRY = "coordinator", "committee", "ministry"
LEVELS = (COORDINATOR, COMMITTEE, MINISTRY)
"""Who must know, from the nearest to the highest."""
MOST_DAYS = 250
"""About the working days of a year."""


class EscalationRule(CentreOwned, Base):
    """What a centre's manager has set for one level. Without a row the default holds."""

    __tablename__ = "escalation_rule"
    __table_args__ = (
        CheckConstraint("level in ('coordinator', 'committee', 'ministry')", name="level_known"),
        CheckConstraint(f"working_days between 1 and {MOST_DAYS}", name="days"),
    )

    level: Mapped[str] = mapped_column(String(12), primary_key=True)
    working_days: Mapped[int]
    """So many working days after its due day a file that is still open reaches the level."""
