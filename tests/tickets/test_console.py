"""The counter console: every verb through the web, what is refused, and who may do what."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from odsc_counter.accounts.models import RoleGrant
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, current_database
from odsc_counter.platform.live import hub
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import counter_queries, operations, queries
from odsc_counter.tickets.desk import ClerksDesk, clerks_desk
from odsc_counter.tickets.lifecycle import LIFECYCLE, UNDOABLE
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.words import UNDO
from tests.pages import a_desk, an_app
from tests.tickets.hall import Hall, a_hall
from tests.world import LONG_AGO, a_service, a_user

FRAGMENT = {"X-Fragment": "1"}
STRICT = {"no_show_calls": 2, "call_gap_seconds": 20}


class Console:
    """A clerk's console in a browser that runs the script: it asks for fragments."""

    def __init__(self, client: FlaskClient, hall: Hall, place: int = 0) -> None:
        self.client = client
        self.hall = hall
        self.counter = hall.counters[place].id
        self.clerk = hall.clerks[place]

    def send(self, path: str, **fields: object) -> TestResponse:
        address = f"/c/{self.hall.centre.code}/{path}"
        return self.client.post(address, data=fields, headers=FRAGMENT)

    def do(self, path: str, **fields: object) -> str:
        """Send a form and read the desk that comes back."""
        answer = self.send(path, **fields)
        assert answer.status_code == 303, answer.status
        assert answer.location.endswith("/console/desk")
        desk = self.client.get(answer.location, headers=FRAGMENT)
        assert desk.headers["X-Fragment"] == "desk"
        return desk.get_data(as_text=True)

    def verb(self, verb: str, ticket: Ticket, **fields: object) -> str:
        return self.do(f"tickets/{ticket.id}/{verb}", **fields)

    def page(self, query: str = "") -> str:
        answer = self.client.get(f"/c/{self.hall.centre.code}/console{query}")
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def call_next(self) -> str:
        return self.do(f"counters/{self.counter}/call-next")

    @property
    def now(self) -> Ticket:
        """The ticket in front of the clerk."""
        with centre_scope(self.hall.centre.id):
            found = counter_queries.open_ticket_of(self.clerk.id)
        assert found is not None
        return found

    def state(self, ticket: Ticket) -> Ticket:
        """The ticket as it is now."""
        with centre_scope(self.hall.centre.id):
            return queries.ticket(ticket.id)

    def desk(self) -> ClerksDesk:
        with centre_scope(self.hall.centre.id):
            found = clerks_desk(self.hall.centre, self.clerk.id)
        assert found is not None
        return found


class Place:
    """A hall with the application on top of it."""

    def __init__(self, database_url: str, folder: Path, **rules: Any) -> None:
        self.app = an_app(database_url, folder)
        self.hall = a_hall(**rules)
        self.other = a_service(self.hall.centre, "MOHA-09", letter="B").id

    def console(self, place: int = 0) -> Console:
        return Console(a_desk(self.app, self.hall.clerks[place]), self.hall, place)

    def issue(self, number: int, **more: Any) -> list[Ticket]:
        with centre_scope(self.hall.centre.id):
            return [
                operations.issue(self.hall.centre, self.hall.service, **more)
                for _person in range(number)
            ]


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The clock goes on from ten o'clock: just after midnight, 25 minutes ago is yesterday."""
    real = datetime.now(UTC)
    ahead = clock.start_of_day(clock.business_day(real)) + timedelta(hours=10) - real
    with clock.use(lambda: datetime.now(UTC) + ahead):
        yield


@pytest.fixture
def place(database: Database, database_url: str, tmp_path: Path) -> Iterator[Place]:
    yield Place(database_url, tmp_path)
    hub.close_all()


@pytest.fixture
def strict(database: Database, database_url: str, tmp_path: Path) -> Iterator[Place]:
    """The usual rules: two calls before a no-show, twenty seconds apart."""
    yield Place(database_url, tmp_path, **STRICT)
    hub.close_all()


def later(seconds: int) -> Any:
    """So many seconds on, by everybody's clock."""
    at = clock.now() + timedelta(seconds=seconds)
    return clock.use(lambda: at)


# -- the verbs


def test_a_person_is_called_started_and_completed(place: Place) -> None:
    console = place.console()
    place.issue(1)
    assert "Called" in console.call_next()
    assert "Complete the visit" in console.verb("start", console.now)
    ticket = console.now
    assert "Your counter is free." in console.verb("complete", ticket)
    assert console.state(ticket).state == "completed"


def test_a_hold_lasts_as_long_as_was_chosen_and_is_resumed_from_the_list(place: Place) -> None:
    console = place.console()
    place.issue(1)
    console.call_next()
    ticket = console.now
    page = console.verb("hold", ticket, minutes="30")
    assert "A001 is on hold." in page
    held = console.state(ticket)
    assert held.hold_until is not None and held.held_at is not None
    assert held.hold_until - held.held_at == timedelta(minutes=30)
    assert f"/tickets/{ticket.id}/resume" in page
    assert "Being served" in console.verb("resume", ticket)
    assert console.now.id == ticket.id


def test_a_person_is_put_back_first_last_or_by_arrival(place: Place) -> None:
    console = place.console()
    first, *_others = place.issue(3)
    for where, expected in (("last", 2), ("age", 0), ("first", 0)):
        while (ahead := console.desk().waiting[0].ticket).id != first.id:
            with centre_scope(place.hall.centre.id):
                operations.cancel(ahead.id)
            place.issue(1)
        console.call_next()
        assert "A001 is back in the queue." in console.verb("put-back", console.now, place=where)
        order = [row.ticket.id for row in console.desk().waiting]
        assert order.index(first.id) == expected


def test_a_person_is_sent_to_a_service_a_counter_and_a_colleague(place: Place) -> None:
    console, second = place.console(), place.console(1)
    place.issue(1)
    console.call_next()
    ticket = console.now
    console.verb("start", ticket)
    page = console.verb("transfer", ticket, service=place.other, come_back="1")
    assert "A001 is sent on." in page
    assert console.state(ticket).service_id == place.other
    second.call_next()
    page = second.verb("start", ticket)
    assert "Done here: back to counter 1" in page
    second.verb("complete", ticket)
    assert console.desk().waiting[0].ticket.for_counter_id == console.counter
    console.call_next()
    console.verb("transfer", ticket, to=second.counter, place="first")
    assert console.state(ticket).for_counter_id == second.counter
    second.call_next()
    second.verb("transfer", ticket, to=console.clerk.id)
    assert console.state(ticket).for_clerk_id == console.clerk.id


def test_a_transfer_needs_a_destination_of_this_centre(place: Place) -> None:
    console, abroad = place.console(), a_hall("LA0404")
    place.issue(1)
    console.call_next()
    ticket = console.now
    assert "Choose where the person goes" in console.verb("transfer", ticket, service="", to="")
    for to in (abroad.counters[0].id, abroad.clerks[0].id, uuid.UUID(int=6), 999_999, "x"):
        assert console.send(f"tickets/{ticket.id}/transfer", to=to).status_code == 404
    assert console.state(ticket).state == "called"


def test_a_visit_goes_on_with_the_added_service_here_or_elsewhere(place: Place) -> None:
    console = place.console()
    place.issue(2)
    for on, state in (({}, "serving"), ({"on": "1"}, "waiting")):
        console.call_next()
        ticket = console.now
        console.verb("start", ticket)
        page = console.verb("add-service", ticket, service=place.other)
        assert "Go on with: Service MOHA-09" in page
        assert 'class="visit-step is-next"' in page
        page = console.verb("complete", ticket, **on)
        after = console.state(ticket)
        assert (after.state, after.service_id) == (state, place.other)
        if state == "serving":
            assert 'class="visit-step is-done"' in page
            console.verb("complete", ticket)


def test_somebody_leaves_and_somebody_gives_the_number_back(place: Place) -> None:
    console = place.console()
    serving, waiting, leaving = place.issue(3)
    console.call_next()
    console.verb("start", serving)
    console.verb("walk-out", serving)
    assert "A002 is cancelled." in console.verb("cancel", waiting)
    console.verb("walk-out", leaving)
    states = [console.state(one).state for one in (serving, waiting, leaving)]
    assert states == ["walked_out", "cancelled", "walked_out"]


def test_somebody_without_a_number_is_served_at_once(place: Place) -> None:
    console = place.console()
    page = console.do(f"counters/{console.counter}/serve", service=place.other, files="3")
    assert "Being served" in page
    assert "B001" in page
    assert "Acts for 3 files" in page


def test_a_number_is_given_from_the_console_with_a_link_to_its_paper(place: Place) -> None:
    console = place.console()
    page = console.do(
        "tickets",
        **{"from": "console", "then": place.other, "files": "4", "priority": "elderly"},
        service=place.hall.service,
    )
    assert "The new number is A001." in page
    assert "/kiosk/tickets/" in page
    assert "Elderly person" in page
    assert "4 files" in page
    with centre_scope(place.hall.centre.id):
        assert len(queries.legs(queries.waiting()[0].ticket)) == 2
    refused = console.do("tickets", **{"from": "console"}, service="999")
    assert "does not offer this service" in refused


def test_a_waiting_person_is_given_priority_and_loses_it_again(place: Place) -> None:
    console = place.console()
    _first, second = place.issue(2)
    page = console.verb("prioritise", second, priority="infant")
    assert "With a small child" in page
    assert console.desk().waiting[0].ticket.id == second.id
    console.verb("prioritise", second, priority="")
    assert console.desk().waiting[0].ticket.id != second.id
    assert "does not give priority" in console.verb("prioritise", second, priority="king")


def test_a_break_is_a_calm_screen_that_one_key_ends(place: Place) -> None:
    console = place.console()
    place.issue(2)
    page = console.do(f"counters/{console.counter}/break", reason="meal")
    assert "You are on a break" in page
    assert "Meal" in page
    assert "2 people are waiting for your counter." in page
    assert "waiting-list" not in page
    assert "You are on a break. End the break first." in console.call_next()
    assert "Your counter is free." in console.do(f"counters/{console.counter}/break/end")
    assert "has ended already" in console.do(f"counters/{console.counter}/break/end")
    assert "is missing or not right" in console.do(
        f"counters/{console.counter}/break", reason="siesta"
    )


def test_the_forms_work_without_script(place: Place) -> None:
    place.issue(1)
    client, code = a_desk(place.app, place.hall.clerks[0]), place.hall.centre.code
    answer = client.post(f"/c/{code}/counters/{place.hall.counters[0].id}/call-next")
    assert (answer.status_code, answer.location) == (303, f"/c/{code}/console")
    page = client.get(answer.location).get_data(as_text=True)
    opener = re.search(r'href="([^"]+)" data-dialog="transfer"', page)
    assert opener is not None
    opened = client.get(opener[1].replace("&amp;", "&")).get_data(as_text=True)
    assert re.search(r'id="dialog-transfer"[^>]* open>', opened)
    ticket = place.console().now
    assert f'action="/c/{code}/tickets/{ticket.id}/transfer"' in opened
    # The fragment alone is no page.
    assert client.get(f"/c/{code}/console/desk").location == f"/c/{code}/console"


# -- refusals


def test_refusals_are_told_in_the_console_and_nothing_is_lost(strict: Place) -> None:
    console = strict.console()
    strict.issue(2)
    page = console.call_next()
    ticket = console.now
    assert "Can be called again in" in page
    assert "after 1 more call" in page
    assert "Please wait" in console.verb("recall", ticket)
    assert "Call A001 again first" in console.verb("no-show", ticket)
    assert "A001 is still open" in console.call_next()
    assert "A001 is still open" in console.do(f"counters/{console.counter}/break")
    assert "A001 is still open" in console.do(
        f"counters/{console.counter}/serve", service=strict.other
    )
    assert "Somebody changed this" in console.verb("complete", ticket)
    assert console.now.id == ticket.id
    with later(30):
        page = console.verb("recall", ticket)
        assert "called 2 times" in page
        assert "more call" not in page
    with later(60):
        console.verb("no-show", ticket)
    assert console.state(ticket).state == "no_show"


def test_another_clerks_person_is_left_alone(place: Place) -> None:
    console, second = place.console(), place.console(1)
    place.issue(1)
    console.call_next()
    assert "Another clerk called ticket A001" in second.verb("start", console.now)


def test_without_a_counter_nobody_is_resumed(place: Place) -> None:
    console = place.console()
    place.issue(1)
    console.call_next()
    ticket = console.now
    console.verb("hold", ticket)
    visitor = a_desk(place.app, a_user(language="en", counter_staff=place.hall.centre))
    code = place.hall.centre.code
    answer = visitor.post(f"/c/{code}/tickets/{ticket.id}/resume")
    told = visitor.get(answer.location).get_data(as_text=True)
    assert "You do not sit at this counter" in told


def test_a_click_that_is_sent_twice_counts_once(place: Place) -> None:
    console = place.console()
    place.issue(2)
    for _time in range(2):
        console.do(f"counters/{console.counter}/call-next", request_key="the-same-click")
    assert console.now.label == "A001"
    with centre_scope(place.hall.centre.id):
        assert len(queries.waiting()) == 1


# -- undo


def test_the_last_step_is_offered_for_undo_and_taken_back(place: Place) -> None:
    console = place.console()
    place.issue(2)
    assert "Undo the call of A001" in console.call_next()
    first = console.now
    assert "Undo the start of A001" in console.verb("start", first)
    assert "Undo the completion of A001" in console.verb("complete", first)
    page = console.verb("undo", first)
    assert "Being served" in page
    console.verb("complete", first)
    console.call_next()
    page = console.verb("undo", console.now)
    # With the counter free again, the step before is the last one.
    assert "Undo the completion of A001" in page


def test_undo_is_not_offered_for_others_for_long_or_over_somebody_else(place: Place) -> None:
    console, second = place.console(), place.console(1)
    place.issue(2)
    console.call_next()
    first = console.now
    assert second.desk().last_step is None
    console.verb("start", first)
    console.verb("complete", first)
    assert console.desk().last_step is not None
    with later(200):
        assert console.desk().last_step is None
    console.call_next()
    console.verb("recall", console.now)  # can't be undone, and A001 can't come back meanwhile
    assert console.desk().last_step is None
    assert f"{console.now.label} is still open" in console.verb("undo", first)


def test_nobody_comes_back_to_a_counter_that_was_left(place: Place) -> None:
    console = place.console()
    (ticket,) = place.issue(1)
    console.call_next()
    console.verb("start", ticket)
    console.verb("complete", ticket)
    console.do(f"counters/{console.counter}/break")
    assert console.desk().last_step is None
    assert "You are on a break" in console.verb("undo", ticket)
    console.do(f"counters/{console.counter}/break/end")
    console.send(f"counters/{console.counter}/release")
    console.send(f"tickets/{ticket.id}/undo")
    assert console.state(ticket).state == "completed"


def test_every_step_that_can_be_undone_has_its_words() -> None:
    assert set(UNDO) == set(UNDOABLE)


# -- who may do what


def test_only_who_may_choose_is_offered_to_call_somebody_out_of_turn(place: Place) -> None:
    _first, second = place.issue(2)
    plain = place.console()
    path = f"counters/{plain.counter}/call/{second.id}"
    assert path not in plain.page()
    assert plain.send(path).status_code == 403
    lead = a_user(language="en", lead_clerk=place.hall.centre)
    plain.send(f"counters/{plain.counter}/release")
    with centre_scope(place.hall.centre.id):
        operations.claim_counter(plain.counter, lead.id)
    chooser = Console(a_desk(place.app, lead), place.hall)
    chooser.clerk = lead
    assert path in chooser.page()
    assert "A002" in chooser.do(path)
    assert chooser.now.id == second.id
    assert "/call/" not in chooser.page()


VERBS = {
    "recall", "start", "no_show", "walk_out", "undo", "complete", "hold", "resume", "put_back",
    "transfer", "add_service", "prioritise", "cancel", "call_chosen", "serve_now", "issue",
}  # fmt: skip


def test_every_verb_of_the_desk_has_a_door_with_the_lifecycles_permission(place: Place) -> None:
    for verb in VERBS:
        door = place.app.view_functions[f"tickets.{verb}"].door  # type: ignore[attr-defined]  # the guard's
        assert door.permission == LIFECYCLE.permission(verb), verb
    supervisors = {"move", "close", "close_day"}
    by_themselves = {"call", "come_back", "print", "next_service", "send_on"}
    assert set(LIFECYCLE.verbs) == VERBS | supervisors | by_themselves


@pytest.mark.parametrize("role", ["cashier", "centre_manager", "ministry_officer"])
def test_who_does_not_serve_has_no_verb(place: Place, role: str) -> None:
    (ticket,) = place.issue(1)
    client = a_desk(place.app, a_user(**{role: place.hall.centre}))
    for verb in ("start", "hold", "resume", "transfer", "put-back", "complete", "undo"):
        answer = client.post(f"/c/{place.hall.centre.code}/tickets/{ticket.id}/{verb}")
        assert answer.status_code == 403, verb


# -- what the clerk sees


def test_the_desk_says_who_is_next_as_the_call_would_choose(place: Place) -> None:
    console = place.console()
    place.issue(2)
    place.issue(1, priority_reason="monk")
    assert "Has priority, and it is their turn" in console.page()
    for _person in range(3):
        desk = console.desk()
        with centre_scope(place.hall.centre.id):
            expected = queries.next_for(console.counter, console.clerk.id)
        assert expected is not None
        assert (desk.waiting[0].ticket.id, desk.why_next) == (expected.row.ticket.id, expected.why)
        console.call_next()
        assert console.now.id == expected.row.ticket.id
        console.verb("start", console.now)
        console.verb("complete", console.now)


def test_who_waits_over_the_target_and_who_comes_back_are_marked(place: Place) -> None:
    console = place.console()
    with later(-60 * 25):
        place.issue(1)
    place.issue(2)
    page = console.page()
    assert [row.is_overdue for row in console.desk().waiting] == [True, False, False]
    assert page.count("Over the target") == 1
    console.call_next()
    console.verb("hold", console.now, minutes="1")
    assert "until" in console.page()
    with later(61):
        assert "1 comes back" in console.page()
        assert [row.lane for row in console.desk().waiting] == [2, 0, 0]


def test_the_day_counts_breaks_and_idle_time(place: Place) -> None:
    console = place.console()
    with later(120):
        console.do(f"counters/{console.counter}/break")
    with later(300):
        console.do(f"counters/{console.counter}/break/end")
        time = console.desk().time
    assert (time.idle // 60, time.breaks // 60) == (2, 3)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    database = current_database()
    engines = {database.writer, database.reader} if database.dialect == "sqlite" else {
        database.writer
    }  # fmt: skip
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def test_no_queue_makes_the_desk_ask_more(place: Place) -> None:
    console = place.console()
    asked: dict[str, set[int]] = {"free": set(), "serving": set()}
    place.issue(1)
    console.call_next()
    console.verb("undo", console.now)  # from now on there is a step to look at
    for people in (2, 30):
        place.issue(people)
        with centre_scope(place.hall.centre.id):
            place.hall.call(1)
        place.issue(1, priority_reason="elderly", then=[place.other])
        for state in ("free", "serving"):
            if state == "serving":
                console.call_next()
                console.verb("start", console.now)
            with counted() as sent:
                console.desk()
            asked[state].add(sum(_is_query(one) for one in sent))
        console.verb("complete", console.now)
        if console.desk().now:
            console.verb("complete", console.now)
        second = place.hall.clerks[1].id
        with acting_as(Actor("clerk", second)), centre_scope(place.hall.centre.id):
            open_one = counter_queries.open_ticket_of(second)
            assert open_one is not None
            operations.no_show(open_one.id)
    assert asked == {"free": {10}, "serving": {14}}


def _is_query(statement: str) -> bool:
    return (
        statement.lstrip().lower().startswith(("select", "with")) and "set_config" not in statement
    )


def test_a_file_of_the_visit_opens_at_once_when_it_is_the_only_one(place: Place) -> None:
    console = place.console()
    place.issue(1)
    console.call_next()
    page = console.verb("start", console.now)
    assert f"applications?ticket={console.now.id}&amp;open=1" in page
    code = place.hall.centre.code
    path = f"/c/{code}/applications?ticket={console.now.id}&open=1"
    empty = console.client.get(path).get_data(as_text=True)
    assert f"applications/new?ticket={console.now.id}" in empty
    assert 'data-key="F2"' in empty
    console.client.post(
        f"/c/{code}/applications",
        data={
            "service": place.hall.service,
            "ticket": console.now.id,
            "full_name": "ນາງ ຄຳຫຼ້າ ວົງສາ",
        },
    )
    answer = console.client.get(path)
    assert answer.status_code == 302
    detail = console.client.get(answer.location).get_data(as_text=True)
    assert re.search(r'href="/c/\w+/console" data-key="F2"', detail)


# -- seats


def test_who_sits_at_another_centre_is_shown_the_way_there(place: Place) -> None:
    abroad = a_hall("LA0404", counters=3)
    clerk = a_user(language="en", counter_staff=place.hall.centre)
    with reference_scope(), unit_of_work() as work:
        work.session.add(
            RoleGrant(
                user_id=clerk.id,
                role="counter_staff",
                at_centre_id=abroad.centre.id,
                granted_on=LONG_AGO,
            )
        )
    client, here, there = a_desk(place.app, clerk), place.hall.centre.code, abroad.centre.code
    first = place.hall.counters[0].id
    place.console().send(f"counters/{first}/release")
    client.post(f"/c/{here}/counters/{first}/claim")
    place.issue(1)
    client.post(f"/c/{here}/counters/{first}/call-next")
    free = abroad.counters[0].id
    with centre_scope(abroad.centre.id):
        operations.release_counter(free)
    answer = client.post(f"/c/{there}/counters/{free}/claim")
    told = client.get(answer.location).get_data(as_text=True)
    assert "You still sit at a counter of Centre LA0101" in told
    assert f'href="/c/{here}/console"' in told
    # The way out: the ticket there is ended, the counter left; then this one can be taken.
    with centre_scope(place.hall.centre.id):
        ticket = counter_queries.open_ticket_of(clerk.id)
    assert ticket is not None
    answer = client.post(f"/c/{here}/counters/{first}/release")
    assert "A001 is still open" in client.get(answer.location).get_data(as_text=True)
    client.post(f"/c/{here}/tickets/{ticket.id}/no-show")
    client.post(f"/c/{here}/counters/{first}/release")
    client.post(f"/c/{there}/counters/{free}/claim")
    page = client.get(f"/c/{there}/console").get_data(as_text=True)
    assert "Your counter is free." in page
