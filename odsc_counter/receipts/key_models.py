"""The public halves of the keys with which centres seal their receipts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from odsc_counter.places.models import Centre
from odsc_counter.platform.columns import Base

ED25519 = "ed25519"
"""RFC 8032, the pure variant."""


class SigningKey(Base):
    """A public key and from when to when its centre seals with it. Everybody may read it.

    It is kept for ever: receipts of its time are verified with it. A row changes once, when
    the key is retired. The private half is a file (see `key_files`), never here.
    """

    __tablename__ = "signing_key"
    __table_args__ = (
        CheckConstraint("algorithm = 'ed25519'", name="algorithm_known"),
        CheckConstraint("retired_at is null or retired_at >= made_at", name="retired_later"),
        CheckConstraint("(retired_at is null) = (retired_by = '')", name="retired_by_somebody"),
        Index(
            "uq_signing_key_in_force",
            "at_centre_id",
            unique=True,
            sqlite_where=text("retired_at is null"),
            postgresql_where=text("retired_at is null"),
        ),
        Index("ix_signing_key_at_centre_id", "at_centre_id"),
    )

    key_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    """Eight hexadecimal digits: the first four bytes of the SHA-256 of the public key."""
    at_centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    algorithm: Mapped[str] = mapped_column(String(12), default=ED25519)
    public_key: Mapped[str] = mapped_column(String(44))
    """The 32 bytes of the key in base64."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(200))
    retired_at: Mapped[datetime | None]
    """When another key took its place; None while the centre seals with it."""
    retired_by: Mapped[str] = mapped_column(String(200), default="")

    centre: Mapped[Centre] = relationship(lazy="joined")
