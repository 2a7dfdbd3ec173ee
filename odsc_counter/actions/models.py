"""What a committee has told somebody to do, how it goes on, and what all centres must follow."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import (
    AppendOnly,
    AreaEntity,
    Base,
    OpenToAreas,
    Rollup,
    Stateful,
    area_fk,
    new_id,
)


class ActionItem(Stateful, AreaEntity, Base):
    """A task from a resolution. It lies in the unit whose office must do it.

    `seat_id` is the unit whose committee gave it, the place itself or one that contains it;
    that committee's secretary accepts it. Text and number of the resolution are copied: the
    office below can't look into the committee's own papers.
    """

    __tablename__ = "action_item"
    __table_args__ = (
        CheckConstraint(
            "state in ('open', 'reported', 'done', 'cancelled')", name="state_known"
        ),
        ForeignKeyConstraint(
            ["seat_id", "resolution_id"], ["resolution.place_id", "resolution.id"]
        ),
        Index("ix_action_item_place_id_state", "place_id", "state", "due_on"),
        Index("ix_action_item_place_id_seat_id", "place_id", "seat_id", "state"),
        Index("uq_action_item_number", "seat_id", "year", "number", unique=True),
    )  # fmt: skip

    seat_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    resolution_id: Mapped[uuid.UUID]
    resolution_label: Mapped[str] = mapped_column(String(60))
    """Number of the resolution as its paper shows it."""
    year: Mapped[int]
    number: Mapped[int]
    """Runs without gap within a seat and year."""
    task_lo: Mapped[str] = mapped_column(Text)
    task_en: Mapped[str] = mapped_column(Text, default="")
    office_lo: Mapped[str] = mapped_column(String(200))
    """The office that must do it, in words."""
    office_en: Mapped[str] = mapped_column(String(200), default="")
    ministry_id: Mapped[int | None] = mapped_column(ForeignKey("ministry.id"))
    about_centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The person with an account; somebody without one stands in `responsible_name` alone."""
    responsible_name: Mapped[str] = mapped_column(String(160))
    given_at: Mapped[datetime]
    due_on: Mapped[date]
    reminded_on: Mapped[date | None]
    """The last day that the responsible person was reminded."""
    reported_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]


class ActionNote(AppendOnly, AreaEntity, Base):
    """What was reported on an action item, with or without a file as evidence."""

    __tablename__ = "action_note"
    __table_args__ = (
        area_fk("action_id", "action_item"),
        Index("ix_action_note_place_id_action_id", "place_id", "action_id"),
    )

    action_id: Mapped[uuid.UUID]
    verb: Mapped[str] = mapped_column(String(20))
    """note, report, accept, return, move_due, cancel: what was done with these words."""
    text: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(160))
    file_name: Mapped[str] = mapped_column(String(160), default="")
    file_hash: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the evidence in the file store; empty: no file."""
    media_type: Mapped[str] = mapped_column(String(60), default="")
    size_bytes: Mapped[int] = mapped_column(default=0)


class Guideline(OpenToAreas, AppendOnly, Base):
    """A resolution that goes down to all centres within the unit of its committee."""

    __tablename__ = "guideline"
    __table_args__ = (Index("ix_guideline_unit_id", "unit_id", "issued_on"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    label: Mapped[str] = mapped_column(String(60))
    """Number of the resolution that it rests on."""
    title_lo: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    text_lo: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text, default="")
    issued_on: Mapped[date]
    acknowledge_by: Mapped[date]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("guideline.id"))
    """An earlier guideline that no longer holds since this one was issued."""


class GuidelineAcknowledgement(Rollup, AppendOnly, Base):
    """A centre has read a guideline. Who of the centre did it stands in the centre's events."""

    __tablename__ = "guideline_acknowledgement"

    guideline_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guideline.id"), primary_key=True)
    acknowledged_at: Mapped[datetime]
