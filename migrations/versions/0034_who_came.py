"""Who came, counted apart from who it was, and the counts of each month."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0034"
down_revision = "0033"

ANSWERS = {
    "sex": ("female", "male"),
    "age": ("under_18", "18_29", "30_44", "45_59", "60_up"),
    "disability": ("yes", "no"),
    "language": ("lao", "khmu", "hmong", "other"),
    "distance": ("up_to_5", "5_20", "20_50", "over_50"),
}
COLUMNS = ("centre_id", "month", "id", *ANSWERS)


def upgrade() -> None:
    op.create_table(
        "who_came",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(length=10)) for name in ANSWERS),
        *(
            sa.CheckConstraint(
                f"{name} in ({', '.join(repr(value) for value in values)})",
                name=op.f(f"ck_who_came_{name}_known"),
            )
            for name, values in ANSWERS.items()
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_who_came_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "month", "id", name=op.f("pk_who_came")),
        # Rows lie in the order of a random key, never in that of their writing.
        sqlite_with_rowid=False,
    )
    op.create_table(
        "centre_month_group",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("trait", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_centre_month_group_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "month", "trait", "answer", name=op.f("pk_centre_month_group")
        ),
    )
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in walls.append_only("who_came", dialect):
        op.execute(statement)
    if dialect == "sqlite":
        for statement in walls.no_replacement(connection, "who_came"):
            op.execute(statement)
        return
    for table, is_rollup in (("who_came", False), ("centre_month_group", True)):
        for statement in walls.isolate(table, rollup=is_rollup):
            op.execute(statement)
    # By columns: whoever has the table as a whole may read xmin and ctid, too, which say in
    # which transaction and after which other row a row was written.
    rights = f"insert, select ({', '.join(COLUMNS)})"
    for statement in walls.grant("who_came", to_app=rights):
        op.execute(statement)
    rights = "select, insert, update, delete"
    for statement in walls.grant("centre_month_group", to_app=rights, to_national=True):
        op.execute(statement)
    # A plain CLUSTER by the owner lays the rows in the order of their random keys.
    op.execute("alter table who_came cluster on pk_who_came")


def downgrade() -> None:
    op.drop_table("centre_month_group")
    op.drop_table("who_came")
