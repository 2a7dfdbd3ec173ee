"""People and businesses as a centre knows them. A record never leaves its centre."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, CentreEntity


class Person(CentreEntity, Base):
    """A citizen as this centre knows them. Never leaves the centre."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_centre_id_name_key", "centre_id", "name_key"),
        Index("ix_person_centre_id_id_number", "centre_id", "id_number"),
    )

    full_name: Mapped[str] = mapped_column(String(160))
    name_key: Mapped[str] = mapped_column(String(200))
    """The name folded for searching (see platform.lao.search_key)."""
    phone: Mapped[str] = mapped_column(String(20), default="")
    id_number: Mapped[str] = mapped_column(String(40), default="")
    """ID card or family book number, as written: formats are not verified."""
    village: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
