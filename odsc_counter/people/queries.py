"""Looking people up: by the beginning of a word or number, who may be the same, what happened.

Every look-up is a range of an index, so that it stays quick with a whole district in the centre.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from odsc_counter.people import keys
from odsc_counter.people.details import Details, birth
from odsc_counter.people.models import Person, PersonMerge, PersonWord
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import reading

SHORTEST_NUMBER = 3
"""Letters and digits from which on a text is looked up as a number: fewer could be anybody's."""
BEYOND = "\U0010ffff"
"""Sorts after every letter."""


@dataclass(frozen=True)
class Likely:
    """A record that may be of the same person, and why."""

    person: Person
    why: frozenset[str]
    """Of: card, business, phone, birth, village."""


@dataclass(frozen=True)
class Group:
    """Records that may be of one person, because of one thing that they share."""

    why: str
    people: list[Person]


def person(person_id: uuid.UUID) -> Person:
    """The record with its place. Raises NotFound."""
    with reading() as session:
        found = session.scalars(
            select(Person).where(Person.id == person_id).options(joinedload(Person.unit))
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


def search(text: str, limit: int = 10) -> list[Person]:
    """People whose phone, ID, family book or business number begins so, or all these words.

    The words may be the beginnings of any words of the name, in any order. Numbers come first;
    at most `limit`, and no more is counted. Merged records are left out.
    """
    found: dict[uuid.UUID, Person] = {}
    with reading() as session:
        for condition in _beginnings(text):
            if len(found) < limit:
                _gather(session, found, select(Person).where(condition), limit)
        words = keys.words_of(text)
        if words and len(found) < limit:
            _gather(session, found, _by_words(words), limit)
    return list(found.values())[:limit]


def ids_matching(session: Session, text: str, limit: int) -> list[uuid.UUID]:
    """The ids of those whom `search` would find, at most `limit`; a statement for each key."""
    found: dict[uuid.UUID, None] = {}
    queries = [select(Person).where(condition) for condition in _beginnings(text)]
    if words := keys.words_of(text):
        queries.append(_by_words(words).order_by(None))
    for query in queries:
        ids = query.with_only_columns(Person.id).where(Person.merged_into_id.is_(None))
        found |= dict.fromkeys(session.scalars(ids.limit(2 * limit)))
    return list(found)[:limit]


def likely_same(details: Details, limit: int = 5) -> list[Likely]:
    """Whom a centre knows already that may be this person.

    The same ID card or business number, the same phone, or the same name with the same year
    of birth or village. Two years of birth that differ tell two people of one name apart.
    """
    card = keys.document_key(details.id_number)
    business = keys.document_key(details.business_number)
    phone = keys.phone_key(details.phone)
    name = keys.full_name_key(details.full_name)
    village = keys.full_name_key(details.village)
    try:
        year = birth(details.birth)[1]
    except ValueError:
        year = None
    same: list[ColumnElement[bool]] = []
    if card:
        same.append(Person.id_key == card)
    if business:
        same.append(Person.business_key == business)
    if phone:
        same.append(Person.phone_key == phone)
    if name and (year or village):
        same.append(Person.name_key == name)
    likely = []
    with reading() as session:
        found: dict[uuid.UUID, Person] = {}
        for condition in same:
            _gather(session, found, select(Person).where(condition), 50)
    for one in found.values():
        shared = {
            "card": card != "" and one.id_key == card,
            "business": business != "" and one.business_key == business,
            "phone": phone != "" and one.phone_key == phone,
        }
        if one.name_key == name and (not year or one.birth_year in (None, year)):
            shared["birth"] = year is not None and one.birth_year == year
            shared["village"] = village != "" and keys.full_name_key(one.village) == village
        why = frozenset(reason for reason, holds in shared.items() if holds)
        if why:
            likely.append(Likely(one, why))
    likely.sort(key=lambda one: ("card" in one.why, "business" in one.why, len(one.why)))
    return likely[: -limit - 1 : -1]


def duplicates(limit: int = 30) -> list[Group]:
    """Groups of records that may be of one person, for each reason at most `limit`."""
    alike: tuple[tuple[str, tuple[InstrumentedAttribute[str], ...]], ...] = (
        ("card", (Person.id_key,)),
        ("business", (Person.business_key,)),
        ("phone", (Person.name_key, Person.phone_key)),
        ("village", (Person.name_key, Person.village)),
    )
    groups: list[Group] = []
    told: set[frozenset[uuid.UUID]] = set()
    with reading() as session:
        for why, columns in alike:
            groups += _groups(session, why, columns, limit)
        groups += _groups(session, "birth", (Person.name_key, Person.birth_year), limit)
    fresh = []
    for group in groups:
        ids = frozenset(one.id for one in group.people)
        if ids not in told:
            told.add(ids)
            fresh.append(group)
    return fresh


def timeline(person_ids: list[uuid.UUID]) -> list[Event]:
    """All that happened to a person's records, the latest first."""
    with reading() as session:
        return list(
            session.scalars(
                select(Event)
                .where(
                    Event.subject_kind == "person",
                    Event.subject_id.in_([str(one) for one in person_ids]),
                )
                .order_by(Event.at.desc(), Event.id.desc())
            )
        )


def merged_as(person_id: uuid.UUID) -> PersonMerge | None:
    """How this record was merged into another; None while it stands for itself."""
    with reading() as session:
        return session.scalars(
            select(PersonMerge).where(PersonMerge.merged_id == person_id)
        ).one_or_none()


def merges(person_id: uuid.UUID) -> list[tuple[PersonMerge, Person]]:
    """Which records were merged into this one, and into those before: with how they were."""
    found: list[tuple[PersonMerge, Person]] = []
    into = [person_id]
    with reading() as session:
        while into:
            rows = session.execute(
                select(PersonMerge, Person)
                .join(
                    Person,
                    and_(
                        Person.centre_id == PersonMerge.centre_id,
                        Person.id == PersonMerge.merged_id,
                    ),
                )
                .where(PersonMerge.kept_id.in_(into))
                .order_by(PersonMerge.merged_at)
            ).tuples()
            more = list(rows)
            found += more
            into = [merge.merged_id for merge, _person in more]
    return found


def _begins(column: InstrumentedAttribute[str], beginning: str) -> ColumnElement[bool]:
    return and_(column >= beginning, column < beginning + BEYOND)


def _beginnings(text: str) -> list[ColumnElement[bool]]:
    """What a number's beginning may be the beginning of."""
    document = keys.document_key(text)
    digits = sum(letter.isdigit() for letter in document)
    if not digits or len(document) < SHORTEST_NUMBER:
        return []
    conditions = [
        _begins(column, document)
        for column in (Person.id_key, Person.family_book_key, Person.business_key)
    ]
    if digits == len(document):
        conditions += [_begins(Person.phone_key, one) for one in keys.phone_beginnings(text)]
    return conditions


def _by_words(words: list[str]) -> Select[Person]:
    """People with a word that begins with each of these; the longest is the one looked up."""
    longest, *others = sorted(words, key=len, reverse=True)
    query = (
        select(Person)
        .join(
            PersonWord,
            and_(PersonWord.centre_id == Person.centre_id, PersonWord.person_id == Person.id),
        )
        .where(_begins(PersonWord.word, longest))
        .order_by(PersonWord.word, PersonWord.person_id)
    )
    for word in others:
        other = aliased(PersonWord)
        query = query.where(
            exists().where(
                other.centre_id == Person.centre_id,
                other.person_id == Person.id,
                other.word >= word,
                other.word < word + BEYOND,
            )
        )
    return query


def _gather(
    session: Session, found: dict[uuid.UUID, Person], query: Select[Person], limit: int
) -> None:
    # Twice as many: two words of one name may begin alike, and give the same person twice.
    rows = session.scalars(
        query.where(Person.merged_into_id.is_(None))
        .options(joinedload(Person.unit))
        .limit(2 * limit)
    )
    for row in rows:
        found.setdefault(row.id, row)


def _groups(
    session: Session,
    why: str,
    columns: tuple[InstrumentedAttribute[str] | InstrumentedAttribute[int | None], ...],
    limit: int,
) -> list[Group]:
    unmerged = Person.merged_into_id.is_(None)
    last = columns[-1]
    known = last.is_not(None) if last is Person.birth_year else last != ""
    shared = session.execute(
        select(*columns)
        .where(unmerged, known)
        .group_by(*columns)
        .having(func.count() > 1)
        .order_by(*columns)
        .limit(limit)
    ).all()
    if not shared:
        return []
    same = [
        and_(*(column == value for column, value in zip(columns, row, strict=True)))
        for row in shared
    ]
    people = session.scalars(
        select(Person)
        .where(unmerged, or_(*same))
        .options(joinedload(Person.unit))
        .order_by(*columns, Person.created_at, Person.id)
        .limit(limit * 10)
    ).all()
    groups: dict[tuple[object, ...], list[Person]] = {}
    for one in people:
        groups.setdefault(tuple(getattr(one, column.key) for column in columns), []).append(one)
    return [Group(why, members) for members in groups.values()]
