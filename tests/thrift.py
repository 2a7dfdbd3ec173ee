"""What a worker makes once instead of once per test: none of it is what a test looks at.

A test has its own application, database and engines. Compiled templates, the compiled
builders of addresses and the compiled text of statements come out the same each time, and
were more than half of a short test's work. Scratch files lie in memory where there is room.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from odsc_counter.platform.sql_facts import FactFinder

MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3
STATEMENTS = 5_000


def scratch_in_memory() -> None:
    """Put pytest's folders and the throw-away PostgreSQL on a file system in memory.

    A commit's fsync costs nothing there; SQLite is asked for it as ever. What is durable by
    purpose (tests/load) stays on the disk. Does nothing where somebody chose a place, or
    where a container grants little memory.
    """
    if "PYTEST_DEBUG_TEMPROOT" in os.environ or not MEMORY.is_dir():
        return
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)


def scratch_folder() -> str | None:
    """Where what need not be durable lies; None is the system's own place."""
    return os.environ.get("PYTEST_DEBUG_TEMPROOT")


class RememberedTemplates(BytecodeCache):
    """Compiled templates by their source, for all applications of this process."""

    def __init__(self) -> None:
        self._code: dict[Any, Any] = {}

    def _key(self, bucket: Bucket) -> Any:
        extensions = frozenset(bucket.environment.extensions)
        return bucket.key, bucket.checksum, extensions

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was compiled before."""
        bucket.code = self._code.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember what was compiled now."""
        self._code[self._key(bucket)] = bucket.code


def _remember_builders() -> None:
    # A builder takes its rule as `self`: equal rules of two applications can share it.
    compile_builder = Rule._compile_builder
    builders: dict[Any, Callable[..., tuple[str, str]]] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = rule.rule, tuple(rule._trace), append_unknown
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign]  # for tests alone


def _remember_statements() -> None:
    # SQLAlchemy remembers a statement's text by dialect. Each test's engines have dialects of
    # their own, which are alike: whether the tripwire reads along is their only difference.
    def kind(dialect: DefaultDialect) -> Any:
        watched = issubclass(dialect.statement_compiler, FactFinder)
        version = getattr(dialect, "server_version_info", None)
        return type(dialect), dialect.paramstyle, version, watched

    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = (  # type: ignore[method-assign]
        lambda self, other: (
            self is other or (isinstance(other, DefaultDialect) and kind(self) == kind(other))
        )
    )
    texts: Any = LRUCache(STATEMENTS)
    make = Engine.__init__

    def made(engine: Engine, *arguments: Any, **options: Any) -> None:
        make(engine, *arguments, **options)
        engine._compiled_cache = texts

    Engine.__init__ = made  # type: ignore[method-assign]  # for tests alone


def install() -> None:
    """Remember, in this process, what each test would compile again."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": RememberedTemplates()}
    _remember_builders()
    _remember_statements()
