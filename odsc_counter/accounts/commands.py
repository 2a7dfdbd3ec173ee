"""Commands about accounts: `odsc-counter user …` and `odsc-counter token …`."""

from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from sqlalchemy import select

from odsc_counter.accounts import operations
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.permissions import OFFICE_LEVELS, PLACES, ROLES
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.columns import Base
from odsc_counter.platform.work import reading

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def commands(within_app: Wrapper) -> list[click.Group]:
    """The groups of this room; `within_app` gives a command its database and errors' words."""
    token = click.Group("token", help="Access for programs, in a person's name.")
    user = click.Group("user", help="Accounts and their roles.")
    for group, function, options in (
        (token, create_token, (USER, click.option("--label", default="", help="What for."))),
        (token, revoke_token, (click.argument("token"),)),
        (user, create_user, (USERNAME, NAME_LO, NAME_EN)),
        (user, grant_role, (USERNAME, ROLE, PLACE, MINISTRY, OFFICE)),
        (user, end_role, (USERNAME, ROLE, PLACE)),
        (user, make_link, (USERNAME, BASE)),
        (user, disable_user, (USERNAME,)),
        (user, enable_user, (USERNAME,)),
    ):
        command = within_app(function)
        for option in reversed(options):
            command = option(command)
        name = function.__name__.split("_")[0].replace("make", "link")
        group.add_command(click.command(name)(command))
    return [token, user]


USER = click.option("--user", "username", required=True, metavar="NAME", help="Whose name.")
USERNAME = click.argument("username", metavar="NAME")
NAME_LO = click.option("--name-lo", required=True, help="The person's name in Lao.")
NAME_EN = click.option("--name-en", required=True, help="The person's name in English.")
ROLE = click.option("--role", required=True, type=click.Choice(ROLES))
PLACE = click.option(
    "--at", "place", required=True, metavar="CODE", help="Code of a centre or unit; LA: the nation."
)
OFFICE = click.option(
    "--office",
    type=click.Choice(OFFICE_LEVELS),
    help="For ministry officers of one office alone.",
)
MINISTRY = click.option(
    "--ministry", metavar="CODE", help="For ministry officers and committee members."
)
BASE = click.option("--base-url", help="What the address begins with, where people reach us.")


def _account(username: str) -> User:
    with reading() as session:
        user = session.scalars(select(User).where(User.username == username.lower())).one_or_none()
    if user is None:
        raise click.ClickException(f"nobody has the user name {username}")
    return user


def _place(role: str, code: str) -> dict[str, int]:
    """Where a role is held. A centre may bear its unit's code: the role decides which."""
    with reading() as session:
        centre = session.scalars(select(Centre).where(Centre.code == code)).unique().one_or_none()
        unit = session.scalars(select(Unit).where(Unit.code == code)).unique().one_or_none()
    if PLACES[role] == {"centre"}:
        if centre is not None:
            return {"centre_id": centre.id}
    elif unit is not None:
        return {"unit_id": unit.id}
    raise click.ClickException(f"{role} can't be held at {code}: no such place for it")


def _ministry(code: str | None) -> int | None:
    if code is None:
        return None
    # The catalogue stands on a higher floor, so its table is asked for by name.
    table = Base.metadata.tables["ministry"]
    with reading() as session:
        found = session.scalar(select(table.c.id).where(table.c.code == code))
    if found is None:
        raise click.ClickException(f"no ministry has the code {code}")
    return int(found)


def create_token(username: str, label: str) -> None:
    """Make a bearer token and print it alone. It is shown this once."""
    click.echo(operations.create_token(_account(username).username, label))


def revoke_token(token: str) -> None:
    """End a token at once."""
    operations.revoke_token(token)
    click.echo("Revoked.")


def create_user(username: str, name_lo: str, name_en: str) -> None:
    """Make an account. Give it a role with `user grant`, a password with `user link`."""
    user = operations.create_user(username, name_lo, name_en)
    click.echo(f"Created {user.username}.")


def grant_role(
    username: str, role: str, place: str, ministry: str | None, office: str | None
) -> None:
    """Give a role at a centre or for a unit."""
    ministry_id = _ministry(ministry)
    where = _place(role, place)
    operations.grant_role(
        _account(username).id,
        role,
        centre_id=where.get("centre_id"),
        unit_id=where.get("unit_id"),
        ministry_id=ministry_id,
        office_level=office or "",
    )
    click.echo(f"{username} is {role} at {place}.")


def end_role(username: str, role: str, place: str) -> None:
    """Take a role away."""
    where = _place(role, place)
    with reading() as session:
        grant_id = session.scalar(
            select(RoleGrant.id).where(
                RoleGrant.user_id == _account(username).id,
                RoleGrant.role == role,
                RoleGrant.at_centre_id == where.get("centre_id"),
                RoleGrant.at_unit_id == where.get("unit_id"),
                RoleGrant.ended_on.is_(None),
            )
        )
    if grant_id is None:
        raise click.ClickException(f"{username} is not {role} at {place}")
    operations.end_role(grant_id)
    click.echo(f"{username} is no longer {role} at {place}.")


def make_link(username: str, base_url: str | None) -> None:
    """Print a one-time link that sets the person's password within 72 hours."""
    settings = current_app.config["SETTINGS"]
    base = (base_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    token = operations.issue_one_time_link(_account(username).id)
    click.echo(f"{base}/password/{token}")


def disable_user(username: str) -> None:
    """Shut an account: its sign-ins and tokens end at once."""
    operations.disable_user(_account(username).id)
    click.echo(f"{username} is disabled.")


def enable_user(username: str) -> None:
    """Open a shut account again."""
    operations.enable_user(_account(username).id)
    click.echo(f"{username} is open again.")
