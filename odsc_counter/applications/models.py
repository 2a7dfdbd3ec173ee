"""People who apply, their applications, and the papers they brought."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from odsc_counter.catalogue.models import DocumentType, ServiceVersion
from odsc_counter.platform.columns import Base, CentreEntity, CentreOwned, Stateful, centre_fk


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


class Application(Stateful, CentreEntity, Base):
    """One request for one service, from the counter until the citizen holds the result."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("centre_id", "year", "number", name="uq_application_number"),
        UniqueConstraint("centre_id", "tracking_code", name="uq_application_tracking_code"),
        centre_fk("ticket_id", "ticket"),
        centre_fk("person_id", "person"),
        Index("ix_application_centre_id_state_due_on", "centre_id", "state", "due_on"),
        Index("ix_application_centre_id_submitted_on", "centre_id", "submitted_on"),
        Index("ix_application_centre_id_decided_on", "centre_id", "decided_on"),
        Index("ix_application_centre_id_ticket_id", "centre_id", "ticket_id"),
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
    due_on: Mapped[date | None]
    """The last day that keeps the published working days; None while incomplete."""
    decided_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str] = mapped_column(String(500), default="")
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
    __table_args__ = (centre_fk("application_id", "application"),)

    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    document_type_id: Mapped[int] = mapped_column(ForeignKey("document_type.id"), primary_key=True)
    position: Mapped[int]
    is_present: Mapped[bool]

    document_type: Mapped[DocumentType] = relationship(lazy="joined")
