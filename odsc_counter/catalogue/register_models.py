"""The register of what a centre offers, has suspended or withdrawn: dated rows, never changed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import AppendOnly, Base, CentreEntity

UNCLEAR_FEE = "unclear_fee"
NO_BUDGET = "no_budget"
NO_STAFF = "no_staff"
SYSTEM_DOWN = "system_down"
ACT_UNDER_REVISION = "act_under_revision"
OTHER = "other"
REASONS = (UNCLEAR_FEE, NO_BUDGET, NO_STAFF, SYSTEM_DOWN, ACT_UNDER_REVISION, OTHER)


class ServiceStanding(AppendOnly, CentreEntity, Base):
    """From a day on a service is offered, suspended or withdrawn at this centre.

    What holds on a day is the row of the highest `seq` whose `since` is not after that day:
    a correction is a later row of the same day.
    """

    __tablename__ = "service_standing"
    __table_args__ = (
        UniqueConstraint("centre_id", "service_id", "seq", name="uq_service_standing_seq"),
        CheckConstraint("state in ('offered', 'suspended', 'withdrawn')", name="state_known"),
        CheckConstraint("state = 'offered' or reason <> ''", name="has_reason"),
        CheckConstraint("reason <> 'other' or words_lo <> ''", name="other_in_words"),
    )

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    seq: Mapped[int]
    """How many-th row of this service at this centre, from 1."""
    verb: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    since: Mapped[date]
    reason: Mapped[str] = mapped_column(String(24), default="")
    words_lo: Mapped[str] = mapped_column(String(300), default="")
    words_en: Mapped[str] = mapped_column(String(300), default="")
    """What people are told beside the reason; the Lao where the English is empty."""
    decided_by: Mapped[str] = mapped_column(String(200))
    """The person or office that decided, as the document names it; empty where a centre began to
    offer a service of the national catalogue, which needs no decision."""
    document_number: Mapped[str] = mapped_column(String(80), default="")
    """Empty where no document was made: a power cut is no decision."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))

    def words(self, language: str) -> str:
        """The words beside the reason in a language."""
        return self.words_lo if language == "lo" else self.words_en or self.words_lo
