"""The boards and kiosks of a hall: which there are, and whether they are alive.

A display says every half minute that it is there. It can say nothing else, and there is a
limit to how many a centre knows, so that a stranger who sends such messages does no harm.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.hall_models import Display

KINDS = ("board", "kiosk")
DEVICE = re.compile(r"[0-9a-f]{16,40}")
MOST_DISPLAYS = 40
SILENT_AFTER_SECONDS = 90
WRITTEN_EVERY_SECONDS = 20
FORGOTTEN_AFTER = timedelta(days=1)
"""A display without a name that was silent so long gives its place to a new one."""
AT_HOME_AFTER = timedelta(minutes=10)
"""Who was there for less was somebody who looked at the board with a browser: not missed."""
RETIRED_SHOWN = timedelta(days=7)
LONGEST_NAME = 60


@dataclass(frozen=True)
class DisplayRow:
    """A board or kiosk. `state`: live, stale (it has lost the stream itself) or silent."""

    device: str
    kind: str
    name: str
    seen_at: datetime
    seconds_since: int
    state: str


def displays() -> list[DisplayRow]:
    """The displays that are in service, those with a name first. One statement.

    One without a name that has gone is listed as silent for a day, and only if it had stayed
    for ten minutes: a look at the board from an office computer must raise no alarm.
    """
    now = clock.now()
    with reading() as session:
        found = session.scalars(
            select(Display)
            .where(Display.retired_at.is_(None))
            .order_by(Display.name == "", Display.name, Display.first_seen_at)
        ).all()
    return [_row(one, now) for one in found if _counts(one, now)]


def _counts(display: Display, now: datetime) -> bool:
    silent_for = now - display.seen_at
    if display.name or silent_for.total_seconds() <= SILENT_AFTER_SECONDS:
        return True
    stayed = display.seen_at - display.first_seen_at >= AT_HOME_AFTER
    return stayed and silent_for <= FORGOTTEN_AFTER


def retired_displays() -> list[DisplayRow]:
    """Displays that were taken out of service within the last week, the latest first."""
    now = clock.now()
    with reading() as session:
        found = session.scalars(
            select(Display)
            .where(Display.retired_at > now - RETIRED_SHOWN)
            .order_by(Display.retired_at.desc())
        ).all()
    return [_row(one, now) for one in found]


def _row(display: Display, now: datetime) -> DisplayRow:
    since = max(0, int((now - display.seen_at).total_seconds()))
    state = "stale" if display.is_stale else "live"
    if since > SILENT_AFTER_SECONDS:
        state = "silent"
    return DisplayRow(display.device, display.kind, display.name, display.seen_at, since, state)


def beat(device: str, kind: str, *, is_stale: bool = False) -> bool:
    """A display says that it is there; returns whether that was noted.

    `device` is the random name that the browser chose for itself. Junk is ignored, and so is
    a stranger when the centre has all the displays that it can have. A display that was
    retired stays so.
    """
    if kind not in KINDS or not DEVICE.fullmatch(device):
        return False
    now = clock.now()
    with reading() as session:
        known = _one(session, device)
    if known is not None and not _is_news(known, now, kind, is_stale):
        return True
    try:
        with unit_of_work() as work:
            display = _one(work.session, device, lock=True) or _place_for(work.session, now)
            if display is None:
                return False
            if display.device != device:
                display.device, display.first_seen_at = device, now
                display.name, display.retired_at = "", None
            display.kind, display.seen_at, display.is_stale = kind, now, is_stale
            work.session.add(display)
    except (IntegrityError, AlreadyChanged):
        return False  # two came at the same moment; the next message comes in half a minute
    return True


def _is_news(known: Display, now: datetime, kind: str, is_stale: bool) -> bool:
    same = known.is_stale == is_stale and known.kind == kind
    return not same or now - known.seen_at >= timedelta(seconds=WRITTEN_EVERY_SECONDS)


def _one(session: Session, device: str, *, lock: bool = False) -> Display | None:
    query = select(Display).where(Display.device == device)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def _place_for(session: Session, now: datetime) -> Display | None:
    """A new row, or that of a display which nobody misses; None when there is no place."""
    found = session.scalars(select(Display).order_by(Display.seen_at)).all()
    if len(found) < MOST_DISPLAYS:
        return Display(device="", first_seen_at=now)
    for one in found:
        silent = now - one.seen_at > FORGOTTEN_AFTER
        if silent and (one.retired_at is not None or not one.name):
            return one
    return None


def name_display(device: str, name: str) -> None:
    """Say where a display hangs. Raises NotFound, and InvalidInput for too long a name."""
    name = lao_normalize(name)
    if len(name) > LONGEST_NAME:
        raise InvalidInput({"name": f"1-{LONGEST_NAME}"})
    with unit_of_work() as work:
        display = _of_centre(work.session, device)
        display.name = name
        work.record("name", subject_kind="display", subject_id=device, data={"name": name})


def retire_display(device: str) -> None:
    """Take a display out of service: its silence is no alarm any more. Raises NotFound."""
    with unit_of_work() as work:
        display = _of_centre(work.session, device)
        if display.retired_at is not None:
            return
        display.retired_at = clock.now()
        work.record(
            "retire", subject_kind="display", subject_id=device, data={"name": display.name}
        )


def restore_display(device: str) -> None:
    """Put a display back into service. Raises NotFound."""
    with unit_of_work() as work:
        display = _of_centre(work.session, device)
        if display.retired_at is None:
            return
        display.retired_at = None
        work.record(
            "restore", subject_kind="display", subject_id=device, data={"name": display.name}
        )


def _of_centre(session: Session, device: str) -> Display:
    display = _one(session, device, lock=True)
    if display is None:
        raise NotFound
    return display
