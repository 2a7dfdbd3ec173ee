"""Who applies in the demonstration: new people, some who come again, a few written down twice."""

import random
from datetime import datetime
from typing import Any

from odsc_counter.demo.book import Book
from odsc_counter.demo.people import a_name
from odsc_counter.people import keys
from odsc_counter.people.details import with_keys
from odsc_counter.people.models import PERSON, Person, PersonWord
from odsc_counter.platform import clock

COMES_AGAIN, WRITTEN_TWICE = 0.12, 0.02
REMEMBERED = 200
"""Among how many of the last applicants those who come again are looked for."""


class Applicants:
    """The records of one centre's applicants."""

    def __init__(self, book: Book, rng: random.Random, unit_id: int) -> None:
        self.book = book
        self.rng = rng
        self.unit_id = unit_id
        self._known: list[dict[str, Any]] = []

    def next_one(self, at: datetime, actor: tuple[int, str]) -> dict[str, Any]:
        """The row of whoever applies at this moment; a new one is made by `actor`, id and name."""
        chance = self.rng.random()
        if self._known and chance < COMES_AGAIN:
            return self.rng.choice(self._known)
        if self._known and chance < COMES_AGAIN + WRITTEN_TWICE:
            before = self.rng.choice(self._known)
            return self._written(at, actor, before["full_name"], phone=before["phone"])
        person = self._written(
            at,
            actor,
            a_name(self.rng)[0],
            phone=f"020 5{self.rng.randrange(10**7):07}",
            id_number=f"{self.rng.randrange(10**9):09}",
            birth_year=self.rng.randrange(1950, 2008),
            unit_id=self.unit_id,
        )
        self._known = [*self._known[-REMEMBERED:], person]
        return person

    def _written(
        self, at: datetime, actor: tuple[int, str], name: str, **told: Any
    ) -> dict[str, Any]:
        values = {
            "kind": PERSON,
            "full_name": name,
            "phone": "",
            "id_number": "",
            "family_book": "",
            "business_number": "",
            "birth_on": None,
            "birth_year": None,
            "unit_id": None,
            "village": "",
            **told,
        }
        row = self.book.add(
            Person, id=self.book.new_id(at), created_at=at, version=1, **with_keys(values)
        )
        self.book.event(
            "create",
            kind="person",
            subject=row["id"],
            at=at,
            day=clock.local(at).date(),
            actor=actor,
        )
        for word in sorted(keys.indexed_words(name)):
            self.book.add(PersonWord, word=word, person_id=row["id"])
        return row
