"""`odsc-counter anchors`: what the nation may publish of a day."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from odsc_counter.treasury.anchors import national_day

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]
DAY = click.option(
    "--day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day of the closes."
)
EXPECT = click.option(
    "--expect", default="", metavar="ROOT", help="Fail unless the root is this published one."
)


def commands(within_app: Wrapper) -> list[click.Command]:
    """The commands of this room; `within_app` gives a command its database and errors' words."""
    return [click.command("anchors")(DAY(EXPECT(within_app(print_anchors))))]


def print_anchors(day: datetime, expect: str) -> None:
    """Print the anchors of a day, one a line, and their Merkle root (SHA-256, RFC 6962).

    Each line is a leaf of the tree: centre, day, year and series, last number, its hash,
    perpetual total in kip, number and hash of the close. With --expect, exits with 1 when the
    root is another than the published one.
    """
    found = national_day(day.date())
    for row in found.rows:
        click.echo(row.text)
    for centre in found.not_closed:
        click.echo(f"{centre.code} has not closed this day", err=True)
    click.echo(f"root {found.root}")
    if expect and expect.strip().lower() != found.root:
        raise click.ClickException("the root is not the published one")
