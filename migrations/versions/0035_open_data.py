"""Months that are published as open data, once each and never changed."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0035"
down_revision = "0034"

TABLE = "open_month"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer()),
        sa.Column("published_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(content_hash) = 64", name=op.f("ck_open_month_is_sealed")),
        sa.CheckConstraint("published_by_name <> ''", name=op.f("ck_open_month_by_somebody")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user_account.id"], name=op.f("fk_open_month_published_by_id")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_open_month")),
    )
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in walls.append_only(TABLE, dialect):
        op.execute(statement)
    if dialect == "sqlite":
        for statement in walls.no_replacement(connection, TABLE):
            op.execute(statement)
    else:
        for statement in walls.grant(TABLE, to_app="select, insert", to_national=True):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
