"""Files that citizens begin before they come; the counter makes applications of them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, CentreEntity, Stateful, centre_fk


class PreRegistration(Stateful, CentreEntity, Base):
    """What somebody said about themselves and their wish, which nobody has looked at yet.

    It makes no record of a person: that is made at the counter, where the person is seen.
    """

    __tablename__ = "pre_registration"
    __table_args__ = (
        UniqueConstraint("centre_id", "code", name="uq_pre_registration_code"),
        UniqueConstraint("centre_id", "application_id", name="uq_pre_registration_application"),
        centre_fk("application_id", "application"),
        CheckConstraint("channel in ('online', 'phone', 'post')", name="channel_known"),
        CheckConstraint(
            "(state = 'confirmed') = (application_id is not null)", name="confirmed_with_file"
        ),
        Index("ix_pre_registration_state", "centre_id", "state", "created_at"),
    )

    code: Mapped[str] = mapped_column(String(16))
    """The number that is shown at the counter; with a check character (see tracking.py)."""
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    full_name: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str] = mapped_column(String(20), default="")
    id_number: Mapped[str] = mapped_column(String(40), default="")
    village: Mapped[str] = mapped_column(String(120), default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the service's own form asks, by field."""
    channel: Mapped[str] = mapped_column(String(12))
    """online, phone or post: how it came to the centre."""
    created_at: Mapped[datetime]
    application_id: Mapped[uuid.UUID | None]
    """The file that was made of it at the counter."""
