"""odsc-counter …: each room brings its own commands."""

import click


@click.group()
def main() -> None:
    """Run and look after an installation of ODSC Counter."""
