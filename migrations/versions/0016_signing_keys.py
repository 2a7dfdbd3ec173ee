"""The public keys with which receipts are verified. A row changes once: when it is retired."""

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0016"
down_revision = "0015"

RIGHTS = "select, insert, update (retired_at, retired_by)"
OWN_OR_NATIONS = f"({walls.NO_CENTRE} or at_{walls.OWN_CENTRE})"
STANDS = (
    "old.retired_at is null and new.retired_at is not null and new.key_id = old.key_id"
    " and new.at_centre_id = old.at_centre_id and new.algorithm = old.algorithm"
    " and new.public_key = old.public_key and new.made_at = old.made_at"
    " and new.made_by = old.made_by"
)
SAYS = "a signing key stands as it was made and is retired once"


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("at_centre_id", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.String(length=12), nullable=False),
        sa.Column("public_key", sa.String(length=44), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("algorithm = 'ed25519'", name=op.f("ck_signing_key_algorithm_known")),
        sa.CheckConstraint(
            "retired_at is null or retired_at >= made_at",
            name=op.f("ck_signing_key_retired_later"),
        ),
        sa.CheckConstraint(
            "(retired_at is null) = (retired_by = '')",
            name=op.f("ck_signing_key_retired_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["at_centre_id"], ["centre.id"], name=op.f("fk_signing_key_at_centre_id")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_key")),
    )
    op.create_index(
        "uq_signing_key_in_force",
        "signing_key",
        ["at_centre_id"],
        unique=True,
        sqlite_where=sa.text("retired_at is null"),
        postgresql_where=sa.text("retired_at is null"),
    )
    op.create_index("ix_signing_key_at_centre_id", "signing_key", ["at_centre_id"])
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_walls()
    else:
        _postgresql_walls()


def downgrade() -> None:
    # No way back: without its public key no receipt of a centre could be verified again.
    raise RuntimeError("public keys are kept for ever; restore a backup instead")


def _sqlite_walls() -> None:
    op.execute(
        "create trigger signing_key_stands before update on signing_key"
        f" when not coalesce(({STANDS}), 0) begin select raise(abort, '{SAYS}'); end"
    )
    op.execute(
        "create trigger signing_key_no_delete before delete on signing_key"
        f" begin select raise(abort, '{SAYS}'); end"
    )
    for statement in walls.no_replacement(op.get_bind(), "signing_key"):
        op.execute(statement)


def _postgresql_walls() -> None:
    for statement in walls.grant("signing_key", to_app=RIGHTS, to_national=True):
        op.execute(statement)
    op.execute("alter table signing_key enable row level security")
    op.execute("create policy everyone_reads on signing_key for select using (true)")
    # A centre's first receipt makes its key; no centre makes or retires another's.
    op.execute(
        f"create policy own_is_added on signing_key for insert with check ({OWN_OR_NATIONS})"
    )
    op.execute(
        "create policy own_is_retired on signing_key for update"
        f" using ({OWN_OR_NATIONS}) with check ({OWN_OR_NATIONS})"
    )
    op.execute(
        "create function signing_key_stands() returns trigger language plpgsql as"
        f" $$ begin if not coalesce(({STANDS}), false) then raise exception '{SAYS}'; end if;"
        " return new; end $$"
    )
    op.execute(
        "create trigger signing_key_stands before update on signing_key"
        " for each row execute function signing_key_stands()"
    )
    op.execute(
        "create trigger signing_key_no_delete before delete on signing_key"
        " for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger signing_key_no_truncate before truncate on signing_key"
        " for each statement execute function refuse_change()"
    )
