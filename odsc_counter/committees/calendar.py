"""A person's calendar: meetings, due action items, flags to answer, as iCalendar (RFC 5545).

Read unit by unit, each in the scope of that very unit, by the roles that are held today. What
goes out lies on servers of others: titles and places of offices, no citizen and no free text
about a case.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Calendar, Event
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.accounts.sessions import held_grants
from odsc_counter.actions import queries as action_queries
from odsc_counter.actions import words as action_words
from odsc_counter.committees.lifecycle import CALLED_OFF, PLANNED
from odsc_counter.committees.models import Meeting
from odsc_counter.flags import queries as flag_queries
from odsc_counter.flags import words as flag_words
from odsc_counter.places.models import Unit
from odsc_counter.places.wording import language, place
from odsc_counter.platform import clock
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import one_moment

KEPT_FOR = timedelta(days=92)
"""So long a meeting that is over stays in the calendar."""
ASK_AGAIN = timedelta(hours=4)
"""How often a calendar program should look for news."""
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar: at a time of day, or on a whole day."""

    kind: str
    """The subject's kind in the events: meeting, action_item, flag."""
    id: uuid.UUID
    title: str
    starts: datetime | date
    ends: datetime | date
    """For a whole day the day after (RFC 5545, 3.6.1)."""
    version: int
    venue: str = ""
    is_tentative: bool = False
    changed_at: datetime = BEFORE_ALL
    """When the subject's last event happened."""


def feed(user: User) -> bytes:
    """The calendar of a person, in their language. The same rows give the same bytes."""
    with force_locale(user.language):
        calendar = Calendar()
        calendar.add("prodid", "-//ODSC Counter//Calendar//EN")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("ODSC: %(name)s", name=user.name(user.language)))
        calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
        for entry in entries(user):
            calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def entries(user: User) -> list[Entry]:
    """What a person's calendar holds, by day, in the language in force."""
    roles: dict[int, set[str]] = {}
    for grant in held_grants(user.id):
        if grant.unit_id is not None:
            roles.setdefault(grant.unit_id, set()).add(grant.role)
    found: dict[tuple[str, uuid.UUID], Entry] = {}
    for unit_id, held in roles.items():
        with area_scope(unit_id), one_moment() as session:
            here = list(_of_unit(session, unit_id, held, user.id))
            found |= {(entry.kind, entry.id): entry for entry in _dated(session, here)}
    return sorted(found.values(), key=lambda entry: (_day(entry), entry.kind, entry.id))


def _of_unit(session: Session, unit_id: int, held: set[str], user_id: int) -> Iterator[Entry]:
    if held & PERMISSIONS["committee.attend"].roles:
        yield from _meetings(session, unit_id)
    if held & PERMISSIONS["action.view"].roles:
        unit = session.get_one(Unit, unit_id)
        for row in action_queries.every(unit, "mine", user_id):
            label = action_words.label(row.action, row.seat.code)
            title = _(
                "Action item %(label)s is due: %(place)s", label=label, place=place(row.place)
            )
            yield _on_day(
                "action_item", row.action.id, title, row.action.due_on, row.action.version
            )
    if held & PERMISSIONS["flag.view"].roles:
        for flag_row in flag_queries.owned_by(user_id):
            flag = flag_row.flag
            title = _("Answer is due: %(flag)s", flag=flag_words.title(flag_row))
            yield _on_day("flag", flag.id, title, flag.answer_due_on, flag.version)


def _meetings(session: Session, unit_id: int) -> Iterator[Entry]:
    """The meetings of that very unit's committee: those of units within are their own."""
    rows = session.scalars(
        select(Meeting).where(
            Meeting.place_id == unit_id,
            Meeting.state != CALLED_OFF,
            Meeting.ends_at > clock.now() - KEPT_FOR,
        )
    )
    for meeting in rows:
        title = meeting.title_en if language() == "en" else meeting.title_lo
        yield Entry(
            "meeting",
            meeting.id,
            title or meeting.title_lo,
            meeting.starts_at,
            meeting.ends_at,
            meeting.version,
            meeting.venue,
            meeting.state == PLANNED,
        )


def _on_day(kind: str, key: uuid.UUID, title: str, day: date, version: int) -> Entry:
    return Entry(kind, key, title, day, day + timedelta(days=1), version)


def _dated(session: Session, found: list[Entry]) -> list[Entry]:
    """The entries with the time of their last change. One statement."""
    rows = session.execute(
        select(AreaEvent.subject_kind, AreaEvent.subject_id, func.max(AreaEvent.at))
        .where(
            AreaEvent.subject_kind.in_({entry.kind for entry in found}),
            AreaEvent.subject_id.in_({str(entry.id) for entry in found}),
            AreaEvent.seq.is_not(None),
        )
        .group_by(AreaEvent.subject_kind, AreaEvent.subject_id)
    )
    changed = {(kind, subject): at for kind, subject, at in rows}
    return [
        replace(entry, changed_at=changed.get((entry.kind, str(entry.id)), BEFORE_ALL))
        for entry in found
    ]


def _day(entry: Entry) -> date:
    starts = entry.starts
    return clock.local(starts).date() if isinstance(starts, datetime) else starts


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.kind.replace('_', '-')}-{entry.id}@odsc-counter")
    # Without a request to anybody, DTSTAMP is the last change (RFC 5545, 3.8.7.2).
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.version)
    event.add("summary", entry.title)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("status", "TENTATIVE" if entry.is_tentative else "CONFIRMED")
    event.add("transp", "OPAQUE" if isinstance(entry.starts, datetime) else "TRANSPARENT")
    if entry.venue:
        event.add("location", entry.venue)
    return event
