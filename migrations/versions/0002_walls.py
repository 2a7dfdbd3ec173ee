"""Walls: append-only tables, row-level security, and what each role may do."""

from alembic import op

from odsc_counter.platform import walls

revision = "0002"
down_revision = "0001"

REFERENCE = (
    "centre",
    "centre_area",
    "document_type",
    "fee_line",
    "holiday",
    "letterhead",
    "ministry",
    "monitoring_body",
    "service",
    "service_paper",
    "service_version",
    "unit",
    "unit_alias",
)
ACCOUNTS = (
    "api_token",
    "one_time_link",
    "recovery_code",
    "role_grant",
    "sign_in_throttle",
    "user_account",
    "user_session",
)
ROLLUPS = ("centre_day", "centre_month_service", "centre_now", "rollup_dirty")
CENTRES = (
    "application",
    "application_paper",
    "counter",
    "counter_group",
    "number_series",
    "offered_service",
    "person",
    "request_record",
    "service_group",
    "ticket",
    "till_session",
    "visit",
)
CENTRES_APPEND_ONLY = (
    "assessment",
    "assessment_line",
    "event",
    "ledger_entry",
    "receipt",
    "receipt_line",
)
MAY_DELETE = {"counter_group", "recovery_code", "service_paper", "sign_in_throttle", *ROLLUPS}


def _rights(table: str) -> str:
    return "select, insert, update" + (", delete" if table in MAY_DELETE else "")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        for statement in walls.create_roles():
            op.execute(statement)
        op.execute(walls.refuse_changes_function())
        for table in (*REFERENCE, *ACCOUNTS):
            national = table in REFERENCE
            for statement in walls.grant(table, to_app=_rights(table), to_national=national):
                op.execute(statement)
        op.execute("grant delete on centre_area to odsc_app")
        for table in (*ROLLUPS, *CENTRES):
            rollup = table in ROLLUPS
            for statement in walls.isolate(table, rollup=rollup):
                op.execute(statement)
            for statement in walls.grant(table, to_app=_rights(table), to_national=rollup):
                op.execute(statement)
        for table in CENTRES_APPEND_ONLY:
            for statement in walls.isolate(table):
                op.execute(statement)
        for table in (*CENTRES_APPEND_ONLY, "national_event"):
            for statement in walls.grant(table, to_app="select, insert"):
                op.execute(statement)
        op.execute("grant usage, select on all sequences in schema public to odsc_app")
        op.execute("grant select on alembic_version to odsc_app")
    for table in (*CENTRES_APPEND_ONLY, "national_event"):
        for statement in walls.append_only(table, dialect):
            op.execute(statement)


def downgrade() -> None:
    # No way back: without the walls the money tables would stand open.
    raise RuntimeError("the walls can't be taken down; restore a backup instead")
