"""Flags for tests, raised by hand and not by figures."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from odsc_counter.flags.lifecycle import LIFECYCLE
from odsc_counter.flags.models import Flag
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import reading, unit_of_work


def a_flag(place: Unit, rule: str = "till_left_open", **given: Any) -> Flag:
    """A flag of this place, held by it unless told, to be answered within three days."""
    today = clock.today()
    figures = {"measured": 2, "allowed": 1}
    values = {
        "subject": place.code,
        "holder_id": place.id,
        "figures": figures,
        "raised_on": today,
        "last_seen_on": today,
        "answer_due_on": today + timedelta(days=3),
        **given,
    }
    flag = Flag(place_id=place.id, rule=rule, raised_at=clock.now(), **values)
    with area_scope(place.id), unit_of_work() as work:
        work.begin(flag, LIFECYCLE, "raise", **flag.figures)
    return flag


def moved(flag: Flag, verb: str, **columns: Any) -> Flag:
    """The flag after a verb, with these columns set right before it."""
    with area_scope(flag.place_id), unit_of_work() as work:
        kept = work.session.scalars(select(Flag).where(Flag.id == flag.id)).one()
        for name, value in columns.items():
            setattr(kept, name, value)
        work.change(kept, LIFECYCLE, verb)
    return kept


def as_it_is(flag_id: uuid.UUID, unit: Unit) -> Flag:
    """The flag as an office of the unit sees it now."""
    with area_scope(unit.id), reading() as session:
        return session.scalars(select(Flag).where(Flag.id == flag_id)).one()


def all_flags(nation: Unit) -> list[Flag]:
    """Every flag of the country, by rule and subject."""
    with area_scope(nation.id), reading() as session:
        return list(session.scalars(select(Flag).order_by(Flag.rule, Flag.subject)))


def events_of(flag: Flag) -> list[AreaEvent]:
    """What happened with a flag, in order."""
    with area_scope(flag.place_id), reading() as session:
        return list(
            session.scalars(
                select(AreaEvent)
                .where(AreaEvent.subject_id == str(flag.id))
                .order_by(AreaEvent.seq)
            )
        )


@contextmanager
def on(day: date) -> Iterator[None]:
    """Let it be ten in the morning of this day within the block."""
    moment = clock.start_of_day(day) + timedelta(hours=10)
    with clock.use(lambda: moment):
        yield
