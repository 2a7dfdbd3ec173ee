"""Whoever guesses waits longer and longer; whoever knows the password soon does not."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from odsc_counter.accounts import throttle
from odsc_counter.accounts.throttle import ACCOUNT, ADDRESS, TooManyAttempts
from odsc_counter.platform.database import Database
from tests.accounts.conftest import StoppedClock
from tests.accounts.people import PASSWORD, is_signed_in, national_verbs, sign_in, somebody

KEO = throttle.by_account("keo")


def test_the_wait_doubles_and_ends_at_a_quarter_of_an_hour() -> None:
    waits = [ACCOUNT.wait(failures) for failures in range(1, 13)]
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900]
    assert ACCOUNT.wait(10_000) == 900


def test_a_hall_behind_one_address_has_patience_for_all_its_desks() -> None:
    assert ADDRESS.wait(40) == 0
    assert ADDRESS.wait(41) == 15


def test_after_five_failures_one_waits_and_after_the_wait_may_try_again(
    database: Database, stopped: StoppedClock
) -> None:
    for _ in range(5):
        throttle.reserve(KEO)
    with pytest.raises(TooManyAttempts) as refused:
        throttle.reserve(KEO)
    assert 14 <= refused.value.seconds <= 16
    stopped.on(seconds=16)
    throttle.reserve(KEO)
    with pytest.raises(TooManyAttempts) as refused:
        throttle.reserve(KEO)
    assert 29 <= refused.value.seconds <= 31


def test_a_refused_attempt_is_not_counted(database: Database, stopped: StoppedClock) -> None:
    for _ in range(5):
        throttle.reserve(KEO)
    for _ in range(20):
        with pytest.raises(TooManyAttempts):
            throttle.reserve(KEO)
    stopped.on(seconds=16)
    throttle.reserve(KEO)


def test_success_starts_an_account_afresh(database: Database, stopped: StoppedClock) -> None:
    for _ in range(4):
        throttle.reserve(KEO)
    throttle.succeeded(KEO)
    for _ in range(5):
        throttle.reserve(KEO)


def test_one_right_password_does_not_wipe_out_the_failures_of_an_address(
    database: Database, stopped: StoppedClock
) -> None:
    hall = throttle.by_address("10.1.2.3")
    for _ in range(40):
        throttle.reserve(hall)
    throttle.succeeded(hall)
    throttle.reserve(hall)
    throttle.reserve(hall)
    with pytest.raises(TooManyAttempts):
        throttle.reserve(hall)


def test_failures_are_forgotten_after_a_day(database: Database, stopped: StoppedClock) -> None:
    for _ in range(5):
        throttle.reserve(KEO)
    stopped.on(days=1, seconds=1)
    for _ in range(5):
        throttle.reserve(KEO)


def test_attempts_at_the_same_moment_do_not_slip_through(
    database: Database, stopped: StoppedClock
) -> None:
    def attempt(_number: int) -> bool:
        try:
            throttle.reserve(KEO)
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = sum(pool.map(attempt, range(24)))
    assert passed == 5


def test_the_page_says_how_long_to_wait_and_the_right_password_must_wait_too(
    app: Flask, stopped: StoppedClock
) -> None:
    somebody()
    client = app.test_client()
    for _ in range(5):
        assert sign_in(client, password="wrong").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429
    assert "0:16" in answer.text
    assert "sign_in_failed" in national_verbs()
    stopped.on(seconds=20)
    assert sign_in(client).status_code == 303
    assert is_signed_in(client)


def test_a_name_that_nobody_has_gets_the_same_answer(app: Flask, stopped: StoppedClock) -> None:
    somebody()
    client = app.test_client()
    known = sign_in(client, "keo", "wrong-password-1")
    unknown = sign_in(client, "nobody", "wrong-password-1")
    assert known.status_code == unknown.status_code
    assert without_tokens(known.text, "keo") == without_tokens(unknown.text, "nobody")


def without_tokens(page: str, name: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(name, "")


def test_a_password_typed_as_a_name_is_kept_nowhere(app: Flask, stopped: StoppedClock) -> None:
    sign_in(app.test_client(), PASSWORD, "")
    assert PASSWORD not in throttle.by_account(PASSWORD).key
