"""The case: steps through the offices, who has a file, what is said of it, and its hand-over."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0005"
down_revision = "0004"

CENTRES = ("application_step", "handover", "holding", "remark")
COLUMNS = (
    "application add column channel varchar(12) not null default 'counter'",
    "application add column answers json not null default '{}'",
    "application add column promised_on date",
    "application add column stopped_on date",
    "application add column due_before_stop date",
    "application add column result_number varchar(60) not null default ''",
    "application add column ready_on date",
    "application add column collected_on date",
    "application_paper add column times_asked integer not null default 0",
)
OPEN = ("submitted", "incomplete")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _create_tables()
    for column in COLUMNS:
        op.execute(f"alter table {column}")
    op.create_index("ix_application_centre_id_person_id", "application", ["centre_id", "person_id"])
    for centre_id in _each_centre():
        _carry_over(centre_id)
    for statement in walls.append_only("remark", dialect):
        op.execute(statement)
    if dialect == "postgresql":
        for table in CENTRES:
            for statement in walls.isolate(table):
                op.execute(statement)
            rights = "select, insert" + ("" if table == "remark" else ", update")
            for statement in walls.grant(table, to_app=rights):
                op.execute(statement)


def downgrade() -> None:
    # No way back: the older tables can't hold what several offices did about one file.
    raise RuntimeError("cases can't be made single decisions again; restore a backup instead")


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
    """Undecided files get their one step; the promise of all is what was due."""
    bind = op.get_bind()
    file, paper = _table("application"), _table("application_paper")
    bind.execute(
        sa.update(file).where(file.c.centre_id == centre_id).values(promised_on=file.c.due_on)
    )
    bind.execute(
        sa.update(paper)
        .where(paper.c.centre_id == centre_id, sa.not_(paper.c.is_present))
        .values(times_asked=1)
    )
    version = _table("service_version")
    undecided = (
        sa.select(file, version.c.processing_days)
        .join(version, version.c.id == file.c.service_version_id)
        .where(file.c.centre_id == centre_id, file.c.state.in_(OPEN))
    )
    step, holding, event = _table("application_step"), _table("holding"), _table("event")
    for rows in bind.execute(undecided).mappings().partitions(1000):
        steps = [_step(row) for row in rows]
        bind.execute(sa.insert(step), steps)
        bind.execute(sa.insert(holding), [_holding(row) for row in rows])
        bind.execute(sa.insert(event), [_planned(made) for made in steps])


def _step(row: Any) -> dict[str, Any]:
    return {
        "centre_id": row["centre_id"],
        "id": _new_key(),
        "application_id": row["id"],
        "code": "decide",
        "position": 1,
        "stage": 1,
        "name_en": "Decision",
        "name_lo": "ການຕັດສິນ",
        "ministry_id": row["ministry_id"],
        "level": "district",
        "working_days": row["processing_days"],
        "decides": True,
        "remark": "",
        "state": "pending",
        "version": 1,
    }


def _holding(row: Any) -> dict[str, Any]:
    return {
        "centre_id": row["centre_id"],
        "id": _new_key(),
        "application_id": row["id"],
        "holder": "citizen" if row["state"] == "incomplete" else "counter",
        "began_at": row["submitted_at"],
        "began_on": row["submitted_on"],
    }


def _planned(step: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "centre_id": step["centre_id"],
        "id": _new_key(),
        "at": now,
        "day": now.date(),
        "verb": "plan",
        "subject_kind": "application_step",
        "subject_id": str(uuid.UUID(str(step["id"]))),
        "seq": 1,
        "to_state": "pending",
        "actor_name": "system",
        "origin": "",
        "request_id": "",
        "data": {"application": str(uuid.UUID(str(step["application_id"])))},
    }


def _new_key() -> Any:
    """A key as a reflected column takes it: SQLite knows it as 32 letters."""
    key = uuid.uuid4()
    return key.hex if op.get_bind().dialect.name == "sqlite" else key


def _create_tables() -> None:
    op.create_table(
        "application_step",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_lo", sa.String(length=120), nullable=False),
        sa.Column("ministry_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("decides", sa.Boolean(), nullable=False),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_to_id"], ["user_account.id"], name=op.f("fk_application_step_assigned_to_id")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_application_step_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_application_step_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_application_step_ministry_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_application_step")),
        sa.UniqueConstraint("centre_id", "application_id", "code", name="uq_application_step_code"),
    )
    op.create_index(
        "ix_application_step_desk",
        "application_step",
        ["centre_id", "state", "ministry_id", "due_on"],
        unique=False,
    )
    op.create_table(
        "handover",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("taker", sa.String(length=16), nullable=False),
        sa.Column("taker_name", sa.String(length=160), nullable=False),
        sa.Column("proof", sa.String(length=12), nullable=False),
        sa.Column("paper_reference", sa.String(length=60), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "proof in ('slip', 'id_card', 'family_book')", name=op.f("ck_handover_proof_known")
        ),
        sa.CheckConstraint(
            "taker in ('applicant', 'representative')", name=op.f("ck_handover_taker_known")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_handover_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_handover_centre_id")),
        sa.ForeignKeyConstraint(
            ["handed_by_id"], ["user_account.id"], name=op.f("fk_handover_handed_by_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "application_id", name=op.f("pk_handover")),
    )
    op.create_table(
        "remark",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.Column("said_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "audience in ('staff', 'citizen')", name=op.f("ck_remark_audience_known")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_remark_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_remark_centre_id")),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["user_account.id"], name=op.f("fk_remark_said_by_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_remark")),
    )
    op.create_index(
        "ix_remark_application", "remark", ["centre_id", "application_id", "said_at"], unique=False
    )
    op.create_table(
        "holding",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(length=8), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=True),
        sa.Column("ministry_id", sa.Integer(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(step_id is not null) = (holder = 'office')", name=op.f("ck_holding_office_has_step")
        ),
        sa.CheckConstraint(
            "holder in ('counter', 'office', 'citizen')", name=op.f("ck_holding_holder_known")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_holding_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "step_id"],
            ["application_step.centre_id", "application_step.id"],
            name=op.f("fk_holding_centre_id_step_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_holding_centre_id")),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_holding_ministry_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_holding")),
    )
    op.create_index(
        "ix_holding_application",
        "holding",
        ["centre_id", "application_id", "began_at"],
        unique=False,
    )
    op.create_index(
        "uq_holding_now",
        "holding",
        ["centre_id", "application_id", "holder"],
        unique=True,
        sqlite_where=sa.text("ended_at is null and step_id is null"),
        postgresql_where=sa.text("ended_at is null and step_id is null"),
    )
    op.create_index(
        "uq_holding_step_now",
        "holding",
        ["centre_id", "step_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
