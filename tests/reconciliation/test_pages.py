"""Statements and anomalies in a browser, from the file to the match, and who may do what."""

import io
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.accounts.models import User
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.work import reading
from odsc_counter.reconciliation import forms
from odsc_counter.reconciliation.models import BankMatch, BankStatement
from tests.pages import a_desk, a_request, an_app
from tests.receipts.office import NOON, Office, an_office
from tests.reconciliation.bank import ACCOUNT, TODAY, a_csv, a_line, take, transfer
from tests.world import a_user

HERE = "/c/LA0101/reconciliation"
FEE = 20_000


@pytest.fixture
def product(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    with clock.use(lambda: NOON):
        yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(product: Flask) -> Office:
    office = an_office(fee=FEE)
    office.open_till()
    return office


@pytest.fixture
def desk(product: Flask, office: Office) -> FlaskClient:
    return a_desk(product, office.manager)


def look(desk: FlaskClient, content: bytes, account: str = ACCOUNT) -> str:
    answer = desk.post(
        f"{HERE}/look",
        data={"account": account, "method": "transfer",
              "table": (io.BytesIO(content), "bank.csv")},
    )  # fmt: skip
    return f"{answer.status_code} {answer.text}"


def hidden(page: str) -> dict[str, str]:
    """The fields that the page would send on."""
    names = ("account", "method", "file_name", "kept")
    return {
        name: match[1]
        for name in names
        if (match := re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page))
    }


def test_from_the_file_to_the_match(desk: FlaskClient, office: Office) -> None:
    certain, likely = transfer(office, "FT1001"), transfer(office, "FT1002")
    content = a_csv(a_line(TODAY, "FT1001", FEE), a_line(TODAY, "FT1020", FEE))
    page = look(desk, content)
    assert page.startswith("200")
    with office.inside(), reading() as session:
        assert session.query(BankStatement).count() == 0
    taken = desk.post(HERE, data={**hidden(page), "request_key": "the-first-click"})
    assert taken.status_code == 303
    again = desk.post(HERE, data={**hidden(page), "request_key": "the-first-click"})
    assert again.location == taken.location
    page = desk.get(taken.location).text
    assert certain.label in page
    action = re.search(rf'action="({HERE}/lines/[^"]+/match)"', page)
    assert action is not None
    wrong = desk.post(action[1], data={"label": "LA0101-2026-A-9"})
    assert (wrong.status_code, "no bank or QR payment" in wrong.text) == (422, True)
    assert desk.post(action[1], data={"receipt": str(certain.id)}).status_code == 409
    assert desk.post(action[1], data={"label": likely.label.lower()}).status_code == 303
    page = desk.get(taken.location).text
    assert "Every line has its receipt" in page
    back = re.search(rf'action="({HERE}/matches/[^"]+/unmatch)"', page)
    assert back is not None
    assert desk.post(back[1], data={"reason": "no"}).status_code == 422
    assert desk.post(back[1], data={"reason": "Not this one"}).status_code == 303
    assert desk.post(f"{taken.location}/certain").status_code == 303
    with office.inside(), reading() as session:
        assert session.query(BankMatch).filter(BankMatch.undone_at.is_(None)).count() == 2
    assert "Match with a receipt taken back" in desk.get(taken.location).text


def test_what_is_wrong_is_said_and_nothing_can_be_taken(desk: FlaskClient, office: Office) -> None:
    page = look(desk, a_csv(a_line(TODAY, "FT1", FEE), "31/02/2026,FT2,2.5,x"))
    assert "31/02/2026" in page
    assert "kept" not in hidden(page)
    assert look(desk, b"%PDF-1.7 \xe2\xe3").startswith("422")
    assert look(desk, a_csv(a_line(TODAY, "FT1", FEE)), account=" ").startswith("422")
    forged = {"account": ACCOUNT, "method": "transfer", "kept": "not ours"}
    assert desk.post(HERE, data=forged).status_code == 422
    bad = forms.packed(a_csv("31/02/2026,FT2,2.5,x"))
    assert desk.post(HERE, data={**forged, "kept": bad}).status_code == 422
    with office.inside(), reading() as session:
        assert session.query(BankStatement).count() == 0


def test_the_same_file_and_known_lines_are_told(desk: FlaskClient, office: Office) -> None:
    content = a_csv(a_line(TODAY, "FT1", FEE))
    kept = hidden(look(desk, content))
    assert desk.post(HERE, data=kept).status_code == 303
    assert "taken already" in look(desk, content)
    assert desk.post(HERE, data=kept).status_code == 409
    page = look(desk, a_csv(a_line(TODAY, "ft1", FEE)))
    assert "known from earlier" in page
    assert hidden(page) == {}


def test_payments_without_a_line_and_the_voided_ones_beside_them(
    desk: FlaskClient, office: Office
) -> None:
    missing, voided = transfer(office, "FT01"), transfer(office, "FT02")
    void = office.void(voided)
    qr = transfer(office, "QR77", "qr")
    page = desk.get(f"{HERE}/open").text
    first, second = page.split("Voided, neither", 1)
    assert missing.label in first
    assert qr.label in first
    assert voided.label in second
    assert void.label in second
    assert missing.label not in desk.get(f"{HERE}/open?method=qr").text


@pytest.mark.parametrize("language", ["lo", "en"])
def test_the_list_for_managers_as_a_page_and_as_a_file(
    product: Flask, office: Office, language: str
) -> None:
    sale = office.sale()
    manager = a_user(f"reader-{language}", language=language, centre_manager=office.centre)
    desk = a_desk(product, manager, language)
    page = desk.get(f"{HERE}/anomalies")
    assert page.status_code == 200
    assert sale.label in page.text
    assert desk.get(f"{HERE}/anomalies?from=2026-12-01&to=2026-11-01").status_code == 422
    assert desk.get(f"{HERE}/anomalies?from=2022-12-01&to=2026-11-25").status_code == 200
    file = desk.get(f"{HERE}/anomalies.csv").data.decode("utf-8-sig")
    assert f"/c/LA0101/receipts/{sale.id}" in file
    assert desk.get(f"{HERE}/anomalies.csv?from=x&to=y").status_code == 404


def test_who_may_look_and_who_may_match(product: Flask, office: Office) -> None:
    statement = take(office, a_csv(a_line(TODAY, "FT1", FEE)))
    lead: User = a_user("lead", language="en", lead_clerk=office.centre)
    for user in (office.cashier, lead):
        desk = a_desk(product, user)
        for path in ("", "/open", "/anomalies", "/anomalies.csv", f"/statements/{statement.id}"):
            assert desk.get(f"{HERE}{path}").status_code == 403
        assert desk.post(f"{HERE}/statements/{statement.id}/certain").status_code == 403
    assert "Reconciliation" not in a_desk(product, office.cashier).get("/c/LA0101/receipts").text
    assert "Reconciliation" in a_desk(product, office.manager).get("/c/LA0101/receipts").text


def test_a_large_file_is_told_to_be_divided() -> None:
    with a_request(), pytest.raises(InvalidInput) as error:
        forms.packed(secrets.token_bytes(forms.LARGEST_PACKED))
    assert "shorter periods" in error.value.fields["table"]
