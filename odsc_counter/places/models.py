"""Administrative units, the centres that stand in them, and the days they are closed."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from odsc_counter.platform.columns import Base


class Unit(Base):
    """The nation, a province or a district. Codes may be corrected, so they are no key."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    """National statistical number: LA, LAPP, LAPPDD (OCHA COD-AB)."""
    level: Mapped[int]
    """0 nation, 1 province, 2 district."""
    kind: Mapped[str] = mapped_column(String(12))
    """nation, capital, province, district: what to call it (ເມືອງ, ແຂວງ …)."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    iso_3166_2: Mapped[str | None] = mapped_column(String(8))
    name_en: Mapped[str] = mapped_column(String(80))
    name_lo: Mapped[str] = mapped_column(String(80))
    sort_lo: Mapped[str] = mapped_column(String(400), default="")
    """Lao dictionary order of the name."""
    population_2015: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(300), default="")

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id", lazy="joined", join_depth=2)

    def name(self, language: str) -> str:
        """The bare name in a language."""
        return self.name_lo if language == "lo" else self.name_en


class UnitAlias(Base):
    """Another spelling under which people look for a unit."""

    __tablename__ = "unit_alias"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    lang: Mapped[str] = mapped_column(String(2), primary_key=True)
    alias: Mapped[str] = mapped_column(String(80), primary_key=True)
    search_key: Mapped[str] = mapped_column(String(120), index=True)
    source: Mapped[str] = mapped_column(String(200), default="")


class Centre(Base):
    """A One-Door-Service Centre: the tenant. It belongs to a province or a district."""

    __tablename__ = "centre"
    __table_args__ = (CheckConstraint("day_starts_minute between 0 and 719", name="day_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """What stands in addresses: the unit's code, with -2 … for a second centre there."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name_en: Mapped[str] = mapped_column(String(120))
    name_lo: Mapped[str] = mapped_column(String(120))
    abbreviation_lo: Mapped[str] = mapped_column(String(20), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    day_starts_minute: Mapped[int] = mapped_column(default=0)
    """Minute after local midnight at which the centre's business day begins."""

    unit: Mapped[Unit] = relationship(lazy="joined")

    def name(self, language: str) -> str:
        """The centre's full name in a language."""
        return self.name_lo if language == "lo" else self.name_en


class Holiday(Base):
    """A day in the official calendar (Decree on Holidays 386/GoL, 15 Dec 2017)."""

    __tablename__ = "holiday"

    on: Mapped[date] = mapped_column(primary_key=True)
    name_en: Mapped[str] = mapped_column(String(120), primary_key=True)
    name_lo: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    is_closed: Mapped[bool]
    source: Mapped[str] = mapped_column(String(300), default="")
