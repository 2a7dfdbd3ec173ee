"""The outbox of a centre: messages, where each of them stands, and every attempt to send one.

Words and attempts are never changed. The telephone number stands with the delivery alone.
"""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import (
    AppendOnly,
    Base,
    CentreEntity,
    CentreOwned,
    Stateful,
    centre_fk,
)


class Message(AppendOnly, CentreEntity, Base):
    """What a citizen is told, about a file or an appointment. Its words name no person."""

    __tablename__ = "message"
    __table_args__ = (
        centre_fk("application_id", "application"),
        centre_fk("appointment_id", "appointment"),
        CheckConstraint(
            "(application_id is null) <> (appointment_id is null)", name="about_one_thing"
        ),
        UniqueConstraint("centre_id", "occasion", name="uq_message_occasion"),
        Index("ix_message_application", "centre_id", "application_id"),
        Index("ix_message_written", "centre_id", "written_at"),
    )

    kind: Mapped[str] = mapped_column(String(24))
    """papers_missing, approved, rejected, ready or reminder."""
    occasion: Mapped[str] = mapped_column(String(80))
    """What it was written for: one message for one step of a file or one day of an appointment."""
    application_id: Mapped[uuid.UUID | None]
    appointment_id: Mapped[uuid.UUID | None]
    language: Mapped[str] = mapped_column(String(2))
    words: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime]


class Delivery(Stateful, CentreEntity, Base):
    """Where a message stands on its way. Its `id` is the key by which a gateway knows it again."""

    __tablename__ = "delivery"
    __table_args__ = (
        centre_fk("message_id", "message"),
        UniqueConstraint("centre_id", "message_id", name="uq_delivery_message"),
        Index("ix_delivery_due", "centre_id", "state", "next_try_at"),
    )

    message_id: Mapped[uuid.UUID]
    phone: Mapped[str] = mapped_column(String(16), default="")
    """+856 and the national number; empty where none could be made of what the file holds."""
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    too_late_at: Mapped[datetime]
    """From then on the message is of no use and is not tried any more."""
    leased_until: Mapped[datetime | None]
    """Somebody is sending it; nobody else takes it before."""
    lease: Mapped[uuid.UUID | None]
    """Whose lease it is."""
    reason: Mapped[str] = mapped_column(String(24), default="")
    """Why it was skipped, failed or given up."""


class DeliveryAttempt(AppendOnly, CentreEntity, Base):
    """One attempt to send a message, and what came of it."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        centre_fk("delivery_id", "delivery"),
        Index("ix_delivery_attempt_delivery", "centre_id", "delivery_id", "tried_at"),
    )

    delivery_id: Mapped[uuid.UUID]
    tried_at: Mapped[datetime]
    took_ms: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    """logged, accepted, refused or no_answer."""
    status: Mapped[int | None]
    """The HTTP status, where there was an answer."""


class SilentFile(CentreOwned, Base):
    """A file whose applicant wants no messages."""

    __tablename__ = "silent_file"
    __table_args__ = (centre_fk("application_id", "application"),)

    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime]
