"""How Alembic reaches a database: one transaction per upgrade, on both databases."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext

from odsc_counter.platform.columns import UtcDateTime
from odsc_counter.schema import metadata

config = context.config


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Write our own column type as the plain one it stands on."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


with config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
