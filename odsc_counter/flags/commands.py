"""The command of flags: `odsc-counter flags`, for a clock that runs it."""

from collections.abc import Callable
from typing import Any

import click

from odsc_counter.flags.sweeping import sweep

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def commands(within_app: Wrapper) -> list[click.Command]:
    """The commands of this room; `within_app` gives a command its database and errors' words."""
    return [click.command("flags")(within_app(flags))]


def flags() -> None:
    """Look at all centres' figures once and raise flags; safe beside a running server."""
    done = sweep()
    click.echo(
        f"{done['raise']} raised, {done['see_again']} found again, {done['subside']} subsided,"
        f" {done['wake']} back after they were put aside, {done['escalate']} passed up unanswered"
    )
