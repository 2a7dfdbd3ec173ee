"""Pages of returns: what each person sees, what stays typed, the paper, and who is let in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.accounts import passwords
from odsc_counter.accounts.models import User
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.returns.models import SEND_BACK
from tests.pages import a_desk, an_app
from tests.returns.papers import MOMENT, World, a_world, late_data, reviewed, signed
from tests.world import a_unit, a_user

PASSWORD = "a long enough word"
AT_CENTRE = "/c/LA0101/returns"
AT_UNIT = "/a/LA0101/returns"
MONTH = f"{AT_CENTRE}/2026-09"
OF_CENTRE = f"{AT_UNIT}/LA0101/2026-09"


@dataclass
class Offices:
    app: Flask
    world: World

    def desk(self, user: User, language: str = "en") -> FlaskClient:
        return a_desk(self.app, user, language)


@pytest.fixture
def offices(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Offices]:
    app = an_app(database_url, tmp_path)
    # A manager's word needs a code too; that is tested where the word is.
    monkeypatch.setattr("odsc_counter.accounts.signing_in.needs_second_step", lambda *_: False)
    with clock.use(lambda: MOMENT):
        world = a_world()
        with reference_scope(), unit_of_work() as work:
            manager = work.session.get_one(User, world.manager.id)
            manager.password_hash = passwords.hash_password(PASSWORD)
        yield Offices(app, world)
    app.extensions["database"].dispose()


def text_of(desk: FlaskClient, address: str, status: int = 200) -> str:
    answer = desk.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    return found.group(1) if found else ""


def comments_in(page: str) -> list[str]:
    return re.findall(r'name="(comment-[^"]+)"', page)


def a_form(page: str, **more: str) -> dict[str, str]:
    return {
        "seen": hidden(page, "seen"),
        **dict.fromkeys(comments_in(page), "The system was down"),
        "own_password": PASSWORD,
        **more,
    }


def test_a_manager_signs_and_a_coordinator_approves(offices: Offices) -> None:
    manager = offices.desk(offices.world.manager)
    page = text_of(manager, MONTH)
    assert "To be signed" in page
    assert "open days without figures" in page
    answer = manager.post(f"{MONTH}/sign", data=a_form(page, note="All else is well"))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = text_of(manager, MONTH)
    assert "Waits for approval" in page
    assert "All else is well" in page
    assert comments_in(page) == []

    coordinator = offices.desk(offices.world.coordinator)
    assert "0 of 1 centres complete" in text_of(coordinator, AT_UNIT)
    page = text_of(coordinator, OF_CENTRE)
    assert "The system was down" in page
    form = {"version": hidden(page, "version"), "seen": hidden(page, "seen")}
    answer = coordinator.post(f"{OF_CENTRE}/review", data={**form, "verdict": "approve"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "1 of 1 centres complete" in text_of(coordinator, AT_UNIT)
    assert "Approved by" in text_of(manager, MONTH)
    again = coordinator.post(f"{OF_CENTRE}/review", data={**form, "verdict": "approve"})
    assert again.status_code == 409


def test_what_was_typed_stays_when_something_is_missing(offices: Offices) -> None:
    manager = offices.desk(offices.world.manager)
    page = text_of(manager, MONTH)
    form = a_form(page, note="Half written")
    first = comments_in(page)[0]
    for wrong in ({first: ""}, {"own_password": "not mine"}, {"own_password": ""}, {"seen": "x"}):
        answer = manager.post(f"{MONTH}/sign", data={**form, **wrong})
        assert answer.status_code in (409, 422), wrong
        page = answer.get_data(as_text=True)
        assert "Half written" in page
        assert page.count("The system was down") >= len(comments_in(page)) - 1
    assert "To be signed" in text_of(manager, MONTH)


def test_words_are_needed_to_send_back_and_are_read_at_the_centre(offices: Offices) -> None:
    row = signed(offices.world)
    coordinator = offices.desk(offices.world.coordinator)
    form = {"version": "1", "seen": row.content_hash, "verdict": "send_back"}
    answer = coordinator.post(f"{OF_CENTRE}/review", data=form)
    assert answer.status_code == 422
    assert "Say what must be explained or corrected." in answer.get_data(as_text=True)
    coordinator.post(f"{OF_CENTRE}/review", data={**form, "words": "Why so few?"})
    page = text_of(offices.desk(offices.world.manager), MONTH)
    assert "Why so few?" in page
    # What was said with the version before is there to be said better.
    assert "ລະບົບຂັດຂ້ອງ" in page
    assert "Why there is another version" in page


def test_late_data_shows_on_both_sides_and_earlier_versions_stay(offices: Offices) -> None:
    reviewed(offices.world, signed(offices.world))
    late_data(offices.world.centre)
    manager, coordinator = offices.desk(offices.world.manager), offices.desk(
        offices.world.coordinator
    )  # fmt: skip
    for page in (text_of(manager, MONTH), text_of(coordinator, OF_CENTRE)):
        assert "Changed since version 1" in page
        assert "In the records now" in page
    assert "Approved, changed since" in text_of(manager, AT_CENTRE)
    assert "Approved, changed since" in text_of(coordinator, AT_UNIT)
    reviewed(offices.world, signed(offices.world))
    page = text_of(manager, MONTH)
    assert "What version 2 changed on 05/10/2026" in page
    first = text_of(manager, f"{MONTH}?version=1")
    assert "This is an earlier version." in first
    assert "Figures of version 1" in first
    assert comments_in(first) == []
    text_of(manager, f"{MONTH}?version=3", status=404)


@pytest.mark.parametrize("language", ["lo", "en"])
def test_the_paper_shows_signatures_and_hash(offices: Offices, language: str) -> None:
    reviewed(offices.world, signed(offices.world))
    for user, address in (
        (offices.world.manager, f"{MONTH}/1/paper"),
        (offices.world.coordinator, f"{OF_CENTRE}/1/paper"),
    ):
        answer = offices.desk(user, language).get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF")
    assert offices.desk(offices.world.manager).get(f"{MONTH}/2/paper").status_code == 404


def test_who_is_let_in(offices: Offices) -> None:
    world = offices.world
    signed(world)
    lead = offices.desk(a_user("lead", language="en", lead_clerk=world.centre))
    assert "Your password" not in text_of(lead, MONTH)
    assert lead.post(f"{MONTH}/sign", data={}).status_code == 403
    clerk = offices.desk(a_user("clerk", counter_staff=world.centre))
    assert clerk.get(MONTH).status_code == 403
    above = offices.desk(a_user("above", language="en", province_coordinator=world.province))
    page = text_of(above, "/a/LA01/returns/LA0101/2026-09")
    assert "Your word on version" not in page
    row_form = {"version": "1", "seen": "", "verdict": "approve"}
    assert above.post(
        "/a/LA01/returns/LA0101/2026-09/review", data=row_form
    ).status_code == 403  # fmt: skip
    analyst = offices.desk(a_user("analyst", language="en", moha_analyst=a_unit("LA")))
    assert "0 of 1 centres complete" in text_of(analyst, "/a/LA/returns?month=2026-09")
    neighbour = offices.desk(a_user("next", district_coordinator=a_unit("LA0102")))
    assert neighbour.get(OF_CENTRE).status_code == 404
    assert neighbour.get("/a/LA0102/returns/LA0101/2026-09").status_code == 404


def test_months_that_are_not_there(offices: Offices) -> None:
    manager = offices.desk(offices.world.manager)
    for month in ("2026-13", "2026-9", "1999-01", "x", "2026-11", "2031-01"):
        assert manager.get(f"{AT_CENTRE}/{month}").status_code == 404, month
    assert "This month is not over yet" in text_of(manager, f"{AT_CENTRE}/2026-10")
    coordinator = offices.desk(offices.world.coordinator)
    for month in ("nonsense", "2099-01", "2026-10"):
        assert coordinator.get(f"{AT_UNIT}?month={month}").status_code == 200


def test_a_return_that_was_sent_back_is_late_after_the_seventh(offices: Offices) -> None:
    reviewed(offices.world, signed(offices.world), SEND_BACK)
    with clock.use(lambda: MOMENT.replace(day=8)):
        page = text_of(offices.desk(offices.world.coordinator), AT_UNIT)
        assert "Sent back" in page
        assert 'data-state="late"' in page
