"""How people are reached at the office, and the secret addresses of their calendars."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0027"
down_revision = "0026"

TABLE = "calendar_token"
GOOD = sa.text("revoked_at is null")


def upgrade() -> None:
    op.execute("alter table user_account add column office_phone varchar(20) not null default ''")
    op.execute("alter table user_account add column email varchar(120) not null default ''")
    op.create_table(
        TABLE,
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_calendar_token_user_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_calendar_token")),
    )
    op.create_index(
        "uq_calendar_token_good",
        TABLE,
        ["user_id"],
        unique=True,
        sqlite_where=GOOD,
        postgresql_where=GOOD,
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in walls.grant(TABLE, to_app="select, insert, update"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
    op.execute("alter table user_account drop column email")
    op.execute("alter table user_account drop column office_phone")
