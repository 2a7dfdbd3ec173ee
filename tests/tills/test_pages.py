"""Tills in a browser: the cashier's page, the second person's word, the manager's list."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.accounts import signing_in
from odsc_counter.accounts.signing_in import WrongCredentials
from odsc_counter.platform.errors import DomainError
from odsc_counter.tills import queries
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office
from tests.world import a_user

C = "/c/LA0101"
COUNT = {"note_100000": "2", "note_20000": "1"}


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office()


@pytest.fixture
def desk(app: Flask, office: Office) -> FlaskClient:
    return a_desk(app, office.cashier)


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Say whom the second person's password proves. How it is proved is tested elsewhere."""

    def prove(outcome: object) -> None:
        def answer(*_proof: object) -> object:
            if isinstance(outcome, DomainError):
                raise outcome
            return outcome

        monkeypatch.setattr(signing_in, "prove", answer)

    return prove


def state(office: Office, till: object) -> str:
    with office.inside():
        return queries.till(till.id).state  # type: ignore[attr-defined]  # a till


def test_cash_is_moved_and_wrong_input_stays_in_the_form(desk: FlaskClient, office: Office) -> None:
    till = office.open_till(200_000)
    where = f"{C}/tills/{till.id}/move"
    for wrong, kept in (
        ({"amount": "x", "reason": "ໄປຕູ້ເຊັບ", "way": "out"}, 'value="x"'),
        ({"amount": "1.000", "reason": "x", "way": "out"}, 'value="1.000"'),
        ({"amount": "900.000", "reason": "ໄປຕູ້ເຊັບ", "way": "out"}, "not so much money"),
        ({"amount": "1.000", "reason": "ໄປຕູ້ເຊັບ", "way": "away"}, 'value="1.000"'),
    ):
        answer = desk.post(where, data=wrong)
        assert answer.status_code == 422, wrong
        assert kept in answer.text, wrong
    moved = {"amount": "150.000", "reason": "ໄປຕູ້ເຊັບ", "way": "out"}
    assert desk.post(where, data=moved).status_code == 303
    page = desk.get(f"{C}/till").text
    assert "150.000 kip" in page
    assert "From the drawer to the safe" in page


def test_the_second_person_signs_off_on_the_cashiers_page(
    desk: FlaskClient, office: Office, second: Callable[[object], None]
) -> None:
    till = office.open_till(200_000)
    office.sale()
    desk.post(f"{C}/tills/{till.id}/count", data={"note_100000": "2"})
    page = desk.get(f"{C}/till").text
    assert "-20.000 kip" in page
    assert "Reason for the difference" in page
    where = f"{C}/tills/{till.id}/sign-off"
    form = {"approver": "m", "approver_password": "p", "approver_code": "1"}
    for wrong in (WrongCredentials(), office.cashier, a_user("no", cashier=office.centre)):
        second(wrong)
        assert desk.post(where, data={**form, "reason": "ນັບຜິດ ຕອນເຊົ້າ"}).status_code == 422
    second(office.manager)
    refused = desk.post(where, data=form)
    assert refused.status_code == 422
    assert "Write the reason" in refused.text
    assert state(office, till) == "counted"
    desk.post(f"{C}/tills/{till.id}/count", data=COUNT)
    assert desk.post(where, data=form).status_code == 303
    assert desk.post(where, data=form).status_code == 303
    assert state(office, till) == "closed"


def test_the_manager_counts_or_signs_off_from_the_list(app: Flask, office: Office) -> None:
    till = office.open_till(200_000)
    manager = a_desk(app, office.manager)
    page = manager.get(f"{C}/tills").text
    assert f"{C}/tills/{till.id}" in page
    detail = f"{C}/tills/{till.id}"
    assert f"{detail}/count-for" in manager.get(detail).text
    assert f"{detail}/confirm" not in manager.get(detail).text
    office.count(till, 200_000)
    assert f"{detail}/confirm" in manager.get(detail).text
    assert manager.post(f"{detail}/confirm", data={}).status_code == 303
    assert state(office, till) == "closed"
    history = manager.get(detail).text
    assert "Till signed off" in history
    assert "2 × 100.000" in history


def test_who_counted_does_not_sign_off(app: Flask, office: Office) -> None:
    till = office.open_till(200_000)
    manager = a_desk(app, office.manager)
    detail = f"{C}/tills/{till.id}"
    assert manager.post(f"{detail}/count-for", data={"note_100000": "2"}).status_code == 303
    assert f"{detail}/confirm" not in manager.get(detail).text
    assert manager.post(f"{detail}/confirm", data={}).status_code == 422
    lead = a_desk(app, a_user("lead", lead_clerk=office.centre))
    assert lead.post(f"{detail}/confirm", data={}).status_code == 303


def test_a_drawer_is_taken_over_by_one_button(
    app: Flask, office: Office, desk: FlaskClient
) -> None:
    till = office.open_till(200_000)
    office.close_till(till, 200_000)
    other = a_desk(app, a_user("other", cashier=office.centre, language="en"))
    page = other.get(f"{C}/till").text
    assert "200.000 kip" in page
    assert other.post(f"{C}/tills/{till.id}/take-over", data={}).status_code == 303
    assert "The till is open" in other.get(f"{C}/till").text
    assert "take-over" not in desk.get(f"{C}/till").text


def test_tills_are_listed_by_day_with_the_unfinished_of_before(app: Flask, office: Office) -> None:
    till = office.open_till(200_000)
    manager = a_desk(app, office.manager)
    assert f"{C}/tills/{till.id}" in manager.get(f"{C}/tills?day=2020-01-01").text
    office.close_till(till, 200_000)
    assert f"{C}/tills/{till.id}" not in manager.get(f"{C}/tills?day=2020-01-01").text
    assert f"{C}/tills/{till.id}" in manager.get(f"{C}/tills?day={till.day.isoformat()}").text
    assert manager.get(f"{C}/tills?day=nonsense").status_code == 200
