"""The rollup of who came: how many people of each group, by months that are over."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, Rollup


class CentreMonthGroup(Rollup, Base):
    """How many people gave one answer about one trait at one centre in one month.

    Each trait's cells add up to the people who were asked. There is no `computed_at`: it would
    tell when the last person of a group came.
    """

    __tablename__ = "centre_month_group"

    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    trait: Mapped[str] = mapped_column(String(10), primary_key=True)
    answer: Mapped[str] = mapped_column(String(10), primary_key=True)
    """Empty for those who did not say."""
    people: Mapped[int]
