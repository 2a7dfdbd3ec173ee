"""One action, one transaction: `unit_of_work` for what people do, `reading` for what they see."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, Protocol

from flask_babel import lazy_gettext as _
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from odsc_counter.platform import clock
from odsc_counter.platform.columns import AreaOwned, Stateful
from odsc_counter.platform.database import current_database
from odsc_counter.platform.errors import AlreadyChanged, DomainError
from odsc_counter.platform.events import AreaEvent, Event, NationalEvent, announce
from odsc_counter.platform.lifecycle import Lifecycle, NotAllowed
from odsc_counter.platform.tenancy import (
    Scope,
    ScopeBreach,
    ScopedSession,
    current_actor,
    current_scope,
)


class DatabaseBusy(DomainError):
    """The database could not take the action (locked, full, or out of reach)."""

    slug = "database-busy"
    status = 503
    message = _("Nothing was saved: the database did not answer. Please try again.")


class Happened(Protocol):
    """A verb that was done at some time past, with the data that its event keeps."""

    @property
    def verb(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def data(self) -> Mapping[str, Any]: ...

    @property
    def counter_id(self) -> uuid.UUID | None: ...


class Work:
    """A running transaction. Records events; runs what waits for the commit."""

    def __init__(self, session: ScopedSession, scope: Scope) -> None:
        self.session = session
        self.scope = scope
        self.doomed = False
        self._before_commit: list[Callable[[Work], None]] = []
        self._after_commit: list[Callable[[], None]] = []

    def begin(
        self,
        subject: Stateful,
        lifecycle: Lifecycle,
        verb: str,
        *,
        at: datetime | None = None,
        day: date | None = None,
        counter_id: uuid.UUID | None = None,
        **data: Any,
    ) -> Event | AreaEvent:
        """Bring a thing into being with the first event of its life.

        `at`: the moment that the thing's own times speak of; this one unless told.
        """
        subject.state = lifecycle.target(verb, None)
        self.session.add(subject)
        return self._flushed(subject, verb, None, at, day, counter_id, data)

    def enter(
        self, subject: Stateful, lifecycle: Lifecycle, past: Sequence[Happened], *, day: date
    ) -> None:
        """Bring a thing into being with the life that it has had already, on paper.

        Each event tells the moment of entry as `at`, and when it happened in its data as
        `happened_at`. The row is written in its last state only: a state that it went through
        then must not collide with what is true now. Raises NotAllowed for a life that the
        lifecycle does not know.
        """
        states: list[str | None] = [None]
        for step in past:
            states.append(lifecycle.target(step.verb, states[-1]))
        subject.state = states[-1] or ""
        self.session.add(subject)
        self.session.flush()
        kind = type(subject)
        # The mapper numbers a new row 1; the version is the number of its events.
        self.session.execute(
            update(kind)
            .where(kind.id == subject.id)  # type: ignore[attr-defined]  # Stateful rows are entities
            .values(version=len(past)),
            execution_options={"synchronize_session": "evaluate"},
        )
        now = clock.now()
        for seq, step in enumerate(past, start=1):
            self.record(
                step.verb,
                subject_kind=subject.__tablename__,  # type: ignore[attr-defined]  # every table has one
                subject_id=str(subject.id),  # type: ignore[attr-defined]  # the same
                seq=seq,
                from_state=states[seq - 1],
                to_state=states[seq],
                at=now,
                day=day,
                counter_id=step.counter_id,
                data={**step.data, "happened_at": step.at.isoformat()},
            )

    def change(
        self,
        subject: Stateful,
        lifecycle: Lifecycle,
        verb: str,
        *,
        back_to: str | None = None,
        at: datetime | None = None,
        day: date | None = None,
        counter_id: uuid.UUID | None = None,
        **data: Any,
    ) -> Event | AreaEvent:
        """Move a thing along its lifecycle.

        `back_to` is where a verb that undoes the last step leads to. Raises AlreadyChanged
        when the verb is not allowed in the present state or when another transaction moved
        the thing first: the database compares the version.
        """
        before = subject.state
        try:
            subject.state = lifecycle.target(verb, before, back_to)
        except NotAllowed as error:
            raise AlreadyChanged from error
        return self._flushed(subject, verb, before, at, day, counter_id, data)

    def _flushed(
        self,
        subject: Stateful,
        verb: str,
        before: str | None,
        at: datetime | None,
        day: date | None,
        counter_id: uuid.UUID | None,
        data: dict[str, Any],
    ) -> Event | AreaEvent:
        # A state that stays the same (a recall) must still count as a change of the row.
        if before == subject.state:
            flag_modified(subject, "state")
        self.session.flush()
        if isinstance(subject, AreaOwned):
            return self.record_in_area(
                verb,
                place_id=subject.place_id,
                subject_kind=subject.__tablename__,  # type: ignore[attr-defined]  # every table has one
                subject_id=str(subject.id),  # type: ignore[attr-defined]  # Stateful rows are entities
                seq=subject.version,
                from_state=before,
                to_state=subject.state,
                at=at,
                data=data,
            )
        return self.record(
            verb,
            subject_kind=subject.__tablename__,  # type: ignore[attr-defined]  # every table has one
            subject_id=str(subject.id),  # type: ignore[attr-defined]  # Stateful rows are entities
            seq=subject.version,
            from_state=before,
            to_state=subject.state,
            at=at,
            day=day,
            counter_id=counter_id,
            data=data,
        )

    def record(
        self,
        verb: str,
        *,
        subject_kind: str,
        subject_id: str,
        seq: int | None = None,
        from_state: str | None = None,
        to_state: str | None = None,
        at: datetime | None = None,
        day: date | None = None,
        counter_id: uuid.UUID | None = None,
        data: dict[str, Any] | None = None,
    ) -> Event:
        """Write one event of this centre: who did what to which record when, from where."""
        if self.scope.kind != "centre":
            raise ScopeBreach("a centre's event needs the centre's scope")
        actor = current_actor()
        event = Event(
            at=at or clock.now(),
            day=day or clock.today(),
            verb=verb,
            subject_kind=subject_kind,
            subject_id=subject_id,
            seq=seq,
            from_state=from_state,
            to_state=to_state,
            counter_id=counter_id,
            actor_id=actor.user_id,
            actor_name=actor.name,
            origin=actor.origin,
            request_id=actor.request_id,
            data=data or {},
        )
        event.centre_id = self.scope.centre_id
        self.session.add(event)
        announce(self, event)
        return event

    def record_in_area(
        self,
        verb: str,
        *,
        subject_kind: str,
        subject_id: str,
        place_id: int | None = None,
        seq: int | None = None,
        from_state: str | None = None,
        to_state: str | None = None,
        at: datetime | None = None,
        data: dict[str, Any] | None = None,
    ) -> AreaEvent:
        """Write one event of a unit's offices; of the scope's own unit unless told."""
        if self.scope.area_id is None:
            raise ScopeBreach("an area's event needs the area's scope")
        actor = current_actor()
        event = AreaEvent(
            at=at or clock.now(),
            verb=verb,
            subject_kind=subject_kind,
            subject_id=subject_id,
            seq=seq,
            from_state=from_state,
            to_state=to_state,
            actor_id=actor.user_id,
            actor_name=actor.name,
            origin=actor.origin,
            request_id=actor.request_id,
            data=data or {},
        )
        event.place_id = self.scope.area_id if place_id is None else place_id
        self.session.add(event)
        return event

    def record_national(
        self, verb: str, *, subject_kind: str, subject_id: str, **data: Any
    ) -> NationalEvent:
        """Write one event that belongs to no centre: accounts, reference data, crossings."""
        actor = current_actor()
        event = NationalEvent(
            at=clock.now(),
            verb=verb,
            subject_kind=subject_kind,
            subject_id=subject_id,
            actor_id=actor.user_id,
            actor_name=actor.name,
            origin=actor.origin,
            request_id=actor.request_id,
            data=data,
        )
        self.session.add(event)
        return event

    def before_commit(self, action: Callable[["Work"], None]) -> None:
        """Run something as the transaction's last step, once however often it is asked for."""
        if action not in self._before_commit:
            self._before_commit.append(action)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run something once the transaction is durable; never when it fails."""
        if action not in self._after_commit:
            self._after_commit.append(action)

    def _commit(self) -> None:
        for action in self._before_commit:
            action(self)
        self.session.commit()

    def _committed(self) -> None:
        for action in self._after_commit:
            action()


_work: ContextVar[Work | None] = ContextVar("work", default=None)
_moment: ContextVar[ScopedSession | None] = ContextVar("moment", default=None)


def _open(scope: Scope, *, write: bool) -> ScopedSession:
    database = current_database()
    if write:
        engine = database.writer
    else:
        engine = database.national if scope.kind == "area" else database.reader
    return ScopedSession(engine, info={"scope": scope, "writes": write}, expire_on_commit=False)


@contextmanager
def unit_of_work() -> Iterator[Work]:
    """One transaction in the scope in force; joins the one that is already running.

    Raises AlreadyChanged when a row was changed under our hands, ScopeBreach when an
    inner block wants another scope than the running transaction's.
    """
    scope = current_scope()
    if scope.tables is not None:
        raise ScopeBreach("a look from outside a centre reads, and never writes")
    running = _work.get()
    if running is not None:
        if running.scope != scope:
            raise ScopeBreach("a transaction touches one centre or one area only")
        try:
            yield running
        except BaseException:
            running.doomed = True
            raise
        return
    with current_database().writers_turn():
        session = _open(scope, write=True)
        work = Work(session, scope)
        token = _work.set(work)
        try:
            yield work
            if work.doomed:
                session.rollback()
            else:
                work._commit()
        except StaleDataError as error:
            session.rollback()
            raise AlreadyChanged from error
        except OperationalError as error:
            session.rollback()
            raise DatabaseBusy from error
        except BaseException:
            session.rollback()
            raise
        finally:
            _work.reset(token)
            session.close()
    if not work.doomed:
        work._committed()


@contextmanager
def one_moment() -> Iterator[Session]:
    """A read-only session in the scope in force, all of whose statements see the same moment.

    Whatever reads within the block in the same scope joins it, also inside a unit of work:
    what that work has written and not committed is not seen.
    """
    database = current_database()
    scope = current_scope()
    engine = database.national if scope.kind == "area" else database.reader
    if database.dialect == "postgresql":
        # SQLite's reading transactions see one moment anyhow.
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    session = ScopedSession(engine, info={"scope": scope, "writes": False}, expire_on_commit=False)
    token = _moment.set(session)
    try:
        yield session
    finally:
        _moment.reset(token)
        session.close()


@contextmanager
def reading() -> Iterator[Session]:
    """A read-only session in the scope in force; inside a unit of work, that work's own."""
    scope = current_scope()
    moment = _moment.get()
    if moment is not None and moment.scope == scope:
        yield moment
        return
    running = _work.get()
    if running is not None and running.scope == scope:
        yield running.session
        return
    session = _open(scope, write=False)
    try:
        yield session
    finally:
        session.close()
