"""What must hold of every committee's decisions, counted again for `odsc-counter check`.

Read in the nation's scope: each breach is named with the code of its unit.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.actions.models import ActionItem
from odsc_counter.committees import lifecycle, minutes, signing
from odsc_counter.committees.figures import pack_faults
from odsc_counter.committees.models import Meeting, Resolution
from odsc_counter.flags.models import Flag
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.numbering import AreaNumberSeries

Found = tuple[int, str]
"""The unit's key, and what is wrong."""
NUMBERED: tuple[tuple[Any, Any], ...] = (
    (Meeting, Meeting.place_id),
    (Resolution, Resolution.place_id),
    (ActionItem, ActionItem.seat_id),
)
"""What is numbered, and the column with the seat that numbers it."""
LIVING: tuple[Any, ...] = (Flag, Meeting, Resolution, ActionItem)


def signed_minutes_are_as_they_were_signed(session: Session) -> Iterator[Found]:
    """The hash is that of the signed text, and the text is what the rows say now."""
    meetings = session.scalars(
        select(Meeting).where(Meeting.state == lifecycle.SIGNED).order_by(Meeting.starts_at)
    ).all()
    for meeting in meetings:
        name = f"meeting {meeting.number}/{meeting.year}"
        if signing.hash_of(meeting.signed_body) != meeting.signed_hash:
            yield meeting.place_id, f"{name}: the hash is not that of what was signed"
        try:
            rows = json.loads(meeting.signed_body)["rows"]
        except (ValueError, KeyError, TypeError):
            yield meeting.place_id, f"{name}: what was signed can't be read"
            continue
        yield from _differences(
            meeting, name, "meeting", [rows["meeting"]], [minutes.values_of(meeting)]
        )
        for part in minutes.PARTS:
            now = minutes.rows_of(session, meeting, part)
            yield from _differences(meeting, name, part, rows[part], now)


def _differences(
    meeting: Meeting, name: str, part: str, signed: list[dict[str, Any]], now: list[dict[str, Any]]
) -> Iterator[Found]:
    if len(signed) != len(now):
        yield meeting.place_id, f"{name}: {len(signed)} rows of {part} were signed, {len(now)} are"
        return
    for before, after in zip(signed, now, strict=True):
        # Columns that came later were not signed, and are no difference.
        changed = sorted(key for key, value in before.items() if after.get(key) != value)
        if changed:
            yield meeting.place_id, f"{name}: {part} was changed: {', '.join(changed)}"


def offices_number_without_gap(session: Session) -> Iterator[Found]:
    """Numbers of a seat and year run from 1 to the counter's last."""
    for model, owner in NUMBERED:
        series = model.__tablename__
        taken = session.execute(
            select(
                owner, model.year, func.count(), func.min(model.number), func.max(model.number)
            ).group_by(owner, model.year)
        ).all()
        last = {
            (row.place_id, row.period): row.last_no
            for row in session.scalars(
                select(AreaNumberSeries).where(AreaNumberSeries.series == series)
            )
        }
        for place_id, year, count, lowest, highest in taken:
            counter = last.pop((place_id, str(year)), None)
            if lowest != 1 or count != highest or highest != counter:
                yield (
                    place_id,
                    f"{series} of {year}: {count} rows, {lowest} to {highest}, counter {counter}",
                )
        for (place_id, period), counter in last.items():
            yield place_id, f"{series} of {period}: counter at {counter}, no rows"


def states_equal_their_events(session: Session) -> Iterator[Found]:
    """Each flag, meeting, resolution and action item is where its events have led it."""
    for model in LIVING:
        lives: dict[tuple[int, str], list[AreaEvent]] = defaultdict(list)
        for event in session.scalars(
            select(AreaEvent)
            .where(AreaEvent.subject_kind == model.__tablename__, AreaEvent.seq.is_not(None))
            .order_by(AreaEvent.subject_id, AreaEvent.seq)
        ):
            lives[event.place_id, event.subject_id].append(event)
        things: list[tuple[int, uuid.UUID, str, int]] = list(
            session.execute(select(model.place_id, model.id, model.state, model.version)).tuples()
        )
        for place_id, key, state, version in things:
            life = lives.get((place_id, str(key)), [])
            told = life[-1].to_state if life else None
            if (state, version) != (told, len(life)):
                yield (
                    place_id,
                    f"{model.__tablename__} {key}: {state} ({version}),"
                    f" its events say {told} ({len(life)})",
                )


def packs_are_as_they_were_frozen(session: Session) -> Iterator[Found]:
    """The figures of each pack are those that were frozen, edition after edition."""
    yield from pack_faults(session)


RULES: tuple[Callable[[Session], Iterator[Found]], ...] = (
    signed_minutes_are_as_they_were_signed,
    packs_are_as_they_were_frozen,
    offices_number_without_gap,
    states_equal_their_events,
)
