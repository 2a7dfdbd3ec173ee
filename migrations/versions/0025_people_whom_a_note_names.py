"""The people of a centre whom a note about a file names."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0025"
down_revision = "0024"

TABLE = "remark_mention"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("remark_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "remark_id"],
            ["remark.centre_id", "remark.id"],
            name=op.f("fk_remark_mention_centre_id_remark_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_remark_mention_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_remark_mention_user_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "remark_id", "user_id", name=op.f("pk_remark_mention")
        ),
    )
    dialect = op.get_bind().dialect.name
    for statement in walls.append_only(TABLE, dialect):
        op.execute(statement)
    if dialect == "postgresql":
        for statement in (*walls.isolate(TABLE), *walls.grant(TABLE, to_app="select, insert")):
            op.execute(statement)
    else:
        for statement in walls.no_replacement(op.get_bind(), TABLE):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
