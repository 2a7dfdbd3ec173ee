"""What lies with each ministry's office, arrivals and open counters by the hour, and more of
how a centre stands. Figures of earlier months are counted by the first process that runs.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls
from odsc_counter.platform.columns import new_id

revision = "0022"
down_revision = "0021"

OFFICE = (
    "to_take_up", "files_open", "due_soon", "overdue", "over_standard", "held_days", "held_longest", "returned",
    "returned_before", "let_go", "let_go_days", "let_go_late", "let_go_before",
    "let_go_days_before", "uncollected",
)  # fmt: skip
HOUR = ("arrivals", "calls", "open_seconds")
STANDING = (
    "files_due_soon", "files_incomplete", "uncollected", "uncollected_days", "tills_left_open",
)  # fmt: skip
SENT_BACK = sa.text(
    "update centre_day set sent_back = (select count(*) from holding where"
    " holding.centre_id = centre_day.centre_id and holding.began_on = centre_day.day"
    " and holding.holder = 'citizen') where centre_id = :centre"
)
DIRTY = sa.table(
    "rollup_dirty",
    sa.column("centre_id", sa.Integer),
    sa.column("id", sa.Uuid),
    sa.column("day", sa.Date),
)
MONTHS = sa.text("select distinct month from centre_month_service where centre_id = :centre")


def upgrade() -> None:
    _create("centre_office", OFFICE, sa.Column("ministry_id", sa.Integer(), nullable=False),
            sa.Column("level", sa.String(length=10), nullable=False))  # fmt: skip
    _create("centre_hour", HOUR, sa.Column("month", sa.Date(), nullable=False),
            sa.Column("hour", sa.Integer(), nullable=False))  # fmt: skip
    op.create_index(
        "ix_holding_citizen",
        "holding",
        ["centre_id", "began_on"],
        sqlite_where=sa.text("holder = 'citizen'"),
        postgresql_where=sa.text("holder = 'citizen'"),
    )
    for name in STANDING:
        op.execute(f"alter table centre_now add column {name} integer not null default 0")
    op.execute("alter table centre_day add column sent_back integer not null default 0")
    if op.get_bind().dialect.name == "postgresql":
        for table in ("centre_office", "centre_hour"):
            for statement in walls.isolate(table, rollup=True):
                op.execute(statement)
            rights = "select, insert, update, delete"
            for statement in walls.grant(table, to_app=rights, to_national=True):
                op.execute(statement)
    _count_earlier_months()


def downgrade() -> None:
    op.drop_table("centre_hour")
    op.drop_table("centre_office")
    op.drop_index("ix_holding_citizen", "holding")
    for name in STANDING:
        op.drop_column("centre_now", name)
    op.drop_column("centre_day", "sent_back")


def _create(table: str, figures: tuple[str, ...], *key: sa.Column[object]) -> None:
    names = [str(column.name) for column in key]
    office = "ministry_id" in names
    op.create_table(
        table,
        sa.Column("centre_id", sa.Integer(), nullable=False),
        *key,
        *(sa.Column(name, sa.Integer(), nullable=False) for name in figures),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f(f"fk_{table}_centre_id")),
        *(
            [
                sa.ForeignKeyConstraint(
                    ["ministry_id"], ["ministry.id"], name=op.f(f"fk_{table}_ministry_id")
                )
            ]
            if office
            else []
        ),
        sa.PrimaryKeyConstraint("centre_id", *names, name=op.f(f"pk_{table}")),
    )


def _count_earlier_months() -> None:
    """Days get their new figure here; a mark on each month makes its hours be counted."""
    bind = op.get_bind()
    for centre in bind.scalars(sa.text("select id from centre order by id")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(
                sa.text("select set_config('app.centre_id', :id, true)"), {"id": str(centre)}
            )
        bind.execute(SENT_BACK, {"centre": centre})
        months = bind.execute(MONTHS.columns(month=sa.Date), {"centre": centre}).scalars().all()
        if months:
            days = {*months, datetime.now(UTC).date()}
            bind.execute(
                sa.insert(DIRTY),
                [{"centre_id": centre, "id": new_id(), "day": day} for day in sorted(days)],
            )
    if bind.dialect.name == "postgresql":
        bind.execute(sa.text("select set_config('app.centre_id', '', true)"))
