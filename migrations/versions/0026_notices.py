"""What people are told about things that wait for them."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0026"
down_revision = "0025"

TABLE = "notice"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject_lo", sa.String(length=300), nullable=False),
        sa.Column("subject_en", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notice_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_user_id_read_at", TABLE, ["user_id", "read_at"])
    op.create_index("ix_notice_user_id_at", TABLE, ["user_id", "at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in walls.grant(TABLE, to_app="select, insert, update"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
