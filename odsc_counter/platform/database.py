"""Engines for SQLite (the embedded default) and PostgreSQL (production).

SQLite runs in one process: writers queue first in, first out (`FairLock`), begin with
BEGIN IMMEDIATE and commit with synchronous=FULL. PostgreSQL connections put on the role
`odsc_app` (a centre's work) or `odsc_national` (rollups and reference data, read only):
neither owns a table nor may pass by row-level security. Opening a database asserts all
this and refuses to go on where it does not hold.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pysqlite3 import dbapi2 as sqlite_driver
from sqlalchemy import Connection, Engine, create_engine, event, make_url

APP_ROLE = "odsc_app"
NATIONAL_ROLE = "odsc_national"
SAFE_SQLITE = (3, 51, 3)
"""First release without the WAL-reset bug, which can lose a committed transaction."""


class UnsafeDatabase(RuntimeError):
    """The database is not set up as our promises need it."""


class FairLock:
    """A lock that is handed on in the order in which threads asked for it.

    SQLite's own waiting has no queue: under load some writers starve. Measured: the 99th
    percentile at 16 writers falls to a twentieth with this lock.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self) -> None:
        """Wait for one's turn."""
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def release(self) -> None:
        """Hand the lock to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class Database:
    """One database with its ways in: `writer`, `reader` and `national`.

    `tells_others`: several processes use it, and hear of each other's changes. Raises
    UnsafeDatabase for SQLite, which one process must have for itself.
    """

    def __init__(self, url: str, *, pool_size: int = 8, tells_others: bool = False) -> None:
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        self.tells_others = tells_others
        if tells_others and self.dialect != "postgresql":
            raise UnsafeDatabase(
                "Several processes need PostgreSQL in ODSC_DATABASE_URL; on SQLite leave"
                " ODSC_PROCESSES and ODSC_LIVE_NOTIFY out."
            )
        self._turn = FairLock()
        if self.dialect == "sqlite":
            self.writer = _sqlite_engine(self.url, read_only=False)
            self.reader = _sqlite_engine(self.url, read_only=True)
            self.national = self.reader
        elif self.dialect == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
            self.writer = _postgresql_engine(self.url, APP_ROLE, pool_size)
            self.reader = self.writer.execution_options(postgresql_readonly=True)
            self.national = _postgresql_engine(
                self.url, NATIONAL_ROLE, pool_size
            ).execution_options(postgresql_readonly=True)
        else:
            raise UnsafeDatabase(f"unknown kind of database: {self.dialect}")

    @contextmanager
    def writers_turn(self) -> Iterator[None]:
        """Hold the place of the only writer (SQLite); PostgreSQL needs no turn."""
        if self.dialect != "sqlite":
            yield
            return
        self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    def owner_engine(self) -> Engine:
        """An engine for migrations: the URL's own role, without a scope."""
        if self.dialect == "sqlite":
            return _sqlite_engine(self.url, read_only=False)
        return create_engine(self.url, pool_size=1, max_overflow=0)

    def assert_safe(self) -> None:
        """Raise UnsafeDatabase unless the settings are those that our promises need."""
        with self.writer.connect() as connection:
            connection.execution_options(cross_centre="settings are read at start")
            if self.dialect == "sqlite":
                _assert_sqlite(connection)
            else:
                _assert_postgresql(connection)

    def dispose(self) -> None:
        """Close all connections."""
        self.writer.dispose()
        self.reader.dispose()
        self.national.dispose()


def _sqlite_engine(url: Any, *, read_only: bool) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite"),
        module=sqlite_driver,
        connect_args={"check_same_thread": False, "timeout": 10},
        pool_size=4 if read_only else 1,
        max_overflow=60 if read_only else 4,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are ours, not the driver's
        wal = sqlite_driver.sqlite_version_info >= SAFE_SQLITE
        connection.execute(f"pragma journal_mode={'WAL' if wal else 'DELETE'}")
        connection.execute("pragma synchronous=FULL")
        connection.execute("pragma foreign_keys=ON")
        connection.execute("pragma busy_timeout=10000")
        connection.execute("pragma recursive_triggers=ON")
        if read_only:
            connection.execute("pragma query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN DEFERRED" if read_only else "BEGIN IMMEDIATE")

    return engine


def _postgresql_engine(url: Any, role: str, pool_size: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": f"-c role={role} -c timezone=UTC"},
    )


def _assert_sqlite(connection: Connection) -> None:
    def pragma(name: str) -> Any:
        return connection.exec_driver_sql(f"pragma {name}").scalar()

    if pragma("journal_mode") == "wal" and sqlite_driver.sqlite_version_info < SAFE_SQLITE:
        raise UnsafeDatabase("write-ahead logging needs SQLite 3.51.3 or newer")
    if pragma("synchronous") != 2 or pragma("foreign_keys") != 1:
        raise UnsafeDatabase("SQLite must run with synchronous=FULL and foreign_keys=ON")


def _assert_postgresql(connection: Connection) -> None:
    row = connection.exec_driver_sql(
        "select r.rolsuper or r.rolbypassrls, current_setting('synchronous_commit'),"
        " exists (select 1 from pg_tables where schemaname = 'public'"
        "         and tableowner = current_user)"
        " from pg_roles r where r.rolname = current_user"
    ).one()
    if row[0] or row[2]:
        raise UnsafeDatabase("the application's role must neither own tables nor bypass RLS")
    if row[1] == "off" and connection.exec_driver_sql("show fsync").scalar() == "on":
        raise UnsafeDatabase("synchronous_commit=off can lose receipts that people hold")


_default: Database | None = None
_bound: ContextVar[Database | None] = ContextVar("database", default=None)


def use_database(database: Database) -> None:
    """Make this the process's database."""
    global _default
    _default = database


def close_database() -> None:
    """Close the process's database, if one was opened; nothing holds its files any longer."""
    global _default
    if _default is not None:
        _default.dispose()
        _default = None


@contextmanager
def bound_to(database: Database) -> Iterator[None]:
    """Use another database within this context only."""
    token = _bound.set(database)
    try:
        yield
    finally:
        _bound.reset(token)


def current_database() -> Database:
    """The database in use. Raises UnsafeDatabase when none was opened."""
    database = _bound.get() or _default
    if database is None:
        raise UnsafeDatabase("no database is open")
    return database
