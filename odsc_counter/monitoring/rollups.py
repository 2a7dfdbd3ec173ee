"""Keeps the rollups true: marks what an event touched, recomputes it from the records.

A mark is a row of its own in the event's own transaction. Whoever recomputes first takes the
centre's `CentreNow` row, then reads the marks, then counts, writes, and removes exactly the
marks that it read: an older count can't end up over a newer one, and a mark that arrives in
between waits for the next round. Nothing here adds to a figure, so nothing can drift.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from odsc_counter.applications.models import Application
from odsc_counter.monitoring.figures import (
    DAY_FIGURES,
    MONTH_FIGURES,
    NOW_FIGURES,
    SERVICE_FIGURES,
    count_days,
    count_now,
    count_services,
    first_of_month,
    first_of_next_month,
    month_of,
)
from odsc_counter.monitoring.groups import replace_groups
from odsc_counter.monitoring.load_rollups import (
    replace_hours,
    replace_office_months,
    replace_offices,
)
from odsc_counter.monitoring.models import (
    CentreDay,
    CentreMonth,
    CentreMonthService,
    CentreNow,
    RollupDirty,
)
from odsc_counter.monitoring.recounting import recount
from odsc_counter.monitoring.standings import replace_standings
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.columns import Base
from odsc_counter.platform.events import LOOKED, Event, subscribe
from odsc_counter.platform.tenancy import area_scope, centre_scope, reference_scope
from odsc_counter.platform.turns import alone_with
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.receipts.models import Receipt
from odsc_counter.tickets.models import Ticket

__all__ = ["RollupWorker", "install", "rebuild", "recount", "refresh"]

EVERY_SECONDS = 5.0
"""How often the worker looks without having been woken: for what another process changed."""
GATHER_SECONDS = 0.3
"""How long the worker lets changes gather before it recomputes once for all of them."""

logger = logging.getLogger("odsc_counter.rollups")
_TOUCHES: dict[str, tuple[type[Any], Callable[[Any], tuple[date | None, ...]]]] = {
    "ticket": (Ticket, lambda ticket: (ticket.day,)),
    "application": (
        Application,
        lambda file: (file.submitted_on, file.decided_on, file.collected_on),
    ),
    "receipt": (Receipt, lambda receipt: (receipt.day,)),
}
"""The days that a record counts to, which need not be the day of the event: a ticket that is
closed on the morrow, a file decided a week after it was taken."""

_committed: list[Callable[[], None]] = []
"""Who wants to know when a transaction that marked a rollup has been committed."""


def install() -> None:
    """Mark rollups at every event of a centre from now on. Safe to call again."""
    subscribe(_mark)


def _tell() -> None:
    for action in tuple(_committed):
        action()


def _mark(work: Work, event: Event) -> None:
    if event.verb == LOOKED:
        return
    days = {event.day, *_days_of_subject(work.session, event)}
    marked: set[date] = work.session.info.setdefault("rollup_days", set())
    # A savepoint may be rolled back and take its marks with it: mark again after it.
    remember = not work.session.in_nested_transaction()
    for day in sorted(days - marked):
        work.session.add(RollupDirty(day=day))
        if remember:
            marked.add(day)
    work.after_commit(_tell)


def _days_of_subject(session: Session, event: Event) -> Iterator[date]:
    known = _TOUCHES.get(event.subject_kind)
    if known is None:
        return
    model, days = known
    subject = session.get(model, (event.centre_id, uuid.UUID(event.subject_id)))
    if subject is not None:
        yield from (day for day in days(subject) if day is not None)


def refresh(limit: int = 1000) -> int:
    """Recompute what is marked, and what a new day has made stale, in all centres.

    Reads at most `limit` marks; call again while it answers more than nought. Returns the
    number of centres that were recomputed. Each centre is one short transaction, so a hall
    never waits for another one's figures; a fault in one centre is raised after all others
    had their turn.
    """
    with reference_scope(), reading() as session:
        nation = session.scalar(select(Unit.id).where(Unit.level == 0))
        starts = dict(session.execute(select(Centre.id, Centre.day_starts_minute)).tuples().all())
    if nation is None:
        return 0
    with area_scope(nation), reading() as session:
        marked = set(
            session.scalars(select(RollupDirty.centre_id).order_by(RollupDirty.id).limit(limit))
        )
        known = dict(session.execute(select(CentreNow.centre_id, CentreNow.day)).tuples().all())
    now = clock.now()
    stale = {
        centre_id
        for centre_id, minute in starts.items()
        if known.get(centre_id) != clock.business_day(now, minute)
    }
    due = sorted(marked | stale)
    faults: list[Exception] = []
    for centre_id in due:
        try:
            _refresh_centre(centre_id, starts[centre_id], limit)
        except Exception as fault:
            faults.append(fault)
    if faults:
        raise ExceptionGroup("some centres' figures were not recomputed", faults)
    return len(due)


def _refresh_centre(centre_id: int, minute: int, limit: int) -> None:
    with centre_scope(centre_id), unit_of_work() as work:
        session = work.session
        now = _take_turn(session, centre_id, minute)
        marks = session.execute(
            select(RollupDirty.id, RollupDirty.day).order_by(RollupDirty.id).limit(limit)
        ).all()
        days = {day for _mark_id, day in marks}
        for day in sorted(days):
            _replace_days(session, day, day)
        for month in sorted({first_of_month(day) for day in days}):
            _replace_month(session, month)
        # A counter that was left open yesterday counts since its day is over.
        for month in sorted({first_of_month(day) for day in days | _days_over(now, minute)}):
            today = clock.business_day(clock.now(), minute)
            replace_hours(session, month, today, minute)
            # A month of people is counted once its last day is over, for the same reason.
            replace_groups(session, month, today)
        _replace_now(session, now, minute)
        session.execute(
            delete(RollupDirty)
            .where(RollupDirty.id.in_([mark_id for mark_id, _day in marks]))
            .execution_options(synchronize_session=False)
        )


def _take_turn(session: Session, centre_id: int, day_starts_minute: int) -> CentreNow:
    """Lock the centre's row of the present: one recomputation of a centre at a time."""
    today = clock.business_day(clock.now(), day_starts_minute)
    insert: Any = (
        postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    )
    session.execute(
        insert(CentreNow)
        .values(
            centre_id=centre_id,
            day=today,
            computed_at=clock.now(),
            **dict.fromkeys(NOW_FIGURES, 0),
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(select(CentreNow).with_for_update()).one()


def _days_over(now: CentreNow, day_starts_minute: int) -> set[date]:
    """The day that the centre's figures spoke of last, when it has ended since."""
    return {now.day} - {clock.business_day(clock.now(), day_starts_minute)}


def _put(cell: Base, figures: object, names: Iterable[str]) -> None:
    for name in names:
        setattr(cell, name, getattr(figures, name))
    cell.computed_at = clock.now()  # type: ignore[attr-defined]  # every rollup has it


def _replace_days(session: Session, first: date, last: date) -> None:
    counted = count_days(session, first, last)
    cells = {
        cell.day: cell
        for cell in session.scalars(select(CentreDay).where(CentreDay.day.between(first, last)))
    }
    for day, figures in counted.items():
        cell = cells.pop(day, None)
        if cell is None:
            cell = CentreDay(day=day)
            session.add(cell)
        _put(cell, figures, DAY_FIGURES)
    session.flush()
    if cells:
        session.execute(delete(CentreDay).where(CentreDay.day.in_(cells)))


def _replace_month(session: Session, month: date) -> None:
    """Write what is kept by months anew, once the days of the month are right."""
    _replace_services(session, month)
    replace_office_months(session, month)
    end = first_of_next_month(month) - timedelta(days=1)
    days = session.scalars(select(CentreDay).where(CentreDay.day.between(month, end))).all()
    cell = session.scalars(select(CentreMonth).where(CentreMonth.month == month)).one_or_none()
    if not days:
        if cell is not None:
            session.delete(cell)
            session.flush()
        return
    figures = month_of({day.day: day for day in days})
    if cell is None:
        cell = CentreMonth(month=month)
        session.add(cell)
    _put(cell, figures, MONTH_FIGURES)
    session.flush()


def _replace_services(session: Session, month: date) -> None:
    counted = count_services(session, month)
    cells = {
        cell.service_id: cell
        for cell in session.scalars(
            select(CentreMonthService).where(CentreMonthService.month == month)
        )
    }
    for service_id, figures in counted.items():
        cell = cells.pop(service_id, None)
        if cell is None:
            cell = CentreMonthService(month=month, service_id=service_id)
            session.add(cell)
        elif all(getattr(cell, name) == getattr(figures, name) for name in SERVICE_FIGURES):
            continue
        _put(cell, figures, SERVICE_FIGURES)
    session.flush()
    if cells:
        session.execute(
            delete(CentreMonthService).where(
                CentreMonthService.month == month, CentreMonthService.service_id.in_(cells)
            )
        )


def _replace_now(session: Session, cell: CentreNow, day_starts_minute: int) -> None:
    cell.day = clock.business_day(clock.now(), day_starts_minute)
    _put(cell, count_now(session, cell.day), NOW_FIGURES)
    replace_standings(session, cell.day)
    replace_offices(session, cell.day)
    session.flush()


def rebuild(centre: Centre, first: date, last: date) -> None:
    """Recompute all cells of the days from first to last, both included, and of their months.

    For records that were loaded in bulk, without events. One transaction a month: memory
    stays that of one month's cells, and the centre's work goes on in between. Marks of these
    days that are there when it begins are done with.
    """
    month = first_of_month(first)
    while month <= last:
        following = first_of_next_month(month)
        with centre_scope(centre.id), unit_of_work() as work:
            now = _take_turn(work.session, centre.id, centre.day_starts_minute)
            span = max(first, month), min(last, following - timedelta(days=1))
            marks = work.session.scalars(
                select(RollupDirty.id).where(RollupDirty.day.between(*span))
            ).all()
            _replace_days(work.session, *span)
            _replace_month(work.session, month)
            minute = centre.day_starts_minute
            today = clock.business_day(clock.now(), minute)
            replace_hours(work.session, month, today, minute)
            replace_groups(work.session, month, today)
            _replace_now(work.session, now, centre.day_starts_minute)
            work.session.execute(
                delete(RollupDirty)
                .where(RollupDirty.id.in_(marks))
                .execution_options(synchronize_session=False)
            )
        month = following


class RollupWorker:
    """The thread that recomputes rollups soon after a change; `start` and `stop` it once."""

    def __init__(self) -> None:
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        _committed.append(self._wake.set)
        self._thread = threading.Thread(target=self._run, name="rollups", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the centre at hand and end. Marks that are left wait for the next start."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            _committed.remove(self._wake.set)
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            began = time.monotonic()
            try:
                with alone_with("rollups") as ours:
                    # Another process is at it and may have read the marks before ours was
                    # there, or there are more marks than one round takes: look again soon.
                    if not ours or refresh():
                        self._wake.set()
            except Exception:
                # The database may be away for a while; the marks are still there.
                logger.exception("rollups were not recomputed")
            # Rest as long as the work took: figures never take more than half a processor.
            took = time.monotonic() - began
            self._stopping.wait(max(GATHER_SECONDS, took))
            self._wake.wait(EVERY_SECONDS)
