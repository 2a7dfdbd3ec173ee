"""Reports of units: their drafts, and what became of each; neither is ever changed."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0036"
down_revision = "0035"

TABLES = ("report_draft", "report_decision")
SAID = ("place_id", "id", "first_month", "last_month", "drafted_by_id")
PERIOD = ("place_id", "first_month", "last_month")


def upgrade() -> None:
    op.create_table(
        "report_draft",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("drafted_by_name", sa.String(length=160), nullable=False),
        sa.CheckConstraint(
            "first_month <= last_month", name=op.f("ck_report_draft_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["unit.id"], name=op.f("fk_report_draft_place_id")),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["user_account.id"], name=op.f("fk_report_draft_drafted_by_id")
        ),
        sa.PrimaryKeyConstraint("place_id", "id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint(*SAID, name="uq_report_draft_said"),
    )
    op.create_table(
        "report_decision",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("content", sa.Text()),
        sa.Column("content_hash", sa.String(length=64)),
        sa.Column("previous_version", sa.Integer()),
        sa.Column("previous_hash", sa.String(length=64)),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_by_name", sa.String(length=160), nullable=False),
        sa.CheckConstraint(
            "verdict in ('publish', 'withdraw')", name=op.f("ck_report_decision_verdict_known")
        ),
        sa.CheckConstraint(
            "verdict = 'withdraw' or decided_by_id <> drafted_by_id",
            name=op.f("ck_report_decision_published_by_another"),
        ),
        sa.CheckConstraint(
            "(verdict = 'publish' and version is not null and content is not null"
            " and content_hash is not null and length(content_hash) = 64)"
            " or (verdict = 'withdraw' and version is null and content is null"
            " and content_hash is null)",
            name=op.f("ck_report_decision_published_is_whole"),
        ),
        sa.CheckConstraint(
            "(coalesce(version, 1) = 1 and previous_version is null and previous_hash is null)"
            " or (version > 1 and previous_version = version - 1 and previous_hash is not null)",
            name=op.f("ck_report_decision_versions_in_a_chain"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["unit.id"], name=op.f("fk_report_decision_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["user_account.id"], name=op.f("fk_report_decision_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_report_decision_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "draft_id", "first_month", "last_month", "drafted_by_id"],
            [f"report_draft.{name}" for name in SAID],
            name="fk_report_decision_draft",
        ),
        sa.ForeignKeyConstraint(
            [*PERIOD, "previous_version", "previous_hash"],
            [f"report_decision.{name}" for name in (*PERIOD, "version", "content_hash")],
            name="fk_report_decision_previous",
        ),
        sa.PrimaryKeyConstraint("place_id", "draft_id", name=op.f("pk_report_decision")),
        sa.UniqueConstraint(*PERIOD, "version", name="uq_report_decision_version"),
        sa.UniqueConstraint(*PERIOD, "version", "content_hash", name="uq_report_decision_hash"),
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
            for statement in walls.keep_in_area(table):
                op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
