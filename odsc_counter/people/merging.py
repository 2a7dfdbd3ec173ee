"""Two records that are of one person become one, and it stays readable what was done."""

import uuid
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from odsc_counter.people.details import FIELDS
from odsc_counter.people.models import Person, PersonMerge
from odsc_counter.people.records import change, forget_words, locked
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import ScopedSession, current_actor
from odsc_counter.platform.work import Work, unit_of_work

SHORTEST, LONGEST = 5, 300

Mover = Callable[[Work, uuid.UUID, uuid.UUID], int]
_movers: list[Mover] = []


class OneRecord(DomainError):
    """A record can't be merged with itself."""

    slug = "one-record"
    status = 422
    message = _l("Choose two different records.")


class PersonAndBusiness(DomainError):
    """A person and a business are never one."""

    slug = "person-and-business"
    status = 422
    message = _l("A person and a business can't be merged.")


def moves_along(mover: Mover) -> Mover:
    """Let an upper room move what it keeps of a merged person to the kept one.

    It is called in the merge's transaction, both records held, with their ids (merged, kept),
    and gives the number of things that it moved.
    """
    if mover not in _movers:
        _movers.append(mover)
    return mover


def merge(kept_id: uuid.UUID, merged_id: uuid.UUID, reason: str) -> Person:
    """Keep one record for both. There is no way back.

    The merged one's applications go over; what only it knew is written down in the kept one;
    it stays as a row that points there. Both get an event. Raises NotFound, OneRecord,
    PersonAndBusiness, InvalidInput (the reason: 5 to 300 letters), AlreadyChanged (one of
    them was merged before).
    """
    reason = lao_normalize(reason)
    if not SHORTEST <= len(reason) <= LONGEST:
        raise InvalidInput({"reason": _("Write the reason, in 5 to 300 characters.")})
    if kept_id == merged_id:
        raise OneRecord
    with unit_of_work() as work:
        kept, merged = _both(work.session, kept_id, merged_id)
        if kept.kind != merged.kind:
            raise PersonAndBusiness
        merged.merged_into_id = kept.id
        merged.version += 1
        forget_words(work.session, merged.id)
        change(work, kept, _filled(kept, merged), "fill_from_merged")
        moved = sum(mover(work, merged.id, kept.id) for mover in _movers)
        actor = current_actor()
        work.session.add(
            PersonMerge(
                merged_id=merged.id,
                kept_id=kept.id,
                reason=reason,
                moved=moved,
                merged_at=clock.now(),
                merged_by_id=actor.user_id,
                merged_by_name=actor.name,
            )
        )
        for verb, subject, other in (("merge", kept, merged), ("merge_away", merged, kept)):
            work.record(
                verb,
                subject_kind="person",
                subject_id=str(subject.id),
                data={"reason": reason, "name": other.full_name, "other": str(other.id),
                      "applications": moved},
            )  # fmt: skip
    return kept


def _both(
    session: ScopedSession, kept_id: uuid.UUID, merged_id: uuid.UUID
) -> tuple[Person, Person]:
    """Both records, held in the order of their ids: two merges never wait for each other."""
    gone = session.scalars(
        select(Person.id).where(
            Person.id.in_([kept_id, merged_id]), Person.merged_into_id.is_not(None)
        )
    ).all()
    if gone:
        raise AlreadyChanged
    held = {key: locked(session, key) for key in sorted((kept_id, merged_id))}
    if any(person.merged_into_id is not None for person in held.values()):
        raise AlreadyChanged
    return held[kept_id], held[merged_id]


def _filled(kept: Person, merged: Person) -> dict[str, Any]:
    values = {field: getattr(kept, field) for field in FIELDS}
    for field in FIELDS:
        if field.startswith("birth"):
            continue
        if values[field] in ("", None):
            values[field] = getattr(merged, field)
    same_year = merged.birth_year in (kept.birth_year, None) or kept.birth_year is None
    if kept.birth_on is None and merged.birth_year is not None and same_year:
        values |= {"birth_on": merged.birth_on, "birth_year": merged.birth_year}
    return values
