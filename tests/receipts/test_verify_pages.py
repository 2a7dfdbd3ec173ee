"""Where the QR code of a receipt leads, and what is said of seals that are none."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from odsc_counter.accounts.models import SignInThrottle
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import keys, seal
from odsc_counter.receipts.models import Receipt
from tests.pages import a_desk, an_app
from tests.receipts.office import NAME, Office, an_office


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(app: Flask) -> Office:
    office = an_office()
    office.open_till()
    return office


@pytest.fixture
def citizen(app: Flask) -> FlaskClient:
    return a_desk(app)


def seal_of(office: Office, receipt: Receipt, **other: Any) -> str:
    """The seal that the receipt's paper bears, but for what a forger would change."""
    with office.inside(), unit_of_work() as work:
        signer = keys.signer_for(work, office.centre)
    values: dict[str, Any] = {
        "centre_id": office.centre.id,
        "fiscal_year": receipt.fiscal_year,
        "series": "A",
        "number": receipt.number,
        "amount_kip": receipt.amount_kip,
        "issued_at": receipt.issued_at,
        "receipt_hash": getattr(receipt, "hash", "0" * 64),
    }
    return seal.sealed(signer, **(values | other))


def other_letter(text: str, place: int) -> str:
    return text[:place] + ("B" if text[place] == "A" else "A") + text[place + 1 :]


def throttled() -> int:
    with reference_scope(), reading() as session:
        return session.scalar(select(func.count()).select_from(SignInThrottle)) or 0


@pytest.mark.parametrize("door", ["R", "r"])
def test_a_seal_leads_to_the_receipt(citizen: FlaskClient, office: Office, door: str) -> None:
    receipt = office.sale()
    text = seal_of(office, receipt)
    led = citizen.get(f"/{door}/{text if door == 'R' else text.lower()}")
    assert led.status_code == 302
    assert led.location == f"/c/LA0101/r/{receipt.public_code}"
    page = citizen.get(led.location).text
    assert "This receipt is valid" in page and receipt.label in page and NAME not in page
    office.void(receipt)
    assert "was voided" in citizen.get(f"/{door}/{text}", follow_redirects=True).text
    assert throttled() == 0


def test_a_void_has_its_own_seal(citizen: FlaskClient, office: Office) -> None:
    void = office.void(office.sale())
    text = seal_of(office, void)
    page = citizen.get(f"/R/{text}", follow_redirects=True).text
    assert "money was given back" in page


def test_right_signature_but_no_such_receipt(citizen: FlaskClient, office: Office) -> None:
    receipt = office.sale()
    for other in ({"number": receipt.number + 1}, {"fiscal_year": receipt.fiscal_year + 1}):
        response = citizen.get(f"/R/{seal_of(office, receipt, **other)}")
        assert response.status_code == 404
        assert "The signature is right, but there is no such receipt" in response.text


def test_right_signature_but_the_record_says_something_else(
    citizen: FlaskClient, office: Office
) -> None:
    receipt = office.sale()
    for other in (
        {"amount_kip": receipt.amount_kip + 1},
        {"issued_at": receipt.issued_at - timedelta(hours=1)},
        {"receipt_hash": "f" * 64},
    ):
        response = citizen.get(f"/R/{seal_of(office, receipt, **other)}")
        assert response.status_code == 409
        assert "says something else than the paper" in response.text


def test_seals_that_are_not_ours(citizen: FlaskClient, office: Office) -> None:
    receipt = office.sale()
    text = seal_of(office, receipt)
    elsewhere = an_office("LA0102")
    for forged in (
        other_letter(text, 30),  # says another thing
        other_letter(text, 100),  # another signature
        other_letter(text, 3),  # a key that nobody knows
        seal_of(office, receipt, centre_id=elsewhere.centre.id),  # in another centre's name
    ):
        response = citizen.get(f"/R/{forged}")
        assert response.status_code == 404 and "This seal is not ours" in response.text
    assert throttled() == 1


def test_a_key_seals_nothing_after_it_was_retired(citizen: FlaskClient, office: Office) -> None:
    receipt = office.sale()
    text = seal_of(office, receipt)
    late = seal_of(office, receipt, issued_at=clock.now() + timedelta(hours=1))
    with reference_scope(), acting_as(Actor("command line")):
        keys.rotate(office.centre)
    assert citizen.get(f"/R/{text}").status_code == 302
    response = citizen.get(f"/R/{late}")
    assert response.status_code == 404 and "This seal is not ours" in response.text


@pytest.mark.parametrize("junk", ["x", "A" * 147, "A" * 5000, "1" * 148, "ກ" * 148])
def test_what_is_no_seal_asks_nothing_of_the_database(
    citizen: FlaskClient, office: Office, junk: str
) -> None:
    response = citizen.get(f"/R/{junk}")
    assert response.status_code == 404 and "not the text of a receipt" in response.text
    assert throttled() == 0


def test_whoever_sends_many_forgeries_must_wait(citizen: FlaskClient, office: Office) -> None:
    text = seal_of(office, office.sale())
    forged = other_letter(text, 100)
    answers = [citizen.get(f"/R/{forged}").status_code for _time in range(62)]
    assert answers[:60] == [404] * 60 and answers[-1] == 429


def test_the_public_keys_are_public(citizen: FlaskClient, office: Office) -> None:
    seal_of(office, office.sale())
    given = citizen.get("/receipts/keys.json").get_json()
    (key,) = given["keys"]
    assert given["format"] == 1
    assert set(key) == {
        "key_id", "algorithm", "public_key", "centre", "valid_from", "valid_to",
    }  # fmt: skip
    assert key["valid_from"].endswith("Z") and key["valid_to"] is None


def test_the_inspectors_page_speaks_both_languages(citizen: FlaskClient, office: Office) -> None:
    seal_of(office, office.sale())
    english, lao = citizen.get("/verify/en"), citizen.get("/verify/lo")
    assert "Check the seal of a receipt" in english.text and 'lang="en"' in english.text
    assert "ກວດສອບຕາປະທັບ" in lao.text and '<html lang="lo">' in lao.text
    assert citizen.get("/verify/fr").status_code == 404
    # What is kept in a browser is of no session.
    for page in (english, lao, citizen.get("/verify")):
        assert page.status_code == 200
        assert "csrf" not in page.text and "Set-Cookie" not in page.headers


def test_the_server_checks_for_browsers_that_can_not(citizen: FlaskClient, office: Office) -> None:
    receipt = office.sale()
    text = seal.address("https://odsc.gov.la", seal_of(office, receipt))
    led = citizen.get("/verify", query_string={"seal": text})
    assert led.location == f"/c/LA0101/r/{receipt.public_code}"
    assert citizen.get("/verify?seal=junk").status_code == 404


def test_the_worker_may_answer_for_the_page(citizen: FlaskClient, office: Office) -> None:
    response = citizen.get("/verify-worker.js")
    assert response.status_code == 200 and "javascript" in response.mimetype
    assert response.headers["Cache-Control"] == "no-store"
