"""Scans of the papers of an application."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0008"
down_revision = "0007"

IS_LIVE = "struck_at is null"
RIGHTS = "select, insert, update (struck_at, struck_by_id, struck_reason)"
"""What was scanned stays as it was: a scan can be struck out and nothing else."""


def upgrade() -> None:
    op.create_table(
        "paper_scan",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("document_type_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("thumbnail_sha256", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("original_name", sa.String(length=120), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by_id", sa.Integer(), nullable=True),
        sa.Column("struck_reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_paper_scan_size_positive")),
        sa.CheckConstraint("pages > 0", name=op.f("ck_paper_scan_pages_positive")),
        sa.CheckConstraint(
            "(struck_at is null) = (struck_reason = '')",
            name=op.f("ck_paper_scan_struck_with_reason"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_paper_scan_centre_id")),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_paper_scan_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["document_type_id"],
            ["document_type.id"],
            name=op.f("fk_paper_scan_document_type_id"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_paper_scan_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["struck_by_id"], ["user_account.id"], name=op.f("fk_paper_scan_struck_by_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_paper_scan")),
    )
    op.create_index(
        "uq_paper_scan_live",
        "paper_scan",
        ["centre_id", "application_id", "document_type_id", "sha256"],
        unique=True,
        sqlite_where=sa.text(IS_LIVE),
        postgresql_where=sa.text(IS_LIVE),
    )
    op.create_index(
        "ix_paper_scan_centre_id_application_id", "paper_scan", ["centre_id", "application_id"]
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in walls.isolate("paper_scan"):
            op.execute(statement)
        for statement in walls.grant("paper_scan", to_app=RIGHTS):
            op.execute(statement)


def downgrade() -> None:
    # A record of papers is not thrown away.
    raise RuntimeError("scans are kept; restore a backup instead")
