"""odsc-counter …: run and look after an installation. Rooms bring their own commands."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask_babel import force_locale

from odsc_counter import backups, checking, demo, schema, serving
from odsc_counter.accounts import commands as accounts
from odsc_counter.actions import commands as actions
from odsc_counter.app import create_app
from odsc_counter.applications import scan_files
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.committees import commands as committees
from odsc_counter.committees import papers
from odsc_counter.config import Settings, settings_from_environment
from odsc_counter.flags import commands as flags
from odsc_counter.messages import commands as messages
from odsc_counter.monitoring import commands as monitoring
from odsc_counter.platform.database import Database, UnsafeDatabase, close_database
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from odsc_counter.receipts import commands as receipts
from odsc_counter.reports import commands as reports
from odsc_counter.returns import commands as returns
from odsc_counter.treasury import commands as treasury


@click.group()
def main() -> None:
    """Run and look after an installation of ODSC Counter."""


def said_plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the errors of the field into one line on standard error and exit code 1.

    The database is closed at the end, so that the next command finds its files free.
    """

    @wraps(command)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except (
            DomainError,
            UnsafeDatabase,
            backups.BackupFailed,
            serving.NotReady,
            demo.NotADemonstration,
        ) as error:
            raise click.ClickException(str(error)) from error
        finally:
            close_database()

    return wrapper


def within_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command with the database open, in the system's name, in English."""

    @wraps(command)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        settings = settings_from_environment()
        serving.assert_ready(settings)
        app = create_app(settings)
        with (
            app.test_request_context("/"),
            force_locale("en"),
            reference_scope(),
            acting_as(Actor("command line")),
        ):
            return command(*arguments, **options)

    return said_plainly(wrapper)


def _prepare(settings: Settings) -> None:
    settings.instance.mkdir(parents=True, exist_ok=True)
    engine = Database(settings.owner_database_url).owner_engine()
    schema.migrate(engine)
    engine.dispose()


@main.command()
@said_plainly
def init() -> None:
    """Make or upgrade the database and load the reference data. Safe to repeat."""
    settings = settings_from_environment()
    _prepare(settings)
    app = create_app(settings)
    with app.app_context(), reference_scope(), acting_as(Actor("command line")):
        click.echo(load_reference_data())
    click.echo("Ready. The first administrator: odsc-counter user create --help")


@main.command("demo")
@click.option("--centres", default=44, show_default=True, help="How many centres are open.")
@click.option("--days", default=30, show_default=True, help="Calendar days of history.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same country.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; today unless told.")
@click.option("--if-empty", is_flag=True, help="Do nothing when there is a demonstration already.")
@said_plainly
def make_demo(centres: int, days: int, seed: int, until: datetime | None, if_empty: bool) -> None:
    """Fill an empty database with a believable country."""
    settings = settings_from_environment()
    _prepare(settings)
    app = create_app(settings)
    if if_empty and demo.is_there():
        return
    with app.app_context(), reference_scope(), acting_as(Actor("demonstration")):
        load_reference_data()
        last: date | None = until.date() if until else None
        with click.progressbar(length=centres, label="A country for trying out") as bar:
            demo.build(
                centres=centres,
                days=days,
                seed=seed,
                until=last,
                small_below=settings.small_below,
                progress=lambda done, _total: bar.update(done - bar.pos),
            )


@main.command()
@said_plainly
def serve() -> None:
    """Serve the product with a production server."""
    settings = settings_from_environment()
    serving.assert_ready(settings)
    click.echo(f"ODSC Counter: http://{settings.host}:{settings.port}")
    app = create_app(settings)
    with app.app_context():
        if demo.is_there():
            click.echo(demo.sign_ins())
    serving.serve(settings)


@main.command()
@within_app
def check() -> None:
    """Verify what must always hold; name each breach and exit with 1 if there is any."""
    found = 0
    with click.progressbar(length=1, label="Checking", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        for breach in checking.check(progress):
            found += 1
            click.echo(f"{breach.centre}: {breach.rule}: {breach.what}")
    if found:
        click.echo(f"{found} breaches")
        raise SystemExit(1)
    click.echo("All is as it must be.")


@main.command("sweep-files")
@within_app
def sweep_files() -> None:
    """Remove files of uploads that failed more than a day ago."""
    click.echo(f"{scan_files.sweep() + papers.sweep()} files removed")


@main.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Folder of the backup.")
@said_plainly
def backup(folder: Path | None) -> None:
    """Back up the running database into one verified file."""
    settings = settings_from_environment()
    file = backups.back_up(settings.owner_database_url, folder or settings.instance / "backups")
    click.echo(file)
    if settings.files_folder.exists():
        click.echo(f"Scanned papers are not in it: copy {settings.files_folder} now.", err=True)
    if settings.keys_folder.exists():
        click.echo(
            f"Signing keys are not in it: a copy of {settings.keys_folder} belongs elsewhere.",
            err=True,
        )


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Move a SQLite database that is there aside.")
@said_plainly
def restore(file: Path, replace: bool) -> None:
    """Put a backup in place of an empty database (or, with --replace, of the present one)."""
    settings = settings_from_environment()
    settings.instance.mkdir(parents=True, exist_ok=True)
    backups.restore(settings.owner_database_url, file, replace=replace)
    serving.assert_ready(settings)
    click.echo(f"Restored {file.name}. Run: odsc-counter check")


for room in (
    accounts, actions, committees, flags, messages, monitoring, receipts, reports, returns,
    treasury,
):  # fmt: skip
    for group in room.commands(within_app):
        main.add_command(group)

if __name__ == "__main__":
    main()
