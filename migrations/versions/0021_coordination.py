"""What is stuck, who decides, and what must be done: flags, committees, action items."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0021"
down_revision = "0020"

FACTS = ("meeting_figures", "action_note", "area_comment")
"""Rows of offices that stand as they were written."""
OFFICES = (
    "flag",
    "committee",
    "committee_member",
    "meeting",
    "meeting_paper",
    "attendance",
    "resolution",
    "action_item",
    "agenda_item",
)


def _walls() -> Iterator[str]:
    for table in (*OFFICES, *FACTS):
        yield from walls.keep_in_area(table)
        rights = "select, insert" if table in FACTS else "select, insert, update"
        yield from walls.grant(table, to_app=rights, to_national=True)
    yield from walls.grant("flag_rule", to_app="select, insert, update", to_national=True)
    yield from walls.grant("guideline", to_app="select, insert", to_national=True)
    yield from walls.isolate("guideline_acknowledgement", rollup=True)
    yield from walls.grant("guideline_acknowledgement", to_app="select, insert", to_national=True)


def upgrade() -> None:
    op.create_table(
        "flag",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("about_centre_id", sa.Integer(), nullable=True),
        sa.Column("ministry_id", sa.Integer(), nullable=True),
        sa.Column("office_level", sa.String(length=10), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=False),
        sa.Column("subsided_on", sa.Date(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("close_reason", sa.String(length=2000), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at is not null)", name=op.f("ck_flag_closed_at_a_time")
        ),
        sa.CheckConstraint(
            "(state = 'snoozed') = (snoozed_until is not null)", name=op.f("ck_flag_snooze_ends")
        ),
        sa.CheckConstraint(
            "state in ('open', 'answered', 'snoozed', 'closed')", name=op.f("ck_flag_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["about_centre_id"], ["centre.id"], name=op.f("fk_flag_about_centre_id")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["unit.id"], name=op.f("fk_flag_holder_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministry.id"], name=op.f("fk_flag_ministry_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_flag_owner_id")),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_flag_place_id")),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_flag")),
    )
    op.create_index(
        "ix_flag_place_id_holder_id", "flag", ["place_id", "holder_id", "state"], unique=False
    )
    op.create_index("ix_flag_place_id_state", "flag", ["place_id", "state"], unique=False)
    op.create_index(
        "uq_flag_live",
        "flag",
        ["place_id", "rule", "subject"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "flag_rule",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "answer_days between 1 and 60", name=op.f("ck_flag_rule_answer_days_range")
        ),
        sa.CheckConstraint(
            "threshold between 0 and 1000000", name=op.f("ck_flag_rule_threshold_range")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["user_account.id"], name=op.f("fk_flag_rule_set_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_flag_rule_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "rule", name=op.f("pk_flag_rule")),
    )
    op.create_table(
        "committee",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("name_lo", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("founded_by", sa.String(length=300), nullable=False),
        sa.Column("quorum_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "quorum_percent between 1 and 100", name=op.f("ck_committee_quorum_range")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_committee_place_id")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_committee")),
    )
    op.create_table(
        "committee_member",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name_lo", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("post_lo", sa.String(length=200), nullable=False),
        sa.Column("post_en", sa.String(length=200), nullable=False),
        sa.Column("ministry_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role in ('chair', 'deputy', 'member', 'secretary')",
            name=op.f("ck_committee_member_role_known"),
        ),
        sa.CheckConstraint(
            "ended_on is null or ended_on >= from_on",
            name=op.f("ck_committee_member_days_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_committee_member_ministry_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["unit.id"], name=op.f("fk_committee_member_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_committee_member_user_id")
        ),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_committee_member")),
    )
    op.create_index(
        "ix_committee_member_place_id", "committee_member", ["place_id", "ended_on"], unique=False
    )
    op.create_index(
        "uq_committee_member_chair",
        "committee_member",
        ["place_id"],
        unique=True,
        sqlite_where=sa.text("role = 'chair' and ended_on is null"),
        postgresql_where=sa.text("role = 'chair' and ended_on is null"),
    )
    op.create_table(
        "meeting",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title_lo", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue", sa.String(length=200), nullable=False),
        sa.Column("chair_id", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_lo", sa.Text(), nullable=False),
        sa.Column("minutes_en", sa.Text(), nullable=False),
        sa.Column("call_off_reason", sa.String(length=500), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=300), nullable=False),
        sa.Column("signed_body", sa.Text(), nullable=False),
        sa.Column("signed_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at is not null)", name=op.f("ck_meeting_signed_at_a_time")
        ),
        sa.CheckConstraint(
            "state in ('planned', 'invited', 'in_session', 'held', 'signed', 'called_off')",
            name=op.f("ck_meeting_state_known"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_meeting_place_id")),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("place_id", "year", "number", name="uq_meeting_number"),
    )
    op.create_index(
        "ix_meeting_place_id_starts_at", "meeting", ["place_id", "starts_at"], unique=False
    )
    op.create_table(
        "meeting_paper",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("agenda_item_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_name", sa.String(length=160), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["place_id", "meeting_id"],
            ["meeting.place_id", "meeting.id"],
            name=op.f("fk_meeting_paper_place_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_meeting_paper_place_id")),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_meeting_paper")),
    )
    op.create_index(
        "ix_meeting_paper_place_id_meeting_id",
        "meeting_paper",
        ["place_id", "meeting_id"],
        unique=False,
    )
    op.create_table(
        "meeting_figures",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_name", sa.String(length=160), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id", "meeting_id"],
            ["meeting.place_id", "meeting.id"],
            name=op.f("fk_meeting_figures_place_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["unit.id"], name=op.f("fk_meeting_figures_place_id")
        ),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_meeting_figures")),
        sa.UniqueConstraint("place_id", "meeting_id", "edition", name="uq_meeting_figures_edition"),
    )
    op.create_table(
        "attendance",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("presence", sa.String(length=10), nullable=False),
        sa.Column("deputy_name", sa.String(length=160), nullable=False),
        sa.CheckConstraint(
            "presence in ('present', 'excused', 'absent')",
            name=op.f("ck_attendance_presence_known"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "meeting_id"],
            ["meeting.place_id", "meeting.id"],
            name=op.f("fk_attendance_place_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "member_id"],
            ["committee_member.place_id", "committee_member.id"],
            name=op.f("fk_attendance_place_id_member_id"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_attendance_place_id")),
        sa.PrimaryKeyConstraint("place_id", "meeting_id", "member_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "resolution",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("agenda_item_id", sa.Uuid(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title_lo", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("text_lo", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("amended_lo", sa.Text(), nullable=False),
        sa.Column("amended_en", sa.Text(), nullable=False),
        sa.Column("proposer_id", sa.Uuid(), nullable=True),
        sa.Column("proposer_name", sa.String(length=200), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("votes_abstained", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("goes_down", sa.Boolean(), nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("deferred_from_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(way = 'vote') = (votes_for is not null and votes_against is not null and votes_abstained is not null)",
            name=op.f("ck_resolution_a_vote_is_counted"),
        ),
        sa.CheckConstraint(
            "state <> 'amended' or amended_lo <> ''",
            name=op.f("ck_resolution_an_amendment_has_a_text"),
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'confirmed', 'amended', 'deferred', 'rejected')",
            name=op.f("ck_resolution_state_known"),
        ),
        sa.CheckConstraint(
            "way in ('', 'consensus', 'vote')", name=op.f("ck_resolution_way_known")
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "meeting_id"],
            ["meeting.place_id", "meeting.id"],
            name=op.f("fk_resolution_place_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_resolution_place_id")),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_resolution")),
        sa.UniqueConstraint("place_id", "year", "number", name="uq_resolution_number"),
    )
    op.create_index(
        "ix_resolution_place_id_meeting_id", "resolution", ["place_id", "meeting_id"], unique=False
    )
    op.create_index(
        "ix_resolution_place_id_state", "resolution", ["place_id", "state"], unique=False
    )
    op.create_table(
        "action_item",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Uuid(), nullable=False),
        sa.Column("resolution_label", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task_lo", sa.Text(), nullable=False),
        sa.Column("task_en", sa.Text(), nullable=False),
        sa.Column("office_lo", sa.String(length=200), nullable=False),
        sa.Column("office_en", sa.String(length=200), nullable=False),
        sa.Column("ministry_id", sa.Integer(), nullable=True),
        sa.Column("about_centre_id", sa.Integer(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("responsible_name", sa.String(length=160), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'reported', 'done', 'cancelled')",
            name=op.f("ck_action_item_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["about_centre_id"], ["centre.id"], name=op.f("fk_action_item_about_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_action_item_ministry_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_action_item_place_id")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["user_account.id"], name=op.f("fk_action_item_responsible_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id", "resolution_id"],
            ["resolution.place_id", "resolution.id"],
            name=op.f("fk_action_item_seat_id_resolution_id"),
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["unit.id"], name=op.f("fk_action_item_seat_id")),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_action_item")),
    )
    op.create_index(
        "ix_action_item_place_id_seat_id",
        "action_item",
        ["place_id", "seat_id", "state"],
        unique=False,
    )
    op.create_index(
        "ix_action_item_place_id_state",
        "action_item",
        ["place_id", "state", "due_on"],
        unique=False,
    )
    op.create_index(
        "uq_action_item_number", "action_item", ["seat_id", "year", "number"], unique=True
    )
    op.create_table(
        "action_note",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=160), nullable=False),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_action_note_by_id")),
        sa.ForeignKeyConstraint(
            ["place_id", "action_id"],
            ["action_item.place_id", "action_item.id"],
            name=op.f("fk_action_note_place_id_action_id"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_action_note_place_id")),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_action_note")),
    )
    op.create_index(
        "ix_action_note_place_id_action_id", "action_note", ["place_id", "action_id"], unique=False
    )
    op.create_table(
        "agenda_item",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title_lo", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("flag_place_id", sa.Integer(), nullable=True),
        sa.Column("flag_id", sa.Uuid(), nullable=True),
        sa.Column("action_place_id", sa.Integer(), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("deferred_id", sa.Uuid(), nullable=True),
        sa.Column("discussion_lo", sa.Text(), nullable=False),
        sa.Column("discussion_en", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('flag', 'action', 'resolution', 'topic')",
            name=op.f("ck_agenda_item_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["action_place_id", "action_id"],
            ["action_item.place_id", "action_item.id"],
            name=op.f("fk_agenda_item_action_place_id_action_id"),
        ),
        sa.ForeignKeyConstraint(
            ["flag_place_id", "flag_id"],
            ["flag.place_id", "flag.id"],
            name=op.f("fk_agenda_item_flag_place_id_flag_id"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "meeting_id"],
            ["meeting.place_id", "meeting.id"],
            name=op.f("fk_agenda_item_place_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_agenda_item_place_id")),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("place_id", "id", "meeting_id", name="uq_agenda_item_of_meeting"),
        sa.UniqueConstraint("place_id", "meeting_id", "action_id", name="uq_agenda_item_action"),
        sa.UniqueConstraint("place_id", "meeting_id", "flag_id", name="uq_agenda_item_flag"),
    )
    op.create_index(
        "ix_agenda_item_place_id_flag_id", "agenda_item", ["place_id", "flag_id"], unique=False
    )
    op.create_index(
        "ix_agenda_item_place_id_meeting_id",
        "agenda_item",
        ["place_id", "meeting_id", "position"],
        unique=False,
    )
    op.create_table(
        "guideline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("title_lo", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("text_lo", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["user_account.id"], name=op.f("fk_guideline_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["guideline.id"], name=op.f("fk_guideline_replaces_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_guideline_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guideline")),
    )
    op.create_index("ix_guideline_unit_id", "guideline", ["unit_id", "issued_on"], unique=False)
    op.create_table(
        "guideline_acknowledgement",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("guideline_id", sa.Uuid(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_guideline_acknowledgement_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["guideline_id"],
            ["guideline.id"],
            name=op.f("fk_guideline_acknowledgement_guideline_id"),
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "guideline_id", name=op.f("pk_guideline_acknowledgement")
        ),
    )
    op.create_table(
        "area_comment",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_area_comment_by_id")),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_area_comment_place_id")),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_area_comment")),
    )
    op.create_index(
        "ix_area_comment_place_id_subject",
        "area_comment",
        ["place_id", "subject_kind", "subject_id"],
        unique=False,
    )
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        for statement in _walls():
            op.execute(statement)
    for table in (*FACTS, "guideline", "guideline_acknowledgement"):
        for statement in walls.append_only(table, dialect):
            op.execute(statement)


def downgrade() -> None:
    # No way back: decisions of committees would be lost.
    raise RuntimeError("what committees decided can't be taken away; restore a backup instead")
