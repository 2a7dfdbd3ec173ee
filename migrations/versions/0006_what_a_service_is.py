"""What a service is: words for citizens, form, offices, and how each paper is asked for."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0006"
down_revision = "0005"

WORDS = ("description", "legal_basis", "applicants", "result")
LENGTHS = {"description": "text", "legal_basis": "varchar(300)"}
COLUMNS = (
    *(
        f"service_version add column {word}_{language} {LENGTHS.get(word, 'varchar(200)')}"
        " not null default ''"
        for word in WORDS
        for language in ("en", "lo")
    ),
    "service_version add column form json not null default '{{}}'",
    "document_type add column kind varchar(8) not null default 'original'",
    "document_type add column made_by varchar(12) not null default ''",
    "document_type add column reusable_months integer not null default 0",
    *(
        f"{table} add column {column}"
        for table in ("service_paper", "application_paper")
        for column in (
            "kind varchar(8) not null default 'original'",
            "is_required boolean not null default {true}",
            "alternative varchar(20) not null default ''",
        )
    ),
    "service_paper add column condition json not null default '{{}}'",
    "application_paper add column origin varchar(8) not null default 'citizen'",
    "application_paper add column held_in_id {uuid}",
    "role_grant add column office_level varchar(10) not null default ''",
)
INDEXES = (
    ("ix_application_newest", ("submitted_at", "number"), ""),
    ("ix_application_state", ("state", "submitted_at", "number"), ""),
    ("ix_application_ministry", ("ministry_id", "submitted_at", "number"), ""),
    ("ix_application_number", ("number",), ""),
    (
        "ix_application_due",
        ("due_on",),
        "state in ('submitted', 'incomplete', 'under_review')",
    ),
    ("ix_application_paper_twice", ("application_id",), "times_asked > 1"),
)
"""One for each list of files, so that none reads what it doesn't show."""
TYPES = {
    "sqlite": {"uuid": "char(32)", "true": "1"},
    "postgresql": {"uuid": "uuid", "true": "true"},
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for column in COLUMNS:
        op.execute(f"alter table {column.format(**TYPES[dialect])}")
    op.create_table(
        "service_step",
        sa.Column("version_id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("name_lo", sa.String(120), nullable=False),
        sa.Column("ministry_id", sa.Integer, nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("working_days", sa.Integer, nullable=False),
        sa.Column("decides", sa.Boolean, nullable=False),
        sa.Column("condition", sa.JSON, nullable=False),
        sa.CheckConstraint(
            "level in ('village', 'district', 'province', 'nation')",
            name=op.f("ck_service_step_level"),
        ),
        sa.CheckConstraint("working_days >= 0", name=op.f("ck_service_step_days_not_negative")),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_service_step_ministry_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["service_version.id"], name=op.f("fk_service_step_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "code", name=op.f("pk_service_step")),
    )
    op.drop_index("ix_application_centre_id_state_due_on", "application")
    for name, columns, where in INDEXES:
        table = "application_paper" if name.endswith("twice") else "application"
        condition = sa.text(where) if where else None
        op.create_index(
            name,
            table,
            ["centre_id", *columns],
            sqlite_where=condition,
            postgresql_where=condition,
        )
    if dialect == "postgresql":
        for statement in walls.grant(
            "service_step", to_app="select, insert, update", to_national=True
        ):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("service_step")
    for name, _columns, _where in reversed(INDEXES):
        table = "application_paper" if name.endswith("twice") else "application"
        op.drop_index(name, table)
    op.create_index(
        "ix_application_centre_id_state_due_on", "application", ["centre_id", "state", "due_on"]
    )
    for column in reversed(COLUMNS):
        table, _add, _column, name, *_type = column.split()
        op.execute(f"alter table {table} drop column {name}")
