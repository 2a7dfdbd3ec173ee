"""The number on a phone: words for every state, 304 meanwhile, and who may give it back."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import operations, place, queries
from odsc_counter.tickets.estimate import Range
from odsc_counter.tickets.lifecycle import LIFECYCLE
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.place import place_of
from tests.tickets.kiosks import KioskHall, a_kiosk_hall


@pytest.fixture
def world(database: Database, database_url: str, tmp_path: Path) -> KioskHall:
    return a_kiosk_hall(database_url, tmp_path)


Deed = Callable[[KioskHall, Ticket], object]


def called(world: KioskHall, ticket: Ticket) -> None:
    world.hall.call(0)


def served(world: KioskHall, ticket: Ticket) -> None:
    called(world, ticket)
    operations.start(ticket.id)


def held(world: KioskHall, ticket: Ticket) -> None:
    served(world, ticket)
    operations.hold(ticket.id, 10)


def held_and_back(world: KioskHall, ticket: Ticket) -> None:
    held(world, ticket)
    (other,) = world.hall.issue(1)
    later = datetime.now(UTC) + timedelta(minutes=20)
    with clock.use(lambda: later):
        operations.call_chosen(world.hall.centre, world.hall.counters[1].id, other.id)


def put_back(world: KioskHall, ticket: Ticket) -> None:
    called(world, ticket)
    operations.put_back(ticket.id)


def sent_on(world: KioskHall, ticket: Ticket) -> None:
    served(world, ticket)
    operations.transfer(
        world.hall.centre, ticket.id, operations.Destination(service_id=world.other)
    )


def sent_to_counter_2(world: KioskHall, ticket: Ticket) -> None:
    served(world, ticket)
    to = operations.Destination(counter_id=world.hall.counters[1].id)
    operations.transfer(world.hall.centre, ticket.id, to)


def next_service(world: KioskHall, ticket: Ticket) -> None:
    operations.add_service(world.hall.centre, ticket.id, world.other)
    served(world, ticket)
    operations.complete(ticket.id, here=False)


def completed(world: KioskHall, ticket: Ticket) -> None:
    served(world, ticket)
    operations.complete(ticket.id)


def no_show(world: KioskHall, ticket: Ticket) -> None:
    called(world, ticket)
    operations.no_show(ticket.id)


def closed(world: KioskHall, ticket: Ticket) -> None:
    operations.close_day(world.hall.centre, ticket.day)


STORIES: dict[str, tuple[Deed, str]] = {
    "waiting": (lambda _world, _ticket: None, "this page and the screen in the hall"),
    "called": (called, "Please go to counter"),
    "serving": (served, "You are being served at counter 1."),
    "on_hold": (held, "Your number is on hold until"),
    "returns": (held_and_back, "Your pause is over"),
    "put_back": (put_back, "are back in the queue"),
    "sent_on": (sent_on, "You were sent on to another service."),
    "for_counter": (sent_to_counter_2, "You were sent to counter 2."),
    "next_service": (next_service, "One service is done."),
    "completed": (completed, "Your visit is completed."),
    "no_show": (no_show, "You were called and nobody came."),
    "walked_out": (lambda _world, ticket: operations.walk_out(ticket.id), "You have left"),
    "cancelled": (lambda _world, ticket: operations.cancel(ticket.id), "is cancelled"),
    "closed": (closed, "This number was closed"),
}


def test_every_state_of_the_lifecycle_is_told_here() -> None:
    assert set(STORIES) >= LIFECYCLE.states
    kinds = {place.PUT_BACK, place.RETURNS, place.SENT_ON, place.NEXT_SERVICE, place.FOR_COUNTER}
    assert set(STORIES) == LIFECYCLE.states | kinds


@pytest.mark.parametrize("standing", STORIES)
def test_the_phone_says_how_it_stands(world: KioskHall, standing: str) -> None:
    deed, words = STORIES[standing]
    with centre_scope(world.hall.centre.id):
        (ticket,) = world.hall.issue(1)
        deed(world, ticket)
        now = queries.ticket(ticket.id)
        assert place_of(now).standing == standing
    page = world.phone().get(f"t/{ticket.public_code}")
    assert words in page
    assert ("Cancel my number" in page) == LIFECYCLE.allows("cancel", now.state)
    lao = world.phone("lo").get(f"t/{ticket.public_code}").split("<main")[1]
    if standing != "called":
        found = re.search(r'data-standing="(\w+)">\s*(.*?)\s*</p>', lao, re.DOTALL)
        assert found and found[1] == standing
        assert re.search("[\u0e80-\u0eff]", found[2])
    else:
        assert "<strong>1</strong>" in lao


def test_services_of_the_visit_and_how_far_they_are(world: KioskHall) -> None:
    with centre_scope(world.hall.centre.id):
        (ticket,) = world.hall.issue(1)
        next_service(world, ticket)
    page = world.phone().get(f"t/{ticket.public_code}")
    assert re.search(r"Service MOPS-04 <span[^>]*>· Done", page)
    assert re.search(r'aria-current="step">Service MOPS-05 <span[^>]*>· Now', page)


def test_the_wait_is_a_range_or_unknown(world: KioskHall, monkeypatch: pytest.MonkeyPatch) -> None:
    with centre_scope(world.hall.centre.id):
        (ticket,) = world.hall.issue(1)
    phone = world.phone()
    path = f"/c/{world.code}/t/{ticket.public_code}"
    assert "No estimate yet" in phone.get(f"t/{ticket.public_code}")
    tags = {phone.client.get(path).headers["ETag"]}
    for wait, words in (
        (Range(10, 25), "about 10–25 min"),
        (Range(0, 5), "less than 5 min"),
        (Range(7, 7), "about 7 min"),
    ):

        def estimated(_ticket: Ticket, _position: int, wait: Range = wait) -> Range:
            return wait

        monkeypatch.setattr(place, "wait_for", estimated)
        assert words in phone.get(f"t/{ticket.public_code}")
        tags.add(phone.client.get(path).headers["ETag"])
    assert len(tags) == 4


def test_nothing_comes_back_until_something_changes(world: KioskHall) -> None:
    with centre_scope(world.hall.centre.id):
        _first, second = world.hall.issue(2)
    phone = world.phone()
    path = f"/c/{world.code}/t/{second.public_code}"
    tag = phone.client.get(path).headers["ETag"]
    asked = {"X-Fragment": "1", "If-None-Match": tag}
    assert phone.client.get(path, headers=asked).status_code == 304
    with centre_scope(world.hall.centre.id):
        world.hall.call(0)  # the person before
    changed = phone.client.get(path, headers=asked)
    assert changed.status_code == 200
    assert "<html" not in changed.get_data(as_text=True)
    assert changed.headers["ETag"] != tag


def test_the_page_asks_sooner_when_the_turn_is_near(world: KioskHall) -> None:
    with centre_scope(world.hall.centre.id):
        tickets = world.hall.issue(6)
    phone = world.phone()
    assert 'data-poll-seconds="8"' in phone.get(f"t/{tickets[0].public_code}")
    assert 'data-poll-seconds="20"' in phone.get(f"t/{tickets[5].public_code}")


def test_a_citizen_cancels_while_waiting_or_on_hold(world: KioskHall) -> None:
    with centre_scope(world.hall.centre.id):
        first, second = world.hall.issue(2)
        held(world, first)
    phone = world.phone()
    for ticket in (first, second):
        assert "Your number is cancelled." in phone.post(f"t/{ticket.public_code}/cancel")
        assert "Somebody changed this" in phone.post(f"t/{ticket.public_code}/cancel")


def test_a_number_of_yesterday_has_no_place_in_line(world: KioskHall) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with centre_scope(world.hall.centre.id), clock.use(lambda: yesterday):
        (ticket,) = world.hall.issue(1)
    page = world.phone().get(f"t/{ticket.public_code}")
    assert "People ahead of you" not in page
    assert "the day is over" in page


def test_where_people_keep_their_place_overnight_they_see_it(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    world = a_kiosk_hall(database_url, tmp_path, day_close="by_hand")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with centre_scope(world.hall.centre.id), clock.use(lambda: yesterday):
        (ticket,) = world.hall.issue(1)
    assert "People ahead of you" in world.phone().get(f"t/{ticket.public_code}")


def test_pages_for_phones_are_compressed_and_those_of_staff_are_not(world: KioskHall) -> None:
    with centre_scope(world.hall.centre.id):
        (ticket,) = world.hall.issue(1)
    path, asked = f"/c/{world.code}/t/{ticket.public_code}", {"Accept-Encoding": "gzip"}
    answer = world.phone().client.get(path, headers=asked)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.get_data()) < 4_000
    for client, headers in (
        (world.phone().client, {}),
        (world.phone().client, {"Accept-Encoding": "gzip;q=0"}),
        (world.clerk().client, asked),
    ):
        assert "Content-Encoding" not in client.get(path, headers=headers).headers
    assert (
        "Content-Encoding"
        not in world.clerk().client.get(f"/c/{world.code}/console", headers=asked).headers
    )
