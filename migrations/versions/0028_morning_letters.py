"""Morning letters: who wants them, and which have left."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0028"
down_revision = "0027"

TABLE = "digest_letter"


def upgrade() -> None:
    op.execute(
        "alter table user_account add column wants_digest boolean not null default false"
    )
    op.create_table(
        TABLE,
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_digest_letter_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_digest_letter_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "unit_id", "day", name=op.f("pk_digest_letter")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in walls.grant(TABLE, to_app="select, insert, update"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
    op.execute("alter table user_account drop column wants_digest")
