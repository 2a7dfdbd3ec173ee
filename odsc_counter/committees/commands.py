"""The command of the morning letters: `odsc-counter digest`, for a clock that runs it."""

from collections.abc import Callable
from typing import Any

import click
from flask import current_app

from odsc_counter.committees import digest
from odsc_counter.config import Settings

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def commands(within_app: Wrapper) -> list[click.Command]:
    """The commands of this room; `within_app` gives a command its database and errors' words."""
    return [click.command("digest")(within_app(letters))]


def letters() -> None:
    """Send the morning letters that are due; once a day each, safe beside a running server."""
    settings: Settings = current_app.config["SETTINGS"]
    click.echo(f"{digest.send_due(settings.post)} sent")
