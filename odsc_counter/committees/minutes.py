"""The minutes: what was said of each point and of the meeting as a whole, while it is not signed.

`record` gathers the whole meeting as plain values: what the paper prints, and what is signed.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue import queries as catalogue
from odsc_counter.committees import lifecycle
from odsc_counter.committees.models import (
    AgendaItem,
    Attendance,
    Committee,
    CommitteeMember,
    Meeting,
    MeetingPaper,
    Resolution,
)
from odsc_counter.committees.resolutions import open_meeting
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.work import unit_of_work

EDITION = 1
"""Of the record's shape; a later one must still read this."""
LONGEST = 20_000
"""Letters of one text of the minutes."""
PARTS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "attendance": (Attendance, ("member_id",)),
    "agenda": (AgendaItem, ("position", "id")),
    "papers": (MeetingPaper, ("added_at", "id")),
    "resolutions": (Resolution, ("year", "number")),
}
"""The rows that are signed with the meeting, and their order."""
NOT_SIGNED = {"place_id", "version", "signed_body", "signed_hash"}
"""Columns that the record leaves out: the owner, which it names once, and the seal itself."""


@dataclass(frozen=True)
class Said:
    """One text of the minutes in both languages."""

    lo: str
    en: str = ""


def write(
    unit: Unit, meeting_id: uuid.UUID, general: Said, points: Mapping[uuid.UUID, Said]
) -> Meeting:
    """Keep the minutes as they are now written: in general, and of points of the agenda.

    Raises NotFound, MinutesClosed.
    """
    with unit_of_work() as work:
        meeting = open_meeting(work.session, unit, meeting_id)
        items = {
            item.id: item
            for item in work.session.scalars(
                select(AgendaItem).where(
                    AgendaItem.place_id == unit.id, AgendaItem.meeting_id == meeting.id
                )
            )
        }
        if not set(points) <= set(items):
            raise NotFound
        for key, said in points.items():
            items[key].discussion_lo = lao_normalize(said.lo)[:LONGEST]
            items[key].discussion_en = lao_normalize(said.en)[:LONGEST]
        meeting.minutes_lo = lao_normalize(general.lo)[:LONGEST]
        meeting.minutes_en = lao_normalize(general.en)[:LONGEST]
        work.change(meeting, lifecycle.MEETING, "write", points=len(points))
        return meeting


def record(session: Session, unit: Unit, meeting: Meeting) -> dict[str, Any]:
    """The meeting whole: its rows as they are, and what else the paper shows.

    `rows` holds columns by name; `paper` the names that stand in other tables and may change
    later: letterhead, committee, members.
    """
    day = clock.local(meeting.starts_at).date()
    parts = {
        name: [values_of(row) for row in _rows(session, meeting, model, order)]
        for name, (model, order) in PARTS.items()
    }
    members = {
        str(member.id): member
        for member in session.scalars(
            select(CommitteeMember).where(CommitteeMember.place_id == unit.id)
        )
    }
    named = {row["member_id"] for row in parts["attendance"]}
    named |= {row["proposer_id"] for row in parts["resolutions"]} - {None}
    if meeting.chair_id is not None:
        named.add(str(meeting.chair_id))
    committee = session.get(Committee, unit.id)
    head = catalogue.letterhead_on(day)
    return {
        "edition": EDITION,
        "rows": {"meeting": values_of(meeting), **parts},
        "paper": {
            "unit": {"code": unit.code, "lo": unit.name_lo, "en": unit.name_en},
            "committee": {
                "lo": committee.name_lo if committee else "",
                "en": committee.name_en if committee else "",
                "founded_by": committee.founded_by if committee else "",
            },
            "head": {"lo": [head.line1_lo, head.line2_lo], "en": [head.line1_en, head.line2_en]},
            "members": {
                key: {
                    "lo": member.name_lo,
                    "en": member.name_en or member.name_lo,
                    "post_lo": member.post_lo,
                    "post_en": member.post_en or member.post_lo,
                    "role": member.role,
                    "position": member.position,
                }
                for key, member in members.items()
                if key in named
            },
            "corrects": _labels(session, unit, parts["resolutions"]),
        },
    }


def canonical(values: dict[str, Any]) -> str:
    """The one text of a record: sorted names, no blanks, Lao as it is."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def values_of(row: Any) -> dict[str, Any]:
    """A row's columns as plain values; the seal itself and the owner are left out."""
    left_out = NOT_SIGNED | ({"state"} if isinstance(row, Meeting) else set())
    return {
        column.key: plain(getattr(row, column.key))
        for column in inspect(type(row)).column_attrs
        if column.key not in left_out
    }


def rows_of(session: Session, meeting: Meeting, name: str) -> list[dict[str, Any]]:
    """The meeting's rows of one of PARTS, as `record` has them."""
    model, order = PARTS[name]
    return [values_of(row) for row in _rows(session, meeting, model, order)]


def _rows(session: Session, meeting: Meeting, model: Any, order: tuple[str, ...]) -> list[Any]:
    rows = session.scalars(
        select(model).where(
            model.place_id == meeting.place_id, model.meeting_id == meeting.id
        )
    ).all()  # fmt: skip
    return sorted(rows, key=lambda row: tuple(getattr(row, name) for name in order))


def _labels(session: Session, unit: Unit, rows: list[dict[str, Any]]) -> dict[str, str]:
    """The numbers of earlier resolutions that these correct or take up again."""
    keys = {
        uuid.UUID(row[name])
        for row in rows
        for name in ("corrects_id", "deferred_from_id")
        if row[name]
    }
    return {
        str(one.id): f"{one.number}/{one.year}-{unit.code}"
        for one in session.scalars(
            select(Resolution).where(Resolution.place_id == unit.id, Resolution.id.in_(keys))
        )
    }


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in UTC, days and keys as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
