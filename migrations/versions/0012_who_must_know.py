"""Who must know that a file is late, and an index to the files that offices have let go."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0012"
down_revision = "0011"

LEVELS = ("coordinator", "committee", "ministry")


def upgrade() -> None:
    op.create_table(
        "escalation_rule",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level in ('coordinator', 'committee', 'ministry')",
            name=op.f("ck_escalation_rule_level_known"),
        ),
        sa.CheckConstraint(
            "working_days between 1 and 250", name=op.f("ck_escalation_rule_days")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_escalation_rule_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "level", name=op.f("pk_escalation_rule")),
    )
    op.create_index("ix_holding_ended", "holding", ["centre_id", "ended_on"], unique=False)
    for level in LEVELS:
        op.execute(
            f"alter table centre_now add column escalated_{level} integer not null default 0"
        )
    if op.get_bind().dialect.name == "postgresql":
        for statement in walls.isolate("escalation_rule"):
            op.execute(statement)
        for statement in walls.grant("escalation_rule", to_app="select, insert, update"):
            op.execute(statement)
    _have_it_counted()


def downgrade() -> None:
    # No way back: what managers have set would be lost.
    raise RuntimeError("the rules of escalation can't be taken away; restore a backup instead")


def _have_it_counted() -> None:
    """The figures of the present are those of a day long ago: the next round counts anew."""
    bind = op.get_bind()
    now = sa.table("centre_now", sa.column("centre_id", sa.Integer()), sa.column("day", sa.Date()))
    for centre_id in bind.scalars(sa.text("select id from centre order by id")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(
                sa.text("select set_config('app.centre_id', :id, true)"), {"id": str(centre_id)}
            )
        bind.execute(
            sa.update(now)
            .where(now.c.centre_id == centre_id)
            .values(day=date(2000, 1, 1))
        )
    if bind.dialect.name == "postgresql":
        bind.execute(sa.text("select set_config('app.centre_id', '', true)"))
