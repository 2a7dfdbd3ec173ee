"""Commands about messages: `odsc-counter messages …`."""

from collections.abc import Callable
from typing import Any

import click
from flask import current_app

from odsc_counter.messages import reminding, sending
from odsc_counter.messages.setting_up import gateway_of

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def commands(within_app: Wrapper) -> list[click.Group]:
    """The groups of this room; `within_app` gives a command its database and errors' words."""
    messages = click.Group("messages", help="Short messages to citizens.")
    messages.add_command(click.command("send")(within_app(send_messages)))
    return [messages]


def send_messages() -> None:
    """Write tomorrow's reminders and send what is due; safe beside a running server."""
    reminded = reminding.remind_all()
    done = sending.send_due(gateway_of(current_app.config["SETTINGS"]))
    click.echo(
        f"{reminded} reminders written; {done['accepted']} sent, {done['logged']} logged,"
        f" {done['refused']} refused, {done['no_answer']} without an answer"
    )
    if done["no_answer"]:
        raise SystemExit(1)
