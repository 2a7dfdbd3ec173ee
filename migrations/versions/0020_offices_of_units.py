"""Rows of units' offices: which unit lies in which, and the log of what the offices do."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0020"
down_revision = "0019"

OF_NEW = (
    "insert into unit_area (area_id, inner_id) select new.id, new.id"
    " union select area_id, new.id from unit_area where inner_id = new.parent_id"
)
OUT_OF_OLD = "delete from unit_area where inner_id = new.id"
HAS_PARTS = "exists (select 1 from unit where parent_id = new.id)"
MOVED = "new.parent_id is distinct from old.parent_id"
REFUSAL = "a unit with parts can''t be moved"


def _sqlite() -> Iterator[str]:
    yield f"create trigger unit_area_of_new after insert on unit begin {OF_NEW}; end"
    yield (
        "create trigger unit_area_of_moved after update of parent_id on unit"
        f" when {MOVED.replace('is distinct from', 'is not')} begin"
        f" select raise(abort, '{REFUSAL}') where {HAS_PARTS};"
        f" {OUT_OF_OLD}; {OF_NEW}; end"
    )


def _postgresql() -> Iterator[str]:
    yield (
        "create function keep_unit_area() returns trigger language plpgsql as $$ begin"
        f" if tg_op = 'UPDATE' then if {HAS_PARTS} then"
        f" raise exception '{REFUSAL}'; end if; {OUT_OF_OLD}; end if;"
        f" {OF_NEW}; return null; end $$"
    )
    yield (
        "create trigger unit_area_of_new after insert on unit"
        " for each row execute function keep_unit_area()"
    )
    yield (
        "create trigger unit_area_of_moved after update of parent_id on unit"
        f" for each row when ({MOVED}) execute function keep_unit_area()"
    )
    yield from walls.grant("unit_area", to_app="select, insert, delete", to_national=True)
    yield from walls.keep_in_area("area_event")
    yield from walls.grant("area_event", to_app="select, insert", to_national=True)
    for table in ("area_request_record", "area_number_series"):
        yield from walls.keep_in_area(table)
        yield from walls.grant(table, to_app="select, insert, update", to_national=True)


def upgrade() -> None:
    op.create_table(
        "unit_area",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("inner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["unit.id"], name=op.f("fk_unit_area_area_id")),
        sa.ForeignKeyConstraint(["inner_id"], ["unit.id"], name=op.f("fk_unit_area_inner_id")),
        sa.PrimaryKeyConstraint("area_id", "inner_id", name=op.f("pk_unit_area")),
    )
    op.execute(
        "with recursive up (area_id, inner_id) as (select id, id from unit union all"
        " select u.parent_id, up.inner_id from up join unit u on u.id = up.area_id"
        " where u.parent_id is not null)"
        " insert into unit_area (area_id, inner_id) select area_id, inner_id from up"
    )
    op.create_table(
        "area_event",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("from_state", sa.String(length=24), nullable=True),
        sa.Column("to_state", sa.String(length=24), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_area_event_place_id")),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_area_event")),
        sa.UniqueConstraint(
            "place_id", "subject_kind", "subject_id", "seq", name="uq_area_event_seq"
        ),
    )
    op.create_index("ix_area_event_place_id_at", "area_event", ["place_id", "at"])
    op.create_table(
        "area_request_record",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=100), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["unit.id"], name=op.f("fk_area_request_record_place_id")
        ),
        sa.PrimaryKeyConstraint(
            "place_id", "request_key", "actor_id", name=op.f("pk_area_request_record")
        ),
    )
    op.create_table(
        "area_number_series",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["unit.id"], name=op.f("fk_area_number_series_place_id")
        ),
        sa.PrimaryKeyConstraint(
            "place_id", "series", "period", name=op.f("pk_area_number_series")
        ),
    )
    dialect = op.get_bind().dialect.name
    for statement in _sqlite() if dialect == "sqlite" else _postgresql():
        op.execute(statement)
    for statement in walls.append_only("area_event", dialect):
        op.execute(statement)


def downgrade() -> None:
    # No way back: what the offices did would be lost.
    raise RuntimeError("the offices' log can't be taken away; restore a backup instead")
