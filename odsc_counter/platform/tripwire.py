"""The tripwire: no statement reaches the database that isn't tied to the session's scope.

It judges the final SQL, whoever wrote it, on both databases, and raises ScopeBreach rather
than return or change another centre's rows. Each message names the table and what is
missing. A deliberate exception carries the execution option `cross_centre="reason"`,
which is logged. Migrations use an engine of their own that is not watched.
"""

import logging
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.sql.expression import (
    ReleaseSavepointClause,
    RollbackToSavepointClause,
    SavepointClause,
)

from odsc_counter.platform.columns import Base, Rollup
from odsc_counter.platform.notices import ANNOUNCE
from odsc_counter.platform.sql_facts import FactFinder, Facts
from odsc_counter.platform.tenancy import SET_SCOPE, Scope, ScopeBreach

if TYPE_CHECKING:
    from odsc_counter.platform.database import Database

OPTION = "cross_centre"
OWN_SQL = frozenset({"BEGIN DEFERRED", "BEGIN IMMEDIATE", SET_SCOPE, ANNOUNCE})
OWN_PRAGMA = re.compile(r"pragma [a-z_]+")
SAVEPOINTS = (SavepointClause, RollbackToSavepointClause, ReleaseSavepointClause)

logger = logging.getLogger("odsc_counter.tripwire")


def install(database: "Database") -> None:
    """Watch every statement of the database's engines. A second call changes nothing."""
    for engine in (database.writer, database.reader, database.national):
        # Engines that share a dialect share their events and compiler too.
        if not issubclass(engine.dialect.statement_compiler, FactFinder):
            _watch(engine)


def _watch(engine: Engine) -> None:
    compiler = engine.dialect.statement_compiler
    engine.dialect.statement_compiler = type(compiler.__name__, (FactFinder, compiler), {})
    event.listen(engine, "before_cursor_execute", _look)
    event.listen(engine, "begin", _forget_scope)
    event.listen(engine, "commit", _forget_scope)
    event.listen(engine, "rollback", _forget_scope)
    event.listen(engine, "checkin", _forget_scope_of_pooled)


def _forget_scope(connection: Connection) -> None:
    # A connection that broke has lost its notes with it, and can't be asked.
    if not connection.invalidated:
        connection.info.pop("scope", None)


def _forget_scope_of_pooled(_dbapi_connection: object, record: Any) -> None:
    record.info.pop("scope", None)


def _look(
    connection: Connection,
    _cursor: object,
    statement: str,
    _parameters: object,
    context: Any,
    _executemany: bool,
) -> None:
    reason = context.execution_options.get(OPTION)
    if reason:
        logger.info("statement across centres", extra={"reason": str(reason)})
        return
    compiled = context.compiled
    if compiled is None:
        if statement not in OWN_SQL and not OWN_PRAGMA.fullmatch(statement):
            raise ScopeBreach(f"bare SQL needs {OPTION}='reason': {statement[:60]!r}")
        return
    # A large INSERT runs in batches that share one context: its rows are judged once.
    if getattr(context, "judged_by_tripwire", False):
        return
    if isinstance(compiled.statement, SAVEPOINTS):
        return
    if not isinstance(compiled, FactFinder):
        raise ScopeBreach(f"a {type(compiled).__name__} can't be judged")
    facts = compiled.facts
    if facts.problems:
        raise ScopeBreach("; ".join(facts.problems))
    scope: Scope | None = connection.info.get("scope")
    if scope is not None and scope.kind == "area" and facts.writes is not None:
        raise ScopeBreach(f"{facts.writes} can't be written in an area's scope")
    if facts.touches_centres:
        _judge(facts, scope, context.compiled_parameters)
    context.judged_by_tripwire = True


def _judge(facts: Facts, scope: Scope | None, parameters: list[dict[str, Any]]) -> None:
    if scope is None or scope.kind == "reference":
        tables = {name for name, _ in facts.reads} | ({facts.writes} if facts.writes else set())
        where = "no scope" if scope is None else "the reference scope"
        raise ScopeBreach(f"{', '.join(sorted(map(str, tables)))}: centres' rows in {where}")
    wanted = scope.centre_id if scope.kind == "centre" else scope.area_id
    for table, ties in facts.reads:
        if scope.kind == "area" and table not in _rollup_tables():
            raise ScopeBreach(f"{table} is no rollup: an area may not read it")
        if any(tie.kind == "sealed" for tie in ties):
            continue
        names = [tie.name for tie in ties if tie.kind == scope.kind]
        if not names:
            raise ScopeBreach(f"{table} is not tied to the {scope.kind} (centre_id = :centre)")
        for row in parameters:
            if not any(row.get(name) == wanted for name in names):
                raise ScopeBreach(f"{table} is tied to another {scope.kind} than the session's")
    for name in facts.new_owners:
        for row in parameters:
            if row.get(name) != wanted:
                raise ScopeBreach(f"{facts.writes}: a new row for another centre")


def _rollup_tables() -> frozenset[str]:
    return frozenset(
        mapper.local_table.name  # type: ignore[attr-defined]  # our mapped classes have tables
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Rollup)
    )
