"""Commands about accounts, run as an operator runs them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from odsc_counter.accounts import commands, operations
from odsc_counter.accounts.sessions import held_grants
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from tests.accounts.people import again
from tests.world import a_centre, a_unit, a_user

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run `odsc-counter` with these words."""

    def within(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def wrapper(**options: Any) -> None:
            context = app.test_request_context("/")
            with context, reference_scope(), acting_as(Actor("command line")):
                command(**options)

        return wrapper

    main = click.Group("odsc-counter")
    for group in commands.commands(within):
        main.add_command(group)
    return lambda *words: CliRunner().invoke(main, list(words))


def test_token_create_prints_the_token_alone(run: Run) -> None:
    a_user("keo")
    result = run("token", "create", "--user", "keo")
    assert result.exit_code == 0
    token = result.stdout.rstrip("\n")
    assert token.startswith("odsc_")
    assert token.split() == [token]
    assert run("token", "revoke", token).exit_code == 0
    assert run("token", "create", "--user", "nobody").exit_code == 1


def test_an_account_is_made_given_a_role_and_a_link(run: Run) -> None:
    a_unit("LA")
    made = run("user", "create", "admin", "--name-lo", "ຜູ້ດູແລ", "--name-en", "Admin")
    assert made.exit_code == 0
    role = ("--role", "national_administrator", "--at", "LA")
    assert run("user", "grant", "admin", *role).exit_code == 0
    link = run("user", "link", "admin", "--base-url", "https://odsc.example/").stdout.strip()
    assert link.startswith("https://odsc.example/password/")
    user = operations.owner_of_link(link.rsplit("/", 1)[1])
    assert [grant.role for grant in held_grants(user.id)] == ["national_administrator"]
    assert run("user", "end", "admin", *role).exit_code == 0
    assert held_grants(user.id) == ()
    assert run("user", "disable", "admin").exit_code == 0
    assert not again(user).is_active


def test_a_code_that_a_centre_and_a_district_share_means_what_the_role_needs(run: Run) -> None:
    centre = a_centre("LA0101")
    user = a_user("keo")
    assert run("user", "grant", "keo", "--role", "cashier", "--at", "LA0101").exit_code == 0
    role = ("--role", "district_coordinator", "--at", "LA0101")
    assert run("user", "grant", "keo", *role).exit_code == 0
    places = {(grant.centre_id, grant.unit_code) for grant in held_grants(user.id)}
    assert places == {(centre.id, None), (None, "LA0101")}
    assert run("user", "grant", "keo", "--role", "auditor", "--at", "XX").exit_code == 1
