"""The pages of a trail, taken together, are the trail: whole, newest first, on both databases."""

from datetime import timedelta

import pytest

from odsc_counter.accounts import trail
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.world import a_user

EVENTS = 3 * trail.PER_PAGE + 7
"""So many that pages of both halves are read, and the last one isn't full."""


@pytest.fixture
def numbers(database: Database) -> list[str]:
    """What the events are about, newest first; two people took turns."""
    people = [a_user("vilay"), a_user("keo")]
    made = []
    with reference_scope():
        for number in range(EVENTS):
            person = people[number % 2]
            with acting_as(Actor(person.name_lo, person.id)), unit_of_work() as work:
                work.record_national("numbered", subject_kind="thing", subject_id=str(number))
            made.append(str(number))
    return made[::-1]


def filters(**narrowed: str) -> trail.Filters:
    today = clock.today()
    return trail.Filters(today - timedelta(days=1), today, **narrowed)


def pages(asked: trail.Filters) -> list[trail.Trail]:
    with reference_scope():
        first = trail.national_trail(asked, 1)
        return [trail.national_trail(asked, page + 1) for page in range(first.pages)]


def test_pages_together_are_the_trail(numbers: list[str]) -> None:
    found = pages(filters(doing="thing.numbered"))
    assert [row.subject_id for page in found for row in page.rows] == numbers
    assert [len(page.rows) for page in found] == [50, 50, 50, 7]
    assert {page.total for page in found} == {EVENTS}


def test_one_persons_pages_hold_what_that_person_did(numbers: list[str]) -> None:
    with reference_scope():
        people = dict(trail.national_trail(filters(), 1).people)
    assert len(people) == 2
    for number, offset in zip(sorted(people, key=int), (0, 1), strict=True):
        found = pages(filters(doing="thing", person=number))
        assert [row.subject_id for page in found for row in page.rows] == numbers[offset::2]


def test_beyond_the_end_is_the_last_page_and_nothing_is_an_empty_one(numbers: list[str]) -> None:
    with reference_scope():
        last = trail.national_trail(filters(doing="thing.numbered"), 99)
        none = trail.national_trail(filters(doing="nothing"), 1)
    assert (last.page, [row.subject_id for row in last.rows]) == (4, numbers[-7:])
    assert (none.pages, none.total, none.rows) == (1, 0, [])
