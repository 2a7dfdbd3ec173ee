"""Monthly returns of centres and what coordinators say of them; neither is ever changed."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0033"
down_revision = "0032"

TABLES = ("monthly_return", "return_review")
VERSION = ("month", "version")


def upgrade() -> None:
    op.create_table(
        "monthly_return",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("previous_version", sa.Integer()),
        sa.Column("previous_hash", sa.String(length=64)),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=False),
        sa.Column("signed_by_name", sa.String(length=160), nullable=False),
        sa.CheckConstraint(
            "(version = 1 and previous_version is null and previous_hash is null)"
            " or (version > 1 and previous_version = version - 1 and previous_hash is not null)",
            name=op.f("ck_monthly_return_versions_in_a_chain"),
        ),
        sa.CheckConstraint("length(content_hash) = 64", name=op.f("ck_monthly_return_is_sealed")),
        sa.CheckConstraint(
            "version = 1 or reason <> ''",
            name=op.f("ck_monthly_return_a_later_version_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_monthly_return_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["user_account.id"], name=op.f("fk_monthly_return_signed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "month", "previous_version", "previous_hash"],
            [f"monthly_return.{name}" for name in ("centre_id", *VERSION, "content_hash")],
            name="fk_monthly_return_previous",
        ),
        sa.PrimaryKeyConstraint("centre_id", *VERSION, name=op.f("pk_monthly_return")),
        sa.UniqueConstraint("centre_id", *VERSION, "content_hash", name="uq_monthly_return_hash"),
    )
    op.create_table(
        "return_review",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("about_centre_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("return_hash", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_by_name", sa.String(length=160), nullable=False),
        sa.CheckConstraint(
            "verdict in ('approve', 'send_back')", name=op.f("ck_return_review_verdict_known")
        ),
        sa.CheckConstraint(
            "verdict = 'approve' or words <> ''",
            name=op.f("ck_return_review_sent_back_with_words"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_return_review_place_id")),
        sa.ForeignKeyConstraint(
            ["about_centre_id"], ["centre.id"], name=op.f("fk_return_review_about_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["user_account.id"], name=op.f("fk_return_review_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["about_centre_id", *VERSION, "return_hash"],
            [f"monthly_return.{name}" for name in ("centre_id", *VERSION, "content_hash")],
            name="fk_return_review_of",
        ),
        sa.PrimaryKeyConstraint(
            "place_id", "about_centre_id", *VERSION, name=op.f("pk_return_review")
        ),
        sa.UniqueConstraint("about_centre_id", *VERSION, name="uq_return_review_said_once"),
    )
    connection = op.get_bind()
    dialect = connection.dialect.name
    for table in TABLES:
        for statement in walls.append_only(table, dialect):
            op.execute(statement)
        if dialect == "sqlite":
            for statement in walls.no_replacement(connection, table):
                op.execute(statement)
        else:
            for statement in walls.grant(table, to_app="select, insert", to_national=True):
                op.execute(statement)
    if dialect == "postgresql":
        for statement in walls.isolate("monthly_return", rollup=True):
            op.execute(statement)
        for statement in walls.keep_in_area("return_review"):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
