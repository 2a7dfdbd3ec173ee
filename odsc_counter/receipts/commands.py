"""Commands about signing keys: `odsc-counter keys …`."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.money import format_kip
from odsc_counter.platform.work import reading
from odsc_counter.receipts import keys, seal
from odsc_counter.receipts.key_files import current_key_files

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def commands(within_app: Wrapper) -> list[click.Group]:
    """The groups of this room; `within_app` gives a command its database and errors' words."""
    group = click.Group("keys", help="Keys with which centres seal their receipts.")
    group.add_command(click.command("create")(CENTRE(within_app(create_key))))
    group.add_command(click.command("rotate")(CENTRE(within_app(rotate_key))))
    group.add_command(click.command("list")(within_app(list_keys)))
    group.add_command(click.command("export")(OUT(within_app(export_keys))))
    group.add_command(click.command("verify")(TEXT(KEYS(verify_text))))
    return [group]


CENTRE = click.argument("centre", metavar="CENTRE")
TEXT = click.argument("text", metavar="TEXT")
OUT = click.option(
    "--out",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write into this file instead of to the screen.",
)
KEYS = click.option(
    "--keys",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Public keys, as `keys export` wrote them or /receipts/keys.json gives them.",
)


def create_key(centre: str) -> None:
    """Make the first key of CENTRE (its code) ahead of its first receipt."""
    click.echo(keys.create(_centre(centre)))


def rotate_key(centre: str) -> None:
    """Retire the key of CENTRE and make a new one, also when the old file is lost.

    Receipts of before are verified with the old public key as ever.
    """
    click.echo(keys.rotate(_centre(centre)))


def list_keys() -> None:
    """List all keys: centre, key, from when to when, and whether the private file is here."""
    files = current_key_files()
    with reading() as session:
        for row in keys.all_keys(session):
            until = _minute(row.retired_at) if row.retired_at else "in force"
            here = "file here" if files.is_here(row.key_id) else "NO FILE HERE"
            click.echo(
                f"{row.centre.code}  {row.key_id}  {_minute(row.made_at)}  {until:16}  {here}"
            )


def export_keys(file: Path | None) -> None:
    """Write all public keys as JSON, for verifying seals without a network."""
    with reading() as session:
        text = json.dumps(keys.published(session), ensure_ascii=False, indent=1) + "\n"
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


def verify_text(text: str, file: Path) -> None:
    """Verify the TEXT of a receipt's QR code. Needs no database and no network.

    Exits with 1 when the seal is none of these keys'.
    """
    try:
        found = seal.opened(text)
    except seal.NotASeal as error:
        raise click.ClickException("this is not the text of a receipt's QR code") from error
    centre = _sealed_by(found, file)
    if centre is None:
        raise click.ClickException("NOT VALID: no key in this file made this seal")
    click.echo(f"VALID: sealed by {centre['code']} {centre['name_en']}, key {found.key_id}")
    click.echo(f"Receipt: {found.fiscal_year}, {found.series} {found.number:06}")
    click.echo(f"Issued:  {_minute(found.issued_at)}")
    click.echo(f"Amount:  {format_kip(found.amount_kip, 'en')}")


def _sealed_by(found: seal.Sealed, file: Path) -> dict[str, Any] | None:
    """The centre whose seal it is; None when no key fits. Raises ClickException."""
    try:
        for key in json.loads(file.read_text(encoding="utf-8"))["keys"]:
            retired = key["valid_to"]
            if key["key_id"] == found.key_id and seal.is_by(
                found,
                centre_id=key["centre"]["number"],
                public_key=base64.b64decode(key["public_key"]),
                retired_at=datetime.fromisoformat(retired) if retired else None,
            ):
                centre: dict[str, Any] = key["centre"]
                return centre
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{file} is not a file of public keys") from error
    return None


def _centre(code: str) -> Centre:
    with reading() as session:
        found = session.scalars(select(Centre).where(Centre.code == code)).one_or_none()
    if found is None:
        raise click.ClickException(f"no centre {code}")
    return found


def _minute(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"
