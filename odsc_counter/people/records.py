"""Records of people: made, bound to an application, and changed; each change is an event."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from odsc_counter.people import keys
from odsc_counter.people.details import FIELDS, Details, checked, with_keys
from odsc_counter.people.models import Person, PersonWord
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, NotFound
from odsc_counter.platform.tenancy import ScopedSession
from odsc_counter.platform.work import Work, unit_of_work


def edit(person_id: uuid.UUID, details: Details, seen_version: int) -> Person:
    """Write down what has changed about a person, who was looked at in `seen_version`.

    The event holds what each field said before and says now. Raises NotFound, InvalidInput,
    AlreadyChanged (somebody changed or merged the record in the meantime).
    """
    values = checked(details)
    with unit_of_work() as work:
        person = locked(work.session, person_id)
        if person.version != seen_version or person.merged_into_id is not None:
            raise AlreadyChanged
        change(work, person, values)
    return person


def for_application(
    details: Details, *, person_id: uuid.UUID | None = None, is_another: bool = False
) -> Person:
    """The record that a new application is bound to, held until the transaction ends.

    With `person_id` that record, or the one that it was merged into; what was typed and is
    new is written down there, except the name. Without, the one with the same ID number and
    name unless the clerk said that this `is_another` person; else a new one. Raises NotFound
    (no record of this centre), InvalidInput.
    """
    with unit_of_work() as work:
        session = work.session
        if person_id is None:
            values = checked(details)
            known = None if is_another else _same_card(session, values)
            if known is None:
                return _made(work, values)
            person = kept(session, known)
        else:
            person = kept(session, person_id)
            values = checked(_named(details, person))
        change(work, person, {**_values(person), **_news(person, values)})
        return person


def locked(session: ScopedSession, person_id: uuid.UUID) -> Person:
    """The record, held until the transaction ends. Raises NotFound."""
    person = session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if person is None:
        raise NotFound
    return person


def kept(session: ScopedSession, person_id: uuid.UUID) -> Person:
    """The record itself, or the one that it was merged into at last; held. Raises NotFound."""
    following: uuid.UUID | None = person_id
    while following is not None:
        # Not locked on the way: a merge holds its two records in the order of their ids.
        last, following = (
            following,
            session.scalars(
                select(Person.merged_into_id).where(Person.id == following)
            ).one_or_none(),
        )
    person = locked(session, last)
    return person if person.merged_into_id is None else kept(session, person.merged_into_id)


def change(work: Work, person: Person, values: dict[str, Any], verb: str = "edit") -> None:
    """Write new values into a record that is held; an event tells each, before and after.

    Nothing happens where nothing is new.
    """
    changes = {
        field: {"from": _plain(getattr(person, field)), "to": _plain(values[field])}
        for field in FIELDS
        if getattr(person, field) != values[field]
    }
    if not changes:
        return
    if places := changes.pop("unit_id", None):
        changes["place"] = {end: _place(work.session, key) for end, key in places.items()}
    for column, value in with_keys({field: values[field] for field in FIELDS}).items():
        setattr(person, column, value)
    person.version += 1
    work.session.flush()
    if "full_name" in changes:
        forget_words(work.session, person.id)
        _remember_words(work.session, person)
    work.record(verb, subject_kind="person", subject_id=str(person.id), data={"changes": changes})


def forget_words(session: ScopedSession, person_id: uuid.UUID) -> None:
    """Let the record be found by its name no more."""
    session.execute(delete(PersonWord).where(PersonWord.person_id == person_id))


def _made(work: Work, values: dict[str, Any]) -> Person:
    person = Person(**with_keys(values), created_at=clock.now(), version=1)
    work.session.add(person)
    work.session.flush()
    _remember_words(work.session, person)
    work.record("create", subject_kind="person", subject_id=str(person.id))
    return person


def _remember_words(session: ScopedSession, person: Person) -> None:
    session.add_all(
        PersonWord(word=word, person_id=person.id)
        for word in sorted(keys.indexed_words(person.full_name))
    )
    session.flush()


def _same_card(session: ScopedSession, values: dict[str, Any]) -> uuid.UUID | None:
    stored = with_keys(values)
    if not stored["id_key"]:
        return None
    return session.scalars(
        select(Person.id)
        .where(
            Person.id_key == stored["id_key"],
            Person.name_key == stored["name_key"],
            Person.merged_into_id.is_(None),
        )
        .order_by(Person.id)
        .limit(1)
    ).one_or_none()


def _named(details: Details, person: Person) -> Details:
    """The details under the record's own name and kind: an application renames nobody."""
    return Details(**{**vars(details), "full_name": person.full_name, "kind": person.kind})


def _news(person: Person, values: dict[str, Any]) -> dict[str, Any]:
    """What was told at an application: what was left empty there stays known."""
    told = {field: value for field, value in values.items() if value not in ("", None)}
    told |= {"full_name": person.full_name, "kind": person.kind}
    if "birth_year" in told:
        # A year alone says less than the day in it that is known, and more than another's.
        told["birth_on"] = values["birth_on"]
        if values["birth_on"] is None and values["birth_year"] == person.birth_year:
            told["birth_on"] = person.birth_on
    return told


def _values(person: Person) -> dict[str, Any]:
    return {field: getattr(person, field) for field in FIELDS}


def _place(session: ScopedSession, unit_id: int | None) -> str:
    """A place as the log keeps it: names repeat over the country and codes may be corrected."""
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    return f"{unit.code} {unit.name_lo}" if unit is not None else ""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
