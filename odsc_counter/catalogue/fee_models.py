"""Beside the fee lines: official rates, who pays less, and centres whose amount differs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from odsc_counter.catalogue.models import FeeLine
from odsc_counter.platform.columns import AppendOnly, Base, Kip, LocallyOwned

GOOD_FOR_DAYS = 7
"""For how many days after its own a rate may be used, unless it says otherwise."""


class ExchangeRate(AppendOnly, Base):
    """The official rate of a currency on a day. A correction is a later row of the same day."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        CheckConstraint("kip > 0", name="kip_positive"),
        CheckConstraint("good_for_days between 0 and 31", name="good_for_sensible"),
        CheckConstraint("trim(source) <> ''", name="has_source"),
        Index("ix_exchange_rate_currency_day", "currency", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]
    kip: Mapped[int] = mapped_column(Kip)
    """Whole kip for one unit."""
    good_for_days: Mapped[int] = mapped_column(default=GOOD_FOR_DAYS)
    """On how many later days it still holds where no newer one is known."""
    source: Mapped[str] = mapped_column(String(200))
    standing: Mapped[str] = mapped_column(String(12))
    """illustrative for the rates of a demonstration, else confirmed by who entered it."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))


class ExemptionClass(Base):
    """People who pay less or nothing: how much less, for what, and by which paper and act.

    What is reduced are the base fees; extras that somebody chooses and fines are not.
    """

    __tablename__ = "exemption_class"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("basis_points between 1 and 10000", name="reduction_sensible"),
        CheckConstraint("standing in ('illustrative', 'confirmed')", name="standing_known"),
        CheckConstraint(
            "standing = 'illustrative' or (trim(legal_basis) <> '' and act_on is not null)",
            name="confirmed_has_act",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    name_en: Mapped[str] = mapped_column(String(160))
    name_lo: Mapped[str] = mapped_column(String(160))
    basis_points: Mapped[int]
    """How much less is paid, in hundredths of a percent; 10000: nothing is paid."""
    services: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of the services to which it applies; empty: to all."""
    paper_en: Mapped[str] = mapped_column(String(160))
    """The paper that must be seen."""
    paper_lo: Mapped[str] = mapped_column(String(160))
    legal_basis: Mapped[str] = mapped_column(String(400), default="")
    act_on: Mapped[date | None]
    standing: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_by: Mapped[str] = mapped_column(String(200), default="")

    def name(self, language: str) -> str:
        """The class's name in a language."""
        return self.name_lo if language == "lo" else self.name_en

    def paper(self, language: str) -> str:
        """The paper to be seen, in a language."""
        return self.paper_lo if language == "lo" else self.paper_en


class FeeDeviation(LocallyOwned, Base):
    """Another amount than the published one at one centre, by a decision of a body there.

    It deviates from one published version of a line: when the nation publishes another, the
    deviation holds no longer and must be decided anew.
    """

    __tablename__ = "fee_deviation"
    __table_args__ = (
        CheckConstraint("owner_centre_id is not null", name="has_owner"),
        CheckConstraint("amount_kip >= 0", name="amount_not_negative"),
        CheckConstraint(
            "trim(decision_number) <> '' and trim(decided_by) <> '' and trim(reason) <> ''",
            name="is_decided",
        ),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="ends_after_it_begins"),
        Index("ix_fee_deviation_fee_line_id", "fee_line_id"),
        Index("ix_fee_deviation_owner_centre_id", "owner_centre_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fee_line_id: Mapped[int] = mapped_column(ForeignKey("fee_line.id"))
    amount_kip: Mapped[int] = mapped_column(Kip)
    """Per time or unit, instead of the published amount."""
    decision_number: Mapped[str] = mapped_column(String(80))
    decision_on: Mapped[date]
    decided_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day plus one; None while no end is known."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))

    line: Mapped[FeeLine] = relationship(lazy="joined")
