"""The command of action items: `odsc-counter reminders`, for a clock that runs it."""

from collections.abc import Callable
from typing import Any

import click

from odsc_counter.actions import reminding

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def commands(within_app: Wrapper) -> list[click.Command]:
    """The commands of this room; `within_app` gives a command its database and errors' words."""
    return [click.command("reminders")(within_app(reminders))]


def reminders() -> None:
    """Remind of action items that are due; once a day each, safe beside a running server."""
    click.echo(f"{reminding.remind_today()} reminded of")
