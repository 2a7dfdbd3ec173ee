"""Editions for tests: the shipped one with some cells written otherwise."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from odsc_counter.places.edition import SHIPPED, Edition, read_edition

Rows = list[dict[str, str]]


def a_newer_edition(
    folder: Path,
    changes: dict[str, Callable[[Rows], Rows]] | None = None,
    *,
    number: int = 4,
    date: str = "2026-07-01",
) -> Edition:
    """A copy of the shipped edition with a number, a date and changed files."""
    target = folder / f"edition-{number}-{date}"
    shutil.copytree(SHIPPED, target, ignore=shutil.ignore_patterns("*.geojson", "*.md"))
    about = json.loads((target / "edition.json").read_text())
    (target / "edition.json").write_text(json.dumps({**about, "number": number, "date": date}))
    for name, change in (changes or {}).items():
        with (target / name).open(encoding="utf-8-sig", newline="") as file:
            rows = change(list(csv.DictReader(file)))
        with (target / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return read_edition(target)


def with_cells(key: str, code: str, **cells: str) -> Callable[[Rows], Rows]:
    """Write cells of the row whose column `key` is `code`."""

    def change(rows: Rows) -> Rows:
        return [{**row, **cells} if row[key] == code else row for row in rows]

    return change


def without(key: str, code: str) -> Callable[[Rows], Rows]:
    """Leave out the rows whose column `key` is `code`."""
    return lambda rows: [row for row in rows if row[key] != code]
