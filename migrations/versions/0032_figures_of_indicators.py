"""More figures of days and services, months of whole centres, and what offices let go in a month.

Days and months that have figures are marked, so that the first process that runs counts them anew
from the records.
"""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls
from odsc_counter.platform.columns import new_id

revision = "0032"
down_revision = "0029"

COUNTED = (
    "asked", "served", "no_shows", "cancelled", "walked_out", "closed", "ended", "called",
    "judged", "in_target", "waited", "wait_seconds", "wait_0_5", "wait_5_15", "wait_15_30",
    "wait_30_60", "wait_60_up", "timed", "serve_seconds", "applications", "complete", "decided",
    "decided_on_time", "decided_days", "sent_back", "collected", "collect_days", "fee_lines",
    "reduced_lines", "reduction_kip", "local_lines", "revenue_kip",
)  # fmt: skip
BY_DAY = (*COUNTED, "visits", "tickets", "unreliable", "receipts", "voids", "refunds")
MONTH = (*BY_DAY, "days", "open_days")
OFFICE = ("let_go", "let_go_days", "let_go_late", "returned")
BIG = ("wait_seconds", "serve_seconds", "reduction_kip", "revenue_kip")
NEW_OF_DAY = (
    "asked", "ended", "complete", "decided_days", "collected", "collect_days", "fee_lines",
    "reduced_lines", "reduction_kip", "local_lines", "visits", "refunds",
)  # fmt: skip
KEPT_OF_SERVICE = ("served", "applications", "revenue_kip")
DIRTY = sa.table(
    "rollup_dirty",
    sa.column("centre_id", sa.Integer),
    sa.column("id", sa.Uuid),
    sa.column("day", sa.Date),
)
DAYS = sa.text("select day from centre_day where centre_id = :centre")
MONTHS = sa.text("select distinct month from centre_month_service where centre_id = :centre")


def upgrade() -> None:
    for name in NEW_OF_DAY:
        _add("centre_day", name)
    op.execute("alter table centre_month_service rename column tickets to asked")
    for name in COUNTED:
        if name not in {"asked", *KEPT_OF_SERVICE}:
            _add("centre_month_service", name)
    op.create_index(
        "ix_centre_month_service_service_id",
        "centre_month_service",
        ["centre_id", "service_id", "month"],
    )
    _create("centre_month", MONTH, sa.Column("month", sa.Date(), nullable=False))
    _create(
        "centre_month_office",
        OFFICE,
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("ministry_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("centre_month", "centre_month_office"):
            for statement in walls.isolate(table, rollup=True):
                op.execute(statement)
            rights = "select, insert, update, delete"
            for statement in walls.grant(table, to_app=rights, to_national=True):
                op.execute(statement)
    _mark_what_is_kept()


def downgrade() -> None:
    op.drop_table("centre_month_office")
    op.drop_table("centre_month")
    op.drop_index("ix_centre_month_service_service_id", "centre_month_service")
    for name in COUNTED:
        if name not in {"asked", *KEPT_OF_SERVICE}:
            op.drop_column("centre_month_service", name)
    op.execute("alter table centre_month_service rename column asked to tickets")
    for name in NEW_OF_DAY:
        op.drop_column("centre_day", name)


def _add(table: str, name: str) -> None:
    kind = "bigint" if name in BIG else "integer"
    op.execute(f"alter table {table} add column {name} {kind} not null default 0")


def _create(table: str, figures: tuple[str, ...], *key: sa.Column[object]) -> None:
    names = [str(column.name) for column in key]
    ministry = [
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f(f"fk_{table}_ministry_id")
        )
    ]
    op.create_table(
        table,
        sa.Column("centre_id", sa.Integer(), nullable=False),
        *key,
        *(
            sa.Column(name, sa.BigInteger() if name in BIG else sa.Integer(), nullable=False)
            for name in figures
        ),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f(f"fk_{table}_centre_id")),
        *(ministry if "ministry_id" in names else []),
        sa.PrimaryKeyConstraint("centre_id", *names, name=op.f(f"pk_{table}")),
    )


def _mark_what_is_kept() -> None:
    bind = op.get_bind()
    for centre in bind.scalars(sa.text("select id from centre order by id")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(
                sa.text("select set_config('app.centre_id', :id, true)"), {"id": str(centre)}
            )
        days = {
            *bind.execute(DAYS.columns(day=sa.Date), {"centre": centre}).scalars(),
            *bind.execute(MONTHS.columns(month=sa.Date), {"centre": centre}).scalars(),
        }
        if days:
            bind.execute(
                sa.insert(DIRTY),
                [{"centre_id": centre, "id": new_id(), "day": day} for day in sorted(days)],
            )
    if bind.dialect.name == "postgresql":
        bind.execute(sa.text("select set_config('app.centre_id', '', true)"))
