"""The tripwire: no statement reaches the database that isn't tied to the session's scope.

It judges the final SQL, whoever wrote it, on both databases, and raises ScopeBreach rather
than return or change another centre's rows. Each message names the table and what is
missing. A deliberate exception carries the execution option `cross_centre="reason"`,
which is logged. Migrations use an engine of their own that is not watched.
"""

import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.sql.expression import (
    ReleaseSavepointClause,
    RollbackToSavepointClause,
    SavepointClause,
)

from odsc_counter.platform.columns import AreaOwned, Base, OpenToAreas, Rollup
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
        connection.info.pop("places", None)


def _forget_scope_of_pooled(_dbapi_connection: object, record: Any) -> None:
    record.info.pop("scope", None)
    record.info.pop("places", None)


def _look(
    connection: Connection,
    _cursor: object,
    statement: str,
    _parameters: object,
    context: Any,
    _executemany: bool,
) -> None:
    scope: Scope | None = connection.info.get("scope")
    reason = context.execution_options.get(OPTION)
    if reason and scope is not None and scope.tables is not None:
        raise ScopeBreach(f"no {OPTION} within a look from outside")
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
    if scope is not None and scope.tables is not None:
        _hold_to_named(facts, scope.tables)
    in_area = scope is not None and scope.kind == "area"
    if in_area and facts.writes not in {None, *_tables_of(AreaOwned), *_tables_of(OpenToAreas)}:
        raise ScopeBreach(f"{facts.writes} can't be written in an area's scope")
    if facts.touches_owned:
        places = connection.info.get("places", frozenset())
        _judge(facts, scope, places, context.compiled_parameters)
    context.judged_by_tripwire = True


def _hold_to_named(facts: Facts, named: frozenset[str]) -> None:
    if facts.writes is not None:
        raise ScopeBreach(f"{facts.writes} can't be written in a look from outside")
    if facts.locks:
        raise ScopeBreach("no row is locked in a look from outside")
    others = facts.tables - named
    if others:
        raise ScopeBreach(f"{', '.join(sorted(others))}: not among the tables of this look")


def _judge(
    facts: Facts,
    scope: Scope | None,
    places: frozenset[int],
    parameters: list[dict[str, Any]],
) -> None:
    if scope is None or scope.kind == "reference":
        tables = {name for name, _ in facts.reads} | ({facts.writes} if facts.writes else set())
        where = "no scope" if scope is None else "the reference scope"
        raise ScopeBreach(f"{', '.join(sorted(map(str, tables)))}: owned rows in {where}")
    areas = _tables_of(AreaOwned)
    wanted = scope.centre_id if scope.kind == "centre" else scope.area_id
    for table, ties in facts.reads:
        if scope.kind == "centre" and table in areas:
            raise ScopeBreach(f"{table} is an area's: a centre may not read it")
        if scope.kind == "area" and table not in areas | _tables_of(Rollup):
            raise ScopeBreach(f"{table} is no rollup: an area may not read it")
        if any(tie.kind == "sealed" for tie in ties):
            continue
        names = [tie.name for tie in ties if tie.kind == scope.kind]
        named_places = [tie.name for tie in ties if tie.kind == "place"] if places else []
        if not names and not named_places:
            raise ScopeBreach(f"{table} is not tied to the {scope.kind} of the session")
        for row in parameters:
            tied = any(row.get(name) == wanted for name in names)
            if not tied and not any(row.get(name) in places for name in named_places):
                raise ScopeBreach(f"{table} is tied to another {scope.kind} than the session's")
    allowed = places if scope.kind == "area" else {wanted}
    for name in facts.new_owners:
        for row in parameters:
            if row.get(name) not in allowed:
                raise ScopeBreach(f"{facts.writes}: a new row for another {scope.kind}")


def _tables_of(mixin: type) -> frozenset[str]:
    return _tables_among(mixin, len(Base.registry.mappers))


@cache
def _tables_among(mixin: type, _mapped: int) -> frozenset[str]:
    # Once more whenever a class was mapped since: a room may be imported late.
    return frozenset(
        mapper.local_table.name  # type: ignore[attr-defined]  # our mapped classes have tables
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, mixin)
    )
