"""Pre-printed numbers, entered afterwards with their real times, on both databases."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.checking import check
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets import operations, paper_numbers, queries
from odsc_counter.tickets.back_entry import PaperEntry, enter_paper
from odsc_counter.tickets.lifecycle import CANCELLED, COMPLETED, NO_SHOW, WAITING, WALKED_OUT
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.paper_errors import NotOfferedThen, PaperNumberEntered
from odsc_counter.tickets.paper_form import read_time
from odsc_counter.tickets.paper_numbers import Roll, read_label
from tests.tickets.hall import Hall, a_hall
from tests.tickets.test_concurrency import at_once
from tests.world import a_service, a_user

DAY = date(2026, 3, 2)


@pytest.fixture
def hall(database: Database) -> Hall:
    return a_hall()


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.VIENTIANE).astimezone(
        UTC
    )


@contextmanager
def afternoon(hall: Hall, day: date = DAY) -> Iterator[None]:
    with centre_scope(hall.centre.id), clock.use(lambda: at(15, 0, day)):
        yield


def a_served(hall: Hall, number: int = 7, **more: Any) -> PaperEntry:
    """Somebody who was served between ten past nine and half past."""
    entry = PaperEntry(
        day=DAY,
        letter="A",
        number=number,
        service_id=hall.service,
        arrived=at(8, 40),
        called=at(9, 5),
        started=at(9, 10),
        ended=at(9, 30),
        counter_id=hall.counters[0].id,
        clerk_id=hall.clerks[0].id,
    )
    return replace(entry, **more)


def the_life(ticket: Ticket) -> list[tuple[str, str | None, str]]:
    with reading() as session:
        events = session.scalars(
            select(Event).where(Event.subject_id == str(ticket.id)).order_by(Event.seq)
        ).all()
    assert all(event.at == at(15) for event in events)
    return [(event.verb, event.to_state, event.data["happened_at"]) for event in events]


def test_a_served_number_keeps_its_real_times_and_says_that_they_are_not_sure(hall: Hall) -> None:
    with afternoon(hall):
        ticket = enter_paper(hall.centre, a_served(hall))
        (leg,) = queries.legs(ticket)
        assert (ticket.label, ticket.letter, ticket.number) == ("P-A07", "a", 7)
        assert (ticket.is_paper, ticket.times_unreliable, ticket.state) == (True, True, COMPLETED)
        assert (ticket.issued_at, ticket.ended_at, ticket.day) == (at(8, 40), at(9, 30), DAY)
        assert (leg.waiting_seconds, leg.walking_seconds, leg.serving_seconds) == (1500, 300, 1200)
        assert (leg.counter_id, leg.clerk_id) == (hall.counters[0].id, hall.clerks[0].id)
        assert ticket.version == 4
        assert the_life(ticket) == [
            ("issue", WAITING, at(8, 40).isoformat()),
            ("call", "called", at(9, 5).isoformat()),
            ("start", "serving", at(9, 10).isoformat()),
            ("complete", COMPLETED, at(9, 30).isoformat()),
        ]


def test_an_old_number_is_entered_while_its_clerk_serves_somebody_at_its_counter(
    hall: Hall,
) -> None:
    with afternoon(hall):
        hall.issue(1)
        live = hall.call(0)
        assert live is not None
        operations.start(live.id)
        enter_paper(hall.centre, a_served(hall))
        assert queries.ticket(live.id).state == "serving"
        operations.complete(live.id)


@pytest.mark.parametrize(
    ("outcome", "times", "verbs"),
    [
        (COMPLETED, {"called": None}, ["issue", "call", "start", "complete"]),
        (NO_SHOW, {"started": None, "ended": None}, ["issue", "call", "no_show"]),
        (WALKED_OUT, {"called": None, "started": None}, ["issue", "walk_out"]),
        (WALKED_OUT, {}, ["issue", "call", "start", "walk_out"]),
        (CANCELLED, {"called": None, "started": None}, ["issue", "cancel"]),
    ],
)
def test_every_outcome_becomes_the_verbs_that_led_to_it(
    hall: Hall, outcome: str, times: dict[str, None], verbs: list[str]
) -> None:
    with afternoon(hall):
        ticket = enter_paper(hall.centre, a_served(hall, outcome=outcome, **times))
        assert ticket.state == outcome
        assert [verb for verb, _state, _at in the_life(ticket)] == verbs
    assert [breach for breach in check() if "figures" not in breach.rule] == []


def test_who_still_waits_joins_the_queue_with_their_real_arrival(hall: Hall) -> None:
    with afternoon(hall):
        with clock.use(lambda: at(14)):
            hall.issue(1)
        waits = a_served(
            hall, outcome=WAITING, called=None, started=None, ended=None, arrived=at(13, 50),
            counter_id=None, clerk_id=None,
        )  # fmt: skip
        ticket = enter_paper(hall.centre, waits)
        called = hall.call(0)
        assert called is not None and called.id == ticket.id
        operations.start(ticket.id)
        done = operations.complete(ticket.id)
        assert done.times_unreliable
        assert queries.legs(done)[0].waiting_seconds == 70 * 60
    assert [breach for breach in check() if "figures" not in breach.rule] == []


def test_a_waiting_number_of_today_survives_the_first_kiosk_number(hall: Hall) -> None:
    with afternoon(hall):
        waits = a_served(hall, outcome=WAITING, called=None, started=None, ended=None)
        ticket = enter_paper(hall.centre, waits)
        assert [one.label for one in hall.issue(1)] == ["A001"]
        assert queries.ticket(ticket.id).state == WAITING


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"arrived": None}, "arrived"),
        ({"started": None}, "started"),
        ({"ended": None}, "ended"),
        ({"called": at(9, 11)}, "started"),
        ({"ended": at(9, 0)}, "ended"),
        ({"ended": at(15, 1)}, "ended"),
        ({"arrived": at(23, 0, DAY - timedelta(days=1))}, "arrived"),
        ({"outcome": "lost"}, "outcome"),
        ({"outcome": NO_SHOW}, "started"),
        ({"outcome": WALKED_OUT, "started": None}, "outcome"),
        ({"outcome": CANCELLED}, "called"),
        ({"outcome": WAITING}, "ended"),
        ({"day": DAY + timedelta(days=1)}, "day"),
        ({"number": 0}, "number"),
        ({"letter": "Z"}, "number"),
        ({"counter_id": None}, "counter"),
        ({"clerk_id": None}, "clerk"),
        ({"counter_id": uuid.UUID(int=5)}, "counter"),
        ({"clerk_id": 999_999}, "clerk"),
        ({"priority_reason": "rich"}, "priority"),
    ],
)
def test_what_the_paper_can_not_have_said_is_refused_at_its_field(
    hall: Hall, change: dict[str, Any], field: str
) -> None:
    with afternoon(hall):
        with pytest.raises(InvalidInput) as refused:
            enter_paper(hall.centre, a_served(hall, **change))
        assert field in refused.value.fields
        with reading() as session:
            assert session.scalars(select(Ticket)).all() == []


def test_people_of_an_earlier_day_do_not_wait_any_more(hall: Hall) -> None:
    later = DAY + timedelta(days=3)
    waits = a_served(hall, outcome=WAITING, called=None, started=None, ended=None)
    with afternoon(hall, later):
        with pytest.raises(InvalidInput):
            enter_paper(hall.centre, waits)
        operations.close_day(hall.centre, DAY)
        assert enter_paper(hall.centre, a_served(hall)).day == DAY


def test_a_service_must_have_been_offered_and_people_must_have_worked_here(hall: Hall) -> None:
    other = a_service(None, "MOPS-09")
    stranger = a_user()
    with afternoon(hall):
        with pytest.raises(NotOfferedThen):
            enter_paper(hall.centre, a_served(hall, service_id=other.id))
        with pytest.raises(InvalidInput):
            enter_paper(hall.centre, a_served(hall, clerk_id=stranger.id))


def test_one_paper_number_stands_once_on_a_day(hall: Hall) -> None:
    with clock.use(lambda: at(15)):
        results = at_once(hall.centre.id, [lambda: enter_paper(hall.centre, a_served(hall))] * 4)
    assert sum(isinstance(one, Ticket) for one in results) == 1
    assert sum(isinstance(one, PaperNumberEntered) for one in results) == 3
    with afternoon(hall):
        assert "P-A07" in str(next(one for one in results if not isinstance(one, Ticket)))
        hall.issue(8)  # the kiosk's own A007 is another number
        enter_paper(hall.centre, a_served(hall, number=8))


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("P-A07", ("A", 7)),
        ("a7", ("A", 7)),
        ("p b 12", ("B", 12)),
        ("PB3", ("B", 3)),
        ("AB101", ("AB", 101)),
        ("7", ("C", 7)),
        ("P-7", ("C", 7)),
        ("A1234", None),
        ("seven", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, label: tuple[str, int] | None) -> None:
    assert read_label(typed, "C") == label


def test_times_are_read_as_people_type_them(hall: Hall) -> None:
    for typed in ("830", "0830", "8:30", "8.30", "08h30"):
        assert read_time(typed, hall.centre, DAY) == at(8, 30)
    assert read_time("", hall.centre, DAY) is None
    for typed in ("8", "2460", "9:75", "noon"):
        with pytest.raises(ValueError, match=typed):
            read_time(typed, hall.centre, DAY)
    hall.centre.day_starts_minute = 240
    assert read_time("0115", hall.centre, DAY) == at(1, 15, DAY + timedelta(days=1))


def text_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(BytesIO(content))
    return [page.get_textpage().get_text_range() for page in document]


def test_sheets_hold_every_number_once_and_no_date(hall: Hall) -> None:
    with centre_scope(hall.centre.id):
        with reading() as session:
            group = session.scalars(select(ServiceGroup)).one()
        pages = text_of(paper_numbers.numbers_pdf(hall.centre, Roll(group, 1, 43)))
        assert len(text_of(paper_numbers.log_pdf(hall.centre))) == 1
    assert len(pages) == Roll(group, 1, 43).sheets == 3
    everything = "".join(pages)
    assert [everything.count(f"P-A{number:02}") for number in range(1, 44)] == [1] * 43
    assert "P-A44" not in everything and "202" not in everything


def test_long_names_stay_within_their_slip(hall: Hall) -> None:
    with centre_scope(hall.centre.id), reading() as session:
        group = session.scalars(select(ServiceGroup)).one()
        session.expunge(group)
        group.name_lo, group.name_en = "ທະບຽນຄອບຄົວ " * 9, "Family registration " * 7
        pages = text_of(paper_numbers.numbers_pdf(hall.centre, Roll(group, 1, 21)))
    assert len(pages) == 1
    assert all(f"P-A{number:02}" in pages[0] for number in range(1, 22))
