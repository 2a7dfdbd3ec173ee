"""What people are told about things that wait for them."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, OpenToAreas, new_id


class Notice(OpenToAreas, Base):
    """One thing that one person is told. It stays when it was read.

    It holds what anybody may know who has the address: a kind, a title, where to look. What
    stands there the page behind the address shows, through its own door.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_user_id_read_at", "user_id", "read_at"),
        Index("ix_notice_user_id_at", "user_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(30))
    """What happened: one of notice_words.KINDS."""
    subject_lo: Mapped[str] = mapped_column(String(300))
    subject_en: Mapped[str] = mapped_column(String(300))
    """What it happened to, as it was called then."""
    address: Mapped[str] = mapped_column(String(300))
    """Path of the page where the person sees it."""
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    def subject(self, language: str) -> str:
        """What it is about, in a language."""
        return self.subject_lo if language == "lo" else self.subject_en
