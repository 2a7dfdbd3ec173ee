"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "document_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("name_lo", sa.String(length=160), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_type")),
        sa.UniqueConstraint("code", name=op.f("uq_document_type_code")),
    )
    op.create_table(
        "holiday",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_lo", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("on", "name_en", name=op.f("pk_holiday")),
    )
    op.create_table(
        "letterhead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line1_lo", sa.String(length=120), nullable=False),
        sa.Column("line2_lo", sa.String(length=120), nullable=False),
        sa.Column("line1_en", sa.String(length=120), nullable=False),
        sa.Column("line2_en", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letterhead")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_letterhead_valid_from")),
    )
    op.create_table(
        "ministry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_lo", sa.String(length=120), nullable=False),
        sa.Column("abbreviation_lo", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["ministry.id"], name=op.f("fk_ministry_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ministry")),
        sa.UniqueConstraint("code", name=op.f("uq_ministry_code")),
    )
    op.create_table(
        "monitoring_body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_lo", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_body")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_monitoring_body_valid_from")),
    )
    op.create_table(
        "national_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_event")),
    )
    with op.batch_alter_table("national_event", schema=None) as batch_op:
        batch_op.create_index("ix_national_event_at", ["at"], unique=False)
        batch_op.create_index("ix_national_event_verb", ["verb"], unique=False)

    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("code", name=op.f("uq_service_code")),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttle")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("iso_3166_2", sa.String(length=8), nullable=True),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("name_lo", sa.String(length=80), nullable=False),
        sa.Column("sort_lo", sa.String(length=400), nullable=False),
        sa.Column("population_2015", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("name_lo", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(length=200), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_user_account_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_table(
        "centre",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_lo", sa.String(length=120), nullable=False),
        sa.Column("abbreviation_lo", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("day_starts_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint("day_starts_minute between 0 and 719", name=op.f("ck_centre_day_start")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_centre_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
        sa.UniqueConstraint("code", name=op.f("uq_centre_code")),
    )
    op.create_table(
        "fee_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("name_lo", sa.String(length=160), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("legal_basis", sa.String(length=400), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("currency in ('LAK', 'USD')", name=op.f("ck_fee_line_currency_known")),
        sa.CheckConstraint(
            "amount is null or amount >= 0", name=op.f("ck_fee_line_amount_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_fee_line_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_line")),
        sa.UniqueConstraint(
            "service_id", "code", "valid_from", name=op.f("uq_fee_line_service_id_code_valid_from")
        ),
    )
    with op.batch_alter_table("fee_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fee_line_service_id_valid_from", ["service_id", "valid_from"], unique=False
        )

    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_one_time_link_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_one_time_link_user_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_link")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "service_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ministry_id", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_lo", sa.String(length=200), nullable=False),
        sa.Column("processing_days", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_service_version_ministry_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_version_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_version")),
        sa.UniqueConstraint(
            "service_id", "valid_from", name=op.f("uq_service_version_service_id_valid_from")
        ),
    )
    op.create_table(
        "unit_alias",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("alias", sa.String(length=80), nullable=False),
        sa.Column("search_key", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_alias_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "lang", "alias", name=op.f("pk_unit_alias")),
    )
    with op.batch_alter_table("unit_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_alias_search_key"), ["search_key"], unique=False)

    op.create_table(
        "centre_area",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("covered_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["unit.id"], name=op.f("fk_centre_area_area_id")),
        sa.ForeignKeyConstraint(
            ["covered_id"], ["centre.id"], name=op.f("fk_centre_area_covered_id")
        ),
        sa.PrimaryKeyConstraint("area_id", "covered_id", name=op.f("pk_centre_area")),
    )
    op.create_table(
        "centre_day",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.Column("no_shows", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("waited", sa.Integer(), nullable=False),
        sa.Column("wait_seconds", sa.BigInteger(), nullable=False),
        sa.Column("wait_0_5", sa.Integer(), nullable=False),
        sa.Column("wait_5_15", sa.Integer(), nullable=False),
        sa.Column("wait_15_30", sa.Integer(), nullable=False),
        sa.Column("wait_30_60", sa.Integer(), nullable=False),
        sa.Column("wait_60_up", sa.Integer(), nullable=False),
        sa.Column("serve_seconds", sa.BigInteger(), nullable=False),
        sa.Column("applications", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("decided_on_time", sa.Integer(), nullable=False),
        sa.Column("receipts", sa.Integer(), nullable=False),
        sa.Column("voids", sa.Integer(), nullable=False),
        sa.Column("revenue_kip", sa.BigInteger(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_centre_day_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "day", name=op.f("pk_centre_day")),
    )
    op.create_table(
        "centre_month_service",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.Column("applications", sa.Integer(), nullable=False),
        sa.Column("revenue_kip", sa.BigInteger(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_centre_month_service_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_centre_month_service_service_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "month", "service_id", name=op.f("pk_centre_month_service")
        ),
    )
    op.create_table(
        "centre_now",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("serving", sa.Integer(), nullable=False),
        sa.Column("counters_open", sa.Integer(), nullable=False),
        sa.Column("files_open", sa.Integer(), nullable=False),
        sa.Column("files_overdue", sa.Integer(), nullable=False),
        sa.Column("tills_open", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_centre_now_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("pk_centre_now")),
    )
    op.create_table(
        "counter",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_counter_centre_id")),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["user_account.id"], name=op.f("fk_counter_clerk_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_counter")),
        sa.UniqueConstraint("centre_id", "number", name=op.f("uq_counter_centre_id_number")),
    )
    with op.batch_alter_table("counter", schema=None) as batch_op:
        batch_op.create_index(
            "uq_counter_clerk",
            ["centre_id", "clerk_id"],
            unique=True,
            sqlite_where=sa.text("clerk_id is not null"),
            postgresql_where=sa.text("clerk_id is not null"),
        )

    op.create_table(
        "event",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("from_state", sa.String(length=24), nullable=True),
        sa.Column("to_state", sa.String(length=24), nullable=True),
        sa.Column("counter_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_event_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_event")),
        sa.UniqueConstraint("centre_id", "subject_kind", "subject_id", "seq", name="uq_event_seq"),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_centre_id_at", ["centre_id", "at"], unique=False)

    op.create_table(
        "number_series",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_number_series_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "series", "period", name=op.f("pk_number_series")),
    )
    op.create_table(
        "person",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.String(length=160), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("id_number", sa.String(length=40), nullable=False),
        sa.Column("village", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_person_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(
            "ix_person_centre_id_id_number", ["centre_id", "id_number"], unique=False
        )
        batch_op.create_index(
            "ix_person_centre_id_name_key", ["centre_id", "name_key"], unique=False
        )

    op.create_table(
        "request_record",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=100), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_request_record_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "request_key", "actor_id", name=op.f("pk_request_record")
        ),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("at_centre_id", sa.Integer(), nullable=True),
        sa.Column("at_unit_id", sa.Integer(), nullable=True),
        sa.Column("ministry_id", sa.Integer(), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(at_centre_id is null) <> (at_unit_id is null)", name=op.f("ck_role_grant_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["at_centre_id"], ["centre.id"], name=op.f("fk_role_grant_at_centre_id")
        ),
        sa.ForeignKeyConstraint(["at_unit_id"], ["unit.id"], name=op.f("fk_role_grant_at_unit_id")),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_role_grant_ministry_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_role_grant_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index("ix_role_grant_at_centre_id", ["at_centre_id"], unique=False)
        batch_op.create_index("ix_role_grant_user_id", ["user_id"], unique=False)
        batch_op.create_index(
            "uq_role_grant_held_at_centre",
            ["user_id", "role", "at_centre_id"],
            unique=True,
            sqlite_where=sa.text("ended_on is null"),
            postgresql_where=sa.text("ended_on is null"),
        )
        batch_op.create_index(
            "uq_role_grant_held_at_unit",
            ["user_id", "role", "at_unit_id"],
            unique=True,
            sqlite_where=sa.text("ended_on is null"),
            postgresql_where=sa.text("ended_on is null"),
        )

    op.create_table(
        "rollup_dirty",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_rollup_dirty_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_rollup_dirty")),
    )
    op.create_table(
        "service_group",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("name_lo", sa.String(length=80), nullable=False),
        sa.Column("number_width", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_service_group_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_service_group")),
        sa.UniqueConstraint("centre_id", "letter", name=op.f("uq_service_group_centre_id_letter")),
    )
    op.create_table(
        "service_paper",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("document_type_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_type_id"],
            ["document_type.id"],
            name=op.f("fk_service_paper_document_type_id"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["service_version.id"], name=op.f("fk_service_paper_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "document_type_id", name=op.f("pk_service_paper")),
    )
    op.create_table(
        "till_session",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cashier_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("float_kip", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_kip", sa.BigInteger(), nullable=True),
        sa.Column("expected_kip", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("float_kip >= 0", name=op.f("ck_till_session_float_not_negative")),
        sa.ForeignKeyConstraint(
            ["cashier_id"], ["user_account.id"], name=op.f("fk_till_session_cashier_id")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_till_session_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_till_session")),
    )
    with op.batch_alter_table("till_session", schema=None) as batch_op:
        batch_op.create_index("ix_till_session_centre_id_day", ["centre_id", "day"], unique=False)
        batch_op.create_index(
            "uq_till_session_open_per_cashier",
            ["centre_id", "cashier_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("entered_centre_id", sa.Integer(), nullable=True),
        sa.Column("entered_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_centre_id"], ["centre.id"], name=op.f("fk_user_session_entered_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_user_session")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index("ix_user_session_user_id", ["user_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_visit_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_visit")),
    )
    op.create_table(
        "counter_group",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "counter_id"],
            ["counter.centre_id", "counter.id"],
            name=op.f("fk_counter_group_centre_id_counter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "group_id"],
            ["service_group.centre_id", "service_group.id"],
            name=op.f("fk_counter_group_centre_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_counter_group_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "counter_id", "group_id", name=op.f("pk_counter_group")
        ),
    )
    op.create_table(
        "offered_service",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("offered_from", sa.Date(), nullable=False),
        sa.Column("offered_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "group_id"],
            ["service_group.centre_id", "service_group.id"],
            name=op.f("fk_offered_service_centre_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_offered_service_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_offered_service_service_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "service_id", name=op.f("pk_offered_service")),
    )
    op.create_table(
        "ticket",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=12), nullable=False),
        sa.Column("public_code", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("priority_reason", sa.String(length=16), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_count", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Uuid(), nullable=True),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state not in ('called', 'serving') or counter_id is not null",
            name=op.f("ck_ticket_has_counter"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_ticket_number_positive")),
        sa.ForeignKeyConstraint(
            ["centre_id", "counter_id"],
            ["counter.centre_id", "counter.id"],
            name=op.f("fk_ticket_centre_id_counter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "group_id"],
            ["service_group.centre_id", "service_group.id"],
            name=op.f("fk_ticket_centre_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "visit_id"],
            ["visit.centre_id", "visit.id"],
            name=op.f("fk_ticket_centre_id_visit_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_ticket_centre_id")),
        sa.ForeignKeyConstraint(["clerk_id"], ["user_account.id"], name=op.f("fk_ticket_clerk_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_ticket_service_id")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_ticket")),
        sa.UniqueConstraint(
            "centre_id", "day", "letter", "number", name="uq_ticket_number_per_day"
        ),
        sa.UniqueConstraint("centre_id", "public_code", name="uq_ticket_public_code"),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ticket_queue", ["centre_id", "day", "state", "priority", "number"], unique=False
        )
        batch_op.create_index(
            "uq_ticket_open_per_clerk",
            ["centre_id", "clerk_id"],
            unique=True,
            sqlite_where=sa.text("state in ('called', 'serving')"),
            postgresql_where=sa.text("state in ('called', 'serving')"),
        )
        batch_op.create_index(
            "uq_ticket_open_per_counter",
            ["centre_id", "counter_id"],
            unique=True,
            sqlite_where=sa.text("state in ('called', 'serving')"),
            postgresql_where=sa.text("state in ('called', 'serving')"),
        )

    op.create_table(
        "application",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("tracking_code", sa.String(length=32), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("service_version_id", sa.Integer(), nullable=False),
        sa.Column("ministry_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_reason", sa.String(length=500), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "person_id"],
            ["person.centre_id", "person.id"],
            name=op.f("fk_application_centre_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "ticket_id"],
            ["ticket.centre_id", "ticket.id"],
            name=op.f("fk_application_centre_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_application_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_application_ministry_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_application_service_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_version_id"],
            ["service_version.id"],
            name=op.f("fk_application_service_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["user_account.id"], name=op.f("fk_application_taken_by_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_application")),
        sa.UniqueConstraint("centre_id", "tracking_code", name="uq_application_tracking_code"),
        sa.UniqueConstraint("centre_id", "year", "number", name="uq_application_number"),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(
            "ix_application_centre_id_decided_on", ["centre_id", "decided_on"], unique=False
        )
        batch_op.create_index(
            "ix_application_centre_id_state_due_on", ["centre_id", "state", "due_on"], unique=False
        )
        batch_op.create_index(
            "ix_application_centre_id_submitted_on", ["centre_id", "submitted_on"], unique=False
        )
        batch_op.create_index(
            "ix_application_centre_id_ticket_id", ["centre_id", "ticket_id"], unique=False
        )

    op.create_table(
        "application_paper",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("document_type_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_application_paper_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_application_paper_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_type_id"],
            ["document_type.id"],
            name=op.f("fk_application_paper_document_type_id"),
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "application_id", "document_type_id", name=op.f("pk_application_paper")
        ),
    )
    op.create_table(
        "assessment",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("total_kip", sa.BigInteger(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("total_kip >= 0", name=op.f("ck_assessment_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["assessed_by_id"], ["user_account.id"], name=op.f("fk_assessment_assessed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_assessment_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_assessment_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_assessment")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_centre_id_application_id", ["centre_id", "application_id"], unique=False
        )

    op.create_table(
        "assessment_line",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fee_line_id", sa.Integer(), nullable=False),
        sa.Column("ministry_id", sa.Integer(), nullable=False),
        sa.Column("service_code", sa.String(length=12), nullable=False),
        sa.Column("name_en", sa.String(length=400), nullable=False),
        sa.Column("name_lo", sa.String(length=400), nullable=False),
        sa.Column("legal_basis", sa.String(length=400), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_kip", sa.BigInteger(), nullable=False),
        sa.Column("amount_kip", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_kip = unit_kip * quantity", name=op.f("ck_assessment_line_amount_is_product")
        ),
        sa.CheckConstraint(
            "quantity > 0 and unit_kip >= 0", name=op.f("ck_assessment_line_sensible")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "assessment_id"],
            ["assessment.centre_id", "assessment.id"],
            name=op.f("fk_assessment_line_centre_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_assessment_line_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["fee_line_id"], ["fee_line.id"], name=op.f("fk_assessment_line_fee_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_assessment_line_ministry_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "assessment_id", "position", name=op.f("pk_assessment_line")
        ),
    )
    op.create_table(
        "receipt",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("public_code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("voids_id", sa.Uuid(), nullable=True),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("till_session_id", sa.Uuid(), nullable=False),
        sa.Column("cashier_id", sa.Integer(), nullable=False),
        sa.Column("cashier_name", sa.String(length=200), nullable=False),
        sa.Column("payer_name", sa.String(length=160), nullable=False),
        sa.Column("amount_kip", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("tendered_kip", sa.BigInteger(), nullable=False),
        sa.Column("change_kip", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'sale' and voids_id is null and amount_kip > 0 and approved_by_id is null) or (kind = 'void' and voids_id is not null and amount_kip < 0 and length(reason) >= 5 and approved_by_id is not null)",
            name=op.f("ck_receipt_kind"),
        ),
        sa.CheckConstraint(
            "method <> 'cash' or kind = 'void' or tendered_kip - change_kip = amount_kip",
            name=op.f("ck_receipt_change_adds_up"),
        ),
        sa.CheckConstraint(
            "approved_by_id is null or approved_by_id <> cashier_id",
            name=op.f("ck_receipt_two_people"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_receipt_number_positive")),
        sa.CheckConstraint(
            "tendered_kip >= 0 and change_kip >= 0", name=op.f("ck_receipt_cash_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_receipt_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["cashier_id"], ["user_account.id"], name=op.f("fk_receipt_cashier_id")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "application_id"],
            ["application.centre_id", "application.id"],
            name=op.f("fk_receipt_centre_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "assessment_id"],
            ["assessment.centre_id", "assessment.id"],
            name=op.f("fk_receipt_centre_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "till_session_id"],
            ["till_session.centre_id", "till_session.id"],
            name=op.f("fk_receipt_centre_id_till_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "voids_id"],
            ["receipt.centre_id", "receipt.id"],
            name=op.f("fk_receipt_centre_id_voids_id"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_receipt_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("centre_id", "assessment_id", "kind", name="uq_receipt_paid_once"),
        sa.UniqueConstraint("centre_id", "fiscal_year", "number", name="uq_receipt_number"),
        sa.UniqueConstraint("centre_id", "public_code", name="uq_receipt_public_code"),
        sa.UniqueConstraint("centre_id", "voids_id", name="uq_receipt_voided_once"),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_receipt_centre_id_application_id", ["centre_id", "application_id"], unique=False
        )
        batch_op.create_index("ix_receipt_centre_id_day", ["centre_id", "day"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("debit_kip", sa.BigInteger(), nullable=False),
        sa.Column("credit_kip", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "debit_kip >= 0 and credit_kip >= 0 and debit_kip * credit_kip = 0",
            name=op.f("ck_ledger_entry_one_side"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "receipt_id"],
            ["receipt.centre_id", "receipt.id"],
            name=op.f("fk_ledger_entry_centre_id_receipt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_ledger_entry_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_ledger_entry")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_entry_centre_id_receipt_id", ["centre_id", "receipt_id"], unique=False
        )

    op.create_table(
        "receipt_line",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fee_line_id", sa.Integer(), nullable=False),
        sa.Column("ministry_id", sa.Integer(), nullable=False),
        sa.Column("service_code", sa.String(length=12), nullable=False),
        sa.Column("name_en", sa.String(length=400), nullable=False),
        sa.Column("name_lo", sa.String(length=400), nullable=False),
        sa.Column("legal_basis", sa.String(length=400), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_kip", sa.BigInteger(), nullable=False),
        sa.Column("amount_kip", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_kip = unit_kip * quantity", name=op.f("ck_receipt_line_amount_is_product")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "receipt_id"],
            ["receipt.centre_id", "receipt.id"],
            name=op.f("fk_receipt_line_centre_id_receipt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_receipt_line_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["fee_line_id"], ["fee_line.id"], name=op.f("fk_receipt_line_fee_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_receipt_line_ministry_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "receipt_id", "position", name=op.f("pk_receipt_line")
        ),
    )


def downgrade() -> None:
    op.drop_table("receipt_line")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entry_centre_id_receipt_id")

    op.drop_table("ledger_entry")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index("ix_receipt_centre_id_day")
        batch_op.drop_index("ix_receipt_centre_id_application_id")

    op.drop_table("receipt")
    op.drop_table("assessment_line")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_centre_id_application_id")

    op.drop_table("assessment")
    op.drop_table("application_paper")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index("ix_application_centre_id_ticket_id")
        batch_op.drop_index("ix_application_centre_id_submitted_on")
        batch_op.drop_index("ix_application_centre_id_state_due_on")
        batch_op.drop_index("ix_application_centre_id_decided_on")

    op.drop_table("application")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ticket_open_per_counter",
            sqlite_where=sa.text("state in ('called', 'serving')"),
            postgresql_where=sa.text("state in ('called', 'serving')"),
        )
        batch_op.drop_index(
            "uq_ticket_open_per_clerk",
            sqlite_where=sa.text("state in ('called', 'serving')"),
            postgresql_where=sa.text("state in ('called', 'serving')"),
        )
        batch_op.drop_index("ix_ticket_queue")

    op.drop_table("ticket")
    op.drop_table("offered_service")
    op.drop_table("counter_group")
    op.drop_table("visit")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index("ix_user_session_user_id")

    op.drop_table("user_session")
    with op.batch_alter_table("till_session", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_till_session_open_per_cashier",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_till_session_centre_id_day")

    op.drop_table("till_session")
    op.drop_table("service_paper")
    op.drop_table("service_group")
    op.drop_table("rollup_dirty")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_grant_held_at_unit",
            sqlite_where=sa.text("ended_on is null"),
            postgresql_where=sa.text("ended_on is null"),
        )
        batch_op.drop_index(
            "uq_role_grant_held_at_centre",
            sqlite_where=sa.text("ended_on is null"),
            postgresql_where=sa.text("ended_on is null"),
        )
        batch_op.drop_index("ix_role_grant_user_id")
        batch_op.drop_index("ix_role_grant_at_centre_id")

    op.drop_table("role_grant")
    op.drop_table("request_record")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_centre_id_name_key")
        batch_op.drop_index("ix_person_centre_id_id_number")

    op.drop_table("person")
    op.drop_table("number_series")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_centre_id_at")

    op.drop_table("event")
    with op.batch_alter_table("counter", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_counter_clerk",
            sqlite_where=sa.text("clerk_id is not null"),
            postgresql_where=sa.text("clerk_id is not null"),
        )

    op.drop_table("counter")
    op.drop_table("centre_now")
    op.drop_table("centre_month_service")
    op.drop_table("centre_day")
    op.drop_table("centre_area")
    with op.batch_alter_table("unit_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_alias_search_key"))

    op.drop_table("unit_alias")
    op.drop_table("service_version")
    op.drop_table("recovery_code")
    op.drop_table("one_time_link")
    with op.batch_alter_table("fee_line", schema=None) as batch_op:
        batch_op.drop_index("ix_fee_line_service_id_valid_from")

    op.drop_table("fee_line")
    op.drop_table("centre")
    op.drop_table("api_token")
    op.drop_table("user_account")
    op.drop_table("unit")
    op.drop_table("sign_in_throttle")
    op.drop_table("service")
    with op.batch_alter_table("national_event", schema=None) as batch_op:
        batch_op.drop_index("ix_national_event_verb")
        batch_op.drop_index("ix_national_event_at")

    op.drop_table("national_event")
    op.drop_table("monitoring_body")
    op.drop_table("ministry")
    op.drop_table("letterhead")
    op.drop_table("holiday")
    op.drop_table("document_type")
