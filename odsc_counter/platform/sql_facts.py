"""What a statement does with centres' tables, noted while SQLAlchemy renders its final SQL.

The compiler is the one place that sees everything: scopes that the ORM added, correlated
and nested queries, and what is really written after FROM. Each SELECT notes which rows
its conditions tie to a centre or an area; each rendered table must have been noted, so a
form of query that nobody thought of is a problem, not a leak. The rules are in `tripwire`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Table
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert, UpdateBase
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    ColumnClause,
    Grouping,
)
from sqlalchemy.sql.selectable import (
    AliasedReturnsRows,
    FromGrouping,
    Join,
    ScalarSelect,
    Select,
    SelectStatementGrouping,
)

OWNERS = ("centre_id", "place_id")
"""The column that says whose a row is: a centre's, or that of an office of a unit."""
HARMLESS_TEXT = re.compile(r"\*|\d+|'%'")
"""What SQLAlchemy itself writes as bare text: count(*), exists (select 1 …), startswith()."""

Kind = Literal["centre", "place", "area", "sealed"]


@dataclass(frozen=True)
class Tie:
    """What a table's rows are bound to: a parameter, or a query that is tied itself."""

    kind: Kind
    name: str = ""
    """The parameter that holds the centre's, the place's or the area's id."""


@dataclass(frozen=True)
class Facts:
    """All that the tripwire needs to know of a compiled statement."""

    reads: tuple[tuple[str, frozenset[Tie]], ...]
    """Each mention of a centre's table with what it is tied to; any one of them suffices."""
    writes: str | None
    """The table that is written, whoever owns it."""
    writes_owned: bool
    new_owners: frozenset[str]
    """Parameters that become the owner of new rows."""
    tables: frozenset[str]
    """Every table that is mentioned, reference tables too."""
    locks: bool
    """Whether rows are held for the transaction (FOR UPDATE)."""
    problems: tuple[str, ...]
    """What can't be judged, and is refused whatever the scope."""

    @property
    def touches_owned(self) -> bool:
        """Whether any owned table is read or written."""
        return bool(self.reads) or self.writes_owned


def owner_of(table: object) -> str | None:
    """The column that says whose a table's rows are; None for reference data."""
    if not isinstance(table, Table):
        return None
    return next((name for name in OWNERS if name in table.c), None)


def is_owned(table: object) -> bool:
    """Whether a table's rows belong to centres or to offices of units."""
    return owner_of(table) is not None


@dataclass(eq=False)
class _Query:
    """One SELECT, UPDATE or DELETE (or the whole statement, for INSERT) while it is rendered."""

    outer: "_Query | None"
    feeds_insert: bool = False
    leaves: dict[FromClause, Table | None] = field(default_factory=dict)
    """What stands in FROM: a table or its alias with that table, others with None."""
    columns: tuple[ColumnElement[Any], ...] = ()


_Node = tuple[_Query, FromClause]


def _terms(condition: Any) -> Iterator[Any]:
    """The parts of a condition of which each must hold."""
    if isinstance(condition, Grouping):
        yield from _terms(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for part in condition.clauses:
            yield from _terms(part)
    else:
        yield condition


def _table_of(leaf: Any) -> Table | None:
    """The table behind a table or an alias of one; None for queries and functions."""
    while isinstance(leaf, AliasedReturnsRows | FromGrouping):
        leaf = leaf.element
    return leaf if isinstance(leaf, Table) else None


def _is_owner(column: object) -> bool:
    return isinstance(column, ColumnClause) and column.name in OWNERS and column.table is not None


def _is_sealed(column: Any) -> bool:
    """Whether a query's column can hold nothing but the owner of a centre's own rows."""
    return all(
        isinstance(source, ColumnClause) and source.name == owner_of(source.table)
        for source in column.base_columns
    )


class FactFinder(SQLCompiler):
    """Mixed into a dialect's compiler: renders as ever, and leaves `facts` behind."""

    facts: Facts

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._queries: list[_Query] = []
        self._open: list[_Query] = []
        self._sources: list[tuple[_Node, Kind, BindParameter[Any] | None]] = []
        self._follows: list[tuple[_Node, _Node]] = []
        self._rendered: list[Table] = []
        self._mentioned: set[str] = set()
        self._locks = False
        self._problems: list[str] = []
        self._written: tuple[UpdateBase, _Query] | None = None
        super().__init__(*arguments, **options)
        self.facts = self._conclude()

    # -- noting, while the statement is rendered

    def visit_select(self, select_stmt: Any, *arguments: Any, **options: Any) -> Any:
        self._enter(feeds_insert=bool(options.get("insert_into")))
        try:
            return super().visit_select(select_stmt, *arguments, **options)  # type: ignore[no-untyped-call]  # untyped
        finally:
            self._open.pop()

    def _compose_select_body(
        self, text: Any, select: Any, compile_state: Any, inner: Any, froms: Any, *more: Any
    ) -> Any:
        query = self._open[-1]
        query.columns = tuple(entry[3] for entry in compile_state.columns_plus_names)
        self._note(query, froms, select._where_criteria)
        self._locks = self._locks or select._for_update_arg is not None
        if select._hints or select._statement_hints:
            self._problems.append("a hint is bare SQL")
        return super()._compose_select_body(  # type: ignore[no-untyped-call]  # untyped
            text, select, compile_state, inner, froms, *more
        )

    def visit_table(self, table: Any, asfrom: Any = False, *more: Any, **options: Any) -> Any:
        if asfrom or options.get("within_tstring"):
            self._mentioned.add(table.name)
            if is_owned(table):
                self._rendered.append(table)
        return super().visit_table(table, asfrom, *more, **options)  # type: ignore[no-untyped-call]  # untyped

    def visit_textclause(self, textclause: Any, *arguments: Any, **options: Any) -> Any:
        if not HARMLESS_TEXT.fullmatch(textclause.text):
            self._problems.append("text() is bare SQL")
        return super().visit_textclause(textclause, *arguments, **options)  # type: ignore[no-untyped-call]  # untyped

    def visit_tstring(self, tstring: Any, *arguments: Any, **options: Any) -> Any:
        self._problems.append("tstring() is bare SQL")
        return super().visit_tstring(tstring, *arguments, **options)  # type: ignore[no-untyped-call]  # untyped

    def visit_column(self, column: Any, *arguments: Any, **options: Any) -> Any:
        if column.is_literal and not HARMLESS_TEXT.fullmatch(column.name):
            self._problems.append("literal_column() is bare SQL")
        return super().visit_column(column, *arguments, **options)

    def visit_insert(self, insert_stmt: Any, *arguments: Any, **options: Any) -> Any:
        return self._change(super().visit_insert, insert_stmt, arguments, options)

    def visit_update(self, update_stmt: Any, *arguments: Any, **options: Any) -> Any:
        return self._change(super().visit_update, update_stmt, arguments, options)

    def visit_delete(self, delete_stmt: Any, *arguments: Any, **options: Any) -> Any:
        return self._change(super().visit_delete, delete_stmt, arguments, options)

    def _change(self, render: Any, statement: Any, arguments: Any, options: Any) -> Any:
        if self._open or options.get("visiting_cte") is not None:
            self._problems.append("a change stands inside another statement")
            return render(statement, *arguments, **options)
        query = self._enter()
        try:
            return render(statement, *arguments, **options)
        finally:
            self._open.pop()
            final: Any = getattr(self.compile_state, "statement", statement)
            self._written = (final, query)
            if not isinstance(final, Insert):
                others = getattr(self.compile_state, "_extra_froms", None) or ()
                self._note(query, (final.table, *others), final._where_criteria)

    def _enter(self, *, feeds_insert: bool = False) -> _Query:
        query = _Query(self._open[-1] if self._open else None, feeds_insert)
        self._queries.append(query)
        self._open.append(query)
        return query

    def _note(self, query: _Query, froms: Any, conditions: Any) -> None:
        for item in froms:
            self._note_leaves(query, item)
        for item in froms:
            self._note_joins(query, item)
        for condition in conditions:
            for term in _terms(condition):
                self._note_term(query, term, None)

    def _note_leaves(self, query: _Query, item: Any) -> None:
        if isinstance(item, Join):
            self._note_leaves(query, item.left)
            self._note_leaves(query, item.right)
        elif isinstance(item, FromGrouping):
            self._note_leaves(query, item.element)
        else:
            table = _table_of(item)
            query.leaves[item] = table if is_owned(table) else None

    def _note_joins(self, query: _Query, item: Any) -> None:
        while isinstance(item, FromGrouping):
            item = item.element
        if not isinstance(item, Join):
            return
        self._note_joins(query, item.left)
        self._note_joins(query, item.right)
        if item.full:
            return  # rows of both sides come out whether the condition holds or not
        bound = None
        if item.isouter:
            inside = _Query(None)
            self._note_leaves(inside, item.right)
            bound = set(inside.leaves)
        for term in _terms(item.onclause):
            self._note_term(query, term, bound)

    def _note_term(self, query: _Query, term: Any, bound: set[FromClause] | None) -> None:
        """Draw what follows from one condition.

        `bound` are the only tables that the condition restricts: those on the right of an
        outer join, whose left side comes out anyhow. None means all.
        """
        if not isinstance(term, BinaryExpression):
            return
        left, right = term.left, term.right
        if term.operator is operators.eq:
            for one, other in ((left, right), (right, left)):
                node = self._node(query, one)
                if node is None or not self._restricts(query, node, bound):
                    continue
                if isinstance(other, BindParameter):
                    kind: Kind = "centre" if one.name == "centre_id" else "place"
                    self._sources.append((node, kind, other))
                elif _is_owner(other) and other.name == one.name:
                    self._follow(query, other, node)
        elif term.operator is operators.in_op:
            node = self._node(query, left)
            bind = _area_of(right, left.name) if node is not None else None
            if node is not None and bind is not None and self._restricts(query, node, bound):
                self._sources.append((node, "area", bind))

    def _follow(self, query: _Query, column: Any, node: _Node) -> None:
        leader = self._node(query, column)
        if leader is not None:
            self._follows.append((leader, node))
        elif _is_sealed(column):
            self._sources.append((node, "sealed", None))

    def _restricts(self, query: _Query, node: _Node, bound: set[FromClause] | None) -> bool:
        # A condition in an inner query says nothing about the rows of the outer one.
        return node[0] is query and (bound is None or node[1] in bound)

    def _node(self, query: _Query | None, column: Any) -> _Node | None:
        """The mention of a centre's table that an owner column belongs to."""
        if not _is_owner(column):
            return None
        while query is not None:
            if column.table in query.leaves:
                found = owner_of(query.leaves[column.table]) == column.name
                return (query, column.table) if found else None
            query = query.outer
        return None

    # -- concluding, once all is rendered

    def _conclude(self) -> Facts:
        ties: dict[_Node, set[Tie]] = {}
        for node, kind, bind in self._sources:
            name = "" if bind is None else self.bind_names.get(bind)
            if name is not None:
                ties.setdefault(node, set()).add(Tie(kind, name))
        changed = True
        while changed:
            changed = False
            for leader, node in self._follows:
                known, gained = ties.setdefault(node, set()), ties.get(leader, set())
                if not gained <= known:
                    known |= gained
                    changed = True
        reads = []
        for query in self._queries:
            for leaf, table in query.leaves.items():
                if table is not None:
                    reads.append((table, frozenset(ties.get((query, leaf), ()))))
        self._compare_with_rendered([table for table, _ in reads])
        owners = self._new_owners()
        target: Any = self._written[0].table if self._written else None
        return Facts(
            reads=tuple((table.name, found) for table, found in reads),
            writes=target.name if target is not None else None,
            writes_owned=is_owned(_table_of(target)),
            new_owners=owners,
            tables=frozenset(self._mentioned),
            locks=self._locks,
            problems=tuple(dict.fromkeys(self._problems)),
        )

    def _compare_with_rendered(self, noted: list[Table]) -> None:
        for table in self._rendered:
            if table in noted:
                noted.remove(table)
            else:
                self._problems.append(f"{table.name} stands where nothing can tie it")

    def _new_owners(self) -> frozenset[str]:
        """The parameters that an INSERT takes the owner from; notes what can't be told."""
        if self._written is None or not is_owned(_table_of(self._written[0].table)):
            return frozenset()
        statement: Any = self._written[0]
        table = statement.table.name
        owner = str(owner_of(_table_of(statement.table)))
        given = self._given_values(statement)
        conflict: Any = getattr(statement, "_post_values_clause", None)
        if conflict is not None:
            changed = getattr(conflict, "update_values_to_set", {})
            if owner in {getattr(key, "key", key) for key in changed}:
                self._problems.append(f"an upsert changes {table}.{owner}")
        if not isinstance(statement, Insert):
            if any(owner in row for row in given):
                self._problems.append(f"an update changes {table}.{owner}")
            return frozenset()
        if statement.select is not None:
            return self._owners_of_selected(statement, owner)
        names = set()
        for number, row in enumerate(given):
            value = row.get(owner)
            names.add(
                self._name_of(value)
                if isinstance(value, BindParameter)
                else (owner if len(given) == 1 else f"{owner}_m{number}")
            )
            if owner not in row or not (isinstance(value, BindParameter | int) or value is None):
                names.add(None)
        if names - set(self.binds):
            self._problems.append(f"an insert into {table} without a plain {owner}")
        return frozenset(name for name in names if name is not None)

    def _name_of(self, bind: BindParameter[Any]) -> str | None:
        """A parameter's name; the compiler renders typed copies of those it was given."""
        for rendered, name in self.bind_names.items():
            if rendered is bind or rendered.key == bind.key:
                return name
        return None

    def _given_values(self, statement: Any) -> list[dict[str, Any]]:
        """The values of each row by column name; None where the execution brings them."""
        state: Any = self.compile_state
        if getattr(state, "_has_multi_parameters", False):
            rows = list(state._multi_parameters)
        else:
            rows = [
                dict(getattr(state, "_dict_parameters", None) or ()),
            ]
        given = [{getattr(key, "key", key): value for key, value in row.items()} for row in rows]
        keys = self.column_keys
        if keys is None and not any(given):
            keys = [column.key for column in statement.table.columns]
        for row in given:
            for key in keys or ():
                row.setdefault(str(key), None)
        return given

    def _owners_of_selected(self, statement: Any, owner: str) -> frozenset[str]:
        names = [getattr(key, "key", key) for key in statement._select_names or ()]
        feeding = [query for query in self._queries if query.feeds_insert]
        owners = set()
        fine = owner in names and bool(feeding)
        for query in feeding if fine else ():
            value: Any = query.columns[names.index(owner)]
            if isinstance(value, BindParameter):
                name = self._name_of(value)
                fine = fine and name is not None
                owners.add(str(name))
            elif not (_is_owner(value) and (self._node(query, value) or _is_sealed(value))):
                fine = False
        if not fine:
            self._problems.append(
                f"an insert into {statement.table.name} takes its {owner} from who knows where"
            )
        return frozenset(owners)


_AREAS = {"centre_id": ("centre_area", "covered_id"), "place_id": ("unit_area", "inner_id")}
"""Which table says what lies within an area, and in which of its columns."""


def _area_of(condition: Any, owner: str) -> BindParameter[Any] | None:
    """The parameter of `(select covered_id from centre_area where area_id = :area)`."""
    area_table, covered = _AREAS[owner]
    while isinstance(condition, Grouping | SelectStatementGrouping | ScalarSelect):
        condition = condition.element
    if not isinstance(condition, Select):
        return None
    columns = tuple(condition.selected_columns)
    froms = condition.get_final_froms()
    if len(columns) != 1 or len(froms) != 1:
        return None
    source: Any = froms[0]
    named = getattr(columns[0], "name", "") == covered and columns[0].table == source
    if not named or not isinstance(source, Table) or source.name != area_table:
        return None
    for part in condition._where_criteria:
        for term in _terms(part):
            if (
                isinstance(term, BinaryExpression)
                and term.operator is operators.eq
                and getattr(term.left, "name", "") == "area_id"
                and getattr(term.left, "table", None) == source
                and isinstance(term.right, BindParameter)
            ):
                return term.right
    return None
