"""Slowing down whoever guesses: failures by account, by address and by code, in the database.

An attempt is counted before the password is looked at and given back when it was right, so
that a thousand attempts at once can't all slip through before the first failure is written.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from odsc_counter.accounts.models import SignInThrottle
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import Work, reading, unit_of_work


@dataclass(frozen=True)
class Ladder:
    """How patience runs out: so many free failures, then a wait that doubles each time."""

    free: int
    first_seconds: int
    longest_seconds: int
    forgotten_after: timedelta
    starts_afresh: bool = False
    """Whether one success wipes out what failed before; else it only gives its own count back."""

    def wait(self, failures: int) -> int:
        """Seconds to wait after this many failures in a row."""
        steps = failures - self.free
        if steps <= 0:
            return 0
        return min(self.first_seconds << min(steps - 1, 20), self.longest_seconds)


ACCOUNT = Ladder(4, 15, 900, timedelta(days=1), starts_afresh=True)
"""Never more than a quarter of an hour: a joker must not keep a clerk from work."""
ADDRESS = Ladder(40, 15, 900, timedelta(hours=1))
"""All desks of a hall may share one address."""


@dataclass(frozen=True)
class Attempt:
    """Something that is counted, and with how much patience."""

    key: str
    ladder: Ladder


def by_account(username: str, what: str = "user") -> Attempt:
    """Attempts on an account. Hashed: people type their password into the wrong field."""
    digest = hashlib.sha256(username.encode()).hexdigest()
    return Attempt(f"{what}:{digest[:32]}", ACCOUNT)


def by_address(origin: str) -> Attempt:
    """Attempts from a network address."""
    return Attempt(f"from:{origin[:64]}", ADDRESS)


class TooManyAttempts(DomainError):
    """There were too many failures. `seconds` says how long to wait."""

    slug = "too-many-attempts"
    status = 429
    message = _("Too many wrong attempts. Wait %(time)s (minutes:seconds), then try again.")

    def __init__(self, seconds: int) -> None:
        super().__init__(time=f"{seconds // 60}:{seconds % 60:02}")
        self.seconds = seconds


def refuse_waiting(*attempts: Attempt) -> None:
    """Raise TooManyAttempts where one must still wait; counts nothing and writes nothing."""
    now = clock.now()
    with reference_scope(), reading() as session:
        until = session.scalar(
            select(func.max(SignInThrottle.wait_until)).where(
                SignInThrottle.key.in_([attempt.key for attempt in attempts])
            )
        )
    if until is not None and until > now:
        raise TooManyAttempts(int((until - now).total_seconds()) + 1)


def reserve(*attempts: Attempt) -> None:
    """Count an attempt, or raise TooManyAttempts. One transaction of its own, kept at once."""
    now = clock.now()
    with reference_scope(), unit_of_work() as work:
        dialect = work.session.get_bind().dialect.name
        insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
        for attempt in sorted(attempts, key=lambda attempt: attempt.key):
            # One statement makes the row or locks the one that is there.
            row = work.session.scalars(
                insert(SignInThrottle)
                .values(key=attempt.key, failures=0, last_failed_at=now)
                .on_conflict_do_update(
                    index_elements=["key"], set_={"failures": SignInThrottle.failures}
                )
                .returning(SignInThrottle),
                execution_options={"populate_existing": True},
            ).one()
            if row.wait_until is not None and row.wait_until > now:
                raise TooManyAttempts(int((row.wait_until - now).total_seconds()) + 1)
            if now - row.last_failed_at >= attempt.ladder.forgotten_after:
                row.failures = 0
            row.failures += 1
            row.last_failed_at = now
            wait = attempt.ladder.wait(row.failures)
            row.wait_until = now + timedelta(seconds=wait) if wait else None
        _tidy(work)


def _tidy(work: Work) -> None:
    """Remove rows that no longer matter, but never wait for one that somebody holds."""
    old = (
        select(SignInThrottle.key)
        .where(SignInThrottle.last_failed_at < clock.now() - ACCOUNT.forgotten_after)
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    work.session.execute(
        delete(SignInThrottle)
        .where(SignInThrottle.key.in_(old))
        .execution_options(synchronize_session=False)
    )


def succeeded(*attempts: Attempt) -> None:
    """The attempt was right: it starts afresh (an account) or gets its count back (an address)."""
    with reference_scope(), unit_of_work() as work:
        for attempt in attempts:
            which = SignInThrottle.key == attempt.key
            if attempt.ladder.starts_afresh:
                work.session.execute(delete(SignInThrottle).where(which))
                continue
            # One right password must not wipe out what the others at the address did.
            work.session.execute(
                update(SignInThrottle)
                .where(which, SignInThrottle.failures > 0)
                .values(failures=SignInThrottle.failures - 1, wait_until=None)
            )
