"""What the nation has published: one row a month, never changed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import AppendOnly, Base


class OpenMonth(AppendOnly, Base):
    """The open data of one month, as everybody may have it.

    A month is published once. A second publication with other figures, or with other ones
    withheld, could be held against the first and tell what both withhold.
    """

    __tablename__ = "open_month"
    __table_args__ = (
        CheckConstraint("length(content_hash) = 64", name="is_sealed"),
        CheckConstraint("published_by_name <> ''", name="by_somebody"),
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    content: Mapped[str] = mapped_column(Text)
    """Everything that is published of it, as canonical JSON (see `open_content`)."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of `content` in UTF-8."""
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """None: the program by itself, or somebody at its command line."""
    published_by_name: Mapped[str] = mapped_column(String(200))
