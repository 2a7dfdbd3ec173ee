"""Files that are begun before the visit and confirmed at the counter."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "pre_registration",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=160), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("id_number", sa.String(length=40), nullable=False),
        sa.Column("village", sa.String(length=120), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "channel in ('online', 'phone', 'post')",
            name=op.f("ck_pre_registration_channel_known"),
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (application_id is not null)",
            name=op.f("ck_pre_registration_confirmed_with_file"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_pre_registration_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_pre_registration_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_pre_registration_service_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_pre_registration")),
        sa.UniqueConstraint("centre_id", "code", name="uq_pre_registration_code"),
        sa.UniqueConstraint("centre_id", "application_id", name="uq_pre_registration_application"),
    )
    op.create_index(
        "ix_pre_registration_state",
        "pre_registration",
        ["centre_id", "state", "created_at"],
        unique=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in (
            *walls.isolate("pre_registration"),
            *walls.grant("pre_registration", to_app="select, insert, update"),
        ):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("pre_registration")
