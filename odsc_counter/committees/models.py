"""Coordination committees: who sits in them, when they meet, and what they decide."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import (
    AppendOnly,
    AreaEntity,
    AreaOwned,
    Base,
    Stateful,
    area_fk,
)


class Committee(AreaOwned, Base):
    """The coordination committee of a unit: one at the nation, a province, a district."""

    __tablename__ = "committee"
    __table_args__ = (CheckConstraint("quorum_percent between 1 and 100", name="quorum_range"),)

    name_lo: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    founded_by: Mapped[str] = mapped_column(String(300), default="")
    """The decision that founded it, with number and date."""
    quorum_percent: Mapped[int] = mapped_column(default=50)
    """More than this share of the seats must be present; 100: all of them."""


class CommitteeMember(AreaEntity, Base):
    """A seat in the committee for a term: person, post and role. Ended, never removed."""

    __tablename__ = "committee_member"
    __table_args__ = (
        CheckConstraint(
            "role in ('chair', 'deputy', 'member', 'secretary')", name="role_known"
        ),
        CheckConstraint("ended_on is null or ended_on >= from_on", name="days_in_order"),
        Index("ix_committee_member_place_id", "place_id", "ended_on"),
        # A committee has one chair at a time.
        Index(
            "uq_committee_member_chair", "place_id", unique=True,
            sqlite_where=text("role = 'chair' and ended_on is null"),
            postgresql_where=text("role = 'chair' and ended_on is null"),
        ),
    )  # fmt: skip

    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The member's account, if there is one."""
    name_lo: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    post_lo: Mapped[str] = mapped_column(String(200))
    """The member's office: Director of the Provincial Department of Home Affairs …"""
    post_en: Mapped[str] = mapped_column(String(200), default="")
    ministry_id: Mapped[int | None] = mapped_column(ForeignKey("ministry.id"))
    role: Mapped[str] = mapped_column(String(12))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    """The last day of the term as the decision names it."""
    ended_on: Mapped[date | None]
    """The first day without the seat; None while it is held."""
    position: Mapped[int] = mapped_column(default=0)


class Meeting(Stateful, AreaEntity, Base):
    """One meeting: planned, invited to, held, and signed off."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("place_id", "year", "number", name="uq_meeting_number"),
        CheckConstraint(
            "state in ('planned', 'invited', 'in_session', 'held', 'signed', 'called_off')",
            name="state_known",
        ),
        CheckConstraint("(state = 'signed') = (signed_at is not null)", name="signed_at_a_time"),
        Index("ix_meeting_place_id_starts_at", "place_id", "starts_at"),
    )

    year: Mapped[int]
    number: Mapped[int]
    """Runs without gap within a committee and year."""
    title_lo: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[str] = mapped_column(String(200))
    chair_id: Mapped[uuid.UUID | None]
    """The member who took the chair."""
    invited_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    minutes_lo: Mapped[str] = mapped_column(Text, default="")
    minutes_en: Mapped[str] = mapped_column(Text, default="")
    call_off_reason: Mapped[str] = mapped_column(String(500), default="")
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str] = mapped_column(String(300), default="")
    """Names and posts of who signed, as the paper shows them."""
    signed_body: Mapped[str] = mapped_column(Text, default="")
    """The whole of what was signed, as canonical text: reproduces the minutes."""
    signed_hash: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of `signed_body`."""


class AgendaItem(AreaEntity, Base):
    """A point of an agenda: a flag, an overdue action item, a deferred resolution, a topic."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        area_fk("meeting_id", "meeting"),
        UniqueConstraint("place_id", "id", "meeting_id", name="uq_agenda_item_of_meeting"),
        CheckConstraint("kind in ('flag', 'action', 'resolution', 'topic')", name="kind_known"),
        ForeignKeyConstraint(["flag_place_id", "flag_id"], ["flag.place_id", "flag.id"]),
        ForeignKeyConstraint(
            ["action_place_id", "action_id"], ["action_item.place_id", "action_item.id"]
        ),
        Index("ix_agenda_item_place_id_meeting_id", "place_id", "meeting_id", "position"),
        Index("ix_agenda_item_place_id_flag_id", "place_id", "flag_id"),
        UniqueConstraint("place_id", "meeting_id", "flag_id", name="uq_agenda_item_flag"),
        UniqueConstraint("place_id", "meeting_id", "action_id", name="uq_agenda_item_action"),
    )

    meeting_id: Mapped[uuid.UUID]
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    title_lo: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    flag_place_id: Mapped[int | None]
    flag_id: Mapped[uuid.UUID | None]
    action_place_id: Mapped[int | None]
    action_id: Mapped[uuid.UUID | None]
    deferred_id: Mapped[uuid.UUID | None]
    """The resolution that an earlier meeting deferred."""
    discussion_lo: Mapped[str] = mapped_column(Text, default="")
    """What the minutes say of this point."""
    discussion_en: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    """Taken off the agenda before the meeting; the row stays."""


class Attendance(AreaOwned, Base):
    """Who of the members was there."""

    __tablename__ = "attendance"
    __table_args__ = (
        area_fk("meeting_id", "meeting"),
        area_fk("member_id", "committee_member"),
        CheckConstraint("presence in ('present', 'excused', 'absent')", name="presence_known"),
    )

    meeting_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    presence: Mapped[str] = mapped_column(String(10))
    deputy_name: Mapped[str] = mapped_column(String(160), default="")
    """Who came in the member's place and counts as present."""


class MeetingPaper(AreaEntity, Base):
    """A file that is on the table, of the meeting or of one point of it."""

    __tablename__ = "meeting_paper"
    __table_args__ = (
        area_fk("meeting_id", "meeting"),
        Index("ix_meeting_paper_place_id_meeting_id", "place_id", "meeting_id"),
    )

    meeting_id: Mapped[uuid.UUID]
    agenda_item_id: Mapped[uuid.UUID | None]
    name: Mapped[str] = mapped_column(String(160))
    file_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file in the file store."""
    media_type: Mapped[str] = mapped_column(String(60))
    size_bytes: Mapped[int]
    added_at: Mapped[datetime]
    added_by_name: Mapped[str] = mapped_column(String(160))
    withdrawn_at: Mapped[datetime | None]


class MeetingFigures(AppendOnly, AreaEntity, Base):
    """A pack's figures as they stood at one moment; a later pack has a row of its own."""

    __tablename__ = "meeting_figures"
    __table_args__ = (
        area_fk("meeting_id", "meeting"),
        UniqueConstraint("place_id", "meeting_id", "edition", name="uq_meeting_figures_edition"),
    )

    meeting_id: Mapped[uuid.UUID]
    edition: Mapped[int]
    """1 for the first pack of the meeting."""
    frozen_at: Mapped[datetime]
    frozen_by_name: Mapped[str] = mapped_column(String(160))
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of `content` as canonical JSON."""


class Resolution(Stateful, AreaEntity, Base):
    """What the committee decides: text, proposer, vote, and what became of it."""

    __tablename__ = "resolution"
    __table_args__ = (
        area_fk("meeting_id", "meeting"),
        UniqueConstraint("place_id", "year", "number", name="uq_resolution_number"),
        CheckConstraint(
            "state in ('proposed', 'confirmed', 'amended', 'deferred', 'rejected')",
            name="state_known",
        ),
        CheckConstraint("way in ('', 'consensus', 'vote')", name="way_known"),
        CheckConstraint(
            "(way = 'vote') = (votes_for is not null and votes_against is not null"
            " and votes_abstained is not null)",
            name="a_vote_is_counted",
        ),
        CheckConstraint("state <> 'amended' or amended_lo <> ''", name="an_amendment_has_a_text"),
        Index("ix_resolution_place_id_meeting_id", "place_id", "meeting_id"),
        Index("ix_resolution_place_id_state", "place_id", "state"),
    )

    meeting_id: Mapped[uuid.UUID]
    agenda_item_id: Mapped[uuid.UUID | None]
    year: Mapped[int]
    number: Mapped[int]
    """Runs without gap within a committee and year."""
    title_lo: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    text_lo: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text, default="")
    amended_lo: Mapped[str] = mapped_column(Text, default="")
    """The text as confirmed with amendments; the proposal stays beside it."""
    amended_en: Mapped[str] = mapped_column(Text, default="")
    proposer_id: Mapped[uuid.UUID | None]
    """The member who proposed it."""
    proposer_name: Mapped[str] = mapped_column(String(200), default="")
    """The proposer in words: a member's name and post, or a ministry."""
    way: Mapped[str] = mapped_column(String(10), default="")
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    votes_abstained: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(1000), default="")
    """Why it was deferred or rejected."""
    goes_down: Mapped[bool] = mapped_column(default=False)
    """Whether, once in force, it becomes a guideline for all centres within the unit."""
    acknowledge_by: Mapped[date | None]
    corrects_id: Mapped[uuid.UUID | None]
    """An earlier resolution, of signed minutes, that this one corrects or replaces."""
    deferred_from_id: Mapped[uuid.UUID | None]
    """The deferred resolution that is taken up again here."""
