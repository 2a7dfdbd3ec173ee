"""An office may take back what it has set for a rule of flags: what stands above holds again."""

from alembic import op

from odsc_counter.platform import walls

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in walls.grant("flag_rule", to_app="delete", to_national=False):
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("revoke delete on flag_rule from odsc_app")
