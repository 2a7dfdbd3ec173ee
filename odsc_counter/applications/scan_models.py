"""Scans and photos of the papers of an application; the bytes lie in the file store."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, CentreEntity, centre_fk

IS_LIVE = text("struck_at is null")
LONGEST_NAME = 120


class PaperScan(CentreEntity, Base):
    """One picture or PDF of one paper. A mistaken one is struck out and stays on record."""

    __tablename__ = "paper_scan"
    __table_args__ = (
        centre_fk("application_id", "application"),
        CheckConstraint("size_bytes > 0", name="size_positive"),
        CheckConstraint("pages > 0", name="pages_positive"),
        CheckConstraint("(struck_at is null) = (struck_reason = '')", name="struck_with_reason"),
        Index("ix_paper_scan_centre_id_application_id", "centre_id", "application_id"),
        Index(
            "uq_paper_scan_live",
            "centre_id", "application_id", "document_type_id", "sha256",
            unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE,
        ),
    )  # fmt: skip

    application_id: Mapped[uuid.UUID]
    document_type_id: Mapped[int] = mapped_column(ForeignKey("document_type.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the bytes that are kept: a picture's are not those that were sent."""
    thumbnail_sha256: Mapped[str | None] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(40))
    size_bytes: Mapped[int]
    pages: Mapped[int]
    original_name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    """What the sender's device called it, fit for showing; never a name on our disk."""
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    struck_at: Mapped[datetime | None]
    struck_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    struck_reason: Mapped[str] = mapped_column(String(300), default="")
