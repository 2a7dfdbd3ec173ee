"""Fees as rules with dated acts, official rates, who pays less, and centres' own amounts."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0017"
down_revision = "0016"

RULES = "'fixed', 'per_unit', 'stepped', 'percent', 'fine_day', 'fine_percent'"
COLUMNS = (
    "rule varchar(12) not null default 'fixed' constraint ck_fee_line_rule_known"
    f" check (rule in ({RULES}))",
    "part varchar(8) not null default 'one_of' constraint ck_fee_line_part_known"
    " check (part in ('one_of', 'extra', 'fine'))",
    "terms json not null default '{}'",
    "shares json not null default '[]'",
    "article varchar(80) not null default ''",
    "act_on date",
)
STANDS = " and ".join(
    f"new.{column} = old.{column}"
    for column in (
        "id", "owner_centre_id", "fee_line_id", "amount_kip", "decision_number", "decision_on",
        "decided_by", "reason", "valid_from", "recorded_at", "recorded_by",
    )
)  # fmt: skip
SAYS = "a deviation stands as it was decided and only ends"
DATED_BY_DECISION = (
    "update fee_line set act_on = (select s.decision_on from service s"
    " where s.id = fee_line.service_id) where owner_centre_id is not null"
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for column in COLUMNS:
        op.execute(f"alter table fee_line add column {column}")
    # A centre's own service names the decision that sets its fee, too.
    op.execute(DATED_BY_DECISION)
    _create_tables()
    for statement in walls.append_only("exchange_rate", dialect):
        op.execute(statement)
    if dialect == "sqlite":
        for statement in walls.no_replacement(op.get_bind(), "exchange_rate"):
            op.execute(statement)
    for statement in _sqlite_walls() if dialect == "sqlite" else _postgresql_walls():
        op.execute(statement)


def downgrade() -> None:
    # No way back: receipts name rates, classes and decisions that would be gone.
    raise RuntimeError("fees could no longer be explained; restore a backup instead")


def _sqlite_walls() -> Iterator[str]:
    yield (
        "create trigger fee_deviation_stands before update on fee_deviation"
        f" when not coalesce(({STANDS}), 0) begin select raise(abort, '{SAYS}'); end"
    )
    for table in ("fee_deviation", "exemption_class"):
        yield (
            f"create trigger {table}_no_delete before delete on {table}"
            f" begin select raise(abort, 'rows of {table} are ended, not removed'); end"
        )


def _postgresql_walls() -> Iterator[str]:
    for table, rights in (
        ("exchange_rate", "select, insert"),
        ("exemption_class", "select, insert, update"),
        ("fee_deviation", "select, insert, update (valid_to)"),
    ):
        yield from walls.grant(table, to_app=rights)
        yield f"grant usage, select on sequence {table}_id_seq to odsc_app"
    yield from walls.keep_local("fee_deviation")
    yield (
        "create function fee_deviation_stands() returns trigger language plpgsql as"
        f" $$ begin if not coalesce(({STANDS}), false) then raise exception '{SAYS}'; end if;"
        " return new; end $$"
    )
    yield (
        "create trigger fee_deviation_stands before update on fee_deviation"
        " for each row execute function fee_deviation_stands()"
    )
    for table in ("fee_deviation", "exemption_class"):
        yield (
            f"create trigger {table}_no_delete before delete on {table}"
            " for each row execute function refuse_change()"
        )
        yield (
            f"create trigger {table}_no_truncate before truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def _create_tables() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kip", sa.BigInteger(), nullable=False),
        sa.Column("good_for_days", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("trim(source) <> ''", name=op.f("ck_exchange_rate_has_source")),
        sa.CheckConstraint(
            "good_for_days between 0 and 31", name=op.f("ck_exchange_rate_good_for_sensible")
        ),
        sa.CheckConstraint("kip > 0", name=op.f("ck_exchange_rate_kip_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
    )
    op.create_index(
        "ix_exchange_rate_currency_day", "exchange_rate", ["currency", "day"], unique=False
    )
    op.create_table(
        "exemption_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("name_lo", sa.String(length=160), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("paper_en", sa.String(length=160), nullable=False),
        sa.Column("paper_lo", sa.String(length=160), nullable=False),
        sa.Column("legal_basis", sa.String(length=400), nullable=False),
        sa.Column("act_on", sa.Date(), nullable=True),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "standing = 'illustrative' or (trim(legal_basis) <> '' and act_on is not null)",
            name=op.f("ck_exemption_class_confirmed_has_act"),
        ),
        sa.CheckConstraint(
            "standing in ('illustrative', 'confirmed')",
            name=op.f("ck_exemption_class_standing_known"),
        ),
        sa.CheckConstraint(
            "basis_points between 1 and 10000", name=op.f("ck_exemption_class_reduction_sensible")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption_class")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_exemption_class_code_valid_from")),
    )
    op.create_table(
        "fee_deviation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fee_line_id", sa.Integer(), nullable=False),
        sa.Column("amount_kip", sa.BigInteger(), nullable=False),
        sa.Column("decision_number", sa.String(length=80), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("owner_centre_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "trim(decision_number) <> '' and trim(decided_by) <> '' and trim(reason) <> ''",
            name=op.f("ck_fee_deviation_is_decided"),
        ),
        sa.CheckConstraint("amount_kip >= 0", name=op.f("ck_fee_deviation_amount_not_negative")),
        sa.CheckConstraint("owner_centre_id is not null", name=op.f("ck_fee_deviation_has_owner")),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from",
            name=op.f("ck_fee_deviation_ends_after_it_begins"),
        ),
        sa.ForeignKeyConstraint(
            ["fee_line_id"], ["fee_line.id"], name=op.f("fk_fee_deviation_fee_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_centre_id"], ["centre.id"], name=op.f("fk_fee_deviation_owner_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_deviation")),
    )
    op.create_index("ix_fee_deviation_fee_line_id", "fee_deviation", ["fee_line_id"], unique=False)
    op.create_index(
        "ix_fee_deviation_owner_centre_id", "fee_deviation", ["owner_centre_id"], unique=False
    )
