"""The hall: service legs, rules, work profiles, displays, voice, appointments."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0004"
down_revision = "0003"

CENTRES = (
    "appointment",
    "clerk_skill",
    "counter_profile",
    "desk_spell",
    "display",
    "hall_notice",
    "hall_rules",
    "service_leg",
    "slot_plan",
    "voice_clip",
    "work_profile",
    "work_rule",
)
MAY_DELETE = {"clerk_skill", "counter_profile", "voice_clip", "work_profile", "work_rule"}

# Columns are added in plain SQL: SQLite can neither add a constraint to a table that other
# tables point at nor make it anew without touching them.
COLUMNS = (
    "centre_day add column walked_out integer not null default 0",
    "centre_day add column unreliable integer not null default 0",
    "centre_day add column called integer not null default 0",
    "centre_day add column judged integer not null default 0",
    "centre_day add column in_target integer not null default 0",
    "centre_day add column timed integer not null default 0",
    "counter add column break_since {instant}",
    "counter add column break_reason varchar(16)",
    "counter add column since_priority integer not null default 99",
    "service_group add column first_number integer not null default 1"
    " constraint ck_service_group_first_number check (first_number > 0)",
    "visit add column files integer not null default 1"
    " constraint ck_visit_files_positive check (files > 0)",
    "ticket add column is_paper boolean not null default {false}",
    "ticket add column times_unreliable boolean not null default {false}",
    "ticket add column leg_no integer not null default 1",
    "ticket add column priority_from {instant}",
    "ticket add column rank_at {instant} not null default '2000-01-01 00:00:00.000000'",
    "ticket add column for_counter_id {uuid}",
    "ticket add column for_clerk_id integer"
    " constraint fk_ticket_for_clerk_id references user_account (id)",
    "ticket add column return_leg_no integer",
    "ticket add column held_at {instant}",
    "ticket add column hold_until {instant}",
    "ticket add column counted_at {instant} not null default '2000-01-01 00:00:00.000000'",
    "ticket add column print_count integer not null default 0",
)
TYPES = {
    "sqlite": {"instant": "datetime", "uuid": "char(32)", "false": "0"},
    "postgresql": {"instant": "timestamp with time zone", "uuid": "uuid", "false": "false"},
}
NOT_ENDED = "state in ('waiting', 'called', 'serving', 'on_hold')"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _create_tables()
    for column in COLUMNS:
        op.execute(f"alter table {column.format(**TYPES[dialect])}")
    op.drop_index("ix_ticket_queue", table_name="ticket")
    op.create_index("ix_ticket_board", "ticket", ["centre_id", "day", "called_at"])
    op.create_index("ix_ticket_day", "ticket", ["centre_id", "day", "issued_at"])
    op.create_index(
        "ix_ticket_not_ended",
        "ticket",
        ["centre_id", "state", "rank_at"],
        sqlite_where=sa.text(NOT_ENDED),
        postgresql_where=sa.text(NOT_ENDED),
    )
    for _centre_id in _each_centre():
        _carry_over(_centre_id)
    op.drop_table("counter_group")
    if dialect == "postgresql":
        for table in CENTRES:
            for statement in walls.isolate(table):
                op.execute(statement)
            rights = "select, insert, update" + (", delete" if table in MAY_DELETE else "")
            for statement in walls.grant(table, to_app=rights):
                op.execute(statement)
        for statement in walls.grant("seat", to_app="select, insert, update, delete"):
            op.execute(statement)


def downgrade() -> None:
    # No way back: the older tables can't hold holds, transfers and several services.
    raise RuntimeError("the hall can't be made small again; restore a backup instead")


def _each_centre() -> Iterator[int]:
    """Every centre in turn, with row-level security told about it."""
    bind = op.get_bind()
    for centre_id in bind.scalars(sa.text("select id from centre order by id")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(
                sa.text("select set_config('app.centre_id', :id, true)"), {"id": str(centre_id)}
            )
        yield centre_id
    if bind.dialect.name == "postgresql":
        bind.execute(sa.text("select set_config('app.centre_id', '', true)"))


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _carry_over(centre_id: int) -> None:
    """Give a centre's older rows what the new columns and tables say."""
    bind = op.get_bind()
    ticket, leg = _table("ticket"), _table("service_leg")
    bind.execute(
        sa.update(ticket)
        .where(ticket.c.centre_id == centre_id)
        .values(
            rank_at=ticket.c.issued_at,
            counted_at=sa.func.coalesce(
                ticket.c.ended_at, ticket.c.started_at, ticket.c.called_at, ticket.c.issued_at
            ),
        )
    )
    mine = sa.select(ticket).where(ticket.c.centre_id == centre_id)
    for rows in bind.execute(mine).mappings().partitions(2000):
        bind.execute(sa.insert(leg), [_first_leg(row) for row in rows])
    _seat_clerks(centre_id)
    _profiles_of_counters(centre_id)
    _mark_for_recount(centre_id)


def _seconds(begin: datetime | None, end: datetime | None) -> int:
    if begin is None or end is None:
        return 0
    return max(0, int(end.timestamp()) - int(begin.timestamp()))


def _first_leg(row: Any) -> dict[str, Any]:
    called, started, ended = row["first_called_at"], row["started_at"], row["ended_at"]
    is_over = ended is not None
    return {
        "centre_id": row["centre_id"],
        "ticket_id": row["id"],
        "position": 1,
        "day": row["day"],
        "service_id": row["service_id"],
        "group_id": row["group_id"],
        "queued_at": row["issued_at"],
        "first_called_at": called,
        "started_at": started,
        "ended_at": ended,
        "outcome": row["state"] if is_over else None,
        "counter_id": row["counter_id"],
        "clerk_id": row["clerk_id"],
        "waiting_seconds": _seconds(row["issued_at"], called or ended),
        "walking_seconds": _seconds(called, started or ended),
        "serving_seconds": _seconds(started, ended),
        "hold_seconds": 0,
    }


def _seat_clerks(centre_id: int) -> None:
    bind = op.get_bind()
    counter, seat, spell = _table("counter"), _table("seat"), _table("desk_spell")
    claimed = sa.select(counter).where(
        counter.c.centre_id == centre_id, counter.c.clerk_id.is_not(None)
    )
    for row in bind.execute(claimed).mappings().all():
        since = row["claimed_at"] or datetime.now(UTC)
        taken = sa.select(seat.c.user_id).where(seat.c.user_id == row["clerk_id"])
        if bind.scalar(taken) is None:
            values = {"user_id": row["clerk_id"], "at_centre_id": centre_id, "taken_at": since}
            bind.execute(sa.insert(seat).values(values))
        bind.execute(
            sa.insert(spell).values(
                centre_id=centre_id,
                id=_new_key(),
                counter_id=row["id"],
                clerk_id=row["clerk_id"],
                day=since.date(),
                kind="open",
                began_at=since,
            )
        )


def _profiles_of_counters(centre_id: int) -> None:
    bind = op.get_bind()
    served, counter = _table("counter_group"), _table("counter")
    profile, rule, used = _table("work_profile"), _table("work_rule"), _table("counter_profile")
    groups: dict[Any, list[Any]] = {}
    found = sa.select(served.c.counter_id, served.c.group_id, counter.c.number).join(
        counter,
        (counter.c.centre_id == served.c.centre_id) & (counter.c.id == served.c.counter_id),
    )
    for counter_id, group_id, number in bind.execute(found.where(served.c.centre_id == centre_id)):
        groups.setdefault((counter_id, number), []).append(group_id)
    for (counter_id, number), group_ids in groups.items():
        key = _new_key()
        names = {"name_lo": f"ປ່ອງ {number}", "name_en": f"Counter {number}"}
        bind.execute(
            sa.insert(profile).values(centre_id=centre_id, id=key, helps_others=False, **names)
        )
        for group_id in group_ids:
            bind.execute(
                sa.insert(rule).values(
                    centre_id=centre_id,
                    id=_new_key(),
                    profile_id=key,
                    position=1,
                    group_id=group_id,
                    after_minutes=0,
                )
            )
        bind.execute(
            sa.insert(used).values(centre_id=centre_id, counter_id=counter_id, profile_id=key)
        )


def _mark_for_recount(centre_id: int) -> None:
    """The figures of all days are counted anew: by service legs, with the new columns."""
    bind = op.get_bind()
    day, dirty = _table("centre_day"), _table("rollup_dirty")
    days = bind.scalars(sa.select(day.c.day).where(day.c.centre_id == centre_id)).all()
    if days:
        bind.execute(
            sa.insert(dirty),
            [{"centre_id": centre_id, "id": _new_key(), "day": one} for one in days],
        )


def _new_key() -> Any:
    """A key as a reflected column takes it: SQLite knows it as 32 letters."""
    key = uuid.uuid4()
    return key.hex if op.get_bind().dialect.name == "sqlite" else key


def _create_tables() -> None:
    op.create_table(
        "display",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_display_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "device", name=op.f("pk_display")),
    )
    op.create_table(
        "hall_notice",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text_lo", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("closes_service", sa.Boolean(), nullable=False),
        sa.Column("shown_from", sa.Date(), nullable=False),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_hall_notice_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_hall_notice_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_hall_notice_service_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_hall_notice")),
    )
    op.create_table(
        "hall_rules",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("ordinary_per_priority", sa.Integer(), nullable=False),
        sa.Column("ageing_minutes", sa.Integer(), nullable=False),
        sa.Column("target_wait_minutes", sa.Integer(), nullable=False),
        sa.Column("no_show_calls", sa.Integer(), nullable=False),
        sa.Column("call_gap_seconds", sa.Integer(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("undo_seconds", sa.Integer(), nullable=False),
        sa.Column("day_close", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("kiosk_gives_priority", sa.Boolean(), nullable=False),
        sa.Column("appointment_grace_minutes", sa.Integer(), nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.Column("says_twice", sa.Boolean(), nullable=False),
        sa.Column("printer_host", sa.String(length=120), nullable=False),
        sa.Column("printer_port", sa.Integer(), nullable=False),
        sa.Column("printer_dots", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "day_close in ('at_first_number', 'by_hand')", name=op.f("ck_hall_rules_day_close")
        ),
        sa.CheckConstraint("ageing_minutes between 1 and 600", name=op.f("ck_hall_rules_ageing")),
        sa.CheckConstraint("call_gap_seconds between 0 and 900", name=op.f("ck_hall_rules_gap")),
        sa.CheckConstraint("no_show_calls between 1 and 9", name=op.f("ck_hall_rules_calls")),
        sa.CheckConstraint(
            "ordinary_per_priority between 0 and 20", name=op.f("ck_hall_rules_ratio")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_hall_rules_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("pk_hall_rules")),
    )
    op.create_table(
        "seat",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at_centre_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["at_centre_id"], ["centre.id"], name=op.f("fk_seat_at_centre_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_seat_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_seat")),
    )
    op.create_table(
        "slot_plan",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("from_minute < to_minute", name=op.f("ck_slot_plan_from_before_to")),
        sa.CheckConstraint(
            "from_minute >= 0 and to_minute <= 1440", name=op.f("ck_slot_plan_within_a_day")
        ),
        sa.CheckConstraint("places between 1 and 50", name=op.f("ck_slot_plan_places")),
        sa.CheckConstraint("slot_minutes between 5 and 240", name=op.f("ck_slot_plan_slot_length")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_slot_plan_weekday")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_slot_plan_centre_id")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_slot_plan_service_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_slot_plan")),
    )
    op.create_table(
        "voice_clip",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("clip", sa.String(length=24), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_voice_clip_centre_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_voice_clip_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "language", "clip", name=op.f("pk_voice_clip")),
    )
    op.create_table(
        "work_profile",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_lo", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("helps_others", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_work_profile_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_work_profile")),
        sa.UniqueConstraint("centre_id", "name_lo", name=op.f("uq_work_profile_centre_id_name_lo")),
    )
    op.create_table(
        "clerk_skill",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "group_id"],
            ["service_group.centre_id", "service_group.id"],
            name=op.f("fk_clerk_skill_centre_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_clerk_skill_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_clerk_skill_user_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "user_id", "group_id", name=op.f("pk_clerk_skill")),
    )
    op.create_table(
        "counter_profile",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "counter_id"],
            ["counter.centre_id", "counter.id"],
            name=op.f("fk_counter_profile_centre_id_counter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "profile_id"],
            ["work_profile.centre_id", "work_profile.id"],
            name=op.f("fk_counter_profile_centre_id_profile_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_counter_profile_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "counter_id", name=op.f("pk_counter_profile")),
    )
    op.create_table(
        "desk_spell",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("counter_id", sa.Uuid(), nullable=False),
        sa.Column("clerk_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "counter_id"],
            ["counter.centre_id", "counter.id"],
            name=op.f("fk_desk_spell_centre_id_counter_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_desk_spell_centre_id")),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["user_account.id"], name=op.f("fk_desk_spell_clerk_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_desk_spell")),
    )
    op.create_index("ix_desk_spell_day", "desk_spell", ["centre_id", "day"], unique=False)
    op.create_index(
        "uq_desk_spell_running",
        "desk_spell",
        ["centre_id", "counter_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "work_rule",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(group_id is null) <> (service_id is null)", name=op.f("ck_work_rule_group_or_service")
        ),
        sa.CheckConstraint("after_minutes >= 0", name=op.f("ck_work_rule_after_not_negative")),
        sa.ForeignKeyConstraint(
            ["centre_id", "group_id"],
            ["service_group.centre_id", "service_group.id"],
            name=op.f("fk_work_rule_centre_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "profile_id"],
            ["work_profile.centre_id", "work_profile.id"],
            name=op.f("fk_work_rule_centre_id_profile_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_work_rule_centre_id")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_work_rule_service_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_work_rule")),
    )
    op.create_table(
        "appointment",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("public_code", sa.String(length=32), nullable=False),
        sa.Column("short_code", sa.String(length=6), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booked_by_id"], ["user_account.id"], name=op.f("fk_appointment_booked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "plan_id"],
            ["slot_plan.centre_id", "slot_plan.id"],
            name=op.f("fk_appointment_centre_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "ticket_id"],
            ["ticket.centre_id", "ticket.id"],
            name=op.f("fk_appointment_centre_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_appointment_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_appointment_service_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("centre_id", "day", "short_code", name="uq_appointment_short_code"),
        sa.UniqueConstraint("centre_id", "public_code", name="uq_appointment_public_code"),
    )
    op.create_index("ix_appointment_day", "appointment", ["centre_id", "day"], unique=False)
    op.create_index(
        "uq_appointment_place",
        "appointment",
        ["centre_id", "plan_id", "slot_at", "place"],
        unique=True,
        sqlite_where=sa.text("state in ('booked', 'arrived')"),
        postgresql_where=sa.text("state in ('booked', 'arrived')"),
    )
    op.create_table(
        "service_leg",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("counter_id", sa.Uuid(), nullable=True),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column("waiting_seconds", sa.Integer(), nullable=False),
        sa.Column("walking_seconds", sa.Integer(), nullable=False),
        sa.Column("serving_seconds", sa.Integer(), nullable=False),
        sa.Column("hold_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "counter_id"],
            ["counter.centre_id", "counter.id"],
            name=op.f("fk_service_leg_centre_id_counter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "group_id"],
            ["service_group.centre_id", "service_group.id"],
            name=op.f("fk_service_leg_centre_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "ticket_id"],
            ["ticket.centre_id", "ticket.id"],
            name=op.f("fk_service_leg_centre_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_service_leg_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["user_account.id"], name=op.f("fk_service_leg_clerk_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_leg_service_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "ticket_id", "position", name=op.f("pk_service_leg")),
    )
    op.create_index("ix_service_leg_day", "service_leg", ["centre_id", "day"], unique=False)
