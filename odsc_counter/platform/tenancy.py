"""Whose rows may be seen: the scope of a session, set by the sign-in, never by a form.

Three scopes: `centre` (one centre's rows), `area` (of a district, a province or the nation:
rollups of its centres, which are read only, and the rows of its own offices) and `reference`
(no centre's and no area's rows at all). A session
without a scope can't be opened; a statement that forgot the scope raises
(see `tripwire`); PostgreSQL's row-level security is the last wall.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, event, or_, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria

from odsc_counter.platform.columns import AreaOwned, Base, CentreOwned, LocallyOwned, Rollup


class NoScope(RuntimeError):
    """A session was asked for where nobody has said whose rows it may see."""


class ScopeBreach(RuntimeError):
    """A row or statement of another centre reached a session. A fault of the program."""


@dataclass(frozen=True)
class Scope:
    """What a session may see."""

    kind: Literal["centre", "area", "reference"]
    centre_id: int | None = None
    area_id: int | None = None
    tables: frozenset[str] | None = None
    """The only tables that may be read, of whomever, and then nothing is written; None: all."""

    def __post_init__(self) -> None:
        # An empty id must never come to mean "no filter".
        wanted = {"centre": (True, False), "area": (False, True), "reference": (False, False)}
        if (type(self.centre_id) is int, type(self.area_id) is int) != wanted[self.kind]:
            raise NoScope(
                f"a {self.kind} scope with centre {self.centre_id!r}, area {self.area_id!r}"
            )
        if self.tables is not None and self.kind != "centre":
            raise NoScope("only a look into a centre is held to named tables")


@dataclass(frozen=True)
class Actor:
    """Who acts: a person who signed in, a machine of the hall, or the system itself."""

    name: str
    user_id: int | None = None
    origin: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class _Context:
    scope: Scope | None = None
    actor: Actor = field(default_factory=lambda: Actor("system"))


_context: ContextVar[_Context | None] = ContextVar("scope", default=None)

centre_area = Table(
    "centre_area",
    Base.metadata,
    Column("area_id", Integer, ForeignKey("unit.id"), primary_key=True),
    Column("covered_id", Integer, ForeignKey("centre.id"), primary_key=True),
)
"""Which centres (`covered_id`) lie within which administrative unit, all levels."""

unit_area = Table(
    "unit_area",
    Base.metadata,
    Column("area_id", Integer, ForeignKey("unit.id"), primary_key=True),
    Column("inner_id", Integer, ForeignKey("unit.id"), primary_key=True),
)
"""Which units (`inner_id`) lie within which unit, itself included. Triggers on `unit` keep it."""


def _now() -> _Context:
    return _context.get() or _Context()


def current_scope() -> Scope:
    """The scope in force. Raises NoScope."""
    scope = _now().scope
    if scope is None:
        raise NoScope("no scope is set")
    return scope


def current_actor() -> Actor:
    """Who is acting now."""
    return _now().actor


@contextmanager
def _within(context: _Context) -> Iterator[None]:
    token = _context.set(context)
    try:
        yield
    finally:
        _context.reset(token)


def centre_scope(centre_id: int) -> Any:
    """Work on one centre's rows within the block."""
    return _within(_Context(Scope("centre", centre_id=centre_id), current_actor()))


def look_scope(centre_id: int, tables: frozenset[str]) -> Any:
    """Look into one centre from outside: read these tables of it, and write nothing."""
    return _within(_Context(Scope("centre", centre_id=centre_id, tables=tables), current_actor()))


def area_scope(area_id: int) -> Any:
    """Read rollups of all centres within a unit; read and write the rows of its offices."""
    return _within(_Context(Scope("area", area_id=area_id), current_actor()))


def reference_scope() -> Any:
    """Work on the nation's reference data; no centre's rows can be reached."""
    return _within(_Context(Scope("reference"), current_actor()))


def acting_as(actor: Actor) -> Any:
    """Act in a person's name within the block; the scope stays as it is."""
    return _within(_Context(_now().scope, actor))


def centre_of(obj: object) -> int | None:
    """The owner of an object; None for reference data and for one not yet filled."""
    return obj.centre_id if isinstance(obj, CentreOwned) else None


SET_SCOPE = "select set_config('app.centre_id', %s, true), set_config('app.area_id', %s, true)"
"""Tells PostgreSQL's row-level security; forgotten when the transaction ends."""


class ScopedSession(Session):
    """A session that carries its scope in `info["scope"]`."""

    @property
    def scope(self) -> Scope:
        """The scope that the session was opened with."""
        scope: Scope = self.info["scope"]
        return scope


@event.listens_for(ScopedSession, "after_begin")
def _tell_the_connection(
    session: ScopedSession, _transaction: SessionTransaction, connection: Connection
) -> None:
    scope = session.scope
    connection.info["scope"] = scope
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            SET_SCOPE,
            (str(scope.centre_id or ""), str(scope.area_id or "")),
        )
    if scope.kind == "area" and session.info.get("writes"):
        # What a flush writes names its unit: the tripwire compares it with these.
        session.info["places"] = connection.info["places"] = frozenset(
            connection.scalars(
                select(unit_area.c.inner_id).where(unit_area.c.area_id == scope.area_id)
            )
        )


@event.listens_for(ScopedSession, "do_orm_execute")
def _add_the_scope(state: ORMExecuteState) -> None:
    if state.is_column_load or not (state.is_select or state.is_update or state.is_delete):
        return
    scope: Scope = state.session.info["scope"]
    if scope.kind == "centre":
        centre_id = scope.centre_id
        own = with_loader_criteria(
            CentreOwned, lambda cls: cls.centre_id == centre_id, include_aliases=True
        )
        national_or_own = with_loader_criteria(
            LocallyOwned,
            lambda cls: or_(cls.owner_centre_id.is_(None), cls.owner_centre_id == centre_id),
            include_aliases=True,
        )
        state.statement = state.statement.options(own, national_or_own)
    elif scope.kind == "area":
        covered = select(centre_area.c.covered_id).where(centre_area.c.area_id == scope.area_id)
        for rollup in Rollup.__subclasses__():
            within = with_loader_criteria(
                rollup, rollup.centre_id.in_(covered), include_aliases=True
            )
            state.statement = state.statement.options(within)
        area_id = scope.area_id
        inside = with_loader_criteria(
            AreaOwned,
            lambda cls: cls.place_id.in_(
                select(unit_area.c.inner_id).where(unit_area.c.area_id == area_id)
            ),
            include_aliases=True,
        )
        state.statement = state.statement.options(inside)


@event.listens_for(ScopedSession, "before_flush")
def _fill_or_refuse(session: ScopedSession, _context: Any, _instances: Any) -> None:
    scope = session.scope
    for obj in session.new:
        if isinstance(obj, CentreOwned) and obj.centre_id is None and scope.kind == "centre":
            obj.centre_id = scope.centre_id
        if isinstance(obj, AreaOwned) and obj.place_id is None and scope.kind == "area":
            obj.place_id = scope.area_id
    if scope.kind == "area":
        session.connection()  # its beginning has told us what lies within the area
    places = session.info.get("places", frozenset())
    for obj in {*session.new, *session.dirty, *session.deleted}:
        if isinstance(obj, CentreOwned) and obj.centre_id != scope.centre_id:
            raise ScopeBreach(f"{type(obj).__name__} of another centre in a flush")
        if isinstance(obj, AreaOwned) and obj.place_id not in places:
            raise ScopeBreach(f"{type(obj).__name__} of another area in a flush")
    if scope.kind == "centre":
        _refuse_national(session)


def _refuse_national(session: ScopedSession) -> None:
    """A centre writes rows of its own into the nation's reference data, and no others."""
    changed = {obj for obj in session.dirty if session.is_modified(obj)}
    for obj in {*session.new, *changed, *session.deleted}:
        if isinstance(obj, LocallyOwned) and obj.owner_centre_id != session.scope.centre_id:
            raise ScopeBreach(f"{type(obj).__name__} is not this centre's to change")


@event.listens_for(ScopedSession, "before_attach")
def _refuse_foreign(session: ScopedSession, obj: object) -> None:
    owner = centre_of(obj)
    if owner is not None and owner != session.scope.centre_id:
        raise ScopeBreach(f"{type(obj).__name__} of another centre was attached")
