"""The second step: who needs it, how it is set up, and that a code works once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from odsc_counter.accounts import operations, second_factor
from odsc_counter.accounts.second_factor import WrongCode
from odsc_counter.accounts.signing_in import WrongCredentials
from odsc_counter.accounts.throttle import TooManyAttempts
from odsc_counter.platform.tenancy import reference_scope
from tests.accounts.conftest import StoppedClock
from tests.accounts.people import (
    PASSWORD,
    again,
    code_of,
    is_signed_in,
    national_verbs,
    sign_in,
    signed_in,
    somebody,
    with_phone,
)
from tests.world import a_unit

CODE = re.compile(r"<code[^>]*>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})</code>")


def test_a_role_that_needs_it_lets_nobody_in_with_the_password_alone(
    app: Flask, stopped: StoppedClock
) -> None:
    somebody(moha_analyst=a_unit("LA"))
    client = app.test_client()
    assert "/sign-in/second-step" in sign_in(client).location
    assert not is_signed_in(client)


def test_it_is_set_up_at_the_first_sign_in_with_recovery_codes_shown_once(
    app: Flask, stopped: StoppedClock
) -> None:
    user = somebody(moha_analyst=a_unit("LA"))
    client = app.test_client()
    page = client.get(sign_in(client).location)
    assert "data:image/svg+xml" in page.text
    assert client.post("/sign-in/second-step", data={"code": "000000"}).status_code == 422
    done = client.post("/sign-in/second-step", data={"code": code_of(app, user)})
    assert len(set(CODE.findall(done.text))) == 10
    assert is_signed_in(client)
    assert again(user).totp_confirmed_at is not None


def test_the_secret_is_kept_encrypted(app: Flask, stopped: StoppedClock) -> None:
    user = with_phone(app, somebody())
    with app.app_context():
        secret = second_factor.secret_of(user)
    assert secret
    assert secret not in str(user.totp_secret)


def test_a_code_opens_the_door_once(app: Flask, stopped: StoppedClock) -> None:
    user = with_phone(app, somebody())
    first, second = app.test_client(), app.test_client()
    sign_in(first)
    sign_in(second)
    code = {"code": code_of(app, user)}
    assert first.post("/sign-in/second-step", data=code).status_code == 303
    assert second.post("/sign-in/second-step", data=code).status_code == 422
    assert is_signed_in(first)
    assert not is_signed_in(second)
    assert "wrong_code" in national_verbs()


def test_of_two_uses_of_a_code_at_the_same_moment_one_wins(
    app: Flask, stopped: StoppedClock
) -> None:
    user = with_phone(app, somebody())
    code = code_of(app, user)

    def use(_number: int) -> bool:
        with app.app_context():
            try:
                second_factor.accept(user, code)
            except (WrongCode, TooManyAttempts):
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(4))) == 1


@pytest.mark.parametrize(
    ("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_the_phone_may_be_half_a_minute_off(
    app: Flask, stopped: StoppedClock, steps: int, taken: bool
) -> None:
    user = with_phone(app, somebody())
    client = app.test_client()
    sign_in(client)
    client.post("/sign-in/second-step", data={"code": code_of(app, user, steps)})
    assert is_signed_in(client) is taken


def test_an_older_code_is_worth_nothing_after_a_newer_one(
    app: Flask, stopped: StoppedClock
) -> None:
    user = with_phone(app, somebody())
    with app.app_context():
        second_factor.accept(user, code_of(app, user, 1))
        with pytest.raises(WrongCode):
            second_factor.accept(user, code_of(app, user, 0))


def test_guessing_codes_is_slowed_down_also_across_sign_ins(
    app: Flask, stopped: StoppedClock
) -> None:
    user = with_phone(app, somebody())
    client = app.test_client()
    for _ in range(5):
        assert sign_in(client).status_code == 303
        client.post("/sign-in/second-step", data={"code": "000000"})
    sign_in(client)
    answer = client.post("/sign-in/second-step", data={"code": code_of(app, user)})
    assert answer.status_code == 429


def test_a_recovery_code_works_once_and_for_its_person_alone(
    app: Flask, stopped: StoppedClock
) -> None:
    user, other = with_phone(app, somebody()), with_phone(app, somebody("noy"))
    with app.app_context():
        codes = second_factor.renew_recovery_codes(user)
        with pytest.raises(WrongCode):
            second_factor.accept(other, codes[0])
        second_factor.accept(user, codes[0].lower().replace("-", " "))
        with pytest.raises(WrongCode):
            second_factor.accept(user, codes[0])
        assert second_factor.recovery_codes_left(user.id) == 9
        second_factor.renew_recovery_codes(user)
        with pytest.raises(WrongCode):
            second_factor.accept(user, codes[1])


def test_the_second_step_must_be_done_within_ten_minutes(app: Flask, stopped: StoppedClock) -> None:
    user = with_phone(app, somebody())
    client = app.test_client()
    sign_in(client)
    stopped.on(minutes=10)
    answer = client.post("/sign-in/second-step", data={"code": code_of(app, user)})
    assert answer.location == "/sign-in"
    assert not is_signed_in(client)


def test_one_may_switch_it_on_for_oneself_and_other_devices_are_signed_out(
    app: Flask, stopped: StoppedClock
) -> None:
    user = somebody()
    here, there = signed_in(app), signed_in(app)
    assert here.post("/me/second-step/start").status_code == 303
    assert is_signed_in(there)
    assert "data:image/svg+xml" in here.get("/me/second-step").text
    done = here.post("/me/second-step", data={"code": code_of(app, user)})
    assert len(CODE.findall(done.text)) == 10
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_switching_off_asks_for_the_password_and_no_role_may_need_it(
    app: Flask, stopped: StoppedClock
) -> None:
    user = with_phone(app, somebody())
    client = app.test_client()
    sign_in(client)
    client.post("/sign-in/second-step", data={"code": code_of(app, user)})
    assert client.post("/me/second-step/off", data={"off-password": "wrong"}).status_code == 422
    assert again(user).totp_confirmed_at is not None
    assert client.post("/me/second-step/off", data={"off-password": PASSWORD}).status_code == 303
    assert again(user).totp_secret is None
    analyst = with_phone(app, somebody("analyst", moha_analyst=a_unit("LA")))
    client = app.test_client()
    sign_in(client, "analyst")
    client.post("/sign-in/second-step", data={"code": code_of(app, analyst)})
    assert client.post("/me/second-step/off", data={"off-password": PASSWORD}).status_code == 403


def test_new_recovery_codes_ask_for_the_password(app: Flask, stopped: StoppedClock) -> None:
    user = with_phone(app, somebody())
    client = app.test_client()
    sign_in(client)
    client.post("/sign-in/second-step", data={"code": code_of(app, user)})
    wrong = client.post("/me/recovery-codes", data={"codes-password": "wrong"})
    assert wrong.status_code == 422
    assert not CODE.findall(wrong.text)
    right = client.post("/me/recovery-codes", data={"codes-password": PASSWORD})
    assert len(CODE.findall(right.text)) == 10


def test_a_lost_phone_is_reset_and_set_up_again(app: Flask, stopped: StoppedClock) -> None:
    user = with_phone(app, somebody(moha_analyst=a_unit("LA")))
    with reference_scope():
        operations.reset_second_factor(user.id)
    client = app.test_client()
    assert "data:image/svg+xml" in client.get(sign_in(client).location).text


def test_a_second_person_proves_themselves_with_password_and_code(
    app: Flask, stopped: StoppedClock
) -> None:
    user = with_phone(app, somebody("manager"))
    with app.test_request_context("/"), reference_scope():
        with pytest.raises(WrongCredentials):
            operations.check_password("manager", "wrong")
        with pytest.raises(WrongCode):
            operations.check_password("manager", PASSWORD)
        assert operations.check_password("manager", PASSWORD, code_of(app, user)).id == user.id
