"""Errands that one process does for all: whoever comes second leaves it to the first."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from odsc_counter.platform.database import current_database
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading


@contextmanager
def alone_with(errand: str) -> Iterator[bool]:
    """Whether no other process is at this errand; nobody else gets it within the block.

    The lock is the transaction's own and falls with its connection, so a process that dies
    holds nobody up. SQLite is served by one process, which is always alone.
    """
    if current_database().dialect != "postgresql":
        yield True
        return
    lock = func.pg_try_advisory_xact_lock(zlib.crc32(errand.encode()))
    with reference_scope(), reading() as session:
        yield bool(session.scalar(select(lock)))
