"""What can be had at the counter: ministries, services, papers and published fees.

The catalogue is the nation's; what a centre offers of it is the centre's. Everything that
changes by decree carries the dates between which it holds.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from odsc_counter.catalogue.fee_rules import FIXED, ONE_OF, Tariff
from odsc_counter.platform.columns import (
    Base,
    CentreEntity,
    CentreOwned,
    Kip,
    LocallyOwned,
    centre_fk,
)

ILLUSTRATIVE = "illustrative"
SOURCED = "sourced"
CONFIRMED = "confirmed"

ORIGINAL = "original"
COPY = "copy"
SHOWN = "shown"
PAPER_KINDS = (ORIGINAL, COPY, SHOWN)
LEVELS = ("village", "district", "province", "nation")
"""Of whom an office is, from the nearest to the farthest."""


class Ministry(Base):
    """A ministry or office of that rank, while it bears this name."""

    __tablename__ = "ministry"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    name_en: Mapped[str] = mapped_column(String(120))
    name_lo: Mapped[str] = mapped_column(String(120))
    abbreviation_lo: Mapped[str] = mapped_column(String(12), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """The last day plus one; None while it stands."""
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("ministry.id"))
    source: Mapped[str] = mapped_column(String(400), default="")

    def name(self, language: str) -> str:
        """The name in a language."""
        return self.name_lo if language == "lo" else self.name_en


class MonitoringBody(Base):
    """Who watches over the centres, and since when: MOHA, then its successors."""

    __tablename__ = "monitoring_body"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_en: Mapped[str] = mapped_column(String(120))
    name_lo: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(String(400), default="")


class Letterhead(Base):
    """The state's two header lines on papers, from a date on."""

    __tablename__ = "letterhead"

    id: Mapped[int] = mapped_column(primary_key=True)
    line1_lo: Mapped[str] = mapped_column(String(120))
    line2_lo: Mapped[str] = mapped_column(String(120))
    line1_en: Mapped[str] = mapped_column(String(120))
    line2_en: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(String(400), default="")


class DocumentType(Base):
    """A kind of paper that a citizen brings."""

    __tablename__ = "document_type"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name_en: Mapped[str] = mapped_column(String(160))
    name_lo: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(8), default=ORIGINAL)
    """original, copy or shown: what the counter keeps of it."""
    made_by: Mapped[str] = mapped_column(String(12), default="")
    """Code of the service whose result it is; empty where it comes from elsewhere."""
    reusable_months: Mapped[int] = mapped_column(default=0)
    """How long one that the centre holds serves the person's next files; 0: bring it anew."""
    confidence: Mapped[str] = mapped_column(String(40), default="")

    def name(self, language: str) -> str:
        """The name in a language."""
        return self.name_lo if language == "lo" else self.name_en


class Service(LocallyOwned, Base):
    """A service of the national catalogue, or one that a centre may offer alone.

    Its content is in its versions. A centre's own service names the decision that allows it.
    """

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint(
            "owner_centre_id is null or (trim(decision_number) <> ''"
            " and trim(decided_by) <> '' and decision_on is not null)",
            name="local_is_decided",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    category: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    decision_number: Mapped[str] = mapped_column(String(80), default="")
    """The document that allows a centre's own service; empty for the nation's."""
    decision_on: Mapped[date | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    """The body that decided."""


class ServiceVersion(LocallyOwned, Base):
    """What a service is between two dates: name, ministry, papers, working days."""

    __tablename__ = "service_version"
    __table_args__ = (UniqueConstraint("service_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day plus one; None while it holds."""
    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"))
    name_en: Mapped[str] = mapped_column(String(200))
    name_lo: Mapped[str] = mapped_column(String(200))
    processing_days: Mapped[int]
    """Working days from submission to the result."""
    description_en: Mapped[str] = mapped_column(Text, default="")
    description_lo: Mapped[str] = mapped_column(Text, default="")
    legal_basis_en: Mapped[str] = mapped_column(String(300), default="")
    legal_basis_lo: Mapped[str] = mapped_column(String(300), default="")
    applicants_en: Mapped[str] = mapped_column(String(200), default="")
    """Who may apply."""
    applicants_lo: Mapped[str] = mapped_column(String(200), default="")
    result_en: Mapped[str] = mapped_column(String(200), default="")
    """What is handed over in the end."""
    result_lo: Mapped[str] = mapped_column(String(200), default="")
    form: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the service asks besides who applies: a JSON Schema (see catalogue.form_fields)."""
    standing: Mapped[str] = mapped_column(String(12))
    """illustrative, sourced or confirmed: how far days and papers may be trusted."""
    source: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(200))

    service: Mapped[Service] = relationship(lazy="joined")
    ministry: Mapped[Ministry] = relationship(lazy="joined")
    papers: Mapped[list["ServicePaper"]] = relationship(
        order_by="ServicePaper.position", lazy="selectin"
    )
    steps: Mapped[list["ServiceStep"]] = relationship(
        order_by="ServiceStep.position", lazy="raise_on_sql"
    )
    """Read where they are asked for: the hall has no use for them."""

    def name(self, language: str) -> str:
        """The service's name in a language."""
        return self.name_lo if language == "lo" else self.name_en

    def says(self, what: str, language: str) -> str:
        """What it says to citizens: `description`, `legal_basis`, `applicants` or `result`."""
        return str(getattr(self, f"{what}_{'lo' if language == 'lo' else 'en'}"))


class ServicePaper(Base):
    """A paper that a version of a service asks for."""

    __tablename__ = "service_paper"

    version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"), primary_key=True)
    document_type_id: Mapped[int] = mapped_column(ForeignKey("document_type.id"), primary_key=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8), default=ORIGINAL)
    is_required: Mapped[bool] = mapped_column(default=True)
    """False for a paper that helps where the citizen has it."""
    alternative: Mapped[str] = mapped_column(String(20), default="")
    """Of the papers of a version that share this word, one is enough."""
    condition: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """On which answers it is asked for (see catalogue.conditions); empty: always."""

    document_type: Mapped[DocumentType] = relationship(lazy="joined")


class ServiceStep(Base):
    """What one office does in a version of a service, and when it does it at all."""

    __tablename__ = "service_step"
    __table_args__ = (
        CheckConstraint("level in ('village', 'district', 'province', 'nation')", name="level"),
        CheckConstraint("working_days >= 0", name="days_not_negative"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    position: Mapped[int]
    stage: Mapped[int]
    """Steps of one stage run side by side, stages one after another."""
    name_en: Mapped[str] = mapped_column(String(120))
    name_lo: Mapped[str] = mapped_column(String(120))
    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"))
    level: Mapped[str] = mapped_column(String(10))
    working_days: Mapped[int]
    decides: Mapped[bool]
    condition: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """On which answers the office is asked; empty: always."""

    ministry: Mapped[Ministry] = relationship(lazy="joined")

    def name(self, language: str) -> str:
        """The step's name in a language."""
        return self.name_lo if language == "lo" else self.name_en


class FeeLine(LocallyOwned, Base):
    """One published fee of a service between two dates. A centre can't set or change it."""

    __tablename__ = "fee_line"
    __table_args__ = (
        UniqueConstraint("service_id", "code", "valid_from"),
        CheckConstraint("amount is null or amount >= 0", name="amount_not_negative"),
        CheckConstraint("currency in ('LAK', 'USD')", name="currency_known"),
        CheckConstraint(
            "rule in ('fixed', 'per_unit', 'stepped', 'percent', 'fine_day', 'fine_percent')",
            name="rule_known",
        ),
        CheckConstraint("part in ('one_of', 'extra', 'fine')", name="part_known"),
        CheckConstraint(
            "owner_centre_id is null or trim(legal_basis) <> ''", name="local_has_legal_basis"
        ),
        Index("ix_fee_line_service_id_valid_from", "service_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    code: Mapped[str] = mapped_column(String(8))
    """BASE, or the tier: T01 …, D1 …."""
    name_en: Mapped[str] = mapped_column(String(160))
    name_lo: Mapped[str] = mapped_column(String(160))
    amount: Mapped[int | None] = mapped_column(Kip)
    """Whole units of the currency; None where it depends on a declared value."""
    currency: Mapped[str] = mapped_column(String(3), default="LAK")
    rule: Mapped[str] = mapped_column(String(12), default=FIXED)
    """How the amount comes about (see catalogue.fee_rules)."""
    part: Mapped[str] = mapped_column(String(8), default=ONE_OF)
    """one_of: exactly one of these is charged; extra and fine come on top."""
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the rule goes by: steps, percentage, limits, grace (see fee_rules.Tariff)."""
    shares: Mapped[list[Any]] = mapped_column(default=list)
    """Who keeps what: [{to, basis_points}]; empty: all goes to the treasury."""
    legal_basis: Mapped[str] = mapped_column(String(400))
    """The act that sets the fee, by number and name. Empty: it may not be charged."""
    article: Mapped[str] = mapped_column(String(80), default="")
    act_on: Mapped[date | None]
    """The date of the act. Without one the fee may not be charged."""
    standing: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(200))

    def name(self, language: str) -> str:
        """The line's name in a language."""
        return self.name_lo if language == "lo" else self.name_en

    @property
    def tariff(self) -> Tariff:
        """The line as the computation takes it."""
        return Tariff(self.rule, self.amount, self.currency, self.terms, self.shares)


class ServiceGroup(CentreEntity, Base):
    """The services that share one ticket series at a centre: a letter, numbers from one."""

    __tablename__ = "service_group"
    __table_args__ = (UniqueConstraint("centre_id", "letter"),)

    letter: Mapped[str] = mapped_column(String(2))
    name_en: Mapped[str] = mapped_column(String(80))
    name_lo: Mapped[str] = mapped_column(String(80))
    number_width: Mapped[int] = mapped_column(default=3)
    first_number: Mapped[int] = mapped_column(default=1)
    """Where the day's numbers begin; a change holds from the next day."""
    position: Mapped[int] = mapped_column(default=0)

    def name(self, language: str) -> str:
        """The group's name in a language."""
        return self.name_lo if language == "lo" else self.name_en


class OfferedService(CentreOwned, Base):
    """A service that a centre offers, and under which letter people wait for it."""

    __tablename__ = "offered_service"
    __table_args__ = (centre_fk("group_id", "service_group"),)

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    group_id: Mapped[uuid.UUID]
    offered_from: Mapped[date]
    offered_until: Mapped[date | None]
    """The last day plus one; None while it is offered."""
