"""The tripwire: reads the final SQL of every statement and raises rather than leak."""

from typing import Any

from sqlalchemy import event

from odsc_counter.platform.database import Database


def install(database: Database) -> None:
    """Watch every statement of the database's engines."""
    for engine in {database.writer, database.reader, database.national}:
        event.listen(engine, "before_cursor_execute", _look)


def _look(
    _connection: Any,
    _cursor: Any,
    _statement: str,
    _parameters: Any,
    _context: Any,
    _executemany: bool,
) -> None:
    """Not yet armed."""
