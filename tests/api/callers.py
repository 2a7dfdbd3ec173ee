"""A small hall with people whose programs call the interface, and how they call it."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from odsc_counter.accounts.credentials import create_token
from odsc_counter.accounts.models import User
from odsc_counter.api.openapi import document
from odsc_counter.catalogue.models import Service
from odsc_counter.places.models import Centre
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from tests.receipts.office import a_letterhead
from tests.world import a_centre, a_service, a_unit, a_user


@dataclass
class Caller:
    """A program that acts in a person's name at a centre."""

    client: FlaskClient
    user: User
    token: str
    centre: str

    def call(self, method: str, path: str, key: str | None = None, **more: Any) -> TestResponse:
        """Call `path`; one that begins with `./` lies in the caller's centre."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        if key is not None:
            headers["Idempotency-Key"] = key
        headers.update(more.pop("headers", {}))
        address = "/api/v1" + path.replace("./", f"/centres/{self.centre}/", 1)
        return self.client.open(address, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        """GET."""
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, key: str | None = None) -> TestResponse:
        """POST a JSON body."""
        return self.call("POST", path, key, json={} if json is None else json)


@dataclass
class Hall:
    """One centre with two clerks, a cashier and a service; and an analyst of the nation."""

    centre: Centre
    service: Service
    clerk: Caller
    other_clerk: Caller
    cashier: Caller
    analyst: Caller
    stranger: Caller
    """A clerk of another centre."""


def a_caller(app: Flask, user: User, centre: Centre) -> Caller:
    """Someone with a fresh token."""
    with app.test_request_context("/"), reference_scope(), acting_as(Actor("test")):
        token = create_token(user.username)
    return Caller(app.test_client(), user, token, centre.code)


def a_hall(app: Flask) -> Hall:
    """The hall."""
    centre, elsewhere = a_centre("LA0101", counters=3), a_centre("LA0102")
    service = a_service(centre)
    a_service(elsewhere)
    a_letterhead()
    nation = a_unit("LA")

    def caller(name: str, **roles: Any) -> Caller:
        return a_caller(app, a_user(name, **roles), centre)

    return Hall(
        centre=centre,
        service=service,
        clerk=caller("clerk", counter_staff=centre),
        other_clerk=caller("clerk2", counter_staff=centre),
        cashier=caller("cashier", cashier=centre),
        analyst=caller("analyst", moha_analyst=nation),
        stranger=caller("stranger", counter_staff=elsewhere),
    )


def fits(answer: Any, schema: str) -> None:
    """Assert that an answer is as the published document says."""
    whole = document()
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": whole["components"]},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    assert [error.message for error in validator.iter_errors(answer)] == []


def is_problem(response: TestResponse, status: int, slug: str) -> dict[str, Any]:
    """Assert that the answer is this problem document, and return it."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = response.get_json(force=True)
    fits(body, "Problem")
    assert body["status"] == status
    assert body["type"] == f"urn:odsc-counter:problem:{slug}"
    return body
