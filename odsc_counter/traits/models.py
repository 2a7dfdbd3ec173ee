"""Who came, counted apart from who it was: traits of a person without anything that leads to one.

Why there is no person, file, ticket, service, user, event, day or time here:
docs/decisions/0017-who-came-is-counted-apart.md.
"""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import AppendOnly, Base, CentreOwned

TRAITS: dict[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "age": ("under_18", "18_29", "30_44", "45_59", "60_up"),
    "disability": ("yes", "no"),
    "language": ("lao", "khmu", "hmong", "other"),
    "distance": ("up_to_5", "5_20", "20_50", "over_50"),
}
"""What is asked, and what may be said, in the order of the page. Distances are in kilometres.

Few and wide answers on purpose: the narrower a group, the easier somebody is found in it.
"""


def _one_of(trait: str) -> CheckConstraint:
    known = ", ".join(f"'{value}'" for value in TRAITS[trait])
    return CheckConstraint(f"{trait} in ({known})", name=f"{trait}_known")


class WhoCame(AppendOnly, CentreOwned, Base):
    """One person who was asked at the counter, in one month; None is "not said".

    The key begins with centre and month and ends in a random number, and on SQLite the rows lie
    in the order of their keys: that order tells nothing of the order in which people came.
    """

    __tablename__ = "who_came"
    __table_args__ = (
        *(_one_of(trait) for trait in TRAITS),
        {"sqlite_with_rowid": False},
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    """Random (version 4), not `new_id`, which would tell the moment."""
    sex: Mapped[str | None] = mapped_column(String(10))
    age: Mapped[str | None] = mapped_column(String(10))
    disability: Mapped[str | None] = mapped_column(String(10))
    language: Mapped[str | None] = mapped_column(String(10))
    distance: Mapped[str | None] = mapped_column(String(10))
