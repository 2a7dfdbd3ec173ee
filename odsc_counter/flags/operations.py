"""What offices do about a flag: answer, put it aside, give it to a person, pass it up or back,
close it. Each needs the seat that holds the flag now, and the version that was looked at.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.flags import queries
from odsc_counter.flags import settings as setting
from odsc_counter.flags.errors import HeldElsewhere, NobodyAbove, NobodyBelow, NotAnswered
from odsc_counter.flags.lifecycle import ANSWERED, LIFECYCLE
from odsc_counter.flags.models import Flag
from odsc_counter.flags.rules import RULES
from odsc_counter.flags.telling import tell_office, tell_owner
from odsc_counter.places import queries as places
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.work import Work, unit_of_work

SHORTEST, LONGEST = 5, 2000
"""Letters of an answer and of a reason."""
LONGEST_REST = timedelta(days=30)
FURTHEST_PROMISE = timedelta(days=366)


def answer(
    unit: Unit, flag_id: uuid.UUID, version: int, text: str, promised_on: date | None = None
) -> Flag:
    """Answer for a situation, with the day by which it will be put right.

    Raises InvalidInput; like every verb here NotFound, HeldElsewhere, AlreadyChanged.
    """
    words = _words("text", text)
    today = clock.today()
    if promised_on is not None and not today <= promised_on <= today + FURTHEST_PROMISE:
        raise InvalidInput({"promised_on": _("Today or later, at most a year ahead.")})
    with _held(unit, flag_id, version) as (work, flag):
        flag.answer, flag.promised_on, flag.snoozed_until = words, promised_on, None
        told = promised_on.isoformat() if promised_on else None
        work.change(flag, LIFECYCLE, "answer", answer=words, promised_on=told)
    return flag


def snooze(unit: Unit, flag_id: uuid.UUID, version: int, reason: str, until: date) -> Flag:
    """Put a flag aside until a day, at most 30 days ahead; then it is open again."""
    words = _words("reason", reason)
    today = clock.today()
    if not today < until <= today + LONGEST_REST:
        raise InvalidInput(
            {"until": _("From tomorrow on, at most %(days)s days ahead.", days=LONGEST_REST.days)}
        )
    with _held(unit, flag_id, version) as (work, flag):
        flag.snoozed_until = until
        work.change(flag, LIFECYCLE, "snooze", reason=words, until_on=until.isoformat())
    return flag


def assign(unit: Unit, flag_id: uuid.UUID, version: int, user_id: int | None) -> Flag:
    """Give a flag to a person of the office that holds it; None: to the office as a whole."""
    person = None
    if user_id is not None:
        person = next((one for one in queries.people_of(unit) if one.id == user_id), None)
        if person is None:
            raise InvalidInput({"owner": _("Choose a person of this office.")})
    with _held(unit, flag_id, version) as (work, flag):
        flag.owner_id = user_id
        work.change(flag, LIFECYCLE, "assign", owner=person.name_lo if person else None)
        tell_owner(work, flag)
    return flag


def escalate(unit: Unit, flag_id: uuid.UUID, version: int, reason: str) -> Flag:
    """Pass a flag up to the next level, whose office must act from now on.

    Raises NobodyAbove at the nation.
    """
    words = _words("reason", reason)
    with _held(unit, flag_id, version) as (work, flag):
        if unit.parent_id is None:
            raise NobodyAbove
        above = work.session.get_one(Unit, unit.parent_id)
        _hand(work, flag, above)
        work.change(
            flag, LIFECYCLE, "escalate", reason=words, from_unit=unit.code, to_unit=above.code
        )
        tell_office(work, flag, "flag_escalated")
    return flag


def hand_back(unit: Unit, flag_id: uuid.UUID, version: int, reason: str) -> Flag:
    """Hand a flag back to the level below, towards the unit that it is about.

    Raises NobodyBelow where it lies with that unit.
    """
    words = _words("reason", reason)
    with _held(unit, flag_id, version) as (work, flag):
        below = work.session.get_one(Unit, flag.place_id)
        if below.id == unit.id:
            raise NobodyBelow
        while below.parent_id != unit.id:
            below = work.session.get_one(Unit, below.parent_id)
        _hand(work, flag, below)
        work.change(
            flag, LIFECYCLE, "hand_back", reason=words, from_unit=unit.code, to_unit=below.code
        )
        tell_office(work, flag, "flag_handed_back")
    return flag


def close(unit: Unit, flag_id: uuid.UUID, version: int, reason: str) -> Flag:
    """Close a flag for good, with the reason.

    While the situation lasts, the office that it is about must have answered first; a level
    above may close without. Raises NotAnswered.
    """
    words = _words("reason", reason)
    with _held(unit, flag_id, version) as (work, flag):
        is_own = flag.holder_id == flag.place_id
        if flag.subsided_on is None and is_own and flag.state != ANSWERED:
            raise NotAnswered
        flag.close_reason, flag.closed_at = words, clock.now()
        work.change(flag, LIFECYCLE, "close", reason=words)
    return flag


@contextmanager
def _held(unit: Unit, flag_id: uuid.UUID, version: int) -> Iterator[tuple[Work, Flag]]:
    """The flag within a transaction, if it lies with the unit and is as it was looked at."""
    with unit_of_work() as work:
        flag = work.session.scalars(
            select(Flag).where(Flag.id == flag_id).with_for_update()
        ).one_or_none()
        if flag is None:
            raise NotFound
        if flag.holder_id != unit.id:
            raise HeldElsewhere
        if flag.version != version:
            raise AlreadyChanged
        yield work, flag


def _hand(work: Work, flag: Flag, holder: Unit) -> None:
    """Let another office hold the flag, with its own time to answer. No person of it yet."""
    rule = RULES.get(flag.rule)
    settings = setting.all_settings(work.session)
    # A rule of an earlier release is none any more, but its flags still live.
    days = setting.in_force(holder, rule, settings).answer_days if rule is not None else 0
    due = places.due_date(clock.today(), days)
    flag.holder_id, flag.owner_id, flag.answer_due_on = holder.id, None, due
    flag.snoozed_until = flag.promised_on = None


def _words(field: str, text: str) -> str:
    """What was typed, in one spelling. Raises InvalidInput where it says nothing."""
    words = lao_normalize(text)
    if not SHORTEST <= len(words) <= LONGEST:
        raise InvalidInput(
            {
                field: _(
                    "Write between %(least)s and %(most)s characters.", least=SHORTEST, most=LONGEST
                )
            }
        )
    return words
