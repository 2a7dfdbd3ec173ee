"""Which morning letters have left: one for a person, a unit and a day."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base


class DigestLetter(Base):
    """A morning letter, sent or tried."""

    __tablename__ = "digest_letter"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    attempts: Mapped[int]
    sent_at: Mapped[datetime | None]
