"""The outbox: messages to citizens, their deliveries, every attempt, and files kept silent."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0009"
down_revision = "0008"

RIGHTS = {
    "message": "select, insert",
    "delivery": "select, insert, update",
    "delivery_attempt": "select, insert",
    "silent_file": "select, insert, delete",
}
APPEND_ONLY = ("message", "delivery_attempt")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _create_tables()
    for table in APPEND_ONLY:
        for statement in walls.append_only(table, dialect):
            op.execute(statement)
    if dialect == "postgresql":
        for table, rights in RIGHTS.items():
            for statement in (*walls.isolate(table), *walls.grant(table, to_app=rights)):
                op.execute(statement)


def downgrade() -> None:
    for table in ("silent_file", "delivery_attempt", "delivery", "message"):
        op.drop_table(table)


def _create_tables() -> None:
    op.create_table(
        "message",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("occasion", sa.String(length=80), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(application_id is null) <> (appointment_id is null)",
            name=op.f("ck_message_about_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_message_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "appointment_id"],
            ["appointment.centre_id", "appointment.id"],
            name=op.f("fk_message_centre_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_message_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_message")),
        sa.UniqueConstraint("centre_id", "occasion", name="uq_message_occasion"),
    )
    op.create_index(
        "ix_message_application", "message", ["centre_id", "application_id"], unique=False
    )
    op.create_index("ix_message_written", "message", ["centre_id", "written_at"], unique=False)
    op.create_table(
        "silent_file",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_silent_file_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_silent_file_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "application_id", name=op.f("pk_silent_file")),
    )
    op.create_table(
        "delivery",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("too_late_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "message_id"],
            ["message.centre_id", "message.id"],
            name=op.f("fk_delivery_centre_id_message_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_delivery_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("centre_id", "message_id", name="uq_delivery_message"),
    )
    op.create_index(
        "ix_delivery_due", "delivery", ["centre_id", "state", "next_try_at"], unique=False
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "delivery_id"],
            ["delivery.centre_id", "delivery.id"],
            name=op.f("fk_delivery_attempt_centre_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_delivery_attempt_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_delivery_attempt")),
    )
    op.create_index(
        "ix_delivery_attempt_delivery",
        "delivery_attempt",
        ["centre_id", "delivery_id", "tried_at"],
        unique=False,
    )
