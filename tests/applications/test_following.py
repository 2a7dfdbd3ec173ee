"""Citizens find their own file by number and four digits; whoever guesses is slowed down."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import spaced, with_check
from odsc_counter.platform import clock
from odsc_counter.platform.lao import lao_digits
from odsc_counter.platform.work import unit_of_work
from tests.pages import a_desk, an_app
from tests.receipts.office import NAME, Office, an_office

FORM = "/c/LA0101/f"
NOBODYS = with_check("AAAAAAAAA")


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(site: Flask) -> Office:
    return an_office(days=3)


@pytest.fixture
def phone(site: Flask) -> FlaskClient:
    return a_desk(site)


@pytest.fixture
def made(office: Office) -> Application:
    return office.application(phone="020 5555 1234", id_number="12-345 6789", village="ໂພນໄຊ")


def asked(phone: FlaskClient, number: str, digits: str) -> TestResponse:
    return phone.post(FORM, data={"number": number, "digits": digits})


def refusal(page: TestResponse) -> str:
    assert page.status_code == 422, page.status
    text = page.text
    return text[text.index('role="alert"') : text.index('<form method="post" action="/c/')]


def test_number_and_digits_lead_to_the_file_without_a_name(
    phone: FlaskClient, made: Application
) -> None:
    for digits in ("1234", lao_digits("1234"), "6789"):
        found = asked(phone, spaced(made.tracking_code).lower(), digits)
        assert found.status_code == 303
    page = phone.get(found.location).text
    assert spaced(made.tracking_code) in page
    assert "lies at the counter" in page
    assert made.promised_on is not None
    for secret in (NAME, "5555", "6789", "ໂພນໄຊ"):
        assert secret not in page


def test_a_wrong_number_and_wrong_digits_get_the_same_answer(
    phone: FlaskClient, made: Application
) -> None:
    wrong_digits = refusal(asked(phone, made.tracking_code, "0000"))
    assert "do not belong together" in wrong_digits
    assert refusal(asked(phone, NOBODYS, "1234")) == wrong_digits


def test_a_slip_of_the_pen_is_told_at_once_and_not_counted(
    phone: FlaskClient, made: Application
) -> None:
    swapped = made.tracking_code[1] + made.tracking_code[0] + made.tracking_code[2:]
    if swapped == made.tracking_code:
        swapped = made.tracking_code[:-1]
    for _time in range(20):
        assert "number is wrong" in asked(phone, swapped, "1234").text
    assert "last four digits" in asked(phone, made.tracking_code, "12").text
    assert asked(phone, made.tracking_code, "1234").status_code == 303


def test_whoever_tries_digits_must_wait_even_with_the_right_ones(
    phone: FlaskClient, made: Application
) -> None:
    answers = [asked(phone, made.tracking_code, f"{wrong:04}") for wrong in range(10)]
    assert [answer.status_code for answer in answers] == [422] * 6 + [429] * 4
    assert asked(phone, made.tracking_code, "1234").status_code == 429
    later = clock.now() + timedelta(minutes=16)
    with clock.use(lambda: later):
        assert asked(phone, made.tracking_code, "1234").status_code == 303
        # A success begins afresh: the next mistake is the first again.
        assert asked(phone, made.tracking_code, "0000").status_code == 422


def test_whoever_tries_many_numbers_from_one_address_must_wait(
    phone: FlaskClient, made: Application
) -> None:
    for guess in range(61):
        number = with_check("".join("23456789A"[int(d)] for d in f"{guess:09o}"))
        assert asked(phone, number, "1234").status_code == 422
    assert asked(phone, made.tracking_code, "1234").status_code == 429
    # The same holds for the addresses in QR codes.
    assert phone.get(f"{FORM}/{made.tracking_code}").status_code == 429


def test_guessed_codes_in_addresses_count_as_well(phone: FlaskClient, made: Application) -> None:
    answers = [phone.get(f"{FORM}/AAAAAAAA{guess:02}").status_code for guess in range(63)]
    assert answers[0] == 404
    assert answers[-1] == 429
    later = clock.now() + timedelta(minutes=16)
    with clock.use(lambda: later):
        assert phone.get(f"{FORM}/{made.tracking_code}").status_code == 200


def test_a_file_without_any_number_of_its_person_is_found_by_its_qr_code_alone(
    phone: FlaskClient, office: Office
) -> None:
    bare = office.application(phone="", id_number="")
    assert asked(phone, bare.tracking_code, "0000").status_code == 422
    assert phone.get(f"{FORM}/{bare.tracking_code}").status_code == 200


def test_a_code_of_an_earlier_release_still_works(
    phone: FlaskClient, office: Office, made: Application
) -> None:
    with office.inside(), unit_of_work() as work:
        work.session.execute(update(Application).values(tracking_code="K7QM4TXP9RWD"))
    assert asked(phone, "k7qm 4txp 9rwd", "1234").status_code == 303
    assert "K7QM-4TXP-9RWD" in phone.get(f"{FORM}/K7QM4TXP9RWD").text


def test_the_beginning_of_a_slips_number_leads_to_its_centre(
    phone: FlaskClient, office: Office, made: Application
) -> None:
    found = phone.get(f"/follow?label={made.label.lower()}")
    assert (found.status_code, found.location) == (302, FORM)
    for label in ("LA9999-26-00001", "LA01", "x"):
        page = phone.get(f"/follow?label={label}")
        assert page.status_code == 200
        assert "Choose the centre" in page.text
    page = phone.get("/follow").text
    assert "Centre LA0101" in page
    assert "Choose the centre" not in page


@pytest.mark.parametrize("page", [FORM, f"{FORM}/code"])
def test_the_pages_are_light_in_lao(
    site: Flask, office: Office, made: Application, page: str
) -> None:
    answer = a_desk(site, language="lo").get(page.replace("code", made.tracking_code))
    assert answer.status_code == 200
    assert len(answer.get_data()) < 8_000
