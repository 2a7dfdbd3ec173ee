"""Proposals to change a service of the national catalogue, and what colleagues say of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from odsc_counter.catalogue.models import Service, ServiceVersion
from odsc_counter.platform.columns import AppendOnly, Base, Stateful


class ChangeProposal(Stateful, Base):
    """A new wording of a service, on its way from a draft to a published version.

    Nobody reviews what they wrote themselves: the database refuses it.
    """

    __tablename__ = "change_proposal"
    __table_args__ = (
        CheckConstraint(
            "reviewer_id is null or reviewer_id <> author_id", name="reviewer_is_other"
        ),
        CheckConstraint(
            "state not in ('approved', 'published') or reviewer_id is not null",
            name="approved_by_somebody",
        ),
        Index("ix_change_proposal_service_id", "service_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    base_version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"))
    """The version that the author had before their eyes."""
    content: Mapped[dict[str, Any]]
    """The whole new wording, as `content.content_of` gives it of a version."""
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(400))
    """The act that orders or allows the change: number, date and article."""
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    author_name: Mapped[str] = mapped_column(String(200))
    drafted_at: Mapped[datetime]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reviewer_name: Mapped[str] = mapped_column(String(200), default="")
    reviewed_at: Mapped[datetime | None]
    review_words: Mapped[str] = mapped_column(String(500), default="")
    published_version_id: Mapped[int | None] = mapped_column(ForeignKey("service_version.id"))

    service: Mapped[Service] = relationship(lazy="joined")
    base_version: Mapped[ServiceVersion] = relationship(
        foreign_keys=[base_version_id], lazy="selectin"
    )


class ProposalComment(AppendOnly, Base):
    """What somebody said of a proposal."""

    __tablename__ = "proposal_comment"
    __table_args__ = (Index("ix_proposal_comment_proposal_id", "proposal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("change_proposal.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    author_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(1000))
