"""Transmittals: papers of several files on their way between the counter and an office."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from odsc_counter.accounts.models import User
from odsc_counter.catalogue.models import Ministry
from odsc_counter.platform.columns import (
    AppendOnly,
    Base,
    CentreEntity,
    CentreOwned,
    Stateful,
    centre_fk,
)

OUT = "out"
BACK = "back"


class Transmittal(AppendOnly, CentreEntity, Base):
    """A bundle of files that went together, under a number of the centre's own year."""

    __tablename__ = "transmittal"
    __table_args__ = (
        UniqueConstraint("centre_id", "year", "number", name="uq_transmittal_number"),
        UniqueConstraint("centre_id", "code", name="uq_transmittal_code"),
        CheckConstraint("direction in ('out', 'back')", name="direction_known"),
        Index("ix_transmittal_made", "centre_id", "made_at"),
    )

    year: Mapped[int]
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(32))
    """What the QR code on the paper leads to."""
    direction: Mapped[str] = mapped_column(String(4))
    """out: from the counter to an office of the ministry; back: the other way."""
    ministry_id: Mapped[int] = mapped_column(ForeignKey("ministry.id"))
    made_at: Mapped[datetime]
    made_on: Mapped[date]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    ministry: Mapped[Ministry] = relationship(lazy="joined")
    made_by: Mapped[User | None] = relationship(lazy="joined")


class TransmittalReceipt(AppendOnly, CentreOwned, Base):
    """That a bundle came, when, and who counted it. Once for each transmittal."""

    __tablename__ = "transmittal_receipt"
    __table_args__ = (centre_fk("transmittal_id", "transmittal"),)

    transmittal_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    received_by: Mapped[User | None] = relationship(lazy="joined")


class TransmittalItem(Stateful, CentreEntity, Base):
    """One file in a transmittal, and whether its paper came."""

    __tablename__ = "transmittal_item"
    __table_args__ = (
        UniqueConstraint(
            "centre_id", "transmittal_id", "application_id", name="uq_transmittal_item_once"
        ),
        centre_fk("transmittal_id", "transmittal"),
        centre_fk("application_id", "application"),
        Index("ix_transmittal_item_application", "centre_id", "application_id"),
        # A paper is in one place: on its way once, or missing.
        Index(
            "uq_transmittal_item_open",
            "centre_id",
            "application_id",
            unique=True,
            sqlite_where=text("state in ('on_way', 'missing')"),
            postgresql_where=text("state in ('on_way', 'missing')"),
        ),
        Index(
            "ix_transmittal_item_missing",
            "centre_id",
            "transmittal_id",
            sqlite_where=text("state = 'missing'"),
            postgresql_where=text("state = 'missing'"),
        ),
    )

    transmittal_id: Mapped[uuid.UUID]
    application_id: Mapped[uuid.UUID]
    position: Mapped[int]
