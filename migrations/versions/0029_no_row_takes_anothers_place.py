"""Append-only rows of the offices can't be replaced by INSERT OR REPLACE: SQLite alone."""

from alembic import op

from odsc_counter.platform import walls

revision = "0029"
down_revision = "0028"

FACTS = (
    "action_note",
    "area_comment",
    "area_event",
    "guideline",
    "guideline_acknowledgement",
    "meeting_figures",
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for table in FACTS:
            for statement in walls.no_replacement(connection, table):
                op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in FACTS:
            op.execute(f"drop trigger {table}_no_replace")
