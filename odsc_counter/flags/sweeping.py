"""The sweep: raises what the figures say, sees it again, wakes, and passes up what got no answer.

Safe to run at any time and by two at once: what is found is written under the flag's own lock,
and one situation has one live flag by a constraint. Nothing here closes a flag.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.flags import settings as setting
from odsc_counter.flags.facts import Situation
from odsc_counter.flags.gathering import gather
from odsc_counter.flags.lifecycle import CLOSED, LIFECYCLE, OPEN, SNOOZED
from odsc_counter.flags.models import Flag
from odsc_counter.flags.rules import RULES
from odsc_counter.flags.telling import tell_office
from odsc_counter.places.models import Unit
from odsc_counter.places.queries import WorkingCalendar, working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import Work, reading, unit_of_work

AT_ONCE = 40
"""Flags that one transaction moves: people who act on flags never wait long."""
REST_DAYS = 5
"""Working days for which a situation that was closed rests, unless it gets worse."""
REST_SPAN = timedelta(days=40)
"""Calendar days within which so many working days surely lie, whatever the holidays."""

UNIQUE = ("uq_flag_live", "flag.place_id, flag.rule, flag.subject")
"""How PostgreSQL and SQLite name the constraint that a second flag of a situation breaks."""

Key = tuple[int, str, str]
"""Place, rule and subject: what tells one flag from another while it lives."""


@dataclass(frozen=True)
class Found:
    """A situation with the centre it is about."""

    about_centre_id: int
    situation: Situation


@dataclass(frozen=True)
class _Sweep:
    """What all transactions of one sweep go by."""

    today: date
    calendar: WorkingCalendar
    units: Mapping[int, Unit]
    settings: setting.Settings
    found: Mapping[Key, Found]

    def answer_due(self, holder: Unit, rule: str) -> date:
        """The day by which an office must answer that gets the flag today."""
        known = RULES.get(rule)
        if known is None:  # a rule of an earlier release, whose flags still live
            return self.today
        days = setting.in_force(holder, known, self.settings).answer_days
        return self.calendar.due_date(self.today, days)


def sweep() -> Counter[str]:
    """Look at all centres once. Returns how often each verb was done.

    Reads rollups in the nation's scope, then moves flags, a few in each transaction.
    """
    with reference_scope(), reading() as session:
        nation = session.scalar(select(Unit.id).where(Unit.level == 0))
    done: Counter[str] = Counter()
    if nation is None:
        return done
    with area_scope(nation):
        swept, due = _look()
        for first in range(0, len(due), AT_ONCE):
            with unit_of_work() as work:
                done.update(_move(work, swept, due[first : first + AT_ONCE]))
    return done


def _look() -> tuple[_Sweep, list[Key]]:
    """What is found, and the flags that must be moved for it, in an order that all sweeps take."""
    calendar = working_calendar()
    with reading() as session:
        units = {unit.id: unit for unit in session.scalars(select(Unit))}
        settings = setting.all_settings(session)
        found: dict[Key, Found] = {}
        for centre, figures in gather(session, calendar):
            for rule in RULES.values():
                holds = setting.in_force(units[centre.unit_id], rule, settings)
                if holds.is_on:
                    for one in rule.find(figures, holds.threshold):
                        found[centre.unit_id, rule.code, one.subject] = Found(centre.id, one)
        swept = _Sweep(clock.today(), calendar, units, settings, found)
        live = {_key(flag): flag for flag in session.scalars(select(Flag).where(_LIVE))}
        resting = _resting(session, swept)
    due = {key for key, flag in live.items() if any(_due(swept, flag))}
    due.update(key for key in found if key not in live and key not in resting)
    return swept, sorted(due)


_LIVE = Flag.state != CLOSED


def _key(flag: Flag) -> Key:
    return flag.place_id, flag.rule, flag.subject


def _due(swept: _Sweep, flag: Flag) -> Iterator[str]:
    """The verbs that a live flag is due for, in their order."""
    found = swept.found.get(_key(flag))
    if found is not None and (flag.last_seen_on < swept.today or flag.subsided_on is not None):
        yield "see_again"
    if found is None and flag.subsided_on is None:
        yield "subside"
    if flag.state == SNOOZED and flag.snoozed_until is not None:
        if flag.snoozed_until <= swept.today:
            yield "wake"
    # What is over goes no higher: it waits where it is for somebody to close it.
    elif (
        flag.state == OPEN
        and found is not None
        and flag.answer_due_on < swept.today
        and swept.units[flag.holder_id].parent_id is not None
    ):
        yield "escalate"


def _resting(session: Session, swept: _Sweep) -> set[Key]:
    """Situations that were closed a short while ago and haven't got worse since."""
    closed = session.scalars(
        select(Flag)
        .where(
            Flag.state == CLOSED,
            Flag.closed_at >= clock.start_of_day(swept.today - REST_SPAN),
        )
        .order_by(Flag.closed_at)
    )
    rest = set()
    for flag in closed:
        key = _key(flag)
        if key not in swept.found or flag.closed_at is None or flag.rule not in RULES:
            continue
        since = clock.local(flag.closed_at).date()
        is_worse = RULES[flag.rule].is_worse(swept.found[key].situation.figures, flag.figures)
        if swept.calendar.working_days(since, swept.today) <= REST_DAYS and not is_worse:
            rest.add(key)
        else:
            rest.discard(key)  # of several closings the last one counts
    return rest


def _move(work: Work, swept: _Sweep, keys: list[Key]) -> Iterator[str]:
    """Do what is due for these flags, as they are now that we hold them."""
    live = {
        _key(flag): flag
        for flag in work.session.scalars(
            select(Flag)
            .where(
                _LIVE,
                tuple_(Flag.place_id, Flag.rule, Flag.subject).in_(keys),
            )
            .with_for_update()
        )
    }
    for key in keys:
        flag = live.get(key)
        if flag is None:
            found = swept.found.get(key)
            if found is not None and _raise(work, swept, key, found):
                yield "raise"
            continue
        for verb in list(_due(swept, flag)):
            _do(work, swept, flag, verb)
            yield verb


def _raise(work: Work, swept: _Sweep, key: Key, found: Found) -> bool:
    """Raise a flag; False when another sweep was quicker."""
    place_id, rule, subject = key
    flag = Flag(
        place_id=place_id,
        rule=rule,
        subject=subject,
        about_centre_id=found.about_centre_id,
        ministry_id=found.situation.ministry_id,
        office_level=found.situation.office_level,
        holder_id=place_id,
        raised_at=clock.now(),
        raised_on=swept.today,
        figures=dict(found.situation.figures),
        last_seen_on=swept.today,
        answer_due_on=swept.answer_due(swept.units[place_id], rule),
    )
    try:
        with work.session.begin_nested():
            work.begin(flag, LIFECYCLE, "raise", **flag.figures)
    except IntegrityError as error:
        if not any(name in str(error.orig) for name in UNIQUE):
            raise
        return False
    tell_office(work, flag, "flag_raised")
    return True


def _do(work: Work, swept: _Sweep, flag: Flag, verb: str) -> None:
    data: dict[str, Any] = {}
    if verb == "see_again":
        flag.figures = dict(swept.found[_key(flag)].situation.figures)
        flag.last_seen_on, flag.subsided_on = swept.today, None
        data = dict(flag.figures)
    elif verb == "subside":
        flag.subsided_on = swept.today
    elif verb == "wake":
        holder = swept.units[flag.holder_id]
        flag.snoozed_until, flag.answer_due_on = None, swept.answer_due(holder, flag.rule)
    else:
        holder = swept.units[flag.holder_id]
        above = swept.units[holder.parent_id or holder.id]
        data = {
            "from_unit": holder.code,
            "to_unit": above.code,
            "by_silence": True,
            "answer_due_on": flag.answer_due_on.isoformat(),
        }
        flag.holder_id, flag.owner_id = above.id, None
        flag.answer_due_on = swept.answer_due(above, flag.rule)
    work.change(flag, LIFECYCLE, verb, **data)
    if verb == "escalate":
        tell_office(work, flag, "flag_escalated")
