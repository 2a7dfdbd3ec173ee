"""The hall's pages: kiosk, phone, board, console and the manager's hall."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.live import hub
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import counter_queries, operations, profiles, queries
from tests.pages import a_desk, an_app
from tests.tickets.hall import Hall, a_hall, give_groups
from tests.world import a_centre, a_service, a_user


class Desk:
    """A browser at the centre of a hall."""

    def __init__(self, client: FlaskClient, centre: str) -> None:
        self.client = client
        self.centre = centre

    def get(self, path: str, **more: object) -> str:
        answer = self.client.get(f"/c/{self.centre}/{path}", **more)
        assert answer.status_code == 200, answer.status
        return answer.get_data(as_text=True)

    def post(self, path: str, **fields: object) -> str:
        """Send a form; follow to the page that it leads to."""
        answer = self.client.post(f"/c/{self.centre}/{path}", data=fields)
        assert answer.status_code == 303, answer.status
        return self.client.get(answer.location).get_data(as_text=True)


class Place:
    """A hall with the application on top of it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.app = an_app(database_url, folder)
        self.hall: Hall = a_hall()
        self.code = self.hall.centre.code

    def clerk(self, place: int = 0) -> Desk:
        return Desk(a_desk(self.app, self.hall.clerks[place]), self.code)

    def manager(self) -> Desk:
        return Desk(
            a_desk(self.app, a_user(language="en", centre_manager=self.hall.centre)), self.code
        )

    def public(self, language: str = "en") -> Desk:
        return Desk(a_desk(self.app, language=language), self.code)


@pytest.fixture
def place(database: Database, database_url: str, tmp_path: Path) -> Iterator[Place]:
    yield Place(database_url, tmp_path)
    hub.close_all()


def test_a_citizen_sees_papers_and_fee_before_taking_a_number(place: Place) -> None:
    a_service(place.hall.centre, "MOPS-05", letter="B")
    kiosk = place.public()
    assert "Group A" in kiosk.get("kiosk")
    assert "Service MOPS-04" in kiosk.get("kiosk/A")
    before = kiosk.get(f"kiosk/services/{place.hall.service}")
    assert "Paper 0" in before
    assert "20.000 kip" in before
    ticket = kiosk.post("kiosk", service=place.hall.service, priority="")
    assert "A001" in ticket
    assert "You are next." in ticket
    assert "data:image/svg+xml" in ticket
    assert "1 person is ahead" in kiosk.post("kiosk", service=place.hall.service, priority="")


def test_one_click_sent_twice_gives_one_number(place: Place) -> None:
    kiosk = place.public()
    for _time in range(2):
        kiosk.post("kiosk", service=place.hall.service, request_key="the-same-click")
    assert "A002" in kiosk.post("kiosk", service=place.hall.service, request_key="another-click")


def test_a_service_that_is_not_offered_leads_back_with_a_reason(place: Place) -> None:
    other = a_service(None, "MOHA-09")
    assert "does not offer this service" in place.public().post("kiosk", service=other.id)
    assert place.public().client.get(f"/c/{place.code}/kiosk/Z").status_code == 404


def test_the_phone_page_follows_the_number_and_answers_304_meanwhile(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        first, second = place.hall.issue(2)
    phone = place.public()
    page = phone.get(f"t/{second.public_code}")
    etag = re.search(r'data-etag="([^"]+)"', page)
    assert etag is not None
    assert "People ahead of you" in page
    path = f"/c/{place.code}/t/{second.public_code}"
    asked = {"X-Fragment": "1", "If-None-Match": etag[1].replace("&#34;", '"')}
    assert phone.client.get(path, headers=asked).status_code == 304
    with centre_scope(place.hall.centre.id):
        place.hall.call(0)
        place.hall.call(1)
    changed = phone.client.get(path, headers=asked)
    assert changed.status_code == 200
    text = changed.get_data(as_text=True)
    assert "data-called" in text
    assert "<strong>2</strong>" in text
    assert "<html" not in text
    assert first.label not in text


def test_a_citizen_cancels_only_while_waiting(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        (ticket,) = place.hall.issue(1)
    phone = place.public()
    assert "Your number is cancelled." in phone.post(f"t/{ticket.public_code}/cancel")
    assert "Somebody changed this" in phone.post(f"t/{ticket.public_code}/cancel")


def test_codes_of_another_centre_do_not_exist_here(place: Place) -> None:
    elsewhere = a_centre("LA0303")
    with centre_scope(place.hall.centre.id):
        (ticket,) = place.hall.issue(1)
    there = Desk(place.public().client, elsewhere.code)
    for path in (f"t/{ticket.public_code}", f"kiosk/tickets/{ticket.public_code}"):
        assert there.client.get(f"/c/{elsewhere.code}/{path}").status_code == 404
    cancel = f"/c/{elsewhere.code}/t/{ticket.public_code}/cancel"
    assert there.client.post(cancel).status_code == 404


def test_the_board_shows_numbers_and_counters_and_no_codes(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        place.hall.issue(2)
        ticket = place.hall.call(1)
    assert ticket is not None
    board = place.public("lo")
    page = board.get("board")
    assert "A001" in page
    state = board.client.get(f"/c/{place.code}/board.json").get_json()
    assert [(call["ticket"], call["counter"]) for call in state["calls"]] == [("A001", 2)]
    assert state["waiting"] == 1
    assert ticket.public_code not in page + str(state)


def test_the_stream_says_the_board_and_is_never_stored(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        place.hall.issue(1)
    answer = place.public().client.get(f"/c/{place.code}/stream", buffered=False)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.mimetype == "text/event-stream"
    parts = iter(answer.response)
    text = ""
    while "event: state" not in text:
        text = next(parts).decode()
    assert '"waiting": 1' in text
    answer.close()
    assert hub.connected(place.hall.centre.id, "board") == 0


def test_a_full_server_asks_displays_to_come_later(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "most", 0)
    answer = place.public().client.get(f"/c/{place.code}/stream")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")


def test_a_clerk_works_through_a_visit_with_one_changing_button(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        place.hall.issue(2)
    desk, counter = place.clerk(), place.hall.counters[0].id
    assert 'data-key="F2"' in desk.get("console")
    called = desk.post(f"counters/{counter}/call-next")
    assert "A001" in called
    assert "Start serving" in called
    with centre_scope(place.hall.centre.id):
        ticket = counter_queries.open_ticket_of(place.hall.clerks[0].id)
    assert ticket is not None
    assert "called 2 times" in desk.post(f"tickets/{ticket.id}/recall")
    serving = desk.post(f"tickets/{ticket.id}/start")
    assert f"applications/new?ticket={ticket.id}" in serving
    assert "Complete the visit" in serving
    assert "Somebody changed this" in desk.post(f"tickets/{ticket.id}/no-show")
    done = desk.post(f"tickets/{ticket.id}/complete")
    assert "Call the next person" in done
    desk.post(f"counters/{counter}/call-next")
    with centre_scope(place.hall.centre.id):
        second = counter_queries.open_ticket_of(place.hall.clerks[0].id)
    assert second is not None
    desk.post(f"tickets/{second.id}/no-show")
    assert "Nobody is waiting" in desk.post(f"counters/{counter}/call-next")
    assert "<html" not in desk.get("console/desk", headers={"X-Fragment": "1"})


def test_a_clerk_without_a_counter_chooses_a_free_one(place: Place) -> None:
    newcomer = Desk(
        a_desk(place.app, a_user(language="en", counter_staff=place.hall.centre)), place.code
    )
    assert "Choose your counter" in newcomer.get("console")
    first = place.hall.counters[0].id
    assert "Somebody else sits at counter 1" in newcomer.post(f"counters/{first}/claim")
    place.clerk().post(f"counters/{first}/release")
    assert "Call the next person" in newcomer.post(f"counters/{first}/claim")
    stream = newcomer.client.get(f"/c/{place.code}/console/stream", buffered=False)
    assert stream.status_code == 200
    stream.close()


def test_a_counter_with_an_open_ticket_is_not_left_and_the_page_says_why(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        place.hall.issue(1)
        place.hall.call(0)
    told = place.clerk().post(f"counters/{place.hall.counters[0].id}/release")
    assert "A001 is still open" in told
    assert "no-show" in told


def test_a_clerk_gives_a_number_at_the_desk(place: Place) -> None:
    desk = place.clerk()
    assert "Service MOPS-04" in desk.get("tickets/new")
    page = desk.post("tickets", service=place.hall.service, priority="pregnant")
    assert "A001" in page
    with centre_scope(place.hall.centre.id):
        (row,) = queries.waiting()
    assert row.ticket.priority_reason == "pregnant"


def test_the_manager_sets_up_counters_and_closes_the_day(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        place.hall.issue(2)
        place.hall.call(0)
        group = queries.service_groups()[0]
    manager = place.manager()
    page = manager.get("hall")
    assert "A002" in page
    assert "2 tickets are still open" in page
    assert "Counter 9 is set up" in manager.post("counters", number="9")
    assert "There already is a counter 9" in manager.post("counters", number="9")
    last = place.hall.counters[1].id
    with centre_scope(place.hall.centre.id):
        give_groups(place.hall.counters[0], group.id)
        (row,) = profiles.profiles()
    assert "saved" in manager.post(f"counters/{last}/profile", profile=str(row.profile.id))
    assert "Counter 2 is free" in manager.post(f"counters/{last}/free")
    with centre_scope(place.hall.centre.id):
        today = queries.today().isoformat()
    assert "2 tickets were still open" in manager.post("hall/close", day=today)
    assert "0 tickets are still open" in manager.get("hall")
    assert manager.client.post(f"/c/{place.code}/hall/close", data={"day": "x"}).status_code == 404


def test_clerks_do_not_manage_the_hall_and_managers_do_not_call(place: Place) -> None:
    clerk, manager = place.clerk(), place.manager()
    counter = place.hall.counters[0].id
    assert clerk.client.get(f"/c/{place.code}/hall").status_code == 403
    assert clerk.client.post(f"/c/{place.code}/counters/{counter}/free").status_code == 403
    assert manager.client.get(f"/c/{place.code}/console").status_code == 403
    call = f"/c/{place.code}/counters/{counter}/call-next"
    assert manager.client.post(call).status_code == 403
    assert place.public().client.post(call).status_code in (302, 303)


def test_a_clerk_of_another_centre_finds_nothing_here(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        (ticket,) = place.hall.issue(1)
        place.hall.call(0)
    stranger_at = a_hall("LA0404")
    stranger = a_desk(place.app, stranger_at.clerks[0])
    own, here = stranger_at.centre.code, place.code
    counter = place.hall.counters[0].id
    for path in (
        f"/c/{here}/tickets/{ticket.id}/start",
        f"/c/{own}/tickets/{ticket.id}/start",
        f"/c/{own}/counters/{counter}/call-next",
        f"/c/{own}/counters/{counter}/claim",
        f"/c/{own}/counters/{counter}/release",
    ):
        assert stranger.post(path).status_code == 404, path


def test_every_page_of_the_citizen_speaks_lao(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        (ticket,) = place.hall.issue(1)
    visitor = place.public("lo")
    for path in (
        "kiosk",
        f"kiosk/services/{place.hall.service}",
        f"kiosk/tickets/{ticket.public_code}",
        f"t/{ticket.public_code}",
    ):
        page = visitor.get(path)
        assert '<html lang="lo">' in page
        if path != "kiosk":
            assert "<li>ເອກະສານ</li>" in page
            assert "ຄ່າທຳນຽມ" in page
        assert "ບໍລິການ MOPS-04" in page


def test_an_old_day_that_was_not_closed_is_offered_for_closing(place: Place) -> None:
    with (
        centre_scope(place.hall.centre.id),
        clock.use(lambda: datetime.now(UTC) - timedelta(days=2)),
    ):
        operations.issue(place.hall.centre, place.hall.service)
    assert "was not closed: 1 ticket is still open" in place.manager().get("hall")
