"""Retries, refusals and malformed calls: each has one clear answer, and none does harm."""

import threading
import uuid
from typing import Any

import pytest
from flask import Flask

from odsc_counter.api.endpoints import ENDPOINTS
from odsc_counter.platform.database import bound_to
from odsc_counter.tickets import operations
from tests.api.callers import Hall, is_problem

TICKET = {"service": "MOPS-04"}


def test_the_same_key_and_body_gets_the_first_answer_again(hall: Hall) -> None:
    first = hall.clerk.post("./tickets", TICKET, key="key-0000001")
    again = hall.clerk.post("./tickets", TICKET, key="key-0000001")
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.content_type == first.content_type
    assert hall.clerk.get("./board").get_json()["waiting"] == 1
    assert hall.clerk.post("./tickets", TICKET).get_json()["number"] == "A002"


def test_the_same_key_with_another_body_is_refused(hall: Hall) -> None:
    hall.clerk.post("./tickets", TICKET, key="key-0000001")
    other = hall.clerk.post("./tickets", {**TICKET, "language": "en"}, key="key-0000001")
    is_problem(other, 422, "idempotency-key-reused")


def test_an_answer_without_content_is_kept_too(hall: Hall) -> None:
    assert hall.clerk.post("./counters/1/call-next", key="key-0000001").status_code == 204
    hall.clerk.post("./tickets", TICKET)
    again = hall.clerk.post("./counters/1/call-next", key="key-0000001")
    assert (again.status_code, again.data) == (204, b"")
    assert again.headers["Idempotent-Replay"] == "true"
    assert hall.clerk.post("./counters/1/call-next", key="key-0000002").status_code == 200


def test_a_refusal_is_not_kept_so_that_it_can_be_mended(hall: Hall) -> None:
    hall.clerk.post("./counters/1/claim")
    key = "key-0000001"
    is_problem(hall.other_clerk.post("./counters/1/call-next", key=key), 409, "counter-taken")
    hall.clerk.post("./counters/1/release")
    assert hall.other_clerk.post("./counters/1/call-next", key=key).status_code == 204


def test_two_people_may_use_the_same_key(hall: Hall) -> None:
    numbers = {
        caller.post("./tickets", TICKET, key="key-0000001").get_json()["number"]
        for caller in (hall.clerk, hall.other_clerk)
    }
    assert numbers == {"A001", "A002"}


@pytest.mark.parametrize("key", ["short", "x" * 101])
def test_a_key_has_a_sensible_length(hall: Hall, key: str) -> None:
    is_problem(hall.clerk.post("./tickets", TICKET, key=key), 422, "invalid-input")


def test_copies_that_arrive_at_the_same_moment_do_the_thing_once(
    program: Flask, hall: Hall
) -> None:
    answers: list[tuple[int, bytes]] = []
    start = threading.Barrier(6)

    def copy() -> None:
        start.wait()
        with bound_to(program.extensions["database"]):
            response = hall.clerk.post("./tickets", TICKET, key="key-0000001")
        answers.append((response.status_code, response.data))

    threads = [threading.Thread(target=copy) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert hall.clerk.get("./board").get_json()["waiting"] == 1


def test_every_post_honours_the_key() -> None:
    posts = [endpoint for endpoint in ENDPOINTS if endpoint.method == "POST"]
    assert len(posts) == 17
    assert all("{centre}" in endpoint.path for endpoint in posts)


UNREADABLE: list[tuple[bytes, str | None, int, str]] = [
    (b"service=MOPS-04", "application/x-www-form-urlencoded", 415, "not-json"),
    (b'{"service": "MOPS-04"}', "text/plain", 415, "not-json"),
    (b"", None, 415, "not-json"),
    (b"{", "application/json", 400, "malformed-json"),
    (b"", "application/json", 400, "malformed-json"),
    (b'{"service": "MOPS-04", "service": "MOPS-04"}', "application/json", 400, "malformed-json"),
    (b'{"service": NaN}', "application/json", 400, "malformed-json"),
    (b'{"service": "\\ud800"}', "application/json", 400, "malformed-json"),
    (b'{"service": "\xff"}', "application/json", 400, "malformed-json"),
    (b"[" * 50_000, "application/json", 400, "malformed-json"),
    (b'"MOPS-04"', "application/json", 422, "invalid-input"),
    (b'{"service": "\\u0000"}', "application/json", 422, "invalid-input"),
    (b" " * 100_000, "application/json", 413, "unusual-request"),
]


def test_a_body_that_is_no_good_is_refused_in_the_same_form(hall: Hall) -> None:
    for content, kind, status, slug in UNREADABLE:
        response = hall.clerk.call("POST", "./tickets", data=content, content_type=kind)
        is_problem(response, status, slug)
    assert hall.clerk.get("./board").get_json()["waiting"] == 0


def test_an_action_without_content_takes_none(hall: Hall) -> None:
    assert hall.clerk.call("POST", "./counters/1/claim").status_code == 200
    refused = is_problem(
        hall.clerk.post("./counters/1/claim", {"force": True}), 422, "invalid-input"
    )
    assert set(refused["errors"]) == {"force"}


def test_refusals_name_the_field_in_the_language_that_was_asked_for(hall: Hall) -> None:
    english = is_problem(hall.clerk.post("./tickets", {"service": "MOPS-99"}), 422, "invalid-input")
    assert english["errors"] == {"service": "There is no service with this code."}
    lao = hall.clerk.call(
        "POST", "./tickets", json={"service": "MOPS-99"}, headers={"Accept-Language": "lo"}
    )
    assert lao.headers["Content-Language"] == "lo"
    assert lao.get_json(force=True)["errors"]["service"].startswith("ບໍ່ມີ")


def test_errors_of_http_itself_are_problems_too(hall: Hall) -> None:
    wrong_method = hall.clerk.call("DELETE", "./tickets")
    is_problem(wrong_method, 405, "unusual-request")
    assert "POST" in wrong_method.headers["Allow"]
    is_problem(hall.clerk.get("/nothing/here"), 404, "not-found")
    is_problem(hall.clerk.get("./tickets/not-a-uuid"), 404, "not-found")
    is_problem(hall.clerk.post("./counters/99999999999/claim"), 404, "not-found")
    is_problem(hall.clerk.get("/centres/LA0101%00/board"), 404, "not-found")


def test_a_fault_of_the_program_is_a_problem_without_a_trace(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any, **_options: Any) -> None:
        raise ZeroDivisionError("inner secret")

    monkeypatch.setattr(operations, "issue", broken)
    response = hall.clerk.post("./tickets", TICKET)
    is_problem(response, 500, "fault")
    assert b"secret" not in response.data


def test_nobody_comes_in_without_a_token_or_with_a_cookie(program: Flask, hall: Hall) -> None:
    for token in ("", "odsc_wrong", "ລາວ"):
        hall.clerk.token = token
        response = hall.clerk.get("/me")
        is_problem(response, 401, "not-signed-in")
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_stranger_finds_nothing_and_a_role_too_low_is_told_so(hall: Hall) -> None:
    ticket = hall.clerk.post("./tickets", TICKET).get_json()
    for method, path in (
        ("GET", "./board"),
        ("GET", f"./tickets/{ticket['id']}"),
        ("POST", "./tickets"),
        ("POST", f"./tickets/{ticket['id']}/cancel"),
    ):
        is_problem(hall.stranger.call(method, path, json=TICKET), 404, "not-found")
    hall.stranger.centre = "LA0102"
    is_problem(hall.stranger.get(f"./tickets/{ticket['id']}"), 404, "not-found")
    is_problem(hall.stranger.post(f"./tickets/{ticket['id']}/cancel"), 404, "not-found")
    is_problem(hall.cashier.post("./tickets", TICKET), 403, "forbidden")
    is_problem(hall.clerk.get("/national/summary?from=2026-01-01&to=2026-01-01"), 404, "not-found")
    is_problem(hall.clerk.get(f"./receipts/{uuid.uuid4()}"), 404, "not-found")


def test_the_interface_never_sets_a_cookie(hall: Hall) -> None:
    for response in (hall.clerk.get("/me"), hall.clerk.post("./tickets", TICKET)):
        assert "Set-Cookie" not in response.headers
