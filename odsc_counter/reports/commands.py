"""The command of reports: `odsc-counter reports verify`."""

from collections.abc import Callable
from typing import Any

import click

from odsc_counter.reports import verifying

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def commands(within_app: Wrapper) -> list[click.Command]:
    """The commands of this room; `within_app` gives a command its database and errors' words."""
    group = click.Group("reports", help="Published reports.")
    group.add_command(click.command("verify")(within_app(verify)))
    return [group]


def verify() -> None:
    """Verify hashes, versions and sums of all published reports; exit with 1 if any is broken."""
    found = list(verifying.faults())
    for code, what in found:
        click.echo(f"{code}: {what}")
    if found:
        click.echo(f"{len(found)} breaches")
        raise SystemExit(1)
    click.echo("All reports are as they were published.")
