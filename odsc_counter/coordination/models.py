"""What people of the offices say to one another about a flag, a meeting or an action item."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import AppendOnly, AreaEntity, Base


class AreaComment(AppendOnly, AreaEntity, Base):
    """A comment on a thing of the same place, with the people whom it mentions."""

    __tablename__ = "area_comment"
    __table_args__ = (
        Index("ix_area_comment_place_id_subject", "place_id", "subject_kind", "subject_id"),
    )

    subject_kind: Mapped[str] = mapped_column(String(40))
    """The table of the thing: flag, meeting, action_item."""
    subject_id: Mapped[uuid.UUID]
    text: Mapped[str] = mapped_column(String(2000))
    mentions: Mapped[list[Any]]
    """Keys of the accounts that are mentioned."""
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(160))
