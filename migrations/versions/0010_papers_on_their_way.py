"""Transmittals with their items and receipts, and the signature of whoever takes a result."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0010"
down_revision = "0009"

APPEND_ONLY = ("transmittal", "transmittal_receipt")
CENTRES = (*APPEND_ONLY, "transmittal_item")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _create_tables()
    op.execute("alter table handover add column signature json not null default '[]'")
    for table in APPEND_ONLY:
        for statement in walls.append_only(table, dialect):
            op.execute(statement)
    if dialect == "postgresql":
        for table in CENTRES:
            for statement in walls.isolate(table):
                op.execute(statement)
            rights = "select, insert" + ("" if table in APPEND_ONLY else ", update")
            for statement in walls.grant(table, to_app=rights):
                op.execute(statement)


def downgrade() -> None:
    # No way back: bundles that are on their way would be lost, and signatures with them.
    raise RuntimeError("transmittals and signatures can't be taken away; restore a backup instead")


def _create_tables() -> None:
    op.create_table(
        "transmittal",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("ministry_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "direction in ('out', 'back')", name=op.f("ck_transmittal_direction_known")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_transmittal_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_transmittal_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_transmittal_ministry_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_transmittal")),
        sa.UniqueConstraint("centre_id", "code", name="uq_transmittal_code"),
        sa.UniqueConstraint("centre_id", "year", "number", name="uq_transmittal_number"),
    )
    op.create_index("ix_transmittal_made", "transmittal", ["centre_id", "made_at"])
    op.create_table(
        "transmittal_receipt",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("transmittal_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "transmittal_id"],
            ["transmittal.centre_id", "transmittal.id"],
            name=op.f("fk_transmittal_receipt_centre_id_transmittal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_transmittal_receipt_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"],
            ["user_account.id"],
            name=op.f("fk_transmittal_receipt_received_by_id"),
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "transmittal_id", name=op.f("pk_transmittal_receipt")
        ),
    )
    op.create_table(
        "transmittal_item",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transmittal_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_transmittal_item_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "transmittal_id"],
            ["transmittal.centre_id", "transmittal.id"],
            name=op.f("fk_transmittal_item_centre_id_transmittal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_transmittal_item_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_transmittal_item")),
        sa.UniqueConstraint(
            "centre_id", "transmittal_id", "application_id", name="uq_transmittal_item_once"
        ),
    )
    op.create_index(
        "ix_transmittal_item_application", "transmittal_item", ["centre_id", "application_id"]
    )
    op.create_index(
        "uq_transmittal_item_open",
        "transmittal_item",
        ["centre_id", "application_id"],
        unique=True,
        sqlite_where=sa.text("state in ('on_way', 'missing')"),
        postgresql_where=sa.text("state in ('on_way', 'missing')"),
    )
    op.create_index(
        "ix_transmittal_item_missing",
        "transmittal_item",
        ["centre_id", "transmittal_id"],
        sqlite_where=sa.text("state = 'missing'"),
        postgresql_where=sa.text("state = 'missing'"),
    )
