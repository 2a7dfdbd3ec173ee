"""The commands of figures: `rebuild` counts all of them anew, `publish` opens a month to all."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
from flask import current_app
from sqlalchemy import select

from odsc_counter.config import Settings
from odsc_counter.monitoring import publishing, rollups
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.monitoring.recounting import span_of
from odsc_counter.places.models import Centre
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def commands(within_app: Wrapper) -> list[click.Command]:
    """The commands of this room; `within_app` gives a command its database and errors' words."""
    command = click.command("rebuild")(within_app(rebuild))
    for option in (
        click.option("--centre", default="", help="Code of the one centre; all without it."),
        click.option("--after", default="", help="Go on with the centres after this code."),
        click.option(
            "--from", "since", type=click.DateTime(["%Y-%m"]), help="The first month, as 2026-01."
        ),
        click.option("--to", "until", type=click.DateTime(["%Y-%m"]), help="The last month."),
    ):
        command = option(command)
    opening = click.option(
        "--month", type=click.DateTime(["%Y-%m"]), help="One month, as 2026-01; else all due."
    )
    return [command, opening(click.command("publish")(within_app(publish)))]


def rebuild(
    centre: str = "", after: str = "", since: datetime | None = None, until: datetime | None = None
) -> None:
    """Count the figures of the nation anew from the records, month by month.

    One month of one centre at a time and each in a transaction of its own: safe beside a running
    server, and what was done stays done when it is stopped. Go on with --after.
    """
    with reference_scope(), reading() as session:
        found = session.scalars(select(Centre).order_by(Centre.code)).all()
    chosen = [one for one in found if centre in ("", one.code) and one.code > after]
    if centre and not chosen:
        raise click.ClickException(f"There is no centre {centre}.")
    for one in chosen:
        first, last = span_of(one)
        if since is not None:
            first = max(first, since.date())
        if until is not None:
            last = min(last, until.date())
        months = _months(first, last)
        label = f"{one.code}, {len(months)} months"
        with click.progressbar(months, label=label, file=sys.stderr) as bar:
            for start, end in bar:
                rollups.rebuild(one, start, end)
        click.echo(f"{one.code}: {len(months)} months counted")


def publish(month: datetime | None = None) -> None:
    """Publish months that are over as open data, small counts withheld; each month only once.

    Without --month: all that are due, which a running server does by itself from the 10th on.
    """
    settings: Settings = current_app.config["SETTINGS"]
    if month is None:
        done = publishing.publish_due(settings.small_below)
        click.echo(f"{len(done)} months published")
    elif publishing.publish(month.date(), settings.small_below):
        click.echo(f"{month:%Y-%m} published")
    else:
        click.echo(f"{month:%Y-%m} is published already and stays as it is")


def _months(first: date, last: date) -> list[tuple[date, date]]:
    """The whole months that the days lie in, each by its first and its last day."""
    found = []
    month = first_of_month(first)
    while month <= last:
        following = first_of_next_month(month)
        found.append((month, date.fromordinal(following.toordinal() - 1)))
        month = following
    return found
