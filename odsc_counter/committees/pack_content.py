"""What a meeting pack holds, gathered as plain values in both languages.

Everything here reads: the figures of the area as its pages give them, flags, action items,
resolutions, and what is known of the meeting. `figures` freezes the result; the paper is drawn
from it alone.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from flask_babel import force_locale
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from odsc_counter.actions.lifecycle import CANCELLED, DONE
from odsc_counter.actions.lifecycle import LIVE as LIVE_ACTIONS
from odsc_counter.actions.models import ActionItem
from odsc_counter.catalogue.queries import letterhead_on
from odsc_counter.committees.lifecycle import CALLED_OFF, HELD, SIGNED
from odsc_counter.committees.models import (
    AgendaItem,
    Committee,
    CommitteeMember,
    Meeting,
    MeetingPaper,
    Resolution,
)
from odsc_counter.coordination.queries import CentreLoad, Load, workload
from odsc_counter.coordination.workload_queries import ministries
from odsc_counter.flags import words as flag_words
from odsc_counter.flags.queries import for_agenda
from odsc_counter.monitoring.figures import DAY_FIGURES, NOW_FIGURES, first_of_month
from odsc_counter.monitoring.load_figures import OFFICE_FIGURES
from odsc_counter.monitoring.measures import Measures
from odsc_counter.monitoring.models import CentreDay
from odsc_counter.monitoring.queries import sums
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import centres_in
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound

FORMAT = 1
"""Of the content's own shape; the paper of a later one must still draw this."""
ONE_DAY = timedelta(days=1)
TREND_MONTHS = 6
ROLES = ("chair", "deputy", "member", "secretary")
Values = dict[str, Any]


def meeting_of(session: Session, unit: Unit, meeting_id: uuid.UUID) -> Meeting:
    """The meeting of this very unit's committee. Raises NotFound."""
    meeting = session.scalars(
        select(Meeting).where(Meeting.place_id == unit.id, Meeting.id == meeting_id)
    ).one_or_none()
    if meeting is None:
        raise NotFound
    return meeting


def invitation(session: Session, unit: Unit, meeting: Meeting) -> Values:
    """What people are told of a meeting: by whom, when, where, what about, and to whom."""
    letterhead = letterhead_on(clock.local(meeting.starts_at).date())
    committee = session.scalars(
        select(Committee).where(Committee.place_id == unit.id)
    ).one_or_none()
    members = session.scalars(
        select(CommitteeMember)
        .where(CommitteeMember.place_id == unit.id, CommitteeMember.ended_on.is_(None))
        .order_by(CommitteeMember.position, CommitteeMember.id)
    )
    agenda = session.scalars(
        select(AgendaItem)
        .where(
            AgendaItem.place_id == unit.id,
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.withdrawn_at.is_(None),
        )
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    return {
        "unit": _place(unit),
        "letterhead": {
            "lo": [letterhead.line1_lo, letterhead.line2_lo],
            "en": [letterhead.line1_en, letterhead.line2_en],
        },
        "committee": None if committee is None else _both(committee.name_lo, committee.name_en),
        "meeting": {
            "label": f"{meeting.number}/{meeting.year}",
            "title": _both(meeting.title_lo, meeting.title_en),
            "starts_at": _moment(meeting.starts_at),
            "ends_at": _moment(meeting.ends_at),
            "venue": meeting.venue,
        },
        "members": [
            {
                "name": _both(member.name_lo, member.name_en),
                "post": _both(member.post_lo, member.post_en),
                "role": member.role,
            }
            for member in sorted(members, key=lambda one: ROLES.index(one.role))
        ],
        "agenda": [
            {"kind": item.kind, "title": _both(item.title_lo, item.title_en)} for item in agenda
        ],
    }


def gathered(session: Session, unit: Unit, meeting: Meeting) -> Values:
    """The whole content of a pack, as it stands at the moment that the session reads."""
    found = workload(unit, "lo")
    return {
        "format": FORMAT,
        "at": _moment(found.at),
        **invitation(session, unit, meeting),
        "papers": _papers(session, meeting),
        "changed_at": None if found.changed_at is None else _moment(found.changed_at),
        "total": _load(found.total),
        "parts": sorted(
            ({**_place(part.unit), "load": _load(part.load)} for part in found.parts),
            key=lambda part: part["code"],
        ),
        **_of_months(session, unit, [centre for part in found.parts for centre in part.centres]),
        "offices": _offices(unit),
        "flags": _flags(unit),
        "actions": _actions(session, unit),
        "resolutions": _resolutions(session, meeting),
    }


def _both(lao: str, english: str) -> dict[str, str]:
    """A text in both languages; Lao where nobody has written it in English."""
    return {"lo": lao, "en": english or lao}


def _moment(at: datetime) -> str:
    return clock.local(at).isoformat()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _place(unit: Unit) -> Values:
    return {"code": unit.code, "kind": unit.kind, "name": _both(unit.name_lo, unit.name_en)}


def _load(load: Load) -> Values:
    counts = {
        name: value for name, value in vars(load).items() if name not in ("today", "week_ago")
    }
    return {**counts, "today": _measures(load.today), "week_ago": _measures(load.week_ago)}


def _measures(measures: Measures | None) -> Values | None:
    return None if measures is None else {name: getattr(measures, name) for name in DAY_FIGURES}


def _of_months(session: Session, unit: Unit, loads: list[CentreLoad]) -> Values:
    """Each centre now and in the last full month, beside the month before; then the months."""
    this = first_of_month(clock.today())
    month = first_of_month(this - ONE_DAY)
    before = first_of_month(month - ONE_DAY)
    earlier = case((CentreDay.day < month, 1), else_=0).label("earlier")
    figures: dict[tuple[int, bool], Measures] = {
        (centre_id, bool(is_before)): Measures(*map(int, counts))
        for centre_id, is_before, *counts in session.execute(
            select(CentreDay.centre_id, earlier, *sums())
            .where(CentreDay.day >= before, CentreDay.day < this)
            .group_by(CentreDay.centre_id, earlier)
        )
    }
    now = {load.centre.id: load for load in loads}
    rows = []
    totals: dict[bool, Measures | None] = {False: None, True: None}
    for centre in sorted(centres_in(unit), key=lambda one: one.code):
        told = {is_before: figures.get((centre.id, is_before)) for is_before in (False, True)}
        if centre.id not in now and not any(told.values()):
            continue
        for is_before, measures in told.items():
            if measures is not None:
                totals[is_before] = (totals[is_before] or Measures()) + measures
        rows.append(
            {
                **_centre(centre, now.get(centre.id)),
                "month": _measures(told[False]),
                "before": _measures(told[True]),
            }
        )
    return {
        "month": _day(month),
        "before": _day(before),
        "centres": rows,
        "month_total": _measures(totals[False]),
        "before_total": _measures(totals[True]),
        "trend": _trend(session, this),
    }


def _centre(centre: Centre, load: CentreLoad | None) -> Values:
    """A centre's own line; `now` is None where nothing is known, or the centre has closed."""
    now = load.now if load is not None else None
    return {
        "code": centre.code,
        "unit": centre.unit.code,
        "name": _both(centre.name_lo, centre.name_en),
        "standing": "left" if load is None else load.standing,
        "now": None if now is None else {name: getattr(now, name) for name in NOW_FIGURES},
        "today": None if load is None else _measures(load.today),
    }


def _trend(session: Session, this: date) -> list[Values]:
    """Files taken and decided in each of the last full months; a month without figures lacks."""
    months = [first_of_month(this - ONE_DAY)]
    while len(months) < TREND_MONTHS:
        months.insert(0, first_of_month(months[0] - ONE_DAY))
    taken: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0])
    for day, applications, decided in session.execute(
        select(CentreDay.day, func.sum(CentreDay.applications), func.sum(CentreDay.decided))
        .where(CentreDay.day >= months[0], CentreDay.day < this)
        .group_by(CentreDay.day)
    ):
        sums_of_month = taken[first_of_month(day)]
        sums_of_month[0] += int(applications)
        sums_of_month[1] += int(decided)
    return [
        {"month": _day(month), "applications": taken[month][0], "decided": taken[month][1]}
        if month in taken
        else {"month": _day(month), "applications": None, "decided": None}
        for month in months
    ]


def _offices(unit: Unit) -> list[Values]:
    """What lies with the ministries' offices of each level, as the workload's page has it."""
    return [
        {
            "ministry": _both(one.ministry.name_lo, one.ministry.name_en),
            "level": one.level,
            "centres": one.centres,
            **{name: getattr(one.figures, name) for name in OFFICE_FIGURES},
        }
        for one in ministries(unit)
    ]


def _flags(unit: Unit) -> list[Values]:
    """The flags for which this unit's office must answer, in words of both languages."""
    return [
        {
            "rule": row.flag.rule,
            "subject": row.flag.subject,
            "title": _said(partial(flag_words.title, row)),
            "situation": _said(partial(flag_words.situation, row.flag.rule, row.flag.figures)),
            "figures": row.flag.figures,
            "late": row.is_late,
            "state": row.flag.state,
            "raised_on": _day(row.flag.raised_on),
            "answer_due_on": _day(row.flag.answer_due_on),
            "answer": row.flag.answer,
            "promised_on": _day(row.flag.promised_on),
            "snoozed_until": _day(row.flag.snoozed_until),
            "subsided_on": _day(row.flag.subsided_on),
        }
        for row in for_agenda(unit)
    ]


def _said(words: Callable[[], str]) -> dict[str, str]:
    """What the pages say, in both languages: the paper must not change with a later wording."""
    said = {}
    for language in ("lo", "en"):
        with force_locale(language):
            said[language] = words()
    return said


def _actions(session: Session, unit: Unit) -> list[Values]:
    """The committee's own action items that are not done, the one that is due first first."""
    today = clock.today()
    rows = session.execute(
        select(ActionItem, Unit)
        .join(Unit, Unit.id == ActionItem.place_id)
        .where(ActionItem.seat_id == unit.id, ActionItem.state.in_(LIVE_ACTIONS))
        .order_by(ActionItem.due_on, ActionItem.year, ActionItem.number)
    )
    return [
        {
            "label": f"{item.number}/{item.year}",
            "resolution": item.resolution_label,
            "task": _both(item.task_lo, item.task_en),
            "office": _both(item.office_lo, item.office_en),
            "person": item.responsible_name,
            "place": _place(place),
            "due_on": _day(item.due_on),
            "state": item.state,
            "overdue": item.due_on < today,
        }
        for item, place in rows
    ]


def _resolutions(session: Session, meeting: Meeting) -> list[Values]:
    """What was decided at the last meeting and since, and how many of its tasks are done."""
    last = session.scalar(
        select(func.max(Meeting.starts_at)).where(
            Meeting.place_id == meeting.place_id,
            Meeting.starts_at < meeting.starts_at,
            Meeting.id != meeting.id,
            Meeting.state.in_((HELD, SIGNED)),
        )
    )
    if last is None:
        return []
    found = session.scalars(
        select(Resolution)
        .join(
            Meeting,
            (Meeting.place_id == Resolution.place_id) & (Meeting.id == Resolution.meeting_id),
        )
        .where(
            Resolution.place_id == meeting.place_id,
            Meeting.starts_at >= last,
            Meeting.id != meeting.id,
            Meeting.state != CALLED_OFF,
        )
        .order_by(Resolution.year, Resolution.number)
    ).all()
    tasks: defaultdict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    for resolution_id, state, count in session.execute(
        select(ActionItem.resolution_id, ActionItem.state, func.count())
        .where(
            ActionItem.seat_id == meeting.place_id,
            ActionItem.resolution_id.in_([one.id for one in found]),
        )
        .group_by(ActionItem.resolution_id, ActionItem.state)
    ):
        tasks[resolution_id][state] = int(count)
    return [
        {
            "label": f"{one.number}/{one.year}",
            "title": _both(one.title_lo, one.title_en),
            "state": one.state,
            "decided_on": None if one.decided_at is None else _moment(one.decided_at)[:10],
            "reason": one.reason,
            "tasks": sum(count for state, count in tasks[one.id].items() if state != CANCELLED),
            "tasks_done": tasks[one.id][DONE],
        }
        for one in found
    ]


def _papers(session: Session, meeting: Meeting) -> list[Values]:
    papers = session.scalars(
        select(MeetingPaper)
        .where(
            MeetingPaper.place_id == meeting.place_id,
            MeetingPaper.meeting_id == meeting.id,
            MeetingPaper.withdrawn_at.is_(None),
        )
        .order_by(MeetingPaper.added_at, MeetingPaper.id)
    )
    return [
        {"name": paper.name, "size_bytes": paper.size_bytes, "hash": paper.file_hash}
        for paper in papers
    ]
