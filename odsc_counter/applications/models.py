"""Applications, the papers they brought, and who works on the file."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from odsc_counter.catalogue.models import DocumentType, Ministry, ServiceVersion
from odsc_counter.people.models import Person
from odsc_counter.platform.columns import (
    AppendOnly,
    Base,
    CentreEntity,
    CentreOwned,
    Stateful,
    centre_fk,
)

NOT_DECIDED = "state in ('submitted', 'incomplete', 'under_review')"


class Application(Stateful, CentreEntity, Base):
    """One request for one service, from the counter until the citizen holds the result."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("centre_id", "year", "number", name="uq_application_number"),
        UniqueConstraint("centre_id", "tracking_code", name="uq_application_tracking_code"),
        centre_fk("ticket_id", "ticket"),
        centre_fk("person_id", "person"),
        Index("ix_application_newest", "centre_id", "submitted_at", "number"),
        Index("ix_application_state", "centre_id", "state", "submitted_at", "number"),
        Index("ix_application_ministry", "centre_id", "ministry_id", "submitted_at", "number"),
        Index("ix_application_number", "centre_id", "number"),
        Index(
            "ix_application_due",
            "centre_id",
            "due_on",
            sqlite_where=text(NOT_DECIDED),
            postgresql_where=text(NOT_DECIDED),
        ),
        Index("ix_application_centre_id_submitted_on", "centre_id", "submitted_on"),
        Index("ix_application_centre_id_decided_on", "centre_id", "decided_on"),
        Index("ix_application_centre_id_ticket_id", "centre_id", "ticket_id"),
        Index("ix_application_centre_id_person_id", "centre_id", "person_id"),
    )

    year: Mapped[int]
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(32))
    tracking_code: Mapped[str] = mapped_column(String(32))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    service_version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"))
    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"))
    person_id: Mapped[uuid.UUID]
    ticket_id: Mapped[uuid.UUID | None]
    submitted_at: Mapped[datetime]
    submitted_on: Mapped[date]
    channel: Mapped[str] = mapped_column(String(12), default="counter")
    """counter, post, phone or online: how it came to the centre."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the service's own form asks, by field."""
    due_on: Mapped[date | None]
    """The last day that keeps the published working days; None while incomplete."""
    promised_on: Mapped[date | None]
    """The day that the citizen was told first; later stops of the clock leave it as it is."""
    stopped_on: Mapped[date | None]
    """Since when the clock stands, because the citizen owes a paper or a correction."""
    due_before_stop: Mapped[date | None]
    """The due day at that moment; moved on by the working days that the clock stood."""
    decided_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str] = mapped_column(String(500), default="")
    result_number: Mapped[str] = mapped_column(String(60), default="")
    """The number on the document that the citizen gets."""
    ready_on: Mapped[date | None]
    """Since when the result lies at the counter."""
    collected_on: Mapped[date | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    version_taken: Mapped[ServiceVersion] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(
        lazy="joined",
        viewonly=True,
        primaryjoin="and_(Application.centre_id == Person.centre_id,"
        " foreign(Application.person_id) == Person.id)",
    )


class ApplicationPaper(CentreOwned, Base):
    """A paper that the application needs, and whether it was handed in."""

    __tablename__ = "application_paper"
    __table_args__ = (
        centre_fk("application_id", "application"),
        Index(
            "ix_application_paper_twice",
            "centre_id",
            "application_id",
            sqlite_where=text("times_asked > 1"),
            postgresql_where=text("times_asked > 1"),
        ),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    document_type_id: Mapped[int] = mapped_column(ForeignKey("document_type.id"), primary_key=True)
    position: Mapped[int]
    is_present: Mapped[bool]
    times_asked: Mapped[int] = mapped_column(default=0)
    """How often the citizen was sent away to bring it: above one is once too often."""
    kind: Mapped[str] = mapped_column(String(8), default="original")
    """original, copy or shown, as the version that the file was opened under asked."""
    is_required: Mapped[bool] = mapped_column(default=True)
    alternative: Mapped[str] = mapped_column(String(20), default="")
    """Of the papers of a file that share this word, one is enough."""
    origin: Mapped[str] = mapped_column(String(8), default="citizen")
    """citizen; held: the centre had it; made: another service of the centre makes it."""
    held_in_id: Mapped[uuid.UUID | None]
    """The file in which it lies, where the citizen was not asked for it."""

    document_type: Mapped[DocumentType] = relationship(lazy="joined")


class ApplicationStep(Stateful, CentreEntity, Base):
    """What one office has to do about an application.

    Steps of one stage run side by side; the next stage begins when all of them have passed.
    """

    __tablename__ = "application_step"
    __table_args__ = (
        UniqueConstraint("centre_id", "application_id", "code", name="uq_application_step_code"),
        centre_fk("application_id", "application"),
        Index("ix_application_step_desk", "centre_id", "state", "ministry_id", "due_on"),
    )

    application_id: Mapped[uuid.UUID]
    code: Mapped[str] = mapped_column(String(24))
    position: Mapped[int]
    stage: Mapped[int]
    name_en: Mapped[str] = mapped_column(String(120))
    name_lo: Mapped[str] = mapped_column(String(120))
    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"))
    level: Mapped[str] = mapped_column(String(10))
    """village, district, province or nation: which office of the ministry."""
    working_days: Mapped[int]
    decides: Mapped[bool]
    """Whether passing it grants what was applied for."""
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date | None]
    """The last day that keeps the step's own working days; None while it is not at work."""
    remark: Mapped[str] = mapped_column(String(500), default="")
    """What the office said when it passed, refused or sent back."""

    ministry: Mapped[Ministry] = relationship(lazy="joined")

    def name(self, language: str) -> str:
        """The step's name in a language."""
        return self.name_lo if language == "lo" else self.name_en


class Holding(CentreEntity, Base):
    """Who has a file, from when to when: the counter, an office, or the citizen."""

    __tablename__ = "holding"
    __table_args__ = (
        centre_fk("application_id", "application"),
        centre_fk("step_id", "application_step"),
        CheckConstraint("holder in ('counter', 'office', 'citizen')", name="holder_known"),
        CheckConstraint("(step_id is not null) = (holder = 'office')", name="office_has_step"),
        Index("ix_holding_application", "centre_id", "application_id", "began_at"),
        Index("ix_holding_ended", "centre_id", "ended_on"),
        Index(
            "ix_holding_citizen",
            "centre_id",
            "began_on",
            sqlite_where=text("holder = 'citizen'"),
            postgresql_where=text("holder = 'citizen'"),
        ),
        # A file lies with the counter or the citizen once, and once with each step.
        Index(
            "uq_holding_now",
            "centre_id",
            "application_id",
            "holder",
            unique=True,
            sqlite_where=text("ended_at is null and step_id is null"),
            postgresql_where=text("ended_at is null and step_id is null"),
        ),
        Index(
            "uq_holding_step_now",
            "centre_id",
            "step_id",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )

    application_id: Mapped[uuid.UUID]
    holder: Mapped[str] = mapped_column(String(8))
    step_id: Mapped[uuid.UUID | None]
    ministry_id: Mapped[int | None] = mapped_column(ForeignKey("ministry.id"))
    began_at: Mapped[datetime]
    began_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    working_days: Mapped[int | None]
    """Working days from `began_on` (not counted) to `ended_on`; None while it lasts."""


class Remark(AppendOnly, CentreEntity, Base):
    """Something said about a file: to colleagues, or to the citizen. Never changed."""

    __tablename__ = "remark"
    __table_args__ = (
        centre_fk("application_id", "application"),
        CheckConstraint("audience in ('staff', 'citizen')", name="audience_known"),
        Index("ix_remark_application", "centre_id", "application_id", "said_at"),
    )

    application_id: Mapped[uuid.UUID]
    audience: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(String(500))
    said_at: Mapped[datetime]
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    said_by_name: Mapped[str] = mapped_column(String(200))


class RemarkMention(AppendOnly, CentreOwned, Base):
    """Somebody of the centre whom a note names, so that they hear of it."""

    __tablename__ = "remark_mention"
    __table_args__ = (centre_fk("remark_id", "remark"),)

    remark_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)


class Handover(CentreOwned, Base):
    """To whom a result was handed, and how they proved who they are."""

    __tablename__ = "handover"
    __table_args__ = (
        centre_fk("application_id", "application"),
        CheckConstraint("taker in ('applicant', 'representative')", name="taker_known"),
        CheckConstraint("proof in ('slip', 'id_card', 'family_book')", name="proof_known"),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    taker: Mapped[str] = mapped_column(String(16))
    taker_name: Mapped[str] = mapped_column(String(160))
    proof: Mapped[str] = mapped_column(String(12))
    paper_reference: Mapped[str] = mapped_column(String(60), default="")
    """Where the signature lies on paper: book and page."""
    signature: Mapped[list[Any]] = mapped_column(default=list)
    """Written on the screen: strokes, each a list of points (see signatures.py); none on paper."""
    handed_at: Mapped[datetime]
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
