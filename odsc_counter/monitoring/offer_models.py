"""How each service stands at each centre today: what the nation reads of the registers."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, Rollup


class CentreService(Rollup, Base):
    """One service of one centre's register as it holds on the centre's day.

    The words beside a reason and the names of people stay in the centre.
    """

    __tablename__ = "centre_service"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    since: Mapped[date]
    reason: Mapped[str] = mapped_column(String(24))
    document_number: Mapped[str] = mapped_column(String(80))
    computed_at: Mapped[datetime]
