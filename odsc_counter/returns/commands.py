"""The commands of returns: `odsc-counter returns verify` and `returns remind`."""

from collections.abc import Callable
from typing import Any

import click

from odsc_counter.returns import reminding, verifying

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def commands(within_app: Wrapper) -> list[click.Command]:
    """The commands of this room; `within_app` gives a command its database and errors' words."""
    group = click.Group("returns", help="Monthly returns of the centres.")
    group.add_command(click.command("verify")(within_app(verify)))
    group.add_command(click.command("remind")(within_app(remind)))
    return [group]


def verify() -> None:
    """Verify hashes, versions and verdicts of all returns; exit with 1 if any is broken."""
    found = list(verifying.faults())
    for code, what in found:
        click.echo(f"{code}: {what}")
    if found:
        click.echo(f"{len(found)} breaches")
        raise SystemExit(1)
    click.echo("All returns are as they were signed.")


def remind() -> None:
    """Remind of returns that are due or late; safe beside a running server."""
    click.echo(f"{reminding.remind_today()} people told")
