"""The life of a sign-in: it lasts as long as it may, and ends at once when it must."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from odsc_counter.accounts import operations, sessions
from odsc_counter.accounts.access import signed_in as who
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.sessions import COOKIE_KEY, hashed
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.accounts.conftest import StoppedClock
from tests.accounts.people import (
    PASSWORD,
    again,
    code_of,
    is_signed_in,
    make_demonstration,
    national_verbs,
    sessions_of,
    sign_in,
    signed_in,
    somebody,
    with_phone,
)
from tests.world import a_centre

USED = {"Sec-Fetch-Mode": "navigate"}
BY_ITSELF = {"Sec-Fetch-Mode": "cors"}


def test_a_password_signs_in_and_the_token_is_stored_as_a_hash_alone(
    app: Flask, stopped: StoppedClock
) -> None:
    user = somebody()
    client = signed_in(app)
    assert is_signed_in(client)
    with client.session_transaction() as cookie:
        token = cookie[COOKIE_KEY]
    assert [row.token_hash for row in sessions_of(user)] == [hashed(token)]
    assert "signed_in" in national_verbs()


def test_every_sign_in_gets_a_new_token_and_ends_the_one_before(
    app: Flask, stopped: StoppedClock
) -> None:
    user = somebody()
    client = signed_in(app)
    assert sign_in(client).status_code == 303
    assert sorted(row.ended_at is not None for row in sessions_of(user)) == [False, True]


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    app: Flask, stopped: StoppedClock
) -> None:
    somebody()
    client = signed_in(app)
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    assert client.post("/sign-out").status_code == 303
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert not is_signed_in(thief)
    assert not is_signed_in(client)


def test_disabling_an_account_ends_its_sign_ins_at_once(app: Flask, stopped: StoppedClock) -> None:
    user = somebody()
    client = signed_in(app)
    with reference_scope():
        operations.disable_user(user.id)
    assert not is_signed_in(client)
    assert sign_in(app.test_client()).status_code == 422
    with reference_scope():
        operations.enable_user(user.id)
    assert not is_signed_in(client)
    assert is_signed_in(signed_in(app))


def test_a_new_password_ends_all_sign_ins_but_the_one_it_was_set_at(
    app: Flask, stopped: StoppedClock
) -> None:
    somebody()
    here, elsewhere = signed_in(app), signed_in(app)
    answer = here.post(
        "/me/password",
        data={"current": PASSWORD, "password": "mango-under-tree", "again": "mango-under-tree"},
    )
    assert answer.status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert sign_in(app.test_client()).status_code == 422
    assert sign_in(app.test_client(), password="mango-under-tree").status_code == 303


@pytest.mark.parametrize(
    "typed",
    [
        {"current": "wrong", "password": "mango-under-tree", "again": "mango-under-tree"},
        {"current": PASSWORD, "password": "mango-under-tree", "again": "mango-under-a-tree"},
        {"current": PASSWORD, "password": "password123", "again": "password123"},
        {"current": PASSWORD, "password": "", "again": ""},
    ],
)
def test_a_bad_change_of_password_changes_nothing(
    app: Flask, stopped: StoppedClock, typed: dict[str, str]
) -> None:
    user = somebody()
    client = signed_in(app)
    assert client.post("/me/password", data=typed).status_code == 422
    assert again(user).password_hash == user.password_hash


def test_a_role_that_ends_has_no_effect_from_the_next_request_on(
    app: Flask, stopped: StoppedClock
) -> None:
    centre = a_centre("LA0101")
    user = somebody(counter_staff=centre)
    client = signed_in(app)
    assert client.get("/c/LA0101/people").status_code == 403
    with reference_scope():
        operations.end_role(_only_grant(user.id))
    assert client.get("/c/LA0101/people").status_code == 404


def _only_grant(user_id: int) -> int:
    with reading() as session:
        return session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == user_id)).one()


def test_a_desk_that_nobody_uses_locks_and_the_password_opens_it(
    app: Flask, stopped: StoppedClock
) -> None:
    somebody()
    client = signed_in(app)
    stopped.on(minutes=10)
    answer = client.get("/me?x=1")
    assert answer.status_code == 302
    assert "/sign-in" in answer.location
    lock = client.get(answer.location)
    assert "/lock" in lock.location
    assert "This desk is locked" in client.get(lock.location).text
    wrong = client.post("/lock/open", data={"password": "wrong", "next": "/me?x=1"})
    assert wrong.status_code == 422
    opened = client.post("/lock/open", data={"password": PASSWORD, "next": "/me?x=1"})
    assert (opened.status_code, opened.location) == (303, "/me?x=1")
    assert is_signed_in(client)


def test_a_desk_locks_at_once_when_its_person_asks(app: Flask, stopped: StoppedClock) -> None:
    somebody()
    client = signed_in(app)
    with client.session_transaction() as cookie:
        before = cookie[COOKIE_KEY]
    assert client.post("/lock", data={"next": "/me"}).status_code == 303
    assert not is_signed_in(client)
    assert client.post("/lock/open", data={"password": PASSWORD}).status_code == 303
    with client.session_transaction() as cookie:
        assert cookie[COOKIE_KEY] != before


def test_using_a_desk_keeps_it_open_and_a_page_that_refreshes_itself_does_not(
    app: Flask, stopped: StoppedClock
) -> None:
    somebody()
    client = signed_in(app)
    for _ in range(3):
        stopped.on(minutes=6)
        assert client.get("/me", headers=USED).status_code == 200
    stopped.on(minutes=6)
    assert client.get("/me", headers=BY_ITSELF).status_code == 200
    stopped.on(minutes=6)
    assert client.get("/me", headers=BY_ITSELF).status_code == 302


def test_typing_on_a_long_page_keeps_the_desk_open(app: Flask, stopped: StoppedClock) -> None:
    somebody()
    client = signed_in(app)
    stopped.on(minutes=9)
    assert client.post("/here", headers=BY_ITSELF).status_code == 204
    stopped.on(minutes=9)
    assert is_signed_in(client)


def test_a_form_sent_from_a_locked_desk_says_that_nothing_was_saved(
    app: Flask, stopped: StoppedClock
) -> None:
    somebody()
    client = signed_in(app)
    client.post("/lock")
    answer = client.post("/me/password", headers={"Referer": "http://localhost/me?a=b"})
    assert answer.status_code == 302
    assert "next=/me" in answer.location
    assert "Nothing was saved" in client.get(answer.location, follow_redirects=True).text


def test_a_locked_desk_can_be_signed_out_and_forgotten_after_hours(
    app: Flask, stopped: StoppedClock
) -> None:
    somebody()
    client = signed_in(app)
    client.post("/lock")
    stopped.on(hours=4)
    assert client.get("/lock").location.startswith("/sign-in")
    other = signed_in(app)
    other.post("/lock")
    other.post("/sign-out")
    assert other.get("/lock").location.startswith("/sign-in")


def test_a_sign_in_lasts_a_working_day_at_most(app: Flask, stopped: StoppedClock) -> None:
    somebody()
    client = signed_in(app)
    for _ in range(90):
        stopped.on(minutes=8)
        client.get("/me")
    assert not is_signed_in(client)
    assert client.get("/lock").location.startswith("/sign-in")


def test_one_ends_ones_own_other_sign_ins_and_nobody_elses(
    app: Flask, stopped: StoppedClock
) -> None:
    keo, noy = somebody("keo"), somebody("noy")
    here, there, hers = signed_in(app), signed_in(app), signed_in(app, "noy")
    assert len(sessions_of(keo)) == 2
    with there.session_transaction() as cookie:
        key = hashed(cookie[COOKIE_KEY])[:16]
    assert here.post(f"/me/desks/{key}/end").status_code == 303
    assert not is_signed_in(there)
    assert is_signed_in(here)
    key = sessions_of(noy)[0].token_hash[:16]
    here.post(f"/me/desks/{key}/end")
    assert is_signed_in(hers)
    assert here.post("/me/desks/%25/end").status_code == 404


def test_an_address_elsewhere_is_never_where_a_sign_in_leads(
    app: Flask, stopped: StoppedClock
) -> None:
    somebody()
    for target in ("https://example.org/", "//example.org", "/\\example.org", "javascript:x"):
        client = app.test_client()
        answer = client.post(
            "/sign-in", data={"username": "keo", "password": PASSWORD, "next": target}
        )
        assert answer.location == "/", target


def test_a_new_role_with_a_second_step_takes_effect_at_once(
    app: Flask, stopped: StoppedClock
) -> None:
    centre = a_centre("LA0101")
    user = somebody(counter_staff=centre)
    client = signed_in(app)
    assert is_signed_in(client)
    with reference_scope():
        operations.grant_role(user.id, "centre_manager", centre_id=centre.id)
    assert not is_signed_in(client)
    page = client.get("/sign-in", follow_redirects=True)
    assert "Set it up now" in page.text


def test_a_cookie_opens_no_api_and_a_token_no_page(app: Flask, stopped: StoppedClock) -> None:
    somebody()
    token = operations.create_token("keo")
    bearer = {"Authorization": f"Bearer {token}"}
    program = app.test_client()
    assert program.get("/me", headers=bearer).status_code == 302
    with app.test_request_context("/api/v1/x", headers=bearer):
        assert who().is_authenticated
    client = signed_in(app)
    with client.session_transaction() as cookie:
        value = cookie[COOKIE_KEY]
    with app.test_request_context("/api/v1/x") as context:
        context.session[COOKIE_KEY] = value
        assert not who().is_authenticated


def test_a_token_ends_when_it_is_revoked_or_its_person_disabled(
    app: Flask, stopped: StoppedClock
) -> None:
    user = somebody()
    first, second = operations.create_token("keo"), operations.create_token("keo")
    operations.revoke_token(first)

    def works(token: str) -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        with app.test_request_context("/api/v1/x", headers=headers):
            return bool(who().is_authenticated)

    assert not works(first)
    assert works(second)
    with reference_scope():
        operations.disable_user(user.id)
        operations.enable_user(user.id)
    assert not works(second)


def test_invented_people_sign_in_to_a_demonstration_alone(
    app: Flask, stopped: StoppedClock
) -> None:
    user = somebody()
    with reference_scope(), unit_of_work() as work:
        work.session.execute(update(User).where(User.id == user.id).values(is_demo=True))
    assert sign_in(app.test_client()).status_code == 422
    make_demonstration()
    assert is_signed_in(signed_in(app))


def test_in_a_demonstration_the_second_step_shows_the_code_of_an_invented_person(
    app: Flask, stopped: StoppedClock
) -> None:
    user = with_phone(app, somebody())
    client = signed_in(app)
    assert code_of(app, user) not in client.get("/sign-in/second-step").text
    make_demonstration()
    with reference_scope(), unit_of_work() as work:
        work.session.execute(update(User).where(User.id == user.id).values(is_demo=True))
    page = client.get("/sign-in/second-step").text
    assert code_of(app, user) in page
    client.post("/sign-in/second-step", data={"code": code_of(app, user)})
    assert is_signed_in(client)


def test_the_database_being_gone_is_said_and_breaks_no_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    somebody()
    client = signed_in(app)
    monkeypatch.setattr(sessions, "_find_desk", gone)
    app.testing = False
    assert client.get("/me").status_code == 503
